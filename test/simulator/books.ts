/** What the simulator knows beside the store: who held a lane, who announced whom, what staff were promised. */
import { type Campaign, type Progress, progressId } from '../../core/campaign/campaign'
import { type House, HOUSE } from '../../core/delivery/lanes'
import type { Openid } from '../../core/contract'
import type { Code } from '../../core/delivery/outcomes'
import { type Page, peopleOf, settledCodesOf } from '../../core/delivery/page'
import type { Doc } from '../../core/ports'
import type { Quota } from '../../core/subscription/quotas'
import type { Send } from '../../core/delivery/sends'
import type { Reminder, Rule } from '../../core/reminder/reminder'
import type { Settings } from '../../core/settings'
import type { Invocation } from './invocation'
import { type Leaving, markOf, type WeChatOnPaper } from './wechat'

export type LaneDoc = Doc & {
  lane: number
  fence: number
  leaseUntil: number
  nextAt: number
  holder: string
}

/** The collections that promises are about. */
export type Kept = {
  pages: Page
  quotas: Quota
  sends: Send
  reminders: Reminder
  reminderRules: Rule
  progress: Progress
  campaigns: Campaign
  /** Lanes, and the house that is kept among them. */
  lanes: LaneDoc
}

/** One write: what the document was (null: not there) and what it is. */
export interface Written<T> {
  was: T | null
  is: T
  by: Invocation | null
}

/** Evidence of a quota, counted from its changes: its own lists only keep the last. */
interface Evidence {
  granted: number
  spent: number
  returned: number
  revoked: number
}

type Place = { page: Page; place: number }

const holderKey = (lane: number, fence: number) => `${lane} ${fence}`

export class Books {
  readonly kept: { [collection in keyof Kept]: Map<string, Kept[collection]> } = {
    pages: new Map(),
    quotas: new Map(),
    sends: new Map(),
    reminders: new Map(),
    reminderRules: new Map(),
    progress: new Map(),
    campaigns: new Map(),
    lanes: new Map(),
  }
  readonly open = new Map<string, Page>()
  readonly evidence = new Map<string, Evidence>()
  /** By campaign: whose quota was there when it started. */
  readonly planned = new Map<string, Set<string>>()
  /** Campaigns whose pause or cancellation has been acknowledged, and whether the stop of everything has. */
  readonly acknowledged = new Set<string>()
  isStopped = false
  /** Taps that the page was told are written down, by quota. */
  readonly acknowledgedTaps = new Map<string, number>()
  /** Rules of reminders whose makers were told that they are set. */
  readonly acknowledgedRules = new Set<string>()
  /** Who refused in WeChat's settings, where WeChat pushed that to us. */
  readonly refusals = new Set<string>()
  /** By campaign: when messages of it left, and which rate it had from when on. */
  readonly left = new Map<string, number[]>()
  readonly leftAtAll: number[] = []
  /** When each page was claimed, and when each quota last moved. */
  readonly claimedAt = new Map<string, number>()
  readonly movedAt = new Map<string, number>()
  readonly rates = new Map<string, { from: number; perSecond: number | null }[]>()
  /** When instances were stopped, or could not reach the database: what they had announced may come in a burst. */
  readonly interruptions: number[] = []
  /** By rule and version of reminders: the last invocation that had begun when they were withdrawn. */
  private readonly withdrawn = new Map<string, number>()
  private begun = 0
  private readonly holders = new Map<string, Invocation>()
  private readonly announcers = new Map<string, Invocation[]>()
  // Several promises ask for the same. Maps of the seed's own go when it is over; weak ones for all seeds cost more.
  private readonly places = new Map<Leaving, Place | undefined>()
  private readonly openids = new Map<Page['people'], (Openid | undefined)[]>()
  private readonly codes = new Map<Page, ReadonlyMap<number, Code>>()
  /** By write of a page: the codes that it brought. */
  readonly brought = new Map<Written<Page>, readonly [place: number, code: Code][]>()

  constructor(
    readonly settings: Settings,
    readonly wechat: WeChatOnPaper,
    /** The true time, epoch ms. */
    readonly now: () => number,
    /** How far the database's clock is ahead of it. */
    readonly databaseAhead: number,
    readonly isOneTime: (template: string) => boolean,
    /** Grants that a person ever tapped. */
    readonly tapped: (openid: string, template: string) => number,
  ) {}

  /** Who raised this fence. */
  holder(lane: number, fence: number): Invocation | undefined {
    return this.holders.get(holderKey(lane, fence))
  }

  /** Who announced the message of a place. */
  announcer(page: Page, place: number): Invocation | undefined {
    return this.announcers.get(page._id)?.[place]
  }

  house(): House | undefined {
    return this.kept.lanes.get(HOUSE) as Doc | undefined as House | undefined
  }

  lane(lane: number): LaneDoc | undefined {
    return this.kept.lanes.get(`lane-${lane}`)
  }

  /** The page, and the place in it, that a message leaves from. Asked while it leaves: pages are replaced later. */
  placeOf(leaving: Leaving): Place | undefined {
    if (!this.places.has(leaving)) this.places.set(leaving, this.findPlace(leaving))
    return this.places.get(leaving)
  }

  private findPlace({ mark, openid }: Leaving): Place | undefined {
    for (const page of this.open.values()) {
      const place = page.people[openid]
      if (place !== undefined && this.markOf(page, place) === mark) return { page, place }
    }
    return undefined
  }

  /** Who is at this place; the people of a page stay the same however often it is written. */
  openidAt(page: Page, place: number): string {
    const known = this.openids.get(page.people) ?? peopleOf(page)
    this.openids.set(page.people, known)
    return known[place] ?? `nobody at ${place}`
  }

  /** What a page has settled, as it stands: documents are replaced, never changed, and most pages are counted many times. */
  codesIn(page: Page): ReadonlyMap<number, Code> {
    const known = this.codes.get(page)
    if (known) return known
    const found = settledCodesOf(page)
    this.codes.set(page, found)
    return found
  }

  /** What WeChat knows a message of this page by. */
  markOf(page: Page, place: number): string {
    if (page.campaign !== undefined) return this.markOfCampaign(page.campaign)
    const items: ReadonlyMap<string, Send | Reminder> =
      page.source === 'reminder' ? this.kept.reminders : this.kept.sends
    return markOf(items.get(page.items?.[place] ?? '')?.data ?? {})
  }

  markOfCampaign(id: string): string {
    const { params = {} } = this.kept.campaigns.get(id) ?? {}
    return String(params['orderNumber'] ?? params['ticket'] ?? '')
  }

  progressOf(campaign: string, lane: number): Progress | undefined {
    return this.kept.progress.get(progressId(campaign, lane))
  }

  pagesOf(campaign: string): Page[] {
    return [...this.kept.pages.values()].filter((page) => page.campaign === campaign)
  }

  /** A message is leaving: what rates and quotas are measured by. */
  leaves(mark: string): void {
    const now = this.now()
    this.leftAtAll.push(now)
    for (const [id, { startedAt }] of this.kept.campaigns) {
      // A draft whose writer was not answered has a twin that was started.
      if (startedAt === null || this.markOfCampaign(id) !== mark) continue
      const times = this.left.get(id) ?? []
      times.push(now)
      this.left.set(id, times)
    }
  }

  note<C extends keyof Kept>(collection: C, written: Written<Kept[C]>): void {
    this.kept[collection].set(written.is._id, written.is)
    const noted = this.noted[collection] as (written: Written<Kept[C]>) => void
    noted(written)
  }

  private readonly noted: { [collection in keyof Kept]: (written: Written<Kept[collection]>) => void } = {
    pages: (written) => this.notePage(written),
    quotas: (written) => this.noteQuota(written),
    sends: () => undefined,
    reminders: () => undefined,
    reminderRules: (written) => this.noteRule(written),
    progress: () => undefined,
    campaigns: (written) => this.noteCampaign(written),
    lanes: ({ was, is, by }) => {
      if (by && is.fence > (was?.fence ?? 0)) this.holders.set(holderKey(is.lane, is.fence), by)
    },
  }

  /** An invocation begins; numbers only grow. */
  begins(number: number): void {
    this.begun = number
  }

  /** Whoever began after this may send nothing of it any more. */
  withdrawnSince({ rule, version }: Reminder): number | undefined {
    return this.withdrawn.get(`${rule} ${version}`)
  }

  private noteRule({ was, is }: Written<Rule>): void {
    if (!was || (is.state !== 'cancelled' && is.version === was.version)) return
    const key = `${was._id} ${was.version}`
    if (!this.withdrawn.has(key)) this.withdrawn.set(key, this.begun)
  }

  private notePage({ was, is, by }: Written<Page>): void {
    if (!was) this.claimedAt.set(is._id, this.now())
    if (is.isOpen) this.open.set(is._id, is)
    else this.open.delete(is._id)
    const before = was?.announced ?? 0
    if (is.announced === before || !by) return
    const announcers = this.announcers.get(is._id) ?? []
    for (let place = before; place < is.announced; place += 1) announcers[place] = by
    this.announcers.set(is._id, announcers)
  }

  private noteQuota({ was, is }: Written<Quota>): void {
    this.movedAt.set(is._id, this.now())
    const counted = this.evidence.get(is._id) ?? { granted: 0, spent: 0, returned: 0, revoked: 0 }
    const news = (field: 'spent' | 'returned' | 'revoked') =>
      is[field] === was?.[field] ? 0 : is[field].filter((id) => !was?.[field].includes(id)).length
    this.evidence.set(is._id, {
      granted: is.granted,
      spent: counted.spent + news('spent'),
      returned: counted.returned + news('returned'),
      revoked: counted.revoked + (news('revoked') > 0 ? (was?.left ?? 0) - is.left : 0),
    })
  }

  private noteCampaign({ was, is }: Written<Campaign>): void {
    const { _id, template, startedAt, rate, audience } = is
    if (startedAt !== null && was?.startedAt !== startedAt) {
      const { tags: wanted } = audience.kind === 'everybody' ? audience : {}
      const there = [...this.kept.quotas.values()].filter(
        (quota) => quota.template === template && (!wanted || wanted.some((tag) => quota.tags.includes(tag))),
      )
      this.planned.set(_id, new Set(there.map(({ openid }) => openid)))
    }
    const rates = this.rates.get(_id) ?? []
    if (rates.at(-1)?.perSecond !== rate) rates.push({ from: this.now(), perSecond: rate })
    this.rates.set(_id, rates)
  }
}

/** Announced and not settled: in doubt if their holder dies now. */
export function unsettled({ codes, announced }: Page): number[] {
  const settled: boolean[] = []
  for (const step in codes) for (const place in codes[step]) settled[Number(place)] = true
  const found: number[] = []
  for (let place = 0; place < announced; place += 1) if (!settled[place]) found.push(place)
  return found
}
