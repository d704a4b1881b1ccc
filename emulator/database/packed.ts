import { Bytes } from './bytes'
import type { SqlValue } from './sql'

const OFFSET_DIGITS = 10
const SEQ_DIGITS = 16
const PLACE_BYTES = 2 * OFFSET_DIGITS + SEQ_DIGITS

/** Fewer rows than these are quicker each by a statement of its own. */
export const WORTH_PACKING = 4

const numberAt = (from: number, digits: number): string =>
  `CAST(substr(?2, (value - 1) * ${PLACE_BYTES} + ${from + 1}, ${digits}) AS INTEGER)`

/** The table that a statement reads packed rows from: `bytes`, `seq`, and `place`, which counts them from 1. */
export const PACKED = `(
  SELECT value AS place,
    substr(?1, ${numberAt(0, OFFSET_DIGITS)}, ${numberAt(OFFSET_DIGITS, OFFSET_DIGITS)}) AS bytes,
    ${numberAt(2 * OFFSET_DIGITS, SEQ_DIGITS)} AS seq
  FROM generate_series(1, ?3))`

/**
 * Rows of bytes and the `seq` of a document, given to a statement as two BLOBs however many they are: each value that is
 * bound crosses into the store for a microsecond, as much as SQL itself needs for it.
 */
export class PackedRows {
  /** What is written behind the last row becomes the next one at `end`. */
  readonly bytes = new Bytes()
  private readonly ends: number[] = []
  private readonly seqs: number[] = []

  get count(): number {
    return this.ends.length
  }

  private get end(): number {
    return this.ends.at(-1) ?? 0
  }

  /** Begins a row anew; gives where to write it. */
  begin(): Bytes {
    this.bytes.length = this.end
    return this.bytes
  }

  finish(seq: number): void {
    this.ends.push(this.bytes.length)
    this.seqs.push(seq)
  }

  add(bytes: Buffer, seq: number): void {
    this.begin().append(bytes)
    this.finish(seq)
  }

  /** What was written of the row that was begun. */
  begun(): Buffer {
    return this.bytes.buffer.subarray(this.end, this.bytes.length)
  }

  /** One by one, in the order of writing. */
  *rows(): Generator<[bytes: Buffer, seq: number]> {
    let from = 0
    for (const [i, end] of this.ends.entries()) {
      yield [this.bytes.buffer.subarray(from, end), this.seqs[i] ?? 0]
      from = end
    }
  }

  /** The parameters of a statement that reads PACKED. */
  parameters(): [SqlValue, SqlValue, SqlValue] {
    const places = new Bytes()
    places.reserve(this.count * PLACE_BYTES)
    let from = 0
    for (const [i, end] of this.ends.entries()) {
      places.decimal(from + 1, OFFSET_DIGITS)
      places.decimal(end - from, OFFSET_DIGITS)
      places.decimal(this.seqs[i] ?? 0, SEQ_DIGITS)
      from = end
    }
    return [this.bytes.buffer.subarray(0, from), places.written(), this.count]
  }

  clear(): void {
    this.ends.length = 0
    this.seqs.length = 0
    this.bytes.length = 0
  }
}
