import type { Collection } from './collection'
import type { KeyRange, Row } from './rows'
import { decodeStored } from './ejson'
import { type Condition, testOf } from './filter'
import { planOf, type Plan } from './plan'
import { merged, type Order, Sorter } from './sort'
import type { Doc } from './values'

/** What of a collection is asked for. */
export interface Query {
  conditions: readonly Condition[]
  order: Order
  skip: number
  limit: number
}

/** A row that matches; `doc` is its document where reading it was needed. */
export interface Match extends Row {
  doc: Doc | undefined
  /** Where `doc` is an excerpt: the text of the document with what it holds now. */
  spell?: (doc: Doc) => string
}

const CHUNK = 256

/** The rows that match, in the order asked for, from `skip` on, at most `limit`. */
export function find(collection: Collection, { conditions, order, skip, limit }: Query): Match[] {
  if (limit <= 0) return []
  const plan = planOf(conditions, order, collection.indexes)
  const wanted = skip + limit
  // A query that stops early does not read a chunk more than it needs.
  const chunk = plan.isExact && plan.isOrdered ? Math.min(wanted, CHUNK) : CHUNK
  if (!plan.isOrdered && !plan.isOrderedWithin) {
    const sorter = new Sorter<Judged>(order, wanted)
    for (const row of matching(collection, plan, conditions, chunk)) sorter.add(judged(row))
    return sorter.sorted().slice(skip)
  }
  const rows = plan.isOrdered
    ? matching(collection, plan, conditions, chunk)
    : ofEach(collection, plan, conditions, order, wanted)
  const found: Match[] = []
  let passed = 0
  for (const row of rows) {
    if (passed++ < skip) continue
    found.push(row)
    if (found.length === limit) break
  }
  return found
}

/** How many documents match. */
export function count(collection: Collection, conditions: readonly Condition[]): number {
  const plan = planOf(conditions, [], collection.indexes)
  const { source } = plan
  if (plan.isExact) {
    if (source === 'natural') return collection.count()
    return plan.ranges.reduce((sum, range) => sum + collection.countKeys(source, range), 0)
  }
  let total = 0
  for (const _ of matching(collection, plan, conditions, CHUNK)) total += 1
  return total
}

function* matching(
  collection: Collection,
  plan: Plan,
  conditions: readonly Condition[],
  chunk: number,
): Generator<Match> {
  const test = testOf(conditions)
  const seen = hasRepeats(plan) ? new Set<number>() : undefined
  for (const rows of rowsOf(collection, plan, chunk))
    for (const { seq, body } of rows) {
      if (seen !== undefined) {
        if (seen.has(seq)) continue
        seen.add(seq)
      }
      if (plan.isExact) yield { seq, body, doc: undefined }
      else {
        const doc = decodeStored(body)
        if (test(doc)) yield { seq, body, doc }
      }
    }
}

type Judged = Match & { doc: Doc }

const judged = (row: Match): Judged => ({ ...row, doc: row.doc ?? decodeStored(row.body) })

/** Of ranges that are in order each, one row after another: of none is read much more than is among the first. */
function ofEach(
  collection: Collection,
  plan: Plan,
  conditions: readonly Condition[],
  order: Order,
  wanted: number,
): Iterable<Match> {
  const { length } = plan.ranges
  const chunk = Math.min(CHUNK, Math.ceil(wanted / Math.max(1, length)) + 1)
  function* ofOne(range: KeyRange): Generator<Judged> {
    for (const row of matching(collection, { ...plan, ranges: [range] }, conditions, chunk)) yield judged(row)
  }
  return merged(plan.ranges.map(ofOne), order)
}

const hasRepeats = ({ source }: Plan): boolean => typeof source === 'object' && source.isMany

function* rowsOf(
  collection: Collection,
  { source, ranges, isDescending }: Plan,
  chunk: number,
): Generator<Row[]> {
  if (source === 'natural') yield* collection.rows.scan(chunk)
  else if (source === 'id') yield* idRows(collection, ranges, isDescending, chunk)
  else for (const range of ranges) yield* collection.rows.ofIndex(source, range, isDescending, chunk)
}

/** Rows by ranges of `_id`s. */
export function* idRows(
  collection: Collection,
  ranges: readonly KeyRange[],
  isDescending: boolean,
  chunk: number,
): Generator<Row[]> {
  if (ranges.every(isPoint)) {
    yield* collection.rows.ofKeys(
      ranges.map(({ from }) => from),
      chunk,
    )
  } else for (const range of ranges) yield* collection.rows.ofIds(range, isDescending, chunk)
}

/** A range of `_id`s that is one of them: no key is the beginning of another. */
const isPoint = ({ from, to }: KeyRange): boolean => to === undefined && from.length > 0
