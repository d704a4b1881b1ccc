/** Hours of the day in which nothing is sent to somebody, or outside which a campaign rests. */
import type { QuietHours } from '../contract'
import { offsetAt } from '../time'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

const minutesOf = (clock: string) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5))

/** Epoch ms at which the hours that `now` falls into are over; null where it falls into none. */
export function quietUntil(quiet: QuietHours | null, now: number): number | null {
  if (quiet === null || quiet.from === quiet.to) return null
  const wall = now + offsetAt(quiet.zone, now)
  const minute = Math.floor((wall % DAY) / MINUTE)
  const from = minutesOf(quiet.from)
  const to = minutesOf(quiet.to)
  const isQuiet = from < to ? minute >= from && minute < to : minute >= from || minute < to
  if (!isQuiet) return null
  const days = minute < to ? 0 : 1
  const end = wall - (wall % DAY) + days * DAY + to * MINUTE
  // The offset at the end counts: the clocks may have changed in the night.
  return end - offsetAt(quiet.zone, end - offsetAt(quiet.zone, now))
}

/** Epoch ms at which the window opens again; null where it is open, or there is none. */
export function closedUntil(window: QuietHours | null, now: number): number | null {
  if (window === null || window.from === window.to) return null
  return quietUntil({ from: window.to, to: window.from, zone: window.zone }, now)
}
