import { blobOf, type Sql, type Statement } from './sql'
import type { Index } from './index-keys'
import { indexTable } from './index-table'
import { PACKED, PackedRows, WORTH_PACKING } from './packed'

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

const CHUNK = 256

/** The documents of one collection as they are read: in chunks of so many rows, each read when it is asked for. */
export class Rows {
  private readonly byId: string

  constructor(
    private readonly sql: Sql,
    private readonly table: string,
  ) {
    this.byId = `SELECT seq, body FROM ${table} WHERE id = ?`
  }

  /** The row whose `_id` has this key. */
  ofKey(key: Buffer): Row | undefined {
    const row = this.statement(this.byId).first(key)
    return row && rowOf(row)
  }

  /** Where the order of insertion ends now. */
  lastSeq(): number {
    return Number(this.statement(`SELECT MAX(seq) FROM ${this.table}`).first()?.[0] ?? 0)
  }

  /** In the order of insertion, up to `last`. */
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
  *ofKeys(keys: readonly Buffer[], chunk: number): Generator<Row[]> {
    for (let from = 0; from < keys.length; from += chunk) {
      const some = keys.slice(from, from + chunk)
      if (some.length < WORTH_PACKING) {
        yield some.map((key) => this.ofKey(key)).filter((row) => row !== undefined)
        continue
      }
      const packed = new PackedRows()
      for (const key of some) packed.add(key, 0)
      yield this.readPacked(packed, 'd.id = p.bytes')
    }
  }

  /** The rows of these documents, those that there are, in that order. */
  *ofSeqs(seqs: readonly number[], chunk: number): Generator<Row[]> {
    for (let from = 0; from < seqs.length; from += chunk) {
      const packed = new PackedRows()
      for (const seq of seqs.slice(from, from + chunk)) packed.add(NOTHING, seq)
      yield this.readPacked(packed, 'd.seq = p.seq')
    }
  }

  /** Rows of a range of `_id`s in their order. */
  *ofIds(range: KeyRange, isDescending: boolean, chunk: number): Generator<Row[]> {
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
  *ofIndex(index: Index, range: KeyRange, isDescending: boolean, chunk: number): Generator<Row[]> {
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

export const endOf = ({ from, to }: KeyRange): Buffer => to ?? Buffer.concat([from, PAST_ALL])

const rowOf = ([seq, body]: unknown[]): Row => ({ seq: Number(seq), body: String(body) })
