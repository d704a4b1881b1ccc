/**
 * What each answer of WeChat, or of what stands between, means for a message. What it is called and where it is known
 * from stands in core/explain, once.
 */
import type { Outcome } from '../contract'
import { meaningOf } from '../explain/answers'
import type { Sentence } from '../sentences'

const MINUTE = 60_000

/** Tries of one message, the first included. */
export const MAX_ATTEMPTS = 5

export interface Answer {
  outcome: Exclude<Outcome, 'skipped' | 'deferred'>
  /** The grant that was spent: `keep` it spent, give it back, or `revoke` all that are left too. */
  grant: 'keep' | 'return' | 'revoke'
  /** Milliseconds to wait before it is tried again; only for what certainly did not go. */
  retryMs?: number
  /** Whose fault, and whether it counts towards the automatic pause of a campaign. */
  blame: 'person' | 'message' | 'template' | 'account' | 'transport' | 'none'
}

const doubt = (): Answer => ({ outcome: 'unknown', grant: 'keep', blame: 'transport' })
const broken = (blame: 'message' | 'template' | 'account'): Answer => ({
  outcome: blame === 'message' ? 'invalid' : 'failed',
  grant: 'return',
  blame,
})
const later = (retryMs: number): Answer => ({
  outcome: 'failed',
  grant: 'return',
  retryMs,
  blame: 'transport',
})
/** The person cannot be reached by anybody. */
const unreachable = (): Answer => ({ outcome: 'invalid', grant: 'return', blame: 'person' })
/** WeChat's word wins over our ledger. */
const spent = (): Answer => ({ outcome: 'refused', grant: 'revoke', blame: 'person' })
/** The formId is worth nothing; the next one of the person may be. */
const spentFormId = (): Answer => ({ ...spent(), retryMs: 1_000 })

/** Whether the message went is not known: WeChat's own -1, and any answer that got lost. */
export const UNKNOWN = -1
/** No connection, or no access token: nothing was sent. A code of ours, which no document of WeChat's has. */
export const NOT_SENT = -2

export const answers: Readonly<Record<number, Answer>> = {
  0: { outcome: 'sent', grant: 'keep', blame: 'none' },
  // Retryable by the documents, but whether the message went is not known.
  [UNKNOWN]: doubt(),
  [NOT_SENT]: later(30_000),
  40001: broken('account'),
  40014: broken('account'),
  41001: broken('account'),
  42001: broken('account'),
  40003: unreachable(),
  40008: broken('message'),
  40013: broken('account'),
  40037: broken('template'),
  40066: broken('message'),
  40125: broken('account'),
  40164: broken('account'),
  40165: broken('template'),
  41028: spentFormId(),
  41029: spentFormId(),
  41030: broken('template'),
  43002: broken('message'),
  // Normal life.
  43101: spent(),
  43104: broken('account'),
  43107: broken('template'),
  43108: later(2_000),
  44002: broken('message'),
  45009: later(MINUTE),
  45011: later(MINUTE),
  // Until the person writes again.
  45015: spent(),
  45047: spent(),
  45103: broken('template'),
  45168: broken('message'),
  46101: broken('template'),
  47001: broken('message'),
  47003: broken('message'),
  48001: broken('account'),
  48004: broken('account'),
  50002: unreachable(),
  70000: { outcome: 'refused', grant: 'return', blame: 'person' },
  [-604100]: broken('account'),
  [-604101]: broken('account'),
  [-604102]: doubt(),
  [-604103]: doubt(),
  [-604104]: broken('account'),
  [-501001]: doubt(),
  [-501002]: doubt(),
  [-501003]: later(MINUTE),
  [-501004]: later(2_000),
  [-501007]: broken('account'),
  [-601001]: doubt(),
  [-601008]: doubt(),
}

/** An answer that no document names: the careful reading is that whether the message went is not known. */
const unlisted = doubt()

export const answerOf = (code: number): Answer => answers[code] ?? unlisted

/** What an answer is called; of a doubt also what follows from it. */
export function wordsOf(code: number): Sentence {
  const meaning = meaningOf(code)
  if (answerOf(code).outcome !== 'unknown') return meaning
  return {
    zh: `${meaning.zh}，是否送达未知；不会自动重发`,
    en: `${meaning.en}; whether it was delivered is unknown, it is not sent again by itself`,
  }
}
