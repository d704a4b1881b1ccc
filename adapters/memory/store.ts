/** The Store port in memory: the database of the simulator and of unit tests, and the reference of the port's suite. */
import {
  type Change,
  type Clock,
  type Doc,
  type NewDoc,
  ServerTime,
  type Store,
  Test,
  type Value,
  type Where,
} from '../../core/ports'

type Stored = Value | ServerTime | undefined

/** What goes in and what comes out shares nothing with what is kept. */
function clone<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(clone) as T
  const copy: Record<string, unknown> = {}
  for (const [key, inner] of Object.entries(value)) if (inner !== undefined) copy[key] = clone(inner)
  return copy as T
}

/** Embedded documents are equal where the order of their fields is, as in the database. */
const same = (a: unknown, b: unknown) =>
  a === b || (typeof a === 'object' && typeof b === 'object' && JSON.stringify(a) === JSON.stringify(b))

function at(doc: Doc, field: string): Value | undefined {
  if (!field.includes('.')) return doc[field]
  return field
    .split('.')
    .reduce<Value | undefined>(
      (inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined),
      doc as { [key: string]: Value | undefined },
    )
}

function put(doc: Doc, field: string, value: Value): void {
  const keys = field.split('.')
  const last = keys.pop() ?? field
  let inner: object = doc
  for (const key of keys) {
    const next: unknown = Reflect.get(inner, key)
    if (typeof next === 'object' && next !== null) inner = next
    else if (next === undefined) {
      const made = {}
      Reflect.set(inner, key, made)
      inner = made
    } else throw new Error(`Cannot create field '${last}' in element {${key}: ${JSON.stringify(next)}}`)
  }
  Reflect.set(inner, last, value)
}

function drop(doc: Doc, field: string): void {
  const keys = field.split('.')
  const last = keys.pop() ?? field
  const inner = keys.length === 0 ? doc : at(doc, keys.join('.'))
  if (typeof inner === 'object' && inner !== null) Reflect.deleteProperty(inner, last)
}

/** The document with these fields alone, and its `_id`. */
function only(doc: Doc, fields: readonly string[]): Doc {
  const kept: Doc = { _id: doc._id }
  for (const field of fields) {
    const value = at(doc, field)
    if (value !== undefined) put(kept, field, value)
  }
  return kept
}

/** Order is only defined within one type, as in the database. */
function compare(a: Value | undefined, b: Value): number | undefined {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0
  return undefined
}

const inOrder: Record<'lt' | 'lte' | 'gt' | 'gte', (order: number) => boolean> = {
  lt: (order) => order < 0,
  lte: (order) => order <= 0,
  gt: (order) => order > 0,
  gte: (order) => order >= 0,
}

const equals = (value: Value | undefined, wanted: Value) =>
  same(value, wanted) || (Array.isArray(value) && value.some((item) => same(item, wanted)))

export class MemoryStore implements Store {
  private readonly collections = new Map<string, Map<string, Doc>>()

  constructor(private readonly clock: Pick<Clock, 'now'>) {}

  async get<T extends Doc>(collection: string, id: string): Promise<T | null> {
    return clone((this.of(collection).get(id) as T | undefined) ?? null)
  }

  async find<T extends Doc>(
    collection: string,
    { where, order = [], limit, fields }: Parameters<Store['find']>[1],
  ): Promise<T[]> {
    const found = [...this.of(collection).values()].filter((doc) => this.meets(doc, where))
    found.sort((a, b) => {
      for (const [field, direction] of order) {
        const by = compare(at(a, field), at(b, field) ?? null) ?? 0
        if (by !== 0) return direction === 'asc' ? by : -by
      }
      return 0
    })
    const page = found.slice(0, limit)
    return clone((fields ? page.map((doc) => only(doc, fields)) : page) as T[])
  }

  async insert(collection: string, doc: NewDoc): Promise<boolean> {
    const docs = this.of(collection)
    if (docs.has(doc._id)) return false
    const entries = Object.entries(doc).map(([field, value]) => [field, this.resolve(value)])
    docs.set(doc._id, clone(Object.fromEntries(entries) as Doc))
    return true
  }

  async update(collection: string, where: Where, change: Change): Promise<number> {
    const docs = this.of(collection)
    const found = [...docs.values()].filter((doc) => this.meets(doc, where))
    for (const doc of found) docs.set(doc._id, this.changed(doc, change))
    return found.length
  }

  async remove(collection: string, where: Where): Promise<number> {
    const docs = this.of(collection)
    const found = [...docs.values()].filter((doc) => this.meets(doc, where))
    for (const { _id } of found) docs.delete(_id)
    return found.length
  }

  /** All that a collection holds now. Documents are replaced, never changed: what was given stays as it was. */
  documents<T extends Doc>(collection: string): T[] {
    return [...this.of(collection).values()] as T[]
  }

  private of(collection: string): Map<string, Doc> {
    const known = this.collections.get(collection)
    if (known) return known
    const made = new Map<string, Doc>()
    this.collections.set(collection, made)
    return made
  }

  private resolve(value: Stored): Value | undefined {
    return value instanceof ServerTime ? this.clock.now() + value.offsetMs : value
  }

  private meets(doc: Doc, where: Where): boolean {
    return Object.entries(where).every(([field, condition]) => {
      const value = at(doc, field)
      if (condition instanceof Test) return this.passes(value, condition)
      return equals(value, condition)
    })
  }

  private passes(value: Value | undefined, { op, value: wanted }: Test): boolean {
    const resolved = this.resolve(wanted) ?? null
    if (op === 'ne') return !equals(value, resolved)
    if (op === 'in') return Array.isArray(resolved) && resolved.some((one) => equals(value, one))
    if (op === 'between') {
      const [after, before] = Array.isArray(resolved) ? resolved : []
      return (compare(value, after ?? null) ?? 0) > 0 && (compare(value, before ?? null) ?? 0) < 0
    }
    const order = compare(value, resolved)
    return order !== undefined && inOrder[op](order)
  }

  private changed(before: Doc, { set = {}, inc = {}, min = {}, push = {}, unset = [] }: Change): Doc {
    const doc = clone(before)
    for (const [field, value] of Object.entries(set)) put(doc, field, clone(this.resolve(value) ?? null))
    for (const [field, by] of Object.entries(inc)) put(doc, field, Number(at(doc, field) ?? 0) + by)
    for (const [field, value] of Object.entries(min)) {
      const now = at(doc, field)
      if (typeof now !== 'number' || value < now) put(doc, field, value)
    }
    for (const [field, { value, keep }] of Object.entries(push)) {
      const now = at(doc, field)
      put(doc, field, [...(Array.isArray(now) ? now : []), clone(value)].slice(-keep))
    }
    for (const field of unset) drop(doc, field)
    return doc
  }
}
