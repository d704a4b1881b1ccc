/**
 * Rates and quotas that all lanes share. A rate is kept by a schedule: each page reserves the stretch of time that its
 * messages take at the rate, after everybody else's, on the database's own time. So fractions work, nothing is saved
 * up for a burst, and clocks of instances do not count.
 */
import type { Lease } from './lanes'
import type { Doc, Ports, Value } from '../ports'
import type { Settings } from '../settings'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
/** The platform counts its day in UTC+8. */
const DAY_BEGINS = 8 * 60 * MINUTE

/**
 * Campaigns take this share of the platform's minute, single messages another: they need not queue behind a campaign.
 * The rest is for messages that come later than their reservation by the slack.
 */
const SHARES = { campaign: 0.965, first: 0.025 } as const
export type Class = keyof typeof SHARES

/**
 * A message that goes later than this after its turn needs another: after a stop of all instances that long, a minute
 * holds at most 64 seconds of the rate. Shorter, and a slow instance would reserve its turns twice.
 */
export const SLACK_MS = 4_000

/** How long the quota of the platform is closed when WeChat says so. */
export type Closed = 'minute' | 'day'

type Platform = Doc & {
  /** Among the campaigns' progress, so that a report of a campaign and the day's quota are one read. */
  campaign: typeof PLATFORM
  version: number
  /** When the next message of each class may go: the database's time. */
  next: Record<Class, number>
  day: number
  used: number
  closedUntil: number
}
type Rate = Doc & { version: number; nextAt: number }

/** The document of the platform's limits, in `progress`. */
export const PLATFORM = 'platform'
const rateId = (campaign: string) => `rate-${campaign}`
const dayOf = (at: number) => Math.floor((at + DAY_BEGINS) / DAY)
/** The beginning of the next day of UTC+8, epoch ms. */
export const nextDay = (at: number) => (dayOf(at) + 1) * DAY - DAY_BEGINS

/** Turns of a page's messages: message i goes at `at + i × everyMs`, on the database's time; none are left at 0. */
export interface Turns {
  count: number
  at: number
  everyMs: number
}

export interface Wish {
  class: Class
  count: number
  /** A rate of the campaign itself, messages per second. */
  rate?: { campaign: string; perSecond: number } | undefined
  /** The database's time after which nothing can be sent any more in this tick. */
  until: number
  /** Turns in place of some that have passed: the day's quota has them already. */
  isRepeat?: boolean
}

const TRIES = 20

export class Budgets {
  private platform: Platform | undefined
  private readonly rates = new Map<string, Rate>()

  constructor(
    private readonly ports: Pick<Ports, 'store' | 'clock'>,
    private readonly settings: Pick<Settings, 'minuteLimit' | 'dayLimit'>,
  ) {}

  /** Reserves turns for as many as fit; where none do, `at` says when to ask again. */
  async reserve(lease: Lease, wish: Wish): Promise<Turns> {
    const { rate } = wish
    if (!rate) return this.onPlatform(lease, wish)
    const turns = await this.atRate(lease, rate, wish)
    if (turns.count === 0) return turns
    const platform = await this.onPlatform(lease, { ...wish, count: turns.count })
    if (platform.count === 0) return platform
    const at = Math.max(turns.at, platform.at)
    return { count: platform.count, at, everyMs: Math.max(turns.everyMs, platform.everyMs) }
  }

  /** WeChat says that a quota is used up: nobody sends until it is open again. Resolves with that time. */
  async close(lease: Lease, quota: Closed): Promise<number> {
    const now = lease.databaseNow()
    const until = quota === 'day' ? nextDay(now) : now + MINUTE
    for (let tries = 0; tries < TRIES; tries += 1) {
      const platform = await this.readPlatform()
      if (platform.closedUntil >= until) return platform.closedUntil
      if (await this.swap(platform, { ...platform, closedUntil: until })) return until
    }
    return until
  }

  /** Messages left of the day's quota, by the platform's document (or none yet). */
  static leftOf(platform: unknown, dayLimit: number, now: number): number {
    const { day, used } = (platform ?? {}) as Partial<Platform>
    return day === dayOf(now) ? Math.max(0, dayLimit - (used ?? 0)) : dayLimit
  }

  private async onPlatform(lease: Lease, wish: Wish): Promise<Turns> {
    const everyMs = MINUTE / (this.settings.minuteLimit * SHARES[wish.class])
    for (let tries = 0; tries < TRIES; tries += 1) {
      const platform = this.platform ?? (await this.readPlatform())
      const now = lease.databaseNow()
      const day = dayOf(now)
      const used = platform.day === day ? platform.used : 0
      const at = Math.max(now, platform.next[wish.class], platform.closedUntil)
      const left = wish.isRepeat ? wish.count : this.settings.dayLimit - used
      if (left <= 0) return { count: 0, at: nextDay(now), everyMs }
      const count = Math.min(wish.count, left, fitting(at, wish.until, everyMs))
      if (count === 0) return { count, at, everyMs }
      const more = wish.isRepeat ? 0 : count
      const next = { ...platform.next, [wish.class]: at + count * everyMs }
      const reserved = { ...platform, next, day, used: used + more }
      if (await this.swap(platform, reserved)) return { count, at, everyMs }
    }
    return { count: 0, at: lease.databaseNow() + 1_000, everyMs }
  }

  private async atRate(
    lease: Lease,
    { campaign, perSecond }: { campaign: string; perSecond: number },
    wish: Wish,
  ): Promise<Turns> {
    const everyMs = 1_000 / perSecond
    for (let tries = 0; tries < TRIES; tries += 1) {
      const rate = this.rates.get(campaign) ?? (await this.readRate(campaign))
      const at = Math.max(lease.databaseNow(), rate.nextAt)
      const count = Math.min(wish.count, fitting(at, wish.until, everyMs))
      if (count === 0) return { count, at, everyMs }
      const next = { ...rate, version: rate.version + 1, nextAt: at + count * everyMs }
      const { _id, version } = rate
      if ((await this.ports.store.update('budgets', { _id, version }, { set: partsOf(next) })) > 0) {
        this.rates.set(campaign, next)
        return { count, at, everyMs }
      }
      this.rates.delete(campaign)
    }
    return { count: 0, at: lease.databaseNow() + 1_000, everyMs }
  }

  private async swap(from: Platform, to: Platform): Promise<boolean> {
    const next = { ...to, version: from.version + 1 }
    const { _id, version } = from
    const swapped = (await this.ports.store.update('progress', { _id, version }, { set: partsOf(next) })) > 0
    this.platform = swapped ? next : undefined
    return swapped
  }

  private async readPlatform(): Promise<Platform> {
    const next = { campaign: 0, first: 0 }
    const first: Platform = {
      _id: PLATFORM,
      campaign: PLATFORM,
      version: 0,
      next,
      day: 0,
      used: 0,
      closedUntil: 0,
    }
    this.platform = await this.read('progress', first)
    return this.platform
  }

  private async readRate(campaign: string): Promise<Rate> {
    const rate = await this.read<Rate>('budgets', { _id: rateId(campaign), version: 0, nextAt: 0 })
    this.rates.set(campaign, rate)
    return rate
  }

  private async read<T extends Doc>(collection: string, first: T): Promise<T> {
    const { store } = this.ports
    const found = await store.get<T>(collection, first._id)
    if (found) return found
    await store.insert(collection, first)
    return (await store.get<T>(collection, first._id)) ?? first
  }
}

/** How many turns begin before `until`. */
const fitting = (at: number, until: number, everyMs: number) =>
  at >= until ? 0 : Math.max(1, Math.floor((until - at) / everyMs))

const partsOf = ({ _id, ...parts }: Doc) => parts as Record<string, Value>
