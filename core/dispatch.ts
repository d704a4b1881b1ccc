/** One tick: the only place from which messages go out. */
import type { Outcome, TickReport } from './contract'
import { checkLanes, dueLanes, Lease, note } from './lanes'
import { claim, outcomesOf, type Page, type Plan } from './page'
import { type Doc, lte, type Ports } from './ports'
import { correct, recover } from './recovery'
import { nextPlan, type Send, sendSource } from './sends'
import { type Settings } from './settings'
import { close, settleLate, type Source } from './settlement'
import { work } from './window'

/** What waits longer than this was not noted, or its tick died. */
const OVERDUE_MS = 60_000

type Progress = Doc & { sequence: number }

const progressId = (lane: number) => `send:${lane}`

/** Lanes of work that is overdue, wherever it was noted. Two reads. */
async function overdueLanes({ store, clock }: Ports): Promise<number[]> {
  const before = clock.now() - OVERDUE_MS
  const sends = await store.find<Send>('sends', {
    where: { state: 'waiting', dueAt: lte(before) },
    limit: 1000,
  })
  const pages = await store.find<Page>('pages', {
    where: { state: 'open', openedAt: lte(before) },
    limit: 100,
  })
  return [...sends, ...pages].map(({ lane }) => lane)
}

class Tick {
  readonly report: TickReport = { lanes: 0, broken: 0, pages: 0, recovered: 0, outcomes: {} }
  private readonly end: number
  private readonly source: Source

  constructor(
    private readonly ports: Ports,
    private readonly settings: Settings,
  ) {
    this.end = ports.clock.monotonic() + settings.tickMs
    this.source = sendSource(ports)
  }

  isOver(): boolean {
    return this.ports.clock.monotonic() >= this.end
  }

  /** One lane that breaks must not keep the others waiting. */
  async workOrLog(lane: number): Promise<void> {
    try {
      await this.work(lane)
    } catch (error) {
      this.report.broken += 1
      this.ports.log.error('a lane broke off; its open page is recovered when its lease has ended', error, {
        lane,
      })
    }
  }

  /** Works one lane until it has nothing due, the time is over, or the lease is lost. */
  private async work(lane: number): Promise<void> {
    const lease = await Lease.take(this.ports, lane)
    if (!lease) return
    this.report.lanes += 1
    await lease.clearNext()
    if (await this.recoverAll(lease)) await this.sendAll(lease)
    if (lease.isValid()) await lease.release()
  }

  /** Open pages come before any other work of their lane. False where the lease is lost. */
  private async recoverAll(lease: Lease): Promise<boolean> {
    const where = { lane: lease.lane, state: 'open' }
    for (const { _id } of await this.ports.store.find<Page>('pages', { where, limit: 100 })) {
      const page = await recover(this.ports, lease, _id)
      if (!page || !(await this.finish(lease, page))) return false
      this.report.recovered += 1
    }
    return true
  }

  private async sendAll(lease: Lease): Promise<void> {
    let progress = await this.progressOf(lease.lane)
    while (lease.isValid()) {
      if (this.isOver()) return note(this.ports, lease.lane, this.ports.clock.now())
      const plan = await nextPlan(this.ports, lease.lane, progress.sequence)
      if (!plan) return
      if (!(await this.page(lease, plan))) return
      progress = await this.advance(progress)
    }
  }

  /** One page from claim to close. False where it is not ours to finish. */
  private async page(lease: Lease, plan: Plan): Promise<boolean> {
    const { page, mine } = await claim(this.ports, lease, plan, this.settings.window)
    if (mine) return this.finish(lease, page)
    if (page.state === 'closed') return true
    const recovered = await recover(this.ports, lease, page._id)
    return recovered !== null && this.finish(lease, recovered)
  }

  private async finish(lease: Lease, page: Page): Promise<boolean> {
    const worked = await work(this.ports, lease, page)
    if (worked.state === 'lost') {
      if (worked.underWay !== undefined) await this.correct(worked.page, worked.underWay)
      return false
    }
    if (!(await close(this.ports, lease, worked.page, this.source))) return false
    this.report.pages += 1
    for (const { outcome } of outcomesOf(worked.page)) this.count(outcome)
    return true
  }

  private async correct(page: Page, window: number): Promise<void> {
    const outcomes = outcomesOf(page)
    for (const place of await correct(this.ports, page, window)) {
      const settled = outcomes[place]
      if (!settled) continue
      await this.source.correct(page, place, settled)
      await settleLate(this.ports, page, place, settled)
    }
  }

  private count(outcome: Outcome): void {
    this.report.outcomes[outcome] = (this.report.outcomes[outcome] ?? 0) + 1
  }

  private async progressOf(lane: number): Promise<Progress> {
    const _id = progressId(lane)
    const found = await this.ports.store.get<Progress>('progress', _id)
    if (found) return found
    const first: Progress = { _id, sequence: 0 }
    if (await this.ports.store.insert('progress', first)) return first
    return (await this.ports.store.get<Progress>('progress', _id)) ?? first
  }

  /** After the page, never before: a page that was closed and not passed is found again by its id and passed then. */
  private async advance({ _id, sequence }: Progress): Promise<Progress> {
    await this.ports.store.update('progress', { _id, sequence }, { set: { sequence: sequence + 1 } })
    return (await this.ports.store.get<Progress>('progress', _id)) ?? { _id, sequence: sequence + 1 }
  }
}

/** Works the lanes named, or all that have work. A tick with nothing to do costs one read. */
export async function tick(ports: Ports, settings: Settings, named?: readonly number[]): Promise<TickReport> {
  const run = new Tick(ports, settings)
  const due = named ? { lanes: [...named], scan: false } : await dueLanes(ports)
  const lanes = new Set(due.scan ? [...due.lanes, ...(await overdueLanes(ports))] : due.lanes)
  if (lanes.size > 0) await checkLanes(ports, settings.lanes)
  for (const lane of lanes) {
    if (run.isOver()) break
    await run.workOrLog(lane)
  }
  return run.report
}
