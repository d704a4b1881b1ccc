/** What will come of a draft: when, and whether it can be delivered. */
import type { Reminder } from '../../../core/contract'
import { fill, inPhoneLanguage } from '../../words/language'
import { clockOf, nowIn, timeText, wallAt } from './clock'
import { type Draft, type Remindable, wallIn, wantedOf } from './draft'
import { coveredTimes } from './grants'
import { toldTime } from './rows'
import { words } from './words'

export interface Forecast {
  /** Empty while a time is still to be picked. */
  times: string
  /** Where the clocks skip the time that was chosen. */
  shifted: string
  grant: string
  isCovered: boolean
}

/** About when that is: exact but for a change of clocks between, which no order of reminders depends on. */
const instantNear = (wall: string, zone: string): number =>
  Date.parse(`${wall}Z`) - (Date.parse(`${nowIn(zone)}Z`) - Date.now())

/** `next` are the times that the service told of it, null where it was not asked. */
export function forecastOf(
  draft: Draft,
  offer: Remindable,
  reminders: readonly Reminder[],
  next: readonly number[] | null,
): Forecast {
  const w = inPhoneLanguage(words)
  const { zone, repeat, of } = draft
  const wall = wallIn(draft)
  const [first = '', ...later] = (next ?? []).map((at) => toldTime(at, zone))
  const times = wall === null ? '' : first || (repeat === 'once' ? timeText(wall, nowIn(zone)) : '')
  const skipped = next?.find((at) => wall !== null && clockOf(wallAt(at, zone)) !== clockOf(wall))
  const at = next ?? (wall === null ? [] : [instantNear(wall, zone)])
  const schedule = wantedOf(draft, offer)?.schedule ?? { kind: 'once', at: '' }
  const { template, left, kind } = offer
  const own = { reminder: '', template, next: [...at], left, schedule }
  const others = reminders
    .filter(({ reminder }) => reminder !== of?.reminder)
    .map((one) => ({ ...one, left }))
  const isCovered = (coveredTimes([...others, own], () => kind).get('') ?? 0) > 0
  const isRepeating = schedule.kind === 'repeat'
  const enough = kind === 'long-term' ? w.always : fill(w.enough, { left })
  return {
    times: times === '' ? '' : fill(w.comes, { times: [times, ...later].join(w.separator) }),
    shifted:
      skipped === undefined ||
      wall === null ||
      (schedule.kind === 'repeat' && ['minutes', 'hours'].includes(schedule.unit))
        ? ''
        : fill(w.shifted, { wall: clockOf(wall), time: clockOf(wallAt(skipped, zone)) }),
    grant: isCovered
      ? `${enough}${isRepeating && kind === 'one-time' ? w.goesOn : ''}`
      : left > 0
        ? w.asksFirst
        : w.asks,
    isCovered,
  }
}
