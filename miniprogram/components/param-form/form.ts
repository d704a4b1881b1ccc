/** The form of a template: what is typed, and the params that it makes. */
import type { Fault, ParamField } from '../../../core/contract'

export interface Field extends ParamField {
  text: string
  /** Parts of a date-time, as the pickers give them. */
  date: string
  time: string
  fault: string
  /** Characters, as WeChat counts them: an emoji is one. */
  used: number
  isOver: boolean
  /** The numbers that are allowed, where nothing else says what to type. */
  range: string
}

/** What a person changes of a field. */
export type Typed = Partial<Pick<Field, 'text' | 'date' | 'time'>>

const two = (n: number) => String(n).padStart(2, '0')

/** Now, to the minute, in the phone's own clock: what the pickers stand at. */
export function nowParts(now: Date): { date: string; time: string } {
  const date = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`
  return { date, time: `${two(now.getHours())}:${two(now.getMinutes())}` }
}

export function fieldsOf(fields: ParamField[], values: Record<string, unknown>): Field[] {
  return fields.map((field) => {
    const value = values[field.name]
    const text = typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value)
    const [date = '', time = ''] = field.format === undefined ? [] : text.split('T')
    return counted({ ...field, text, date, time, fault: '', used: 0, isOver: false, range: rangeOf(field) })
  })
}

function counted(field: Field): Field {
  const used = [...field.text].length
  return { ...field, used, isOver: field.maxLength !== undefined && used > field.maxLength }
}

const rangeOf = ({ minimum, maximum }: ParamField): string =>
  minimum === undefined && maximum === undefined ? '' : `${minimum ?? ''} ~ ${maximum ?? ''}`

/** The fields after one of them was typed into; its fault was of what stood there before. */
export const withTyped = (fields: readonly Field[], name: string, typed: Typed): Field[] =>
  fields.map((field) => (field.name === name ? counted({ ...field, ...typed, fault: '' }) : field))

/** The params as the service wants them: numbers as numbers, what is left empty left out. */
export function paramsOf(fields: readonly Field[]): Record<string, unknown> {
  return Object.fromEntries(
    fields.flatMap((field): [string, unknown][] => {
      const { name, type, format, text, date, time } = field
      if (format === 'date-time') return date && time ? [[name, `${date}T${time}`]] : []
      if (format === 'date') return date ? [[name, date]] : []
      if (type === 'boolean') return [[name, text === 'true']]
      if (text.trim() === '') return []
      // What is no number is sent as it was typed: the service names the fault.
      const number = Number(text)
      return [[name, type === 'string' || Number.isNaN(number) ? text : number]]
    }),
  )
}

export const isComplete = (fields: readonly Field[]): boolean => {
  const params = paramsOf(fields)
  return fields.every(({ name, required }) => !required || name in params)
}

/** Whether a text is longer than its template allows. */
export const isTooLong = (fields: readonly Field[]): boolean => fields.some(({ isOver }) => isOver)

/** The fields with their faults, by name. */
export const withFaults = (fields: readonly Field[], faults: Record<string, string>): Field[] =>
  fields.map((field) => ({ ...field, fault: faults[field.name] ?? '' }))

/** Faults by field (`params.orderNumber`) and by keyword (`thing2`), each to where a person looks for it. */
export function placed(faults: readonly Fault[]): {
  fields: Record<string, string>
  keywords: Record<string, string>
} {
  const fields: Record<string, string> = {}
  const keywords: Record<string, string> = {}
  for (const { path, message } of faults) {
    const [root = '', name] = path.split('.')
    const words = message.startsWith(`${path} `) ? message.slice(path.length + 1) : message
    if (root === 'params' && name !== undefined) fields[name] = words
    else keywords[root] = words
  }
  return { fields, keywords }
}
