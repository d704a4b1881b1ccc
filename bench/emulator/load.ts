import * as z from 'zod'
import type { Kind } from './constant-gateway'
import { openidOf } from './world'

/** What the function `load` is called with. */
export interface LoadEvent {
  kind: Kind
  calls: number
  concurrency: number
  /** How many documents and people there are. */
  documents: number
  people: number
  /** A gateway to send recorded requests to; without it the SDK itself makes the calls. */
  replayTo?: string
}

const loadResultSchema = z.strictObject({ cpuMs: z.number(), wallMs: z.number() })
/** What the instance used for all of its calls. */
export type LoadResult = z.output<typeof loadResultSchema>

const replySchema = z.union([
  z.object({ ok: z.literal(true), result: loadResultSchema }),
  z.object({ ok: z.literal(false), errMsg: z.string() }),
])

/** Calls the function on an emulator; rejects when a call of it failed. */
export async function load(emulatorUrl: string, event: LoadEvent): Promise<LoadResult> {
  const response = await fetch(`${emulatorUrl}/_emulator/call`, {
    method: 'POST',
    body: JSON.stringify({ name: 'load', data: event, openid: openidOf(0) }),
  })
  const reply = replySchema.parse(await response.json())
  if (!reply.ok) throw new Error(`load failed: ${reply.errMsg}`)
  return reply.result
}
