/** What a lane's next page of reminders holds; what comes after them is made first, so that no chain ends in a crash. */
import { sizeOf } from '../audience/candidates'
import type { Openid } from '../contract'
import { alike, type Due, judgeItems, type Next, waitingIn } from '../delivery/items'
import { asTheyGo } from '../delivery/fallback'
import { withDigests } from './digest'
import {
  readable,
  isLate,
  isOf,
  type Maker,
  makeFollowing,
  readRules,
  type ReminderWork,
  standingOf,
} from './occurrences'
import { lte, type Where } from '../ports'
import { quietUntil } from '../person/quiet'
import { type Reminder, reminders } from './reminder'
import { wakeAt } from './wake-ups'

/** Messages of one page, together: half of what one read gives (wechat.md §8), since a page is taken over whole. */
const PAGE_BYTES = 500_000

const ORDER = [['dueAt', 'asc']] satisfies [string, 'asc'][]

export interface Looked {
  /** Reminders of one page. */
  most: number
  confirmBefore: number | null
  /** Some are likely to be due: those are read at once, in place of when the next one is. */
  isLikely: boolean
}

/**
 * The next page of reminders of a lane; where nothing is due, when the next one is, and it is woken for. Repeatable:
 * nothing is changed but what is made for later.
 */
export async function nextReminders(
  work: ReminderWork,
  lane: number,
  { most, confirmBefore, isLikely }: Looked,
): Promise<Next<Reminder>> {
  const where = waitingIn(lane, confirmBefore)
  const known = isLikely ? (await dueIn(work, where, most)).due : []
  if (known.length > 0) return { due: await planReminders(work, known, where), next: null }
  const { ports, settings } = work
  const [next] = await ports.store.find<Reminder>('reminders', {
    where,
    order: ORDER,
    limit: 1,
    fields: ['dueAt'],
  })
  if (!next) return { due: [], next: null }
  if (next.dueAt > ports.clock.now()) {
    await wakeAt(ports, settings, next.dueAt)
    return { due: [], next: next.dueAt }
  }
  const { due } = await dueIn(work, where, most)
  return { due: await planReminders(work, due, where), next: null }
}

/** Read at first: where there are more, their size is known then. */
const SAMPLE = 200

/** Those that are due, the longest first: `most`, or as many as fit one read; `isAll` where there are no more. */
export async function dueIn(
  { ports: { store, clock } }: Pick<ReminderWork, 'ports'>,
  where: Where,
  most: number,
): Promise<{ due: Reminder[]; isAll: boolean }> {
  const isDue = { ...where, dueAt: lte(clock.now()) }
  const read = (limit: number) => store.find<Reminder>('reminders', { where: isDue, order: ORDER, limit })
  const sample = await read(Math.min(SAMPLE, most))
  if (sample.length < SAMPLE || most <= SAMPLE) return { due: sample, isAll: sample.length < SAMPLE }
  const limit = Math.min(most, readable(sample))
  const due = await read(limit)
  return { due, isAll: due.length < limit }
}

/** A page of these for each of their lanes, with what comes after them made. */
export async function planReminders(
  work: ReminderWork,
  due: readonly Reminder[],
  where: Where,
): Promise<Due<Reminder>[]> {
  const { ports } = work
  const now = ports.clock.now()
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
  const bytes = new Map<number, number>()
  for (const one of await judgeItems(ports, catalogue, [...people.values()])) {
    const size = (bytes.get(one.item.lane) ?? 0) + sizeOf(one.item)
    bytes.set(one.item.lane, size)
    // What does not fit is due still, and the next page has it.
    if (size > PAGE_BYTES) continue
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
