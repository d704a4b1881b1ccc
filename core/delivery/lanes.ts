/** A lane is a fixed share of all openids, worked by one `dispatch` at a time: the holder of its lease. */
import { createHash } from 'node:crypto'
import type { Openid } from '../contract'
import { ServiceError } from '../errors'
import { type Doc, gt, gte, lt, oneOf, type Ports, ServerTime } from '../ports'
import { LEASE_MS, MAX_LANES, RENEW_MS, SEND_TIMEOUT_MS, type Settings, STALE_MS } from '../settings'

/** Later than any work: a lane with nothing to do. `min` needs a number to lower. */
export const NEVER = 8_640_000_000_000_000

/** Due by every clock: whoever looks for work may have another than whoever noted it. */
export const AT_ONCE = 0

/** `holder` is empty when the lane was released; `leaseUntil` is the database's own time. */
type Lane = Doc & {
  lane: number
  fence: number
  holder: string
  nextAt: number
  /** How often work was noted; absent where none was. */
  notes?: number
  leaseUntil: number
  /** The fence under which it was last released with no page open. */
  cleanAt: number
  /** By source, the number of its next page: at least, since a holder that dies has not written the last ones down. */
  sequences?: { [origin: string]: number }
}

/** What holds for all lanes. */
export type House = Doc & {
  lanes: number
  /** The heartbeat of the timer: the last tick that looked at the work itself. */
  scannedAt: number
  /** Nothing goes out while it is set. */
  stopped?: { at: number; by: string; note?: string } | null
  /** Work made before this waits for a person (see `guard`). */
  confirmBefore?: number | null
  /** Grows with each change that campaigns under way must heed: who has seen it knows them as they are. */
  changes?: number
}

/** Taken or noted since, where it is another number: both only grow. */
const countOf = ({ fence, notes = 0 }: Lane) => fence + notes

/** The document of the house, among the lanes so that one read sees both. */
export const HOUSE = 'count'
const SCAN_EVERY_MS = 10 * 60_000

const idOf = (lane: number) => `lane-${lane}`

/** The lane of a person: always the same, whatever runs where. */
export function laneOf(openid: Openid, lanes: number): number {
  return createHash('sha256').update(openid).digest().readUInt32BE(0) % lanes
}

export const readHouse = ({ store }: Pick<Ports, 'store'>) => store.get<House>('lanes', HOUSE)

/**
 * The number of lanes is written down at the first run; another number later would put a person in two lanes. Throws
 * LANES_MISMATCH.
 */
export async function checkLanes(
  { store, clock }: Pick<Ports, 'store' | 'clock'>,
  lanes: number,
): Promise<House> {
  let house = await store.get<House>('lanes', HOUSE)
  if (!house) {
    await store.insert('lanes', {
      _id: HOUSE,
      lanes,
      scannedAt: clock.now(),
      stopped: null,
      confirmBefore: null,
    })
    house = await store.get<House>('lanes', HOUSE)
  }
  if (house?.lanes !== lanes)
    throw new ServiceError('LANES_MISMATCH', { set: lanes, fixed: house?.lanes ?? null })
  return house
}

/** Says that campaigns were changed, to whoever is about to send: after it was written, before it is acknowledged. */
export const tellChange = ({ store }: Pick<Ports, 'store'>) =>
  store.update('lanes', { _id: HOUSE }, { inc: { changes: 1 } })

/** A lane, where it is there, and the house. One read. */
async function readLane(
  { store }: Pick<Ports, 'store'>,
  lane: number,
): Promise<{ lane: Lane | undefined; house: House }> {
  const where = { _id: oneOf([HOUSE, idOf(lane)]) }
  const found = await store.find<Lane | House>('lanes', { where, limit: 2 })
  const house = found.find((doc): doc is House => doc._id === HOUSE)
  if (!house) throw new Error('the document of the house is not there, which each tick makes before its work')
  return { lane: found.find((doc): doc is Lane => 'fence' in doc), house }
}

/** Says that the lane has work at `at`. Called after the work was inserted. */
export const note = (ports: Pick<Ports, 'store'>, lane: number, at: number) => noteAll(ports, [lane], at)

const noted = (at: number) => ({ min: { nextAt: at }, inc: { notes: 1 } })

/** Says it of several. */
export async function noteAll(
  { store }: Pick<Ports, 'store'>,
  lanes: readonly number[],
  at: number,
): Promise<void> {
  const lower = () => store.update('lanes', { _id: oneOf(lanes.map(idOf)) }, noted(at))
  if ((await lower()) === lanes.length) return
  await store.insertAll(
    'lanes',
    lanes.map((lane) => newLane(lane, at)),
  )
  await lower()
}

/** Says it of every lane that ever had work. */
export async function noteEvery({ store }: Pick<Ports, 'store'>, at: number): Promise<void> {
  await store.update('lanes', { fence: gte(0) }, noted(at))
}

/**
 * A taker-over waits the send timeout beyond the lease, so that no message of the old holder can still be under way
 * (WeChat's 43108); a holder that released has none, and dates its release accordingly.
 */
const ended = () => new ServerTime(-SEND_TIMEOUT_MS - 1)

const newLane = (lane: number, nextAt: number) => ({
  _id: idOf(lane),
  lane,
  fence: 0,
  holder: '',
  nextAt,
  leaseUntil: ended(),
  cleanAt: 0,
})

/** Wakes as many instances as a campaign is spread over, each with its share of the lanes. Best effort. */
export async function wakeAll(
  { wake }: Pick<Ports, 'wake'>,
  { instances }: Pick<Settings, 'instances'>,
  lanes: readonly number[],
  timeoutMs: number,
): Promise<void> {
  const shares = Array.from({ length: instances }, (_, at) =>
    lanes.filter((_lane, index) => index % instances === at),
  )
  await Promise.all(shares.filter((share) => share.length > 0).map((share) => wake.wake(share, timeoutMs)))
}

export interface Due {
  /** Lanes that have work at or before now, and those whose holder died with its lease: longest waiting first. */
  lanes: number[]
  /** Whether it is this tick's turn to look at the work itself, should a lane's `nextAt` have been lost. */
  scan: boolean
  /** Of those of them that nobody holds, by lane: how often it was taken or noted. */
  counts: ReadonlyMap<number, number>
  /** When the next lane has work, epoch ms. */
  next: number
  /** As it was read with the lanes, before a scan was taken; none before the first run. */
  house?: House | undefined
}

/** What a tick has to do. One read. Clocks may differ: this is a hint, taking the lease is the judge. */
export async function dueLanes({ store, clock }: Pick<Ports, 'store' | 'clock'>): Promise<Due> {
  const found = await store.find<Lane | House>('lanes', { where: {}, limit: MAX_LANES + 1 })
  const now = clock.now()
  const house = found.find((doc): doc is House => doc._id === HOUSE)
  const scan = house !== undefined && (await takeScan(store, house, now))
  if (house?.stopped) return { lanes: [], scan: false, counts: new Map(), next: NEVER }
  const all = found.filter((doc): doc is Lane => 'fence' in doc)
  const due = all
    .filter((lane) => lane.nextAt <= now || (lane.holder !== '' && lane.leaseUntil < now - SEND_TIMEOUT_MS))
    .sort((a, b) => a.nextAt - b.nextAt)
  const free = due.filter(({ holder }) => holder === '')
  return {
    lanes: due.map(({ lane }) => lane),
    scan,
    counts: new Map(free.map((lane) => [lane.lane, countOf(lane)])),
    next: Math.min(NEVER, ...all.map(({ nextAt }) => nextAt).filter((at) => at > now)),
    house,
  }
}

/**
 * One tick in ten minutes scans, whichever comes first; a clock that jumped back must not hold it up. Where none has
 * for much longer, the timer stood still or this is a restored copy of the database, whose work may have been done
 * already: what was made until then waits for a person.
 */
async function takeScan(
  store: Ports['store'],
  { scannedAt }: Pick<House, 'scannedAt'>,
  now: number,
): Promise<boolean> {
  if (Math.abs(now - scannedAt) < SCAN_EVERY_MS) return false
  const isStale = now - scannedAt > STALE_MS
  const set = { scannedAt: now, ...(isStale && { confirmBefore: scannedAt + SCAN_EVERY_MS }) }
  return (await store.update('lanes', { _id: HOUSE, scannedAt }, { set })) > 0
}

/** The house, with old work held back where nobody has looked for too long: whoever works first, timer or not. */
export async function guarded(
  { store, clock }: Pick<Ports, 'store' | 'clock'>,
  house: House,
): Promise<House> {
  const now = clock.now()
  if (now - house.scannedAt <= STALE_MS) return house
  await takeScan(store, house, now)
  return (await readHouse({ store })) ?? house
}

/** The database must answer within this, or its time is not known well enough to keep a rate by. */
const CLOCK_DOUBT_MS = 4_000

export class Lease {
  /** Nothing is sent at or after this monotonic time. Counted from before the database was asked. */
  private deadline: number
  /** When the lane next has work, as far as its holder knows. */
  private nextAt = NEVER
  readonly lane: number
  readonly fence: number
  /** The holder before left no page open. */
  readonly isClean: boolean
  /** How often the lane had been taken or noted when it was ours. */
  readonly count: number
  private readonly sequences: { [origin: string]: number }

  private constructor(
    private readonly ports: Pick<Ports, 'store' | 'clock' | 'random'>,
    private readonly held: Lane,
    /** As it was read after the lane was taken: whatever was told before a note that this cleared is in it. */
    readonly house: House,
    private asked: number,
    /** The database's time less our monotonic time. */
    private readonly databaseAhead: number,
  ) {
    this.deadline = asked + LEASE_MS
    this.lane = held.lane
    this.fence = held.fence
    this.isClean = held.cleanAt === held.fence - 1
    this.count = countOf(held)
    this.sequences = { ...held.sequences }
  }

  /**
   * Takes the lane where its lease has ended, raises the fence, and clears when the lane next has work: what is noted
   * from now on stays. Null where somebody holds it, or the database is too slow to be told the time by.
   */
  static async take(ports: Pick<Ports, 'store' | 'clock' | 'random'>, lane: number): Promise<Lease | null> {
    const { store, clock } = ports
    const holder = ports.random()
    const _id = idOf(lane)
    let asked = clock.monotonic()
    const take = () =>
      store.update(
        'lanes',
        { _id, leaseUntil: lt(new ServerTime(-SEND_TIMEOUT_MS)) },
        { set: { leaseUntil: new ServerTime(LEASE_MS), holder, nextAt: NEVER }, inc: { fence: 1 } },
      )
    await take()
    let answered = clock.monotonic()
    let { lane: held, house } = await readLane(ports, lane)
    if (!held) {
      await store.insert('lanes', newLane(lane, NEVER))
      asked = clock.monotonic()
      await take()
      answered = clock.monotonic()
      ;({ lane: held, house } = await readLane(ports, lane))
    }
    if (held?.holder !== holder) return null
    const ahead = held.leaseUntil - LEASE_MS - (asked + answered) / 2
    const lease = new Lease(ports, held, house, asked, ahead)
    if (answered - asked <= CLOCK_DOUBT_MS) return lease
    await note(ports, lane, clock.now())
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

  /** Renews when a third of the lease is over; false where it is lost. */
  async keep(): Promise<boolean> {
    const now = this.ports.clock.monotonic()
    if (now < this.asked + RENEW_MS) return true
    const renewed = await this.ports.store.update('lanes', this.mine(), {
      set: { leaseUntil: new ServerTime(LEASE_MS), sequences: this.sequences },
    })
    if (renewed === 0) {
      this.deadline = Number.NEGATIVE_INFINITY
      return false
    }
    this.asked = now
    this.deadline = now + LEASE_MS
    return true
  }

  /** What holds for all, and when the lane next has work. One read. */
  async look(): Promise<{ house: House; nextAt: number }> {
    const { lane, house } = await readLane(this.ports, this.lane)
    return { house, nextAt: lane?.nextAt ?? NEVER }
  }

  /** What was noted is looked for now: only what is noted from here on stays. False where the lease is lost. */
  async clearNote(): Promise<boolean> {
    return (await this.ports.store.update('lanes', this.mine(), { set: { nextAt: NEVER } })) > 0
  }

  /** The number of the source's next page. Where it is too low the claim is refused, and tells. */
  sequenceOf(origin: string): number {
    return this.sequences[origin] ?? 0
  }

  /** The source has a page of this number. */
  passed(origin: string, sequence: number): void {
    this.sequences[origin] = Math.max(this.sequenceOf(origin), sequence + 1)
  }

  /** The lane has work at `at` (epoch ms): written down with the release. Who dies before leaves a lane that is visited. */
  later(at: number): void {
    this.nextAt = Math.min(this.nextAt, at)
  }

  /**
   * Only with no message under way; `isClean` says that no page of the lane is open. False where work was noted as due
   * since the lane was taken, and may not have been seen.
   */
  async release(isClean: boolean): Promise<boolean> {
    const { store, clock } = this.ports
    this.deadline = Number.NEGATIVE_INFINITY
    const { nextAt, sequences } = this
    const set = { leaseUntil: ended(), holder: '', sequences, ...(isClean && { cleanAt: this.fence }) }
    const change = { set, ...(nextAt < NEVER && { min: { nextAt } }) }
    if ((await store.update('lanes', { ...this.mine(), nextAt: gt(clock.now()) }, change)) > 0) return true
    await store.update('lanes', this.mine(), change)
    return false
  }

  private mine() {
    return { _id: idOf(this.lane), holder: this.held.holder, fence: this.fence }
  }
}
