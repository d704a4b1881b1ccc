/** Which Mini Program the CLI speaks to: WeChat's, by environment variables, or a running emulator's. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Account } from './http-api'
import { CliError } from './output'
import { projectRoot } from './root'

const WECHAT = 'https://api.weixin.qq.com'

/** Written by `hongyan emulate` for as long as it runs. */
export const emulatorFile = join(projectRoot, '.hongyan', 'emulator.json')

function emulatorAccount(): Account {
  try {
    return JSON.parse(readFileSync(emulatorFile, 'utf8')) as Account
  } catch (cause) {
    throw new CliError(
      'no emulator is running here: start one with `npm start`, in another terminal',
      {},
      { cause },
    )
  }
}

/** The secret comes from the environment alone: a command line is seen by others and kept in histories. */
export function accountOf(emulator: boolean, env: Record<string, string | undefined>): Account {
  if (emulator) return emulatorAccount()
  const names = ['HONGYAN_APPID', 'HONGYAN_APPSECRET', 'HONGYAN_ENV']
  const missing = names.filter((name) => !env[name])
  if (missing.length > 0)
    throw new CliError(`set ${missing.join(', ')} to call WeChat, or add --emulator to call the emulator`, {
      missing,
    })
  const { HONGYAN_API = WECHAT, HONGYAN_APPID = '', HONGYAN_APPSECRET = '', HONGYAN_ENV = '' } = env
  return { url: HONGYAN_API, appid: HONGYAN_APPID, secret: HONGYAN_APPSECRET, env: HONGYAN_ENV }
}
