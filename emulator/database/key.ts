import { RANK, rankOf } from './order'
import { isDoc, type Value } from './values'

/**
 * Values as bytes whose plain order is MongoDB's order (order.ts), for the key columns of SQL tables. No key is the
 * beginning of another one, so that keys of several fields are simply joined.
 */

/** One end of a range of keys: before (or, with `after`, behind) everything that begins with `bytes`. */
export interface KeyBound {
  bytes: Buffer
  after: boolean
}

/** The key of one value; `undefined` is an empty array's. */
export function keyOf(value: Value | undefined): Buffer {
  if (typeof value === 'string') return textKey(value)
  const bytes: number[] = []
  put(bytes, value)
  return Buffer.from(bytes)
}

/** The key of a field that is indexed from high to low. */
export function inverted(bytes: Buffer): Buffer {
  const out = Buffer.allocUnsafe(bytes.length)
  for (let i = 0; i < bytes.length; i++) out[i] = 0xff - (bytes[i] ?? 0)
  return out
}

/** All keys of one rank: from here … */
export const rankStart = (rank: number): KeyBound => ({ bytes: Buffer.from([rank]), after: false })
/** … to before here. */
export const rankEnd = (rank: number): KeyBound => ({ bytes: Buffer.from([rank + 1]), after: false })

/** The bytes that a bound compares as: no key has 0xff where a new value begins. */
export function boundBytes(prefix: Buffer, { bytes, after }: KeyBound): Buffer {
  return Buffer.concat(after ? [prefix, bytes, BEHIND] : [prefix, bytes])
}

const BEHIND = Buffer.from([0xff])

// The common key: an _id or a short name without a NUL.
function textKey(text: string): Buffer {
  if (text.includes('\0')) {
    const bytes: number[] = []
    put(bytes, text)
    return Buffer.from(bytes)
  }
  const length = Buffer.byteLength(text)
  const key = Buffer.allocUnsafe(length + 3)
  key[0] = RANK.string
  key.write(text, 1)
  key[length + 1] = 0
  key[length + 2] = 0
  return key
}

function put(bytes: number[], value: Value | undefined): void {
  bytes.push(rankOf(value))
  putPayload(bytes, value)
}

function putPayload(bytes: number[], value: Value | undefined): void {
  if (value === undefined || value === null) return
  if (typeof value === 'string') putText(bytes, value)
  else if (typeof value === 'number') putNumber(bytes, value)
  else if (typeof value === 'boolean') bytes.push(value ? 1 : 0)
  else if (value instanceof Date) putNumber(bytes, value.getTime())
  else if (value instanceof RegExp) {
    putText(bytes, value.source)
    putText(bytes, value.flags)
  } else if (Array.isArray(value)) {
    for (const item of value) put(bytes, item)
    bytes.push(0)
  } else if (isDoc(value)) {
    for (const name of Object.keys(value)) {
      const field = value[name] ?? null
      bytes.push(rankOf(field))
      putText(bytes, name)
      putPayload(bytes, field)
    }
    bytes.push(0)
  }
}

// A NUL inside is 00 FF, the end 00 00: what is shorter sorts first.
function putText(bytes: number[], text: string): void {
  for (const byte of Buffer.from(text)) {
    bytes.push(byte)
    if (byte === 0) bytes.push(0xff)
  }
  bytes.push(0, 0)
}

const DOUBLE = Buffer.alloc(8)

// IEEE 754 sorts as bytes once the sign is flipped (positive) or all bits are (negative); NaN is below all.
function putNumber(bytes: number[], value: number): void {
  if (Number.isNaN(value)) {
    for (let i = 0; i < 8; i++) bytes.push(0)
    return
  }
  DOUBLE.writeDoubleBE(value === 0 ? 0 : value)
  const isNegative = value < 0
  for (let i = 0; i < 8; i++) {
    const byte = DOUBLE[i] ?? 0
    bytes.push(isNegative ? 0xff - byte : i === 0 ? byte | 0x80 : byte)
  }
}
