/** What several actions speak of: how people, templates and outcomes are named. */
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

export const paramsSchema = z.record(z.string(), z.unknown())

export const idSchema = z.string().regex(/^[a-z0-9]{8,40}$/, 'an id has 8 to 40 lower-case letters or digits')

export const nameSchema = z.string().trim().min(1).max(60)

export const tagSchema = z
  .string()
  .regex(/^[\p{L}\p{N}_:-]{1,40}$/u, 'a tag has 1 to 40 letters, digits, "_", "-" or ":"')

export const clockSchema = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day is HH:MM')

export const zoneSchema = z.string().min(1).max(64)

/** Hours in which nothing is sent; over midnight where `from` is after `to`. */
export const quietSchema = z.strictObject({ from: clockSchema, to: clockSchema, zone: z.string().max(64) })

export const outcomeSchema = z.enum([
  'sent',
  'refused',
  'invalid',
  'failed',
  'skipped',
  'deferred',
  'unknown',
])

/** Why somebody of the audience gets nothing; in the order in which they are asked (core/audience/selection.ts). */
export const skipReasonSchema = z.enum([
  'invalid-params',
  'no-match',
  'late',
  'excluded',
  'test-group',
  'served',
  'never-subscribed',
  'unreachable',
  'banned',
  'muted',
  'declined',
  'revoked',
  'no-grant',
  'capped',
])

export type Openid = string

export type Language = z.infer<typeof languageSchema>

export type MiniprogramState = z.infer<typeof miniprogramStateSchema>

export type QuietHours = z.infer<typeof quietSchema>

/** `deferred` is a later page; `unknown` is in doubt and listed by name (design section 5). */
export type Outcome = z.infer<typeof outcomeSchema>

export type SkipReason = z.infer<typeof skipReasonSchema>

/** One thing wrong with what came in, found together with all the others. */
export interface Fault {
  /** Where: `params.orderId`, `thing1`. */
  path: string
  problem: string
  /** A sentence in the caller's language: what came, what is allowed. */
  message: string
}

/** One line of a message card, as the receiver sees it. */
export type CardLine = { keyword: string; label: string; value: string }

/** A message card: what WeChat shows in 服务通知. */
export type Card = {
  title: string
  lines: CardLine[]
  /** The page a tap opens, with its query; absent = the card does not jump. */
  page?: string
}
