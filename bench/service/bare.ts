import * as z from 'zod'
import type { Message } from './account'

/** What the function `bare` is called with: a send for each of these people, and nothing else. */
export interface BareEvent {
  people: number
  /** How many lanes they are spread over: they are sent to in the order of campaigns. */
  lanes: number
  /** 1 is the loop of the official sample: the list is read, then each send awaited. */
  concurrency: number
  message: Message
}

export const bareResultSchema = z.strictObject({
  wallMs: z.number(),
  cpuMs: z.number(),
  /** By errcode. */
  sent: z.record(z.string(), z.number()),
})
