/** The commands of `hongyan series`: reminders for many, by rows with a time and people. */
import { randomUUID } from 'node:crypto'
import { Command, InvalidArgumentError } from 'commander'
import colors from 'picocolors'
import type { InputOf, Outputs, ParamField, ReminderSeries } from '../core/contract'
import { canonical } from '../core/hash'
import { allOf, wholeOf } from './arguments'
import type { Program } from './campaign-steps'
import { confirmed } from './data'
import { CliError, EXIT } from './output'
import { barOf } from './progress'
import { type Imported, importedText, rowsText, seriesListText, seriesText } from './reminder-text'
import { rowsOf } from './rows'
import { type Called, dataOption, emulatorOption, type Staff, staffOf } from './staff'

type Row = InputOf<'reminder.rows.import'>['rows'][number]

/** An event of the file: one line for each of its people. */
type Event = Row & { lines: number[] }

/** Events and people of one call, so that it ends within WeChat's 5 s (wechat.md §9). */
const CALL = { rows: 50, people: 400 } as const
/** The function had no time to answer (wechat.md §11): what it did stays, and repeating it changes nothing. */
const TIMEOUT = -501002
/** People that an event can have (core/contract/reminder.ts). */
const MOST_PEOPLE = 1000

/** `1 day at 18:00`, `30 minutes`, `2 hours` */
function beforeOf(text: string): ReminderSeries['before'] {
  const [, number, unit, , at] = /^(\d+) ?(minute|hour|day)s?( at (\d\d:\d\d))?$/.exec(text.trim()) ?? []
  const count = Number(number)
  if (unit === 'day' && at !== undefined) return { kind: 'days', days: count, at }
  if (unit === 'hour' && at === undefined) return { kind: 'minutes', minutes: count * 60 }
  if (unit === 'minute' && at === undefined) return { kind: 'minutes', minutes: count }
  throw new InvalidArgumentError('so long before is written "1 day at 18:00", "2 hours" or "30 minutes"')
}

/** The same for two lines of one event. */
const contentOf = ({ at, params }: Row) => canonical({ at, params })

/** `2026/12/1 9:00`, as spreadsheets write it, is 2026-12-01T09:00; anything else stays for the service to name. */
function wallOf(cell: string): string {
  const [, year, month = '', day = '', hour = '', minute] =
    /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})[T ](\d{1,2}):(\d{2})(?::\d{2})?$/.exec(cell) ?? []
  const two = (text: string) => text.padStart(2, '0')
  return year === undefined ? cell : `${year}-${two(month)}-${two(day)}T${two(hour)}:${minute}`
}

interface Read {
  events: Event[]
  /** Lines that contradict the first of their event, and events with too many people. */
  refused: Imported['refused']
}

/** The events of a file with the columns row, at and openid, and one for each param. */
async function eventsOf(file: string, fields: readonly ParamField[]): Promise<Read> {
  const events = new Map<string, Event>()
  const refused = new Map<string, Imported['refused'][number]>()
  for await (const { openid, params: cells = {}, line } of rowsOf(file, fields)) {
    const { row, at: time, ...params } = cells
    if (typeof row !== 'string' || typeof time !== 'string')
      throw new CliError(`${file}: line ${line}: the columns row and at are wanted beside openid`, {
        file,
        line,
      })
    const at = wallOf(time)
    const people = openid === '' ? [] : [openid]
    const event = events.get(row)
    if (!event) events.set(row, { row, at, params, people, lines: [line] })
    else if (contentOf(event) !== contentOf({ row, at, params, people }))
      refuse(refused, row, line, `line ${line} is not like line ${event.lines[0]}, which is of the same row`)
    else {
      event.people.push(...people)
      event.lines.push(line)
      if (event.people.length === MOST_PEOPLE + 1)
        refuse(
          refused,
          row,
          line,
          `a row has ${MOST_PEOPLE} people at the most; give the others a row of another name`,
        )
    }
  }
  return {
    events: [...events.values()].filter(({ row }) => !refused.has(row)),
    refused: [...refused.values()],
  }
}

function refuse(
  refused: Map<string, Imported['refused'][number]>,
  row: string,
  line: number,
  message: string,
) {
  const one = refused.get(row) ?? { row, lines: [], faults: [] }
  one.lines.push(line)
  one.faults.push({ path: 'row', problem: 'rule', message })
  refused.set(row, one)
}

/** As many events from `at` on as go into one call. */
function chunkOf(events: readonly Event[], at: number, size: { rows: number; people: number }): Event[] {
  const chunk: Event[] = []
  let people = 0
  for (const event of events.slice(at, at + size.rows)) {
    people += event.people.length
    if (chunk.length > 0 && people > size.people) break
    chunk.push(event)
  }
  return chunk
}

async function importRows(
  staff: Staff,
  series: string,
  { events, refused }: Read,
  isJson: boolean,
): Promise<Imported> {
  const imported: Imported = { added: 0, changed: 0, repeated: 0, refused: [...refused] }
  const lines = new Map(events.map((event) => [event.row, event.lines]))
  const size: { rows: number; people: number } = { ...CALL }
  const bar = barOf('importing', isJson)
  try {
    for (let at = 0; at < events.length; ) {
      const chunk = chunkOf(events, at, size)
      const rows = chunk.map(({ lines: _lines, ...row }): Row => row)
      let part: Outputs['reminder.rows.import']
      try {
        part = await staff.call('reminder.rows.import', { series, rows })
      } catch (error) {
        if (!(error instanceof CliError) || error.facts['errcode'] !== TIMEOUT || chunk.length === 1)
          throw error
        size.rows = Math.ceil(chunk.length / 2)
        continue
      }
      at += chunk.length
      imported.added += part.added
      imported.changed += part.changed
      imported.repeated += part.repeated
      imported.refused.push(...part.refused.map((one) => ({ ...one, lines: lines.get(one.row) ?? [] })))
      const wrong = imported.refused.length
      bar.at(at, events.length, wrong > 0 ? `${wrong} refused` : '')
    }
  } finally {
    bar.stop()
  }
  return imported
}

/** Throws CliError where it is not there. */
async function seriesOf(staff: Staff, id: string): Promise<ReminderSeries> {
  const { series } = await staff.call('reminder.series.list', {})
  const found = series.find((one) => one.series === id)
  if (found) return found
  throw new CliError(`there is no series ${id}`, { series: id })
}

/** Rows of one call of `reminder.rows.remove`. */
const REMOVED = 100

export function seriesCommand(program: Program): Command {
  const series = new Command('series').description('reminders for many: so long before each of their events')
  const { output, isJson, exit } = program
  const on = (name: string, about: string) =>
    series.command(name).description(about).addOption(emulatorOption()).addOption(dataOption())

  on('create', 'a rule: which message, so long before; the same --key makes one')
    .requiredOption('--name <text>', 'what staff call it')
    .requiredOption('--template <key>', 'the key of the template')
    .requiredOption('--before <time>', '"1 day at 18:00", "2 hours" or "30 minutes"', beforeOf)
    .option('--time-param <name>', 'the param that is filled with the time of the event')
    .option('--zone <name>', 'the time zone of the events (default: Asia/Shanghai)')
    .option('--grace <minutes>', 'later than this it is missed, not sent', wholeOf)
    .option('--state <state>', 'formal, trial or developer')
    .option('--key <text>', 'idempotency key (default: a new one)')
    .action(async (options: Called & SeriesOptions) => {
      const { name, template, before, timeParam, zone, grace, state, key = randomUUID() } = options
      const input = {
        key,
        name,
        template,
        before,
        ...(timeParam !== undefined && { timeParam }),
        ...(zone !== undefined && { zone }),
        ...(grace !== undefined && { graceMinutes: grace }),
        ...(state !== undefined && { miniprogramState: state }),
      } as InputOf<'reminder.series.create'>
      const made = await staffOf(options).call('reminder.series.create', input)
      output().result({ ...made, key }, () => seriesText(made))
    })

  on('list', 'all series').action(async (options: Called) => {
    const found = await staffOf(options).call('reminder.series.list', {})
    output().result(found, () => seriesListText(found.series))
  })

  on('import <id> <file>', 'add rows, or move those that changed: CSV, JSON or JSON lines')
    .addHelpText(
      'after',
      '\nColumns: row, at, openid, and one for each param; a line for each person of a row.',
    )
    .action(async (id: string, file: string, options: Called) => {
      const staff = staffOf(options)
      const { template } = await seriesOf(staff, id)
      const { templates } = await staff.call('template.list', {})
      const fields = templates.find((one) => one.template === template)?.fields ?? []
      const imported = await importRows(staff, id, await eventsOf(file, fields), isJson())
      output().result({ series: id, ...imported }, () => importedText(imported))
      if (imported.refused.length > 0) exit(EXIT.failed)
    })

  on('rows <id>', 'its rows')
    .option('--limit <count>', 'at most so many', wholeOf, 1000)
    .action(async (id: string, { limit, ...options }: Called & { limit: number }) => {
      const staff = staffOf(options)
      const { zone } = await seriesOf(staff, id)
      const rows: Outputs['reminder.rows.list']['rows'] = []
      for (let cursor: string | null | undefined; cursor !== null && rows.length < limit; ) {
        const input = { series: id, limit: 100, ...(cursor !== undefined && { cursor }) }
        const part: Outputs['reminder.rows.list'] = await staff.call('reminder.rows.list', input)
        rows.push(...part.rows)
        cursor = part.cursor
      }
      const shown = rows.slice(0, limit)
      output().result({ rows: shown }, () => rowsText(shown, zone))
    })

  on('remove <id>', 'take rows out: their reminders come no more')
    .requiredOption('--rows <names>', 'which: class-8,class-9', allOf)
    .option('--yes', 'do not ask', false)
    .action(async (id: string, { rows, yes, ...options }: Called & { rows: string[]; yes: boolean }) => {
      if (process.stdin.isTTY && !yes && !(await confirmed(`Remove ${rows.join(', ')} from ${id}?`)))
        throw new CliError('nothing was done')
      const staff = staffOf(options)
      let removed = 0
      for (let at = 0; at < rows.length; at += REMOVED)
        removed += (
          await staff.call('reminder.rows.remove', { series: id, rows: rows.slice(at, at + REMOVED) })
        ).removed
      const missing = rows.length - removed
      output().result({ removed }, () =>
        missing === 0
          ? `${colors.green('✓')} removed ${removed} of ${rows.length}`
          : `${colors.yellow('!')} removed ${removed} of ${rows.length}; the others are not there`,
      )
      if (missing > 0) exit(EXIT.failed)
    })

  return series
}

interface SeriesOptions {
  name: string
  template: string
  before: ReminderSeries['before']
  timeParam?: string
  zone?: string
  grace?: number
  state?: string
  key?: string
}
