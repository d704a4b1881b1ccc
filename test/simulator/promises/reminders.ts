/** What holds at every write of a reminder, of the rule that makes it, and at every message of one. */
import type { Reminder, Rule } from '../../../core/reminder/reminder'
import { quotaId } from '../../../core/subscription/quotas'
import { expectedBefore, expectedTimes } from '../expected'
import type { Books } from '../books'
import { markOf, type Leaving } from '../wechat'
import type { Check } from './pages'

const MINUTE = 60_000
/** Clocks of instances differ, jump, and what was planned in time may wait for its turn. */
const SLACK_MS = 3 * MINUTE

const isQuiet = (books: Books, { template, lane, openid }: Reminder) =>
  (books.kept.quotas.get(quotaId(template, lane, openid))?.quiet ?? null) !== null

export const ofReminders: Record<string, Check<Reminder>> = {
  'a reminder waits and then ends, and only doubt is ever corrected': ({ was, is }) => {
    if (!was) return is.state === 'waiting' ? undefined : `${is._id} begins as ${is.state}`
    if (was.state === 'waiting') return undefined
    const isKept = is.state === was.state && (is.outcome === was.outcome || was.outcome === 'unknown')
    return isKept ? undefined : `${is._id} went from ${was.state} ${was.outcome} to ${is.state} ${is.outcome}`
  },

  // What is cancelled at the moment in which it goes out may still arrive.
  'a reminder is reported as it went': ({ is }, books) => {
    if (is.state === 'waiting' || is.state === 'cancelled' || is.outcome === 'unknown') return undefined
    const isDelivered = (books.wechat.trail(markOf(is.data), is.openid)?.delivered ?? 0) > 0
    return (is.outcome === 'sent') === isDelivered
      ? undefined
      : `${is._id} is ${is.state} ${is.outcome} ${is.text}`
  },

  'a reminder is missed only beyond its grace, or where quiet hours last as long': ({ was, is }, books) => {
    if (is.state !== 'missed' || was?.state === 'missed' || isQuiet(books, is)) return undefined
    return books.now() + SLACK_MS >= is.at + is.graceMs ? undefined : `${is._id} is missed before its time`
  },

  'only a later time of its rule stands for a reminder': ({ was, is }, books) => {
    if (is.text !== 'merged' || was?.text === 'merged') return undefined
    const isLater = (other: Reminder) =>
      other.rule === is.rule && other.number > is.number && other.at <= books.now() + SLACK_MS
    return [...books.kept.reminders.values()].some(isLater) ? undefined : `${is._id} is merged into nothing`
  },

  'a reminder is withdrawn only with its rule': ({ was, is }, books) => {
    if (is.text !== 'withdrawn' || was?.text === 'withdrawn') return undefined
    const rule = books.kept.reminderRules.get(is.rule)
    return rule?.state === 'cancelled' || (rule?.version ?? 0) > is.version ? undefined : is._id
  },
}

/** The reminder that a message is of; undefined where it is of something else. */
function reminderOf(books: Books, leaving: Leaving): Reminder | undefined {
  const { page, place = 0 } = books.placeOf(leaving) ?? {}
  return page?.source === 'reminder' ? books.kept.reminders.get(page.items?.[place] ?? '') : undefined
}

export const ofRemindersLeaving: Record<string, (leaving: Leaving, books: Books) => string | undefined> = {
  'a reminder leaves at its time, and not beyond its grace': (leaving, books) => {
    const reminder = reminderOf(books, leaving)
    if (!reminder) return undefined
    const lateMs = books.now() - reminder.at
    return lateMs >= -SLACK_MS && lateMs <= reminder.graceMs + SLACK_MS
      ? undefined
      : `${reminder._id} leaves ${lateMs} ms after its time, with a grace of ${reminder.graceMs} ms`
  },

  'nothing of a reminder that was cancelled or moved is sent by whoever began later': (leaving, books) => {
    const reminder = reminderOf(books, leaving)
    const since = reminder && books.withdrawnSince(reminder)
    return since === undefined || leaving.by.number <= since ? undefined : `${reminder?._id}`
  },
}

/** Those of the version that stands. */
function occurrencesOf(books: Books, { _id, version }: Rule): Reminder[] {
  return [...books.kept.reminders.values()].filter((one) => one.rule === _id && one.version === version)
}

const minutesOf = (times: readonly number[]) =>
  times.map((at) => new Date(at).toISOString().slice(0, 16)).join(' ')

/** What is wrong with the times of one rule that were made. */
function misses(books: Books, rule: Rule): string[] {
  if (rule.kind === 'series') return []
  const made = occurrencesOf(books, rule)
  if (rule.kind === 'row') {
    const people = made.map(({ openid }) => openid).sort()
    const isExact = rule.state === 'cancelled' || people.join() === [...rule.people].sort().join()
    const series = books.kept.reminderRules.get(rule.series)
    const due = series?.kind === 'series' ? expectedBefore(series.before, rule.event, series.zone) : undefined
    const stray = made.find(({ at }) => at !== due)
    return [...(isExact ? [] : [`${rule._id} reminds ${people.join(' ')}`]), ...(stray ? [stray._id] : [])]
  }
  const times = made.map(({ at }) => at).sort((a, b) => a - b)
  const expected = expectedTimes(rule.schedule, rule.zone, rule.createdAt)
  const wanted = rule.state === 'cancelled' ? expected.slice(0, times.length) : expected
  return times.join() === wanted.join()
    ? []
    : [`${rule._id} is reminded at ${minutesOf(times)}; expected ${minutesOf(wanted)}`]
}

export const remindersAtRest: Record<string, (books: Books) => string[]> = {
  'nobody is lost: every time of a reminder has ended': ({ kept }) =>
    [...kept.reminders.values()].filter(({ state }) => state === 'waiting').map(({ _id }) => `${_id} waits`),
  'every rule has been made': ({ kept }) =>
    [...kept.reminderRules.values()].filter(({ made }) => !made).map(({ _id }) => _id),
  'each time of each reminder is there exactly once': (books) =>
    [...books.kept.reminderRules.values()].flatMap((rule) => misses(books, rule)),
  'no reminder that was acknowledged is lost': ({ kept, acknowledgedRules }) =>
    [...acknowledgedRules].filter((id) => !kept.reminderRules.has(id)),
}
