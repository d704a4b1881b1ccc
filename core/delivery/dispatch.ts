/** One tick: the only place from which messages go out. */
import { readAhead } from './ahead'
import { Budgets } from './budgets'
import type { Catalogue } from '../template/catalogue'
import type { TickReport } from '../contract'
import { completeCorrections } from './corrections'
import { checkLanes, type Due as Work, dueLanes, guarded, type House, Lease, NEVER, wakeAll } from './lanes'
import { LaneWork } from './lane-work'
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
/** Lanes worked at once by one invocation: one reads and writes while the other sends. */
const AT_ONCE = 2
/** Where each has a little only, which was read ahead: what they wait for is the store, one call after another. */
const SMALL_AT_ONCE = 8
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
    fields: ['lane'],
  })
  await completeCorrections(ports)
  const unfinished: number[] = []
  for (const campaign of await running.all()) {
    const undone = await undoneLanes(ports, campaign)
    if (undone.length === 0) await finishIfDone(ports, campaign)
    unfinished.push(...undone)
  }
  const suspects = new Set(pages.map(({ lane }) => lane))
  const items = [...sends, ...reminders].map(({ lane }) => lane)
  return { lanes: [...items, ...suspects, ...unfinished], suspects }
}

class Tick {
  private readonly unfinished = new Set<number>()
  private readonly tried = new Set<number>()
  /** Lanes that are worked once more: something came while they were. More is for the next tick. */
  private readonly repeated = new Set<number>()
  /** Lanes that nobody works yet. */
  private queue: number[] = []
  /** Wake-ups of those who got a part of the queue. */
  private handedOn: Promise<void> | undefined

  constructor(private readonly shared: Shared) {}

  /** Shares the queue out among the other instances, once. */
  handOn(): void {
    const { ports, settings } = this.shared
    if (this.handedOn || this.queue.length === 0) return
    const others = this.queue.splice(Math.ceil(this.queue.length / settings.instances))
    this.handedOn = wakeAll(ports, { instances: settings.instances - 1 }, others, WAKE_MS)
  }

  async run(lanes: readonly number[], isNamed: boolean): Promise<void> {
    const { ports, settings, running } = this.shared
    const isSpread = !isNamed && lanes.length > AT_ONCE && (await running.all()).length > 0
    const share = isSpread ? lanes.filter((_lane, at) => at % settings.instances === 0) : lanes
    const others = isSpread ? lanes.filter((lane) => !share.includes(lane)) : []
    const waking = wakeAll(ports, { instances: settings.instances - 1 }, others, WAKE_MS)
    await this.workAll(share)
    await Promise.all([waking, this.handedOn])
    // Whoever is through with its share helps with what is left.
    while ((running.isAny || this.handedOn) && !isOver(this.shared)) {
      const due = (await dueLanes(ports)).lanes.filter((lane) => !this.tried.has(lane))
      if (due.length === 0) break
      await this.workAll(due)
    }
    for (const campaign of this.shared.done.values()) await finishIfDone(ports, campaign)
    if (this.unfinished.size > 0) await ports.wake.wake([...this.unfinished], WAKE_MS)
  }

  private async workAll(lanes: readonly number[]): Promise<void> {
    this.queue = [...lanes]
    const next = () => (isOver(this.shared) ? undefined : this.queue.shift())
    const worker = async () => {
      for (let lane = next(); lane !== undefined; lane = next()) await this.workOrLog(lane)
    }
    const isSmall = [...this.shared.ahead.values()].some(({ reminders }) => reminders.length > 0)
    const atOnce = isSmall ? SMALL_AT_ONCE : AT_ONCE
    await Promise.all(Array.from({ length: atOnce }, worker))
  }

  /** One lane that breaks must not keep the others waiting. */
  private async workOrLog(lane: number): Promise<void> {
    const { ports } = this.shared
    this.tried.add(lane)
    try {
      await this.work(lane)
    } catch (error) {
      this.shared.report.broken += 1
      ports.log.error('a lane broke off; its open page is recovered when its lease has ended', error, {
        lane,
      })
    }
  }

  /** Works one lane until it has nothing due, the time is over, or the lease is lost. */
  private async work(lane: number): Promise<void> {
    const lease = await Lease.take(this.shared.ports, lane)
    if (!lease) return
    this.shared.report.lanes += 1
    const work = new LaneWork(this.shared, lease)
    if ((await work.run()) === 'unfinished') this.unfinished.add(lane)
    if (!lease.isValid() || (await lease.release(work.isClean)) || this.repeated.has(lane)) return
    this.repeated.add(lane)
    this.queue.push(lane)
  }
}

const emptyReport = (): TickReport => ({ lanes: 0, broken: 0, pages: 0, recovered: 0, outcomes: {} })
const emptyHouse = (lanes: number): House => ({ _id: '', lanes, scannedAt: 0 })

const workOf = (lanes: readonly number[]): Work => ({
  lanes: [...lanes],
  scan: false,
  counts: new Map(),
  next: NEVER,
})

/** Where reading several lanes together breaks, each is read by itself, and only the one that it is of breaks. */
async function aheadOrNone(shared: Shared, counts: Work['counts']): Promise<Shared['ahead']> {
  try {
    return await readAhead(shared, counts)
  } catch (error) {
    shared.ports.log.error('lanes could not be read together; each is read by itself', error)
    return new Map()
  }
}

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
    ahead: new Map(),
  }
  const lanes = new Set([...due.lanes, ...overdue.lanes])
  const run = new Tick(shared)
  // Whoever was named its lanes got them from somebody who shares.
  if (!named) shared.crowded = () => run.handOn()
  // Where campaigns run a lane is at work for long, and what was read ahead would be old.
  if (due.counts.size > 1 && (await running.all()).length === 0)
    shared.ahead = await aheadOrNone(shared, due.counts)
  if (lanes.size > 0) await run.run([...lanes], named !== undefined)
  return shared.report
}
