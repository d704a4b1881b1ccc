/**
 * The platform's timer expressions: seven fields, in China's time (wechat.md §7: second, minute, hour, day, month,
 * weekday, year; `, - * /`; day and weekday are OR-ed when both are given).
 */

interface Field {
  name: string
  min: number
  max: number
  names?: readonly string[]
}

const FIELDS = [
  { name: 'second', min: 0, max: 59 },
  { name: 'minute', min: 0, max: 59 },
  { name: 'hour', min: 0, max: 23 },
  { name: 'day', min: 1, max: 31 },
  {
    name: 'month',
    min: 1,
    max: 12,
    names: ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'],
  },
  { name: 'weekday', min: 0, max: 6, names: ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'] },
  { name: 'year', min: 1970, max: 2099 },
] as const satisfies readonly Field[]

const CHINA_OFFSET_MS = 8 * 3_600_000
const DAY_MS = 86_400_000

/** A parsed timer expression. */
export interface Cron {
  /** The first time strictly after `after` (ms since 1970), or undefined when there is none up to 2099. */
  next(after: number): number | undefined
}

/** Parses a timer expression; throws an Error that names the field and what is allowed. */
export function parseCron(expression: string): Cron {
  const parts = expression.trim().split(/\s+/)
  if (parts.length !== FIELDS.length)
    throw new Error(
      `cron "${expression}" has ${parts.length} fields; wanted 7: ${FIELDS.map((field) => field.name).join(' ')}`,
    )
  const allowed = FIELDS.map((field, index) => parseField(field, parts[index] ?? '', expression))
  const [seconds, minutes, hours, days, months, weekdays, years] = allowed
  const isDayFree = parts[3] === '*'
  const isWeekdayFree = parts[5] === '*'

  const matchesDay = (date: Date): boolean => {
    const byDay = has(days, date.getUTCDate())
    const byWeekday = has(weekdays, date.getUTCDay())
    return isDayFree || isWeekdayFree ? byDay && byWeekday : byDay || byWeekday
  }

  return {
    next(after) {
      // Everything below is in China's time, read through UTC methods.
      const start = (Math.floor(after / 1000) + 1) * 1000 + CHINA_OFFSET_MS
      let midnight = Math.floor(start / DAY_MS) * DAY_MS
      for (;;) {
        const date = new Date(midnight)
        const year = date.getUTCFullYear()
        if (year > 2099) return undefined
        if (!has(years, year)) {
          midnight = Date.UTC(year + 1, 0, 1)
          continue
        }
        if (!has(months, date.getUTCMonth() + 1)) {
          midnight = Date.UTC(year, date.getUTCMonth() + 1, 1)
          continue
        }
        if (matchesDay(date)) {
          const time = firstTime(hours, minutes, seconds, Math.max(0, start - midnight) / 1000)
          if (time !== undefined) return midnight + time * 1000 - CHINA_OFFSET_MS
        }
        midnight += DAY_MS
      }
    },
  }
}

/** The first allowed second of a day at or after `from` (seconds since midnight). */
function firstTime(hours: Allowed, minutes: Allowed, seconds: Allowed, from: number): number | undefined {
  const fromHour = Math.floor(from / 3600)
  for (let hour = fromHour; hour < 24; hour++) {
    if (!has(hours, hour)) continue
    const fromMinute = hour === fromHour ? Math.floor((from % 3600) / 60) : 0
    for (let minute = fromMinute; minute < 60; minute++) {
      if (!has(minutes, minute)) continue
      const fromSecond = hour === fromHour && minute === Math.floor((from % 3600) / 60) ? from % 60 : 0
      for (let second = fromSecond; second < 60; second++)
        if (has(seconds, second)) return hour * 3600 + minute * 60 + second
    }
  }
  return undefined
}

type Allowed = ReadonlySet<number> | undefined

/** An absent set allows everything. */
function has(allowed: Allowed, value: number): boolean {
  return allowed?.has(value) ?? true
}

function parseField(field: Field, text: string, expression: string): Allowed {
  if (text === '*') return undefined
  const values = new Set<number>()
  for (const part of text.split(','))
    for (const value of parsePart(field, part, expression)) values.add(value)
  return values
}

function parsePart(field: Field, part: string, expression: string): number[] {
  const fault = (why: string): Error =>
    new Error(
      `cron "${expression}": ${field.name} "${part}" ${why}; allowed are ${field.min}-${field.max}` +
        `${field.names ? ` and ${field.names[0]}-${field.names.at(-1)}` : ''}, with , - * /`,
    )
  const [range = '', step, ...rest] = part.split('/')
  if (rest.length > 0) throw fault('has more than one /')
  if (step !== undefined && !/^[1-9]\d*$/.test(step)) throw fault('has a step that is not a positive number')

  const read = (text: string): number => {
    const named = field.names?.indexOf(text.toUpperCase()) ?? -1
    if (named >= 0) return named + field.min
    if (!/^\d+$/.test(text)) throw fault('is not a value')
    const value = Number(text)
    if (value < field.min || value > field.max) throw fault('is out of range')
    return value
  }

  const [low = '', high, ...more] = range.split('-')
  if (more.length > 0) throw fault('has more than one -')
  const first = range === '*' ? field.min : read(low)
  // `5/10` starts at 5 and goes to the end; `5` alone is one value.
  const last =
    range === '*' ? field.max : high !== undefined ? read(high) : step === undefined ? first : field.max
  if (last < first) throw fault('runs backwards')
  const every = Number(step ?? 1)
  return Array.from({ length: Math.floor((last - first) / every) + 1 }, (_, index) => first + index * every)
}
