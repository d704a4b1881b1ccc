import * as z from 'zod'
import type { Message } from '../service/account'

/** What the function `peer` is called with. */
export interface PeerEvent {
  queue: 'pg-boss' | 'graphile-worker'
  /** Where the packages of the peers are installed. */
  folder: string
  /** pg-boss: a folder for PGlite. graphile-worker: a connection string. */
  database: string
  people: number
  /** Sends at once. */
  concurrency: number
  message: Message
}

/** Time and CPU of the worker alone, without filling the queue; outcomes as its database has them, by errcode. */
export const peerResultSchema = z.strictObject({
  wallMs: z.number(),
  cpuMs: z.number(),
  stored: z.record(z.string(), z.number()),
})
export type PeerResult = z.output<typeof peerResultSchema>
