/** Messages over time, as bars. */
import type { CampaignProgress } from '../../../core/contract'
import { timeOf } from '../../pages/messages/items'
import { fill, inPhoneLanguage } from '../../words/language'
import { clock, count, duration } from '../figures'
import { words } from './words'

/** As many as a phone shows with a gap between them that one can see. */
const BARS = 36

export interface Chart {
  bars: { at: number; height: number; label: string }[]
  from: string
  to: string
  /** The most of one bar, in words. */
  most: string
  /** All of it in words. */
  label: string
}

/** Null before anything was sent. Times without a message are bars without a height. */
export function chartOf({ intervalMs, sent }: CampaignProgress['timeline'], now: number): Chart | null {
  const first = sent[0]?.[0]
  const last = sent[sent.length - 1]?.[0]
  if (first === undefined || last === undefined) return null
  const w = inPhoneLanguage(words)
  const wide = Math.ceil(((last - first) / intervalMs + 1) / BARS) * intervalMs
  const size = Math.floor((last - first) / wide) + 1
  const counts = Array.from({ length: size }, () => 0)
  for (const [at, messages] of sent) {
    const place = Math.floor((at - first) / wide)
    counts[place] = (counts[place] ?? 0) + messages
  }
  const max = Math.max(...counts)
  const interval = duration(wide)
  const bars = counts.map((messages, place) => ({
    at: first + place * wide,
    height: Math.round((messages * 1000) / max) / 10,
    label: fill(w.bar, { time: clock(first + place * wide), interval, count: count(messages) }),
  }))
  const most = fill(w.chartMost, { interval, max: count(max) })
  const [from, to] = [timeOf(first, now), timeOf(last + intervalMs, now)]
  return {
    bars,
    from,
    to,
    most,
    label: fill(w.chartLabel, { from, to, most }),
  }
}
