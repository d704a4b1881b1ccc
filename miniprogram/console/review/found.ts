/** What a dry run has found so far, its parts together. */
import type { DryRun, SkipReason } from '../../../core/contract'
import { fill, inPhoneLanguage } from '../../words/language'
import { count, duration } from '../figures'
import { sentence } from '../sentence'
import { words } from './words'

export interface Found {
  sendable: number
  deferred: number
  skipped: Partial<Record<SkipReason, number>>
  /** Of each reason, as the service says it. */
  reasons: Partial<Record<SkipReason, string>>
  minutes: number
  calls: number
}

export const nothing: Found = { sendable: 0, deferred: 0, skipped: {}, reasons: {}, minutes: 0, calls: 0 }

export function withPart(found: Found, part: DryRun): Found {
  const skipped = { ...found.skipped }
  for (const [reason, more] of Object.entries(part.skipped) as [SkipReason, number][])
    skipped[reason] = (skipped[reason] ?? 0) + more
  const named = part.names.flatMap(({ reason, words: text }) =>
    reason === 'sendable' ? [] : [[reason, text]],
  )
  return {
    sendable: found.sendable + part.sendable,
    deferred: found.deferred + part.deferred,
    skipped,
    reasons: { ...found.reasons, ...(Object.fromEntries(named) as Found['reasons']) },
    minutes: found.minutes + part.estimate.minutes,
    calls: found.calls + part.estimate.calls,
  }
}

/** Everybody who would get it, sooner or later. */
export const reached = ({ sendable, deferred }: Found): number => sendable + deferred

/** People that the campaign will look at; those whom its rule does not match stay in the database. */
export function lookedAt({ sendable, deferred, skipped }: Found): number {
  const { 'no-match': unmatched = 0 } = skipped
  return Object.values(skipped).reduce((sum: number, of) => sum + of, sendable + deferred) - unmatched
}

export interface FoundView {
  reached: string
  isNobody: boolean
  later: string
  notReached: string
  rows: { reason: string; words: string; count: string }[]
  takes: string
  costs: string
  quota: string
}

/** `quotaLeft`: what WeChat still takes today; null where no limit is set. */
export function viewOf(found: Found, quotaLeft: number | null): FoundView {
  const w = inPhoneLanguage(words)
  const { deferred, skipped, reasons, minutes, calls } = found
  const rows = (Object.entries(skipped) as [SkipReason, number][])
    .sort(([, a], [, b]) => b - a)
    .map(([reason, people]) => ({ reason, words: sentence(reasons[reason] ?? reason), count: count(people) }))
  const people = reached(found)
  const left = Object.values(skipped).reduce((sum: number, of) => sum + of, 0)
  return {
    reached: count(people),
    isNobody: people === 0,
    later: deferred === 0 ? '' : fill(w.later, { count: count(deferred) }),
    notReached: left === 0 ? '' : fill(w.willNot, { count: count(left) }),
    rows,
    takes: people === 0 ? '' : fill(w.takes, { time: duration(minutes * 60_000) }),
    costs: fill(w.costs, { count: count(calls) }),
    quota: quotaLeft !== null && people > quotaLeft ? fill(w.quotaShort, { left: count(quotaLeft) }) : '',
  }
}
