/** Virtual time: what is due first happens first, and everything it sets off in microtasks is over before the next. */
import { runMicrotasks } from './microtasks'

interface Entry {
  at: number
  order: number
  run: () => void
  /** Whether nothing goes on in microtasks when it is over. */
  isAside: boolean
}

export class Schedule {
  private made = 0
  /** A binary heap by time, then by order of making. */
  private readonly heap: Entry[] = []

  /** `time` is epoch milliseconds. */
  constructor(private time: number) {}

  now = (): number => this.time

  /** Runs `run` after so many milliseconds. */
  after(ms: number, run: () => void): void {
    this.put(ms, run, false)
  }

  /** The same, of something that settles no promise: an effect of which nobody is told in this step. */
  aside(ms: number, run: () => void): void {
    this.put(ms, run, true)
  }

  wait(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve))
  }

  /** Runs until nothing is left, the time is reached, or `isOver` says so; `each` is called after every step. */
  runUntil(end: number, each: () => void, isOver: () => boolean = () => false): Promise<void> {
    return new Promise((resolve, reject) => {
      const run = () => {
        try {
          while (!isOver()) {
            const entry = this.pop(end)
            if (!entry) break
            this.time = entry.at
            entry.run()
            if (!entry.isAside) runMicrotasks()
            each()
          }
          resolve()
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)))
        }
      }
      // In a macrotask of its own: the caller may be a microtask, in which others cannot be run to their end.
      setImmediate(run)
    })
  }

  private put(ms: number, run: () => void, isAside: boolean): void {
    this.push({ at: this.time + Math.max(0, ms), order: (this.made += 1), run, isAside })
  }

  private push(entry: Entry): void {
    const { heap } = this
    let at = heap.push(entry) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      const above = heap[parent]
      if (!above || isBefore(above, entry)) break
      heap[at] = above
      at = parent
    }
    heap[at] = entry
  }

  private pop(end: number): Entry | undefined {
    const { heap } = this
    const first = heap[0]
    if (!first || first.at > end) return undefined
    const last = heap.pop()
    if (!last || heap.length === 0) return first
    let at = 0
    for (;;) {
      const left = heap[2 * at + 1]
      const right = heap[2 * at + 2]
      const least = right && left && isBefore(right, left) ? right : left
      if (!least || isBefore(last, least)) break
      heap[at] = least
      at = least === left ? 2 * at + 1 : 2 * at + 2
    }
    heap[at] = last
    return first
  }
}

const isBefore = (a: Entry, b: Entry) => a.at < b.at || (a.at === b.at && a.order < b.order)
