/** Documents that are never changed in place: kept frozen, and copied along the path of a change alone. */
import type { Doc, Value } from '../../core/ports'

type Inner = Value | undefined
type Fields = { [key: string]: Inner }

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null

const NO_FIELDS = Object.freeze({})
const NO_ITEMS: readonly Value[] = Object.freeze([])

/** A frozen copy that shares nothing with what was given; fields that are undefined are not there. */
export function frozen<T extends Inner>(value: T): T {
  if (!isFields(value)) return value
  if (Array.isArray(value))
    return (value.length === 0 ? NO_ITEMS : Object.freeze(value.map(frozen))) as unknown as T
  const keys = Object.keys(value)
  if (keys.length === 0) return NO_FIELDS as T
  const copy: Fields = {}
  for (const key of keys) {
    const inner = value[key]
    if (inner !== undefined) copy[key] = typeof inner === 'object' ? frozen(inner) : inner
  }
  return Object.freeze(copy) as T
}

/** What the field holds; dots reach inside. */
export function at(doc: Doc, field: string): Inner {
  if (!field.includes('.')) return doc[field]
  let inner: Inner = doc
  for (const key of field.split('.')) {
    if (!isFields(inner)) return undefined
    inner = inner[key]
  }
  return inner
}

function copied(value: Fields): Fields {
  // An array is a value with numbers for keys, here as in the database.
  return Array.isArray(value) ? ([...value] as unknown as Fields) : { ...value }
}

/** `value` is what the field `above` holds; `path` leads on from it. */
function within(value: Inner, above: string, path: string, put: Inner): Fields {
  const dot = path.indexOf('.')
  const key = dot < 0 ? path : path.slice(0, dot)
  if (value !== undefined && !isFields(value))
    throw new Error(`Cannot create field '${key}' in element {${above}: ${JSON.stringify(value)}}`)
  const copy = value === undefined ? {} : copied(value)
  const inner = dot < 0 ? put : within(copy[key], key, path.slice(dot + 1), put)
  if (inner === undefined) Reflect.deleteProperty(copy, key)
  else copy[key] = inner
  return Object.freeze(copy)
}

/**
 * A document in the making: what is put replaces the field, and whatever is beside the path to it stays shared.
 * Undefined takes the field away.
 */
export function put(making: Doc, field: string, value: Inner): void {
  const dot = field.indexOf('.')
  if (dot < 0) {
    if (value === undefined) Reflect.deleteProperty(making, field)
    else making[field] = value
    return
  }
  if (value === undefined && at(making, field) === undefined) return
  const first = field.slice(0, dot)
  making[first] = within(making[first], first, field.slice(dot + 1), value)
}

/** The document with these fields alone, and its `_id`. */
export function only(doc: Doc, fields: readonly string[]): Doc {
  const kept: Doc = { _id: doc._id }
  for (const field of fields) {
    const value = at(doc, field)
    if (value !== undefined) put(kept, field, value)
  }
  return Object.freeze(kept)
}
