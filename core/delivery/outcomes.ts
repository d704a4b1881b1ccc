/** What became of one delivery: WeChat's errcode, or a mark where WeChat was not asked or did not answer. */
import type { Outcome, SkipReason } from '../contract'
import { answerOf } from './errcodes'

/** Marks of people to whom nothing was sent though their page was made; the rest are WeChat's own errcodes. */
export const marks = {
  /** The function died between sending and writing the answer. */
  died: 'unknown',
  /** Not begun: the page was stopped, or the tick or its lease ended. Tried again. */
  held: 'deferred',
  /** Quiet hours, or outside the send window. Tried again. */
  quiet: 'deferred',
  /** To be tried again: in a group of its page. */
  waiting: 'deferred',
  /** The grant was gone when it was to be spent. */
  'no-grant': 'skipped',
  /** No formId of the person is good any more (core/formid/). */
  'no-form-id': 'skipped',
  /** The person has not written to customer service lately, or has had all the answers to it. */
  'no-conversation': 'skipped',
  /** The campaign was cancelled before it was this person's turn. */
  cancelled: 'skipped',
  /** A reminder that was cancelled, or changed meanwhile. */
  withdrawn: 'skipped',
  /** A reminder that was later than its grace. */
  missed: 'skipped',
  /** A reminder that a later one of the same rule stands for. */
  merged: 'skipped',
} as const satisfies Record<string, Outcome>

export type Mark = keyof typeof marks | SkipReason
export type Code = number | Mark

const isTried = (mark: Mark): mark is keyof typeof marks => mark in marks

export function outcomeOf(code: Code): Outcome {
  if (typeof code === 'number') return answerOf(code).outcome
  return isTried(code) ? marks[code] : 'skipped'
}
