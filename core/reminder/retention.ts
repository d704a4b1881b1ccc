/** Times that are over are removed after the retention time, and rules that have none left and make none. */
import { gt, lt, oneOf, type Ports } from '../ports'
import type { Reminder, Rule } from './reminder'

/** One read gives no more documents (wechat.md §8). */
const READ = 1000

type Needs = Pick<Ports, 'store' | 'clock'>

export interface Removed {
  removed: number
  /** Time was up before the end. */
  more: boolean
}

/**
 * Removes reminders that were due before `before` (epoch ms) and are over, then rules made before it that are behind all
 * of theirs; until the monotonic time `end`. What proves grants are the pages and not these. Repeatable; whoever dies in
 * it leaves the rest to the next run.
 */
export async function removeOldReminders(ports: Needs, before: number, end: number): Promise<Removed> {
  const times = await removeTimes(ports, before, end)
  if (times.more) return times
  const rules = await removeRules(ports, before, end)
  return { removed: times.removed + rules.removed, more: rules.more }
}

async function removeTimes({ store, clock }: Needs, before: number, end: number): Promise<Removed> {
  // What waits is never over, however old it is: it may be held for a person.
  const where = { state: oneOf(['fired', 'missed', 'cancelled']), dueAt: lt(before) }
  for (let removed = 0; ; ) {
    if (clock.monotonic() >= end) return { removed, more: true }
    const found = await store.find<Reminder>('reminders', { where, limit: READ, fields: ['_id'] })
    if (found.length > 0)
      removed += await store.remove('reminders', { ...where, _id: oneOf(found.map(({ _id }) => _id)) })
    if (found.length < READ) return { removed, more: false }
  }
}

/** The kinds of rules that end; a series stays for its next rows. */
const KINDS = ['person', 'row'] as const

async function removeRules({ store, clock }: Needs, before: number, end: number): Promise<Removed> {
  let removed = 0
  for (const kind of KINDS) {
    for (let after = 0; ; ) {
      if (clock.monotonic() >= end) return { removed, more: true }
      const found = await store.find<Rule>('reminderRules', {
        where: { kind, createdAt: gt(after) },
        order: [['createdAt', 'asc']],
        limit: READ,
        fields: ['kind', 'state', 'version', 'dueAt', 'createdAt'],
      })
      const old = found.filter(({ createdAt }) => createdAt < before)
      const over = old.filter((rule) => rule.state !== 'on' || (rule.kind === 'row' && rule.dueAt < before))
      removed += await removeBare({ store }, over)
      const last = old.at(-1)
      if (!last || old.length < READ) break
      // Rules of one moment may be cut apart here: those are found by a later run.
      after = last.createdAt
    }
  }
  return { removed, more: false }
}

/** Those of them that no reminder is of any more. Whoever changes one meanwhile keeps it. */
async function removeBare({ store }: Pick<Ports, 'store'>, rules: readonly Rule[]): Promise<number> {
  if (rules.length === 0) return 0
  const ids = rules.map(({ _id }) => _id)
  const bare = new Set(ids)
  for (let after = ''; ; ) {
    const kept = await store.find<Reminder>('reminders', {
      where: { rule: oneOf(ids), _id: gt(after) },
      order: [['_id', 'asc']],
      limit: READ,
      fields: ['rule'],
    })
    for (const { rule } of kept) bare.delete(rule)
    const last = kept.at(-1)
    if (!last || kept.length < READ) break
    after = last._id
  }
  let removed = 0
  for (const version of new Set(rules.map((rule) => rule.version))) {
    const some = rules.filter((rule) => rule.version === version && bare.has(rule._id))
    if (some.length === 0) continue
    removed += await store.remove('reminderRules', { _id: oneOf(some.map(({ _id }) => _id)), version })
  }
  return removed
}
