/** Numbers, rates and times as staff read them. */
import { fill, inPhoneLanguage } from '../words/language'
import { words } from './words'

/** 1234567 → 1,234,567. */
export const count = (n: number): string => String(Math.round(n)).replace(/\B(?=(\d{3})+$)/g, ',')

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** About how long; no finer than it is known. */
export function duration(ms: number): string {
  const w = inPhoneLanguage(words)
  if (ms < MINUTE) return fill(w.seconds, { n: Math.max(1, Math.round(ms / 1000)) })
  if (ms < HOUR) return fill(w.minutes, { n: Math.round(ms / MINUTE) })
  const hours = Math.floor(ms / HOUR)
  if (ms < DAY) return fill(w.hours, { h: hours, m: Math.floor((ms % HOUR) / MINUTE) })
  return fill(w.days, { d: Math.floor(ms / DAY), h: Math.floor((ms % DAY) / HOUR) })
}

const short = (n: number): string => (n >= 10 ? count(n) : String(Math.round(n * 10) / 10))

/** Messages per second; per minute where less than one a second. */
export function rate(perSecond: number): string {
  const w = inPhoneLanguage(words)
  return perSecond >= 1 || perSecond === 0
    ? fill(w.perSecond, { n: short(perSecond) })
    : fill(w.perMinute, { n: short(perSecond * 60) })
}

/** The limit that was set for a campaign. */
export const limit = (perSecond: number | null): string =>
  perSecond === null ? inPhoneLanguage(words).asAllowed : rate(perSecond)

const two = (n: number) => String(n).padStart(2, '0')
export const clock = (at: number): string => {
  const date = new Date(at)
  return `${two(date.getHours())}:${two(date.getMinutes())}`
}
