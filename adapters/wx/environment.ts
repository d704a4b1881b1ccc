/**
 * The environment as a plain object. The SDK asks `process.env` some fifteen times a call, and Node's own object goes
 * to the system for each answer: without that a send costs a seventh less (wire.md §8).
 */

type Environment = Record<string, string | undefined>

/** Node's own object: what the platform's runtime may have kept. */
const system: Environment = process.env
let seen: Environment = {}

/**
 * Before each invocation: the platform writes its variables anew (identity, credentials), into whichever of both
 * objects its runtime holds. What is new in either is in `process.env` afterwards.
 */
export function refreshEnvironment(): void {
  const now: Environment = { ...system }
  const next: Environment = process.env === system ? {} : { ...process.env }
  for (const name of Object.keys(seen)) if (!(name in now)) delete next[name]
  for (const [name, value] of Object.entries(now)) if (seen[name] !== value) next[name] = value
  seen = now
  process.env = next
}
