/** Hongyan as it is deployed: its built bundles on the emulator, with the sample Mini Program's account and people. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sample } from '../../cli/emulate'
import { invoke, type Account } from '../../cli/http-api'
import type { Action, Call, InputOf, Outputs, Reply } from '../../core/contract'
import type { WorldInput } from '../../emulator/world'
import { buildFunctions } from './built-once'
import {
  DEFAULT_SDK,
  sdkPackageOf,
  startTestEmulator,
  type TestEmulator,
  type TestEmulatorOptions,
} from './emulator'

const root = join(__dirname, '..', '..')
const readJson = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'))

export const sampleWorld = readJson(sample.world) as WorldInput
export const people = {
  customer: 'oLinXiaoyu5Qm2LxZt0Hs6NcJp4F',
  owner: 'oChenDianzhang3Yw8Qm2LxZt0Hs',
  emma: 'oEmmaWilson7Bx9Kd1Rf4Tg6Vh8J',
}
export const templateIds = {
  'order-shipped': 'kR3vYw8Qm2LxZt0Hs6NcJp4Fd9Ga7Be1UoXiTrVyWqE',
  'queue-call': 'pW5nDs1Gy8KbMu3Ia6Ov9Ce2Rj7Lt4Xq0ZfHwBkYgTo',
  'to-do': 'tD4oRm9Sx2KqVb7Nh3Wc6Pj8Lz1Gf5Ya0UeItHdQnMw',
}
export const order = {
  orderNumber: 'HY20261121001',
  goods: '云南手冲咖啡豆',
  total: 68,
  carrier: '顺丰速运',
  shippedAt: '2026-11-21T15:30',
}

export interface Hongyan {
  test: TestEmulator
  account: Account
  /** An action as a phone calls it. */
  phone<A extends Action>(
    openid: string,
    name: string,
    action: A,
    input: InputOf<A>,
  ): Promise<Reply<Outputs[A]>>
  /** An action as a tool with the access token calls it. */
  tool<A extends Action>(action: A, input: InputOf<A>, lang?: 'zh' | 'en'): Promise<Reply<Outputs[A]>>
  /** The person accepts a template in WeChat's prompt, and the page records it. */
  subscribe(openid: string, template: keyof typeof templateIds, scene: string): Promise<void>
  advance(ms: number): Promise<void>
  stop(): Promise<void>
}

const pagesOf = (folder: string): string[] => {
  type App = { pages: string[]; subPackages: { root: string; pages: string[] }[] }
  const { pages, subPackages } = readJson(join(folder, 'app.json')) as App
  return [...pages, ...subPackages.flatMap((sub) => sub.pages.map((page) => `${sub.root}/${page}`))]
}

export interface HongyanOptions extends TestEmulatorOptions {
  /** With the phone and its pages, for a browser. */
  phone?: boolean
  /** Puts further functions beside ours. */
  also?: (functionsDir: string) => Promise<void>
}

/** Builds the functions on this SDK and starts them. */
export async function startHongyan({
  sdk = DEFAULT_SDK,
  phone = false,
  also,
  ...options
}: HongyanOptions = {}): Promise<Hongyan> {
  const out = mkdtempSync(join(tmpdir(), 'hongyan-build-'))
  const { functionsDir, databaseFile } = await buildFunctions(out, sdkPackageOf(sdk))
  await also?.(functionsDir)
  const miniprogramDir = join(root, 'miniprogram')
  const test = await startTestEmulator({
    functionsDir,
    databaseFile,
    functionEnv: readJson(sample.env) as Record<string, Record<string, string>>,
    ...(phone && { miniprogramDir }),
    ...options,
    world: { ...sampleWorld, pages: pagesOf(miniprogramDir), ...options.world },
  })
  const { appid, appsecret, env } = sampleWorld
  const account = { url: test.url, appid, secret: appsecret, env }
  let prompts = 0
  const hongyan: Hongyan = {
    test,
    account,
    async phone(openid, name, action, input) {
      const call: Call<typeof action> = { action, input, lang: 'en' }
      return (await test.result(name, { ...call }, openid)) as never
    },
    tool: (action, input, lang = 'en') => invoke(account, 'staff', { action, input, lang }),
    async subscribe(openid, template, scene) {
      const id = templateIds[template]
      await test.accept(openid, id)
      const promptId = `prompt-${(prompts += 1)}`
      const input = { promptId, scene, answers: { [id]: 'accept' as const } }
      const reply = await hongyan.phone(openid, 'subscriber', 'subscription.record', input)
      if (!reply.ok) throw new Error(reply.error.message)
    },
    advance: async (advanceMs) => void (await test.post('/_emulator/clock', { advanceMs })),
    async stop() {
      await test.stop()
      rmSync(out, { recursive: true, force: true })
    },
  }
  return hongyan
}
