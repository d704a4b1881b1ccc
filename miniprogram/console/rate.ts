/** A rate as it is typed: messages per second, fractions too. The limits are the service's own (core/contract.ts). */
const LEAST = 0.01
const MOST = 10_000

/** Null is no limit (nothing was typed); undefined is no rate. */
export function readRate(text: string): number | null | undefined {
  const typed = text.trim()
  if (typed === '') return null
  const rate = Number(typed)
  return rate >= LEAST && rate <= MOST ? rate : undefined
}
