/** `hongyan runtimes`: brings the Node.js releases that the platform's runtimes have, so that functions run on them. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { Command } from 'commander'
import colors from 'picocolors'
import { RUNTIME_NAMES, RUNTIMES, type Runtime, runtimePath } from '../emulator/functions/runtimes'
import { CliError, type Output } from './output'
import { projectRoot } from './root'

/** Where runtimes are kept: npm ci empties it with the rest of node_modules. */
export const runtimesDir = join(projectRoot, 'node_modules', '.cache', 'hongyan', 'runtimes')

export interface InstalledRuntime {
  runtime: Runtime
  node: string
  path: string
  isInstalled: boolean
}

/** Every runtime of the platform, and whether it is on this computer. */
export const listRuntimes = (): InstalledRuntime[] =>
  RUNTIME_NAMES.map((runtime) => {
    const path = runtimePath(runtimesDir, runtime)
    return { runtime, node: RUNTIMES[runtime], path, isInstalled: existsSync(path) }
  })

/** Node.js as npm carries it: one package for each platform. */
const packageName = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`

/** Installs a runtime unless it is there; throws CliError when npm has none for this platform. */
export async function installRuntime(runtime: Runtime): Promise<void> {
  const path = runtimePath(runtimesDir, runtime)
  if (existsSync(path)) return
  const wanted = `${packageName}@${RUNTIMES[runtime]}`
  await mkdir(runtimesDir, { recursive: true })
  // Moved into place when it is whole, so that an install that broke off is never taken for a runtime.
  const room = await mkdtemp(join(runtimesDir, 'new-'))
  try {
    await promisify(execFile)(
      process.platform === 'win32' ? 'npm.cmd' : 'npm',
      ['install', '--prefix', room, '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', wanted],
      { shell: process.platform === 'win32' },
    )
    const home = dirname(dirname(path))
    await rm(home, { recursive: true, force: true })
    await rename(join(room, 'node_modules', packageName), home)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new CliError(
      `${runtime} could not be installed: npm did not bring ${wanted} for this platform (${why.trim()})`,
      { runtime, package: wanted },
      { cause },
    )
  } finally {
    await rm(room, { recursive: true, force: true })
  }
}

/** The runtimes of these names; all of them for none. Throws CliError for a name that the platform does not have. */
export function runtimesOf(names: readonly string[]): Runtime[] {
  if (names.length === 0) return RUNTIME_NAMES
  return names.map((name) => {
    const runtime = RUNTIME_NAMES.find((known) => known === name)
    if (runtime === undefined)
      throw new CliError(`there is no runtime ${name}; there are ${RUNTIME_NAMES.join(', ')}`, { name })
    return runtime
  })
}

/** `hongyan runtimes` and `hongyan runtimes install`. */
export function runtimesCommand(output: () => Output): Command {
  const show = (): void => {
    const runtimes = listRuntimes()
    output().result({ folder: runtimesDir, runtimes }, () =>
      runtimes
        .map(
          ({ runtime, node, isInstalled }) =>
            `${isInstalled ? colors.green('✓') : colors.dim('·')} ${runtime}  ${colors.dim(`Node.js ${node}${isInstalled ? '' : ', not installed'}`)}`,
        )
        .join('\n'),
    )
  }
  const runtimes = new Command('runtimes')
    .description('the Node.js releases of the platform’s runtimes, for functions whose config.json names one')
    .action(show)
  runtimes
    .command('install [names...]')
    .description('bring runtimes from npm, for example Nodejs16.13; all of them when none is named')
    .action(async (names: string[]) => {
      for (const runtime of runtimesOf(names)) {
        output().step(`${runtime}…`)
        await installRuntime(runtime)
      }
      show()
    })
  return runtimes
}
