import { decodeStored, encode } from './ejson'
import { duplicateKey } from './failure'
import { indexKeys, type Index } from './index-keys'
import { keyOf } from './key'
import { addKeys, indexTable, removeKeys } from './index-table'
import { bodyOf, Rewriting } from './rewriting'
import { endOf, type KeyRange, type Row, Rows } from './rows'
import type { Sql, Statement } from './sql'
import type { Doc, Value } from './values'

/** What a plan reads rows by: the `_id`, an index, or nothing but the order of insertion. */
export type Source = 'id' | 'natural' | Index

/** The documents of one collection and the tables that find them. Writes happen inside of an SQL transaction. */
export class Collection {
  readonly table: string
  readonly rows: Rows

  constructor(
    private readonly sql: Sql,
    readonly number: number,
    readonly name: string,
    readonly indexes: Index[],
  ) {
    this.table = `documents_${number}`
    this.rows = new Rows(sql, this.table)
  }

  static createTable(sql: Sql, number: number): void {
    sql.exec(`
      CREATE TABLE documents_${number} (seq INTEGER PRIMARY KEY, id BLOB NOT NULL, body TEXT NOT NULL);
      CREATE UNIQUE INDEX documents_${number}_id ON documents_${number} (id);`)
  }

  find(id: Value): Row | undefined {
    return this.rows.ofKey(keyOf(id))
  }

  insert(doc: Doc): void {
    const body = bodyOf(doc)
    const id = doc['_id'] ?? null
    const entries = this.entries(doc)
    this.checkUnique(entries, doc, undefined)
    const isNew =
      this.statement(`INSERT INTO ${this.table} (id, body) VALUES (?, ?) ON CONFLICT (id) DO NOTHING`).run(
        keyOf(id),
        body,
      ) === 1
    if (!isNew) throw duplicateKey(this.name, '_id_', `_id: ${encode(id)}`)
    if (entries.length === 0) return
    const seq = Number(this.statement('SELECT last_insert_rowid()').first()?.[0])
    for (const { index, keys } of entries) addKeys(this.sql, index, keys, seq)
  }

  /** Puts documents in the place of stored ones; `fields` are the first names of what changes, all unless given. */
  rewrite(fields?: ReadonlySet<string>): Rewriting {
    return new Rewriting(this.sql, this, fields)
  }

  remove(row: Row): void {
    this.statement(`DELETE FROM ${this.table} WHERE seq = ?`).run(row.seq)
    if (this.indexes.length === 0) return
    for (const { index, keys } of this.entries(decodeStored(row.body)))
      removeKeys(this.sql, index, keys, row.seq)
  }

  /** The row that holds a key of a unique index, other than `except`. */
  holderOf(index: Index, key: Buffer, except: number | undefined): number | undefined {
    const holders = this.statement(`SELECT seq FROM ${indexTable(index)} WHERE key = ? LIMIT 2`).all(key)
    return holders.map(([seq]) => Number(seq)).find((seq) => seq !== except)
  }

  count(): number {
    return Number(this.statement(`SELECT COUNT(*) FROM ${this.table}`).first()?.[0])
  }

  countKeys(source: 'id' | Index, range: KeyRange): number {
    const [table, column] = source === 'id' ? [this.table, 'id'] : [indexTable(source), 'key']
    const row = this.statement(`SELECT COUNT(*) FROM ${table} WHERE ${column} >= ? AND ${column} < ?`).first(
      range.from,
      endOf(range),
    )
    return Number(row?.[0])
  }

  buildIndex(index: Index): void {
    this.sql.exec(
      `CREATE TABLE ${indexTable(index)} (key BLOB NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (key, seq)) WITHOUT ROWID`,
    )
    this.indexes.push(index)
    for (const rows of this.rows.scan())
      for (const { seq, body } of rows) {
        const doc = decodeStored(body)
        const { keys, isMany } = indexKeys(index, doc)
        if (isMany) this.markMany(index)
        this.checkUnique([{ index, keys }], doc, seq)
        addKeys(this.sql, index, keys, seq)
      }
  }

  dropIndex(index: Index): void {
    this.sql.exec(`DROP TABLE ${indexTable(index)}`)
    this.indexes.splice(this.indexes.indexOf(index), 1)
  }

  private entries(doc: Doc): { index: Index; keys: Buffer[] }[] {
    return this.indexes.map((index) => {
      const { keys, isMany } = indexKeys(index, doc)
      if (isMany) this.markMany(index)
      return { index, keys }
    })
  }

  /** Throws E11000 where another document than that of `seq` holds a key of a unique index. */
  checkUnique(
    entries: readonly { index: Index; keys: readonly Buffer[] }[],
    doc: Doc,
    seq: number | undefined,
  ): void {
    for (const { index, keys } of entries) {
      if (!index.isUnique) continue
      for (const key of keys)
        if (this.holderOf(index, key, seq) !== undefined)
          throw duplicateKey(this.name, index.name, keyText(index, doc))
    }
  }

  /** Each write of an array says so anew: an earlier one may have been undone, and its mark with it. */
  markMany(index: Index): void {
    index.isMany = true
    this.statement('UPDATE indexes SET isMany = 1 WHERE number = ? AND isMany = 0').run(index.number)
  }

  private statement(text: string): Statement {
    return this.sql.statement(text)
  }
}

/** The key as E11000 shows it: fields with their values, a missing one as null. */
export function keyText(index: Pick<Index, 'keys'>, doc: Doc): string {
  return index.keys
    .map(([field]) => {
      let at: Value | undefined = doc
      for (const part of field.split('.'))
        at = typeof at === 'object' && at !== null && !Array.isArray(at) ? (at as Doc)[part] : undefined
      return `${field}: ${encode(at ?? null)}`
    })
    .join(', ')
}
