import type { Source } from './collection'
import type { KeyRange } from './rows'
import type { Condition } from './filter'
import type { Index } from './index-keys'
import { intersect, intervalsOf, isPoint, type Interval } from './interval'
import { boundBytes, inverted, type KeyBound } from './key'
import type { Order } from './sort'

/** How a query reads its rows. */
export interface Plan {
  source: Source
  /** What is read of `id` or an index, in reading order; nothing else can match. */
  ranges: KeyRange[]
  isDescending: boolean
  /** The rows come in the order that was asked for. */
  isOrdered: boolean
  /** Those of each range do, and the ranges are many: the first of all are among the first of each. */
  isOrderedWithin: boolean
  /** Each row read matches: no condition is left to judge. */
  isExact: boolean
}

/** An index or the `_id`s, as a plan weighs them. */
interface Candidate {
  source: 'id' | Index
  keys: Order
  isMany: boolean
}

const BY_ID: Candidate = { source: 'id', keys: [['_id', 1]], isMany: false }

// Ranges of one plan at most when the values of several `in` lists are multiplied with each other.
const MAX_PRODUCT = 1000

/** Chooses what to read: by most of the conditions, then by the order; else all documents as they were inserted. */
export function planOf(conditions: readonly Condition[], order: Order, indexes: readonly Index[]): Plan {
  let best: { plan: Plan; score: number } = {
    plan: {
      source: 'natural',
      ranges: [],
      isDescending: false,
      isOrdered: order.length === 0,
      isOrderedWithin: false,
      isExact: conditions.length === 0,
    },
    score: 0,
  }
  const fields = new Map<string, Interval[][]>()
  for (const condition of conditions) {
    if (condition.kind !== 'field') continue
    const intervals = intervalsOf(condition.operator, condition.operand)
    if (intervals !== undefined)
      fields.set(condition.path, [...(fields.get(condition.path) ?? []), intervals])
  }
  // At most one document has an _id: nothing reads less.
  const byId = weigh(BY_ID, conditions.length, fields, order)
  if (byId.isOne) return byId.plan
  if (byId.score > best.score) best = byId
  for (const index of indexes) {
    const candidate = { source: index, keys: index.keys, isMany: index.isMany }
    const weighed = weigh(candidate, conditions.length, fields, order)
    if (weighed.score > best.score) best = weighed
  }
  return best.plan
}

const POINT = 10
const RANGE = 4
const ORDER = 3

function weigh(
  { source, keys, isMany }: Candidate,
  conditions: number,
  fields: ReadonlyMap<string, Interval[][]>,
  order: Order,
): { plan: Plan; score: number; isOne: boolean } {
  let prefixes: Buffer[] = [Buffer.alloc(0)]
  let ranges: KeyRange[] | undefined
  let used = 0
  let score = 0
  const fixed = new Set<string>()
  /** Fields that are held to one value in each range. */
  const held = new Set<string>()
  for (const [field, direction] of keys) {
    const lists = fields.get(field)
    const [first] = lists ?? []
    if (lists === undefined || first === undefined) break
    // With arrays each condition may be met by another element: only one of them, on the first field, bounds the keys.
    const intervals = isMany ? first : lists.reduce((all, list) => intersect(all, list))
    if (prefixes.length > 1 && prefixes.length * intervals.length > MAX_PRODUCT) break
    used += lists.length
    const directed = direction === 1 ? intervals : intervals.map(backwards).reverse()
    if (directed.every(isPoint)) {
      score += POINT
      held.add(field)
      if (directed.length === 1) fixed.add(field)
      prefixes = prefixes.flatMap((prefix) =>
        directed.map(({ from }) => (prefix.length === 0 ? from.bytes : Buffer.concat([prefix, from.bytes]))),
      )
    } else {
      score += RANGE
      ranges = prefixes.flatMap((prefix) =>
        directed.map(({ from, to }) => ({ from: boundBytes(prefix, from), to: boundBytes(prefix, to) })),
      )
    }
    if (ranges !== undefined || isMany) break
  }
  ranges ??= prefixes.map((prefix) => ({ from: prefix, to: undefined }))
  const whole = isMany ? undefined : fitOf(keys, fixed, order)
  const within = isMany ? undefined : fitOf(keys, held, order)
  const fit = whole ?? within
  const isDescending = fit === 'descending'
  return {
    plan: {
      source,
      ranges: isDescending ? ranges.reverse() : ranges,
      isDescending,
      isOrdered: order.length === 0 || whole !== undefined,
      isOrderedWithin: whole === undefined && within !== undefined,
      isExact: !isMany && used === conditions,
    },
    score: score + (order.length > 0 && fit !== undefined ? ORDER : 0),
    isOne: source === 'id' && fixed.size === 1,
  }
}

const backwards = ({ from, to }: Interval): Interval => ({ from: turned(to), to: turned(from) })
const turned = ({ bytes, after }: KeyBound): KeyBound => ({ bytes: inverted(bytes), after: !after })

/** Whether reading the keys up or down gives the order asked for; fields held to one value do not matter. */
function fitOf(
  keys: Order,
  fixed: ReadonlySet<string>,
  order: Order,
): 'ascending' | 'descending' | undefined {
  const wanted = order.filter(([field]) => !fixed.has(field))
  const given = keys.filter(([field]) => !fixed.has(field))
  let isDescending: boolean | undefined
  for (const [i, [field, direction]] of wanted.entries()) {
    const key = given[i]
    if (key === undefined || key[0] !== field) return undefined
    const isOpposite = key[1] !== direction
    if (isDescending !== undefined && isDescending !== isOpposite) return undefined
    isDescending = isOpposite
  }
  return isDescending === true ? 'descending' : 'ascending'
}
