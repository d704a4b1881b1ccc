import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import * as z from 'zod'
import { type Emulator, type EmulatorOptions, startEmulator } from '../../emulator'
import { type WorldInput, worldSchema } from '../../emulator/world'
import { type Cell, cell } from './cell'

const FIXTURES = resolve(__dirname, '../fixtures')

export type SdkVersion = Cell['sdk']
/** The SDK versions that functions are run with, and the package (its name or its folder) that holds each. */
export const SDK_PACKAGES: Partial<Record<SdkVersion, string>> =
  cell === undefined
    ? { '4.0.2': 'wx-server-sdk', '3.0.1': 'wx-server-sdk-3' }
    : { [cell.sdk]: cell.sdkPackage }
export const SDK_VERSIONS: readonly SdkVersion[] = cell === undefined ? ['4.0.2', '3.0.1'] : [cell.sdk]
/** What a suite runs on that asks for no version. */
export const DEFAULT_SDK: SdkVersion = cell?.sdk ?? '4.0.2'

/** The package of a version; throws when this run has none of it. */
export function sdkPackageOf(version: SdkVersion): string {
  const named = SDK_PACKAGES[version]
  if (named === undefined) throw new Error(`this run has no wx-server-sdk ${version}; npm run matrix has`)
  return named
}

const callReplySchema = z.strictObject({
  ok: z.boolean(),
  result: z.unknown().optional(),
  requestID: z.string().optional(),
  errCode: z.number().optional(),
  errMsg: z.string(),
})
/** What a phone gets from a call. */
export type CallReply = z.output<typeof callReplySchema>

const row = z.record(z.string(), z.unknown())
const messagesSchema = z.strictObject({ messages: z.array(row) })
const logsSchema = z.strictObject({ logs: z.array(row) })

export interface TestEmulator {
  emulator: Emulator
  url: string
  dataDir: string
  functionsDir: string
  /** A request of the emulator's own interface; gives the JSON that was answered. */
  get(path: string): Promise<unknown>
  post(path: string, body: unknown): Promise<unknown>
  /** wx.cloud.callFunction as a person. */
  call(name: string, data?: Record<string, unknown>, openid?: string): Promise<CallReply>
  /** The same, giving only the result; throws when the call fails. */
  result(name: string, data?: Record<string, unknown>, openid?: string): Promise<Record<string, unknown>>
  messages(openid: string): Promise<Record<string, unknown>[]>
  /** The person accepts (once) each of these templates. */
  accept(openid: string, ...tmplIds: string[]): Promise<unknown>
  logs(): Promise<Record<string, unknown>[]>
  /** Stops the emulator and starts another on the same data. */
  restart(): Promise<TestEmulator>
  stop(): Promise<void>
}

export interface TestEmulatorOptions extends Partial<Omit<EmulatorOptions, 'world' | 'worldFile'>> {
  world?: Partial<WorldInput>
  sdk?: SdkVersion
  /** Which of test/fixtures/functions are deployed; default: all. */
  functions?: string[]
}

/** The world of test/fixtures/world.json, with changes. */
export function fixtureWorld(changes: Partial<WorldInput> = {}): WorldInput {
  const world: unknown = JSON.parse(readFileSync(join(FIXTURES, 'world.json'), 'utf8'))
  return { ...worldSchema.parse(world), ...changes }
}

/**
 * An emulator in this process, on temporary folders that go away with `stop`. Without `functionsDir` it runs the
 * fixture functions with the real SDK of the version asked for.
 */
export async function startTestEmulator(options: TestEmulatorOptions = {}): Promise<TestEmulator> {
  const { sdk = DEFAULT_SDK, functions, world, ...overrides } = options
  const root = mkdtempSync(join(tmpdir(), 'emulator-test-'))
  const functionsDir = overrides.functionsDir ?? deployFixtures(root, sdk, functions)
  const started: EmulatorOptions = {
    dataDir: join(root, 'data'),
    port: 0,
    ...(cell !== undefined && { nodePath: cell.nodePath }),
    ...overrides,
    functionsDir,
    world: fixtureWorld({ ...world, behaviour: { ...returnable(sdk), ...world?.behaviour } }),
  }
  return wrap(started, root)
}

async function wrap(options: EmulatorOptions, root: string): Promise<TestEmulator> {
  const emulator = await startEmulator(options)
  const post = (path: string, body: unknown): Promise<unknown> =>
    fetch(emulator.url + path, { method: 'POST', body: JSON.stringify(body) }).then((reply) => reply.json())
  const get = (path: string): Promise<unknown> => fetch(emulator.url + path).then((reply) => reply.json())
  const call: TestEmulator['call'] = async (name, data = {}, openid = 'oAlice') =>
    callReplySchema.parse(await post('/_emulator/call', { name, data, openid }))
  return {
    emulator,
    url: emulator.url,
    dataDir: options.dataDir,
    functionsDir: options.functionsDir,
    get,
    post,
    call,
    async result(name, data, openid) {
      const reply = await call(name, data, openid)
      if (!reply.ok) throw new Error(`calling ${name} failed: ${reply.errMsg}`)
      return row.parse(reply.result)
    },
    async messages(openid) {
      return messagesSchema.parse(await get(`/_emulator/messages?openid=${openid}`)).messages
    },
    accept: (openid, ...tmplIds) =>
      post('/_emulator/prompt', {
        openid,
        tmplIds,
        answers: Object.fromEntries(tmplIds.map((id) => [id, 'accept'])),
      }),
    async logs() {
      return logsSchema.parse(await get('/_emulator/logs')).logs
    },
    async restart() {
      await emulator.stop()
      return wrap(options, root)
    },
    async stop() {
      await emulator.stop()
      rmSync(root, { recursive: true, force: true })
    },
  }
}

/**
 * SDK 2.6.3 reads a msgid as a BigInt, which a function that returns WeChat's answer as it is (all fixtures do) cannot
 * give back (wechat.md §1.3): there WeChat answers without it.
 */
const returnable = (sdk: SdkVersion): WorldInput['behaviour'] =>
  sdk === '2.6.3' ? { cloudCallReturnsMsgid: false } : {}

/** The folder of an SDK. */
export const sdkFolderOf = (version: SdkVersion): string =>
  dirname(require.resolve(`${sdkPackageOf(version)}/package.json`))

/** Copies fixture functions below `root`, next to a node_modules that holds the SDK asked for. */
function deployFixtures(root: string, sdk: SdkVersion, names: string[] | undefined): string {
  const functionsDir = join(root, 'functions')
  if (names === undefined) cpSync(join(FIXTURES, 'functions'), functionsDir, { recursive: true })
  else
    for (const name of names)
      cpSync(join(FIXTURES, 'functions', name), join(functionsDir, name), { recursive: true })
  mkdirSync(join(root, 'node_modules'))
  const sdkFolder = sdkFolderOf(sdk)
  symlinkSync(sdkFolder, join(root, 'node_modules', 'wx-server-sdk'))
  return functionsDir
}
