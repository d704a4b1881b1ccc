/** A lane is a fixed share of all openids, worked by one `dispatch` at a time: the holder of its lease. */
import { createHash } from 'node:crypto'
import type { Openid } from './contract'
import { ServiceError } from './errors'
import { type Doc, lt, type Ports, ServerTime } from './ports'
import { LEASE_MS, MAX_LANES, RENEW_MS, SEND_TIMEOUT_MS } from './settings'

/** Later than any work: a lane with nothing to do. `min` needs a number to lower. */
const NEVER = 8_640_000_000_000_000

/** `holder` is empty when the lane was released; `leaseUntil` is the database's own time. */
type Lane = Doc & { lane: number; fence: number; holder: string; nextAt: number; leaseUntil: number }

const COUNT = 'count'
const SCAN_EVERY_MS = 10 * 60_000

const idOf = (lane: number) => `lane-${lane}`

/** The lane of a person: always the same, whatever runs where. */
export function laneOf(openid: Openid, lanes: number): number {
  return createHash('sha256').update(openid).digest().readUInt32BE(0) % lanes
}

type Count = Doc & { lanes: number; scannedAt: number }

/** The number of lanes is written down at the first run; another number later would put a person in two lanes. */
export async function checkLanes(
  { store, clock }: Pick<Ports, 'store' | 'clock'>,
  lanes: number,
): Promise<void> {
  let fixed = await store.get<Count>('lanes', COUNT)
  if (!fixed && (await store.insert('lanes', { _id: COUNT, lanes, scannedAt: clock.now() }))) return
  fixed ??= await store.get<Count>('lanes', COUNT)
  if (fixed?.lanes !== lanes)
    throw new ServiceError('LANES_MISMATCH', { set: lanes, fixed: fixed?.lanes ?? null })
}

/** Says that the lane has work at `at`. Called after the work was inserted. */
export async function note({ store }: Pick<Ports, 'store'>, lane: number, at: number): Promise<void> {
  const _id = idOf(lane)
  if ((await store.update('lanes', { _id }, { min: { nextAt: at } })) > 0) return
  if (await store.insert('lanes', newLane(lane, at))) return
  await store.update('lanes', { _id }, { min: { nextAt: at } })
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
})

export interface Due {
  /** Lanes that have work at or before now, and those whose holder died with its lease: longest waiting first. */
  lanes: number[]
  /** Whether it is this tick's turn to look at the work itself, should a lane's `nextAt` have been lost. */
  scan: boolean
}

/** What a tick has to do. One read. Clocks may differ: this is a hint, taking the lease is the judge. */
export async function dueLanes({ store, clock }: Pick<Ports, 'store' | 'clock'>): Promise<Due> {
  const found = await store.find<Lane | Count>('lanes', { where: {}, limit: MAX_LANES + 1 })
  const now = clock.now()
  const lanes = found
    .filter((doc): doc is Lane => 'fence' in doc)
    .filter((lane) => lane.nextAt <= now || (lane.holder !== '' && lane.leaseUntil < now - SEND_TIMEOUT_MS))
    .sort((a, b) => a.nextAt - b.nextAt)
    .map(({ lane }) => lane)
  const count = found.find((doc): doc is Count => doc._id === COUNT)
  return { lanes, scan: count !== undefined && (await takeScan(store, count, now)) }
}

/** One tick in ten minutes scans, whichever comes first; a clock that jumped back must not hold it up. */
async function takeScan(store: Ports['store'], { scannedAt }: Count, now: number): Promise<boolean> {
  if (Math.abs(now - scannedAt) < SCAN_EVERY_MS) return false
  return (await store.update('lanes', { _id: COUNT, scannedAt }, { set: { scannedAt: now } })) > 0
}

export class Lease {
  /** Nothing is sent at or after this monotonic time. Counted from before the database was asked. */
  private deadline: number
  private asked: number

  private constructor(
    private readonly ports: Pick<Ports, 'store' | 'clock' | 'random'>,
    readonly lane: number,
    readonly fence: number,
    private readonly holder: string,
    asked: number,
  ) {
    this.asked = asked
    this.deadline = asked + LEASE_MS
  }

  /** Takes the lane where its lease has ended, and raises the fence; null where somebody holds it. */
  static async take(ports: Pick<Ports, 'store' | 'clock' | 'random'>, lane: number): Promise<Lease | null> {
    const holder = ports.random()
    const asked = ports.clock.monotonic()
    const _id = idOf(lane)
    const take = () =>
      ports.store.update(
        'lanes',
        { _id, leaseUntil: lt(new ServerTime(-SEND_TIMEOUT_MS)) },
        { set: { leaseUntil: new ServerTime(LEASE_MS), holder }, inc: { fence: 1 } },
      )
    await take()
    let held = await ports.store.get<Lane>('lanes', _id)
    if (!held) {
      await ports.store.insert('lanes', newLane(lane, NEVER))
      await take()
      held = await ports.store.get<Lane>('lanes', _id)
    }
    return held?.holder === holder ? new Lease(ports, lane, held.fence, holder, asked) : null
  }

  isValid(): boolean {
    return this.ports.clock.monotonic() < this.deadline
  }

  /** Renews when a third of the lease is over; false where it is lost. */
  async keep(): Promise<boolean> {
    const now = this.ports.clock.monotonic()
    if (now < this.asked + RENEW_MS) return true
    const renewed = await this.ports.store.update('lanes', this.mine(), {
      set: { leaseUntil: new ServerTime(LEASE_MS) },
    })
    if (renewed === 0) {
      this.deadline = Number.NEGATIVE_INFINITY
      return false
    }
    this.asked = now
    this.deadline = now + LEASE_MS
    return true
  }

  /** Clears when the lane next has work, before it is scanned: what is noted meanwhile stays. */
  async clearNext(): Promise<void> {
    await this.ports.store.update('lanes', this.mine(), { set: { nextAt: NEVER } })
  }

  /** Only with no message under way. */
  async release(): Promise<void> {
    this.deadline = Number.NEGATIVE_INFINITY
    await this.ports.store.update('lanes', this.mine(), { set: { leaseUntil: ended(), holder: '' } })
  }

  private mine() {
    return { _id: idOf(this.lane), holder: this.holder, fence: this.fence }
  }
}
