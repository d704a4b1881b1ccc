import type { ErrorCode, Fault } from './contract'

/** A fault before it is put into words: `facts` fill the sentence of `problem` in core/sentences.ts. */
export interface FoundFault extends Omit<Fault, 'message'> {
  facts: Record<string, unknown>
}

/** A refusal: the caller can act on it. Anything else that is thrown is a bug and replied as INTERNAL. */
export class ServiceError extends Error {
  constructor(
    readonly code: ErrorCode,
    readonly facts: Record<string, unknown> = {},
    readonly faults: FoundFault[] = [],
    options?: { cause?: unknown },
  ) {
    super(
      `${code} ${JSON.stringify(facts)}${faults.map((f) => `; ${f.path}: ${f.problem}`).join('')}`,
      options,
    )
    this.name = 'ServiceError'
  }
}
