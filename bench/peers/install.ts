import { execFileSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Where the packages of the peers are: a project of its own, so that ours stays small. */
export const peersFolder = __dirname

const lock = join(peersFolder, 'package-lock.json')
/** npm writes it last. */
const hidden = join(peersFolder, 'node_modules', '.package-lock.json')

export const isInstalled = (): boolean =>
  existsSync(hidden) && statSync(hidden).mtimeMs >= statSync(lock).mtimeMs

/** Installs the packages at their first use, at the versions of the lock file. */
export function installPeers(step: (text: string) => void): void {
  if (isInstalled()) return
  step('installing the peers (npm ci in bench/peers), once…')
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  execFileSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: peersFolder,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  })
}
