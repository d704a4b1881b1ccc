import { createHash } from 'node:crypto'

/** A JSON text in which the order of keys does not count. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}

/** SHA-256 as hex; `length` hex digits of it. */
export function hash(text: string, length = 64): string {
  return createHash('sha256').update(text).digest('hex').slice(0, length)
}
