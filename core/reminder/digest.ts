/**
 * Reminders of one template to one person that come within its window are one message: the first of them that is due
 * takes the others along. So nobody is reminded later than was asked for, and one grant pays for all.
 */
import type { Openid } from '../contract'
import { digestParams } from '../template/digest'
import { ServiceError } from '../errors'
import type { Due } from '../delivery/items'
import { readable, type Maker, makeFollowing, readRules, type ReminderWork, standingOf } from './occurrences'
import { paramsAt } from './making'
import { lte, oneOf, type Where } from '../ports'
import type { Reminder } from './reminder'
import { templateAt } from '../template/revisions'
import type { Rendered, Template } from '../template/template'

const MINUTE = 60_000

/** What a page of reminders was planned from. */
export interface Planned {
  /** Those that are due. */
  due: readonly Reminder[]
  rules: ReadonlyMap<string, Maker>
  /** Those that a later time of their rule stands for. */
  overtaken: ReadonlySet<string>
  /** What waits in the lane and is not held. */
  where: Where
  now: number
}

type Going = Extract<Due<Reminder>, { reason?: undefined }>
/** A reminder with the rule that made it. */
type Made = { reminder: Reminder; rule: Maker }

/** The same page, with one message in place of several where their template says how. */
export async function withDigests(
  work: ReminderWork,
  judged: readonly Due<Reminder>[],
  planned: Planned,
): Promise<Due<Reminder>[]> {
  const { ports, catalogue } = work
  const going = judged.flatMap((one) => (one.reason === undefined && !one.item.byHand ? [one] : []))
  const digests = new Map<string, Going['digest']>()
  for (const revision of new Set(going.map(({ item }) => item.revision))) {
    const some = going.filter(({ item }) => item.revision === revision).map(({ item }) => item)
    const template = await templateAt(ports, catalogue, some[0]?.template ?? '', revision)
    if (!template.definition.digest) continue
    const others = await othersOf(work, template, some, planned)
    for (const reminder of some) {
      const rule = planned.rules.get(reminder.rule)
      const also = others.get(reminder.openid)
      if (!rule || !also) continue
      const message = messageOf(work, template, [{ reminder, rule }, ...also])
      if (message) digests.set(reminder._id, { also: also.map((one) => one.reminder), message })
    }
  }
  return judged.map((one) => {
    const digest = digests.get(one.item._id)
    return one.reason === undefined && digest ? { ...one, digest } : one
  })
}

/** Times of one rule for one person: a row has one for each. */
const chainOf = ({ rule, openid }: Reminder) => `${rule} ${openid}`

/** By person what goes along with the first: due too, or within the window; what comes after it has been made. */
async function othersOf(
  work: ReminderWork,
  template: Template,
  first: readonly Reminder[],
  { due, rules, overtaken, where, now }: Planned,
): Promise<Map<Openid, Made[]>> {
  const windowMs = (template.definition.digest?.windowMinutes ?? 0) * MINUTE
  const leads = new Map(first.map((reminder) => [reminder.openid, reminder]))
  const found = await work.ports.store.find<Reminder>('reminders', {
    where: {
      ...where,
      template: template.definition.key,
      revision: template.revision,
      openid: oneOf([...leads.keys()]),
      dueAt: lte(now + windowMs),
    },
    order: [['dueAt', 'asc']],
    // Who is not among them comes by itself.
    limit: readable(first),
  })
  const isDue = new Set(due.map(({ _id }) => _id))
  const chains = new Set(due.map(chainOf))
  const fits = (reminder: Reminder) => {
    const lead = leads.get(reminder.openid)
    if (!lead || lead._id === reminder._id || reminder.byHand) return false
    if (lead.templateId !== reminder.templateId || lead.miniprogramState !== reminder.miniprogramState)
      return false
    if (isDue.has(reminder._id)) return !overtaken.has(reminder._id)
    // What was put off has a time of its own. A later time of a rule that is due comes by itself.
    if (reminder.rounds > 0 || chains.has(chainOf(reminder))) return false
    chains.add(chainOf(reminder))
    return true
  }
  const fitting = found.filter(fits)
  const later = fitting.filter(({ _id }) => !isDue.has(_id))
  const known = new Map([...rules, ...(later.length > 0 ? await readRules(work.ports, later) : [])])
  const standing = fitting.filter((one) => standingOf(one, known.get(one.rule), now) === undefined)
  const ahead = standing.filter(({ _id }) => !isDue.has(_id))
  const late = ahead.length > 0 ? await makeFollowing(work, ahead, known, now) : new Set()
  const others = new Map<Openid, Made[]>()
  for (const reminder of standing) {
    const rule = known.get(reminder.rule)
    if (!rule || late.has(reminder._id)) continue
    const own = others.get(reminder.openid) ?? []
    own.push({ reminder, rule })
    others.set(reminder.openid, own)
  }
  return others
}

/** The one message; null where it breaks a rule of the template: then each goes by itself. */
function messageOf({ ports }: ReminderWork, template: Template, made: readonly Made[]): Rendered | null {
  const inOrder = [...made].sort((a, b) => a.reminder.at - b.reminder.at)
  const params = inOrder.map(({ reminder, rule }) =>
    paramsAt(template, rule, rule.kind === 'row' ? rule.eventAt : reminder.at),
  )
  try {
    return template.render(digestParams(template.definition, params), made[0]?.reminder.language)
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error
    ports.log.info('reminders go one by one: together they break a rule of their template', {
      template: template.definition.key,
      faults: error.faults,
    })
    return null
  }
}
