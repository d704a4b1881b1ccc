/**
 * When a reminder comes again. Days, weeks and months are counted on the wall clock of the person's zone, by the rules
 * of iCalendar (RFC 5545); minutes and hours by the time that passes, so that "every 6 hours" is six hours in any night.
 */
import { RRuleTemporal } from 'rrule-temporal'
import type { Weekday } from '../contract'
import type { Occurrence, Recurrence } from './reminder'
import { formatTime, instantOf } from '../time'

const MINUTE = 60_000
const STEP_MS = { minutes: MINUTE, hours: 60 * MINUTE } as const
const WALL = 'YYYY-MM-DDTHH:mm'
const WEEKDAYS: readonly Weekday[] = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA']

/** Wall times are counted as if all were in UTC: what a zone makes of one is asked afterwards. */
const utcOf = (wall: string) => Date.parse(`${wall}Z`)
const wallOf = (utc: number) => new Date(utc).toISOString().slice(0, WALL.length)

function ruleOf({ unit, every, weekdays, lastDay, from }: Recurrence): string {
  switch (unit) {
    case 'days':
      return `FREQ=DAILY;INTERVAL=${every}`
    case 'weeks': {
      const days = weekdays ?? [WEEKDAYS[new Date(utcOf(from)).getUTCDay()]]
      return `FREQ=WEEKLY;INTERVAL=${every};WKST=MO;BYDAY=${days.join(',')}`
    }
    case 'months':
      return `FREQ=MONTHLY;INTERVAL=${every};BYMONTHDAY=${lastDay ? -1 : Number(from.slice(8, 10))}`
    case 'minutes':
    case 'hours':
      throw new Error(`${unit} are counted by the time that passes`)
    default: {
      const unreachable: never = unit
      throw new Error(`no such unit: ${String(unreachable)}`)
    }
  }
}

/** Many people have the same rule, and their next times are asked for together. */
const known = new Map<string, string | null>()
const KNOWN = 10_000

/**
 * The next wall time of the rule behind `wall` (or at it), which is a time of the rule or its beginning: intervals are
 * counted from there, so nothing before it need be gone through.
 */
function nextWall(rule: string, wall: string, isIncluded: boolean): string | null {
  const key = `${rule} ${wall} ${isIncluded}`
  const found = known.get(key)
  if (found !== undefined) return found
  const start = wall.replace(/[-:]/g, '')
  const recurrence = new RRuleTemporal({ rruleString: `DTSTART:${start}00Z\nRRULE:${rule}` })
  const next = recurrence.next(new Date(utcOf(wall)), isIncluded)
  const result = next === null ? null : wallOf(next.epochMilliseconds)
  if (known.size >= KNOWN) known.clear()
  known.set(key, result)
  return result
}

function occurrenceAt({ zone, until, count }: Recurrence, number: number, wall: string): Occurrence | null {
  const at = instantOf(wall, zone)
  if (at === null) throw new Error(`${wall} is no time that a recurrence can give`)
  if (count !== undefined && number > count) return null
  if (until !== undefined && at > (instantOf(until, zone) ?? 0)) return null
  return { number, wall, at }
}

function elapsedAt(recurrence: Recurrence, number: number, at: number): Occurrence | null {
  const { zone, until, count } = recurrence
  if (count !== undefined && number > count) return null
  if (until !== undefined && at > (instantOf(until, zone) ?? 0)) return null
  return { number, wall: formatTime(at, zone, WALL), at }
}

const stepOf = ({ unit, every }: Recurrence): number | undefined =>
  unit === 'minutes' || unit === 'hours' ? every * STEP_MS[unit] : undefined

/** The first time at or after `since` (epoch ms): it has the number 1. Null where there is none. */
export function firstOf(recurrence: Recurrence, since: number): Occurrence | null {
  const { from, zone } = recurrence
  const step = stepOf(recurrence)
  if (step !== undefined) {
    const start = instantOf(from, zone) ?? since
    return elapsedAt(recurrence, 1, start + Math.max(0, Math.ceil((since - start) / step)) * step)
  }
  const rule = ruleOf(recurrence)
  let wall = nextWall(rule, from, true)
  while (wall !== null && (instantOf(wall, zone) ?? 0) < since) wall = nextWall(rule, wall, false)
  return wall === null ? null : occurrenceAt(recurrence, 1, wall)
}

/** The one behind this; null behind the last. */
export function nextOf(recurrence: Recurrence, { number, wall, at }: Occurrence): Occurrence | null {
  const step = stepOf(recurrence)
  if (step !== undefined) return elapsedAt(recurrence, number + 1, at + step)
  const next = nextWall(ruleOf(recurrence), wall, false)
  return next === null ? null : occurrenceAt(recurrence, number + 1, next)
}

/** Those behind this one up to the first that is later than `until` (epoch ms), and so many at the most. */
export function following(
  recurrence: Recurrence,
  from: Occurrence,
  until: number,
  most: number,
): Occurrence[] {
  const found: Occurrence[] = []
  for (let next = nextOf(recurrence, from); next && found.length < most; next = nextOf(recurrence, next)) {
    found.push(next)
    if (next.at > until) break
  }
  return found
}
