import type { CallFault, Faults, Refusal, Subject } from '../faults'
import { type Answer, DROP, HANG } from '../http'

/** What a faulty call can be made of. */
export interface Faulty {
  run: () => Promise<Answer>
  /** The answer of a refusal. */
  refuse: (refusal: Refusal) => Answer
  /** Kills the instance that calls. */
  kill: () => void
}

/** Runs a call with what befalls it; where nothing does, as it is. */
export async function underFault(faults: Faults, subject: Subject, faulty: Faulty): Promise<Answer> {
  const mishap = faults.callOf(subject)
  if (mishap === undefined) return faulty.run()
  const { beforeMs, afterMs, fault } = mishap
  if (!(await faults.wait(beforeMs))) return DROP
  if (fault?.when === 'before') return answerOf(fault, faulty)
  // A refusal of the call itself is an answer as any other: it can be late or lost.
  const answered = await settle(faulty.run)
  if (!(await faults.wait(afterMs))) return DROP
  return fault === undefined ? answered() : answerOf(fault, faulty)
}

function answerOf(fault: CallFault, { refuse, kill }: Faulty): Answer {
  if (fault.kind === 'drop') return DROP
  if (fault.kind === 'hang') return HANG
  if (fault.kind !== 'kill') return refuse(fault)
  kill()
  return DROP
}

/** Runs it; what it gave or threw comes when the result is called. */
async function settle(run: () => Promise<Answer>): Promise<() => Answer> {
  try {
    const answer = await run()
    return () => answer
  } catch (error) {
    return () => {
      throw error
    }
  }
}
