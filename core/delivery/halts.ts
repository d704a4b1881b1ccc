/** Why no more of a page is announced. */
import { answerOf } from './errcodes'
import type { Code } from './outcomes'

export type Halt =
  | { why: 'stopped' }
  | { why: 'over' }
  | { why: 'quota'; quota: 'minute' | 'day' }
  | { why: 'blame'; code: number }

/** Quotas of the platform that these codes say are used up (wechat.md §1.3, §11). */
const closes: Readonly<Record<number, 'minute' | 'day'>> = {
  45009: 'day',
  45011: 'minute',
  [-501003]: 'minute',
  [-501004]: 'minute',
}

/** Whether this answer says that the next messages would fail as well. */
export function haltOf(code: Code): Halt | undefined {
  if (typeof code !== 'number' || code === 0) return undefined
  const quota = closes[code]
  if (quota) return { why: 'quota', quota }
  const { blame } = answerOf(code)
  return blame === 'account' || blame === 'template' ? { why: 'blame', code } : undefined
}
