/** The form of a template: what is typed, and the params that it makes. */
import type { Fault, ParamField } from '../../../core/contract'

export interface Field extends ParamField {
  text: string
  /** Parts of a date-time, as the pickers give them. */
  date: string
  time: string
  fault: string
}

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
    return { ...field, text, date, time, fault: '' }
  })
}

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
