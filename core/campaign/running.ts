/** Campaigns that a tick works: which run now, which begin, which a guard holds, and when one is finished. */
import { acts, type Campaign, type PauseReason, type Progress } from './campaign'
import { answerOf } from '../delivery/errcodes'
import { type House, NEVER, tellChange } from '../delivery/lanes'
import { type Code, outcomeOf } from '../delivery/outcomes'
import type { Ports } from '../ports'
import { oneOf } from '../ports'

/** Campaigns under way at once; more wait until some are finished. */
const MOST = 100
/** How long a tick believes what it has read; whether something was changed is asked for each page in any case. */
const FRESH_MS = 10_000

/** Answers of one page that pause its campaign, by whose fault they are: so many at least, and such a share. */
export const pauseRules = {
  account: { count: 1, share: 0 },
  template: { count: 1, share: 0 },
  /** Doubts: WeChat or the way there is in trouble. */
  transport: { count: 20, share: 0.2 },
} as const

/** Why the campaign of a page with these codes should wait for a person; null where it need not. */
export function pauseFor(codes: readonly Code[]): PauseReason | null {
  const found = new Map<number, number>()
  for (const code of codes)
    if (typeof code === 'number' && code !== 0) found.set(code, (found.get(code) ?? 0) + 1)
  for (const [code, count] of found) {
    const { blame } = answerOf(code)
    const rule = blame === 'account' || blame === 'template' ? pauseRules[blame] : undefined
    if (rule && count >= rule.count) return { why: 'answers', code, count }
  }
  const doubts = [...found].filter(([code]) => outcomeOf(code) === 'unknown')
  const count = doubts.reduce((sum, [, each]) => sum + each, 0)
  const { count: least, share } = pauseRules.transport
  const [most] = doubts.sort((a, b) => b[1] - a[1])
  return most && count >= least && count >= codes.length * share
    ? { why: 'answers', code: most[0], count }
    : null
}

type Needs = Pick<Ports, 'store' | 'clock'>

/** From running (or scheduled) to paused, with the reason; a person's word that came first stands. */
export async function pauseCampaigns(
  ports: Pick<Ports, 'store'>,
  which: Record<string, string>,
  reason: PauseReason,
): Promise<void> {
  await ports.store.update(
    'campaigns',
    { ...which, state: oneOf(acts.pause.from) },
    { set: { state: acts.pause.to, reason }, inc: { version: 1 } },
  )
  await tellChange(ports)
}

/** A ban of the template stops all that use it (43107); any other answer the campaign that met it. */
export const pauseAfter = (ports: Pick<Ports, 'store'>, campaign: Campaign, reason: PauseReason) =>
  pauseCampaigns(
    ports,
    reason.code === 43107 ? { template: campaign.template } : { _id: campaign._id },
    reason,
  )

/** Lanes that have people of it still to come. */
export async function undoneLanes(
  { store }: Pick<Ports, 'store'>,
  { _id, lanes }: Campaign,
): Promise<number[]> {
  const done = await store.find<Progress>('progress', {
    where: { campaign: _id, done: true },
    limit: 1000,
    fields: ['lane'],
  })
  const isDone = new Set(done.map(({ lane }) => lane))
  return lanes.filter((lane) => !isDone.has(lane))
}

/** Finished, where every lane is done with it. */
export async function finishIfDone(ports: Needs, campaign: Campaign): Promise<boolean> {
  if ((await undoneLanes(ports, campaign)).length > 0) return false
  const set = { state: acts.finish.to, finishedAt: ports.clock.now() }
  const where = { _id: campaign._id, state: oneOf(acts.finish.from) }
  await ports.store.update('campaigns', where, { set, inc: { version: 1 } })
  return true
}

/** Begins a campaign whose time has come: what `campaign.start` does too. */
export type Begin = (campaign: Campaign) => Promise<void>

/** A campaign as it was when the house had seen so many changes. */
export interface Known {
  campaign: Campaign
  asOf: number
}

export class Running {
  private campaigns: Campaign[] = []
  /** Those whose time has not come. */
  private scheduled: Campaign[] = []
  /** Changes that the house had seen before they were read. */
  private asOf = 0
  private changes: number
  private readAt = Number.NEGATIVE_INFINITY

  constructor(
    private readonly ports: Needs,
    private house: House,
    private readonly begin: Begin,
  ) {
    this.changes = house.changes ?? 0
  }

  /** What is known is not to be believed any more. */
  forget(): void {
    this.readAt = Number.NEGATIVE_INFINITY
  }

  /** What was read before a change that the house tells of is not to be believed any more. */
  heed(house: House): void {
    this.house = house
    // Lanes of an instance may hear of them in another order than they came.
    this.changes = Math.max(this.changes, house.changes ?? 0)
  }

  /** Whether any was found to run. */
  get isAny(): boolean {
    return this.campaigns.length > 0
  }

  /** Those that run in the lane, oldest first. */
  async inLane(lane: number): Promise<Known[]> {
    const campaigns = (await this.all()).filter(({ lanes }) => lanes.includes(lane))
    return campaigns.map((campaign) => ({ campaign, asOf: this.asOf }))
  }

  /** When the next one begins in the lane (epoch ms), of those that were read last. */
  nextStart(lane: number): number {
    const starts = this.scheduled.flatMap(({ lanes, startAt }) =>
      startAt !== null && lanes.includes(lane) ? [startAt] : [],
    )
    return Math.min(NEVER, ...starts)
  }

  async all(): Promise<Campaign[]> {
    const now = this.ports.clock.monotonic()
    if (now - this.readAt < FRESH_MS && this.asOf === this.changes) return this.campaigns
    const { changes } = this
    let found = await this.find()
    if (await this.settleStates(found)) found = await this.find()
    this.campaigns = found
      .filter(({ state }) => state === 'running')
      .sort((a, b) => a.createdAt - b.createdAt)
    this.scheduled = found.filter(({ state }) => state === 'scheduled')
    this.asOf = changes
    this.readAt = now
    return this.campaigns
  }

  private find(): Promise<Campaign[]> {
    return this.ports.store.find<Campaign>('campaigns', {
      where: { state: oneOf(['running', 'scheduled']) },
      // Those that run come before any that are scheduled, whose next one comes first.
      order: [
        ['state', 'asc'],
        ['startAt', 'asc'],
      ],
      limit: MOST,
    })
  }

  /** Begins what is due, and holds what a person should look at first. Whether anything was changed. */
  private async settleStates(campaigns: readonly Campaign[]): Promise<boolean> {
    const now = this.ports.clock.now()
    const { confirmBefore } = this.house
    let isChanged = false
    for (const campaign of campaigns) {
      const { _id, state, startAt, graceMs, confirmedAt, createdAt } = campaign
      const isStale =
        typeof confirmBefore === 'number' &&
        (state === 'running' ? (confirmedAt ?? createdAt) < confirmBefore : createdAt < confirmBefore)
      const isDue = state === 'scheduled' && startAt !== null && startAt <= now
      if (isStale && (state === 'running' || isDue))
        await pauseCampaigns(this.ports, { _id }, { why: 'restored' })
      else if (isDue && now - startAt > graceMs)
        await pauseCampaigns(this.ports, { _id }, { why: 'late-start' })
      else if (isDue) await this.begin(campaign)
      else continue
      isChanged = true
    }
    return isChanged
  }
}
