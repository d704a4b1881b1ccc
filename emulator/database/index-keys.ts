import { requestFailed } from './failure'
import { inverted, keyOf } from './key'
import type { Order } from './sort'
import { pathOf, valuesAt } from './paths'
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

/**
 * The keys under which an index holds a document: a missing field as null, each element of an array for itself
 * (https://www.mongodb.com/docs/manual/core/indexes/index-types/index-multikey/).
 */
export function indexKeys(index: Pick<Index, 'keys'>, doc: Doc): { keys: Buffer[]; isMany: boolean } {
  let keys: Buffer[] = [Buffer.alloc(0)]
  let isMany = false
  let root: string | undefined
  for (const [field, direction] of index.keys) {
    const found = valuesAt(doc, pathOf(field))
    if (found.isMany) {
      const array = arrayRoot(doc, field)
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
function arrayRoot(doc: Doc, field: string): string {
  let at: Value | undefined = doc
  const way: string[] = []
  for (const part of pathOf(field)) {
    at = isDoc(at) ? fieldOf(at, part) : undefined
    way.push(part)
    if (Array.isArray(at)) break
  }
  return way.join('.')
}
