/** One tap on "subscribe", from WeChat's prompt to the record, and what it came to in words. */
import type { Answer } from '../../core/contract'
import { fill, inPhoneLanguage } from '../words/language'
import { words } from '../words/subscribing'
import type { Choices } from './choices'
import { messageOf } from './cloud'
import { record } from './pending'
import {
  type AnsweredPrompt,
  type Askable,
  askable,
  isAccept,
  prompt,
  PromptFailure,
  promptLimit,
} from './prompt'

/** What happened, and the one thing that a person can do about it. */
export interface Notice {
  tone: 'info' | 'warn' | 'bad'
  text: string
  action: '' | 'settings' | 'retry'
  label: string
}

export interface Outcome {
  /** Keys of the templates that were accepted, refused (also by ban and filter). */
  accepted: string[]
  refused: string[]
  /** Why nothing was asked or recorded; WeChat's code where it has one. */
  failure: { code: string; message: string } | null
  notice: Notice
}

export function noticeOf(tone: Notice['tone'], text: string, action: Notice['action'] = ''): Notice {
  const { settings, retry } = inPhoneLanguage(words)
  return { tone, text, action, label: { '': '', settings, retry }[action] }
}

/** Asks and records; never throws. The prompt opens in the caller's own tap. */
export async function subscribe(
  scene: string,
  offers: readonly Askable[],
  { kept }: Choices,
): Promise<Outcome> {
  const asked = askable(offers, kept, promptLimit())
  let answered: AnsweredPrompt
  try {
    answered = await prompt(
      scene,
      asked.map(({ templateId }) => templateId),
    )
  } catch (error) {
    return failed(error)
  }
  const answerOf = ({ templateId }: Askable): Answer | undefined => answered.answers[templateId]
  const keysOf = (some: Askable[]) => some.map(({ template }) => template)
  const outcome = {
    accepted: keysOf(asked.filter((offer) => isAccept(answerOf(offer)))),
    refused: keysOf(asked.filter((offer) => !isAccept(answerOf(offer)))),
    failure: null,
    notice: explained(asked, answerOf, kept),
  }
  // An answer without any template is nothing to record.
  if (Object.keys(answered.answers).length === 0) return outcome
  try {
    if (await record(answered)) return outcome
    const { pending } = inPhoneLanguage(words)
    return outcome.accepted.length > 0 ? { ...outcome, notice: noticeOf('warn', pending, 'retry') } : outcome
  } catch (error) {
    const message = messageOf(error)
    return {
      ...outcome,
      failure: { code: 'NOT_RECORDED', message },
      notice: noticeOf('bad', message, 'retry'),
    }
  }
}

function explained(
  asked: Askable[],
  answerOf: (offer: Askable) => Answer | undefined,
  kept: Choices['kept'],
): Notice {
  const w = inPhoneLanguage(words)
  const titlesOf = (some: Askable[]) => some.map(({ title }) => title).join(w.separator)
  const accepted = asked.filter((offer) => isAccept(answerOf(offer)))
  const rejected = asked.filter((offer) => answerOf(offer) === 'reject')
  const banned = asked.filter((offer) => answerOf(offer) === 'ban')
  if (banned.length > 0) return noticeOf('warn', fill(w.banned, { titles: titlesOf(banned) }))
  if (asked.some((offer) => answerOf(offer) === 'filter')) return noticeOf('warn', w.filtered)
  const isSettled = (offer: Askable) => kept[offer.templateId] !== undefined
  if (accepted.length > 0 && rejected.length > 0)
    return noticeOf('info', fill(w.acceptedSome, { count: accepted.length, titles: titlesOf(rejected) }))
  if (accepted.length > 0)
    return noticeOf(
      'info',
      accepted.every(isSettled) ? w.silent : fill(w.accepted, { count: accepted.length }),
    )
  return rejected.every(isSettled)
    ? noticeOf('warn', w.standingReject, 'settings')
    : noticeOf('info', w.rejected)
}

/** One sentence for each way in which WeChat opens no sheet (wechat.md §5); the rest quote WeChat. */
const reasons: Record<
  number,
  'promptNetwork' | 'promptTemplate' | 'promptBanned' | 'promptHidden' | 'mainSwitchOff'
> = {
  10002: 'promptNetwork',
  10003: 'promptNetwork',
  10001: 'promptTemplate',
  10004: 'promptTemplate',
  20001: 'promptTemplate',
  20002: 'promptTemplate',
  20003: 'promptTemplate',
  20013: 'promptTemplate',
  20005: 'promptBanned',
  10005: 'promptHidden',
  20004: 'mainSwitchOff',
}

function failed(error: unknown): Outcome {
  const w = inPhoneLanguage(words)
  const { code, message } =
    error instanceof PromptFailure ? error : { code: undefined, message: messageOf(error) }
  const reason = code === undefined ? undefined : reasons[code]
  const text = reason ? fill(w[reason], { code: code ?? '' }) : fill(w.promptFailed, { reason: message })
  return {
    accepted: [],
    refused: [],
    failure: { code: String(code ?? ''), message: text },
    notice: noticeOf('warn', text, reason === 'mainSwitchOff' ? 'settings' : ''),
  }
}
