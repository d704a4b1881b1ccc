/** What the next page of reminders holds; what comes after them is made first, so that no chain ends in a crash. */
import { sizeOf } from '../audience/candidates'
import type { Openid } from '../contract'
import { alike, type Due, hasMany, judgeItems, type Next, waitingIn } from '../delivery/items'
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
import { lte } from '../ports'
import { quietUntil } from '../person/quiet'
import { type Reminder, reminders } from './reminder'
import { wakeAt } from './wake-ups'

/** Messages of one page, together: half of what one read gives (wechat.md §8), since a page is taken over whole. */
const PAGE_BYTES = 500_000

const ORDER = [['dueAt', 'asc']] satisfies [string, 'asc'][]

export interface Looked {
  lanes: readonly number[]
  /** Reminders of one page. */
  most: number
  confirmBefore: number | null
  /** Some are likely to be due: those are read at once, in place of when the next one is. */
  isLikely: boolean
}

/**
 * The next page of reminders of these lanes; where nothing is due, when the next one is, and it is woken for.
 * Repeatable: nothing is changed but what is made for later.
 */
export async function nextReminders(work: ReminderWork, looked: Looked): Promise<Next<Reminder>> {
  const known = looked.isLikely ? await dueIn(work, looked) : none
  if (known.split || known.due.length > 0) return planned(work, looked, known)
  const { ports, settings } = work
  const [next] = await ports.store.find<Reminder>('reminders', {
    where: waitingIn(looked.lanes, looked.confirmBefore),
    order: ORDER,
    limit: 1,
    fields: ['dueAt'],
  })
  if (!next) return { due: [], next: null }
  if (next.dueAt <= ports.clock.now()) return planned(work, looked, await dueIn(work, looked))
  await wakeAt(ports, settings, next.dueAt)
  return { due: [], next: next.dueAt }
}

/** What is due, the longest first. */
type Waiting = Pick<Next, 'split'> & { due: Reminder[] }
const none: Waiting = { due: [] }

/** Read at first: where there are more, their size is known then. */
const SAMPLE = 200

/** `most` of them at the most. Several lanes are read in two halves: together these are a page, or more are waiting. */
async function dueIn({ ports }: ReminderWork, { lanes, most, confirmBefore }: Looked): Promise<Waiting> {
  const { store, clock } = ports
  const dueAt = lte(clock.now())
  const read = (of: readonly number[], limit: number) =>
    store.find<Reminder>('reminders', {
      where: { dueAt, ...waitingIn(of, confirmBefore) },
      order: ORDER,
      limit,
    })
  const sample = await read(lanes, Math.min(SAMPLE, most))
  if (lanes.length > 1 && hasMany(sample)) return { due: [], split: 'apart' }
  if (sample.length < SAMPLE || most <= SAMPLE) return { due: sample }
  const page = readable(sample)
  const limit = Math.min(most, page)
  if (lanes.length === 1) return { due: await read(lanes, limit) }
  const middle = Math.ceil(lanes.length / 2)
  const halves = await Promise.all([lanes.slice(0, middle), lanes.slice(middle)].map((of) => read(of, limit)))
  const due = halves.flat().sort((a, b) => a.dueAt - b.dueAt)
  const isCrowd = limit === page && halves.some(({ length }) => length === limit)
  return isCrowd ? { due: [], split: 'crowd' } : { due: due.slice(0, most) }
}

/** Their page, with what comes after them made. */
async function planned(
  work: ReminderWork,
  { lanes, confirmBefore }: Looked,
  { due, split }: Waiting,
): Promise<Next<Reminder>> {
  if (split) return { due: [], next: null, split }
  const { ports } = work
  const now = ports.clock.now()
  const same = alike(await asTheyGo(ports, reminders, due))
  const rules = await readRules(ports, same)
  const overtaken = await makeFollowing(work, same, rules, now)
  for (const one of overtakenAmong(same, rules)) overtaken.add(one)
  const judged = await judgeReminders(work, same, rules, overtaken, now)
  const where = waitingIn(lanes, confirmBefore)
  return { due: await withDigests(work, judged, { due: same, rules, overtaken, where, now }), next: null }
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
    if (bytes > PAGE_BYTES) continue
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
