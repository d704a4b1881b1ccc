import { decodeStored, encode } from './ejson'
import { duplicateKey } from './failure'
import { indexKeys, type Index } from './index-keys'
import { keyOf } from './key'
import { addKeys, indexTable, removeKeys } from './index-table'
import { PACKED, PackedRows, WORTH_PACKING } from './packed'
import { bodyOf, Rewriting } from './rewriting'
import { blobOf, type Sql, type Statement } from './sql'
import type { Doc, Value } from './values'

/** A document as it is kept: `seq` counts insertions, which is the order of a query that asks for none. */
export interface Row {
  seq: number
  /** EJSON, as a reply holds it. */
  body: string
}

/** A range of keys, from (inclusive) to (exclusive); without an end it is all that begins with `from`. */
export interface KeyRange {
  from: Buffer
  to: Buffer | undefined
}

/** What a plan reads rows by: the `_id`, an index, or nothing but the order of insertion. */
export type Source = 'id' | 'natural' | Index

const CHUNK = 256

/** The documents of one collection and the tables that find them. Writes happen inside of an SQL transaction. */
export class Collection {
  readonly table: string
  private readonly byId: string

  constructor(
    private readonly sql: Sql,
    readonly number: number,
    readonly name: string,
    readonly indexes: Index[],
  ) {
    this.table = `documents_${number}`
    this.byId = `SELECT seq, body FROM ${this.table} WHERE id = ?`
  }

  static createTable(sql: Sql, number: number): void {
    sql.exec(`
      CREATE TABLE documents_${number} (seq INTEGER PRIMARY KEY, id BLOB NOT NULL, body TEXT NOT NULL);
      CREATE UNIQUE INDEX documents_${number}_id ON documents_${number} (id);`)
  }

  find(id: Value): Row | undefined {
    return this.findKey(keyOf(id))
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

  /** Rows in the order of insertion. `chunk` is how many are read at once. */
  *scan(chunk = CHUNK): Generator<Row> {
    const read = this.statement(`SELECT seq, body FROM ${this.table} WHERE seq > ? ORDER BY seq LIMIT ?`)
    for (let after = -1; ; ) {
      const rows = read.all(after, chunk)
      for (const row of rows) yield rowOf(row)
      if (rows.length < chunk) return
      after = Number(rows.at(-1)?.[0])
    }
  }

  /** The rows of these keys of `_id`s, those that there are, in the order of the keys. */
  *readKeys(keys: readonly Buffer[], chunk: number): Generator<Row> {
    for (let from = 0; from < keys.length; from += chunk) {
      const some = keys.slice(from, from + chunk)
      if (some.length < WORTH_PACKING) {
        for (const key of some) {
          const row = this.findKey(key)
          if (row !== undefined) yield row
        }
        continue
      }
      const packed = new PackedRows()
      for (const key of some) {
        packed.begin().append(key)
        packed.finish(0)
      }
      const read = this.statement(
        `SELECT d.seq, d.body FROM ${PACKED} p CROSS JOIN ${this.table} d ON d.id = p.bytes ORDER BY p.place`,
      )
      for (const row of read.all(...packed.parameters())) yield rowOf(row)
    }
  }

  /** Rows of a range of `_id`s in their order. */
  *readIds(range: KeyRange, isDescending: boolean, chunk: number): Generator<Row> {
    const read = this.statement(
      `SELECT seq, body, id FROM ${this.table} WHERE id >= ? AND id < ? ORDER BY id ${isDescending ? 'DESC' : 'ASC'} LIMIT ?`,
    )
    let { from } = range
    for (let to = endOf(range); ; ) {
      const rows = read.all(from, to, chunk)
      for (const row of rows) yield rowOf(row)
      const last = rows.at(-1)
      if (rows.length < chunk || last === undefined) return
      const id = blobOf(last[2])
      if (isDescending) to = id
      else from = Buffer.concat([id, FIRST_BEHIND])
    }
  }

  /** Rows of a range of an index in its order; a document with an array may come several times. */
  *readIndex(index: Index, range: KeyRange, isDescending: boolean, chunk: number): Generator<Row> {
    const { from } = range
    const to = endOf(range)
    const entries = `${indexTable(index)} i`
    const within = isDescending
      ? 'WHERE (i.key, i.seq) < (?, ?) AND i.key >= ? ORDER BY i.key DESC, i.seq DESC'
      : 'WHERE (i.key, i.seq) > (?, ?) AND i.key < ? ORDER BY i.key, i.seq'
    const read = this.statement(
      `SELECT d.seq, d.body FROM ${entries} CROSS JOIN ${this.table} d ON d.seq = i.seq ${within} LIMIT ?`,
    )
    const end = isDescending ? from : to
    for (let at: [Buffer, number] = [isDescending ? to : from, -1]; ; ) {
      const rows = read.all(...at, end, chunk)
      for (const row of rows) yield rowOf(row)
      if (rows.length < chunk) return
      // Asked for only here: as a column of each row, the key would cost more than the row.
      const last = this.statement(`SELECT key, seq FROM ${entries} ${within} LIMIT 1 OFFSET ?`)
      const [key, seq] = last.first(...at, end, chunk - 1) ?? []
      at = [blobOf(key), Number(seq)]
    }
  }

  buildIndex(index: Index): void {
    this.sql.exec(
      `CREATE TABLE ${indexTable(index)} (key BLOB NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (key, seq)) WITHOUT ROWID`,
    )
    this.indexes.push(index)
    for (const row of this.scan()) {
      const doc = decodeStored(row.body)
      const { keys, isMany } = indexKeys(index, doc)
      if (isMany) this.markMany(index)
      this.checkUnique([{ index, keys }], doc, row.seq)
      addKeys(this.sql, index, keys, row.seq)
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

  private findKey(key: Buffer): Row | undefined {
    const row = this.statement(this.byId).first(key)
    return row && rowOf(row)
  }

  private statement(text: string): Statement {
    return this.sql.statement(text)
  }
}

// The least that comes behind a key: the key and one byte more.
const FIRST_BEHIND = Buffer.from([0])

// Behind all that begins with a key: no key has this byte where a new value begins.
const PAST_ALL = Buffer.from([0xff])

const endOf = ({ from, to }: KeyRange): Buffer => to ?? Buffer.concat([from, PAST_ALL])

const rowOf = ([seq, body]: unknown[]): Row => ({ seq: Number(seq), body: String(body) })

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
