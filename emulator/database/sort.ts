import { invalidParam } from './failure'
import { compare } from './order'
import { pathOf, valuesAt, type Path } from './paths'
import type { Doc, Value } from './values'

/** Fields in their order, each upwards (1) or downwards (-1). */
export type Order = readonly (readonly [field: string, direction: 1 | -1])[]

export function orderOf(spec: Doc): Order {
  return Object.entries(spec).map(([field, direction]) => {
    if (direction !== 1 && direction !== -1)
      throw invalidParam(`the order of ${field} is ${JSON.stringify(direction)}; it is 1 or -1`)
    return [field, direction] as const
  })
}

/** A value that sorts below null: an empty array's. */
type SortValue = Value | undefined

const compareSorted = (a: SortValue, b: SortValue): number =>
  a === undefined || b === undefined ? Number(b === undefined) - Number(a === undefined) : compare(a, b)

/** The value by which a document is sorted: of an array its smallest element upwards, its largest downwards. */
function sortValue(doc: Doc, path: Path, direction: 1 | -1): SortValue {
  const { values } = valuesAt(doc, path)
  let best = values[0]
  for (const value of values) if (compareSorted(value, best) * direction < 0) best = value
  return best
}

/** What documents are compared by in an order. */
export class Sorting {
  private readonly paths: readonly (readonly [Path, 1 | -1])[]

  constructor(order: Order) {
    this.paths = order.map(([field, direction]) => [pathOf(field), direction] as const)
  }

  keysOf(doc: Doc): SortValue[] {
    return this.paths.map(([path, direction]) => sortValue(doc, path, direction))
  }

  compare(a: readonly SortValue[], b: readonly SortValue[]): number {
    for (const [i, [, direction]] of this.paths.entries()) {
      const order = compareSorted(a[i], b[i]) * direction
      if (order !== 0) return order
    }
    return 0
  }
}

/** Collects documents and gives back the first `count` of them in order; equal ones as they came. */
export class Sorter<T extends { doc: Doc }> {
  private rows: { row: T; keys: SortValue[] }[] = []
  private readonly sorting: Sorting

  constructor(
    order: Order,
    private readonly count: number,
  ) {
    this.sorting = new Sorting(order)
  }

  add(row: T): void {
    this.rows.push({ row, keys: this.sorting.keysOf(row.doc) })
    // Only the best are kept, so that sorting a large collection does not hold it in memory.
    if (this.rows.length > 2 * this.count + 1000) this.cut()
  }

  sorted(): T[] {
    this.cut()
    return this.rows.map(({ row }) => row)
  }

  private cut(): void {
    this.rows.sort((a, b) => this.sorting.compare(a.keys, b.keys))
    this.rows.length = Math.min(this.rows.length, this.count)
  }
}

/** Rows that come in order, as one: equal ones of an earlier source first. */
export function* merged<T extends { doc: Doc }>(sources: readonly Iterator<T>[], order: Order): Generator<T> {
  const sorting = new Sorting(order)
  const heads = sources.flatMap((source) => {
    const next = source.next()
    return next.done === true ? [] : [{ source, row: next.value, keys: sorting.keysOf(next.value.doc) }]
  })
  for (;;) {
    let [first] = heads
    if (first === undefined) return
    for (const head of heads) if (sorting.compare(head.keys, first.keys) < 0) first = head
    yield first.row
    const next = first.source.next()
    if (next.done === true) heads.splice(heads.indexOf(first), 1)
    else {
      first.row = next.value
      first.keys = sorting.keysOf(next.value.doc)
    }
  }
}
