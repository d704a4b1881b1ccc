/** Who would get a campaign, without sending: the readers and the rule of the run itself, a part at a time. */
import type { Campaign } from './campaign'
import { readCampaign } from './state'
import { readPeople } from '../audience/candidates'
import type { DryRun, Openid, ParsedInputOf, SkipReason } from '../contract'
import { ServiceError } from '../errors'
import { type Buckets, lanesOf, requireList } from '../audience/lists'
import { judgeAll } from './planning'
import type { Judgement } from '../audience/selection'
import { everyLane } from './spread'
import type { StaffCall } from '../staff'
import { fill, type Lang } from '../sentences'
import { skipWords } from './words'

/** A tool that asks has 5 s in all (wechat.md §9). */
const PART_MS = 4_000
const READ = 1000
/** Names of each kind in one part; of the kind that was asked for, as many as a reply should hold. */
const NAMES = { some: 20, asked: 1000 } as const

/**
 * Database calls of a run: for the campaign, for each lane that has people, for each page, and for each step, which
 * settles this part of a window. Counted on a run of 16 000 people in 16 lanes.
 */
const CALLS = { campaign: 12, lane: 14, page: 10, stepPart: 0.7 } as const

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
  if (audience.kind === 'list') {
    const list = await requireList(ports, audience.audience)
    // Which lanes have rows is known when it is sealed.
    return list.sealed ? lanesOf(list) : everyLane(settings)
  }
  return (await readCampaign(ports, audience.campaign)).lanes
}

/** What is read in this part: a campaign at its beginning, lanes at theirs, a page for each read. */
type Parts = Record<'campaign' | 'lane' | 'page', number>

function estimateOf(count: Count, { rate }: Campaign, settings: StaffCall['settings'], parts: Parts) {
  const { minuteLimit, window } = settings
  const messages = count.sendable + count.deferred
  const perMinute = rate === null ? minuteLimit : Math.min(minuteLimit, rate * 60)
  const each = parts.campaign * CALLS.campaign + parts.lane * CALLS.lane + parts.page * CALLS.page
  return { minutes: messages / perMinute, calls: each + Math.ceil(messages / (window * CALLS.stepPart)) }
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
  const parts: Parts = { campaign: input.cursor === undefined ? 1 : 0, lane: 0, page: 0 }
  const buckets: Buckets = new Map()
  let cursor = lanes.length > 0 ? cursorOf(input.cursor, lanes[0] ?? 0) : undefined
  while (cursor) {
    const { lane, place }: Cursor = cursor
    if (!lanes.includes(lane)) throw cursorError(input.cursor)
    const reading = { campaign, lane, cursor: place, limit: READ, all: true }
    const { people, end: isEnd } = await readPeople(ports, catalogue, reading)
    const judged = await judgeAll({ ports, catalogue, lane, now, buckets }, campaign, people)
    for (const { candidate, judgement } of judged) count.add(candidate.openid, judgement)
    if (people.length > 0) parts.page += 1
    if (people.length > 0 && place === '') parts.lane += 1
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
    estimate: estimateOf(count, campaign, settings, parts),
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
