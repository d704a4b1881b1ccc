#!/usr/bin/env node
/** The door of the CLI in a checkout: installs what is missing, bundles the CLI (TypeScript), and runs it. */
import { execFileSync } from 'node:child_process'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createHash } from 'node:crypto'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))
const lockFile = join(root, 'package-lock.json')
const mark = join(root, 'node_modules', '.hongyan-lock')

/** npm writes this file last: where it is newer than our lock, somebody has installed by hand. */
function isInstalledByHand() {
  const hidden = join(root, 'node_modules', '.package-lock.json')
  return existsSync(hidden) && statSync(hidden).mtimeMs >= statSync(lockFile).mtimeMs
}

/** A linked folder is another checkout's: installing would empty it under its feet. */
function isSomebodyElses() {
  const folder = join(root, 'node_modules')
  return existsSync(folder) && lstatSync(folder).isSymbolicLink()
}

/** Installs where node_modules is not what package-lock.json says. */
export function install() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  if (existsSync(mark) && readFileSync(mark, 'utf8') === lock) return
  if (isInstalledByHand() || isSomebodyElses()) return
  process.stderr.write('installing packages (npm ci), once…\n')
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  execFileSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  })
  writeFileSync(mark, lock)
}

/** In a bundle each file still knows its own folder: the emulator starts and builds from files beside its sources. */
const ownFolders = {
  name: 'own-folders',
  setup(build) {
    build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8')
      if (!source.includes('__dirname')) return undefined
      return { contents: `const __dirname = ${JSON.stringify(dirname(path))};${source}`, loader: 'ts' }
    })
  },
}

/**
 * Bundles TypeScript files (paths from the root) into `dist/<folder>/<name>.cjs`; packages stay outside. Resolves with
 * that folder.
 */
export async function bundle(folder, entryPoints) {
  const { build } = await import('esbuild')
  const outdir = join(root, 'dist', folder)
  const { outputFiles } = await build({
    entryPoints,
    absWorkingDir: root,
    outdir,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    packages: 'external',
    sourcemap: true,
    plugins: [ownFolders],
    logLevel: 'warning',
    write: false,
  })
  // Commands may be started at the same time: each finds a whole file, be it another's.
  for (const { path, contents } of outputFiles) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(`${path}.${process.pid}`, contents)
    renameSync(`${path}.${process.pid}`, path)
  }
  return outdir
}

const isMain =
  process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)

if (isMain) {
  install()
  const folder = await bundle('cli', { hongyan: 'cli/index.ts' })
  process.setSourceMapsEnabled(true)
  const { main } = createRequire(import.meta.url)(join(folder, 'hongyan.cjs'))
  process.exitCode = await main(process.argv)
}
