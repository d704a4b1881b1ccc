/** The explanations that functions use: of what they themselves are answered. All others are for `hongyan explain` alone. */
import type { Sentence } from '../sentences'
import { cloud } from './cloud'
import { database } from './database'
import type { Explanation } from './explanation'
import { library } from './library'
import { neighbours } from './neighbours'
import { sending } from './sending'
import { tokens } from './tokens'

export const answered: readonly Explanation[] = [
  ...sending,
  ...neighbours,
  ...tokens,
  ...library,
  ...cloud,
  ...database,
]

const byCode = new Map(answered.map((explanation) => [explanation.code, explanation]))

/** Undefined where no function of this service is answered so. */
export const explanationOf = (code: number | string): Explanation | undefined => byCode.get(code)

/** Of a code that no document names. */
const UNLISTED: Pick<Explanation, 'meaning' | 'todo'> = {
  meaning: { zh: '微信返回了未收录的错误码', en: 'WeChat gave a code that is not listed' },
  todo: {
    zh: '按错误码和 rid 到微信开放社区查询',
    en: 'Search the WeChat community for the code and its rid',
  },
}

/** What an errcode is called. */
export const meaningOf = (code: number) => (explanationOf(code) ?? UNLISTED).meaning

/** What to do about an errcode. */
export const todoOf = (code: number): Sentence => (explanationOf(code) ?? UNLISTED).todo

/** What a known errcode means and what to do, as a sentence behind another one; null where it is not known. */
export function adviceOf(code: number): Sentence | null {
  const known = explanationOf(code)
  if (!known) return null
  const { meaning, todo } = known
  return { zh: `。${meaning.zh}：${todo.zh}`, en: `. This is: ${meaning.en}. ${todo.en}` }
}
