import type { Processes } from './processes'

export type Unit = 'ms' | 'µs' | 's' | 'KB' | 'MiB' | 'per s' | 'calls' | '%'

/** One line of a result: what was measured, what was measured beside it in the same run, and the goal. */
export interface Figure {
  /** Its name in the JSON line. */
  name: string
  what: string
  value: number
  unit: Unit
  /** The same of something else. */
  beside?: { what: string; value: number }
  /** value / beside, the median of the rounds' own ratios. */
  ratio?: number
  goal?: Goal
}

export interface Goal {
  of: 'ratio' | 'value'
  /** A goal is an upper limit (`atMost`) or a lower one. */
  is: 'at most' | 'at least'
  limit: number
}

export interface BenchmarkContext {
  /** How much there is of what the benchmark grows with: documents, people. */
  size: number
  /** How often each figure is measured; medians are shown. */
  rounds: number
  /** An empty folder that is removed afterwards. */
  folder: string
  processes: Processes
  /** Says what is being done. */
  step: (text: string) => void
}

/** One `npm run bench -- <name>`. */
export interface Benchmark {
  about: string
  /** What `--size` counts. */
  sizeOf: string
  defaults: { size: number; rounds: number }
  run(context: BenchmarkContext): Promise<Figure[]>
}

/** Whether a figure is what was wanted of it; undefined without a goal. */
export function isMet({ goal, ratio, value }: Figure): boolean | undefined {
  if (goal === undefined) return undefined
  const judged = goal.of === 'ratio' ? (ratio ?? Number.NaN) : value
  return goal.is === 'at most' ? judged <= goal.limit : judged >= goal.limit
}
