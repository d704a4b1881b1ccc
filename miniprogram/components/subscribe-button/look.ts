/** What the button of a scene looks like, from what is known about it. */
import type { Choices } from '../../services/choices'
import { type Askable, askable, isAccept } from '../../services/prompt'
import { fill, inPhoneLanguage } from '../../words/language'
import { words } from '../../words/subscribing'

/** `act` is what a tap does; without one the button rests. */
export interface Look {
  kind:
    | 'loading'
    | 'failed'
    | 'old'
    | 'nothing'
    | 'off'
    | 'banned'
    | 'refused'
    | 'busy'
    | 'done'
    | 'again'
    | 'silent'
    | 'open'
  act: '' | 'subscribe' | 'settings' | 'retry'
  label: string
  hint: string
}

export interface Situation {
  offers: readonly Askable[]
  choices: Choices
  /** Template ids in one prompt, 0 where this WeChat knows none (services/prompt.ts). */
  limit: number
  isBusy?: boolean
  /** Takes the place of "Subscribe". */
  label?: string
}

export function loadingLook(): Look {
  return { kind: 'loading', act: '', label: inPhoneLanguage(words).loading, hint: '' }
}

/** Nothing is known about the scene, and why. */
export function failedLook(message: string): Look {
  return { kind: 'failed', act: 'retry', label: inPhoneLanguage(words).retry, hint: message }
}

/** Everything is known: the first thing that stands in the way decides. */
export function lookOf({ offers, choices, limit, isBusy = false, label = '' }: Situation): Look {
  const w = inPhoneLanguage(words)
  const { mainSwitch, kept } = choices
  const choiceOf = ({ templateId }: Askable) => kept[templateId]
  const every = (holds: (offer: Askable) => boolean) => offers.every(holds)
  if (isBusy) return { kind: 'busy', act: '', label: w.busy, hint: '' }
  if (limit === 0) return { kind: 'old', act: '', label: w.unavailable, hint: w.tooOld }
  if (offers.length === 0) return { kind: 'nothing', act: '', label: w.unavailable, hint: w.nothing }
  if (!mainSwitch) return { kind: 'off', act: 'settings', label: w.settings, hint: w.mainSwitchOff }
  if (every((offer) => choiceOf(offer) === 'ban'))
    return { kind: 'banned', act: '', label: w.unavailable, hint: w.keptBan }
  if (every((offer) => choiceOf(offer) !== undefined && !isAccept(choiceOf(offer))))
    return { kind: 'refused', act: 'settings', label: w.settings, hint: w.keptReject }
  if (every(({ kind, left }) => kind === 'long-term' && left > 0))
    return { kind: 'done', act: '', label: w.subscribed, hint: '' }
  const asked = askable(offers, kept, limit)
  if (asked.every((offer) => isAccept(choiceOf(offer))))
    return { kind: 'silent', act: 'subscribe', label: w.subscribeAgain, hint: w.keptAccept }
  if (every(({ left }) => left > 0))
    return { kind: 'again', act: 'subscribe', label: w.subscribeAgain, hint: '' }
  const isPart = asked.length < offers.length
  const own = isPart ? fill(w.subscribeSome, { count: asked.length }) : label || w.subscribe
  return { kind: 'open', act: 'subscribe', label: own, hint: '' }
}
