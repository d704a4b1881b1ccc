/** Rows of a list from the table that a person gave: whose openid, and which params. */
import type { InputOf, ParamField } from '../../../core/contract'
import { fill, inPhoneLanguage } from '../../words/language'
import { type TableRow, tableOf } from '../table'
import { words } from './words'

export interface Row {
  line: number
  row: InputOf<'audience.append'>['rows'][number]
}

export interface Wrong {
  line: number
  words: string
}

export interface Rows {
  rows: Row[]
  /** Lines that nothing can be made of; the service finds the rest. */
  wrong: Wrong[]
  /** Names of the columns that are used. */
  columns: string[]
}

/** A cell as the field wants it; what cannot be one stays as it is written, for the service to name. */
function valueOf(cell: string, type: ParamField['type']): unknown {
  if (type === 'string') return cell
  if (type === 'boolean')
    return { true: true, false: false, '1': true, '0': false }[cell.toLowerCase()] ?? cell
  const number = Number(cell)
  return Number.isFinite(number) ? number : cell
}

const isOpenid = (cell: string) => cell.toLowerCase() === 'openid'

/** Columns are named by the first line, by name or title of the field; without such a line there are openids alone. */
export function rowsOf(text: string, fields: readonly ParamField[]): Rows {
  const w = inPhoneLanguage(words)
  const table = tableOf(text)
  const [first] = table
  if (!first) return { rows: [], wrong: [], columns: [] }
  const isNamed = first.cells.some(isOpenid)
  const names = isNamed ? first.cells : ['openid']
  const columns = names.map((name) =>
    isOpenid(name) ? 'openid' : fields.find((field) => name === field.name || name === field.title),
  )
  const unknown = names.filter((name, at) => name !== '' && columns[at] === undefined)
  const wrong: Wrong[] =
    unknown.length > 0
      ? [{ line: first.line, words: fill(w.unknownColumns, { names: unknown.join(', ') }) }]
      : []
  const rows: Row[] = []
  for (const { line, cells } of isNamed ? table.slice(1) : table) {
    const read = rowOf(cells, columns)
    if (cells.length > columns.length)
      wrong.push({ line, words: fill(w.tooManyCells, { cells: cells.length, columns: columns.length }) })
    else if (read.openid === '') wrong.push({ line, words: w.noOpenid })
    else rows.push({ line, row: read })
  }
  return { rows, wrong, columns: names.filter((_name, at) => columns[at] !== undefined) }
}

/** An empty cell is a param that is left out. */
function rowOf(
  cells: TableRow['cells'],
  columns: readonly (ParamField | 'openid' | undefined)[],
): Row['row'] {
  let openid = ''
  const params: Record<string, unknown> = {}
  for (const [at, column] of columns.entries()) {
    const cell = cells[at] ?? ''
    if (column === 'openid') openid = cell
    else if (column && cell !== '') params[column.name] = valueOf(cell, column.type)
  }
  return Object.keys(params).length > 0 ? { openid, params } : { openid }
}
