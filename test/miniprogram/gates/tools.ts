/** WeChat's own compilers: 280 MB, so in a folder beside the project, installed when they are first wanted. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import versions from './tools.json'

const names = Object.entries(versions).map(([name, version]) => `${name}-${version}`)
const usual = join(homedir(), '.cache', 'hongyan', names.join('-'))

/** The folder with the tools; `HONGYAN_MINIPROGRAM_TOOLS` names one that is there already. Throws without a network. */
export function toolsFolder(say: (text: string) => void): string {
  const folder = process.env['HONGYAN_MINIPROGRAM_TOOLS'] ?? usual
  const missing = Object.keys(versions).filter((name) => !existsSync(join(folder, 'node_modules', name)))
  if (missing.length === 0) return folder
  say(`installing ${missing.join(' and ')} into ${folder}, once (about a minute, 280 MB)…`)
  mkdirSync(folder, { recursive: true })
  const manifest = { name: 'miniprogram-tools', private: true, dependencies: versions }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest, null, 2))
  const { status, stderr } = spawnSync('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  })
  if (status !== 0)
    throw new Error(`npm install in ${folder} failed: ${stderr.trim().split('\n').at(-1) ?? ''}`)
  return folder
}
