/**
 * What is due in several lanes, read together before any of them is taken: many lanes that have a little cost hardly more
 * reads than one. It holds where nobody had the lane between, and nothing was noted in it, which it counts.
 */
import { type Due, waitingIn } from './items'
import type { Lease } from './lanes'
import type { Shared } from './page-work'
import { dueIn, planReminders } from '../reminder/plan'
import type { Reminder } from '../reminder/reminder'
import { dueOf, type Send } from './sends'

/** Lanes read together: of each so many reminders that all fit one read (1000, wechat.md §8). */
const TOGETHER = 8
const READ = 1000
/** What was read longer ago is read anew: preferences and rules may have changed. */
const FRESH_MS = 5_000

/** What a lane has, as it was read ahead. */
export interface Ahead {
  /** How often the lane had been taken or noted then. */
  count: number
  /** Monotonic. */
  readAt: number
  /** Whether no single message was due; and when the next one is. */
  hasNoSends: boolean
  nextSend: number | null
  /** Its first page of reminders; none where there were too many to be read together. */
  reminders: Due<Reminder>[]
}

/** Whether it is still what the holder of the lane would read. */
export const isCurrent = (
  { count, readAt }: Ahead,
  lease: Pick<Lease, 'count' | 'isClean'>,
  now: number,
): boolean => lease.isClean && lease.count === count + 1 && now - readAt < FRESH_MS

/** By lane; `counts` are of lanes that nobody held. What comes after these reminders is made. */
export async function readAhead(
  shared: Pick<Shared, 'ports' | 'catalogue' | 'settings' | 'house'>,
  counts: ReadonlyMap<number, number>,
): Promise<Map<number, Ahead>> {
  const all = [...counts.keys()]
  const found = new Map<number, Ahead>()
  for (let from = 0; from < all.length; from += TOGETHER) {
    const lanes = all.slice(from, from + TOGETHER)
    for (const [lane, ahead] of await readTogether(shared, lanes, counts)) found.set(lane, ahead)
  }
  return found
}

async function readTogether(
  shared: Pick<Shared, 'ports' | 'catalogue' | 'settings' | 'house'>,
  lanes: readonly number[],
  counts: ReadonlyMap<number, number>,
): Promise<Map<number, Ahead>> {
  const { ports, house } = shared
  const readAt = ports.clock.monotonic()
  const where = waitingIn(lanes, house.confirmBefore ?? null)
  const sends = await ports.store.find<Send>('sends', {
    where,
    order: [['dueAt', 'asc']],
    limit: READ,
    fields: ['lane', 'dueAt', 'rounds'],
  })
  const { due, isAll } = await dueIn(shared, where, READ)
  const reminders = isAll ? await planReminders(shared, due, where) : []
  const now = ports.clock.now()
  return new Map(
    lanes.map((lane): [number, Ahead] => {
      const own = sends.filter((send) => send.lane === lane).map(dueOf)
      const nextSend = own.length > 0 ? Math.min(...own) : null
      return [
        lane,
        {
          count: counts.get(lane) ?? Number.NaN,
          readAt,
          hasNoSends: sends.length < READ && (nextSend === null || nextSend > now),
          nextSend,
          reminders: reminders.filter(({ item }) => item.lane === lane),
        },
      ]
    }),
  )
}
