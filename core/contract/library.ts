/** The account's templates at WeChat, the public library, and what differs from the template files. */
import * as z from 'zod'
import type { Kind } from './template'

/** One keyword of an approved template: `thing1`, as WeChat numbered it. */
export interface AccountKeyword {
  keyword: string
  label: string
  example: string
  /** The values that WeChat lists for it. */
  values?: string[]
}

export interface AccountTemplate {
  templateId: string
  title: string
  /** `other` is a kind that WeChat does not document. */
  kind: Kind | 'other'
  keywords: AccountKeyword[]
}

export type Category = { id: number; name: string }

/** What WeChat has for this Mini Program. */
export interface TemplateAccount {
  appid: string
  templates: AccountTemplate[]
  categories: Category[]
}

/** A template of the public library, by its `tid`. */
export interface LibraryTitle {
  tid: string
  title: string
  kind: Kind | 'other'
  category: number
}

/** A keyword of the public library; `type` is a keyword type such as `thing`. */
export interface LibraryKeyword {
  kid: number
  name: string
  example: string
  type: string
}

export type DifferenceKind =
  | 'no-id'
  | 'missing-at-wechat'
  | 'missing-here'
  | 'kind'
  | 'title'
  | 'keyword-renumbered'
  | 'keyword-retyped'
  | 'keyword-unknown'
  | 'keyword-missing'
  | 'label'
  | 'values-gone'
  | 'values-new'
  | 'category-gone'
  | 'limit'

/** An `error` makes messages fail; a `warning` does not. */
export interface Difference {
  kind: DifferenceKind
  severity: 'error' | 'warning'
  message: string
  todo: string
}

export interface TemplateHealth {
  template: string
  templateId: string | null
  differences: Difference[]
}

export const tidSchema = z.string().regex(/^\d{1,12}$/, 'a tid is a number')
/** WeChat takes 2 to 5 of them (wechat.md §3). */
export const kidsSchema = z.array(z.int().min(1)).min(2).max(5)
/** `sceneDesc`: at most 15 characters (wechat.md §3). */
export const sceneSchema = z.string().trim().min(1).max(15)

export const libraryInputs = {
  'template.health': z.strictObject({}),
  'template.find': z.strictObject({ title: z.string().trim().min(1).max(40) }),
  'template.add': z.strictObject({ tid: tidSchema, keywords: kidsSchema, scene: sceneSchema }),
  'template.remove': z.strictObject({ templateId: z.string().min(1).max(128) }),
} as const

export interface LibraryOutputs {
  'template.health': { account: TemplateAccount; templates: TemplateHealth[]; others: Difference[] }
  /** Templates of the public library that have exactly this title, in the account's categories. */
  'template.find': { found: (LibraryTitle & { keywords: LibraryKeyword[] })[]; isWhole: boolean }
  'template.add': { templateId: string }
  'template.remove': { removed: true }
}
