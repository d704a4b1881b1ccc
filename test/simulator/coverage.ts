import type { Result } from './simulation'

/** What many seeds have met together. */
export interface Coverage {
  seeds: number
  steps: number
  faults: Record<string, number>
  outcomes: Record<string, number>
}

const add = (to: Record<string, number>, from: Record<string, number>) => {
  for (const [name, count] of Object.entries(from)) to[name] = (to[name] ?? 0) + count
}

export function merge(coverage: Coverage, { steps, faults, outcomes }: Result): void {
  coverage.seeds += 1
  coverage.steps += steps
  add(coverage.faults, faults)
  add(coverage.outcomes, outcomes)
}
