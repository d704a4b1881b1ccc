/** Rules of occurrences: what comes after them, and whether they still stand. */
import type { Catalogue } from '../template/catalogue'
import { ServiceError } from '../errors'
import type { Mark } from '../delivery/outcomes'
import { oneOf, type Ports } from '../ports'
import { following } from './recurrence'
import type { PersonRule, Reminder, RowRule } from './reminder'
import { reminderOf } from './making'
import type { Settings } from '../settings'
import { wakeAt } from './wake-ups'

/** Times that are made at once after a standstill, of all reminders of a page together. */
const CATCH_UP = 2000

/** Different times of one page that are woken for. */
const WOKEN = 20

/** What makes occurrences. */
export type Maker = PersonRule | RowRule

export interface ReminderWork {
  ports: Ports
  catalogue: Catalogue
  settings: Pick<Settings, 'wakeUps'>
}

/** Of the megabyte, and the documents, that one read gives (wechat.md §8). */
const READ_BYTES = 800_000
const READ = 1000

/** How many documents like these one read gives. */
export function readable(like: readonly Reminder[]): number {
  const largest = Math.max(1, ...like.map((one) => Buffer.byteLength(JSON.stringify(one))))
  return Math.min(READ, Math.floor(READ_BYTES / largest))
}

/** What a time is made from; who is in a row, and what was asked for, is not: those can be long. */
const MAKER_FIELDS = [
  'kind',
  'openid',
  'lane',
  'language',
  'template',
  'templateId',
  'revision',
  'oneTime',
  'channel',
  'fallback',
  'params',
  'timeParam',
  'zone',
  'recurrence',
  'catchUp',
  'graceMs',
  'miniprogramState',
  'eventAt',
  'version',
  'state',
]

export async function readRules(
  { store }: Pick<Ports, 'store'>,
  due: readonly Reminder[],
): Promise<Map<string, Maker>> {
  const ids = [...new Set(due.map(({ rule }) => rule))]
  const where = { _id: oneOf(ids) }
  const found = await store.find<Maker>('reminderRules', { where, limit: ids.length, fields: MAKER_FIELDS })
  return new Map(found.map((rule) => [rule._id, rule]))
}

/** Whether it is of the rule as it stands. */
export const isOf = (rule: Maker | undefined, { version }: Reminder): rule is Maker =>
  rule !== undefined && rule.state !== 'cancelled' && rule.version === version

/**
 * Makes the times that come after these, up to the first that is not due yet. Resolves with those that a later one,
 * due as well, stands for.
 */
export async function makeFollowing(
  { ports, catalogue, settings }: ReminderWork,
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
  // Each at once: a tick between two of them could be too late for a task.
  const times = [...new Set(made.map(({ dueAt }) => dueAt))].filter((at) => at > now).slice(0, WOKEN)
  for (const at of times) await wakeAt(ports, settings, at)
  if (ended.length > 0)
    await ports.store.update('reminderRules', { _id: oneOf(ended), state: 'on' }, { set: { state: 'ended' } })
  return overtaken
}

/** Whether it would be beyond its grace at `when` (epoch ms). */
export const isLate = ({ at, graceMs, byHand }: Reminder, when: number) => !byHand && when - at > graceMs

/** Why a reminder does not go, whatever its person has; undefined where that decides. */
export function standingOf(reminder: Reminder, rule: Maker | undefined, now: number): Mark | undefined {
  if (!isOf(rule, reminder)) return 'withdrawn'
  return isLate(reminder, now) ? 'missed' : undefined
}
