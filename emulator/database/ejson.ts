import { parseJson } from '../json-text'
import { isRecord } from '../record'
import { invalidParam, notSimulated, requestFailed } from './failure'
import { NESTING_LEVELS } from './limits'
import { type Doc, isDoc, type Value } from './values'

/**
 * Extended JSON, in the forms that cross the wire: canonical from the SDK (wire.md §3), and back a shorter form that
 * the SDK's bson reads as well. Documents are stored in the shorter form, so that a reply is the stored text.
 */

/** Reads one EJSON text; `now` is what `$tcb_server_date` counts from. Throws INVALID_PARAM naming `field`. */
export function decode(text: string, field: string, now: number): Value {
  let raw: unknown
  try {
    raw = parseJson(text)
  } catch (cause) {
    throw invalidParam(`${field} is not EJSON: ${cause instanceof Error ? cause.message : String(cause)}`)
  }
  return valueOf(raw, now, 0)
}

/** Reads one EJSON text that must be a document. */
export function decodeDoc(text: unknown, field: string, now: number): Doc {
  if (typeof text !== 'string')
    throw invalidParam(
      `${field} is ${text === undefined ? 'missing' : `${typeof text}, not an EJSON string`}`,
    )
  const value = decode(text, field, now)
  if (isDoc(value)) return value
  throw invalidParam(`${field} is not a document: ${text.slice(0, 80)}`)
}

/** Reads a stored document: it was checked when it was written. */
export function decodeStored(text: string): Doc {
  const raw: unknown = JSON.parse(text)
  // Within a string the quote would be escaped: without these three characters all values are what JSON makes of them.
  const value = text.includes('{"$') ? valueOf(raw, 0, 0) : (raw as Value)
  if (isDoc(value)) return value
  throw new Error(`a stored document is not a document: ${text.slice(0, 80)}`)
}

// JSON.parse made `raw` for this call alone, so that it is turned into values in place.
function valueOf(raw: unknown, now: number, depth: number): Value {
  if (typeof raw !== 'object') return scalarOf(raw)
  if (raw === null) return null
  if (depth > NESTING_LEVELS) throw invalidParam(`more than ${NESTING_LEVELS} levels of nesting`)
  if (Array.isArray(raw)) {
    const items: unknown[] = raw
    for (let i = 0; i < items.length; i++) {
      const item = items[i]
      if (typeof item !== 'string') items[i] = valueOf(item, now, depth + 1)
    }
    return raw as Value[]
  }
  const fields = raw as Record<string, unknown>
  let isFirst = true
  for (const name in fields) {
    if (isFirst && name.charCodeAt(0) === DOLLAR) {
      const special = SPECIAL[name]
      if (special !== undefined) return special(fields, now)
    }
    isFirst = false
    // An assignment to it would change the prototype instead of a field.
    if (name === '__proto__') throw notSimulated('a field named __proto__')
    const field = fields[name]
    if (typeof field !== 'string') fields[name] = valueOf(field, now, depth + 1)
  }
  return fields as Doc
}

const DOLLAR = 0x24

function scalarOf(raw: unknown): Value {
  if (typeof raw === 'string' || typeof raw === 'number' || typeof raw === 'boolean') return raw
  throw invalidParam(`not an EJSON value: ${typeof raw}`)
}

type Special = (fields: Record<string, unknown>, now: number) => Value

const numberFrom =
  (name: string): Special =>
  (fields) => {
    const text = fields[name]
    const value = typeof text === 'string' && text.trim() !== '' ? Number(text) : Number.NaN
    if (Number.isNaN(value) && text !== 'NaN') throw invalidParam(`${name} holds ${JSON.stringify(text)}`)
    return value
  }

const refuse =
  (name: string): Special =>
  () => {
    throw notSimulated(`the value type ${name}, which wx-server-sdk does not give back`)
  }

const SPECIAL: Record<string, Special | undefined> = Object.assign(Object.create(null), {
  $numberInt: numberFrom('$numberInt'),
  $numberLong: numberFrom('$numberLong'),
  $numberDouble: numberFrom('$numberDouble'),
  $date: ({ $date }) => dateOf($date),
  $regularExpression: ({ $regularExpression }) => {
    const { pattern, options = '' } = isRecord($regularExpression) ? $regularExpression : {}
    if (typeof pattern !== 'string' || typeof options !== 'string')
      throw invalidParam(`$regularExpression holds ${JSON.stringify($regularExpression)}`)
    return regexOf(pattern, options)
  },
  $tcb_server_date: ({ $tcb_server_date }, now) => {
    const offset = isRecord($tcb_server_date) ? $tcb_server_date['offset'] : undefined
    const value = offset === undefined ? 0 : valueOf(offset, now, 0)
    if (typeof value !== 'number')
      throw invalidParam(`$tcb_server_date holds ${JSON.stringify($tcb_server_date)}`)
    const date = new Date(now + value)
    if (Number.isNaN(date.getTime())) throw invalidParam(`$tcb_server_date is out of range: ${value}`)
    return date
  },
  $oid: refuse('$oid'),
  $binary: refuse('$binary'),
  $numberDecimal: refuse('$numberDecimal'),
  $timestamp: refuse('$timestamp'),
  $minKey: refuse('$minKey'),
  $maxKey: refuse('$maxKey'),
  $undefined: refuse('$undefined'),
  $symbol: refuse('$symbol'),
  $code: refuse('$code'),
  $dbPointer: refuse('$dbPointer'),
} satisfies Record<string, Special>) as Record<string, Special | undefined>

function dateOf(raw: unknown): Date {
  const ms = isRecord(raw) ? Number(raw['$numberLong']) : typeof raw === 'number' ? raw : undefined
  const date = new Date(ms ?? (typeof raw === 'string' ? raw : Number.NaN))
  if (Number.isNaN(date.getTime())) throw invalidParam(`$date holds ${JSON.stringify(raw)}`)
  return date
}

/** A regular expression of MongoDB's options. `g` and `y` (JavaScript's) mean nothing in a query and are dropped. */
export function regexOf(pattern: string, options: string): RegExp {
  const unknown = [...options].find((flag) => !'imsugy'.includes(flag))
  if (unknown !== undefined) throw notSimulated(`the regular expression option "${unknown}"`)
  try {
    return new RegExp(pattern, [...new Set(options.replace(/[gyu]/g, ''))].join(''))
  } catch (cause) {
    throw invalidParam(
      `regular expression /${pattern}/: ${cause instanceof Error ? cause.message : String(cause)}`,
    )
  }
}

/** The text of a value: plain JSON but for dates, regular expressions and numbers that JSON does not have. */
export function encode(value: Value): string {
  // For most documents JSON's own text is the same, at a fourth of the price.
  return isPlain(value) ? JSON.stringify(value) : spelled(value)
}

/** Whether JSON itself has the value, and all that is in it. */
function isPlain(value: Value | undefined): boolean {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return true
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0)
  if (value === undefined || value instanceof Date || value instanceof RegExp) return false
  if (Array.isArray(value)) {
    for (const item of value) if (!isPlain(item)) return false
    return true
  }
  for (const name of Object.keys(value)) if (!isPlain(value[name])) return false
  return true
}

function spelled(value: Value): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'number') return numberText(value)
  if (typeof value === 'boolean') return value ? 'true' : 'false'
  if (value === null) return 'null'
  if (Array.isArray(value)) {
    let text = '['
    for (const item of value) text += text === '[' ? encode(item) : `,${encode(item)}`
    return `${text}]`
  }
  if (value instanceof Date) return dateText(value)
  if (value instanceof RegExp)
    return `{"$regularExpression":{"pattern":${JSON.stringify(value.source)},"options":"${value.flags}"}}`
  let text = '{'
  for (const name of Object.keys(value)) {
    const field = value[name]
    if (field === undefined) continue
    text += `${text === '{' ? '' : ','}${JSON.stringify(name)}:${encode(field)}`
  }
  return `${text}}`
}

function dateText(value: Date): string {
  const ms = value.getTime()
  // Stored, it could not be read again.
  if (Number.isNaN(ms)) throw requestFailed('a date is out of range')
  return `{"$date":{"$numberLong":"${ms}"}}`
}

function numberText(value: number): string {
  if (Object.is(value, -0)) return '{"$numberDouble":"-0.0"}'
  return Number.isFinite(value) ? String(value) : `{"$numberDouble":"${value}"}`
}
