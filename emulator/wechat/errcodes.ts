import { hex } from '../hex'

/** WeChat's error codes as the emulator answers them: what WeChat says, and where that is known from. */
export const ERRCODES = {
  [-1]: { errmsg: 'system error', source: 'wechat.md §1.3' },
  [-501000]: { errmsg: 'invalid parameters', source: 'wechat.md §7; text UNVERIFIED' },
  404: { errmsg: '404 not found', source: 'wechat.md §3; text UNVERIFIED' },
  40001: {
    errmsg:
      'invalid credential, access_token is invalid or not latest, could get access_token by getStableAccessToken',
    source: 'wechat.md §1.3',
  },
  40002: { errmsg: 'invalid grant_type', source: 'wechat.md §9' },
  40003: { errmsg: 'invalid openid', source: 'wechat.md §1.3' },
  40008: { errmsg: 'invalid message type', source: 'WeChat global table' },
  40013: { errmsg: 'invalid appid', source: 'wechat.md §9' },
  40014: { errmsg: 'invalid access_token', source: 'wechat.md §9' },
  40029: { errmsg: 'invalid code', source: 'standalone.md §1' },
  40037: { errmsg: 'invalid template_id', source: 'wechat.md §1.3' },
  40097: { errmsg: 'invalid args', source: 'wechat.md §9; for lang and miniprogram_state UNVERIFIED' },
  40101: { errmsg: 'missing parameter', source: 'wechat.md §9' },
  40125: { errmsg: 'invalid appsecret', source: 'wechat.md §9' },
  40163: { errmsg: 'code been used', source: 'standalone.md §1' },
  41001: { errmsg: 'access_token missing', source: 'wechat.md §1.3' },
  41002: { errmsg: 'appid missing', source: 'wechat.md §9' },
  41004: { errmsg: 'appsecret missing', source: 'wechat.md §9' },
  41008: { errmsg: 'missing code', source: 'standalone.md §1' },
  41028: { errmsg: 'invalid form id', source: 'wechat.md §4.1' },
  41029: { errmsg: 'form id used count reach limit', source: 'wechat.md §4.1' },
  41030: { errmsg: 'invalid page', source: 'wechat.md §1.3' },
  42001: { errmsg: 'access_token expired', source: 'wechat.md §1.3' },
  43002: { errmsg: 'require POST method', source: 'wechat.md §9' },
  43101: { errmsg: 'user refuse to accept the msg', source: 'wechat.md §1.3' },
  43104: { errmsg: 'this appid does not have permission', source: 'wechat.md §1.3' },
  43107: { errmsg: 'subscribe message capability is banned', source: 'wechat.md §1.3; text UNVERIFIED' },
  43108: { errmsg: 'concurrent sends to one user', source: 'wechat.md §1.3; text UNVERIFIED' },
  44002: { errmsg: 'empty post data', source: 'wechat.md §9' },
  44991: { errmsg: 'minute limit of security checks reached', source: 'wechat.md §4.4; text UNVERIFIED' },
  45009: { errmsg: 'reach max api daily quota limit', source: 'wechat.md §1.3' },
  45011: { errmsg: 'api minute-quota reach limit  mustslower  retry next minute', source: 'wechat.md §1.3' },
  45015: { errmsg: 'response out of time limit or subscription is canceled', source: 'wechat.md §4.3' },
  45047: { errmsg: 'out of response count limit', source: 'wechat.md §4.3' },
  45103: { errmsg: 'This API has been unsupported', source: 'wechat.md §4.1' },
  45109: { errmsg: 'This API has been unsupported', source: 'wechat.md §4.2; text UNVERIFIED' },
  45168: { errmsg: 'keyword in blacklist', source: 'wechat.md §1.3; text UNVERIFIED' },
  47001: { errmsg: 'data format error', source: 'wechat.md §1.3' },
  47003: { errmsg: 'argument invalid!', source: 'wechat.md §1.3' },
  61010: { errmsg: 'code is expired', source: 'wechat.md §4.4; text UNVERIFIED' },
  85088: { errmsg: 'no cloud development', source: 'wechat.md §9; text UNVERIFIED' },
  200002: { errmsg: 'invalid parameters', source: 'wechat.md §3; text UNVERIFIED' },
  200011: { errmsg: 'account is banned', source: 'wechat.md §3; text UNVERIFIED' },
  200012: { errmsg: 'private template count limit', source: 'wechat.md §3; text UNVERIFIED' },
  200013: { errmsg: 'template is banned', source: 'wechat.md §3; text UNVERIFIED' },
  200014: { errmsg: 'invalid tid', source: 'wechat.md §3; text UNVERIFIED' },
  200016: { errmsg: 'invalid start', source: 'wechat.md §3; text UNVERIFIED' },
  200017: { errmsg: 'invalid limit', source: 'wechat.md §3; text UNVERIFIED' },
  200018: { errmsg: 'ids missing', source: 'wechat.md §3; text UNVERIFIED' },
  200019: { errmsg: 'invalid ids', source: 'wechat.md §3; text UNVERIFIED' },
  200020: { errmsg: 'invalid kidList', source: 'wechat.md §3; text UNVERIFIED' },
  200021: { errmsg: 'invalid sceneDesc', source: 'wechat.md §3; text UNVERIFIED' },
  200022: { errmsg: 'template has added already', source: 'wechat.md §3; text as a developer posted it' },
  200100: { errmsg: 'invalid account type', source: 'wechat.md §3; text UNVERIFIED' },
} as const

export type Errcode = keyof typeof ERRCODES

/** WeChat answered a call with an errcode other than 0. */
export class WeChatError extends Error {
  override readonly name = 'WeChatError'

  constructor(
    readonly errcode: number,
    /** WeChat's text without its rid; the table's unless given. */
    readonly errmsg: string = textOf(errcode),
  ) {
    super(`${errcode} ${errmsg}`)
  }
}

const TEXTS = new Map(Object.entries(ERRCODES).map(([code, { errmsg }]) => [Number(code), errmsg]))

function textOf(errcode: number): string {
  return TEXTS.get(errcode) ?? 'unknown error'
}

/** What an open API answers when all is well; `msgid` has 19 digits, which no number holds. */
export type ApiReply = { msgid?: bigint } & Record<string, unknown>

/** The JSON text of a reply, `msgid` as the bare number that WeChat sends. */
export function replyJson(reply: ApiReply): string {
  const { msgid, ...rest } = reply
  const json = JSON.stringify({ errcode: 0, errmsg: 'ok', ...rest })
  return msgid === undefined ? json : `${json.slice(0, -1)},"msgid":${msgid}}`
}

/** The JSON text of an error, with the request id that WeChat appends to its texts. */
export function errorJson(error: WeChatError, random: () => number): string {
  const rid = hex(random, 24).replace(/^(.{8})(.{8})/, '$1-$2-')
  return JSON.stringify({ errcode: error.errcode, errmsg: `${error.errmsg} rid: ${rid}` })
}
