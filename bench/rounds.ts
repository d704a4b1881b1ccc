/** The middle of an odd number of values; of an even number the mean of the middle two. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  const high = sorted[Math.floor(middle)] ?? Number.NaN
  return Number.isInteger(middle) ? (high + (sorted[middle - 1] ?? high)) / 2 : high
}

/** One round: the same quantity of ours and of what stands beside it. */
export interface Pair {
  value: number
  beside: number
}

/**
 * Measures both sides once per round, the one first that was second before: a machine that grows slower, or a
 * neighbour's load, then falls on both. A first round warms up and is not counted.
 */
export async function alternate(
  rounds: number,
  ours: () => number | Promise<number>,
  beside: () => number | Promise<number>,
): Promise<Pair[]> {
  const pairs: Pair[] = []
  for (let round = 0; round <= rounds; round++) {
    const isOursFirst = round % 2 === 0
    const first = await (isOursFirst ? ours() : beside())
    const second = await (isOursFirst ? beside() : ours())
    if (round > 0)
      pairs.push(isOursFirst ? { value: first, beside: second } : { value: second, beside: first })
  }
  return pairs
}

/** Medians of both sides, and the median of the ratios within a round: load that comes and goes changes it least. */
export function medians(pairs: readonly Pair[]): { value: number; beside: number; ratio: number } {
  return {
    value: median(pairs.map(({ value }) => value)),
    beside: median(pairs.map(({ beside }) => beside)),
    ratio: median(pairs.map(({ value, beside }) => value / beside)),
  }
}
