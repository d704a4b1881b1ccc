/** Who would get a campaign, without sending: the readers and the rule of the run itself, a part at a time. */
import type { Campaign } from './campaign'
import { readCampaign } from './campaign-state'
import { readPeople } from './candidates'
import type { DryRun, Openid, ParsedInputOf, SkipReason } from './contract'
import { ServiceError } from './errors'
import { type Buckets, lanesOf, requireList } from './lists'
import { judgeAll } from './planning'
import type { Judgement } from './selection'
import { everyLane } from './spread'
import type { StaffCall } from './staff'
import { fill, type Lang } from './sentences'
import { skipWords } from './words'

/** A tool that asks has 5 s in all (wechat.md §9). */
const PART_MS = 4_000
const READ = 1000
/** Names of each kind in one part; of the kind that was asked for, as many as a reply should hold. */
const NAMES = { some: 20, asked: 1000 } as const

/** Database calls of a page, and of a tick in a lane, as `npm run bench -- calls` counts them. */
const CALLS = { page: 16, lane: 8 } as const
const PAGE = 1000

const sendableWords = { zh: '会收到', en: 'gets it' }
const laterWords = { zh: '会收到，在其免打扰时段之后', en: 'gets it, after their quiet hours' }

/** Where a part goes on: the lane, and the place of its reader. */
type Cursor = { lane: number; place: string }

function cursorOf(text: string | undefined, first: number): Cursor {
  if (text === undefined) return { lane: first, place: '' }
  const [lane = '', ...place] = text.split('|')
  return { lane: Number(lane), place: place.join('|') }
}

/** What has been counted in this part. */
class Count {
  sendable = 0
  deferred = 0
  readonly skipped: Partial<Record<SkipReason, number>> = {}
  readonly names: DryRun['names'] = []
  private readonly named = new Map<string, number>()

  constructor(
    private readonly wanted: ParsedInputOf<'campaign.dryRun'>['names'],
    private readonly lang: Lang,
  ) {}

  add(openid: Openid, judgement: Judgement): void {
    switch (judgement.kind) {
      case 'send':
        this.sendable += 1
        return this.name(openid, 'sendable', sendableWords[this.lang])
      case 'later':
        this.deferred += 1
        return this.name(openid, 'sendable', laterWords[this.lang])
      case 'skip': {
        const { reason } = judgement
        this.skipped[reason] = (this.skipped[reason] ?? 0) + 1
        return this.name(openid, reason, fill(skipWords[reason], this.lang, {}))
      }
      default: {
        const unreachable: never = judgement
        throw new Error(`no such judgement: ${JSON.stringify(unreachable)}`)
      }
    }
  }

  /** Whether the names that were asked for fill the reply. */
  get isFull(): boolean {
    return this.wanted !== undefined && (this.named.get(this.wanted) ?? 0) >= NAMES.asked
  }

  private name(openid: Openid, reason: SkipReason | 'sendable', words: string): void {
    const count = this.named.get(reason) ?? 0
    if (this.wanted === undefined ? count >= NAMES.some : this.wanted !== reason) return
    this.named.set(reason, count + 1)
    this.names.push({ openid, reason, words })
  }
}

async function lanesFor({ ports, settings }: StaffCall, { audience }: Campaign): Promise<number[]> {
  if (audience.kind === 'everybody') return everyLane(settings)
  if (audience.kind === 'list') return lanesOf(await requireList(ports, audience.audience))
  return (await readCampaign(ports, audience.campaign)).lanes
}

function estimateOf(count: Count, { rate }: Campaign, { minuteLimit }: StaffCall['settings'], lanes: number) {
  const messages = count.sendable + count.deferred
  const perMinute = rate === null ? minuteLimit : Math.min(minuteLimit, rate * 60)
  const people = messages + Object.values(count.skipped).reduce((sum, of) => sum + of, 0)
  return { minutes: messages / perMinute, calls: Math.ceil(people / PAGE) * CALLS.page + lanes * CALLS.lane }
}

/**
 * Counts a part of the audience in about 4 seconds; `cursor` of the reply goes on. Nothing is written. A campaign that
 * is to start later is judged as of then.
 */
export async function dryRun(call: StaffCall, input: ParsedInputOf<'campaign.dryRun'>): Promise<DryRun> {
  const { ports, catalogue, settings, lang } = call
  const campaign = await readCampaign(ports, input.campaign)
  const lanes = await lanesFor(call, campaign)
  const end = ports.clock.monotonic() + PART_MS
  const now = Math.max(ports.clock.now(), campaign.startAt ?? 0)
  const count = new Count(input.names, lang)
  const begun = new Set<number>()
  const buckets: Buckets = new Map()
  let cursor = lanes.length > 0 ? cursorOf(input.cursor, lanes[0] ?? 0) : undefined
  while (cursor) {
    const { lane, place }: Cursor = cursor
    if (!lanes.includes(lane)) throw cursorError(input.cursor)
    if (place === '') begun.add(lane)
    const reading = { campaign, lane, cursor: place, limit: READ, all: true }
    const { people, end: isEnd } = await readPeople(ports, catalogue, reading)
    const judged = await judgeAll({ ports, catalogue, lane, now, buckets }, campaign, people)
    for (const { candidate, judgement } of judged) count.add(candidate.openid, judgement)
    const last = people.at(-1)
    cursor = isEnd || !last ? nextLane(lanes, lane) : { lane, place: last.cursor }
    if (cursor && (count.isFull || ports.clock.monotonic() >= end)) break
  }
  const { sendable, deferred, skipped, names } = count
  return {
    sendable,
    deferred,
    skipped,
    names,
    cursor: cursor ? `${cursor.lane}|${cursor.place}` : null,
    estimate: estimateOf(count, campaign, settings, begun.size),
  }
}

const nextLane = (lanes: readonly number[], lane: number): Cursor | undefined => {
  const next = lanes[lanes.indexOf(lane) + 1]
  return next === undefined ? undefined : { lane: next, place: '' }
}

const cursorError = (got: string | undefined) =>
  new ServiceError('INPUT_INVALID', { action: 'campaign.dryRun' }, [
    { path: 'input.cursor', problem: 'like', facts: { like: '3|', got } },
  ])
