/** Conversations of customer service: WeChat lets the account answer who has written to it. */
import * as z from 'zod'
import type { SendState } from './sending'
import { idempotencyKeySchema, type Openid, openidSchema } from './shapes'

const lineSchema = z.string().trim().min(1)

/** No lengths are documented; these keep every message under the 2048 bytes that a text may have elsewhere. */
const messageSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('text'), text: lineSchema.max(600) }),
  z.strictObject({
    kind: z.literal('link'),
    title: lineSchema.max(60),
    description: lineSchema.max(200),
    url: z.url({ protocol: /^https?$/ }).max(500),
    thumbUrl: z
      .url({ protocol: /^https?$/ })
      .max(500)
      .optional(),
  }),
  z.strictObject({
    kind: z.literal('page'),
    title: lineSchema.max(60),
    /** A page of the Mini Program with its query, without a leading "/". */
    page: z
      .string()
      .regex(/^[^/\s]\S*$/, 'a page has no leading "/" and no spaces')
      .max(500),
    /** The picture of the card, uploaded to WeChat before. */
    thumbMediaId: z.string().min(1).max(128),
  }),
])

export interface ConversationState {
  openid: Openid
  /** Messages that may still be sent. */
  left: number
  /** Until when, epoch ms; null where the person has never written. */
  until: number | null
}

export const conversationInputs = {
  'conversation.send': z.strictObject({
    key: idempotencyKeySchema,
    to: openidSchema,
    message: messageSchema,
  }),
  'conversation.get': z.strictObject({ openid: openidSchema }),
} as const

export interface ConversationOutputs {
  'conversation.send': SendState & { conversation: ConversationState }
  'conversation.get': ConversationState
}
