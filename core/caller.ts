/** Who invoked the function, read from the SDK's context alone, never from the input. */
import type { Openid } from './contract'
import { ServiceError } from './errors'

/** What `getWXContext()` gives, as far as it is used. */
export interface WxContext {
  OPENID?: string
  APPID?: string
  UNIONID?: string
  SOURCE?: string
  /** JSON text: the fields of the event that WeChat filled with open data. */
  OPEN_DATA_INFO?: string
  /** Through the js-sdk of CloudBase: logged in, at least as nobody in particular (adapters/node/login-context.ts). */
  LOGGED_IN?: true
  /** Called by a timer that gives no SOURCE. */
  TIMER?: true
}

/** `user` holds a phone; `tool` has the access token; `function` is another function of the environment. */
export type CallerKind = 'user' | 'timer' | 'function' | 'tool' | 'wechat'

export interface Caller {
  kind: CallerKind
  source: string
  openid?: Openid
  appid?: string
  unionid?: string
}

/** What a caller is who has no SOURCE of WeChat's. */
function kindWithoutSource({ LOGGED_IN, TIMER }: WxContext): CallerKind {
  if (LOGGED_IN) return 'user'
  // WeChat's message push documents no SOURCE (wechat.md §6, UNVERIFIED): what is none of the others has no rights.
  return TIMER ? 'timer' : 'wechat'
}

/** SOURCE values of wechat.md §7. A chain (`wx_client,scf`) is judged by its end: who called last. */
const kinds: Record<string, CallerKind> = {
  wx_client: 'user',
  wx_devtools: 'user',
  wx_localdebug: 'user',
  wx_http: 'tool',
  wx_trigger: 'timer',
  scf: 'function',
}

export function callerOf(context: WxContext): Caller {
  const source = context.SOURCE ?? ''
  const last = source.split(',').at(-1) ?? ''
  const caller: Caller = { kind: kinds[last] ?? kindWithoutSource(context), source }
  if (context.OPENID) caller.openid = context.OPENID
  if (context.APPID) caller.appid = context.APPID
  if (context.UNIONID) caller.unionid = context.UNIONID
  return caller
}

/** The person who calls; throws OPENID_MISSING for callers without a phone. */
export function openidOf(caller: Caller): Openid {
  if (caller.openid !== undefined) return caller.openid
  throw new ServiceError('OPENID_MISSING', { source: caller.source || 'unknown' })
}
