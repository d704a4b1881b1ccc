/** What a document must meet, as the database reads it. */
import { type Doc, ServerTime, Test, type Value, type Where } from '../../core/ports'
import { at } from './documents'

type Inner = Value | undefined

/** Embedded documents are equal where the order of their fields is, as in the database. */
const same = (a: unknown, b: unknown) =>
  a === b || (typeof a === 'object' && typeof b === 'object' && JSON.stringify(a) === JSON.stringify(b))

/** An array equals what it contains too, and a field that is not there equals null. */
const equals = (value: Inner, wanted: Value) =>
  value === wanted ||
  same(value ?? null, wanted) ||
  (Array.isArray(value) && value.some((item) => same(item, wanted)))

/** Order is only defined within one type, as in the database. */
export function compare(a: Inner, b: Inner): number | undefined {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0
  return undefined
}

type Holds = (value: Inner) => boolean

const ordered =
  (isSo: (order: number) => boolean) =>
  (wanted: Inner): Holds =>
  (value) => {
    const order = compare(value, wanted)
    return order !== undefined && isSo(order)
  }

/** So few are looked through faster than a set of them is made. */
const FEW = 8

/** A set where it can be: a page asks for a thousand ids. */
function oneOf(wanted: Inner): Holds {
  const values = Array.isArray(wanted) ? wanted : []
  const known = values.length > FEW ? new Set<Value>(values) : undefined
  const embedded = values.some((one) => typeof one === 'object' && one !== null)
  return (value) =>
    (known ? known.has(value ?? null) : values.includes(value ?? null)) ||
    ((embedded || Array.isArray(value)) && values.some((one) => equals(value, one)))
}

function inside(wanted: Inner): Holds {
  const [after, before] = Array.isArray(wanted) ? wanted : []
  return (value) => (compare(value, after) ?? 0) > 0 && (compare(value, before) ?? 0) < 0
}

const tests: Record<Test['op'], (wanted: Inner) => Holds> = {
  ne: (wanted) => (value) => !equals(value, wanted ?? null),
  lt: ordered((order) => order < 0),
  lte: ordered((order) => order <= 0),
  gt: ordered((order) => order > 0),
  gte: ordered((order) => order >= 0),
  in: oneOf,
  between: inside,
}

function holdsOf(wanted: Value | Test, now: number): Holds {
  if (!(wanted instanceof Test)) return (value) => equals(value, wanted)
  const { op, value } = wanted
  return tests[op](value instanceof ServerTime ? now + value.offsetMs : value)
}

type Fits = (doc: Doc) => boolean

const always: Fits = () => true

function fitsIn(field: string, wanted: Value | Test, now: number): Fits {
  const holds = holdsOf(wanted, now)
  return field.includes('.') ? (doc) => holds(at(doc, field)) : (doc) => holds(doc[field])
}

/** Whether a document meets all of it but the field `known`; `now` is the database's own time. */
export function meets(where: Where, now: number, known?: string): Fits {
  let fits: Fits | undefined
  for (const field in where) {
    const wanted = where[field]
    if (wanted === undefined || field === known) continue
    const before = fits
    const here = fitsIn(field, wanted, now)
    fits = before ? (doc) => before(doc) && here(doc) : here
  }
  return fits ?? always
}

/** The ids that alone can meet it, where it names several. */
export function idsOf({ _id }: Where): readonly string[] | undefined {
  if (!(_id instanceof Test) || _id.op !== 'in' || !Array.isArray(_id.value)) return undefined
  return [...new Set(_id.value.filter((id) => typeof id === 'string'))]
}

/** The ids between which alone it can be met, where it names them. */
export function rangeOf({ _id }: Where): readonly [after: string, before: string] | undefined {
  if (!(_id instanceof Test) || _id.op !== 'between' || !Array.isArray(_id.value)) return undefined
  const [after, before] = _id.value
  return typeof after === 'string' && typeof before === 'string' ? [after, before] : undefined
}
