import type { Collection } from './collection'
import type { Row } from './rows'
import { count, find, type Match, type Query } from './find'
import { decodeStored } from './ejson'
import type { Condition } from './filter'
import type { History } from './history'
import { keyOf } from './key'
import type { Doc } from './values'

/** The documents as one caller sees and writes them: the live ones, or those of a transaction. */
export interface View {
  find(collection: Collection, query: Query): Match[]
  count(collection: Collection, conditions: readonly Condition[]): number
  insert(collection: Collection, doc: Doc): void
  /**
   * Puts others in the place of these, one after the other; gives the last. Where one is refused those before it are
   * written.
   */
  rewrite(collection: Collection, rows: Iterable<Match>, rewrite: Rewrite): Doc | undefined
  remove(collection: Collection, row: Row, doc: Doc): void
}

/** What becomes of each document. */
export interface Rewrite {
  /** May change its argument; `body` is the text that it was read from. */
  replace: (doc: Doc, body: string) => Doc
  /** The first names of the fields that it changes; undefined for any. */
  fields: ReadonlySet<string> | undefined
}

/** The name of a document inside of a collection. */
export const idName = (doc: Doc): string => keyOf(doc['_id'] ?? null).toString('latin1')

/** The documents themselves. Writes run inside of the writer's SQL transaction. */
export class LiveView implements View {
  constructor(private readonly history: History) {}

  find = find
  count = count

  insert(collection: Collection, doc: Doc): void {
    collection.insert(doc)
    this.note(collection, doc, undefined)
  }

  rewrite(collection: Collection, rows: Iterable<Match>, { replace, fields }: Rewrite): Doc | undefined {
    const rewriting = collection.rewrite(fields)
    let last: Doc | undefined
    try {
      for (const row of rows) {
        const change = (doc: Doc): Doc => replace(doc, row.body)
        last = rewriting.replace(row, row.doc ?? decodeStored(row.body), change, row.spell)
        this.note(collection, last, row)
      }
    } finally {
      rewriting.write()
    }
    return last
  }

  remove(collection: Collection, row: Row, doc: Doc): void {
    collection.remove(row)
    this.note(collection, doc, row)
  }

  private note(collection: Collection, doc: Doc, before: Row | undefined): void {
    if (this.history.isKept)
      this.history.note(collection.name, idName(doc), before && { seq: before.seq, body: before.body })
  }
}
