/** The OpenApi port inside a cloud function on the emulator, by each adapter. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import type { OutgoingMessage, SendAnswer, TextVerdict, TypedText } from '../../core/ports'
import type { WorldInput } from '../../emulator/world'
import {
  fixtureWorld,
  type SdkVersion,
  sdkPackageOf,
  startTestEmulator,
  type TestEmulator,
} from '../support/emulator'

export interface Opened {
  emulator: TestEmulator
  /** Sends at once, in one invocation of the function. */
  send(...messages: OutgoingMessage[]): Promise<SendAnswer[]>
  /** WeChat's judgement of a text that this person typed. */
  check(content: string, openid?: string): Promise<TextVerdict | undefined>
  /** What the HTTPS adapter is told; changes count for instances that start later. */
  env: Record<string, string>
  close(): Promise<void>
}

/** `https`, or an SDK version whose cloud call is used. */
export async function openOn(
  adapter: SdkVersion | 'https',
  sdk: SdkVersion,
  world: Partial<WorldInput> = {},
): Promise<Opened> {
  const folder = mkdtempSync(join(tmpdir(), 'hongyan-open-api-'))
  mkdirSync(join(folder, 'sender'))
  const openapi = [
    'subscribeMessage.send',
    'templateMessage.send',
    'customerServiceMessage.send',
    'security.msgSecCheck',
  ]
  const config = { permissions: { openapi }, timeout: 20 }
  writeFileSync(join(folder, 'sender', 'config.json'), JSON.stringify(config))
  writeFileSync(
    join(folder, 'sender', 'package.json'),
    '{"name":"sender","version":"1.0.0","main":"index.js"}',
  )
  await build({
    entryPoints: [join(__dirname, 'open-api-function.ts')],
    outfile: join(folder, 'sender', 'index.js'),
    bundle: true,
    platform: 'node',
    target: 'node16.13',
    keepNames: true,
    alias: { 'wx-server-sdk': sdkPackageOf(sdk) },
    logLevel: 'error',
  })
  const emulator = await startTestEmulator({ functionsDir: folder, world })
  const { appid, appsecret } = fixtureWorld()
  const env = { HONGYAN_API: emulator.url, HONGYAN_APPID: appid, HONGYAN_APPSECRET: appsecret }
  return {
    emulator,
    env,
    async send(...messages) {
      const data = { messages, ...(adapter === 'https' && { env }) }
      const { answers } = await emulator.result('sender', data)
      return answers as SendAnswer[]
    },
    async check(content, openid = 'oAlice') {
      const texts: TypedText[] = [{ openid, content }]
      const { verdicts } = await emulator.result('sender', { texts, ...(adapter === 'https' && { env }) })
      return (verdicts as TextVerdict[])[0]
    },
    async close() {
      await emulator.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export const message = (over: Partial<OutgoingMessage> = {}): OutgoingMessage => ({
  openid: 'oAlice',
  templateId: 'TPL_BUS',
  data: { thing1: '1路' },
  language: 'zh_CN',
  miniprogramState: 'formal',
  ...over,
})
