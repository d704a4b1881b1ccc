import { decodeStored, encode } from './ejson'
import { duplicateKey, requestFailed } from './failure'
import { indexKeys, type Index } from './index-keys'
import { keyOf } from './key'
import { DOCUMENT_BYTES } from './limits'
import { blobOf, type Sql, type Statement } from './sql'
import type { Doc, Value } from './values'

/** A document as it is kept: `seq` counts insertions, which is the order of a query that asks for none. */
export interface Row {
  seq: number
  /** EJSON, as a reply holds it. */
  body: string
}

/** A range of keys, from (inclusive) to (exclusive). */
export interface KeyRange {
  from: Buffer
  to: Buffer
}

/** What a plan reads rows by: the `_id`, an index, or nothing but the order of insertion. */
export type Source = 'id' | 'natural' | Index

const CHUNK = 256

/** The documents of one collection and the tables that find them. Writes happen inside of an SQL transaction. */
export class Collection {
  private readonly table: string

  constructor(
    private readonly sql: Sql,
    readonly number: number,
    readonly name: string,
    readonly indexes: Index[],
  ) {
    this.table = `documents_${number}`
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
    for (const { index, keys } of entries) this.addKeys(index, keys, seq)
  }

  /** Writes `doc` in the place of a row with the same `_id`. `before` is what its keys are made of. */
  replace(row: Row, before: Doc | undefined, doc: Doc): void {
    const body = bodyOf(doc)
    if (body === row.body) return
    if (this.indexes.length === 0) {
      this.write(row.seq, body)
      return
    }
    const entries = this.entries(doc)
    const old = this.entries(before ?? decodeStored(row.body))
    this.checkUnique(entries, doc, row.seq)
    this.write(row.seq, body)
    for (const [i, { index, keys }] of entries.entries()) {
      const gone = old[i]?.keys ?? []
      const isSame = keys.length === gone.length && keys.every((key, at) => gone[at]?.equals(key))
      if (isSame) continue
      this.removeKeys(index, gone, row.seq)
      this.addKeys(index, keys, row.seq)
    }
  }

  remove(row: Row): void {
    this.statement(`DELETE FROM ${this.table} WHERE seq = ?`).run(row.seq)
    if (this.indexes.length === 0) return
    for (const { index, keys } of this.entries(decodeStored(row.body))) this.removeKeys(index, keys, row.seq)
  }

  /** The row that holds a key of a unique index, other than `except`. */
  holderOf(index: Index, key: Buffer, except: number | undefined): number | undefined {
    const holders = this.statement(`SELECT seq FROM index_${index.number} WHERE key = ? LIMIT 2`).all(key)
    return holders.map(([seq]) => Number(seq)).find((seq) => seq !== except)
  }

  count(): number {
    return Number(this.statement(`SELECT COUNT(*) FROM ${this.table}`).first()?.[0])
  }

  countKeys(source: 'id' | Index, { from, to }: KeyRange): number {
    const [table, column] = source === 'id' ? [this.table, 'id'] : [`index_${source.number}`, 'key']
    const row = this.statement(`SELECT COUNT(*) FROM ${table} WHERE ${column} >= ? AND ${column} < ?`).first(
      from,
      to,
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

  /** Rows of a range of `_id`s in their order. */
  *readIds({ from, to }: KeyRange, isDescending: boolean, chunk: number): Generator<Row> {
    if (isOneKey({ from, to })) {
      const row = this.findKey(from)
      if (row !== undefined) yield row
      return
    }
    const read = this.statement(
      `SELECT seq, body, id FROM ${this.table} WHERE id >= ? AND id < ? ORDER BY id ${isDescending ? 'DESC' : 'ASC'} LIMIT ?`,
    )
    for (let range = { from, to }; ; ) {
      const rows = read.all(range.from, range.to, chunk)
      for (const row of rows) yield rowOf(row)
      const last = rows.at(-1)
      if (rows.length < chunk || last === undefined) return
      const id = blobOf(last[2])
      range = isDescending ? { from, to: id } : { from: Buffer.concat([id, FIRST_BEHIND]), to }
    }
  }

  /** Rows of a range of an index in its order; a document with an array may come several times. */
  *readIndex(index: Index, { from, to }: KeyRange, isDescending: boolean, chunk: number): Generator<Row> {
    const entries = `index_${index.number} i`
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
      `CREATE TABLE index_${index.number} (key BLOB NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (key, seq)) WITHOUT ROWID`,
    )
    this.indexes.push(index)
    for (const row of this.scan()) {
      const doc = decodeStored(row.body)
      const { keys, isMany } = indexKeys(index, doc)
      if (isMany) this.markMany(index)
      this.checkUnique([{ index, keys }], doc, row.seq)
      this.addKeys(index, keys, row.seq)
    }
  }

  dropIndex(index: Index): void {
    this.sql.exec(`DROP TABLE index_${index.number}`)
    this.indexes.splice(this.indexes.indexOf(index), 1)
  }

  private entries(doc: Doc): { index: Index; keys: Buffer[] }[] {
    return this.indexes.map((index) => {
      const { keys, isMany } = indexKeys(index, doc)
      if (isMany) this.markMany(index)
      return { index, keys }
    })
  }

  private checkUnique(entries: { index: Index; keys: Buffer[] }[], doc: Doc, seq: number | undefined): void {
    for (const { index, keys } of entries) {
      if (!index.isUnique) continue
      for (const key of keys)
        if (this.holderOf(index, key, seq) !== undefined)
          throw duplicateKey(this.name, index.name, keyText(index, doc))
    }
  }

  // Each write of an array says so anew: an earlier one may have been undone, and its mark with it.
  private markMany(index: Index): void {
    index.isMany = true
    this.statement('UPDATE indexes SET isMany = 1 WHERE number = ? AND isMany = 0').run(index.number)
  }

  private findKey(key: Buffer): Row | undefined {
    const row = this.statement(`SELECT seq, body FROM ${this.table} WHERE id = ?`).first(key)
    return row && rowOf(row)
  }

  private write(seq: number, body: string): void {
    this.statement(`UPDATE ${this.table} SET body = ? WHERE seq = ?`).run(body, seq)
  }

  private addKeys(index: Index, keys: Buffer[], seq: number): void {
    const add = this.statement(`INSERT INTO index_${index.number} VALUES (?, ?)`)
    for (const key of keys) add.run(key, seq)
  }

  private removeKeys(index: Index, keys: Buffer[], seq: number): void {
    const remove = this.statement(`DELETE FROM index_${index.number} WHERE key = ? AND seq = ?`)
    for (const key of keys) remove.run(key, seq)
  }

  private statement(text: string): Statement {
    return this.sql.statement(text)
  }
}

// The least that comes behind a key: the key and one byte more.
const FIRST_BEHIND = Buffer.from([0])

/** A range that holds one key alone: no key is the beginning of another. */
const isOneKey = ({ from, to }: KeyRange): boolean =>
  to.length === from.length + 1 &&
  to[from.length] === 0xff &&
  from.length > 1 &&
  to.subarray(0, -1).equals(from)

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

/** The text of a document that may be stored. */
export function bodyOf(doc: Doc): string {
  const body = encode(doc)
  const bytes = body.length > DOCUMENT_BYTES / 4 ? Buffer.byteLength(body) : body.length
  if (bytes > DOCUMENT_BYTES)
    throw requestFailed(`document is larger than the maximum size of ${DOCUMENT_BYTES} bytes: ${bytes}`)
  return body
}
