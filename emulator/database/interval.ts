import { compareBounds, keyOf, rankEnd, rankStart, type KeyBound } from './key'
import { RANK, rankOf } from './order'
import { isOperators } from './filter'
import type { Value } from './values'

/** A range of the keys of one field, upwards. */
export interface Interval {
  from: KeyBound
  to: KeyBound
}

export const pointAt = (value: Value): Interval => {
  const bytes = keyOf(value)
  return { from: { bytes, after: false }, to: { bytes, after: true } }
}

export const isPoint = ({ from, to }: Interval): boolean =>
  !from.after && to.after && from.bytes.equals(to.bytes)

/**
 * The keys that a condition selects, sorted and apart, exactly: a document without arrays at the field matches when its
 * key is in one of them. Undefined when keys cannot tell.
 */
export function intervalsOf(operator: string, operand: Value): Interval[] | undefined {
  if (operator === '$in') {
    if (!Array.isArray(operand) || !operand.every(isSingle)) return undefined
    const points = operand.map(pointAt).sort((a, b) => compareBounds(a.from, b.from))
    return points.filter((point, at) => at === 0 || !points[at - 1]?.from.bytes.equals(point.from.bytes))
  }
  if (!isSingle(operand)) return undefined
  if (operator === '$eq') return [pointAt(operand)]
  const isInclusive = operator === '$gte' || operator === '$lte'
  if (operator !== '$gt' && operator !== '$lt' && !isInclusive) return undefined
  // Only null is as great as null, and nothing is greater or less.
  if (operand === null) return isInclusive ? [pointAt(null)] : []
  if (Number.isNaN(operand)) return undefined
  const bytes = keyOf(operand)
  const rank = rankOf(operand)
  if (operator === '$gt' || operator === '$gte')
    return [{ from: { bytes, after: operator === '$gt' }, to: rankEnd(rank) }]
  // NaN is the least of numbers in an index, and less than nothing in a query.
  const from = rank === RANK.number ? { bytes: keyOf(Number.NaN), after: true } : rankStart(rank)
  return [{ from, to: { bytes, after: operator === '$lte' } }]
}

// Arrays are held by their elements and regular expressions select texts: neither is told by one key.
const isSingle = (value: Value): boolean =>
  !Array.isArray(value) && !(value instanceof RegExp) && !isOperators(value)

/** What is in both lists; both are sorted and apart. */
export function intersect(a: readonly Interval[], b: readonly Interval[]): Interval[] {
  const both: Interval[] = []
  for (const one of a)
    for (const other of b) {
      const from = compareBounds(one.from, other.from) > 0 ? one.from : other.from
      const to = compareBounds(one.to, other.to) < 0 ? one.to : other.to
      if (compareBounds(from, to) < 0) both.push({ from, to })
    }
  return both
}
