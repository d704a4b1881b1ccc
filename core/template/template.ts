/** A template: its definition compiled once, its messages rendered and checked as WeChat will see them. */
import type { Card, CardLine, Language, ParamField } from '../contract'
import { type Definition, definitionSchema } from './definition'
import { digestFaults, digestParams } from './digest'
import { type FoundFault, ServiceError } from '../errors'
import { faultsOf, quoted } from '../faults'
import { canonical, hash } from '../hash'
import {
  checkBy,
  ellipsis,
  freeText,
  keywordRules,
  keywordTypeOf,
  normaliseValue,
  type KeywordRule,
} from './keywords'
import { checkParams, fieldsOf, type Params, paramsOf, paramsSchemaOf } from './params'
import { compilePage, compileText, compileTexts, type Text, type Texts } from './rendering'
import { isZone } from '../time'

/** A message ready to send: values by keyword, and the page with its query. */
export type Rendered = {
  data: Record<string, string>
  page?: string
  /** The keyword that is printed large; only of template messages. */
  emphasis?: string
}

export interface Template {
  readonly definition: Definition
  /** The hash of the content: an edit is another revision. */
  readonly revision: string
  readonly fields: ParamField[]
  readonly languages: Language[]
  /** What it is called in this language; as WeChat approved it where no other is given. */
  title(language: Language): string
  /** Throws PARAMS_INVALID or KEYWORD_INVALID, each with every fault. */
  render(params: unknown, language?: Language): Rendered
  /** The card that these values make. */
  card(rendered: Rendered, language?: Language): Card
}

const DEFAULT_LANGUAGE: Language = 'zh_CN'

/** A fault of a template file: the build prints file, field and reason. */
export class DefinitionError extends Error {
  constructor(
    readonly file: string,
    readonly faults: FoundFault[],
  ) {
    super(`${file}: ${faults.map((f) => `${f.path}: ${f.problem} ${JSON.stringify(f.facts)}`).join('; ')}`)
    this.name = 'DefinitionError'
  }
}

interface Slot {
  keyword: string
  rule: KeywordRule
  label: string
  overflow: 'refuse' | 'ellipsis'
  values?: readonly string[]
}

/** The texts of one language, by slot, and the page behind them: each alone, and all of them together. */
interface Variant {
  each: readonly { path: string; label: string; text: Text }[]
  together: Texts
}

/** By slot, then the page; what could not be rendered is empty and among the faults. */
function textsOf({ each, together }: Variant, params: Params, zone: string, faults: FoundFault[]): string[] {
  const texts = together(params, zone)
  if (texts) return texts
  return each.map(({ path, label, text }) => {
    try {
      return text(params, zone)
    } catch (error) {
      faults.push({ path, problem: 'text', facts: { label, reason: String(error) } })
      return ''
    }
  })
}

function valueOf(
  { keyword, rule, label, overflow, values }: Slot,
  text: string,
  faults: FoundFault[],
): string {
  let value = normaliseValue(text)
  if (overflow === 'ellipsis') value = ellipsis(rule, value)
  const problem = checkBy(rule, value, values)
  // An empty text that could not be rendered is told already.
  if (problem && !faults.some(({ path }) => path === keyword)) {
    faults.push({
      path: keyword,
      problem: `keyword-${problem.problem}`,
      facts: { ...problem, label, got: quoted(value), allows: rule.allows },
    })
  }
  return value
}

function slotsOf({ channel, keywords }: Definition): Slot[] {
  return Object.entries(keywords).map(([keyword, { label, overflow, values }]) => {
    const type = keywordTypeOf(keyword)
    const rule = channel === 'template' ? freeText : type && keywordRules[type]
    if (!rule) throw new Error(`${keyword} is of no known keyword type; the definition was not checked`)
    return { keyword, rule, label, overflow, ...(values && { values }) }
  })
}

function variantsOf({ keywords, languages, page }: Definition): ReadonlyMap<Language, Variant> {
  const pages =
    page === undefined ? [] : [{ path: 'page', label: 'page', source: page, text: compilePage(page) }]
  const all = [DEFAULT_LANGUAGE, ...(Object.keys(languages) as Language[])]
  return new Map(
    all.map((language) => {
      const slots = Object.entries(keywords).map(([keyword, { label, text }]) => {
        const source = languages[language]?.keywords[keyword] ?? text
        return { path: keyword, label, source, text: compileText(source) }
      })
      const sources = slots.map(({ source }) => source)
      return [language, { each: [...slots, ...pages], together: compileTexts(sources, page) }]
    }),
  )
}

function make(definition: Definition): Template {
  const schema = paramsSchemaOf(definition)
  const slots = slotsOf(definition)
  const variants = variantsOf(definition)
  const variantOf = (language: Language): Variant => {
    const variant = variants.get(language) ?? variants.get(DEFAULT_LANGUAGE)
    if (!variant) throw new Error(`template ${definition.key} has no texts in ${DEFAULT_LANGUAGE}`)
    return variant
  }
  const titleIn = (language: Language) => definition.languages[language]?.title ?? definition.title
  return {
    definition,
    title: titleIn,
    revision: hash(canonical({ ...definition, $schema: undefined }), 16),
    fields: fieldsOf(definition),
    languages: [DEFAULT_LANGUAGE, ...(Object.keys(definition.languages) as Language[])],
    render(input, language = DEFAULT_LANGUAGE) {
      const params = checkParams(schema, definition.key, input)
      const faults: FoundFault[] = []
      const texts = textsOf(variantOf(language), params, definition.timeZone, faults)
      const data: Record<string, string> = {}
      slots.forEach((slot, at) => {
        data[slot.keyword] = valueOf(slot, texts[at] ?? '', faults)
      })
      if (faults.length > 0) throw new ServiceError('KEYWORD_INVALID', { template: definition.key }, faults)
      const page = definition.page === undefined ? undefined : texts[slots.length]
      const rendered: Rendered = page === undefined ? { data } : { data, page }
      if (definition.emphasisKeyword !== undefined) rendered.emphasis = definition.emphasisKeyword
      return rendered
    },
    card({ data, page: opened }, language = DEFAULT_LANGUAGE) {
      const lines = slots.map(
        ({ keyword, label }): CardLine => ({ keyword, label, value: data[keyword] ?? '' }),
      )
      const title = titleIn(language)
      return opened === undefined ? { title, lines } : { title, lines, page: opened }
    },
  }
}

/** What holds for template messages alone: formIds pay for them, and a formId is of no template. */
const templateMessageRules: {
  field: 'kind' | 'frequency' | 'emphasisKeyword'
  holds: (definition: Definition) => boolean
  words: string
}[] = [
  {
    field: 'kind',
    holds: ({ kind }) => kind === 'one-time',
    words: 'a template message is "one-time": each takes a use of a formId',
  },
  {
    field: 'frequency',
    holds: () => false,
    words: 'template messages have no frequency: there are as many as there are formIds',
  },
  {
    field: 'emphasisKeyword',
    holds: ({ emphasisKeyword = '', keywords }) => emphasisKeyword in keywords,
    words: 'the emphasis keyword is one of the keywords',
  },
]

/** What the schema alone cannot say about a definition. */
function rulesOf(definition: Definition): FoundFault[] {
  const faults: FoundFault[] = []
  const fault = (path: string, problem: string, facts: Record<string, unknown> = {}) =>
    faults.push({ path, problem, facts })
  const { properties, required } = definition.params
  for (const name of required) {
    if (!(name in properties)) fault('params.required', 'unknown', { key: name })
  }
  for (const [name, param] of Object.entries(properties)) {
    if (param.type !== 'string' || param.pattern === undefined) continue
    try {
      RegExp(param.pattern, 'u')
    } catch (error) {
      fault(`params.properties.${name}.pattern`, 'text', { reason: String(error) })
    }
  }
  if (definition.reminder) {
    const { time } = definition.reminder
    const param = properties[time]
    if (param?.type !== 'string' || param.format !== 'date-time')
      fault('reminder.time', 'rule', { rule: 'a param of format "date-time"', got: time })
  }
  if (!isZone(definition.timeZone)) fault('timeZone', 'format', { format: 'IANA', got: definition.timeZone })
  const slots = Object.keys(definition.keywords).length
  if (definition.library && definition.library.keywords.length !== slots)
    fault('library.keywords', 'rule', {
      rule: `one for each of the ${slots} keywords`,
      got: definition.library.keywords.join(', '),
    })
  const subscribe = definition.channel === 'subscribe'
  for (const { field, holds, words } of subscribe ? [] : templateMessageRules)
    if (definition[field] !== undefined && !holds(definition))
      fault(field, 'rule', { rule: words, got: JSON.stringify(definition[field]) })
  for (const field of ['emphasisKeyword', 'fallback'] as const)
    if (subscribe && definition[field] !== undefined)
      fault(field, 'rule', { rule: 'only a template of channel "template" has it', got: definition[field] })
  for (const [keyword, { text, values, overflow }] of Object.entries(definition.keywords)) {
    const type = subscribe ? keywordTypeOf(keyword) : undefined
    if (subscribe && !type) fault(`keywords.${keyword}`, 'keyword-type', { known: Object.keys(keywordRules) })
    const rule: KeywordRule | undefined = type && keywordRules[type]
    if (rule?.listed && !values) fault(`keywords.${keyword}.values`, 'missing', { expected: 'array' })
    if (overflow === 'ellipsis' && rule && !rule.ellipsis)
      fault(`keywords.${keyword}.overflow`, 'rule', {
        rule: `"…" is not allowed in a ${type}`,
        got: overflow,
      })
    compiles(`keywords.${keyword}.text`, text)
  }
  for (const [language, variant] of Object.entries(definition.languages)) {
    for (const [keyword, text] of Object.entries(variant?.keywords ?? {})) {
      if (keyword in definition.keywords) compiles(`languages.${language}.keywords.${keyword}`, text)
      else fault(`languages.${language}.keywords.${keyword}`, 'unknown', { key: keyword })
    }
    for (const name of Object.keys(variant?.fields ?? {})) {
      if (!(name in properties)) fault(`languages.${language}.fields.${name}`, 'unknown', { key: name })
    }
  }
  if (definition.page !== undefined) compiles('page', definition.page)
  faults.push(...digestFaults(definition))
  return faults

  function compiles(path: string, text: string) {
    try {
      compileText(text)
    } catch (error) {
      fault(path, 'text', { reason: error instanceof Error ? error.message : String(error) })
    }
  }
}

/** The example must render in every language: whole, with the optional params left out, and two of it as one. */
function examplesOf(template: Template): FoundFault[] {
  const { definition, languages } = template
  const { example, params, digest } = definition
  const least = Object.fromEntries(Object.entries(example).filter(([name]) => params.required.includes(name)))
  const faultsAt = (path: string, given: unknown) =>
    languages.flatMap((language) => {
      try {
        template.render(given, language)
        return []
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error
        return error.faults.map((f) => ({ ...f, path: `${path} in ${language}: ${f.path}` }))
      }
    })
  const alone = [...faultsAt('example', example), ...faultsAt('example (optional params left out)', least)]
  if (!digest || alone.length > 0) return alone
  const one = paramsOf(example)
  return faultsAt('example (two as a digest)', digestParams(definition, [one, one]))
}

/** Checks and compiles a definition; `file` names it in the error. Throws DefinitionError with every fault. */
export function templateOf(file: string, input: unknown): Template {
  const parsed = definitionSchema.safeParse(input)
  if (!parsed.success) throw new DefinitionError(file, faultsOf(parsed.error, '', input))
  const broken = rulesOf(parsed.data)
  if (broken.length > 0) throw new DefinitionError(file, broken)
  const template = make(parsed.data)
  const failing = examplesOf(template)
  if (failing.length > 0) throw new DefinitionError(file, failing)
  return template
}
