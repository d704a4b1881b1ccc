/** How far a campaign is: a bar, and what is to be said beside it. */
import type { CampaignProgress, CampaignState, Outcome } from '../../core/contract'
import { count, duration, rate } from './figures'

/** The parts of the bar, in their order; the rest of it is who is still to come. */
const PARTS: readonly [tone: 'sent' | 'trouble' | 'doubt' | 'left', outcomes: readonly Outcome[]][] = [
  ['sent', ['sent']],
  ['trouble', ['refused', 'invalid', 'failed']],
  ['doubt', ['unknown']],
  ['left', ['skipped']],
]

export interface Outlook {
  /** In hundredths of all people, as far as they are known. */
  parts: { tone: string; width: number }[]
  /** Whole percent of people who are done with; -1 where nobody knows of how many. */
  percent: number
  /** `1,200 / 3,000` */
  people: string
  sent: string
  trouble: string
  /** Empty where nothing moves. */
  speed: string
  eta: string
}

const LIVE: readonly CampaignState[] = ['running']

export function outlookOf(state: CampaignState, progress: CampaignProgress): Outlook {
  const { outcomes, people, remaining, perSecond, etaMs } = progress
  const of = (some: readonly Outcome[]) => some.reduce((sum, one) => sum + (outcomes[one] ?? 0), 0)
  // Who is put off has been read, and is among those who remain.
  const done = people - of(['deferred'])
  const total = remaining === null ? null : done + remaining
  // While nobody knows of how many, the bar shows the shares of those who are done with.
  const whole = total ?? done
  const isLive = LIVE.includes(state)
  return {
    parts: PARTS.map(([tone, some]) => ({ tone, width: whole === 0 ? 0 : round((of(some) * 100) / whole) })),
    percent: total === null ? -1 : total === 0 ? 100 : Math.floor((done * 100) / total),
    people: total === null ? count(done) : `${count(done)} / ${count(total)}`,
    sent: count(of(['sent'])),
    trouble: count(of(['refused', 'invalid', 'failed'])),
    speed: isLive && perSecond !== null ? rate(perSecond) : '',
    eta: isLive && etaMs !== null && etaMs > 0 ? duration(etaMs) : '',
  }
}

const round = (n: number) => Math.round(n * 100) / 100
