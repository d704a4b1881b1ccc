/** `hongyan emulate`: a local CloudBase and WeChat, with the phone in a browser. */
import { execFile } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import * as z from 'zod'
import type { Account } from './http-api'
import { emulatorFile } from './account'
import { build } from './build'
import { runCommand } from './command'
import { CliError, EXIT, type Output } from './output'
import { projectRoot } from './root'
import { runtimesDir } from './runtimes'
import { buildStandalone, emulatedLogin, standaloneVariables } from './standalone'

export interface EmulateOptions {
  functions?: string
  /** Collections and indexes that exist from the start (JSON); without it those of this project's own functions. */
  database?: string
  miniprogram?: string
  world: string
  env: string
  /** Without it: the project's own folder, or a fresh one that goes away when there is a command to run. */
  data?: string
  /** Without it: 8601, or any free one when there is a command to run. */
  port?: number
  open: boolean
  faults?: string
  /** As an environment of CloudBase that belongs to no Mini Program. */
  standalone?: boolean
  /** A command to run against the emulator, which stops when the command ends. */
  exec?: string
}

export const sample = {
  world: join(projectRoot, 'cli', 'sample', 'wechat.json'),
  env: join(projectRoot, 'cli', 'sample', 'env.json'),
  data: join(projectRoot, '.hongyan', 'data'),
}
const PORT = 8601
/** Where the emulated environment is; the phone knows every region. */
const REGION = 'ap-shanghai'
/** Beside dist/standalone, which is for an environment of the team's. */
const STANDALONE = join(projectRoot, 'dist', 'emulated-standalone')

const accountSchema = z.looseObject({ appid: z.string(), appsecret: z.string(), env: z.string() })
const envSchema = z.record(z.string(), z.record(z.string(), z.string()))

/** A JSON file that a person may have written; what is wrong with it is told by file and field. */
async function readJson<Schema extends z.ZodType>(file: string, schema: Schema): Promise<z.output<Schema>> {
  let value: unknown
  try {
    value = JSON.parse(await readFile(file, 'utf8'))
  } catch (cause) {
    throw new CliError(
      `${file}: ${cause instanceof Error ? cause.message : String(cause)}`,
      { file },
      { cause },
    )
  }
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const field = (issue?.path ?? []).map(String).join('.')
  throw new CliError(`${file}: ${field}: ${issue?.message ?? 'not valid'}`, { file, field })
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

/** How a command finds the emulator; what the CLI itself reads from the environment is among it. */
const variablesOf = ({ url, appid, secret, env }: Account): Record<string, string> => ({
  HONGYAN_EMULATOR_URL: url,
  HONGYAN_API: url,
  HONGYAN_APPID: appid,
  HONGYAN_APPSECRET: secret,
  HONGYAN_ENV: env,
})

/**
 * Runs until a signal, or until the command to run has ended; resolves with the exit code then. Prints `ready <url>`.
 */
export async function emulate(
  options: EmulateOptions,
  output: Output,
  until: Promise<unknown>,
): Promise<number> {
  const { exec } = options
  const fresh =
    exec !== undefined && options.data === undefined
      ? mkdtempSync(join(tmpdir(), 'hongyan-exec-'))
      : undefined
  const data = fresh ?? options.data ?? sample.data
  try {
    const { account, stop } = await start(options, data, output)
    try {
      if (exec !== undefined) return await runCommand(exec, variablesOf(account), until)
      output.result({ ready: account.url }, () => `ready ${account.url}`)
      if (options.open) openBrowser(account.url)
      await until
      return EXIT.done
    } finally {
      await stop()
    }
  } finally {
    if (fresh !== undefined) await rm(fresh, { recursive: true, force: true })
  }
}

/** The Mini Program with the js-sdk, and a key of custom login that lasts as long as the emulator runs. */
async function standaloneParts(
  world: z.output<typeof accountSchema>,
  configured: z.output<typeof envSchema>,
): Promise<{
  miniprogramDir: string
  loginKeys: Record<string, string>
  functionEnv: z.output<typeof envSchema>
}> {
  const { appid, appsecret: secret, env } = world
  const { miniprogramDir } = await buildStandalone({ env, region: REGION, out: STANDALONE })
  const { loginKeys, keyFile } = emulatedLogin(env)
  const variables = standaloneVariables({ appid, secret, keyFile, api: '{emulator}' })
  const names = new Set([...Object.keys(configured), ...Object.keys(variables)])
  const functionEnv = Object.fromEntries(
    [...names].map((name) => [name, { ...variables[name], ...configured[name] }]),
  )
  return { miniprogramDir, loginKeys, functionEnv }
}

/** Builds what is ours, starts the emulator, and leaves word of it in the data folder until it is stopped. */
async function start(
  options: EmulateOptions,
  data: string,
  output: Output,
): Promise<{ account: Account; stop: () => Promise<void> }> {
  const ours = options.functions === undefined
  const built = ours ? await build() : undefined
  if (built) output.step(`built ${built.functions.map(({ name }) => name).join(', ')}`)
  const functionsDir = built?.functionsDir ?? resolve(options.functions ?? '')
  const databaseFile = options.database ?? built?.databaseFile
  const world = await readJson(options.world, accountSchema)
  const { appid, appsecret, env } = world
  const configured = await readJson(options.env, envSchema)
  const standalone = options.standalone ? await standaloneParts(world, configured) : undefined
  const own = standalone?.miniprogramDir ?? join(projectRoot, 'miniprogram')
  const miniprogramDir = options.miniprogram ?? (ours ? own : undefined)
  await mkdir(data, { recursive: true })
  // Loaded here: no other command needs the database, the compilers and the rest of it.
  const { SettingsError, startEmulator } = await import('../emulator')
  const emulator = await startEmulator({
    functionsDir,
    ...(miniprogramDir !== undefined && { miniprogramDir }),
    worldFile: options.world,
    ...(standalone && { loginKeys: standalone.loginKeys }),
    dataDir: data,
    ...(databaseFile !== undefined && { databaseFile }),
    port: options.port ?? (options.exec === undefined ? PORT : 0),
    functionEnv: standalone?.functionEnv ?? configured,
    runtimesDir,
    ...(options.faults !== undefined && { faultsFile: options.faults }),
    log: output.step,
  }).catch((cause: unknown) => {
    if (!(cause instanceof SettingsError)) throw cause
    const { file, field, message } = cause
    throw new CliError(message, { file, field }, { cause })
  })
  const account: Account = { url: emulator.url, appid, secret: appsecret, env }
  const stop = async (): Promise<void> => {
    await rm(emulatorFile(data), { force: true })
    await emulator.stop()
  }
  try {
    await writeFile(emulatorFile(data), JSON.stringify(account), { mode: 0o600 })
  } catch (error) {
    await stop()
    throw error
  }
  return { account, stop }
}
