/** What many seeds have met together. */
import type { Result } from './world'

export interface Coverage {
  seeds: number
  steps: number
  faults: Record<string, number>
  /** Instances killed while this port call was awaited. */
  crashed: Record<string, number>
  /** What campaigns, pages and lanes went through. */
  transitions: Record<string, number>
  /** People by what became of them. */
  outcomes: Record<string, number>
}

/** Without a prototype it is a table from the beginning: the names of a seed come in any order. */
const noCounts = () => Object.create(null) as Record<string, number>

export const nothing = (): Coverage => ({
  seeds: 0,
  steps: 0,
  faults: noCounts(),
  crashed: noCounts(),
  transitions: noCounts(),
  outcomes: noCounts(),
})

const counted = ['faults', 'crashed', 'transitions', 'outcomes'] as const

export function count(counts: Record<string, number>, name: string, times = 1): void {
  counts[name] = (counts[name] ?? 0) + times
}

export function merge(coverage: Coverage, more: Coverage): void {
  coverage.seeds += more.seeds
  coverage.steps += more.steps
  for (const kind of counted)
    for (const [name, times] of Object.entries(more[kind])) count(coverage[kind], name, times)
}

export const isBroken = ({ broken }: Result) => Object.keys(broken).length > 0

/** The story of a seed that broke a promise, to be replayed by its number. */
export const breachesOf = ({ seed, broken, atMs }: Result): string[] =>
  Object.entries(broken).map(
    ([promise, what]) => `seed ${seed} at ${(atMs / 1000).toFixed(1)} s: ${promise}: ${what.join(', ')}`,
  )
