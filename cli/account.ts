/** Which Mini Program the CLI speaks to: WeChat's, by environment variables, or a running emulator's. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Account } from './http-api'
import { CliError } from './output'

const WECHAT = 'https://api.weixin.qq.com'

/** In the data folder of a running emulator: how to call it. */
export const emulatorFile = (data: string) => join(data, 'emulator.json')

function emulatorAccount(data: string): Account {
  try {
    return JSON.parse(readFileSync(emulatorFile(data), 'utf8')) as Account
  } catch (cause) {
    const advice = 'start one with `npm start`, in another terminal'
    throw new CliError(`no emulator is running on ${data}: ${advice}`, {}, { cause })
  }
}

/**
 * The emulator on that data folder, or WeChat. The secret comes from the environment alone: a command line is seen by
 * others and kept in histories.
 */
export function accountOf(
  emulatorData: string | undefined,
  env: Record<string, string | undefined>,
): Account {
  if (emulatorData !== undefined) return emulatorAccount(emulatorData)
  const names = ['HONGYAN_APPID', 'HONGYAN_APPSECRET', 'HONGYAN_ENV']
  const missing = names.filter((name) => !env[name])
  if (missing.length > 0)
    throw new CliError(`set ${missing.join(', ')} to call WeChat, or add --emulator to call the emulator`, {
      missing,
    })
  const { HONGYAN_API = WECHAT, HONGYAN_APPID = '', HONGYAN_APPSECRET = '', HONGYAN_ENV = '' } = env
  return { url: HONGYAN_API, appid: HONGYAN_APPID, secret: HONGYAN_APPSECRET, env: HONGYAN_ENV }
}
