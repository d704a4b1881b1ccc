/** What a tick does in the lanes of a lease: what is open, single messages, then campaigns in turn, until nothing is due. */
import type { Progress } from '../campaign/campaign'
import type { Known } from '../campaign/running'
import { type House, suspect } from './lanes'
import type { Lease } from './lease'
import { itemSource, type Kind, type Next, planItems } from './items'
import type { Buckets } from '../audience/lists'
import type { Page } from './page'
import { isOver, PageWork, type Shared, turnsOf } from './page-work'
import { planNext } from '../campaign/planning'
import { accountPage, endReading, readProgress } from '../campaign/progress'
import { reminders } from '../reminder/reminder'
import { nextReminders } from '../reminder/plan'
import { nextSends, sends } from './sends'
import type { Source } from './settlement'

/** Messages a second that any instance manages: near the end of a tick a page is no larger than that allows. */
const SURE_RATE = 200
const PAGE = 1000
/** People of a page that is made with so many milliseconds left. */
const mostIn = (ms: number) => Math.max(1, Math.min(PAGE, Math.ceil((Math.max(0, ms) / 1_000) * SURE_RATE)))
/** Reminders due together in one lane: there are many in the others too, and more instances are worth their calls. */
const CROWD = 200
/** Each page looks for notes when it is claimed; what came during a page that took longer is not left to the next. */
const LONG_PAGE_MS = 5_000
/**
 * Why it ended. `unfinished`: there is more that the tick had no time for. `split`: each of the lanes is to be worked by
 * itself. `waits`: a page that holds people of the lane is open, and another lane's holder is to close it.
 */
export type LaneEnd = 'idle' | 'unfinished' | 'split' | 'waits'

export class LaneWork {
  private readonly pages: PageWork
  private readonly progress = new Map<string, Progress>()
  private readonly buckets: Buckets = new Map()
  /** As it was read since the last note was cleared. */
  private house: House
  /** Campaigns take turns: whose it is next. */
  private turn = 0
  /** No other single message is due than was read: what has come since was noted. */
  private knowsSingles = false
  /** Reminders were looked for: what was due when the lane was taken is under way. */
  private hasLooked = false
  /** Lanes whose holders have a page to close before this one goes on. */
  homes: readonly number[] = []
  /** What is due is not for one holder of all these lanes. */
  private splits: Next['split']

  constructor(
    private readonly shared: Shared,
    private readonly lease: Lease,
  ) {
    const { ports } = shared
    this.house = lease.house
    shared.running.heed(lease.house)
    const campaigns: Source = {
      account: async (page) => {
        const known = this.progress.get(page.campaign ?? '')
        const progress = await accountPage(ports, page, known)
        this.progress.set(progress.campaign, progress)
      },
    }
    this.pages = new PageWork(shared, lease, {
      send: itemSource(ports, sends, lease),
      reminder: itemSource(ports, reminders, lease),
      campaign: campaigns,
    })
  }

  async run(): Promise<LaneEnd> {
    const { ports } = this.shared
    if (this.isSuspect()) {
      if (this.isShared) {
        this.pages.isClean = false
        return 'split'
      }
      const recovered = await this.recoverAll()
      if (recovered !== 'done') return recovered === 'waits' ? 'waits' : 'idle'
    }
    // What was noted was cleared to be looked for: single messages and reminders, before anything of a campaign.
    let looks = true
    while (this.lease.isValid()) {
      if (isOver(this.shared)) {
        this.lease.later(ports.clock.now())
        return 'unfinished'
      }
      if (looks && (await this.sendItemsDue())) continue
      looks = false
      if (this.splits || (this.isShared && (await this.hasCampaigns()))) return 'split'
      if (!(await this.sendCampaigns())) return 'idle'
      if (!(await this.isNoted())) continue
      if (!(await this.lease.clearNote())) return 'idle'
      // What the note was of may rest on what was changed before it.
      this.house = (await this.pages.look()).house
      this.shared.running.heed(this.house)
      looks = true
      this.knowsSingles = false
    }
    return 'idle'
  }

  /** Whether something of the lane was noted as due since it was taken. */
  private async isNoted(): Promise<boolean> {
    const { clock } = this.shared.ports
    if (clock.monotonic() - this.pages.lookedAt > LONG_PAGE_MS) await this.pages.look()
    return this.pages.notedAt <= clock.now()
  }

  /** No page of the lane is open. */
  get isClean(): boolean {
    return this.pages.isClean
  }

  /** More is due than this instance should work alone. */
  get isCrowd(): boolean {
    return this.splits === 'crowd'
  }

  /** Several lanes have a little each, and one page holds it. */
  private get isShared(): boolean {
    return this.lease.lanes.length > 1
  }

  /** Whether a page may be open: a holder died, or a scan has seen one. */
  private isSuspect(): boolean {
    const { isClean, lanes } = this.lease
    return !isClean || lanes.some((lane) => this.shared.suspects.has(lane))
  }

  /** Open pages come before any other work of their lanes. */
  private async recoverAll(): Promise<'done' | 'lost' | 'waits'> {
    const { ports, report } = this.shared
    const { lane } = this.lease
    const where = { lanes: lane, isOpen: true }
    // In the order they were made: of two pages that hold one person the first knows what became of the message.
    const open = await ports.store.find<Page>('pages', {
      where,
      order: [['sequence', 'asc']],
      limit: 100,
      fields: ['campaign', 'source', 'lane'],
    })
    // A recovery sends nothing: it need not wait for pages whose home is elsewhere.
    for (const found of open.filter((page) => page.lane === lane)) {
      if (!(await this.pages.recover(found))) return 'lost'
      report.recovered += 1
    }
    this.homes = [...new Set(open.map((page) => page.lane).filter((home) => home !== lane))]
    if (this.homes.length === 0) return 'done'
    this.pages.isClean = false
    const now = ports.clock.now()
    await suspect(ports, this.homes, now)
    this.lease.later(now)
    return 'waits'
  }

  private async sendItemsDue(): Promise<boolean> {
    return (await this.sendSingles()) || (!this.splits && (await this.sendReminders()))
  }

  /** The next page of single messages; false where none is due. */
  private async sendSingles(): Promise<boolean> {
    const { ports, catalogue } = this.shared
    // The page before has seen a note: it may be of one, and that does not wait for the next page of reminders.
    if (this.knowsSingles && this.pages.notedAt > ports.clock.now()) return false
    const next = await nextSends(ports, catalogue, this.lease.lanes, this.house.confirmBefore ?? null)
    this.knowsSingles = next.isAll
    this.splits = next.split
    return this.sendItems(sends, next)
  }

  /** The next page of reminders; false where none is due. */
  private async sendReminders(): Promise<boolean> {
    const { end, ports } = this.shared
    const next = await nextReminders(this.shared, {
      lanes: this.lease.lanes,
      most: mostIn(end - ports.clock.monotonic()),
      confirmBefore: this.house.confirmBefore ?? null,
      isLikely: !this.hasLooked,
    })
    this.hasLooked = true
    this.splits = next.split
    if (!this.isShared && next.due.length >= CROWD) this.shared.crowded()
    return this.sendItems(reminders, next)
  }

  /** One page of items that are due; false where none are, or there are no turns for them. */
  private async sendItems(kind: Kind, { due, next }: Next): Promise<boolean> {
    const { lease } = this
    if (next !== null) lease.later(next)
    if (due.length === 0) return false
    const plan = planItems(kind, due, lease)
    const wish = { class: turnsOf(plan), count: plan.size, until: this.pages.until() }
    const room = plan.size > 0 ? await this.shared.budgets.room(lease, wish) : { count: 0, at: 0, everyMs: 1 }
    if (room.count === 0 && plan.size > 0) {
      lease.later(Math.ceil(room.at))
      return false
    }
    return this.pages.work(plan, room)
  }

  private async hasCampaigns(): Promise<boolean> {
    const found = await Promise.all(this.lease.lanes.map((lane) => this.shared.running.inLane(lane)))
    return found.some((campaigns) => campaigns.length > 0)
  }

  /** A page of the campaign whose turn it is; false where none has anything to send now. */
  private async sendCampaigns(): Promise<boolean> {
    const { lease } = this
    const { running } = this.shared
    const campaigns = this.isShared ? [] : await running.inLane(lease.lane)
    for (const lane of lease.lanes) lease.later(running.nextStart(lane))
    for (let tried = 0; tried < campaigns.length; tried += 1) {
      const known = campaigns[this.turn % campaigns.length]
      this.turn += 1
      if (known && (await this.sendCampaign(known))) return true
      if (!lease.isValid()) return false
    }
    return false
  }

  private async sendCampaign(known: Known): Promise<boolean> {
    const { campaign } = known
    const { ports, catalogue, budgets, end } = this.shared
    const { lease, buckets } = this
    const progress = this.progress.get(campaign._id) ?? (await readProgress(ports, campaign._id, lease.lane))
    this.progress.set(campaign._id, progress)
    if (progress.done) {
      this.shared.done.set(campaign._id, campaign)
      return false
    }
    const most = mostIn(end - ports.clock.monotonic())
    const planning = { ports, catalogue, budgets, lease, until: this.pages.until(), most, buckets }
    const next = await planNext(planning, campaign, progress)
    switch (next.kind) {
      case 'page':
        return this.pages.work(next.plan, next.room, known)
      case 'wait':
        lease.later(Math.ceil(next.at))
        return false
      case 'end':
        this.progress.set(campaign._id, await endReading(ports, progress))
        return true
      case 'nothing':
        return false
      default: {
        const unreachable: never = next
        throw new Error(`nothing is planned by ${JSON.stringify(unreachable)}`)
      }
    }
  }
}
