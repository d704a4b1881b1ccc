/**
 * Text that people typed, shown to WeChat's security check before anything is made of it (wechat.md §4.4). Once for each
 * request and never for each message: whoever typed it must have been in the Mini Program in the last two hours, which
 * nobody has when a timer sends.
 */
import type { Caller } from '../caller'
import type { Openid } from '../contract'
import { type FoundFault, ServiceError } from '../errors'
import { quoted } from '../faults'
import type { Ports, TextVerdict } from '../ports'
import type { Sentence } from '../sentences'
import type { Settings } from '../settings'
import type { Definition } from '../template/definition'

/** What one check may hold (wechat.md §4.4). */
const MAX_CONTENT = 2_500

/** Whose words they are: of somebody for themselves, or of staff for others. */
export type Typist = 'user' | 'staff'

export interface Typed {
  /** Where they are in the input: `input.params`. */
  path: string
  texts: Record<string, string | undefined>
  by: Typist
}

export interface CheckCall {
  ports: Pick<Ports, 'openApi'>
  settings: Pick<Settings, 'textCheck'>
  caller: Caller
}

/** Params that hold what somebody typed: no choice of a list, no time, no number. */
export function typedIn({ params }: Definition, given: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(params.properties).flatMap(([name, param]) => {
      const value = given[name]
      const isTyped = param.type === 'string' && !param.enum && !param.format
      return isTyped && typeof value === 'string' && value !== '' ? [[name, value] as const] : []
    }),
  )
}

/** Why there was no judgement, by code. */
const reasons: Readonly<Record<number, Sentence>> = {
  61010: {
    zh: '需要两小时内打开过小程序；请重新进入小程序再试',
    en: 'whoever typed it must have opened the Mini Program in the last two hours; open it again',
  },
  43104: { zh: 'openid 与小程序不符', en: 'the openid is not of this Mini Program' },
  44991: { zh: '这一分钟的检测次数已用完', en: 'the checks of this minute are used up' },
  45009: { zh: '今天的检测次数已用完', en: 'the checks of today are used up' },
  [-604101]: {
    zh: '云函数没有权限：请在 config.json 声明 security.msgSecCheck 并等待 10 分钟',
    en: 'the function has no permission: declare security.msgSecCheck in its config.json and wait 10 minutes',
  },
}
const passing: Sentence = { zh: '微信没有给出结果，请稍后再试', en: 'WeChat gave no result; try again later' }

/**
 * Throws TEXT_RISKY naming each field that WeChat takes offence at, TEXT_UNCHECKED where it could not be asked: what was
 * not judged is not taken. Nothing is asked where the setting leaves these words out, or a tool or function sent them:
 * WeChat judges by person, and those have none.
 */
export async function checkTexts(
  { ports, settings, caller }: CheckCall,
  { path, texts, by }: Typed,
): Promise<void> {
  const isWanted = settings.textCheck === 'all' || (settings.textCheck === 'users' && by === 'user')
  const fields = Object.entries(texts).flatMap(([name, text]) => (text ? [[name, text] as const] : []))
  if (!isWanted || caller.openid === undefined || fields.length === 0) return
  const { openid } = caller
  const all = fields.map(([, text]) => text).join('\n')
  if (!(await isRisky(ports, openid, all))) return
  const faults: FoundFault[] = []
  for (const [name, text] of fields) {
    const risky = fields.length === 1 || (await isRisky(ports, openid, text))
    if (risky) faults.push({ path: `${path}.${name}`, problem: 'risky', facts: { got: quoted(text) } })
  }
  // Each may pass where all together do not.
  throw new ServiceError(
    'TEXT_RISKY',
    {},
    faults.length > 0 ? faults : [{ path, problem: 'risky', facts: { got: quoted(all) } }],
  )
}

async function isRisky({ openApi }: CheckCall['ports'], openid: Openid, text: string): Promise<boolean> {
  const characters = [...text]
  for (let at = 0; at < characters.length; at += MAX_CONTENT) {
    const content = characters.slice(at, at + MAX_CONTENT).join('')
    if (judged(await openApi.check({ openid, content })) === 'risky') return true
  }
  return false
}

function judged(verdict: TextVerdict): 'pass' | 'review' | 'risky' {
  if ('suggest' in verdict) return verdict.suggest
  const { code, text } = verdict
  throw new ServiceError('TEXT_UNCHECKED', { code, text, reason: reasons[code] ?? passing })
}
