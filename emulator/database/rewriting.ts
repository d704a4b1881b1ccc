import type { Collection } from './collection'
import type { Row } from './rows'
import { encode } from './ejson'
import { requestFailed } from './failure'
import { type Index, indexKeys, isAffected, putIndexKey } from './index-keys'
import { moveKeys } from './index-table'
import { DOCUMENT_BYTES } from './limits'
import { PACKED, PackedRows, WORTH_PACKING } from './packed'
import type { Sql } from './sql'
import type { Doc } from './values'

/** Changes a document, or gives another one with the same `_id`. */
export type Replace = (before: Doc) => Doc

/**
 * Documents put in the place of stored ones: each is judged at once, all are written together, with those index keys only
 * that differ. Used within one SQL transaction, during which nothing else writes to the collection.
 */
export class Rewriting {
  private bodies: { seq: number; body: string }[] = []
  private readonly moves: KeyMoves[]
  private readonly isUnique: boolean

  /** `fields` are the first names of what changes; undefined where all may change. */
  constructor(
    private readonly sql: Sql,
    private readonly collection: Collection,
    fields: ReadonlySet<string> | undefined,
  ) {
    const affected = collection.indexes.filter((index) => fields === undefined || isAffected(index, fields))
    this.moves = affected.map((index) => new KeyMoves(index))
    this.isUnique = affected.some((index) => index.isUnique)
  }

  /**
   * `before` is the document of the row, or what of it the change and the keys need; `replace` may change it in place, and
   * `spell` gives the text of all. A refusal leaves this document as it was.
   */
  replace(row: Row, before: Doc, replace: Replace, spell: (doc: Doc) => string = encode): Doc {
    for (const move of this.moves) move.leave(before)
    const doc = replace(before)
    const body = checkSize(spell(doc))
    if (body === row.body) return doc
    for (const move of this.moves) {
      move.arrive(doc)
      if (move.isMany) this.collection.markMany(move.index)
    }
    if (this.isUnique)
      this.collection.checkUnique(
        this.moves.map(({ index, keys }) => ({ index, keys })),
        doc,
        row.seq,
      )
    for (const move of this.moves) move.keep(row.seq)
    this.bodies.push({ seq: row.seq, body })
    // The next one is judged by what this one took and left.
    if (this.isUnique) this.write()
    return doc
  }

  /** Writes what was replaced since the last time. */
  write(): void {
    for (const move of this.moves) move.write(this.sql)
    this.writeBodies()
    this.bodies = []
  }

  private writeBodies(): void {
    const { sql, bodies } = this
    const { table } = this.collection
    if (bodies.length < WORTH_PACKING) {
      const update = sql.statement(`UPDATE ${table} SET body = ? WHERE seq = ?`)
      for (const { seq, body } of bodies) update.run(body, seq)
      return
    }
    const packed = new PackedRows()
    for (const { seq, body } of bodies) {
      packed.begin().text(body)
      packed.finish(seq)
    }
    sql
      .statement(
        `UPDATE ${table} SET body = CAST(p.bytes AS TEXT) FROM ${PACKED} p WHERE ${table}.seq = p.seq`,
      )
      .run(...packed.parameters())
  }
}

/** How the keys of one index change. */
class KeyMoves {
  private readonly gone = new PackedRows()
  private readonly come = new PackedRows()
  /** The keys of a document with an array, before and after; of any other one they are where they are packed. */
  private left: Buffer[] | undefined
  private arrived: Buffer[] | undefined

  constructor(readonly index: Index) {}

  get isMany(): boolean {
    return this.arrived !== undefined
  }

  /** The keys that the document would have from now on. */
  get keys(): readonly Buffer[] {
    return this.arrived ?? [this.come.begun()]
  }

  /** The document as it was. */
  leave(before: Doc): void {
    this.left = putIndexKey(this.index, before, this.gone.begin())
      ? undefined
      : indexKeys(this.index, before).keys
  }

  /** The document as it is to be. Throws on two arrays side by side. */
  arrive(doc: Doc): void {
    this.arrived = putIndexKey(this.index, doc, this.come.begin())
      ? undefined
      : indexKeys(this.index, doc).keys
  }

  /** The change is made, where there is one. */
  keep(seq: number): void {
    if (this.left === undefined && this.arrived === undefined) {
      if (this.gone.begun().equals(this.come.begun())) return
      this.gone.finish(seq)
      this.come.finish(seq)
      return
    }
    const left = this.left ?? [Buffer.from(this.gone.begun())]
    const arrived = this.arrived ?? [Buffer.from(this.come.begun())]
    if (left.length === arrived.length && left.every((key, at) => arrived[at]?.equals(key))) return
    for (const [rows, keys] of [
      [this.gone, left],
      [this.come, arrived],
    ] as const)
      for (const key of keys) rows.add(key, seq)
  }

  write(sql: Sql): void {
    moveKeys(sql, this.index, this.gone, this.come)
    this.gone.clear()
    this.come.clear()
  }
}

/** The text of a document that may be stored. */
export const bodyOf = (doc: Doc): string => checkSize(encode(doc))

function checkSize(body: string): string {
  const bytes = body.length > DOCUMENT_BYTES / 4 ? Buffer.byteLength(body) : body.length
  if (bytes > DOCUMENT_BYTES)
    throw requestFailed(`document is larger than the maximum size of ${DOCUMENT_BYTES} bytes: ${bytes}`)
  return body
}
