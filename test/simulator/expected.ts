/** When reminders are due, worked out day by day and by luxon's clocks: it shares nothing with core. */
import { DateTime } from 'luxon'
import type { Schedule } from '../../core/contract'
import type { SeriesRule } from '../../core/reminder/reminder'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
const STEP_MS = { minutes: MINUTE, hours: 60 * MINUTE } as const
/** Nothing that is simulated comes later than so many days after it was set. */
const HORIZON_DAYS = 800
const WEEKDAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'] as const

type Repeat = Extract<Schedule, { kind: 'repeat' }>

/** By zone and wall time: seeds begin at the same hour, and luxon takes its time. */
const instants = new Map<string, number>()
const KNOWN_INSTANTS = 10_000

/** A wall time of a zone: moved forward where the clocks skip it, the first where it comes twice. */
export function instantBy(wall: string, zone: string): number {
  const key = `${zone} ${wall}`
  const known = instants.get(key)
  if (known !== undefined) return known
  const possible = DateTime.fromISO(wall, { zone }).getPossibleOffsets()
  const instant = Math.min(...possible.map((one) => one.toMillis()))
  if (instants.size === KNOWN_INSTANTS) instants.clear()
  instants.set(key, instant)
  return instant
}

/** Monday of a day's week, as a number of days. */
const weekOf = (day: number) => Math.floor((day + 3) / 7)

function isDay({ unit, every, weekdays, lastDay, from }: Repeat, day: number): boolean {
  const began = Date.parse(from.slice(0, 10)) / DAY
  const date = new Date(day * DAY)
  const first = new Date(began * DAY)
  if (unit === 'days') return (day - began) % every === 0
  if (unit === 'weeks') {
    const days: readonly string[] = weekdays ?? [WEEKDAYS[first.getUTCDay()] ?? '']
    return (weekOf(day) - weekOf(began)) % every === 0 && days.includes(WEEKDAYS[date.getUTCDay()] ?? '')
  }
  const months =
    12 * (date.getUTCFullYear() - first.getUTCFullYear()) + date.getUTCMonth() - first.getUTCMonth()
  const isLastDay = new Date((day + 1) * DAY).getUTCDate() === 1
  return months % every === 0 && (lastDay ? isLastDay : date.getUTCDate() === first.getUTCDate())
}

function* timesFrom(repeat: Repeat, zone: string): Generator<number> {
  const { unit, every, from } = repeat
  if (unit === 'minutes' || unit === 'hours') {
    const start = instantBy(from, zone)
    for (let at = start; at < start + HORIZON_DAYS * DAY; at += every * STEP_MS[unit]) yield at
    return
  }
  const began = Date.parse(from.slice(0, 10)) / DAY
  for (let day = began; day < began + HORIZON_DAYS; day += 1)
    if (isDay(repeat, day))
      yield instantBy(`${new Date(day * DAY).toISOString().slice(0, 10)}${from.slice(10)}`, zone)
}

/** When the people of an event are reminded. */
export function expectedBefore(before: SeriesRule['before'], event: string, zone: string): number {
  if (before.kind === 'minutes') return instantBy(event, zone) - before.minutes * MINUTE
  const day = Date.parse(event.slice(0, 10)) - before.days * DAY
  return instantBy(`${new Date(day).toISOString().slice(0, 10)}T${before.at}`, zone)
}

/** All times (epoch ms) of what was set at `since`. */
export function expectedTimes(schedule: Schedule, zone: string, since: number): number[] {
  if (schedule.kind === 'once') return [instantBy(schedule.at, zone)]
  if (schedule.kind === 'delay') return [Math.ceil((since + schedule.minutes * MINUTE) / MINUTE) * MINUTE]
  const { until, count = Number.POSITIVE_INFINITY } = schedule
  const end = until === undefined ? Number.POSITIVE_INFINITY : instantBy(until, zone)
  const times: number[] = []
  for (const at of timesFrom(schedule, zone)) {
    if (at > end || times.length === count) break
    if (at >= since) times.push(at)
  }
  return times
}
