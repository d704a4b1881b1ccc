import { isDoc, type Doc, type Value } from './values'

/**
 * MongoDB's order of values of any type:
 * https://www.mongodb.com/docs/manual/reference/bson-type-comparison-order/
 * Gaps leave room between ranks: a rank plus one bounds all keys of its type.
 */
export const RANK = {
  /** What an empty array counts as in an index and in a sort. */
  undefined: 0x05,
  null: 0x0a,
  number: 0x14,
  string: 0x1e,
  object: 0x28,
  array: 0x32,
  boolean: 0x3c,
  date: 0x46,
  regex: 0x50,
} as const

export function rankOf(value: Value | undefined): number {
  if (typeof value === 'string') return RANK.string
  if (typeof value === 'number') return RANK.number
  if (typeof value === 'boolean') return RANK.boolean
  if (value === undefined) return RANK.undefined
  if (value === null) return RANK.null
  if (Array.isArray(value)) return RANK.array
  if (value instanceof Date) return RANK.date
  return value instanceof RegExp ? RANK.regex : RANK.object
}

/** Negative, 0 or positive, as MongoDB sorts `a` and `b`. */
export function compare(a: Value, b: Value): number {
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b)
  if (typeof a === 'number' && typeof b === 'number') return compareNumbers(a, b)
  const rank = rankOf(a) - rankOf(b)
  if (rank !== 0) return rank
  if (Array.isArray(a) && Array.isArray(b)) return compareArrays(a, b)
  if (a instanceof Date && b instanceof Date) return a.getTime() - b.getTime()
  if (a instanceof RegExp && b instanceof RegExp)
    return compareText(a.source, b.source) || compareText(a.flags, b.flags)
  if (isDoc(a) && isDoc(b)) return compareDocs(a, b)
  return Number(a) - Number(b)
}

export const equal = (a: Value, b: Value): boolean => a === b || compare(a, b) === 0

// NaN is the smallest number and equal to itself.
function compareNumbers(a: number, b: number): number {
  if (a < b) return -1
  if (a > b) return 1
  if (a === b) return 0
  return Number(Number.isNaN(b)) - Number(Number.isNaN(a))
}

/** By UTF-8 bytes: UTF-16 puts surrogates before U+E000, bytes put them after. */
function compareText(a: string, b: string): number {
  if (a === b) return 0
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x !== y) return byteWeight(x) - byteWeight(y)
  }
  return a.length - b.length
}

const byteWeight = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit)

function compareArrays(a: Value[], b: Value[]): number {
  for (const [i, item] of a.entries()) {
    const other = b[i]
    if (other === undefined) return 1
    const order = compare(item, other)
    if (order !== 0) return order
  }
  return a.length - b.length
}

// Field by field in their order: type, then name, then value.
function compareDocs(a: Doc, b: Doc): number {
  const names = Object.keys(a)
  const others = Object.keys(b)
  for (const [i, name] of names.entries()) {
    const otherName = others[i]
    if (otherName === undefined) return 1
    const x = a[name] ?? null
    const y = b[otherName] ?? null
    const order = rankOf(x) - rankOf(y) || compareText(name, otherName) || compare(x, y)
    if (order !== 0) return order
  }
  return names.length - others.length
}
