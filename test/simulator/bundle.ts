/** Bundles of the simulator with the protocol as it is, or with one of its guards removed. */
import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { build, type Plugin } from 'esbuild'
import type { PlantedFault } from './planted'

const root = join(__dirname, '..', '..')

/** Replaces the text; throws where it is not there exactly once: the guard may have moved. */
function patched({ name, file, guard, without }: PlantedFault): string {
  const source = readFileSync(join(root, file), 'utf8')
  const times = source.split(guard).length - 1
  if (times !== 1)
    throw new Error(
      `${file} has the guard of “${name}” ${times} times, once is wanted; look for it anew:\n${guard}`,
    )
  return source.replace(guard, () => without)
}

function plant(fault: PlantedFault): Plugin {
  return {
    name: 'planted-fault',
    setup(building) {
      building.onLoad({ filter: /\.ts$/ }, ({ path }) =>
        relative(root, path) === fault.file ? { contents: patched(fault), loader: 'ts' } : undefined,
      )
    },
  }
}

/** Writes the bundle of a worker and resolves with its path. */
export async function bundleWorker(name: string, fault?: PlantedFault): Promise<string> {
  if (fault) patched(fault)
  const outfile = join(root, 'dist', 'simulator', `${name}.cjs`)
  await build({
    entryPoints: [join(root, 'test', 'simulator', 'worker.ts')],
    absWorkingDir: root,
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    packages: 'external',
    plugins: fault ? [plant(fault)] : [],
    logLevel: 'warning',
  })
  return outfile
}
