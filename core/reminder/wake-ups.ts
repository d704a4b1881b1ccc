/** Waking a dispatch when the next thing of a lane is due. Best effort: the timer finds what was not woken. */
import { ne, type Ports } from '../ports'
import type { Settings } from '../settings'

/** Delayed function tasks: not sooner, and not later, than so far ahead (wechat.md §7). */
const LEAST_MS = 6_000
const MOST_MS = 30 * 24 * 60 * 60_000

/** Times that a lane remembers as asked for. */
const KEPT = 50

const idOf = (lane: number) => `wake-${lane}`

/**
 * Has the lane woken at `at` (epoch ms), unless it has been asked for already. Where it is off, or too soon or too
 * far ahead for a task, nothing: the timer does it.
 */
export async function wakeAt(
  { store, clock, wake }: Pick<Ports, 'store' | 'clock' | 'wake'>,
  { wakeUps }: Pick<Settings, 'wakeUps'>,
  lane: number,
  at: number,
): Promise<void> {
  const delay = at - clock.now()
  if (!wakeUps || delay > MOST_MS) return
  const _id = idOf(lane)
  // A task cannot be taken back, and the same one asked for at each tick would be a bill of its own.
  const isNew =
    (await store.update('budgets', { _id, asked: ne(at) }, { push: { asked: { value: at, keep: KEPT } } })) >
      0 || (await store.insert('budgets', { _id, asked: [at] }))
  if (isNew) await wake.wakeAt(lane, Math.max(delay, LEAST_MS))
}
