import { requestFailed } from './failure'
import type { Bytes } from './bytes'
import { inverted, keyOf, putInverted, putKey } from './key'
import type { Order } from './sort'
import { pathOf, type Path, valuesAt } from './paths'
import { fieldOf, isDoc, type Doc, type Value } from './values'

/** An index of a collection. `isMany` is true once a document had an array at one of its fields. */
export interface Index {
  readonly name: string
  readonly keys: Order
  readonly isUnique: boolean
  /** Names the index's table. */
  readonly number: number
  isMany: boolean
}

type Field = readonly [path: Path, direction: 1 | -1]

const known = new WeakMap<Order, readonly Field[]>()

/** The fields of an index with their paths, taken apart once. */
function fieldsOf(keys: Order): readonly Field[] {
  const present = known.get(keys)
  if (present !== undefined) return present
  const fields = keys.map(([field, direction]) => [pathOf(field), direction] as const)
  known.set(keys, fields)
  return fields
}

/** Whether a change of these fields of a document (their first names) can change its keys. */
export const isAffected = ({ keys }: Pick<Index, 'keys'>, names: ReadonlySet<string>): boolean =>
  fieldsOf(keys).some(([[name = '']]) => names.has(name))

/**
 * Writes the key under which an index holds a document. False where an array stands in the way: it has several then,
 * which `indexKeys` gives, and what was written means nothing.
 */
export function putIndexKey(index: Pick<Index, 'keys'>, doc: Doc, into: Bytes): boolean {
  for (const [path, direction] of fieldsOf(index.keys)) {
    let at: Value | undefined = doc
    for (const part of path) {
      at = isDoc(at) ? fieldOf(at, part) : undefined
      if (Array.isArray(at)) return false
    }
    const value = at ?? null
    if (direction === 1) putKey(into, value)
    else putInverted(into, value)
  }
  return true
}

/**
 * The keys under which an index holds a document: a missing field as null, each element of an array for itself
 * (https://www.mongodb.com/docs/manual/core/indexes/index-types/index-multikey/).
 */
export function indexKeys(index: Pick<Index, 'keys'>, doc: Doc): { keys: Buffer[]; isMany: boolean } {
  let keys: Buffer[] = [Buffer.alloc(0)]
  let isMany = false
  let root: string | undefined
  for (const [path, direction] of fieldsOf(index.keys)) {
    const found = valuesAt(doc, path)
    if (found.isMany) {
      const array = arrayRoot(doc, path)
      // MongoDB's own limit. Two fields of one array are held in all combinations, more than MongoDB holds.
      if (root !== undefined && root !== array)
        throw requestFailed(`cannot index parallel arrays [${array}] [${root}]`)
      root = array
      isMany = true
    }
    const parts = found.values.map((value) => (direction === 1 ? keyOf(value) : inverted(keyOf(value))))
    keys =
      index.keys.length === 1 ? parts : keys.flatMap((key) => parts.map((part) => Buffer.concat([key, part])))
  }
  return { keys: isMany ? distinct(keys) : keys, isMany }
}

function distinct(keys: Buffer[]): Buffer[] {
  return [...new Map(keys.map((key) => [key.toString('latin1'), key])).values()]
}

/** The path of the first array on the way to a field. */
function arrayRoot(doc: Doc, path: Path): string {
  let at: Value | undefined = doc
  const way: string[] = []
  for (const part of path) {
    at = isDoc(at) ? fieldOf(at, part) : undefined
    way.push(part)
    if (Array.isArray(at)) break
  }
  return way.join('.')
}
