/** Templates as senders see them. */
import * as z from 'zod'
import { type Card, type Language, languageSchema, paramsSchema, templateKeySchema } from './shapes'

export type Kind = 'one-time' | 'long-term'

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
  /** A subscribe message, or a template message of old, which a formId pays for. */
  channel: 'subscribe' | 'template'
  kind: Kind
  revision: string
  scenes: string[]
  fields: ParamField[]
  example: Record<string, unknown>
  languages: Language[]
}

export const templateInputs = {
  'template.list': z.strictObject({}),
  'template.preview': z.strictObject({
    template: templateKeySchema,
    params: paramsSchema,
    language: languageSchema.optional(),
  }),
} as const

export interface TemplateOutputs {
  'template.list': { templates: TemplateSummary[] }
  'template.preview': { card: Card; revision: string }
}
