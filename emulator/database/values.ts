/** What a document may hold: the types that the SDK sends and gets back unharmed (wire.md §3). */
export type Value = null | boolean | number | string | Date | RegExp | Value[] | Doc

export interface Doc {
  [field: string]: Value
}

/** True for an embedded document, false for scalars, dates, regular expressions and arrays. */
export function isDoc(value: Value | undefined): value is Doc {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Date) &&
    !(value instanceof RegExp)
  )
}

const { hasOwnProperty: hasOwn } = Object.prototype

/** A field of a document itself, never one of its prototype. */
export function fieldOf(doc: Doc, name: string): Value | undefined {
  return hasOwn.call(doc, name) ? doc[name] : undefined
}

/** MongoDB's name of a value's type, as its error texts use it. */
export function typeName(value: Value | undefined): string {
  if (value === undefined) return 'missing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (value instanceof Date) return 'date'
  if (value instanceof RegExp) return 'regex'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'string') return 'string'
  if (typeof value === 'number') return isInt(value) ? 'int' : isLong(value) ? 'long' : 'double'
  return 'object'
}

export const isInt = (value: number): boolean =>
  Number.isInteger(value) && value >= -0x8000_0000 && value <= 0x7fff_ffff

/** A whole number that the SDK sends as `$numberLong`: outside of 32 bits, inside of 64. */
export const isLong = (value: number): boolean =>
  Number.isInteger(value) && !isInt(value) && value >= -(2 ** 63) && value < 2 ** 63

/** A copy that shares nothing with its original. */
export function copy<T extends Value>(value: T): T
export function copy(value: Value): Value {
  if (Array.isArray(value)) return value.map((item) => copy(item))
  if (value instanceof Date) return new Date(value)
  if (!isDoc(value)) return value
  const doc: Doc = {}
  for (const name of Object.keys(value)) doc[name] = copy(value[name] ?? null)
  return doc
}
