/** One page from claim to close, or from where its holder left it. */
import type { Budgets, Class, Turns } from './budgets'
import type { Campaign } from '../campaign/campaign'
import type { Catalogue } from '../template/catalogue'
import type { Outcome, TickReport } from '../contract'
import { correct } from './corrections'
import type { Halt } from './halts'
import { type House, NEVER } from './lanes'
import type { Lease } from './lease'
import { type Code, outcomeOf } from './outcomes'
import { messagesOf } from './outgoing'
import {
  type Answers,
  claim,
  fieldsOf,
  type Origin,
  type Page,
  type Plan,
  settledBy,
  settledCodesOf,
  step,
} from './page'
import type { Permits } from './permits'
import type { Ports } from '../ports'
import { settleDoubts } from './receipts'
import { recover } from './recovery'
import { type Known, pauseAfter, pauseFor, type Running } from '../campaign/running'
import type { Settings } from '../settings'
import { close, type Rest, settle, type Source } from './settlement'
import { sendPage, type Worked } from './window'

/** What the lanes of one invocation share. */
export interface Shared {
  ports: Ports
  catalogue: Catalogue
  settings: Settings
  house: House
  running: Running
  permits: Permits
  budgets: Budgets
  /** Monotonic time at which the tick is over. */
  end: number
  report: TickReport
  /** Everything was stopped meanwhile. */
  isStopped: boolean
  /** Told by a lane that has so much due that others of this tick should not wait for this instance. */
  crowded: () => void
  /** Lanes in which a scan has seen an open page. */
  suspects: ReadonlySet<number>
  /** Campaigns that were found done in a lane. */
  done: Map<string, Campaign>
}

/** A page that has begun by the end of a tick may finish: what it leaves over costs a page of its own. */
const FINISH_MS = 3_000

/** Whether the tick begins nothing more; `later` milliseconds after its end. */
export const isOver = ({ ports, end, permits, isStopped }: Shared, later = 0): boolean =>
  ports.clock.monotonic() >= end + later || permits.isSpent || isStopped

/** More reminders than these are due in one lane at once: then they take their turns from those of campaigns. */
const FEW = 20

/** Whose share of the platform's minute a page's messages come from. */
export const turnsOf = ({ source, size }: Pick<Plan, 'source' | 'size'>): Class =>
  source === 'send' || (source === 'reminder' && size <= FEW) ? 'first' : 'campaign'

export class PageWork {
  /** Every page that was begun here is closed. */
  isClean = true
  /** When one of the lanes next has work, as the last page has seen it. */
  notedAt = NEVER
  /** Monotonic time of that. */
  lookedAt = Number.NEGATIVE_INFINITY

  constructor(
    private readonly shared: Shared,
    private readonly lease: Lease,
    private readonly sources: Record<Origin, Source>,
  ) {}

  /** False where another holder has it. */
  async recover(found: Pick<Page, '_id' | 'campaign' | 'source'>): Promise<boolean> {
    return this.untilClosed(() => this.takeOver(found))
  }

  /** Whoever breaks off leaves it open. */
  private async untilClosed(run: () => Promise<boolean>): Promise<boolean> {
    const { isClean } = this
    this.isClean = false
    const isClosed = await run()
    this.isClean = isClean && isClosed
    return isClosed
  }

  private async takeOver(found: Pick<Page, '_id' | 'campaign' | 'source'>): Promise<boolean> {
    const { ports } = this.shared
    const rest = await this.restOf(found.campaign)
    const page = await recover(ports, this.lease, found._id, rest)
    return page === 'closed' || (page !== null && this.close(page))
  }

  /** What happens to those of a page who were not announced: a campaign that has ended has nothing more for them. */
  private async restOf(campaign: string | undefined): Promise<Rest> {
    const again = Math.ceil(this.lease.databaseNow())
    if (campaign === undefined) return { again }
    const found = await this.shared.ports.store.get<Campaign>('campaigns', campaign)
    const goesOn = found?.state === 'running' || found?.state === 'paused'
    return goesOn ? { again } : { code: 'cancelled' }
  }

  /** The database's time after which nothing more is sent in this tick. */
  until(): number {
    const { ports, end } = this.shared
    return this.lease.databaseNow() + Math.max(0, end - ports.clock.monotonic())
  }

  /** One page from claim to close. False where it is not ours to finish. */
  async work(plan: Plan, room: Turns, known?: Known): Promise<boolean> {
    return this.untilClosed(() => this.begin(plan, room, known))
  }

  private async begin(plan: Plan, room: Turns, known?: Known): Promise<boolean> {
    const { ports, running } = this.shared
    const { page, mine } = await claim(ports, this.lease, plan)
    if (!mine) {
      if (page.isOpen) return this.takeOver(page)
      // Counted before it was closed: what is planned from is older.
      await this.sources[page.source].account(page)
      return true
    }
    const seen = await this.look()
    // Claimed too late: who has a lane of it now may have looked for open pages before this one was there.
    if (!seen.isMine) return false
    if (!(await this.mayGo(page, seen.house, known))) {
      running.forget()
      const settled = await this.settle(page, new Map(), await this.restOf(page.campaign))
      return settled !== null && this.close(settled)
    }
    return this.send(page, room, known?.campaign)
  }

  /** The house, and what is noted of the lanes meanwhile; `isMine` says that they all are ours still. */
  async look(): Promise<{ house: House; isMine: boolean }> {
    this.lookedAt = this.shared.ports.clock.monotonic()
    const { house, nextAt, isMine } = await this.lease.look()
    this.notedAt = nextAt
    return { house, isMine }
  }

  /**
   * Asked after the claim: a pause, or another rate, that came before it has not seen this page. Each of them is told to
   * the house, so that a campaign is read again only where something was changed since it was planned from.
   */
  private async mayGo({ campaign: id }: Page, house: House, planned?: Known): Promise<boolean> {
    const { ports, running } = this.shared
    if (house.stopped) this.shared.isStopped = true
    if (house.stopped) return false
    running.heed(house)
    if (id === undefined || (house.changes ?? 0) === planned?.asOf) return true
    const found = await ports.store.get<Campaign>('campaigns', id)
    return found?.state === 'running' && found.rate === planned?.campaign.rate
  }

  private async send(page: Page, room: Turns, campaign?: Campaign): Promise<boolean> {
    const { ports, permits, settings, budgets } = this.shared
    const rate = campaign?.rate ? { campaign: campaign._id, perSecond: campaign.rate } : undefined
    const worked = await sendPage(
      {
        ports,
        lease: this.lease,
        permits,
        window: settings.window,
        room,
        reserve: (count, counted) =>
          budgets.reserve(this.lease, { class: turnsOf(page), count, rate, until: this.until(), counted }),
        isFirst: campaign === undefined,
        haltsOnBlame: campaign !== undefined,
        isOver: () => isOver(this.shared, FINISH_MS),
        message: messagesOf(page, campaign),
      },
      page,
    )
    if (worked.state === 'lost') return this.lost(worked)
    let settled: Page | null = null
    let failed: { cause?: unknown } = {}
    try {
      const rest = await this.afterHalt(worked.page, worked.halt, campaign)
      settled = await this.settle(worked.page, worked.fresh, rest)
    } catch (cause) {
      failed = { cause }
    }
    if (!settled) return this.lost({ ...worked, state: 'lost', ...failed })
    permits.give(worked.held)
    return this.close(settled)
  }

  private async afterHalt(page: Page, halt: Halt | undefined, campaign?: Campaign): Promise<Rest> {
    const { budgets, ports, running } = this.shared
    const again = Math.ceil(this.lease.databaseNow())
    switch (halt?.why) {
      case undefined:
      case 'over':
        return { again }
      case 'stopped':
        running.forget()
        return this.restOf(page.campaign)
      case 'quota':
        return { again: Math.ceil(await budgets.close(this.lease, halt.quota)) }
      case 'blame':
        if (campaign) await pauseAfter(ports, campaign, { why: 'answers', code: halt.code })
        running.forget()
        return { again }
      default: {
        const unreachable: never = halt
        throw new Error(`no page is halted by ${JSON.stringify(unreachable)}`)
      }
    }
  }

  private settle(page: Page, fresh: Worked['fresh'], rest: Rest): Promise<Page | null> {
    return settle(this.shared.ports, this.lease, page, fresh, rest)
  }

  private async close(page: Page): Promise<boolean> {
    const { ports, report, running, settings } = this.shared
    const endings = await close(ports, this.lease, page, this.sources[page.source])
    if (!endings) return false
    report.pages += 1
    if (settings.receipts) await settleDoubts(ports, settings.lanes, page)
    const codes: Code[] = []
    for (const { again, code } of endings) {
      this.count(again === undefined ? outcomeOf(code) : 'deferred')
      if (code !== undefined) codes.push(code)
    }
    const reason = page.campaign === undefined ? null : pauseFor(codes)
    const campaign = reason && (await running.all()).find(({ _id }) => _id === page.campaign)
    if (reason && campaign) {
      await pauseAfter(ports, campaign, reason)
      running.forget()
    }
    return true
  }

  /**
   * Another holder has the page, or the store failed. What was answered meanwhile is not forgotten: it is written where
   * the page is still ours, or turns the doubt of the other holder into what WeChat said. The rest stays in doubt.
   */
  private async lost({ page, fresh, held, cause }: Extract<Worked, { state: 'lost' }>): Promise<false> {
    const { permits } = this.shared
    permits.lose(held)
    if (fresh.size > 0) await this.tell(page, fresh)
    if (cause !== undefined) throw cause
    return false
  }

  private async tell({ _id }: Page, fresh: Worked['fresh']): Promise<void> {
    const { ports } = this.shared
    const now = await ports.store.get<Page>('pages', _id)
    if (!now) return
    const codes = settledCodesOf(now)
    const unwritten: Answers = new Map([...fresh].filter(([place]) => !codes.has(place)))
    if (now.isOpen && now.fence === this.lease.fence && unwritten.size > 0)
      await step(ports, this.lease, now, false, fieldsOf(now, settledBy(unwritten)))
    for (const [place, { code }] of fresh) {
      const isNews = code !== 'held' && outcomeOf(code) !== 'unknown'
      if (codes.get(place) === 'died' && isNews) await correct(ports, now, place, code)
    }
  }

  private count(outcome: Outcome): void {
    const { outcomes } = this.shared.report
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
  }
}
