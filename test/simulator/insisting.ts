/** Asking until there is an answer: what a person, a page or a program does. */
import type { Reply } from '../../core/contract'
import type { Chance } from './chance'
import type { Schedule } from './schedule'

/** Refusals of the moment: asking again may help. */
const passing: readonly string[] = ['INTERNAL', 'STORE_FAILED', 'CAMPAIGN_CHANGED']
const SECOND = 1_000

/** Undefined where it was refused, or nobody answered for so many tries. */
export async function insist<T>(
  { schedule, chance }: { schedule: Schedule; chance: Chance },
  ask: () => Promise<Reply<T> | undefined>,
  tries = 6,
): Promise<T | undefined> {
  for (let at = 0; at < tries; at += 1) {
    const reply = await ask()
    if (reply?.ok) return reply.data
    if (reply && !passing.includes(reply.error.code)) return undefined
    await schedule.wait(chance.whole(SECOND, 20 * SECOND))
  }
  return undefined
}
