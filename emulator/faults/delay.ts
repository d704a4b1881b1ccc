import * as z from 'zod'

const ms = z.number().min(0).max(3_600_000).optional()

/** How long a call is held up, in real milliseconds; the fields that are given tell the distribution. */
export const delayFields = { ms, minMs: ms, maxMs: ms, meanMs: ms }
export type Delay = z.output<z.ZodObject<typeof delayFields>>

/** The fields of each distribution; `optional` ones may be left out. */
const DISTRIBUTIONS = [
  { name: 'fixed', fields: ['ms'], optional: [] },
  { name: 'uniform', fields: ['minMs', 'maxMs'], optional: [] },
  { name: 'exponential', fields: ['meanMs'], optional: ['maxMs'] },
] as const

export const DELAY_HELP =
  'give ms (fixed), minMs and maxMs (uniform, minMs not above maxMs), or meanMs and perhaps maxMs (exponential)'

/** True when the fields are those of one distribution. */
export function isDelay(delay: Delay): boolean {
  const given = Object.keys(delayFields).filter((name) => name in delay && fieldOf(delay, name) !== undefined)
  const fits = DISTRIBUTIONS.some(({ fields, optional }) => {
    const allowed: readonly string[] = [...fields, ...optional]
    return fields.every((name) => given.includes(name)) && given.every((name) => allowed.includes(name))
  })
  return fits && (delay.minMs ?? 0) <= (delay.maxMs ?? Infinity)
}

/** One draw of the distribution, in milliseconds. */
export function drawDelay({ ms, minMs = 0, maxMs = Infinity, meanMs }: Delay, random: () => number): number {
  if (ms !== undefined) return ms
  // 1 - u is never 0, so that the logarithm is finite.
  if (meanMs !== undefined) return Math.min(-Math.log(1 - random()) * meanMs, maxMs)
  return minMs + random() * (maxMs - minMs)
}

function fieldOf(delay: Delay, name: string): unknown {
  return Object.entries(delay).find(([key]) => key === name)?.[1]
}
