/** Single messages, and the dispatch that sends everything. */
import * as z from 'zod'
import {
  type Card,
  type Outcome,
  idempotencyKeySchema,
  languageSchema,
  miniprogramStateSchema,
  openidSchema,
  paramsSchema,
  templateKeySchema,
} from './shapes'

export interface DispatchState {
  /** How many lanes people are spread over. */
  lanes: number
  /** Nothing goes out while it is set. */
  stopped: { at: number; by: string; note?: string } | null
  /** Work made before this waits for a person: the timer stood still, or a copy of the database was restored. */
  confirmBefore: number | null
}

export interface SendState {
  sendId: string
  state: 'waiting' | 'done'
  outcome?: Outcome
  /** WeChat's errcode; 0 = sent. Absent where WeChat was never asked. */
  code?: number
  /** The outcome in words, in the caller's language. */
  words: string
  card: Card
}

/** What one tick did; counts of messages by outcome. */
export interface TickReport {
  lanes: number
  /** Lanes whose work broke off; what is open in them is recovered when their lease has ended. */
  broken: number
  pages: number
  recovered: number
  outcomes: Partial<Record<Outcome, number>>
}

export const sendingInputs = {
  'send.one': z.strictObject({
    key: idempotencyKeySchema,
    /** An openid, or `me`: the person who calls. */
    to: z.union([z.literal('me'), openidSchema]),
    template: templateKeySchema,
    params: paramsSchema,
    language: languageSchema.optional(),
    miniprogramState: miniprogramStateSchema.default('formal'),
  }),
  /** Lets nothing more go out, at once. */
  'dispatch.stop': z.strictObject({ note: z.string().max(200).optional() }),
  /** Takes the stop back; campaigns that it paused wait for `campaign.resume`. */
  'dispatch.release': z.strictObject({}),
  'dispatch.state': z.strictObject({}),
  'dispatch.tick': z.strictObject({ lanes: z.array(z.int().min(0).max(998)).max(999).optional() }),
} as const

export interface SendingOutputs {
  'send.one': SendState
  'dispatch.stop': DispatchState
  'dispatch.release': DispatchState
  'dispatch.state': DispatchState
  'dispatch.tick': TickReport
}
