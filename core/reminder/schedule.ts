/** What a person asks for as a time, checked: an impossible, unknown or senseless one is refused in words. */
import type { Schedule } from '../contract'
import { type FoundFault, ServiceError } from '../errors'
import { firstOf } from './recurrence'
import type { Occurrence, Recurrence } from './reminder'
import { formatTime, instantOf, isZone } from '../time'

const MINUTE = 60_000
/** Nothing comes more often than this: a person would be sent more than anybody reads. */
export const LEAST_MINUTES = 5
/** Nothing is set for later: WeChat's grants and templates do not last as long. */
const FURTHEST_MS = 5 * 366 * 24 * 60 * MINUTE
/** A repeating reminder may have begun in the past, so that its interval is counted from there. */
const BEGUN_MS = 366 * 24 * 60 * MINUTE
const WALL = 'YYYY-MM-DDTHH:mm'

const words = {
  past: { zh: '这个时间已经过去', en: 'this time is over' },
  far: { zh: '最远只能设到五年以内', en: 'five years ahead at the most' },
  day: { zh: '没有这一天或这个时刻', en: 'there is no such day or hour' },
  often: {
    zh: `最快每 ${LEAST_MINUTES} 分钟一次`,
    en: `every ${LEAST_MINUTES} minutes at the most often`,
  },
  weekdays: { zh: '只有按周重复时才能选星期几', en: 'weekdays are for a repeat by weeks' },
  lastDay: { zh: '只有按月重复时才有“最后一天”', en: 'the last day is for a repeat by months' },
  never: { zh: '这样设一次也不会发出', en: 'it would never come' },
  bothEnds: { zh: '结束时间和次数只能选一个', en: 'either until or count, not both' },
} as const

/** A checked schedule: its first time, and how it comes again. */
export interface Planned {
  first: Occurrence
  recurrence: Recurrence | null
}

/** Throws INPUT_INVALID with every fault; paths are below `path`. */
export function plan(
  schedule: Schedule,
  zone: string,
  now: number,
  { action, path = 'input.schedule' }: { action: string; path?: string },
): Planned {
  const faults: FoundFault[] = []
  const fault = (field: string, rule: keyof typeof words, got: unknown) =>
    faults.push({ path: field, problem: 'rule', facts: { rule: words[rule], got: String(got) } })
  const refuse = (): never => {
    throw new ServiceError('INPUT_INVALID', { action }, faults)
  }
  if (!isZone(zone)) {
    faults.push({ path: 'input.zone', problem: 'like', facts: { like: 'Asia/Shanghai', got: zone } })
    return refuse()
  }
  const timeAt = (field: string, wall: string): number | undefined => {
    const at = instantOf(wall, zone)
    if (at === null) fault(`${path}.${field}`, 'day', wall)
    else if (at > now + FURTHEST_MS) fault(`${path}.${field}`, 'far', wall)
    return at ?? undefined
  }
  switch (schedule.kind) {
    case 'delay': {
      // Whole minutes, like every other time; never less than was asked for.
      const at = Math.ceil((now + schedule.minutes * MINUTE) / MINUTE) * MINUTE
      return { first: { number: 1, wall: formatTime(at, zone, WALL), at }, recurrence: null }
    }
    case 'once': {
      const at = timeAt('at', schedule.at)
      if (at !== undefined && at < now) fault(`${path}.at`, 'past', schedule.at)
      if (at === undefined || faults.length > 0) return refuse()
      return { first: { number: 1, wall: schedule.at, at }, recurrence: null }
    }
    case 'repeat': {
      const { from, every, unit, weekdays, lastDay, until, count } = schedule
      const at = timeAt('from', from)
      const end = until === undefined ? undefined : timeAt('until', until)
      if (at !== undefined && at < now - BEGUN_MS) fault(`${path}.from`, 'past', from)
      if (unit === 'minutes' && every < LEAST_MINUTES) fault(`${path}.every`, 'often', every)
      if (weekdays && unit !== 'weeks') fault(`${path}.weekdays`, 'weekdays', unit)
      if (lastDay && unit !== 'months') fault(`${path}.lastDay`, 'lastDay', unit)
      if (until !== undefined && count !== undefined) fault(`${path}.count`, 'bothEnds', count)
      if (end !== undefined && end < now) fault(`${path}.until`, 'past', until)
      if (faults.length > 0) return refuse()
      const recurrence = { ...schedule, zone }
      const first = firstOf(recurrence, now)
      if (first) return { first, recurrence }
      fault(path, 'never', until ?? count)
      return refuse()
    }
    default: {
      const unreachable: never = schedule
      throw new Error(`no such schedule: ${JSON.stringify(unreachable)}`)
    }
  }
}
