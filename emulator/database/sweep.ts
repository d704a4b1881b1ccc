import type { Collection } from './collection'
import type { Row } from './rows'
import { decodeStored } from './ejson'
import { type Excerpt, excerptsFor } from './excerpt'
import { type Condition, type Test, testOf } from './filter'
import { idRows, type Match } from './find'
import { planOf, type Plan } from './plan'
import type { Writer } from './writer'

/** Documents of one commit: a millisecond of work, behind which other requests have their turn. */
const AT_ONCE = 25

/**
 * Works on all documents that match, some at a time, so that others are answered meanwhile. Each document is judged when
 * its turn comes and met once at most, even where the work changes what it is found by; whether one is met that begins to
 * match meanwhile is not promised (https://www.mongodb.com/docs/manual/core/write-operations-atomicity/).
 */
export class Sweeps {
  private readonly running = new Set<Promise<unknown>>()

  constructor(private readonly writer: Writer) {}

  /**
   * Resolves with how many matched, when all of them are safe. A refusal ends it; what was done before stays. Where the
   * work changes no more than fields of these names, it may be given excerpts of documents.
   */
  run(
    collection: Collection,
    conditions: readonly Condition[],
    work: (matches: readonly Match[]) => unknown,
    changed?: ReadonlySet<string>,
  ): Promise<number> {
    return this.noted(this.sweep(collection, conditions, work, changed))
  }

  /** Works on these in their order, some at a time. A refusal ends it; what was done before stays. */
  each<T>(items: readonly T[], work: (some: readonly T[]) => unknown): Promise<void> {
    return this.noted(this.inTurns(items, work))
  }

  /** Resolves when none is under way any more. */
  async ended(): Promise<void> {
    await Promise.allSettled(this.running)
  }

  private noted<T>(work: Promise<T>): Promise<T> {
    const ended = work.finally(() => this.running.delete(ended))
    this.running.add(ended)
    return ended
  }

  private async inTurns<T>(items: readonly T[], work: (some: readonly T[]) => unknown): Promise<void> {
    for (let from = 0; from < items.length; from += AT_ONCE)
      await this.writer.submit(() => work(items.slice(from, from + AT_ONCE)))
  }

  private async sweep(
    collection: Collection,
    conditions: readonly Condition[],
    work: (matches: readonly Match[]) => unknown,
    changed: ReadonlySet<string> | undefined,
  ): Promise<number> {
    const plan = planOf(conditions, [], collection.indexes)
    // What an index gave may lie elsewhere by now.
    const test = plan.isExact && typeof plan.source === 'string' ? undefined : testOf(conditions)
    const reader = rowsOf(collection, plan)
    let matched = 0
    for (let isOver = false; !isOver; ) {
      let taken: Taken | undefined
      matched += await this.writer.submit(() => {
        // Run again where the commit failed that it shared with others: of the same documents, as they are then.
        const rows = taken === undefined ? undefined : reread(collection, taken)
        taken ??= take(reader)
        // Asked each time: an index may have come meanwhile.
        const excerpt = changed && excerptsFor(conditions, changed, collection.indexes)
        const matches = matching(rows ?? taken.rows, test, excerpt)
        work(matches)
        return matches.length
      })
      isOver = taken?.isLast ?? true
    }
    return matched
  }
}

/** Documents that are worked in one commit. */
interface Taken {
  rows: readonly Row[]
  isLast: boolean
}

function take(reader: Generator<Row[]>): Taken {
  const rows: Row[] = []
  while (rows.length < AT_ONCE) {
    const next = reader.next()
    if (next.done === true) return { rows, isLast: true }
    rows.push(...next.value)
  }
  return { rows, isLast: false }
}

const reread = (collection: Collection, { rows }: Taken): Row[] =>
  [
    ...collection.rows.ofSeqs(
      rows.map(({ seq }) => seq),
      AT_ONCE,
    ),
  ].flat()

function matching(
  rows: readonly Row[],
  test: Test | undefined,
  excerpt: ((text: string) => Excerpt | undefined) | undefined,
): Match[] {
  const matches: Match[] = []
  for (const { seq, body } of rows) {
    const read = excerpt?.(body) ?? { doc: test && decodeStored(body) }
    if (read.doc === undefined || test === undefined || test(read.doc)) matches.push({ seq, body, ...read })
  }
  return matches
}

/** What a sweep looks at; nothing is read before it is asked for. */
function* rowsOf(collection: Collection, { source, ranges }: Plan): Generator<Row[]> {
  if (source === 'natural') yield* collection.rows.scan(AT_ONCE, collection.rows.lastSeq())
  else if (source === 'id') yield* idRows(collection, ranges, false, AT_ONCE)
  else {
    // Found before any is changed: the change may move a document to where it would be met again.
    const seqs = new Set(ranges.flatMap((range) => collection.rows.seqsOf(source, range)))
    yield* collection.rows.ofSeqs([...seqs], AT_ONCE)
  }
}
