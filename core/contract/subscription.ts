/** What people are asked, what they answered, and what they were sent. */
import * as z from 'zod'
import { type Card, openidSchema } from './shapes'
import type { Kind, ParamField } from './template'

/** Statuses of wx.requestSubscribeMessage, wechat.md §5. */
export const answerSchema = z.enum([
  'accept',
  'reject',
  'ban',
  'filter',
  'acceptWithAudio',
  'acceptWithAlert',
  'acceptWithForcePush',
])

/** WeChat's tmplIds of one prompt: 5 at the most (wechat.md §5). */
const MAX_PROMPT_TEMPLATES = 5

export type Answer = z.infer<typeof answerSchema>

/** One template as a person who may subscribe sees it. */
export interface Offer {
  template: string
  templateId: string
  title: string
  kind: Kind
  scenes: string[]
  /** Messages this person can still be sent; for a long-term template whether it was accepted (1 or 0). */
  left: number
  example: Card
  /** Reminders of it that wait, and that no grant is there for. */
  missing: number
  /** Where people may set reminders of it: the param that holds the time, and the fields that they fill in. */
  reminder?: { time: string; fields: ParamField[] }
}

export interface MineMessage {
  id: string
  template: string
  sentAt: number
  card: Card
}

export const subscriptionInputs = {
  'subscription.offer': z.strictObject({ scene: z.string().min(1).max(64).optional() }),
  'subscription.record': z.strictObject({
    promptId: z.string().regex(/^[A-Za-z0-9_-]{8,64}$/, 'a promptId has 8 to 64 letters, digits, "-" or "_"'),
    scene: z.string().min(1).max(64),
    answers: z
      .record(z.string().min(1).max(128), answerSchema)
      .refine((answers) => Object.keys(answers).length > 0, 'at least one answer')
      .refine(
        (answers) => Object.keys(answers).length <= MAX_PROMPT_TEMPLATES,
        `at most ${MAX_PROMPT_TEMPLATES} answers, as many as one prompt can have`,
      ),
    /** How long ago the person answered, where a page tells it late: WeChat's event has told it meanwhile. */
    agoMs: z
      .int()
      .min(0)
      .max(30 * 24 * 3_600_000)
      .default(0),
  }),
  'subscription.mine': z.strictObject({}),
  'message.mine': z.strictObject({
    limit: z.int().min(1).max(50).default(20),
    before: z.number().int().positive().optional(),
  }),
  /** What WeChat pushed: events (wechat.md §6), and messages to customer service (§4.3). */
  'event.receive': z
    .looseObject({
      MsgType: z.string().min(1).max(64),
      /** Absent in messages. */
      Event: z.string().min(1).max(64).default(''),
      FromUserName: openidSchema,
      /** Seconds; documented as a text, and a number when it comes. */
      CreateTime: z.coerce.number().int().positive(),
    })
    .refine(({ MsgType, Event }) => MsgType !== 'event' || Event !== '', {
      path: ['Event'],
      message: 'an event has a name',
    }),
} as const

export interface SubscriptionOutputs {
  'subscription.offer': { scenes: string[]; offers: Offer[] }
  'subscription.record': { recorded: boolean; left: Record<string, number> }
  'subscription.mine': {
    quotas: { template: string; title: string; kind: Kind; left: number; granted: number }[]
  }
  'message.mine': { messages: MineMessage[]; next?: number }
  'event.receive': { received: boolean }
}
