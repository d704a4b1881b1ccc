/** Who called through the js-sdk; without `customUserId` somebody who logged in anonymously. */
export interface Login {
  uid: string
  customUserId?: string
}

/** Who an invocation runs for, as getWXContext() tells it (wechat.md §7). */
export interface Identity {
  openid?: string
  unionid?: string
  /** Only there when the call came from the Mini Program. */
  appid?: string
  clientIp?: string
  /** Fields of the event that WeChat filled with open data (OPEN_DATA_INFO). */
  openDataKeys?: string[]
  /** In a standalone environment, where WeChat knows nobody. */
  login?: Login
}

/** What started an invocation, as SOURCE has it (wire.md §1.2). */
export const SOURCES = [
  'wx_client',
  'wx_devtools',
  'wx_http',
  'wx_trigger',
  'wx_paycallback',
  'wx_crawler',
  'wx_localdebug',
  'wx_unknown',
  'scf',
] as const
export type Source = (typeof SOURCES)[number]

/** Sources that are a phone of WeChat: security rules hold for them, and they carry an OPENID. */
export const PHONE_SOURCES: ReadonlySet<string> = new Set(['wx_client', 'wx_devtools'])
