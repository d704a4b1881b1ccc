import type { Collection, Row } from './collection'
import { count, find, type Match, type Query } from './find'
import type { Condition } from './filter'
import type { History } from './history'
import { keyOf } from './key'
import type { Doc } from './values'

/** The documents as one caller sees and writes them: the live ones, or those of a transaction. */
export interface View {
  find(collection: Collection, query: Query): Match[]
  count(collection: Collection, conditions: readonly Condition[]): number
  insert(collection: Collection, doc: Doc): void
  /** `before` is the row's document as it was, or undefined to have it read when it is needed. */
  replace(collection: Collection, row: Row, before: Doc | undefined, doc: Doc): void
  remove(collection: Collection, row: Row, doc: Doc): void
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
    this.history.note(collection.name, idName(doc), undefined)
  }

  replace(collection: Collection, row: Row, before: Doc | undefined, doc: Doc): void {
    collection.replace(row, before, doc)
    this.history.note(collection.name, idName(doc), row)
  }

  remove(collection: Collection, row: Row, doc: Doc): void {
    collection.remove(row)
    this.history.note(collection.name, idName(doc), row)
  }
}
