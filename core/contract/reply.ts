/** What every function answers: data, or an error by code and in words. */
import type { Fault } from './shapes'

export const errorCodes = [
  'REQUEST_INVALID',
  'ACTION_UNKNOWN',
  'INPUT_INVALID',
  'NOT_ALLOWED',
  'OPENID_MISSING',
  'APPID_UNKNOWN',
  'SCENE_UNKNOWN',
  'TEMPLATE_UNKNOWN',
  'TEMPLATE_NOT_OFFERED',
  'PARAMS_INVALID',
  'KEYWORD_INVALID',
  'KEY_REUSED',
  'CAMPAIGN_UNKNOWN',
  /** What was asked is not possible in the state that it is in. */
  'CAMPAIGN_STATE',
  /** Changed by somebody else meanwhile. */
  'CAMPAIGN_CHANGED',
  /** Messages of it may still get another outcome. */
  'REDRIVE_EARLY',
  'AUDIENCE_UNKNOWN',
  'AUDIENCE_STATE',
  'REMINDER_UNKNOWN',
  /** It has ended, was cancelled, or was changed by somebody else meanwhile. */
  'REMINDER_STATE',
  /** The person has as many as one may have. */
  'REMINDER_LIMIT',
  'SERIES_UNKNOWN',
  'OPEN_DATA_MISSING',
  /** A client made up what only WeChat may fill in. */
  'OPEN_DATA_FORGED',
  'OPEN_DATA_INVALID',
  'OPEN_DATA_EXPIRED',
  'OPEN_DATA_FOREIGN',
  'OPEN_DATA_FAILED',
  /** Neither a phone number nor a group. */
  'OPEN_DATA_UNKNOWN',
  /** Phone numbers are kept sealed, and the deployment has no key. */
  'SECRET_MISSING',
  'GROUP_LIMIT',
  /** WeChat does not know the code of wx.login, or it was used or has ended. */
  'LOGIN_CODE_INVALID',
  'LOGIN_TOO_OFTEN',
  /** WeChat holds the person for a risk. */
  'LOGIN_BLOCKED',
  /** WeChat refused for a reason of the deployment's: appid, secret. */
  'LOGIN_REFUSED',
  'LOGIN_UNREACHABLE',
  /** WeChat's openid is none that CloudBase takes as an id. */
  'LOGIN_OPENID_INVALID',
  /** A campaign by template messages: formIds are each person's own. */
  'TEMPLATE_CHANNEL',
  'CONVERSATION_CLOSED',
  'TEXT_RISKY',
  /** WeChat's check could not be asked: what was not judged is not taken. */
  'TEXT_UNCHECKED',
  'DISPATCH_STOPPED',
  'OWNER_FIXED',
  'LANES_MISMATCH',
  'SETTINGS_INVALID',
  'STORE_FAILED',
  /** WeChat answered an open API with an errcode. */
  'WECHAT_REFUSED',
  'INTERNAL',
] as const

export type ErrorCode = (typeof errorCodes)[number]

export interface ReplyError {
  code: ErrorCode
  /** A sentence in the caller's language: what was wrong and what is allowed. */
  message: string
  facts: Record<string, unknown> & { faults?: Fault[] }
}

export type Reply<T> = { ok: true; data: T } | { ok: false; error: ReplyError }
