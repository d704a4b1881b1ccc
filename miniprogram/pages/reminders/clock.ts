/** Times on the wall clock of a zone: `2026-12-01T19:00`, and as people say them. */
import { fill, inPhoneLanguage } from '../../words/language'
import { words } from './words'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
const CHINA = 'Asia/Shanghai'

const formatters = new Map<string, Intl.DateTimeFormat | null>()

/** Null where the phone knows no zones, or not this one: the JavaScript of older phones has no Intl. */
function formatterOf(zone: string): Intl.DateTimeFormat | null {
  const known = formatters.get(zone)
  if (known !== undefined) return known
  let made: Intl.DateTimeFormat | null
  try {
    const parts = {
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    } as const
    made = new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', ...parts })
  } catch (error) {
    console.warn('Intl', zone, error)
    made = null
  }
  formatters.set(zone, made)
  return made
}

/** Without Intl China is known, which changes no clocks; of any other zone the phone's own clock is the best guess. */
export function wallAt(at: number, zone: string): string {
  const formatter = formatterOf(zone)
  if (formatter) {
    const part: Record<string, string> = {}
    for (const { type, value } of formatter.formatToParts(at)) part[type] = value
    return `${part.year}-${part.month}-${part.day}T${part.hour}:${part.minute}`
  }
  const ahead = zone === CHINA ? 8 * 60 : -new Date(at).getTimezoneOffset()
  return new Date(at + ahead * MINUTE).toISOString().slice(0, 16)
}

export const dayOf = (wall: string): string => wall.slice(0, 10)
export const clockOf = (wall: string): string => wall.slice(11)

/** `2026-11-21` and one more: `2026-11-22`. */
export const dayAfter = (day: string, days = 1): string =>
  new Date(Date.parse(`${day}T00:00Z`) + days * DAY).toISOString().slice(0, 10)

export const weekdays = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'] as const
export const weekdayOf = (wall: string): (typeof weekdays)[number] =>
  weekdays[new Date(`${dayOf(wall)}T00:00Z`).getUTCDay()] ?? 'SU'

/** `今天 20:00`, `11月24日 周二 09:00`, with the year where it is another one. */
export function timeText(wall: string, nowWall: string): string {
  const w = inPhoneLanguage(words)
  const time = clockOf(wall)
  const day = dayOf(wall)
  if (day === dayOf(nowWall)) return fill(w.today, { time })
  if (day === dayAfter(dayOf(nowWall))) return fill(w.tomorrow, { time })
  const [year = '', month = '', date = ''] = day.split('-')
  const facts = { year, month: Number(month), date: Number(date), weekday: w.weekdays[weekdayOf(wall)], time }
  return fill(year === nowWall.slice(0, 4) ? w.thisYear : w.otherYear, facts)
}

/** Now, to the minute, of a zone. */
export const nowIn = (zone: string): string => wallAt(Date.now(), zone)
