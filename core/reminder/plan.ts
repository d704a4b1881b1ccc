/** What a lane's next page of reminders holds; what comes after them is made first, so that no chain ends in a crash. */
import { sizeOf } from '../audience/candidates'
import type { Openid } from '../contract'
import { alike, type Due, judgeItems, waitingIn } from '../delivery/items'
import { asTheyGo } from '../delivery/fallback'
import { note } from '../delivery/lanes'
import { withDigests } from './digest'
import {
  isLate,
  isOf,
  type Maker,
  makeFollowing,
  readRules,
  type ReminderWork,
  standingOf,
} from './occurrences'
import { lte } from '../ports'
import { quietUntil } from '../person/quiet'
import { type Reminder, reminders } from './reminder'
import { wakeAt } from './wake-ups'

/** Messages of one page, together: half of what one read gives (wechat.md §8), since a page is taken over whole. */
const PAGE_BYTES = 500_000
/**
 * Reminders that are due, of the template and state of the one that waits longest, each person once. Empty where
 * nothing is due: then it is noted when the next one is. `most` of one page. Repeatable: nothing is changed but what is
 * made for later.
 */
export async function nextReminders(
  work: ReminderWork,
  lane: number,
  { most, confirmBefore }: { most: number; confirmBefore: number | null },
): Promise<Due<Reminder>[]> {
  const { ports, settings } = work
  const { store, clock } = ports
  const where = waitingIn(lane, confirmBefore)
  const order = [['dueAt', 'asc' as const]] satisfies [string, 'asc'][]
  const [next] = await store.find<Reminder>('reminders', { where, order, limit: 1, fields: ['dueAt'] })
  if (!next) return []
  const now = clock.now()
  if (next.dueAt > now) {
    // Taking the lane has cleared when it next has work.
    await note(ports, lane, next.dueAt)
    await wakeAt(ports, settings, next.dueAt)
    return []
  }
  const due = await store.find<Reminder>('reminders', {
    where: { ...where, dueAt: lte(now) },
    order,
    limit: most,
  })
  const same = alike(await asTheyGo(ports, reminders, due))
  const rules = await readRules(ports, same)
  const overtaken = await makeFollowing(work, same, rules, now)
  for (const one of overtakenAmong(same, rules)) overtaken.add(one)
  const judged = await judgeReminders(work, same, rules, overtaken, now)
  return withDigests(work, judged, { due: same, rules, overtaken, where, now })
}

async function judgeReminders(
  { ports, catalogue }: ReminderWork,
  due: readonly Reminder[],
  rules: ReadonlyMap<string, Maker>,
  overtaken: ReadonlySet<string>,
  now: number,
): Promise<Due<Reminder>[]> {
  const judged: Due<Reminder>[] = []
  const people = new Map<Openid, Reminder>()
  for (const item of due) {
    const reason = overtaken.has(item._id) ? 'merged' : standingOf(item, rules.get(item.rule), now)
    if (reason !== undefined) judged.push({ item, reason })
    // A page holds each person once: who has several due gets the others by the next page.
    else if (!people.has(item.openid)) people.set(item.openid, item)
  }
  let bytes = 0
  for (const one of await judgeItems(ports, catalogue, [...people.values()])) {
    bytes += sizeOf(one.item)
    // What does not fit is due still, and the next page has it.
    if (bytes > PAGE_BYTES) break
    if (one.reason !== undefined) {
      judged.push(one)
      continue
    }
    const { item, payer } = one
    const until = item.byHand ? null : quietUntil(payer.quiet, now)
    if (until === null) judged.push(one)
    else if (isLate(item, until)) judged.push({ item, reason: 'missed' })
    else judged.push({ item, reason: 'quiet', again: until })
  }
  return judged
}

/** Of several times of one rule that are due together all but the last, where the last stands for all. */
function overtakenAmong(due: readonly Reminder[], rules: ReadonlyMap<string, Maker>): string[] {
  const latest = new Map<string, Reminder>()
  const found: string[] = []
  for (const reminder of due) {
    const rule = rules.get(reminder.rule)
    if (reminder.byHand || !isOf(rule, reminder) || rule.kind !== 'person' || rule.catchUp === 'each')
      continue
    const other = latest.get(rule._id)
    const [older, newer] = other && other.number > reminder.number ? [reminder, other] : [other, reminder]
    if (older) found.push(older._id)
    latest.set(rule._id, newer)
  }
  return found
}
