/** One tick: the only place from which messages go out. */
import { Budgets } from './budgets'
import type { Catalogue } from '../template/catalogue'
import type { TickReport } from '../contract'
import { completeCorrections } from './corrections'
import { checkLanes, type Due as Work, dueLanes, guarded, type House, NEVER, wakeAll } from './lanes'
import { Lease } from './lease'
import { type LaneEnd, LaneWork } from './lane-work'
import { isOver, type Shared } from './page-work'
import type { Page } from './page'
import { Permits } from './permits'
import { persistent } from '../persistence'
import { lte, type Ports } from '../ports'
import { type Begin, finishIfDone, Running, undoneLanes } from '../campaign/running'
import type { Reminder } from '../reminder/reminder'
import { makeUnmade } from '../reminder/making'
import { EARLY_MS } from '../reminder/wake-ups'
import type { Send } from './sends'
import type { Settings } from '../settings'

/** What waits longer than this was not noted, or its tick died. */
const OVERDUE_MS = 60_000
/**
 * Lanes worked at once by one invocation: one sends, another has its next page prepared, and where the last page of a lane
 * is a small one the third has already begun with the next lane.
 */
const AT_ONCE = 3
/** How long a call to another instance is waited for: it is on its way by then, and begins when an instance is free. */
const WAKE_MS = 500

/**
 * Lanes of work that is overdue, wherever it was noted; and the end of campaigns that are done in every lane, should
 * their last tick have died before it said so.
 */
async function overdueLanes(
  ports: Ports,
  running: Running,
): Promise<{ lanes: number[]; suspects: Set<number> }> {
  const { store, clock } = ports
  const before = clock.now() - OVERDUE_MS
  const sends = await store.find<Send>('sends', {
    where: { state: 'waiting', dueAt: lte(before) },
    limit: 1000,
    fields: ['lane'],
  })
  const reminders = await store.find<Reminder>('reminders', {
    where: { state: 'waiting', dueAt: lte(before) },
    limit: 1000,
    fields: ['lane'],
  })
  const pages = await store.find<Page>('pages', {
    where: { isOpen: true, openedAt: lte(before) },
    limit: 1000,
    fields: ['lanes'],
  })
  await completeCorrections(ports)
  const unfinished: number[] = []
  for (const campaign of await running.all()) {
    const undone = await undoneLanes(ports, campaign)
    if (undone.length === 0) await finishIfDone(ports, campaign)
    unfinished.push(...undone)
  }
  const suspects = new Set(pages.flatMap(({ lanes }) => lanes))
  const items = [...sends, ...reminders].map(({ lane }) => lane)
  return { lanes: [...items, ...suspects, ...unfinished], suspects }
}

class Tick {
  private readonly unfinished = new Set<number>()
  private readonly tried = new Set<number>()
  private readonly worked = new Set<number>()
  /** Lanes that wait for a page that is at home elsewhere: worked once more when nothing else is. */
  private readonly waiting: (readonly number[])[] = []
  private readonly waited = new Set<number>()
  /** Lanes that nobody works yet, by lease. */
  private queue: (readonly number[])[] = []
  /** Each lane is known to have much: they begin one after another, until the first page is ready to be sent. */
  private hasMuch = false
  /** Wake-ups of those who got a part of the queue. */
  private handedOn: Promise<void> | undefined

  constructor(private readonly shared: Shared) {}

  /** Shares the queue out among the other instances, once. */
  handOn(): void {
    const { ports, settings } = this.shared
    if (this.handedOn || this.queue.length === 0) return
    const others = this.queue.splice(Math.ceil(this.queue.length / settings.instances))
    this.handedOn = wakeAll(ports, { instances: settings.instances - 1 }, others.flat(), WAKE_MS)
  }

  /** `clean` are those of the lanes that can be worked under one lease. */
  async run(lanes: readonly number[], clean: ReadonlySet<number>, isNamed: boolean): Promise<void> {
    const { ports, settings, running } = this.shared
    // Lanes are named by who starts a campaign, or shares what is too much for one.
    this.hasMuch = isNamed
    const hasCampaigns = lanes.length > 1 && (await running.all()).length > 0
    const isSpread = hasCampaigns && !isNamed && lanes.length > AT_ONCE
    const share = isSpread ? lanes.filter((_lane, at) => at % settings.instances === 0) : lanes
    const others = isSpread ? lanes.filter((lane) => !share.includes(lane)) : []
    const waking = wakeAll(ports, { instances: settings.instances - 1 }, others, WAKE_MS)
    // Where campaigns run each lane has much; else one page holds what is due in all of them.
    const together = hasCampaigns ? [] : share.filter((lane) => clean.has(lane))
    await this.workAll([together, ...singly(share.filter((lane) => !together.includes(lane)))])
    await Promise.all([waking, this.handedOn])
    // Whoever is through with its share helps with what is left: with its part of it, since the others come for theirs.
    while ((running.isAny || this.handedOn) && !isOver(this.shared)) {
      const due = (await dueLanes(ports)).lanes.filter((lane) => !this.tried.has(lane))
      if (due.length === 0) break
      await this.workAll(singly(due.slice(0, Math.ceil(due.length / settings.instances))))
    }
    for (const campaign of this.shared.done.values()) await finishIfDone(ports, campaign)
    this.shared.report.lanes = this.worked.size
    if (this.unfinished.size > 0) await ports.wake.wake([...this.unfinished], WAKE_MS)
  }

  private async workAll(shares: readonly (readonly number[])[]): Promise<void> {
    const { permits } = this.shared
    this.queue = shares.filter(({ length }) => length > 0)
    const working = new Set<Promise<void>>()
    for (;;) {
      // Asked anew each time: what is split, or comes again, is for whoever has nothing to do.
      while (working.size < AT_ONCE && !isOver(this.shared)) {
        const lanes = this.queue.shift()
        if (!lanes) break
        const work: Promise<void> = this.workOrLog(lanes).finally(() => working.delete(work))
        working.add(work)
        // Side by side the first page would be ready when all are. Who hangs keeps nobody long: lanes that wait are free
        // for every other tick.
        if (this.hasMuch) await Promise.race([permits.whenReady, ...working])
      }
      if (working.size > 0) await Promise.race(working)
      else if (this.waiting.length === 0 || isOver(this.shared)) return
      else this.queue.push(...this.waiting.splice(0))
    }
  }

  /** One lane that breaks must not keep the others waiting. */
  private async workOrLog(lanes: readonly number[]): Promise<void> {
    const { ports } = this.shared
    for (const lane of lanes) this.tried.add(lane)
    try {
      await this.work(lanes)
    } catch (error) {
      this.shared.report.broken += 1
      ports.log.error('a lane broke off; its open page is recovered when its lease has ended', error, {
        lanes: lanes.join(),
      })
    }
  }

  /** Works lanes until they have nothing due, the time is over, or the lease is lost. */
  private async work(lanes: readonly number[]): Promise<void> {
    const lease = await Lease.take(this.shared.ports, lanes)
    if (!lease) return
    for (const lane of lease.lanes) this.worked.add(lane)
    const work = new LaneWork(this.shared, lease)
    const end = await this.runOrSplit(work, lease)
    if (end === 'unfinished') for (const lane of lease.lanes) this.unfinished.add(lane)
    if (!lease.isValid()) return
    if (end === 'split') lease.later(this.shared.ports.clock.now())
    const isQuiet = await lease.release(work.isClean)
    if (end === 'split') this.split(lease.lanes, work.isCrowd)
    else if (end === 'waits') this.wait(lease.lanes, work.homes)
    // What came while they were worked has found them taken, and nobody else looks for it before the next tick.
    else if (!isQuiet) this.queue.push(lease.lanes)
  }

  /** What breaks lanes that are worked together is of one of them: each by itself, it breaks that one alone. */
  private async runOrSplit(work: LaneWork, lease: Lease): Promise<LaneEnd> {
    try {
      return await work.run()
    } catch (error) {
      if (lease.lanes.length === 1) throw error
      this.shared.report.broken += 1
      this.shared.ports.log.error('lanes broke off together; each is worked by itself', error, {
        lanes: lease.lanes.join(),
      })
      return 'split'
    }
  }

  private split(lanes: readonly number[], isCrowd: boolean): void {
    for (const lane of lanes) this.tried.delete(lane)
    this.queue.push(...singly(lanes))
    if (!isCrowd) return
    this.hasMuch = true
    this.shared.crowded()
  }

  /** Once: who has the home of the page may be at work elsewhere. */
  private wait(lanes: readonly number[], homes: readonly number[]): void {
    if (lanes.some((lane) => this.waited.has(lane))) return
    for (const lane of lanes) this.waited.add(lane)
    const known = new Set([...this.tried, ...this.queue.flat()])
    this.queue.push(...singly(homes.filter((home) => !known.has(home))))
    this.waiting.push(lanes)
  }
}

const singly = (lanes: readonly number[]) => lanes.map((lane) => [lane])

const emptyReport = (): TickReport => ({ lanes: 0, broken: 0, pages: 0, recovered: 0, outcomes: {} })
const emptyHouse = (lanes: number): House => ({ _id: '', lanes, scannedAt: 0 })

/** Whoever names lanes has more in them than one page holds: each is worked by itself. */
const workOf = (lanes: readonly number[]): Work => ({
  lanes: [...lanes],
  scan: false,
  clean: new Set(),
  next: NEVER,
})

/** What is due; whoever was woken a little early waits for it. */
async function dueSoon(ports: Ports, { wakeUps }: Settings): Promise<Work> {
  const due = await dueLanes(ports)
  const wait = due.next - ports.clock.now()
  if (!wakeUps || wait > EARLY_MS) return due
  await ports.clock.sleep(Math.max(0, wait))
  const { scan, ...later } = await dueLanes(ports)
  return { ...later, scan: scan || due.scan }
}

/**
 * Works the lanes named, or all that have work. A tick with nothing to do costs one read. `begin` starts a campaign
 * whose time has come.
 */
export async function tick(
  given: Ports,
  catalogue: Catalogue,
  settings: Settings,
  begin: Begin,
  named?: readonly number[],
): Promise<TickReport> {
  const ports = { ...given, store: persistent(given.store, given.clock) }
  const end = ports.clock.monotonic() + settings.tickMs
  const due = named ? workOf(named) : await dueSoon(ports, settings)
  const needsHouse = due.lanes.length > 0 || due.scan
  const known = due.house?.lanes === settings.lanes ? due.house : undefined
  const house = needsHouse
    ? await guarded(ports, known ?? (await checkLanes(ports, settings.lanes)))
    : emptyHouse(settings.lanes)
  if (house.stopped) return emptyReport()
  const running = new Running(ports, house, begin)
  if (due.scan) await makeUnmade(ports, catalogue, settings)
  const overdue = due.scan ? await overdueLanes(ports, running) : { lanes: [], suspects: new Set<number>() }
  const shared: Shared = {
    ports,
    catalogue,
    settings,
    house,
    running,
    permits: new Permits(Math.min(settings.window, settings.parallel)),
    budgets: new Budgets(ports, settings),
    end,
    report: emptyReport(),
    isStopped: false,
    crowded: () => undefined,
    suspects: overdue.suspects,
    done: new Map(),
  }
  const lanes = new Set([...due.lanes, ...overdue.lanes])
  const run = new Tick(shared)
  // Whoever was named its lanes got them from somebody who shares.
  if (!named) shared.crowded = () => run.handOn()
  const clean = new Set([...due.clean].filter((lane) => !overdue.suspects.has(lane)))
  if (lanes.size > 0) await run.run([...lanes], clean, named !== undefined)
  return shared.report
}
