/** The right to work lanes for a while: one lane, or several that have a little each. */
import { ended, type House, insertLanes, type Lane, laneId, NEVER, noteAll, readLanes } from './lanes'
import { gt, lt, oneOf, type Ports, ServerTime } from '../ports'
import { LEASE_MS, RENEW_MS, SEND_TIMEOUT_MS } from '../settings'

/** The database must answer within this, or its time is not known well enough to keep a rate by. */
const CLOCK_DOUBT_MS = 4_000

type LeasePorts = Pick<Ports, 'store' | 'clock' | 'random'>

/** By source the highest number of any of them: a gap does no harm, a page that is there already is refused. */
function sequencesOf(held: readonly Lane[]): { [origin: string]: number } {
  const all: { [origin: string]: number } = {}
  for (const { sequences = {} } of held)
    for (const [origin, sequence] of Object.entries(sequences))
      all[origin] = Math.max(all[origin] ?? 0, sequence)
  return all
}

export class Lease {
  readonly lanes: readonly number[]
  /**
   * The first of them is the home of its pages: their ids, and the fence that proves who may write them, are that
   * lane's. Whoever takes another lane of an open page waits for whoever takes its home.
   */
  readonly lane: number
  readonly fence: number
  /** The holders before left no page open. */
  readonly isClean: boolean
  /** Nothing is sent at or after this monotonic time. Counted from before the database was asked. */
  private deadline: number
  /** When the lanes next have work, as far as their holder knows. */
  private nextAt = NEVER
  private readonly sequences: { [origin: string]: number }

  private constructor(
    private readonly ports: LeasePorts,
    private readonly holder: string,
    [home, ...guests]: readonly [Lane, ...Lane[]],
    /** As it was read after the lanes were taken: whatever was told before a note that this cleared is in it. */
    readonly house: House,
    private asked: number,
    /** The database's time less our monotonic time. */
    private readonly databaseAhead: number,
  ) {
    const held = [home, ...guests]
    this.deadline = asked + LEASE_MS
    this.lanes = held.map(({ lane }) => lane)
    this.lane = home.lane
    this.fence = home.fence
    this.isClean = held.every(({ cleanAt, fence }) => cleanAt === fence - 1)
    this.sequences = sequencesOf(held)
  }

  /**
   * Takes those of the lanes whose leases have ended, raises their fences, and clears when they next have work: what is
   * noted from now on stays. Null where somebody holds them all, or the database is too slow to be told the time by.
   */
  static async take(ports: LeasePorts, lanes: readonly number[]): Promise<Lease | null> {
    const { store, clock } = ports
    const holder = ports.random()
    const take = () =>
      store.update(
        'lanes',
        { _id: oneOf(lanes.map(laneId)), leaseUntil: lt(new ServerTime(-SEND_TIMEOUT_MS)) },
        { set: { leaseUntil: new ServerTime(LEASE_MS), holder, nextAt: NEVER }, inc: { fence: 1 } },
      )
    const asked = clock.monotonic()
    await take()
    let answered = clock.monotonic()
    let { found, house } = await readLanes(ports, lanes)
    if (found.length < lanes.length) {
      await insertLanes(ports, lanes, NEVER)
      await take()
      answered = clock.monotonic()
      ;({ found, house } = await readLanes(ports, lanes))
    }
    const [home, ...guests] = found.filter((lane) => lane.holder === holder)
    if (!home) return null
    const ahead = home.leaseUntil - LEASE_MS - (asked + answered) / 2
    const lease = new Lease(ports, holder, [home, ...guests], house, asked, ahead)
    if (answered - asked <= CLOCK_DOUBT_MS) return lease
    await noteAll(ports, lease.lanes, clock.now())
    await lease.release(false)
    return null
  }

  isValid(): boolean {
    return this.ports.clock.monotonic() < this.deadline
  }

  /** The database's own time, epoch ms: the one clock that all instances share. */
  databaseNow(): number {
    return this.ports.clock.monotonic() + this.databaseAhead
  }

  /** Renews when a third of the lease is over; false where it is lost: of several lanes, where one of them is. */
  async keep(): Promise<boolean> {
    const now = this.ports.clock.monotonic()
    if (now < this.asked + RENEW_MS) return true
    const renewed = await this.ports.store.update('lanes', this.mine(), {
      set: { leaseUntil: new ServerTime(LEASE_MS), sequences: this.sequences },
    })
    if (renewed < this.lanes.length) {
      this.deadline = Number.NEGATIVE_INFINITY
      return false
    }
    this.asked = now
    this.deadline = now + LEASE_MS
    return true
  }

  /** What holds for all, when the lanes next have work, and whether they all still are ours. One read. */
  async look(): Promise<{ house: House; nextAt: number; isMine: boolean }> {
    const { found, house } = await readLanes(this.ports, this.lanes)
    const mine = found.filter(({ holder }) => holder === this.holder)
    const nextAt = Math.min(NEVER, ...found.map((lane) => lane.nextAt))
    return { house, nextAt, isMine: mine.length === this.lanes.length }
  }

  /** What was noted is looked for now: only what is noted from here on stays. False where the lease is lost. */
  async clearNote(): Promise<boolean> {
    const set = { nextAt: NEVER }
    return (await this.ports.store.update('lanes', this.mine(), { set })) === this.lanes.length
  }

  /** The number of the source's next page. Where it is too low the claim is refused, and tells. */
  sequenceOf(origin: string): number {
    return this.sequences[origin] ?? 0
  }

  /** The source has a page of this number. */
  passed(origin: string, sequence: number): void {
    this.sequences[origin] = Math.max(this.sequenceOf(origin), sequence + 1)
  }

  /** The lanes have work at `at` (epoch ms): written down with the release. Who dies before leaves lanes that are visited. */
  later(at: number): void {
    this.nextAt = Math.min(this.nextAt, at)
  }

  /**
   * Only with no message under way; `isClean` says that no page of the lanes is open. False where work was noted as due
   * since they were taken, and may not have been seen.
   */
  async release(isClean: boolean): Promise<boolean> {
    const { store, clock } = this.ports
    this.deadline = Number.NEGATIVE_INFINITY
    const { nextAt, sequences } = this
    const change = {
      set: {
        leaseUntil: ended(),
        holder: '',
        sequences,
        ...(isClean && !this.isClean && { cleanAt: this.fence }),
      },
      // Fences of several lanes differ; each was clean one below its own.
      ...(isClean && this.isClean && { inc: { cleanAt: 1 } }),
      ...(nextAt < NEVER && { min: { nextAt } }),
    }
    const quiet = await store.update('lanes', { nextAt: gt(clock.now()), ...this.mine() }, change)
    if (quiet === this.lanes.length) return true
    await store.update('lanes', this.mine(), change)
    return false
  }

  private mine() {
    return { _id: oneOf(this.lanes.map(laneId)), holder: this.holder }
  }
}
