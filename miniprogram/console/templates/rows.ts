/** Templates as staff look them up. */
import type { Card, ParamField, TemplateSummary } from '../../../core/contract'
import { languages as known } from '../../pages/preferences/options'
import { words as scenes } from '../../pages/subscriptions/words'
import { fill, inPhoneLanguage } from '../../words/language'
import { count } from '../figures'
import { words as shared } from '../words'
import { type Health, unknown } from './health'
import { words } from './words'

export interface Row {
  template: string
  title: string
  about: string
  revision: string
  scenes: string
  fields: { name: string; title: string; rule: string }[]
  isOpen: boolean
  card: Card | null
  /** Why there is no card. */
  fault: string
  health: Health
}

function rangeOf({ minimum, maximum }: ParamField): string[] {
  const w = inPhoneLanguage(words)
  const [min, max] = [minimum, maximum].map((one) => (one === undefined ? undefined : count(one)))
  if (min !== undefined && max !== undefined) return [fill(w.between, { min, max })]
  if (min !== undefined) return [fill(w.from, { min })]
  return max === undefined ? [] : [fill(w.upTo, { max })]
}

function typeOf({ type, format, options }: ParamField): string {
  const w = inPhoneLanguage(words)
  if (options) return fill(w.oneOf, { options: options.join(inPhoneLanguage(shared).comma) })
  if (format === 'date') return w.date
  if (format === 'date-time') return w.dateTime
  return { string: w.text, number: w.number, integer: w.integer, boolean: w.boolean }[type]
}

/** `必填，文字，最多 32 字` */
export function ruleOf(field: ParamField): string {
  const w = inPhoneLanguage(words)
  const { required, minLength, maxLength } = field
  return [
    required ? w.required : w.optional,
    typeOf(field),
    ...(minLength === undefined ? [] : [fill(w.least, { min: minLength })]),
    ...(maxLength === undefined ? [] : [fill(w.most, { max: maxLength })]),
    ...rangeOf(field),
  ].join(inPhoneLanguage(shared).semicolon)
}

export function rowOf(template: TemplateSummary): Row {
  const w = inPhoneLanguage(words)
  const { kinds, comma } = inPhoneLanguage(shared)
  const names: Record<string, string> = inPhoneLanguage(scenes).scenes
  const languages = template.languages.map((one) => known.find(({ value }) => value === one)?.name ?? one)
  const where = template.scenes.map((scene) => names[scene] ?? scene).join(comma)
  return {
    template: template.template,
    title: template.title,
    about: [kinds[template.kind], languages.join(comma)].join(' · '),
    revision: fill(w.revision, { revision: template.revision }),
    scenes: where === '' ? '' : fill(w.scenes, { scenes: where }),
    fields: template.fields.map((field) => ({ name: field.name, title: field.title, rule: ruleOf(field) })),
    isOpen: false,
    card: null,
    fault: '',
    health: unknown,
  }
}
