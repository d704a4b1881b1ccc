/** The database in memory: what each call of the Store port does, at once. */
import {
  type Change,
  type Clock,
  type Doc,
  type Find,
  type NewDoc,
  ServerTime,
  type Value,
  type Where,
} from '../../core/ports'
import { compare, idsOf, meets, rangeOf } from './conditions'
import { at, frozen, only, put as setField } from './documents'

/** Told of every write: what the document was and what it is; null where it was not there, or is no more. */
export type Watch = (collection: string, before: Doc | null, after: Doc | null) => void

/** What few documents of a collection are at any time: they are found without a look at the others. */
const FEW: Readonly<Record<string, { field: string; value: Value }>> = {
  pages: { field: 'isOpen', value: true },
  sends: { field: 'state', value: 'waiting' },
  reminders: { field: 'state', value: 'waiting' },
}

interface Collection {
  docs: Map<string, Doc>
  /** Their ids in order: made when a range of them is asked for, gone when another is inserted or removed. */
  sorted: readonly string[] | undefined
  few: Map<string, Doc>
  isFew: (doc: Doc) => boolean
  /** Whether only the few can meet it. */
  asksFew: (where: Where) => boolean
}

function emptyCollection(name: string): Collection {
  const { field, value } = FEW[name] ?? {}
  const has = (one: Doc | Where) => field !== undefined && one[field] === value
  return { docs: new Map(), sorted: undefined, few: new Map(), isFew: has, asksFew: has }
}

/** The place of the first id that comes after this one, or of this one itself. */
function placeOf(ids: readonly string[], id: string, isAfter: boolean): number {
  let [low, high] = [0, ids.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const here = ids[middle] ?? ''
    if (here < id || (isAfter && here === id)) low = middle + 1
    else high = middle
  }
  return low
}

/** The ids between these two, neither included. */
function range(of: Collection, [after, before]: readonly [string, string]): readonly string[] {
  of.sorted ??= [...of.docs.keys()].sort()
  return of.sorted.slice(placeOf(of.sorted, after, true), placeOf(of.sorted, before, false))
}

function put({ docs, few, isFew }: Collection, doc: Doc): void {
  docs.set(doc._id, doc)
  if (isFew(doc)) few.set(doc._id, doc)
  else few.delete(doc._id)
}

/** Whoever reads gets what is kept, frozen: nobody can change it, and nothing is copied for them. */
export class MemoryDatabase {
  private readonly collections = new Map<string, Collection>()

  constructor(
    private readonly clock: Pick<Clock, 'now'>,
    private readonly watch: Watch = () => undefined,
  ) {}

  get(collection: string, id: string): Doc | null {
    return this.of(collection).docs.get(id) ?? null
  }

  find<T extends Doc>(collection: string, { where, order = [], limit, fields }: Find): T[] {
    const found = this.matching(collection, where)
    if (order.length > 0 && found.length > 1)
      found.sort((a, b) => {
        for (const [field, direction] of order) {
          const by = compare(at(a, field), at(b, field)) ?? 0
          if (by !== 0) return direction === 'asc' ? by : -by
        }
        return 0
      })
    const page = found.length > limit ? found.slice(0, limit) : found
    return (fields ? page.map((doc) => only(doc, fields)) : page) as T[]
  }

  insert(collection: string, doc: NewDoc): boolean {
    const of = this.of(collection)
    if (of.docs.has(doc._id)) return false
    const kept = this.copied(doc)
    of.sorted = undefined
    put(of, kept)
    this.watch(collection, null, kept)
    return true
  }

  insertAll(collection: string, docs: readonly NewDoc[]): void {
    for (const doc of docs) this.insert(collection, doc)
  }

  update(collection: string, where: Where, change: Change): number {
    const of = this.of(collection)
    const found = this.matching(collection, where)
    for (const before of found) {
      const after = this.changed(before, change)
      put(of, after)
      this.watch(collection, before, after)
    }
    return found.length
  }

  remove(collection: string, where: Where): number {
    const of = this.of(collection)
    const found = this.matching(collection, where)
    if (found.length > 0) of.sorted = undefined
    for (const doc of found) {
      of.docs.delete(doc._id)
      of.few.delete(doc._id)
      this.watch(collection, doc, null)
    }
    return found.length
  }

  /** All that a collection holds now. Documents are replaced, never changed: what was given stays as it was. */
  documents<T extends Doc>(collection: string): T[] {
    return [...this.of(collection).docs.values()] as T[]
  }

  private of(collection: string): Collection {
    const known = this.collections.get(collection)
    if (known) return known
    const made = emptyCollection(collection)
    this.collections.set(collection, made)
    return made
  }

  private matching(collection: string, where: Where): Doc[] {
    const of = this.of(collection)
    const { docs, few, asksFew } = of
    const { _id } = where
    if (typeof _id === 'string') {
      const doc = docs.get(_id)
      return doc && meets(where, this.clock.now(), '_id')(doc) ? [doc] : []
    }
    const found: Doc[] = []
    const between = rangeOf(where)
    const ids = between ? range(of, between) : idsOf(where)
    const fits = meets(where, this.clock.now(), ids ? '_id' : undefined)
    if (!ids) {
      for (const doc of (asksFew(where) ? few : docs).values()) if (fits(doc)) found.push(doc)
      return found
    }
    for (const id of ids) {
      const doc = docs.get(id)
      if (doc && fits(doc)) found.push(doc)
    }
    return found
  }

  private resolve(value: Value | ServerTime | undefined): Value | undefined {
    return value instanceof ServerTime ? this.clock.now() + value.offsetMs : value
  }

  /** Copied whole: an object that is filled field by field is slow to read when the fields are many. */
  private copied(given: NewDoc): Doc {
    const doc = { ...given } as Doc
    for (const field in doc) {
      const value = this.resolve(given[field])
      if (value === undefined) Reflect.deleteProperty(doc, field)
      else if (typeof value === 'object' || value !== given[field]) doc[field] = frozen(value)
    }
    return Object.freeze(doc)
  }

  private changed(before: Doc, { set, inc, min, push, unset }: Change): Doc {
    const doc = { ...before }
    for (const field in set) setField(doc, field, frozen(this.resolve(set[field]) ?? null))
    for (const field in inc) setField(doc, field, Number(at(doc, field) ?? 0) + (inc[field] ?? 0))
    for (const field in min) {
      const now = at(doc, field)
      const value = min[field]
      if (value !== undefined && (typeof now !== 'number' || value < now)) setField(doc, field, value)
    }
    if (push)
      for (const [field, { value, keep }] of Object.entries(push)) {
        const now = at(doc, field)
        const items = [...(Array.isArray(now) ? now : []), frozen(value)].slice(-keep)
        setField(doc, field, Object.freeze(items) as Value[])
      }
    for (const field of unset ?? []) setField(doc, field, undefined)
    return Object.freeze(doc)
  }
}
