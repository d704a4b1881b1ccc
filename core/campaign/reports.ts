/** How far campaigns are: exact counts, rate and time left, from one read of their lanes' progress. */
import { Budgets, PLATFORM } from '../delivery/budgets'
import { type Campaign, type Progress, progressId } from './campaign'
import type { CampaignProgress, Outcome } from '../contract'
import { type Code, outcomeOf } from '../delivery/outcomes'
import { type Doc, oneOf, type Ports } from '../ports'
import type { Lang } from '../sentences'
import { codeWords } from './words'

const MINUTE = 60_000
/** One read gives so many documents at most (wechat.md §8). */
const READ = 1000
/** What a report needs of a lane, and of the platform's day, which is kept among them so that one read has both. */
const FIELDS = ['campaign', 'counts', 'read', 'done', 'later', 'timeline', 'sequence', 'lane', 'day', 'used']

/** Lanes by campaign, and the platform's document. */
export interface Read {
  lanes: ReadonlyMap<string, Progress[]>
  platform?: Doc
}

/** The progress of these campaigns. One read for up to 999 lanes in all. */
export async function findProgress(
  { store }: Pick<Ports, 'store'>,
  campaigns: readonly Pick<Campaign, '_id' | 'lanes'>[],
): Promise<Read> {
  const lanes = new Map<string, Progress[]>()
  let platform: Doc | undefined
  const ids = campaigns.flatMap((campaign) => campaign.lanes.map((lane) => progressId(campaign._id, lane)))
  // One place of each read is the platform's.
  for (let at = 0; at < ids.length; at += READ - 1) {
    const some = [PLATFORM, ...ids.slice(at, at + READ - 1)]
    const found = await store.find<Progress>('progress', {
      where: { _id: oneOf(some) },
      limit: READ,
      fields: FIELDS,
    })
    for (const doc of found) {
      if (doc._id === PLATFORM) platform = doc
      else lanes.set(doc.campaign, [...(lanes.get(doc.campaign) ?? []), doc])
    }
  }
  return { lanes, ...(platform && { platform }) }
}

const codeOf = (key: string): Code => (/^-?\d+$/.test(key) ? Number(key) : (key as Code))

/** People of the campaign by code, over all lanes. */
export function totalsOf(campaign: Pick<Campaign, '_id' | 'state'>, { lanes }: Read): Map<Code, number> {
  const totals = new Map<Code, number>()
  for (const { counts } of lanes.get(campaign._id) ?? [])
    for (const [key, count] of Object.entries(counts)) {
      const code = codeIn(campaign, codeOf(key))
      totals.set(code, (totals.get(code) ?? 0) + count)
    }
  return totals
}

/** What a code means in this campaign: who waits in a cancelled one gets nothing any more. */
export const codeIn = ({ state }: Pick<Campaign, 'state'>, code: Code): Code =>
  code === 'waiting' && state === 'cancelled' ? 'cancelled' : code

/** Messages by the beginning of their interval, in the widest interval of any lane. */
function timelineOf(lanes: readonly Progress[]): CampaignProgress['timeline'] {
  const minutes = Math.max(1, ...lanes.map(({ timeline }) => timeline.minutes))
  const sent = new Map<number, number>()
  for (const { timeline } of lanes)
    for (const [at, count] of timeline.sent) {
      const start = Math.floor(at / minutes) * minutes * MINUTE
      sent.set(start, (sent.get(start) ?? 0) + count)
    }
  return { intervalMs: minutes * MINUTE, sent: [...sent].sort(([a], [b]) => a - b) }
}

/** Full intervals that the present rate is told by; at least so many minutes. */
const RECENT = 3

/**
 * Messages a second in the last full intervals, while it runs; over all of its time when it has ended. Null before the
 * first is full.
 */
function rateOf(
  campaign: Campaign,
  { intervalMs, sent }: CampaignProgress['timeline'],
  now: number,
): number | null {
  const { startedAt, finishedAt } = campaign
  if (startedAt === null) return null
  if (finishedAt !== null) {
    const total = sent.reduce((sum, [, count]) => sum + count, 0)
    return finishedAt > startedAt ? (total * 1000) / (finishedAt - startedAt) : null
  }
  const end = Math.floor(now / intervalMs) * intervalMs
  const begin = Math.max(end - RECENT * intervalMs, Math.floor(startedAt / intervalMs) * intervalMs)
  // The first interval was full only from the start on.
  const from = Math.max(begin, startedAt)
  if (end <= from) return null
  const recent = sent.filter(([at]) => at >= begin && at < end).reduce((sum, [, count]) => sum + count, 0)
  return (recent * 1000) / (end - from)
}

/** People still to come: as was expected, else as the lanes that are read to their end had on average. */
function remainingOf(
  campaign: Campaign,
  lanes: readonly Progress[],
  people: number,
  waiting: number,
): number | null {
  if (campaign.state === 'finished' || campaign.state === 'cancelled') return 0
  if (campaign.expected !== null) return Math.max(waiting, campaign.expected - people + waiting)
  const read = lanes.filter((lane) => lane.read)
  if (read.length === campaign.lanes.length && read.length > 0) return waiting
  if (read.length === 0) return null
  const sum = (some: readonly Progress[]) =>
    some.reduce((all, { counts }) => all + Object.values(counts).reduce((a, b) => a + b, 0), 0)
  const whole = (sum(read) / read.length) * campaign.lanes.length
  return Math.max(waiting, Math.round(whole - people) + waiting)
}

/** Exact to the last page that was counted. */
export function progressOf(
  campaign: Campaign,
  read: Read,
  { now, dayLimit, lang }: { now: number; dayLimit: number; lang: Lang },
): CampaignProgress {
  const lanes = read.lanes.get(campaign._id) ?? []
  const totals = totalsOf(campaign, read)
  const outcomes: Partial<Record<Outcome, number>> = {}
  const codes = [...totals].map(([code, count]) => {
    const outcome = outcomeOf(code)
    outcomes[outcome] = (outcomes[outcome] ?? 0) + count
    return { code, outcome, count, words: codeWords(code, lang) }
  })
  const people = [...totals.values()].reduce((sum, count) => sum + count, 0)
  const timeline = timelineOf(lanes)
  const perSecond = rateOf(campaign, timeline, now)
  const remaining = remainingOf(campaign, lanes, people, outcomes.deferred ?? 0)
  const eta =
    remaining !== null && perSecond !== null && perSecond > 0 ? (remaining * 1000) / perSecond : null
  return {
    outcomes,
    codes: codes.sort((a, b) => b.count - a.count),
    people,
    perSecond,
    remaining,
    etaMs: remaining === 0 ? 0 : eta === null ? null : Math.round(eta),
    quotaLeft: Budgets.leftOf(read.platform, dayLimit, now),
    lanes: { total: campaign.lanes.length, done: lanes.filter(({ done }) => done).length },
    timeline,
  }
}
