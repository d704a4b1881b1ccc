import { Collection } from './collection'
import type { Declared, DeclaredIndex } from './declared'
import { collectionExists, collectionMissing, invalidParam } from './failure'
import type { Index } from './index-keys'
import { COLLECTION_NAME } from './limits'
import type { Order } from './sort'
import type { Sql } from './sql'

const TABLES = `
  CREATE TABLE IF NOT EXISTS collections (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
  CREATE TABLE IF NOT EXISTS indexes (
    number INTEGER PRIMARY KEY, collection INTEGER NOT NULL, name TEXT NOT NULL,
    keys TEXT NOT NULL, isUnique INTEGER NOT NULL, isMany INTEGER NOT NULL, UNIQUE (collection, name));
`

/** The collections that there are, and their indexes. */
export class Catalog {
  private readonly byName = new Map<string, Collection>()

  constructor(private readonly sql: Sql) {
    sql.exec(TABLES)
    for (const [number, name] of sql.statement('SELECT number, name FROM collections').all())
      this.byName.set(
        String(name),
        new Collection(sql, Number(number), String(name), this.indexesOf(Number(number))),
      )
  }

  /** Throws DATABASE_COLLECTION_NOT_EXIST: no collection comes to be by being used. */
  get(name: string): Collection {
    const collection = this.byName.get(name)
    if (collection === undefined) throw collectionMissing(name)
    return collection
  }

  has(name: string): boolean {
    return this.byName.has(name)
  }

  all(): readonly Collection[] {
    return [...this.byName.values()]
  }

  create(name: string): Collection {
    if (this.byName.has(name)) throw collectionExists(name)
    if (!COLLECTION_NAME.test(name))
      throw invalidParam(
        `a collection is named with 2 to 33 letters, digits, - and _, not ${JSON.stringify(name)}`,
      )
    const number = this.sql.atomically(() => {
      this.sql.statement('INSERT INTO collections (name) VALUES (?)').run(name)
      const [row] = this.sql.statement('SELECT number FROM collections WHERE name = ?').all(name)
      const made = Number(row?.[0])
      Collection.createTable(this.sql, made)
      return made
    })
    const collection = new Collection(this.sql, number, name, [])
    this.byName.set(name, collection)
    return collection
  }

  /** Makes what is declared and not there yet. An index whose declaration changed is built anew. */
  apply({ collections }: Declared): void {
    for (const [name, { indexes = [] }] of Object.entries(collections)) {
      const collection = this.byName.get(name) ?? this.create(name)
      for (const declared of indexes) this.ensureIndex(collection, declared)
    }
  }

  private ensureIndex(collection: Collection, { name, keys, unique = false }: DeclaredIndex): void {
    const present = collection.indexes.find((index) => index.name === name)
    if (present?.isUnique === unique && JSON.stringify(present.keys) === JSON.stringify(keys)) return
    this.sql.atomically(() => {
      if (present !== undefined) {
        collection.dropIndex(present)
        this.sql.statement('DELETE FROM indexes WHERE number = ?').run(present.number)
      }
      this.sql
        .statement('INSERT INTO indexes (collection, name, keys, isUnique, isMany) VALUES (?, ?, ?, ?, 0)')
        .run(collection.number, name, JSON.stringify(keys), unique ? 1 : 0)
      const made = this.indexesOf(collection.number).find((index) => index.name === name)
      if (made === undefined) throw new Error(`index ${name} of ${collection.name} was not written`)
      collection.buildIndex(made)
    })
  }

  private indexesOf(collection: number): Index[] {
    return this.sql
      .statement(
        'SELECT number, name, keys, isUnique, isMany FROM indexes WHERE collection = ? ORDER BY number',
      )
      .all(collection)
      .map(([number, name, keys, isUnique, isMany]) => ({
        number: Number(number),
        name: String(name),
        // Written by ensureIndex from a checked declaration.
        keys: JSON.parse(String(keys)) as Order,
        isUnique: isUnique === 1,
        isMany: isMany === 1,
      }))
  }
}
