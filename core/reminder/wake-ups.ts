/** Waking a dispatch when the next thing is due. Best effort: the timer finds what was not woken. */
import { ne, type Ports } from '../ports'
import type { Settings } from '../settings'

/** Delayed function tasks: not sooner, and not later, than so far ahead (wechat.md §7). */
const LEAST_MS = 6_000
const MOST_MS = 30 * 24 * 60 * 60_000

/** Asked for so long before, since a task counts in seconds and its instance may have to start: it waits for the rest. */
export const EARLY_MS = 2_000

const DAY = 24 * 60 * 60_000
/** Times of a day that are remembered as asked for: all of its minutes, and some between. */
const KEPT = 2000

/** One document for each day (of UTC) in which something is due. */
const idOf = (at: number) => `wake-${new Date(at - (at % DAY)).toISOString().slice(0, 10)}`

/**
 * Has a dispatch woken at `at` (epoch ms), unless that has been asked for already: one works all lanes that are due
 * then. Where it is off, or too soon or too far ahead for a task, nothing: the timer does it.
 */
export async function wakeAt(
  { store, clock, wake }: Pick<Ports, 'store' | 'clock' | 'wake'>,
  { wakeUps }: Pick<Settings, 'wakeUps'>,
  at: number,
): Promise<void> {
  const delay = at - clock.now()
  if (!wakeUps || delay > MOST_MS) return
  const _id = idOf(at)
  // A task cannot be taken back, and the same one asked for at each tick would be a bill of its own.
  const push = { asked: { value: at, keep: KEPT } }
  const isNew =
    (await store.update('budgets', { _id, asked: ne(at) }, { push })) > 0 ||
    (await store.insert('budgets', { _id, asked: [at] }))
  if (isNew) await wake.wakeAt(Math.max(delay - EARLY_MS, LEAST_MS))
}
