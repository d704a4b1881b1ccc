/** Reminders and their series as a terminal shows them. */
import colors from 'picocolors'
import type { Fault, Outputs, Reminder, ReminderSeries, Schedule } from '../core/contract'
import { formatTime } from '../core/time'
import { cardText, tableOf } from './campaign-text'

const stateColors: Readonly<Record<Reminder['state'], (text: string) => string>> = {
  on: colors.green,
  ended: colors.bold,
  cancelled: colors.dim,
}

/** On the wall clock of a zone. */
export const timeIn = (at: number, zone: string): string => formatTime(at, zone, 'YYYY-MM-DD HH:mm')

/** `every 2 weeks on MO, TH from 2026-12-01T19:00, 10 times` */
export function scheduleText(schedule: Schedule): string {
  switch (schedule.kind) {
    case 'once':
      return `once at ${schedule.at}`
    case 'delay':
      return `once after ${schedule.minutes} minutes`
    case 'repeat': {
      const { from, every, unit, weekdays, lastDay, until, count } = schedule
      return [
        `every ${every === 1 ? unit.slice(0, -1) : `${every} ${unit}`}`,
        ...(weekdays ? [`on ${weekdays.join(', ')}`] : []),
        ...(lastDay === true ? ['on its last day'] : []),
        `from ${from}`,
        ...(until === undefined ? [] : [`until ${until}`]),
        ...(count === undefined ? [] : [`${count} times`]),
      ].join(' ')
    }
    default: {
      const unknown: never = schedule
      throw new Error(`no such schedule: ${JSON.stringify(unknown)}`)
    }
  }
}

const grantText = (left: number): string =>
  left > 0 ? colors.dim(`${left} left`) : colors.yellow('no grant: it cannot be delivered as things are')

export function reminderText(told: Reminder): string {
  const { reminder, openid, title, schedule, zone, state, next, left, card, version } = told
  const about = `${openid} · ${title} · ${scheduleText(schedule)} · ${zone} · version ${version}`
  return [
    `${colors.bold(reminder)}  ${stateColors[state](state)}`,
    colors.dim(about),
    ...next.map((at) => `  ${timeIn(at, zone)}`),
    ...(state === 'on' ? [grantText(left)] : []),
    '',
    cardText(card),
  ].join('\n')
}

export function remindersText(reminders: readonly Reminder[]): string {
  if (reminders.length === 0) return 'no reminders'
  const rows = reminders.map(({ reminder, openid, template, schedule, zone, state, next, left }) => [
    reminder,
    stateColors[state](state),
    openid,
    template,
    next[0] === undefined ? '–' : timeIn(next[0], zone),
    state === 'on' && left === 0 ? colors.yellow('0') : left,
    scheduleText(schedule),
  ])
  return tableOf(['id', 'state', 'openid', 'template', 'next', 'left', 'when'], rows, [5])
}

export function boardText({ templates, more }: Outputs['reminder.board']): string {
  if (templates.length === 0) return 'no reminders on this day'
  const rows = templates.map(({ template, waiting, missed, cancelled, outcomes }) => {
    const { sent = 0, skipped = 0, ...others } = outcomes
    const other = Object.values(others).reduce((sum, count) => sum + count, 0)
    const alarming = missed > 0 ? colors.yellow(String(missed)) : missed
    return [template, waiting, sent, skipped, alarming, other, cancelled]
  })
  const head = ['template', 'due', 'sent', 'skipped', 'missed', 'others', 'cancelled']
  const table = tableOf(head, rows, [1, 2, 3, 4, 5, 6])
  return more
    ? `${table}\n${colors.yellow('there are more than could be counted in the time of a call')}`
    : table
}

type Time = { id: string; openid: string; template: string; at: number; words: string }

/** Times of reminders with a reason each; in a zone. */
export const timesText = (times: readonly Time[], zone: string, none: string): string =>
  times.length === 0
    ? none
    : tableOf(
        ['id', 'openid', 'template', 'due', 'why'],
        times.map(({ id, openid, template, at, words }) => [id, openid, template, timeIn(at, zone), words]),
      )

const counted = (count: number, unit: string) => `${count} ${unit}${count === 1 ? '' : 's'}`

const beforeText = (before: ReminderSeries['before']): string =>
  before.kind === 'minutes'
    ? `${counted(before.minutes, 'minute')} before`
    : `${counted(before.days, 'day')} before, at ${before.at}`

export const seriesText = ({ series, name, template, zone, before }: ReminderSeries): string =>
  `${colors.green('✓')} ${colors.bold(name)}  ${series}\n${colors.dim(`${template} · ${beforeText(before)} · ${zone}`)}`

export const seriesListText = (series: readonly ReminderSeries[]): string =>
  series.length === 0
    ? 'no series'
    : tableOf(
        ['id', 'name', 'template', 'reminds', 'zone'],
        series.map(({ series: id, name, template, before, zone }) => [
          id,
          name,
          template,
          beforeText(before),
          zone,
        ]),
      )

export const rowsText = (rows: Outputs['reminder.rows.list']['rows'], zone: string): string =>
  rows.length === 0
    ? 'no rows'
    : tableOf(
        ['row', 'event', 'reminds', 'people'],
        rows.map(({ row, at, dueAt, people }) => [row, at, timeIn(dueAt, zone), people]),
        [3],
      )

/** What an import of rows came to. */
export interface Imported {
  added: number
  changed: number
  repeated: number
  refused: { row: string; lines: number[]; faults: Fault[] }[]
}

/** Wrong rows that are shown; all are in the reply of `--json`. */
const SHOWN = 20

export function importedText({ added, changed, repeated, refused }: Imported): string {
  const counts = [`${added} added`, `${changed} changed`, `${repeated} as they were`]
  const wrong = refused.slice(0, SHOWN).map(({ row, lines, faults }) => {
    const where = lines.length === 0 ? '' : ` (line ${lines.join(', ')})`
    return `  ${colors.red('✗')} ${row}${where}: ${faults.map(({ message }) => message).join('; ')}`
  })
  const more = refused.length > SHOWN ? [`  … and ${refused.length - SHOWN} more (--json tells all)`] : []
  const mark = refused.length === 0 ? colors.green('✓') : colors.yellow('!')
  const refusals = refused.length === 0 ? [] : [`${refused.length} refused`]
  return [`${mark} rows: ${[...counts, ...refusals].join(', ')}`, ...wrong, ...more].join('\n')
}
