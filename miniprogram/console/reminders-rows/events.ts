/** Events from the table that a person gave: each row of it is one person of one event. */
import type { InputOf, ParamField } from '../../../core/contract'
import { fill, inPhoneLanguage } from '../../words/language'
import { type TableRow, tableOf } from '../table'
import { words } from './words'

export type Event = InputOf<'reminder.rows.import'>['rows'][number] & { lines: number[] }

export interface Wrong {
  row: string
  lines: number[]
  words: string
}

export interface Events {
  events: Event[]
  /** What nothing can be made of; the service finds the rest. */
  wrong: Wrong[]
  people: number
}

/** People of one event, as many as the service takes (core/contract/reminder.ts). */
const MOST_PEOPLE = 1000

const ownColumns = ['row', 'at', 'openid'] as const
type OwnColumn = (typeof ownColumns)[number]

/** What a column may be called: by its own name, or as people say it in either language. */
const namesOf = (column: OwnColumn): string[] => [
  column,
  ...(column === 'openid' ? [] : [words.zh, words.en].map((w) => w.columnNames[column])),
]

/** A cell as the field wants it; what cannot be one stays as it is written, for the service to name. */
function valueOf(cell: string, type: ParamField['type']): unknown {
  if (type === 'string') return cell
  if (type === 'boolean')
    return { true: true, false: false, '1': true, '0': false }[cell.toLowerCase()] ?? cell
  const number = Number(cell)
  return Number.isFinite(number) ? number : cell
}

/** `2026/12/1 9:00`, as spreadsheets write it, is 2026-12-01T09:00; anything else stays for the service to name. */
export function wallOf(cell: string): string {
  const [, year, month = '', day = '', hour = '', minute] =
    /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})[T ](\d{1,2}):(\d{2})(?::\d{2})?$/.exec(cell) ?? []
  const two = (text: string) => text.padStart(2, '0')
  return year === undefined ? cell : `${year}-${two(month)}-${two(day)}T${two(hour)}:${minute}`
}

type Column = OwnColumn | ParamField | undefined

const columnOf = (name: string, fields: readonly ParamField[]): Column =>
  ownColumns.find((column) => namesOf(column).includes(name.toLowerCase())) ??
  fields.find((field) => name === field.name || name === field.title)

export function eventsOf(text: string, fields: readonly ParamField[]): Events {
  const w = inPhoneLanguage(words)
  const [first, ...rest] = tableOf(text)
  if (!first) return { events: [], wrong: [], people: 0 }
  const columns = first.cells.map((name) => columnOf(name, fields))
  const lacking = ownColumns.filter((name) => !columns.includes(name))
  const unknown = first.cells.filter((name, at) => name !== '' && columns[at] === undefined)
  const refuse = (said: string, names: string[]): Events => ({
    events: [],
    wrong: [{ row: '', lines: [first.line], words: fill(said, { names: names.join(w.comma) }) }],
    people: 0,
  })
  if (lacking.length > 0) return refuse(w.noColumns, lacking)
  if (unknown.length > 0) return refuse(w.unknownColumns, unknown)
  return gathered(rest.map(({ line, cells }) => ({ line, event: eventOf(line, cells, columns) })))
}

/** An empty cell is a param that is left out; without an openid it is an event that nobody is in yet. */
function eventOf(line: number, cells: TableRow['cells'], columns: readonly Column[]): Event {
  const event: Event & { params: Record<string, unknown> } = {
    row: '',
    at: '',
    params: {},
    people: [],
    lines: [line],
  }
  for (const [at, column] of columns.entries()) {
    const cell = cells[at] ?? ''
    if (cell === '' || column === undefined) continue
    if (column === 'openid') event.people.push(cell)
    else if (column === 'row') event.row = cell
    else if (column === 'at') event.at = wallOf(cell)
    else event.params[column.name] = valueOf(cell, column.type)
  }
  return event
}

const contentOf = ({ at, params }: Event) => JSON.stringify([at, params])

function gathered(lines: readonly { line: number; event: Event }[]): Events {
  const w = inPhoneLanguage(words)
  const events = new Map<string, Event>()
  const wrong: Wrong[] = []
  const refused = new Set<string>()
  for (const { line, event } of lines) {
    const { row, at, people } = event
    const before = events.get(row)
    const refuse = (said: string) => {
      wrong.push({ row, lines: [line], words: said })
      if (row !== '') refused.add(row)
    }
    if (row === '' || at === '') refuse(w.noRow)
    else if (!before) events.set(row, event)
    else if (contentOf(before) !== contentOf(event)) refuse(fill(w.differs, { line: before.lines[0] ?? 0 }))
    else {
      before.people.push(...people)
      before.lines.push(line)
      if (before.people.length === MOST_PEOPLE + 1) refuse(fill(w.tooMany, { most: MOST_PEOPLE }))
    }
  }
  const good = [...events.values()].filter(({ row }) => !refused.has(row))
  return { events: good, wrong, people: good.reduce((sum, { people }) => sum + people.length, 0) }
}
