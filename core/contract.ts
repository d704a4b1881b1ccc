/** What each action takes and returns. The Mini Program, the CLI and the functions share these types. */
import * as z from 'zod'

/** A person, in this Mini Program. WeChat documents no alphabet; 28 characters are usual, 64 is generous. */
export const openidSchema = z
  .string()
  .regex(/^[A-Za-z0-9_-]{6,64}$/, 'an openid has 6 to 64 letters, digits, "-" or "_"')
export const templateKeySchema = z
  .string()
  .regex(/^[a-z][a-z0-9-]{1,47}$/, 'a template key is lower-case-with-dashes')
/** Made by the sender: the same key sends once, however often the call is repeated. */
export const idempotencyKeySchema = z.string().min(8).max(128)
export const languageSchema = z.enum(['zh_CN', 'en_US', 'zh_HK', 'zh_TW'])
export const miniprogramStateSchema = z.enum(['developer', 'trial', 'formal'])
export const roleSchema = z.enum(['owner', 'operator', 'viewer'])
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
const paramsSchema = z.record(z.string(), z.unknown())
/** WeChat's tmplIds of one prompt: 5 at the most (wechat.md §5). */
const MAX_PROMPT_TEMPLATES = 5

/** The input of every action, by name. Unknown keys are refused by name. */
export const inputs = {
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
  }),
  'subscription.mine': z.strictObject({}),
  'message.mine': z.strictObject({
    limit: z.int().min(1).max(50).default(20),
    before: z.number().int().positive().optional(),
  }),
  whoami: z.strictObject({}),
  'template.list': z.strictObject({}),
  'template.preview': z.strictObject({
    template: templateKeySchema,
    params: paramsSchema,
    language: languageSchema.optional(),
  }),
  'send.one': z.strictObject({
    key: idempotencyKeySchema,
    /** An openid, or `me`: the person who calls. */
    to: z.union([z.literal('me'), openidSchema]),
    template: templateKeySchema,
    params: paramsSchema,
    language: languageSchema.optional(),
    miniprogramState: miniprogramStateSchema.default('formal'),
  }),
  'staff.list': z.strictObject({}),
  'staff.grant': z.strictObject({
    openid: openidSchema,
    role: roleSchema,
    name: z.string().trim().min(1).max(40).optional(),
  }),
  'staff.revoke': z.strictObject({ openid: openidSchema }),
  'dispatch.tick': z.strictObject({ lanes: z.array(z.int().min(0).max(998)).max(999).optional() }),
} as const

export type Action = keyof typeof inputs
/** What a caller may write (defaults left out). */
export type InputOf<A extends Action> = z.input<(typeof inputs)[A]>
/** What a handler gets (defaults filled in). */
export type ParsedInputOf<A extends Action> = z.output<(typeof inputs)[A]>

export type Openid = string
export type Language = z.infer<typeof languageSchema>
export type Role = z.infer<typeof roleSchema>
export type Answer = z.infer<typeof answerSchema>
export type MiniprogramState = z.infer<typeof miniprogramStateSchema>
export type Kind = 'one-time' | 'long-term'

/** One line of a message card, as the receiver sees it. */
export type CardLine = { keyword: string; label: string; value: string }

/** A message card: what WeChat shows in 服务通知. */
export type Card = {
  title: string
  lines: CardLine[]
  /** The page a tap opens, with its query; absent = the card does not jump. */
  page?: string
}

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
}

/** One field of the form that a sender fills in. */
export interface ParamField {
  name: string
  title: string
  type: 'string' | 'number' | 'integer' | 'boolean'
  format?: 'date-time' | 'date'
  required: boolean
  options?: string[]
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  placeholder?: string
}

export interface TemplateSummary {
  template: string
  title: string
  kind: Kind
  revision: string
  scenes: string[]
  fields: ParamField[]
  example: Record<string, unknown>
  languages: Language[]
}

/** `deferred` is a later page; `unknown` is in doubt and listed by name (design section 5). */
export type Outcome = 'sent' | 'refused' | 'invalid' | 'failed' | 'skipped' | 'deferred' | 'unknown'

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

export interface StaffMember {
  openid: Openid
  role: Role
  name?: string
  /** Named by HONGYAN_OWNER at deployment; cannot be revoked here. */
  fixed: boolean
}

export interface MineMessage {
  id: string
  template: string
  sentAt: number
  card: Card
}

/** What each action returns as `data`. */
export interface Outputs {
  'subscription.offer': { scenes: string[]; offers: Offer[] }
  'subscription.record': { recorded: boolean; left: Record<string, number> }
  'subscription.mine': {
    quotas: { template: string; title: string; kind: Kind; left: number; granted: number }[]
  }
  'message.mine': { messages: MineMessage[]; next?: number }
  whoami: {
    openid: string | null
    appid: string | null
    unionid: string | null
    source: string
    role: Role | null
  }
  'template.list': { templates: TemplateSummary[] }
  'template.preview': { card: Card; revision: string }
  'send.one': SendState
  'staff.list': { staff: StaffMember[] }
  'staff.grant': StaffMember
  'staff.revoke': { openid: Openid; revoked: boolean }
  'dispatch.tick': TickReport
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

export const errorCodes = [
  'REQUEST_INVALID',
  'ACTION_UNKNOWN',
  'INPUT_INVALID',
  'NOT_ALLOWED',
  'OPENID_MISSING',
  'APPID_UNKNOWN',
  'SCENE_UNKNOWN',
  'TEMPLATE_UNKNOWN',
  'TEMPLATE_NOT_OFFERED',
  'PARAMS_INVALID',
  'KEYWORD_INVALID',
  'KEY_REUSED',
  'OWNER_FIXED',
  'LANES_MISMATCH',
  'SETTINGS_INVALID',
  'STORE_FAILED',
  'INTERNAL',
] as const
export type ErrorCode = (typeof errorCodes)[number]

/** One thing wrong with what came in, found together with all the others. */
export interface Fault {
  /** Where: `params.orderId`, `thing1`. */
  path: string
  problem: string
  /** A sentence in the caller's language: what came, what is allowed. */
  message: string
}

export interface ReplyError {
  code: ErrorCode
  /** A sentence in the caller's language: what was wrong and what is allowed. */
  message: string
  facts: Record<string, unknown> & { faults?: Fault[] }
}

export type Reply<T> = { ok: true; data: T } | { ok: false; error: ReplyError }

/** What a caller sends to a function. `lang` chooses the language of sentences (default Chinese). */
export interface Call<A extends Action = Action> {
  action: A
  input: InputOf<A>
  lang?: 'zh' | 'en'
}
