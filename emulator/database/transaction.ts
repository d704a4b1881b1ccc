import { keyText, type Collection } from './collection'
import type { Row } from './rows'
import { decodeStored, encode } from './ejson'
import { duplicateKey } from './failure'
import { find, type Match, type Query } from './find'
import { testOf, type Condition } from './filter'
import type { Snapshot } from './history'
import { indexKeys } from './index-keys'
import { bodyOf } from './rewriting'
import { Sorter } from './sort'
import type { Doc, Value } from './values'
import { idName, type Rewrite, type View } from './view'

/** A document that the transaction wrote; without `doc` it was removed. */
interface Written {
  collection: Collection
  id: Value
  doc: Doc | undefined
  /** Its place among the stored documents. */
  seq: number
}

// Behind all stored documents: what a transaction inserted has no place among them yet.
const NOT_STORED = Number.MAX_SAFE_INTEGER

/** One transaction: the documents of its start, its own writes over them, nothing of others. */
export class Transaction implements View {
  private readonly written = new Map<string, Map<string, Written>>()

  constructor(
    readonly startedAt: number,
    private readonly snapshot: Snapshot,
  ) {}

  find(collection: Collection, query: Query): Match[] {
    const overlay = this.overlay(collection)
    if (overlay.size === 0) return find(collection, query)
    const { conditions, order, skip, limit } = query
    const test = testOf(conditions)
    const wanted = skip + limit
    // At most the overlaid rows are not to be seen, so that many more are enough.
    const stored = find(collection, { conditions, order, skip: 0, limit: wanted + overlay.size })
    const sorter = new Sorter<Match & { doc: Doc }>(order, wanted)
    const rows: (Match & { doc: Doc })[] = []
    for (const row of stored) {
      const doc = row.doc ?? decodeStored(row.body)
      if (!overlay.has(idName(doc))) rows.push({ ...row, doc })
    }
    for (const row of overlay.values()) {
      const doc = row && decodeStored(row.body)
      if (row !== undefined && doc !== undefined && test(doc)) rows.push({ ...row, doc })
    }
    if (order.length === 0) return rows.sort((a, b) => a.seq - b.seq).slice(skip, wanted)
    for (const row of rows) sorter.add(row)
    return sorter.sorted().slice(skip)
  }

  count(collection: Collection, conditions: readonly Condition[]): number {
    return this.find(collection, { conditions, order: [], skip: 0, limit: NOT_STORED }).length
  }

  insert(collection: Collection, doc: Doc): void {
    const id = idName(doc)
    const row = this.visible(collection, id, doc)
    if (row !== undefined) throw duplicateKey(collection.name, '_id_', `_id: ${encode(doc['_id'] ?? null)}`)
    this.write(collection, doc, NOT_STORED)
  }

  rewrite(collection: Collection, rows: Iterable<Match>, { replace }: Rewrite): Doc | undefined {
    let last: Doc | undefined
    for (const row of rows) {
      last = replace(row.doc ?? decodeStored(row.body), row.body)
      this.write(collection, last, row.seq)
    }
    return last
  }

  remove(collection: Collection, row: Row, doc: Doc): void {
    this.put(collection, doc, { id: doc['_id'] ?? null, doc: undefined, seq: row.seq })
  }

  /** True when another one changed, since the start, what this one wrote. */
  hasConflict(): boolean {
    for (const [name, written] of this.written) {
      const changed = this.snapshot.changedSince(name)
      for (const id of written.keys()) if (changed.has(id)) return true
    }
    return false
  }

  /**
   * Writes all of it over the rows as they are stored, which without a conflict are those of the start. Removals first,
   * so that a unique key can move from one document to another.
   */
  applyTo(live: View): void {
    const all = [...this.written.values()].flatMap((written) => [...written.values()])
    for (const { collection, id, doc } of all) {
      const row = doc === undefined ? collection.find(id) : undefined
      if (row !== undefined) live.remove(collection, row, decodeStored(row.body))
    }
    for (const { collection, id, doc } of all) {
      if (doc === undefined) continue
      const row = collection.find(id)
      if (row === undefined) live.insert(collection, doc)
      else live.rewrite(collection, [{ ...row, doc: undefined }], { replace: () => doc, fields: undefined })
    }
  }

  close(): void {
    this.snapshot.close()
  }

  private write(collection: Collection, doc: Doc, seq: number): void {
    bodyOf(doc)
    this.checkUnique(collection, doc)
    this.put(collection, doc, { id: doc['_id'] ?? null, doc, seq })
  }

  private put(collection: Collection, doc: Doc, written: Omit<Written, 'collection'>): void {
    const own = this.written.get(collection.name) ?? new Map<string, Written>()
    this.written.set(collection.name, own)
    own.set(idName(doc), { collection, ...written })
  }

  private visible(collection: Collection, id: string, doc: Doc): Row | undefined {
    const overlay = this.overlay(collection)
    return overlay.has(id) ? overlay.get(id) : collection.find(doc['_id'] ?? null)
  }

  /** The documents that are not to be read from the store, as this transaction sees them. */
  private overlay(collection: Collection): Map<string, Row | undefined> {
    const overlay = this.snapshot.changedSince(collection.name)
    for (const [id, { doc, seq }] of this.written.get(collection.name) ?? [])
      overlay.set(id, doc && { seq, body: bodyOf(doc) })
    return overlay
  }

  private checkUnique(collection: Collection, doc: Doc): void {
    const id = idName(doc)
    for (const index of collection.indexes) {
      if (!index.isUnique) continue
      const keys = indexKeys(index, doc).keys
      for (const [otherId, other] of this.written.get(collection.name) ?? []) {
        if (other.doc === undefined || otherId === id) continue
        const taken = indexKeys(index, other.doc).keys
        if (taken.some((key) => keys.some((own) => own.equals(key))))
          throw duplicateKey(collection.name, index.name, keyText(index, doc))
      }
    }
  }
}
