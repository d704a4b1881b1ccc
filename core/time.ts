/** Times in a zone: one place that knows offsets, so that nothing depends on the zone a function happens to run in. */
import dayjs from 'dayjs'
import utc from 'dayjs/plugin/utc'

dayjs.extend(utc)

const MINUTE = 60_000
const formatters = new Map<string, Intl.DateTimeFormat>()

function formatterOf(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone)
  if (known) return known
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  formatters.set(zone, made)
  return made
}

/** Whether this is a time zone that the runtime knows, such as `Asia/Shanghai`. */
export function isZone(zone: string): boolean {
  try {
    formatterOf(zone)
    return true
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

/** Offsets change at whole quarters of an hour: within one they are the same, and asking Intl is slow. */
const QUARTER = 15 * MINUTE
const KNOWN_OFFSETS = 1000
const offsets = new Map<string, Map<number, number>>()

/** Milliseconds that the zone's wall clock is ahead of UTC at this instant. */
export function offsetAt(zone: string, instant: number): number {
  const quarter = Math.floor(instant / QUARTER) * QUARTER
  const known = offsets.get(zone)
  const found = known?.get(quarter)
  if (found !== undefined) return found
  const offset = askOffset(zone, quarter)
  if (known && known.size < KNOWN_OFFSETS) known.set(quarter, offset)
  else offsets.set(zone, new Map([[quarter, offset]]))
  return offset
}

function askOffset(zone: string, instant: number): number {
  const part: Record<string, number> = {}
  for (const { type, value } of formatterOf(zone).formatToParts(instant)) part[type] = Number(value)
  const wall = Date.UTC(
    part.year ?? 0,
    (part.month ?? 1) - 1,
    part.day ?? 1,
    part.hour ?? 0,
    part.minute ?? 0,
    part.second ?? 0,
  )
  return wall - Math.floor(instant / 1000) * 1000
}

/** The wall clock of the zone at this instant, in dayjs's format letters. */
export function formatTime(instant: number, zone: string, format: string): string {
  return dayjs.utc(instant + offsetAt(zone, instant)).format(format)
}

const WRITTEN =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?)?(Z|[+-]\d{2}:\d{2})?$/

/** What was asked last: a param is checked and then rendered, and many messages say the same time. */
let last: { text: string; zone: string; instant: number | null } = { text: '', zone: '', instant: null }

/**
 * The instant that an ISO date or date-time names; without an offset it is meant in `zone`. Null where it is no such
 * text or the day does not exist. A wall time that a zone skips moves forward by the gap; one that comes twice is
 * the first.
 */
export function instantOf(text: string, zone: string): number | null {
  if (text !== last.text || zone !== last.zone) last = { text, zone, instant: read(text, zone) }
  return last.instant
}

function read(text: string, zone: string): number | null {
  const match = WRITTEN.exec(text)
  if (!match) return null
  const [, y, mo, d, h = '00', mi = '00', s = '00', offset] = match
  const wall = `${y}-${mo}-${d}T${h}:${mi}:${s}.000Z`
  const ms = Date.parse(wall)
  // A day or an hour that does not exist is no date, or reads as another one.
  if (Number.isNaN(ms) || new Date(ms).toISOString() !== wall) return null
  if (offset === 'Z') return ms
  if (offset) {
    const sign = offset.startsWith('-') ? -1 : 1
    return ms - sign * (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4, 6))) * MINUTE
  }
  const before = offsetAt(zone, ms - 24 * 60 * MINUTE)
  const after = offsetAt(zone, ms + 24 * 60 * MINUTE)
  if (before === after) return ms - before
  const candidates = [ms - before, ms - after].filter((at) => offsetAt(zone, at) === ms - at)
  return candidates.length > 0 ? Math.min(...candidates) : ms - before
}
