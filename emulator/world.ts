import * as z from 'zod'
import { readJson } from './json-file'
import { SettingsError, settingsError } from './settings-error'
import { behaviourSchema } from './wechat/behaviour'
import { quotasSchema } from './wechat/quotas-schema'
import { libraryTemplateSchema, templateSchema } from './wechat/template-schema'

const person = z.strictObject({
  // getWXContext() turns all-digit values into numbers (wire.md §1.2), so a made-up openid needs a letter.
  openid: z
    .string()
    .min(1)
    .max(128)
    .regex(/[^0-9]/, 'must hold a letter: the SDK turns all-digit ids into numbers'),
  nickname: z.string().min(1),
  unionid: z.string().min(1).optional(),
  language: z.enum(['zh_CN', 'en_US']).optional(),
  avatar: z.string().optional(),
  about: z.string().optional(),
  /** Bound to their WeChat, without country code: what open-type="getPhoneNumber" hands over. */
  phoneNumber: z
    .string()
    .regex(/^\d{5,15}$/, 'must be 5 to 15 digits')
    .optional(),
})

const legacyTemplate = z.strictObject({
  template_id: z.string().min(1),
  title: z.string().min(1),
  content: z.string(),
})

// The three values a rule may have: docs.cloudbase.net/cloud-function/security-rules.
const securityRule = z.strictObject({ invoke: z.union([z.boolean(), z.literal('auth != null')]) })

/** WeChat's side of a project: the account, its people, its templates, what is released. */
export const worldSchema = z.strictObject({
  appid: z.string().regex(/^wx[0-9a-z]{4,}$/, 'must look like wx0123456789abcdef'),
  appsecret: z.string().min(1),
  env: z.string().min(1),
  people: z.array(person).min(1),
  templates: z.array(templateSchema).default([]),
  legacyTemplates: z.array(legacyTemplate).default([]),
  /** WeChat's public templates and the account's categories, for the calls that manage templates. */
  templateLibrary: z.array(libraryTemplateSchema).default([]),
  categories: z.array(z.strictObject({ id: z.int(), name: z.string().min(1) })).default([]),
  /** Whether the account may manage templates: a banned one is answered 200011, one that is no Mini Program 200100. */
  standing: z.enum(['good', 'banned', 'other-type']).default('good'),
  /** Words that WeChat takes offence at: msgSecCheck says risky, a message is refused with 45168. */
  sensitiveWords: z.array(z.string().min(1)).default([]),
  /** Which function WeChat pushes which event to (wechat.md §6), for example `subscribe_msg_popup_event`. */
  messagePush: z.record(z.string(), z.string().min(1)).default({}),
  /** Pages of the released Mini Program; without it those of the project's app.json. */
  pages: z.array(z.string().min(1)).optional(),
  /** The messages of 2019 (template messages work) or of today (they answer 45103). */
  era: z.enum(['2019', 'today']).default('today'),
  securityRules: z.record(z.string(), securityRule).default({}),
  /** There for an environment of CloudBase that belongs to no Mini Program: public keys (PEM) of custom login by id. */
  standalone: z.strictObject({ loginKeys: z.record(z.string(), z.string()) }).optional(),
  behaviour: behaviourSchema,
  quotas: quotasSchema,
})

export type World = z.output<typeof worldSchema>
/** A world as it is written down: everything with a default may be left out. */
export type WorldInput = z.input<typeof worldSchema>
export type Person = World['people'][number]
export type Template = World['templates'][number]
export type LegacyTemplate = World['legacyTemplates'][number]

/** Checks a world; `file` names where it came from in the error. */
export function parseWorld(value: unknown, file: string): World {
  const parsed = worldSchema.safeParse(value)
  if (!parsed.success) throw settingsError(file, parsed.error)
  const world = parsed.data
  refuseTwins(
    file,
    'people',
    'openid',
    world.people.map((one) => one.openid),
  )
  refuseTwins(
    file,
    'templates',
    'priTmplId',
    world.templates.map((one) => one.priTmplId),
  )
  refuseTwins(
    file,
    'legacyTemplates',
    'template_id',
    world.legacyTemplates.map((one) => one.template_id),
  )
  return world
}

function refuseTwins(file: string, list: string, key: string, ids: string[]): void {
  const seen = new Set<string>()
  for (const [index, id] of ids.entries()) {
    if (seen.has(id)) throw new SettingsError(file, `${list}.${index}.${key}`, `${id} is there twice`)
    seen.add(id)
  }
}

/** Reads a world file (JSON). */
export function readWorld(file: string): World {
  return parseWorld(readJson(file), file)
}
