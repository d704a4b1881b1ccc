import { Bytes } from './bytes'
import { rankOf } from './order'
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

const scratch = new Bytes()

/** The key of one value; `undefined` is an empty array's. */
export function keyOf(value: Value | undefined): Buffer {
  scratch.length = 0
  putKey(scratch, value)
  return Buffer.from(scratch.written())
}

/** Writes the key of one value behind what is there. */
export function putKey(bytes: Bytes, value: Value | undefined): void {
  bytes.byte(rankOf(value))
  putPayload(bytes, value)
}

/** Writes the key of a field that is indexed from high to low. */
export function putInverted(bytes: Bytes, value: Value | undefined): void {
  const from = bytes.length
  putKey(bytes, value)
  const { buffer, length } = bytes
  for (let i = from; i < length; i++) buffer[i] = 0xff - (buffer[i] ?? 0)
}

/** The same of a key that is there. */
export function inverted(bytes: Buffer): Buffer {
  const out = Buffer.allocUnsafe(bytes.length)
  for (let i = 0; i < bytes.length; i++) out[i] = 0xff - (bytes[i] ?? 0)
  return out
}

/**
 * All keys of one rank: from here, behind a rank that no value has (one that ends with the rank itself would, from high to
 * low, leave out what begins with zeros: an empty text or document, false) …
 */
export const rankStart = (rank: number): KeyBound => ({ bytes: Buffer.from([rank - 1]), after: true })
/** … to before here. */
export const rankEnd = (rank: number): KeyBound => ({ bytes: Buffer.from([rank + 1]), after: false })

/** The bytes that a bound compares as: no key has 0xff where a new value begins. */
export function boundBytes(prefix: Buffer, { bytes, after }: KeyBound): Buffer {
  return Buffer.concat(after ? [prefix, bytes, BEHIND] : [prefix, bytes])
}

/** The order of two bounds, as that of their bytes. */
export function compareBounds(a: KeyBound, b: KeyBound): number {
  const length = Math.min(a.bytes.length, b.bytes.length)
  const order = a.bytes.compare(b.bytes, 0, length, 0, length)
  if (order !== 0) return order
  // One of them begins with the other: what comes next decides, and nothing is less than any byte.
  return nextOf(a, length) - nextOf(b, length) || a.bytes.length - b.bytes.length
}

const nextOf = ({ bytes, after }: KeyBound, at: number): number => bytes[at] ?? (after ? 0xff : -1)

const BEHIND = Buffer.from([0xff])

function putPayload(bytes: Bytes, value: Value | undefined): void {
  if (value === undefined || value === null) return
  if (typeof value === 'string') putText(bytes, value)
  else if (typeof value === 'number') putNumber(bytes, value)
  else if (typeof value === 'boolean') bytes.byte(value ? 1 : 0)
  else if (value instanceof Date) putNumber(bytes, value.getTime())
  else if (value instanceof RegExp) {
    putText(bytes, value.source)
    putText(bytes, value.flags)
  } else if (Array.isArray(value)) {
    for (const item of value) putKey(bytes, item)
    bytes.byte(0)
  } else if (isDoc(value)) {
    for (const name of Object.keys(value)) {
      const field = value[name] ?? null
      bytes.byte(rankOf(field))
      putText(bytes, name)
      putPayload(bytes, field)
    }
    bytes.byte(0)
  }
}

// A NUL inside is 00 FF, the end 00 00: what is shorter sorts first.
function putText(bytes: Bytes, text: string): void {
  // The common key is ASCII, an _id or a short name: written here it costs less than the call that encodes it.
  bytes.reserve(text.length + 2)
  const { buffer, length } = bytes
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit === 0 || unit > 0x7f) {
      putAnyText(bytes, text)
      return
    }
    buffer[length + i] = unit
  }
  buffer[length + text.length] = 0
  buffer[length + text.length + 1] = 0
  bytes.length += text.length + 2
}

function putAnyText(bytes: Bytes, text: string): void {
  if (text.includes('\0'))
    for (const byte of Buffer.from(text)) {
      bytes.byte(byte)
      if (byte === 0) bytes.byte(0xff)
    }
  else bytes.text(text)
  bytes.byte(0)
  bytes.byte(0)
}

// IEEE 754 sorts as bytes once the sign is flipped (positive) or all bits are (negative); NaN is below all.
function putNumber(bytes: Bytes, value: number): void {
  bytes.reserve(8)
  const { buffer, length } = bytes
  bytes.length += 8
  if (Number.isNaN(value)) {
    buffer.fill(0, length, length + 8)
    return
  }
  buffer.writeDoubleBE(value === 0 ? 0 : value, length)
  if (value < 0) for (let i = length; i < length + 8; i++) buffer[i] = 0xff - (buffer[i] ?? 0)
  else buffer[length] = (buffer[length] ?? 0) | 0x80
}
