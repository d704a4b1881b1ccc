/** A campaign as its page shows it. */
import type { CampaignDetail, CampaignProgress, Card, Outcome } from '../../../core/contract'
import { timeOf } from '../../pages/messages/items'
import { fill, inPhoneLanguage } from '../../words/language'
import { type Fact, factsOf, type Names } from '../facts'
import { count } from '../figures'
import { type Outlook, outlookOf } from '../outlook'
import { sentence } from '../sentence'
import { words as shared } from '../words'
import { type Button, buttonsOf, canAdjust } from './acts'
import { type Chart, chartOf } from './chart'
import { words } from './words'

export interface OutcomeRow {
  outcome: Outcome
  name: string
  count: string
  /** What it consists of, the most frequent first; empty where the name says it all. */
  codes: { code: string; words: string; count: string }[]
}

const ORDER: readonly Outcome[] = ['sent', 'failed', 'invalid', 'refused', 'unknown', 'deferred', 'skipped']

export function outcomeRows({ outcomes, codes }: CampaignProgress): OutcomeRow[] {
  const { outcomes: names } = inPhoneLanguage(shared)
  return ORDER.filter((outcome) => (outcomes[outcome] ?? 0) > 0).map((outcome) => ({
    outcome,
    name: names[outcome],
    count: count(outcomes[outcome] ?? 0),
    codes: codes
      .filter((one) => one.outcome === outcome && one.code !== 0)
      .map(({ code, words: text, count: people }) => ({
        code: String(code),
        words: sentence(text),
        count: count(people),
      })),
  }))
}

export interface View {
  name: string
  state: string
  stateName: string
  /** Why it stands still, or when it will begin. */
  reason: string
  /** Whether there is anything to tell of how far it is. */
  isBegun: boolean
  outlook: Outlook
  label: string
  quota: string
  outcomes: OutcomeRow[]
  chart: Chart | null
  facts: Fact[]
  card: Card | null
  buttons: Button[]
  canAdjust: boolean
}

export function viewOf(detail: CampaignDetail, names: Names, now: number): View {
  const w = inPhoneLanguage(words)
  const { name, state, reason = '', startAt, startedAt, progress, card } = detail
  const outlook = outlookOf(state, progress)
  const stateName = inPhoneLanguage(shared).states[state]
  const { people, percent } = outlook
  const begins =
    state === 'scheduled' && startAt !== null ? fill(w.scheduled, { time: timeOf(startAt, now) }) : ''
  return {
    name,
    state,
    stateName,
    reason: sentence(reason) || begins,
    isBegun: startedAt !== null,
    outlook,
    label: fill(percent < 0 ? w.progressOpen : w.progress, { name, state: stateName, people, percent }),
    quota: progress.quotaLeft === null ? '' : count(progress.quotaLeft),
    outcomes: outcomeRows(progress),
    chart: chartOf(progress.timeline, now),
    facts: factsOf(detail, names, now),
    card: card ?? null,
    buttons: buttonsOf(state, progress),
    canAdjust: canAdjust(state),
  }
}

/** What has changed, as setData takes it: a page that is looked at for an hour sends little. */
export function changesOf(before: View | null, after: View): Record<string, unknown> {
  if (before === null) return { view: after }
  const keys = Object.keys(after) as (keyof View)[]
  const changed = keys.filter((key) => JSON.stringify(after[key]) !== JSON.stringify(before[key]))
  return Object.fromEntries(changed.map((key) => [`view.${key}`, after[key]]))
}
