/** When a reminder comes: the choices of the page, the schedule that they make, and a schedule in words. */
import type { Schedule, Weekday } from '../../../core/contract'
import { fill, inPhoneLanguage } from '../../words/language'
import { clockOf, dayAfter, dayOf, timeText, weekdayOf, wallAt, nowIn } from './clock'
import { words } from './words'

/** `kept` is the time or the repeat that a reminder has already. */
export type When = 'kept' | 'hour' | 'evening' | 'morning' | 'picked'
export type Repeat = 'kept' | 'once' | 'days' | 'workdays' | 'weeks' | 'months' | 'lastDay'

export interface Choice<T extends string> {
  value: T
  name: string
}

const EVENING = '20:00'
const MORNING = '09:00'
const HOUR_MS = 3_600_000
const WORKDAYS: Weekday[] = ['MO', 'TU', 'WE', 'TH', 'FR']

/** The time that a choice stands for now; the evening is tomorrow's once this one has begun. */
export function wallOf(when: Exclude<When, 'kept' | 'picked'>, zone: string): string {
  const now = nowIn(zone)
  const today = dayOf(now)
  if (when === 'hour') return wallAt(Date.now() + HOUR_MS, zone)
  if (when === 'morning') return `${dayAfter(today)}T${MORNING}`
  return `${clockOf(now) < EVENING ? today : dayAfter(today)}T${EVENING}`
}

export function whenChoices(zone: string, isKept: boolean): Choice<When>[] {
  const w = inPhoneLanguage(words)
  const isTonight = dayOf(wallOf('evening', zone)) === dayOf(nowIn(zone))
  const evening = fill(isTonight ? w.tonight : w.tomorrowEvening, { time: EVENING })
  return [
    ...(isKept ? [{ value: 'kept' as const, name: w.keptTime }] : []),
    { value: 'evening', name: evening },
    { value: 'morning', name: fill(w.tomorrow, { time: MORNING }) },
    { value: 'hour', name: w.inAnHour },
    { value: 'picked', name: w.pick },
  ]
}

export function repeatChoices(kept: Schedule | null): Choice<Repeat>[] {
  const { repeats, keptRepeat } = inPhoneLanguage(words)
  const all = ['once', 'days', 'workdays', 'weeks', 'months', 'lastDay'] as const
  const rhythm = kept === null ? '' : repeatText(kept)
  return [
    ...(kept === null
      ? []
      : [{ value: 'kept' as const, name: rhythm === '' ? repeats.once : fill(keptRepeat, { rhythm }) }]),
    ...all
      .filter((value) => kept === null || value !== 'once' || rhythm !== '')
      .map((value) => ({ value, name: repeats[value] })),
  ]
}

/** The schedule that begins at `wall`; what a kept repeat has besides its time stays. */
export function scheduleOf(wall: string, repeat: Repeat, kept: Schedule | null): Schedule {
  const every = { kind: 'repeat', from: wall, every: 1 } as const
  switch (repeat) {
    case 'kept':
      return kept?.kind === 'repeat' ? { ...kept, from: wall } : { kind: 'once', at: wall }
    case 'once':
      return { kind: 'once', at: wall }
    case 'days':
      return { ...every, unit: 'days' }
    case 'workdays':
      return { ...every, unit: 'weeks', weekdays: WORKDAYS }
    case 'weeks':
      return { ...every, unit: 'weeks' }
    case 'months':
      return { ...every, unit: 'months' }
    case 'lastDay':
      return { ...every, unit: 'months', lastDay: true }
    default: {
      const unknown: never = repeat
      throw new Error(`no such repeat: ${String(unknown)}`)
    }
  }
}

/** How it comes again: `每周一、周三`; empty where it comes once. */
export function repeatText(schedule: Schedule): string {
  if (schedule.kind !== 'repeat') return ''
  const w = inPhoneLanguage(words)
  const { every, unit, from, weekdays, lastDay, until, count } = schedule
  const isWorkdays = weekdays?.length === WORKDAYS.length && WORKDAYS.every((day) => weekdays.includes(day))
  const days = (weekdays ?? [weekdayOf(from)]).map((day) => w.weekdays[day]).join(w.comma)
  const facts = { n: every, days, date: Number(from.slice(8, 10)) }
  const one = unit === 'weeks' && isWorkdays ? 'workdays' : unit === 'months' && lastDay ? 'lastDay' : unit
  const rhythm = fill(every === 1 ? w.everyOne[one] : w.everyMany[one], facts)
  if (until !== undefined) return fill(w.until, { rhythm, time: timeText(until, until.slice(0, 4)) })
  return count === undefined ? rhythm : fill(w.counted, { rhythm, count })
}
