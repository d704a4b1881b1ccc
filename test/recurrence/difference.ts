/** Our recurrence against two libraries that share nothing with it: rrule for the days, luxon for the clocks. */
import { DateTime } from 'luxon'
import { RRule, type Weekday as Day } from 'rrule'
import type { Weekday } from '../../core/contract'
import { firstOf, following } from '../../core/reminder/recurrence'
import type { Recurrence } from '../../core/reminder/reminder'
import { instantOf } from '../../core/time'

const ZONES = [
  'Asia/Shanghai',
  'America/New_York',
  'America/St_Johns',
  'Europe/Berlin',
  'Europe/London',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Africa/Casablanca',
  'Asia/Tehran',
  'America/Santiago',
  'UTC',
] as const
const DAYS: readonly Weekday[] = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU']
const DAY_OF: Record<Weekday, Day> = {
  MO: RRule.MO,
  TU: RRule.TU,
  WE: RRule.WE,
  TH: RRule.TH,
  FR: RRule.FR,
  SA: RRule.SA,
  SU: RRule.SU,
}
const UNITS = ['minutes', 'hours', 'days', 'weeks', 'months'] as const
const TIMES = 12

/** Numbers from a seed: from 0 up to 1 (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

function randomRule(random: () => number): Recurrence {
  const below = (most: number) => Math.floor(random() * most)
  const pick = <T>(all: readonly [T, ...T[]] | readonly T[]): T => all[below(all.length)] as T
  const unit = pick(UNITS)
  const two = (number: number) => String(number).padStart(2, '0')
  const day = new Date(Date.UTC(2020 + below(15), below(12), 1 + below(31))).toISOString().slice(0, 10)
  // Most of what clocks do is done in these hours.
  const hour = random() < 0.6 ? below(4) : below(24)
  const chosen = DAYS.filter(() => random() < 0.4)
  return {
    kind: 'repeat',
    zone: pick(ZONES),
    from: `${day}T${two(hour)}:${two(below(60))}`,
    every: unit === 'minutes' ? 5 + below(300) : 1 + below(unit === 'months' ? 14 : 6),
    unit,
    ...(unit === 'weeks' && chosen.length > 0 && { weekdays: chosen }),
    ...(unit === 'months' && random() < 0.3 && { lastDay: true }),
    ...(random() < 0.3 && { count: 1 + below(10) }),
  }
}

/** A wall time as luxon has it: it moves what is skipped forward, and takes one of two. */
function instantBy(wall: DateTime, zone: string): number {
  const { year, month, day, hour, minute } = wall
  const at = DateTime.fromObject({ year, month, day, hour, minute }, { zone })
  const earlier = at.getPossibleOffsets().map((one) => one.toMillis())
  return Math.min(...earlier)
}

function timesBy({ zone, from, every, unit, weekdays, lastDay, count }: Recurrence): number[] {
  const start = DateTime.fromISO(from, { zone: 'utc' })
  const most = Math.min(TIMES, count ?? TIMES)
  if (unit === 'minutes' || unit === 'hours') {
    const first = DateTime.fromMillis(instantBy(start, zone))
    return Array.from({ length: most }, (_, at) => first.plus({ [unit]: every * at }).toMillis())
  }
  const freq = { days: RRule.DAILY, weeks: RRule.WEEKLY, months: RRule.MONTHLY }[unit]
  const rule = new RRule({
    freq,
    interval: every,
    dtstart: start.toJSDate(),
    wkst: RRule.MO,
    ...(weekdays && { byweekday: weekdays.map((one) => DAY_OF[one]) }),
    ...(lastDay && { bymonthday: -1 }),
  })
  return rule
    .all((_date, index) => index < most)
    .slice(0, most)
    .map((date) => instantBy(DateTime.fromJSDate(date, { zone: 'utc' }), zone))
}

function timesOf(recurrence: Recurrence): number[] {
  const first = firstOf(recurrence, instantOf(recurrence.from, recurrence.zone) ?? 0)
  if (!first) return []
  return [first, ...following(recurrence, first, Number.POSITIVE_INFINITY, TIMES - 1)].map(({ at }) => at)
}

export interface Difference {
  rule: Recurrence
  ours: string[]
  theirs: string[]
}

/** Rules for which ours and theirs are not the same. */
export function differences({ rules, seed }: { rules: number; seed: number }): Difference[] {
  const random = randomFrom(seed)
  const text = (times: number[]) => times.map((at) => new Date(at).toISOString())
  const found: Difference[] = []
  for (let at = 0; at < rules; at += 1) {
    const rule = randomRule(random)
    const [ours, theirs] = [text(timesOf(rule)), text(timesBy(rule))]
    if (ours.join() !== theirs.join()) found.push({ rule, ours, theirs })
  }
  return found
}
