/** A lane is a fixed share of all openids, worked by one `dispatch` at a time: the holder of its lease. */
import { createHash } from 'node:crypto'
import type { Openid } from '../contract'
import { ServiceError } from '../errors'
import { type Doc, gte, oneOf, type Ports, ServerTime } from '../ports'
import { MAX_LANES, SEND_TIMEOUT_MS, type Settings, STALE_MS } from '../settings'

/** Later than any work: a lane with nothing to do. `min` needs a number to lower. */
export const NEVER = 8_640_000_000_000_000

/** Due by every clock: whoever looks for work may have another than whoever noted it. */
export const AT_ONCE = 0

/** `holder` is empty when the lane was released; `leaseUntil` is the database's own time. */
export type Lane = Doc & {
  lane: number
  fence: number
  holder: string
  nextAt: number
  leaseUntil: number
  /** The fence under which it was last released with no page open; less where there may be one. */
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

/** The document of the house, among the lanes so that one read sees both. */
export const HOUSE = 'count'
const SCAN_EVERY_MS = 10 * 60_000

export const laneId = (lane: number) => `lane-${lane}`

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

const isLane = (doc: Lane | House): doc is Lane => 'fence' in doc

/** Those of the lanes that are there, in the order asked for, and the house. One read. */
export async function readLanes(
  { store }: Pick<Ports, 'store'>,
  lanes: readonly number[],
): Promise<{ found: Lane[]; house: House }> {
  const where = { _id: oneOf([HOUSE, ...lanes.map(laneId)]) }
  const docs = await store.find<Lane | House>('lanes', { where, limit: lanes.length + 1 })
  const house = docs.find((doc): doc is House => doc._id === HOUSE)
  if (!house) throw new Error('the document of the house is not there, which each tick makes before its work')
  const byLane = new Map(docs.filter(isLane).map((doc) => [doc.lane, doc]))
  return { found: lanes.flatMap((lane) => byLane.get(lane) ?? []), house }
}

/** Says that the lane has work at `at`. Called after the work was inserted. */
export const note = (ports: Pick<Ports, 'store'>, lane: number, at: number) => noteAll(ports, [lane], at)

/** Says it of several. */
export async function noteAll(
  { store }: Pick<Ports, 'store'>,
  lanes: readonly number[],
  at: number,
): Promise<void> {
  const lower = () => store.update('lanes', { _id: oneOf(lanes.map(laneId)) }, { min: { nextAt: at } })
  if ((await lower()) === lanes.length) return
  await insertLanes({ store }, lanes, at)
  await lower()
}

/**
 * Says that these lanes are at home to an open page that their holder may not have seen: whoever takes them next looks
 * for it, and soon.
 */
export const suspect = ({ store }: Pick<Ports, 'store'>, lanes: readonly number[], at: number) =>
  store.update('lanes', { _id: oneOf(lanes.map(laneId)) }, { min: { nextAt: at, cleanAt: -1 } })

/** Those that are not there yet. */
export const insertLanes = ({ store }: Pick<Ports, 'store'>, lanes: readonly number[], nextAt: number) =>
  store.insertAll(
    'lanes',
    lanes.map((lane) => newLane(lane, nextAt)),
  )

/** Says it of every lane that ever had work. */
export async function noteEvery({ store }: Pick<Ports, 'store'>, at: number): Promise<void> {
  await store.update('lanes', { fence: gte(0) }, { min: { nextAt: at } })
}

/**
 * A taker-over waits the send timeout beyond the lease, so that no message of the old holder can still be under way
 * (WeChat's 43108); a holder that released has none, and dates its release accordingly.
 */
export const ended = () => new ServerTime(-SEND_TIMEOUT_MS - 1)

const newLane = (lane: number, nextAt: number) => ({
  _id: laneId(lane),
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
  /** Those of them that nobody holds and that the last holder left with no page open. */
  clean: ReadonlySet<number>
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
  if (house?.stopped) return { lanes: [], scan: false, clean: new Set(), next: NEVER }
  const all = found.filter(isLane)
  const due = all
    .filter((lane) => lane.nextAt <= now || (lane.holder !== '' && lane.leaseUntil < now - SEND_TIMEOUT_MS))
    .sort((a, b) => a.nextAt - b.nextAt)
  const clean = due.filter(({ holder, cleanAt, fence }) => holder === '' && cleanAt === fence)
  return {
    lanes: due.map(({ lane }) => lane),
    scan,
    clean: new Set(clean.map(({ lane }) => lane)),
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
