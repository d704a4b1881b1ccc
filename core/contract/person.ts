/** One person: who calls, what they prefer, and all that is known of them. */
import * as z from 'zod'
import {
  type Language,
  type Openid,
  type Outcome,
  type QuietHours,
  languageSchema,
  openidSchema,
  quietSchema,
  tagSchema,
  templateKeySchema,
} from './shapes'
import type { KeptPhone } from './open-data'
import type { Role } from './staff'

export interface Preferences {
  language: Language
  quiet: QuietHours | null
  muted: string[]
}

export interface DeliveryRow {
  openid: Openid
  outcome: Outcome
  code: number | string
  words: string
  at: number
  /** The campaign, where it was one. */
  campaign?: string
  template?: string
  msgid?: string
}

export const personInputs = {
  whoami: z.strictObject({}),
  /** Everything that was sent to this person. */
  'person.deliveries': z.strictObject({ openid: openidSchema }),
  /** What staff may see of a person who need not have been here. */
  'person.get': z.strictObject({ openid: openidSchema }),
  'person.tag': z.strictObject({
    openids: z.array(openidSchema).min(1).max(1000),
    add: z.array(tagSchema).max(20).default([]),
    remove: z.array(tagSchema).max(20).default([]),
  }),
  /** In parts: `cursor` of the last reply goes on. */
  'person.export': z.strictObject({ openid: openidSchema, cursor: z.string().max(64).optional() }),
  'person.erase': z.strictObject({ openid: openidSchema, cursor: z.string().max(64).optional() }),
  'preference.get': z.strictObject({}),
  'preference.set': z.strictObject({
    language: languageSchema.optional(),
    quiet: quietSchema.nullable().optional(),
    mute: z.array(templateKeySchema).max(100).optional(),
    unmute: z.array(templateKeySchema).max(100).optional(),
  }),
} as const

export interface PersonOutputs {
  whoami: {
    openid: string | null
    appid: string | null
    unionid: string | null
    source: string
    role: Role | null
  }
  'person.deliveries': { deliveries: DeliveryRow[] }
  'person.get': {
    openid: Openid
    /** Whether they were ever here, or tagged. */
    isKnown: boolean
    language: Language
    quiet: QuietHours | null
    muted: string[]
    tags: string[]
    groups: string[]
    phone: KeptPhone | null
    seenAt: number | null
  }
  'person.tag': { tagged: number }
  /** The first part has all but some deliveries; further parts have those. */
  'person.export': { person: Record<string, unknown> & { deliveries: DeliveryRow[] }; cursor: string | null }
  /** What was taken away, by kind. `open` pages are at work with the person: repeat it when they are closed. */
  'person.erase': { erased: Record<string, number>; open: number; cursor: string | null }
  'preference.get': Preferences
  'preference.set': Preferences
}
