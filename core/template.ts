/** A template: its definition compiled once, its messages rendered and checked as WeChat will see them. */
import type { Card, CardLine, Language, ParamField } from './contract'
import { type Definition, definitionSchema } from './definition'
import { type FoundFault, ServiceError } from './errors'
import { faultsOf, quoted } from './faults'
import { canonical, hash } from './hash'
import {
  checkValue,
  ellipsis,
  keywordRules,
  keywordTypeOf,
  normaliseValue,
  type KeywordRule,
} from './keywords'
import { checkParams, fieldsOf, type Params, paramsSchemaOf } from './params'
import { compileText, encoded, type Text } from './rendering'
import { isZone } from './time'

/** A message ready to send: values by keyword, and the page with its query. */
export type Rendered = {
  data: Record<string, string>
  page?: string
}

export interface Template {
  readonly definition: Definition
  /** The hash of the content: an edit is another revision. */
  readonly revision: string
  readonly fields: ParamField[]
  readonly languages: Language[]
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
  label: string
  overflow: 'refuse' | 'ellipsis'
  values?: readonly string[]
  text(language: Language): Text
}

function valueOf(slot: Slot, params: Params, language: Language, zone: string, faults: FoundFault[]): string {
  const type = keywordTypeOf(slot.keyword)
  if (!type) throw new Error(`${slot.keyword} is of no known keyword type; the definition was not checked`)
  let value: string
  try {
    value = normaliseValue(slot.text(language)(params, zone))
  } catch (error) {
    faults.push({ path: slot.keyword, problem: 'text', facts: { label: slot.label, reason: String(error) } })
    return ''
  }
  if (slot.overflow === 'ellipsis') value = ellipsis(type, value)
  const problem = checkValue(type, value, slot.values)
  if (problem) {
    const { allows }: KeywordRule = keywordRules[type]
    const facts = { ...problem, label: slot.label, got: quoted(value), allows }
    faults.push({ path: slot.keyword, problem: `keyword-${problem.problem}`, facts })
  }
  return value
}

function make(definition: Definition): Template {
  const schema = paramsSchemaOf(definition)
  const page = definition.page === undefined ? undefined : compileText(definition.page)
  const slots = Object.entries(definition.keywords).map(
    ([keyword, { label, text, overflow, values }]): Slot => {
      const texts = new Map<Language, Text>([[DEFAULT_LANGUAGE, compileText(text)]])
      for (const [language, variant] of Object.entries(definition.languages)) {
        const own = variant?.keywords[keyword]
        if (own !== undefined) texts.set(language as Language, compileText(own))
      }
      const fallback = compileText(text)
      return {
        keyword,
        label,
        overflow,
        ...(values && { values }),
        text: (language) => texts.get(language) ?? fallback,
      }
    },
  )
  return {
    definition,
    revision: hash(canonical({ ...definition, $schema: undefined }), 16),
    fields: fieldsOf(definition),
    languages: [DEFAULT_LANGUAGE, ...(Object.keys(definition.languages) as Language[])],
    render(input, language = DEFAULT_LANGUAGE) {
      const params = checkParams(schema, definition.key, input)
      const faults: FoundFault[] = []
      const data = Object.fromEntries(
        slots.map((slot) => [slot.keyword, valueOf(slot, params, language, definition.timeZone, faults)]),
      )
      if (faults.length > 0) throw new ServiceError('KEYWORD_INVALID', { template: definition.key }, faults)
      return page ? { data, page: page(encoded(params), definition.timeZone) } : { data }
    },
    card({ data, page: opened }, language = DEFAULT_LANGUAGE) {
      const lines = slots.map(
        ({ keyword, label }): CardLine => ({ keyword, label, value: data[keyword] ?? '' }),
      )
      const title = definition.languages[language]?.title ?? definition.title
      return opened === undefined ? { title, lines } : { title, lines, page: opened }
    },
  }
}

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
  if (!isZone(definition.timeZone)) fault('timeZone', 'format', { format: 'IANA', got: definition.timeZone })
  const subscribe = definition.channel === 'subscribe'
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
  }
  if (definition.page !== undefined) compiles('page', definition.page)
  return faults

  function compiles(path: string, text: string) {
    try {
      compileText(text)
    } catch (error) {
      fault(path, 'text', { reason: error instanceof Error ? error.message : String(error) })
    }
  }
}

/** The example must render in every language, whole and with the optional params left out. */
function examplesOf(template: Template): FoundFault[] {
  const { example, params } = template.definition
  const least = Object.fromEntries(Object.entries(example).filter(([name]) => params.required.includes(name)))
  return [['example', example] as const, ['example (optional params left out)', least] as const].flatMap(
    ([path, given]) =>
      template.languages.flatMap((language) => {
        try {
          template.render(given, language)
          return []
        } catch (error) {
          if (!(error instanceof ServiceError)) throw error
          return error.faults.map((f) => ({ ...f, path: `${path} in ${language}: ${f.path}` }))
        }
      }),
  )
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
