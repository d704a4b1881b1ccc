/** `hongyan build`: checks the templates, bundles each function, and writes what the emulator reads. */
import { existsSync } from 'node:fs'
import { copyFile, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { build as bundle, type Metafile } from 'esbuild'
import { collections } from '../core/collections'
import { CliError } from './output'
import { projectRoot } from './root'
import { checkTemplates } from './templates'

/** The oldest runtime that CloudBase lists (toolchain.md §0); the bundle must run there. */
const TARGET = 'node16.13'

export interface Built {
  functionsDir: string
  databaseFile: string
  functions: { name: string; bytes: number }[]
}

/** Folders of functions: those that declare their permissions in a config.json. */
async function functionsOf(source: string): Promise<string[]> {
  const entries = await readdir(source, { withFileTypes: true })
  return entries
    .filter((entry) => entry.isDirectory() && existsSync(join(source, entry.name, 'config.json')))
    .map(({ name }) => name)
    .sort()
}

async function checkConfig(file: string): Promise<void> {
  try {
    JSON.parse(await readFile(file, 'utf8'))
  } catch (cause) {
    throw new CliError(`${file}: not valid JSON: ${String(cause)}`, {}, { cause })
  }
}

/** The SDKs that functions run with; a function's package.json names those that its own code uses. */
const SDKS = ['wx-server-sdk', '@cloudbase/node-sdk']

/** The exact versions that this project pins. */
async function sdkVersions(): Promise<Record<string, string>> {
  const manifest: unknown = JSON.parse(await readFile(join(projectRoot, 'package.json'), 'utf8'))
  const { dependencies } = manifest as { dependencies: Record<string, string> }
  const pinned = SDKS.map((name): [string, string] => {
    const version = dependencies[name]
    if (version === undefined) throw new CliError(`package.json names no ${name}`)
    return [name, version]
  })
  return Object.fromEntries(pinned)
}

/** Which SDKs the code of this project in a bundle imports; what an SDK needs itself comes with it. */
function sdksOf(inputs: Iterable<string>, metafile: Metafile): string[] {
  const used = new Set<string>()
  for (const input of inputs) {
    if (input.includes('node_modules/')) continue
    for (const { original = '' } of metafile.inputs[input]?.imports ?? []) used.add(original)
  }
  return SDKS.filter((name) => used.has(name))
}

/**
 * Bundles functions as they are deployed; `entryPoints` by their path below `outdir`, without `.js`. Gives the SDKs that
 * each uses.
 */
export async function bundleFunctions(
  entryPoints: Record<string, string>,
  outdir: string,
  sdk?: string,
): Promise<Record<string, string[]>> {
  const alias: Record<string, string> = sdk === undefined ? {} : { 'wx-server-sdk': sdk }
  const { metafile } = await bundle({
    metafile: true,
    entryPoints,
    outdir,
    bundle: true,
    platform: 'node',
    target: TARGET,
    format: 'cjs',
    // Names stay: without them an error of the SDK is called "o" in the logs (wire.md §8), and `keepNames` gives a name
    // back to each closure as it is made: a hundredth of a send's CPU, and an eighth of what loading a bundle takes.
    minifyWhitespace: true,
    minifySyntax: true,
    // Chinese words as they are: escaped they are twice as long.
    charset: 'utf8',
    alias,
    absWorkingDir: projectRoot,
    logLevel: 'warning',
  })
  const outputOf = (name: string) =>
    relative(projectRoot, join(outdir, `${name}.js`))
      .split(sep)
      .join('/')
  return Object.fromEntries(
    Object.keys(entryPoints).map((name) => [
      name,
      sdksOf(Object.keys(metafile.outputs[outputOf(name)]?.inputs ?? {}), metafile),
    ]),
  )
}

/** Everything into `dist`: `cloudfunctions/<name>/` is what DevTools uploads. Throws CliError naming file and reason. */
export async function build(options: { out?: string; sdk?: string } = {}): Promise<Built> {
  const out = options.out ?? join(projectRoot, 'dist')
  checkTemplates()
  const source = join(projectRoot, 'cloudfunctions')
  const functionsDir = join(out, 'cloudfunctions')
  const names = await functionsOf(source)
  await rm(functionsDir, { recursive: true, force: true })
  for (const name of names) {
    await checkConfig(join(source, name, 'config.json'))
    await mkdir(join(functionsDir, name), { recursive: true })
    await copyFile(join(source, name, 'config.json'), join(functionsDir, name, 'config.json'))
  }
  const entryPoints = names.map((name) => [`${name}/index`, join(source, name, 'index.ts')])
  const used = await bundleFunctions(Object.fromEntries(entryPoints), functionsDir, options.sdk)
  const versions = await sdkVersions()
  for (const name of names) {
    const dependencies = (used[`${name}/index`] ?? []).map((sdk) => [sdk, versions[sdk]])
    const manifest = {
      name,
      version: '1.0.0',
      main: 'index.js',
      dependencies: Object.fromEntries(dependencies) as Record<string, string>,
    }
    await writeFile(join(functionsDir, name, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  }
  const databaseFile = join(out, 'database.json')
  await writeFile(databaseFile, `${JSON.stringify({ collections }, null, 2)}\n`)
  const functions = await Promise.all(
    names.map(async (name) => ({ name, bytes: (await stat(join(functionsDir, name, 'index.js'))).size })),
  )
  return { functionsDir, databaseFile, functions }
}
