import type { Collection } from './collection'
import { encode } from './ejson'
import { requestFailed } from './failure'
import { type Condition, conditionsOf } from './filter'
import type { Match } from './find'
import { positionalIndex } from './positional'
import { equal } from './order'
import type { Sweeps } from './sweep'
import { compileUpdate } from './update'
import { checkStorable } from './update-fields'
import { isDoc, type Doc, type Value } from './values'
import type { Rewrite, View } from './view'

export interface Modification {
  query: Doc
  /** Operators (`merge`), or the whole new document. */
  data: Doc
  isMulti: boolean
  isMerge: boolean
  isUpsert: boolean
}

export interface Modified {
  /**
   * What `stats.updated` says. UNVERIFIED on the platform (wire.md §10): the documents that matched are counted, those
   * that the update left as they were included.
   */
  updated: number
  upsertId: Value | undefined
  /** The last document written. */
  doc: Doc | undefined
}

/** Changes the documents that match, or the first of them, at once. */
export function modify(
  view: View,
  collection: Collection,
  change: Modification,
  newId: () => string,
): Modified {
  const { data, isMulti, isMerge, isUpsert } = change
  const { conditions, rewrite } = compile(change)
  const limit = isMulti ? Number.MAX_SAFE_INTEGER : 1
  // All are found before one is changed: an update must not meet what it wrote itself.
  const matches = view.find(collection, { conditions, order: [], skip: 0, limit })
  const doc = view.rewrite(collection, matches, rewrite)
  if (matches.length > 0 || !isUpsert) return { updated: matches.length, upsertId: undefined, doc }
  const inserted = upserted(conditions, data, isMerge, newId)
  view.insert(collection, inserted)
  return { updated: 0, upsertId: inserted['_id'], doc: inserted }
}

/** Changes all that match while others are answered. When one is refused, those before it stay changed, as in MongoDB. */
export async function modifyAll(
  sweeps: Sweeps,
  view: View,
  collection: Collection,
  change: Pick<Modification, 'query' | 'data' | 'isMerge'>,
): Promise<Modified> {
  const { conditions, rewrite } = compile(change)
  const work = (matches: readonly Match[]) => view.rewrite(collection, matches, rewrite)
  const updated = await sweeps.run(collection, conditions, work, rewrite.fields)
  return { updated, upsertId: undefined, doc: undefined }
}

function compile({ query, data, isMerge }: Pick<Modification, 'query' | 'data' | 'isMerge'>) {
  const conditions = conditionsOf(query)
  return { conditions, rewrite: isMerge ? changes(data, conditions) : replaces(data) }
}

/** Operators. */
function changes(data: Doc, conditions: readonly Condition[]): Rewrite {
  const { apply, fields } = compileUpdate(data)
  const replace: Rewrite['replace'] = (doc, body) => {
    apply(doc, positionalIndex(conditions, body))
    return doc
  }
  return { replace, fields }
}

/** A whole new document. */
function replaces(data: Doc): Rewrite {
  checkStorable(data)
  return { replace: (doc) => replacement(doc, data), fields: undefined }
}

/** The new document keeps its `_id`, in front. */
function replacement(before: Doc, data: Doc): Doc {
  const id = before['_id'] ?? null
  if (data['_id'] !== undefined && !equal(data['_id'], id))
    throw requestFailed(
      `After applying the update, the (immutable) field '_id' was found to have been altered to _id: ${encode(data['_id'])}`,
    )
  return { _id: id, ...data }
}

/** What an upsert inserts: the equalities of the query, changed by the update. */
function upserted(conditions: readonly Condition[], data: Doc, isMerge: boolean, newId: () => string): Doc {
  const equalities: Doc = {}
  for (const condition of conditions)
    if (condition.kind === 'field' && condition.operator === '$eq')
      equalities[condition.path] = condition.operand
  const doc: Doc = {}
  if (!isMerge) {
    doc['_id'] = equalities['_id'] ?? newId()
    return { ...doc, ...data }
  }
  compileUpdate({ $set: equalities }).apply(doc, () => undefined)
  compileUpdate(data, true).apply(doc, () => undefined)
  return { _id: doc['_id'] ?? newId(), ...doc }
}

/** A document as it is inserted: with an `_id` in front, generated when it has none. Throws on what MongoDB does not store. */
export function insertable(data: Doc, newId: () => string): Doc {
  checkStorable(data)
  const id = data['_id'] ?? newId()
  if (Array.isArray(id) || id instanceof RegExp)
    throw requestFailed(`The '_id' value cannot be of type ${Array.isArray(id) ? 'array' : 'regex'}`)
  return { _id: id, ...data, ...(isDoc(id) && { _id: id }) }
}
