/** What a tick does in one lane: what is open, single messages, then campaigns in turn, until nothing is due. */
import type { Campaign, Progress } from '../campaign/campaign'
import { type Lease, note } from './lanes'
import { type Due, itemSource, type Kind, planItems, readSequence } from './items'
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
/** Between pages of campaigns single messages are looked for so often. */
const SINGLES_EVERY_MS = 1_000

/** Whether a lane has more to do that the tick had no time for. */
export type LaneEnd = 'idle' | 'unfinished'

export class LaneWork {
  private readonly pages: PageWork
  private readonly progress = new Map<string, Progress>()
  private readonly buckets: Buckets = new Map()
  /** Campaigns take turns: whose it is next. */
  private turn = 0

  constructor(
    private readonly shared: Shared,
    private readonly lease: Lease,
  ) {
    const { ports } = shared
    const campaigns: Source = {
      account: async (page) => {
        const known = this.progress.get(page.campaign ?? '')
        const progress = await accountPage(ports, page, known)
        this.progress.set(progress.campaign, progress)
      },
    }
    this.pages = new PageWork(shared, lease, {
      send: itemSource(ports, sends),
      reminder: itemSource(ports, reminders),
      campaign: campaigns,
    })
  }

  async run(): Promise<LaneEnd> {
    const { ports } = this.shared
    if (this.isSuspect() && !(await this.recoverAll())) return 'idle'
    let singlesAt = Number.NEGATIVE_INFINITY
    while (this.lease.isValid()) {
      const now = ports.clock.monotonic()
      if (isOver(this.shared)) {
        await note(ports, this.lease.lane, ports.clock.now())
        return 'unfinished'
      }
      const looks = now - singlesAt >= SINGLES_EVERY_MS
      if (looks) singlesAt = now
      if (looks && ((await this.sendSingles()) || (await this.sendReminders()))) continue
      if (await this.sendCampaigns()) continue
      if (looks) break
      // Nothing more of campaigns: once more for singles, then the lane is idle.
      singlesAt = Number.NEGATIVE_INFINITY
    }
    return 'idle'
  }

  /** No page of the lane is open. */
  get isClean(): boolean {
    return this.pages.isClean
  }

  /** Whether a page may be open: its holder died, or a scan has seen one. */
  private isSuspect(): boolean {
    return !this.lease.isClean || this.shared.suspects.has(this.lease.lane)
  }

  /** Open pages come before any other work of their lane. False where the lease is lost. */
  private async recoverAll(): Promise<boolean> {
    const { ports, report } = this.shared
    const where = { lane: this.lease.lane, isOpen: true }
    // In the order they were made: of two pages that hold one person the first knows what became of the message.
    const open = await ports.store.find<Page>('pages', {
      where,
      order: [['sequence', 'asc']],
      limit: 100,
      fields: ['campaign', 'source'],
    })
    for (const found of open) {
      if (!(await this.pages.recover(found))) return false
      report.recovered += 1
    }
    return true
  }

  /** The next page of single messages; false where none is due. */
  private async sendSingles(): Promise<boolean> {
    const { ports, catalogue, house } = this.shared
    const due = await nextSends(ports, catalogue, this.lease.lane, house.confirmBefore ?? null)
    return due.length > 0 && this.sendItems(sends, due)
  }

  /** The next page of reminders; false where none is due. */
  private async sendReminders(): Promise<boolean> {
    const { house, end, ports } = this.shared
    const due = await nextReminders(this.shared, this.lease.lane, {
      most: mostIn(end - ports.clock.monotonic()),
      confirmBefore: house.confirmBefore ?? null,
    })
    if (due.length >= CROWD) this.shared.crowded()
    return due.length > 0 && this.sendItems(reminders, due)
  }

  /** One page of items that are due; false where there are no turns for it. */
  private async sendItems(kind: Kind, due: readonly Due[]): Promise<boolean> {
    const { ports, budgets } = this.shared
    const { lane } = this.lease
    const plan = planItems(kind, due, lane, await readSequence(ports, kind, lane))
    const wish = { class: turnsOf(plan), count: plan.size, until: this.pages.until() }
    const turns = plan.size > 0 ? await budgets.reserve(this.lease, wish) : { count: 0, at: 0, everyMs: 1 }
    if (turns.count === 0 && plan.size > 0) {
      await note(ports, lane, Math.ceil(turns.at))
      return false
    }
    return this.pages.work(plan, turns)
  }

  /** A page of the campaign whose turn it is; false where none has anything to send now. */
  private async sendCampaigns(): Promise<boolean> {
    const campaigns = await this.shared.running.inLane(this.lease.lane)
    for (let tried = 0; tried < campaigns.length; tried += 1) {
      const campaign = campaigns[this.turn % campaigns.length]
      this.turn += 1
      if (campaign && (await this.sendCampaign(campaign))) return true
      if (!this.lease.isValid()) return false
    }
    return false
  }

  private async sendCampaign(campaign: Campaign): Promise<boolean> {
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
        return this.pages.work(next.plan, next.turns, campaign)
      case 'wait':
        await note(ports, lease.lane, Math.ceil(next.at))
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
