/** What a picker shows and what its choice means, without any DOM. */

export type PickerMode = 'selector' | 'multiSelector' | 'time' | 'date'

export interface PickerSettings {
  mode: PickerMode
  range: unknown
  rangeKey: string
  value: unknown
  start: string
  end: string
  fields: string
}

export interface Columns {
  columns: string[][]
  indexes: number[]
}

const two = (value: number): string => String(value).padStart(2, '0')
const span = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i)

export function columnsOf(settings: PickerSettings): Columns {
  const { mode, value } = settings
  if (mode === 'selector') return clamped([labels(settings.range, settings.rangeKey)], [Number(value ?? 0)])
  if (mode === 'multiSelector') {
    const ranges = Array.isArray(settings.range) ? settings.range : []
    const indexes = Array.isArray(value) ? value.map(Number) : []
    return clamped(
      ranges.map((range: unknown) => labels(range, settings.rangeKey)),
      ranges.map((_: unknown, index: number) => indexes[index] ?? 0),
    )
  }
  if (mode === 'time') return timeColumns(settings)
  return dateColumns(settings)
}

/** What `change` says: an index, indexes, `09:05` or `2026-11-21`. */
export function resultOf(settings: PickerSettings, indexes: number[]): unknown {
  if (settings.mode === 'selector') return indexes[0] ?? 0
  if (settings.mode === 'multiSelector') return indexes
  const { columns } = columnsOf(settings)
  const texts = indexes.map((index, column) => columns[column]?.[index] ?? columns[column]?.at(-1) ?? '')
  const parts = texts.map((text) => text.replace(/\D/g, ''))
  return parts.join(settings.mode === 'time' ? ':' : '-')
}

function labels(range: unknown, rangeKey: string): string[] {
  const list = Array.isArray(range) ? range : []
  return list.map((item: unknown) => {
    const shown =
      rangeKey && typeof item === 'object' && item !== null
        ? (item as Record<string, unknown>)[rangeKey]
        : item
    return typeof shown === 'string' || typeof shown === 'number' ? String(shown) : ''
  })
}

function timeColumns({ value, start, end }: PickerSettings): Columns {
  const [fromHour = 0, fromMinute = 0] = numbersOf(start || '00:00')
  const [toHour = 23, toMinute = 59] = numbersOf(end || '23:59')
  const [wanted = fromHour, minute = 0] = numbersOf(typeof value === 'string' ? value : '')
  const hour = within(wanted, fromHour, toHour)
  const hours = span(fromHour, toHour)
  const minutes = span(hour === fromHour ? fromMinute : 0, hour === toHour ? toMinute : 59)
  return clamped([hours.map(two), minutes.map(two)], [hours.indexOf(hour), minutes.indexOf(minute)])
}

function dateColumns({ value, start, end, fields }: PickerSettings): Columns {
  const now = new Date()
  const today = [now.getFullYear(), now.getMonth() + 1, now.getDate()]
  const given = numbersOf(typeof value === 'string' ? value : '')
  const [wantedYear = 0, wantedMonth = 1, day = 1] = given.length ? given : today
  const [fromYear = 1900, fromMonth = 1, fromDay = 1] = numbersOf(start)
  const [toYear = 2100, toMonth = 12, toDay = 31] = numbersOf(end)
  const year = within(wantedYear, fromYear, toYear)
  const years = span(fromYear, toYear)
  const months = span(year === fromYear ? fromMonth : 1, year === toYear ? toMonth : 12)
  const month = within(wantedMonth, months[0] ?? 1, months.at(-1) ?? 12)
  const monthDays = new Date(year, month, 0).getDate()
  const isFirst = year === fromYear && month === fromMonth
  const isLast = year === toYear && month === toMonth
  const days = span(isFirst ? fromDay : 1, Math.min(monthDays, isLast ? toDay : 31))
  const shown = fields === 'year' ? 1 : fields === 'month' ? 2 : 3
  const columns = [years.map(String), months.map(two), days.map(two)].slice(0, shown)
  const indexes = [years.indexOf(year), months.indexOf(month), days.indexOf(Math.min(day, monthDays))].slice(
    0,
    shown,
  )
  return clamped(columns, indexes)
}

const within = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value))

const numbersOf = (text: string): number[] => text.split(/[:-]/).filter(Boolean).map(Number)

function clamped(columns: string[][], indexes: number[]): Columns {
  return {
    columns,
    indexes: columns.map((column, at) => Math.max(0, Math.min(column.length - 1, indexes[at] ?? 0))),
  }
}
