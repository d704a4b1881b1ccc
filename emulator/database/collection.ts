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

  /** Where the order of insertion ends now. */
  lastSeq(): number {
    return Number(this.statement(`SELECT MAX(seq) FROM ${this.table}`).first()?.[0] ?? 0)
  }

  /** Rows in the order of insertion, up to `last`. Like all that reads here it gives `chunk` rows at once, read when asked for. */
  *scan(chunk = CHUNK, last = Number.MAX_SAFE_INTEGER): Generator<Row[]> {
    const read = this.statement(
      `SELECT seq, body FROM ${this.table} WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?`,
    )
    for (let after = -1; ; ) {
      const rows = read.all(after, last, chunk)
      yield rows.map(rowOf)
      if (rows.length < chunk) return
      after = Number(rows.at(-1)?.[0])
    }
  }

  /** The rows of these keys of `_id`s, those that there are, in the order of the keys. */
  *readKeys(keys: readonly Buffer[], chunk: number): Generator<Row[]> {
    for (let from = 0; from < keys.length; from += chunk) {
      const some = keys.slice(from, from + chunk)
      if (some.length < WORTH_PACKING) {
        yield some.map((key) => this.findKey(key)).filter((row) => row !== undefined)
        continue
      }
      const packed = new PackedRows()
      for (const key of some) packed.add(key, 0)
      yield this.readPacked(packed, 'd.id = p.bytes')
    }
  }

  /** The rows of these documents, those that there are, in that order. */
  *readSeqs(seqs: readonly number[], chunk: number): Generator<Row[]> {
    for (let from = 0; from < seqs.length; from += chunk) {
      const packed = new PackedRows()
      for (const seq of seqs.slice(from, from + chunk)) packed.add(NOTHING, seq)
      yield this.readPacked(packed, 'd.seq = p.seq')
    }
  }

  /** Rows of a range of `_id`s in their order. */
  *readIds(range: KeyRange, isDescending: boolean, chunk: number): Generator<Row[]> {
    const read = this.statement(
      `SELECT seq, body, id FROM ${this.table} WHERE id >= ? AND id < ? ORDER BY id ${isDescending ? 'DESC' : 'ASC'} LIMIT ?`,
    )
    let { from } = range
    for (let to = endOf(range); ; ) {
      const rows = read.all(from, to, chunk)
      yield rows.map(rowOf)
      const last = rows.at(-1)
      if (rows.length < chunk || last === undefined) return
      const id = blobOf(last[2])
      if (isDescending) to = id
      else from = Buffer.concat([id, FIRST_BEHIND])
    }
  }

  /** Rows of a range of an index in its order; a document with an array may come several times. */
  *readIndex(index: Index, range: KeyRange, isDescending: boolean, chunk: number): Generator<Row[]> {
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
      yield rows.map(rowOf)
      if (rows.length < chunk) return
      // Asked for only here: as a column of each row, the key would cost more than the row.
      const last = this.statement(`SELECT key, seq FROM ${entries} ${within} LIMIT 1 OFFSET ?`)
      const [key, seq] = last.first(...at, end, chunk - 1) ?? []
      at = [blobOf(key), Number(seq)]
    }
  }

  /** The documents that an index holds in a range, in its order, some of them several times. */
  seqsOf(index: Index, range: KeyRange): number[] {
    // As one text: a million rows would cross one by one.
    const [text] =
      this.statement(
        `SELECT group_concat(seq) FROM (SELECT seq FROM ${indexTable(index)} WHERE key >= ? AND key < ? ORDER BY key, seq)`,
      ).first(range.from, endOf(range)) ?? []
    return typeof text === 'string' ? text.split(',').map(Number) : []
  }

  buildIndex(index: Index): void {
    this.sql.exec(
      `CREATE TABLE ${indexTable(index)} (key BLOB NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (key, seq)) WITHOUT ROWID`,
    )
    this.indexes.push(index)
    for (const rows of this.scan())
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

  private findKey(key: Buffer): Row | undefined {
    const row = this.statement(this.byId).first(key)
    return row && rowOf(row)
  }

  private readPacked(packed: PackedRows, condition: string): Row[] {
    return this.statement(
      `SELECT d.seq, d.body FROM ${PACKED} p CROSS JOIN ${this.table} d ON ${condition} ORDER BY p.place`,
    )
      .all(...packed.parameters())
      .map(rowOf)
  }

  private statement(text: string): Statement {
    return this.sql.statement(text)
  }
}

const NOTHING = Buffer.alloc(0)

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
