/**
 * Rates and quotas that all lanes share. A rate is kept by a schedule: each page reserves the stretch of time that its
 * messages take at the rate, after everybody else's, on the database's own time. So fractions work, nothing is saved
 * up for a burst, and clocks of instances do not count.
 */
import type { Lease } from './lease'
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
const SHARES = { campaign: 0.97, first: 0.02 } as const
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
  /** How many of them the day's quota has already: their turns have passed. */
  counted?: number
}

const TRIES = 20

export class Budgets {
  private platform: Platform | undefined
  private last: Promise<unknown> = Promise.resolve()
  /** Others reserve too: what is known is old by the next time. */
  private isShared = false
  /** The version that was written here last. */
  private written = -1
  private readonly rates = new Map<string, Rate>()

  constructor(
    private readonly ports: Pick<Ports, 'store' | 'clock'>,
    private readonly settings: Pick<Settings, 'minuteLimit' | 'dayLimit'>,
  ) {}

  /** What could be reserved, by what is known: nothing is. */
  async room(lease: Lease, wish: Wish): Promise<Turns> {
    const platform = this.platform ?? (await this.readPlatform())
    const turns = this.turnsOn(platform, lease.databaseNow(), wish)
    if (!wish.rate || turns.count === 0) return turns
    const { campaign, perSecond } = wish.rate
    const rate = this.rates.get(campaign) ?? (await this.readRate(campaign))
    const atRate = turnsAt(rate, lease.databaseNow(), perSecond, { ...wish, count: turns.count })
    return slower(atRate, turns, atRate.count)
  }

  /** Reserves turns for as many as fit; where none do, `at` says when to ask again. */
  reserve(lease: Lease, wish: Wish): Promise<Turns> {
    // One after another within an instance: each knows what the one before has left.
    const reserved = this.last.then(() => this.reserveNext(lease, wish))
    // Whoever asked is told what went wrong; the next one asks anew.
    this.last = reserved.catch(() => undefined)
    return reserved
  }

  private async reserveNext(lease: Lease, wish: Wish): Promise<Turns> {
    const { rate } = wish
    if (!rate) return this.onPlatform(lease, wish)
    const turns = await this.atRate(lease, rate, wish)
    if (turns.count === 0) return turns
    const platform = await this.onPlatform(lease, { ...wish, count: turns.count })
    if (platform.count === 0) return platform
    if (platform.at <= turns.at + SLACK_MS) return slower(turns, platform, platform.count)
    // The rate's turns will have passed, and who comes next would have theirs while these messages go.
    const later = await this.atRate(lease, rate, { ...wish, count: platform.count }, platform.at)
    return slower(later, platform, later.count)
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
    for (let tries = 0; tries < TRIES; tries += 1) {
      const platform = (this.isShared ? undefined : this.platform) ?? (await this.readPlatform())
      const now = lease.databaseNow()
      const turns = this.turnsOn(platform, now, wish)
      const { count, at, everyMs } = turns
      if (count === 0) return turns
      const next = { ...platform.next, [wish.class]: at + count * everyMs }
      const used = usedOf(platform, now) + Math.max(0, count - (wish.counted ?? 0))
      if (await this.swap(platform, { ...platform, next, day: dayOf(now), used })) return turns
      this.isShared = true
    }
    return { count: 0, at: lease.databaseNow() + 1_000, everyMs: this.everyMs(wish.class) }
  }

  private everyMs(of: Class): number {
    return MINUTE / (this.settings.minuteLimit * SHARES[of])
  }

  private turnsOn(platform: Platform, now: number, wish: Wish): Turns {
    const everyMs = this.everyMs(wish.class)
    const at = Math.max(now, platform.next[wish.class], platform.closedUntil)
    const left = this.settings.dayLimit - usedOf(platform, now) + (wish.counted ?? 0)
    if (left <= 0) return { count: 0, at: nextDay(now), everyMs }
    return { count: Math.min(wish.count, left, fitting(at, wish.until, everyMs)), at, everyMs }
  }

  /** Turns of the campaign's own rate, none before `from`. */
  private async atRate(
    lease: Lease,
    { campaign, perSecond }: { campaign: string; perSecond: number },
    wish: Wish,
    from = 0,
  ): Promise<Turns> {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const rate = this.rates.get(campaign) ?? (await this.readRate(campaign))
      const turns = turnsAt(rate, Math.max(lease.databaseNow(), from), perSecond, wish)
      const { count, at, everyMs } = turns
      if (count === 0) return turns
      const next = { ...rate, version: rate.version + 1, nextAt: at + count * everyMs }
      const { _id, version } = rate
      if ((await this.ports.store.update('budgets', { _id, version }, { set: partsOf(next) })) > 0) {
        this.rates.set(campaign, next)
        return turns
      }
      this.rates.delete(campaign)
    }
    return { count: 0, at: lease.databaseNow() + 1_000, everyMs: 1_000 / perSecond }
  }

  private async swap(from: Platform, to: Platform): Promise<boolean> {
    const next = { ...to, version: from.version + 1 }
    const { _id, version } = from
    const swapped = (await this.ports.store.update('progress', { _id, version }, { set: partsOf(next) })) > 0
    this.platform = swapped ? next : undefined
    if (swapped) this.written = next.version
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
    if (this.platform.version === this.written) this.isShared = false
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

const usedOf = ({ day, used }: Platform, now: number) => (day === dayOf(now) ? used : 0)

function turnsAt(
  { nextAt }: Rate,
  now: number,
  perSecond: number,
  { count, until }: Pick<Wish, 'count' | 'until'>,
): Turns {
  const everyMs = 1_000 / perSecond
  const at = Math.max(now, nextAt)
  return { count: Math.min(count, fitting(at, until, everyMs)), at, everyMs }
}

/** Both at once: the later beginning, and the slower rate. */
const slower = (a: Turns, b: Turns, count: number): Turns => ({
  count,
  at: Math.max(a.at, b.at),
  everyMs: Math.max(a.everyMs, b.everyMs),
})

const partsOf = ({ _id, ...parts }: Doc) => parts as Record<string, Value>
