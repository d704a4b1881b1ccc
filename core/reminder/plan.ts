/** What a lane's next page of reminders holds; what comes after them is made first, so that no chain ends in a crash. */
import { sizeOf } from '../audience/candidates'
import type { Catalogue } from '../template/catalogue'
import type { Openid } from '../contract'
import { ServiceError } from '../errors'
import { alike, type Due, judgeItems, waitingIn } from '../delivery/items'
import { note } from '../delivery/lanes'
import type { Mark } from '../delivery/outcomes'
import { lte, oneOf, type Ports } from '../ports'
import { quietUntil } from '../person/quiet'
import { following } from './recurrence'
import type { PersonRule, Reminder, RowRule } from './reminder'
import { reminderOf } from './making'
import type { Settings } from '../settings'
import { wakeAt } from './wake-ups'

/** Messages of one page, together: half of what one read gives (wechat.md §8), since a page is taken over whole. */
const PAGE_BYTES = 500_000
/** Times that are made at once after a standstill, of all reminders of a page together. */
const CATCH_UP = 2000

/** Different times of one page that are woken for. */
const WOKEN = 20

type Maker = PersonRule | RowRule

export interface ReminderWork {
  ports: Ports
  catalogue: Catalogue
  settings: Pick<Settings, 'wakeUps'>
}

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
    await wakeAt(ports, settings, lane, next.dueAt)
    return []
  }
  const due = await store.find<Reminder>('reminders', {
    where: { ...where, dueAt: lte(now) },
    order,
    limit: most,
  })
  const same = alike(due)
  const rules = await readRules(ports, same)
  const overtaken = await makeFollowing(work, lane, same, rules, now)
  return judgeReminders(work, same, rules, overtaken, now)
}

async function readRules(
  { store }: Pick<Ports, 'store'>,
  due: readonly Reminder[],
): Promise<Map<string, Maker>> {
  const ids = [...new Set(due.map(({ rule }) => rule))]
  const found = await store.find<Maker>('reminderRules', { where: { _id: oneOf(ids) }, limit: ids.length })
  return new Map(found.map((rule) => [rule._id, rule]))
}

const isOf = (rule: Maker | undefined, { version }: Reminder): rule is Maker =>
  rule !== undefined && rule.state !== 'cancelled' && rule.version === version

/**
 * Makes the times that come after these, up to the first that is not due yet. Resolves with those that a later one,
 * due as well, stands for.
 */
async function makeFollowing(
  { ports, catalogue, settings }: ReminderWork,
  lane: number,
  due: readonly Reminder[],
  rules: ReadonlyMap<string, Maker>,
  now: number,
): Promise<Set<string>> {
  const overtaken = new Set<string>()
  const made: Reminder[] = []
  const ended: string[] = []
  const most = Math.max(1, Math.floor(CATCH_UP / Math.max(1, due.length)))
  for (const reminder of due) {
    const rule = rules.get(reminder.rule)
    // Whoever has been in a page has had theirs made before it.
    if (reminder.rounds > 0 || reminder.byHand || !isOf(rule, reminder) || rule.kind !== 'person') continue
    const next = rule.recurrence ? following(rule.recurrence, reminder, now, most) : []
    try {
      for (const time of next) made.push(await reminderOf(ports, catalogue, rule, time, now))
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error
      ports.log.error('a reminder ends: its next message cannot be made', error, { rule: rule._id })
      ended.push(rule._id)
      continue
    }
    if (next.length === 0 && rule.state === 'on') ended.push(rule._id)
    if (rule.catchUp === 'once' && next.some(({ at }) => at <= now)) overtaken.add(reminder._id)
  }
  if (made.length > 0) await ports.store.insertAll('reminders', made)
  // Each at once: a lane that is visited between two of them could be too late for a task.
  const times = [...new Set(made.map(({ dueAt }) => dueAt))].filter((at) => at > now).slice(0, WOKEN)
  for (const at of times) await wakeAt(ports, settings, lane, at)
  if (ended.length > 0)
    await ports.store.update('reminderRules', { _id: oneOf(ended), state: 'on' }, { set: { state: 'ended' } })
  return overtaken
}

const isLate = ({ at, graceMs, byHand }: Reminder, when: number) => !byHand && when - at > graceMs

/** Why a reminder does not go, whatever its person has; undefined where that decides. */
function standingOf(reminder: Reminder, rule: Maker | undefined, now: number): Mark | undefined {
  if (!isOf(rule, reminder)) return 'withdrawn'
  return isLate(reminder, now) ? 'missed' : undefined
}

async function judgeReminders(
  { ports, catalogue }: ReminderWork,
  due: readonly Reminder[],
  rules: ReadonlyMap<string, Maker>,
  overtaken: Set<string>,
  now: number,
): Promise<Due<Reminder>[]> {
  for (const one of overtakenAmong(due, rules)) overtaken.add(one)
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
    const { item, quota } = one
    const until = item.byHand ? null : quietUntil(quota.quiet, now)
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
