/** `hongyan emulate`: a local CloudBase and WeChat, with the phone in a browser. */
import { execFile } from 'node:child_process'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Account } from './http-api'
import { emulatorFile } from './account'
import { build } from './build'
import { CliError, type Output } from './output'
import { projectRoot } from './root'
import { runtimesDir } from './runtimes'

export interface EmulateOptions {
  functions?: string
  miniprogram?: string
  world: string
  env: string
  data: string
  port: number
  open: boolean
}

export const sample = {
  world: join(projectRoot, 'cli', 'sample', 'wechat.json'),
  env: join(projectRoot, 'cli', 'sample', 'env.json'),
  data: join(projectRoot, '.hongyan', 'data'),
}

async function readJson<T>(file: string): Promise<T> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as T
  } catch (cause) {
    throw new CliError(`${file}: ${(cause as Error).message}`, { file }, { cause })
  }
}

/** Opens the page where a person sits in front of it; a machine without a browser only prints the address. */
function openBrowser(url: string): void {
  const openers: Partial<Record<NodeJS.Platform, string>> = {
    darwin: 'open',
    win32: 'explorer',
    linux: 'xdg-open',
  }
  const opener = openers[process.platform]
  if (opener === undefined || !process.stdout.isTTY) return
  // A missing opener is no failure of the emulator: the address is printed.
  execFile(opener, [url], () => undefined)
}

/** Runs until a signal; resolves then. Prints `ready <url>`. */
export async function emulate(
  options: EmulateOptions,
  output: Output,
  until: Promise<unknown>,
): Promise<void> {
  const ours = options.functions === undefined
  const built = ours ? await build() : undefined
  if (built) output.step(`built ${built.functions.map(({ name }) => name).join(', ')}`)
  const functionsDir = built?.functionsDir ?? resolve(options.functions ?? '')
  const miniprogramDir = options.miniprogram ?? (ours ? join(projectRoot, 'miniprogram') : undefined)
  const { appid, appsecret, env } = await readJson<Record<'appid' | 'appsecret' | 'env', string>>(
    options.world,
  )
  await mkdir(options.data, { recursive: true })
  // Loaded here: no other command needs the database, the compilers and the rest of it.
  const { startEmulator } = await import('../emulator')
  const emulator = await startEmulator({
    functionsDir,
    ...(miniprogramDir !== undefined && { miniprogramDir }),
    worldFile: options.world,
    dataDir: options.data,
    ...(built && { databaseFile: built.databaseFile }),
    port: options.port,
    functionEnv: await readJson(options.env),
    runtimesDir,
    log: output.step,
  })
  try {
    const account: Account = { url: emulator.url, appid, secret: appsecret, env }
    await writeFile(emulatorFile(options.data), JSON.stringify(account), { mode: 0o600 })
    output.result({ ready: emulator.url }, () => `ready ${emulator.url}`)
    if (options.open) openBrowser(emulator.url)
    await until
  } finally {
    await rm(emulatorFile(options.data), { force: true })
    await emulator.stop()
  }
}
