import { setTimeout as sleep } from 'node:timers/promises'
import type { Effect, Faults } from '../faults'
import { type Answer, DROP, HANG } from '../http'

/** What a faulty request can be made of. */
export interface Faulty {
  run: () => Promise<Answer>
  /** The answer of a refusal with this errcode or code. */
  refuse: (effect: Extract<Effect, { kind: 'errcode' | 'code' }>) => Answer
  /** Kills the instance that calls. */
  kill: () => void
}

/** Runs a request as the effect wants it; without one, as it is. */
export async function underFault(
  faults: Faults,
  effect: Effect | undefined,
  { run, refuse, kill }: Faulty,
): Promise<Answer> {
  if (effect?.kind === 'errcode' || effect?.kind === 'code') return refuse(effect)
  if (effect?.kind === 'delay')
    // Unref: a delay that is still running does not hold up the end of the process.
    await sleep(faults.delayOf(effect), undefined, { ref: false })
  // Other effects are those of timers and pushes.
  if (effect?.kind !== 'drop' && effect?.kind !== 'hang' && effect?.kind !== 'kill') return run()
  if (effect.when === 'after') await run()
  if (effect.kind === 'kill') kill()
  return effect.kind === 'hang' ? HANG : DROP
}
