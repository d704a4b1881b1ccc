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

/** Collects documents and gives back the first `count` of them in order; equal ones as they came. */
export class Sorter<T extends { doc: Doc }> {
  private rows: { row: T; keys: SortValue[] }[] = []
  private readonly paths: readonly (readonly [Path, 1 | -1])[]

  constructor(
    order: Order,
    private readonly count: number,
  ) {
    this.paths = order.map(([field, direction]) => [pathOf(field), direction] as const)
  }

  add(row: T): void {
    this.rows.push({ row, keys: this.paths.map(([path, direction]) => sortValue(row.doc, path, direction)) })
    // Only the best are kept, so that sorting a large collection does not hold it in memory.
    if (this.rows.length > 2 * this.count + 1000) this.cut()
  }

  sorted(): T[] {
    this.cut()
    return this.rows.map(({ row }) => row)
  }

  private cut(): void {
    this.rows.sort((a, b) => this.compareKeys(a.keys, b.keys))
    this.rows.length = Math.min(this.rows.length, this.count)
  }

  private compareKeys(a: SortValue[], b: SortValue[]): number {
    for (const [i, [, direction]] of this.paths.entries()) {
      const order = compareSorted(a[i], b[i]) * direction
      if (order !== 0) return order
    }
    return 0
  }
}
