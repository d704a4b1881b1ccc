/** The Store port in memory: for unit tests, and the reference of the port's suite. */
import type { Change, Clock, Doc, Find, NewDoc, Store, Where } from '../../core/ports'
import { MemoryDatabase, type Watch } from './database'

export class MemoryStore implements Store {
  private readonly database: MemoryDatabase

  constructor(clock: Pick<Clock, 'now'>, watch?: Watch) {
    this.database = new MemoryDatabase(clock, watch)
  }

  async get<T extends Doc>(collection: string, id: string): Promise<T | null> {
    return this.database.get(collection, id) as T | null
  }

  async find<T extends Doc>(collection: string, find: Find): Promise<T[]> {
    return this.database.find<T>(collection, find)
  }

  async insert(collection: string, doc: NewDoc): Promise<boolean> {
    return this.database.insert(collection, doc)
  }

  async insertAll(collection: string, docs: readonly NewDoc[]): Promise<void> {
    this.database.insertAll(collection, docs)
  }

  async update(collection: string, where: Where, change: Change): Promise<number> {
    return this.database.update(collection, where, change)
  }

  async remove(collection: string, where: Where): Promise<number> {
    return this.database.remove(collection, where)
  }

  /** All that a collection holds now. Documents are replaced, never changed: what was given stays as it was. */
  documents<T extends Doc>(collection: string): T[] {
    return this.database.documents<T>(collection)
  }
}
