import type { Identity } from './identity'
import type { CloudFunction } from './project'

/** An invocation that the gateway may hear from. */
export interface Invocation {
  requestId: string
  definition: CloudFunction
  identity: Identity
  source: string
  /** Kills the instance that runs it; there while it runs. */
  kill?: () => void
}

/** An instance may still speak for an invocation that has ended (pending work after a thaw), so they are kept. */
const KEPT = 10_000

/** Which invocation a request comes from: the SDK forwards WX_API_TOKEN, and TCB_SEQID in its seqId (wire.md §0). */
export class Invocations {
  private readonly byToken = new Map<string, Invocation>()
  private readonly bySequence = new Map<string, Invocation>()

  add(token: string, sequenceId: string, invocation: Invocation): void {
    for (const [map, key] of [
      [this.byToken, token],
      [this.bySequence, sequenceId],
    ] as const) {
      map.set(key, invocation)
      if (map.size <= KEPT) continue
      const [oldest] = map.keys()
      if (oldest !== undefined) map.delete(oldest)
    }
  }

  /** By token; else by the sequence id that `seqId` begins with (`TCB_SEQID-<hex>_<n>`). */
  find(token: unknown, seqId: string | null): Invocation | undefined {
    if (typeof token === 'string' && token !== '') return this.byToken.get(token)
    return seqId === null ? undefined : this.bySequence.get(seqId.replace(/-[0-9a-f]+_[0-9a-f]+$/, ''))
  }
}
