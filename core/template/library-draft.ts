/** A template file for a template that the account has: params guessed from the keyword types, the example from WeChat's. */
import type * as z from 'zod'
import type { AccountKeyword, AccountTemplate } from '../contract'
import type { definitionSchema } from './definition'
import { checkValue, keywordRules, keywordTypeOf, type KeywordType } from './keywords'
import { hash } from '../hash'

export type Draft = z.input<typeof definitionSchema>
type Param = Draft['params']['properties'][string]

interface Guess {
  param: Param
  /** The text of the keyword, for a param of this name. */
  text: (name: string) => string
  /** What the param is in the example. */
  example: string | number
}

const plain = (name: string) => `{{${name}}}`

/** `2019年10月1日 15:01` and the like: how it is written, and the instant that it is. */
function momentOf(value: string): { format: string; isTimed: boolean; written: string } | null {
  const parts = /^(\d{4})(年|[-/.])(\d{1,2})(月|[-/.])(\d{1,2})(日?)(?: (\d{1,2}):(\d{2})(?::\d{2})?)?$/.exec(
    value,
  )
  if (!parts) return null
  const [, year = '', afterYear = '', month = '', afterMonth = '', day = '', end = '', hour, minute] = parts
  const two = (text: string) => text.padStart(2, '0')
  const date = `${year}-${two(month)}-${two(day)}`
  const isHan = afterYear === '年'
  const format = isHan ? `YYYY${afterYear}M${afterMonth}D${end}` : `YYYY${afterYear}MM${afterMonth}DD`
  return hour === undefined || minute === undefined
    ? { format, isTimed: false, written: date }
    : { format: `${format} HH:mm`, isTimed: true, written: `${date}T${two(hour)}:${minute}` }
}

type Guesser = (title: string, value: string, values?: readonly string[]) => Guess

const text =
  (maxLength: number): Guesser =>
  (title, value) => ({ param: { type: 'string', title, maxLength }, text: plain, example: value })

const moment: Guesser = (title, value) => {
  const found = momentOf(value)
  if (!found) return text(64)(title, value)
  return {
    param: { type: 'string', title, format: found.isTimed ? 'date-time' : 'date' },
    text: (name) => `{{date ${name} '${found.format}'}}`,
    example: found.written,
  }
}

const amount: Guesser = (title, value) => {
  const [, digits] = /^[¥￥](\d{1,8}(?:\.\d{1,2})?)$/.exec(value) ?? []
  if (digits === undefined) return text(14)(title, value)
  return {
    param: { type: 'number', title, minimum: 0, maximum: 99_999_999 },
    text: (name) => `{{money ${name}}}`,
    example: Number(digits),
  }
}

const listed: Guesser = (title, value, values) => ({
  param: { type: 'string', title, enum: [...(values ?? [value])] },
  text: plain,
  example: value,
})

/** By keyword type: how its param is guessed, and a value that passes where WeChat's example does not. */
const guesses: Readonly<Record<KeywordType, { guess: Guesser; sample: string }>> = {
  thing: { guess: text(20), sample: '示例' },
  number: {
    guess: (title, value) => ({
      param: { type: 'number', title, minimum: 0 },
      text: plain,
      example: Number(value),
    }),
    sample: '1',
  },
  letter: { guess: text(32), sample: 'A' },
  symbol: { guess: text(5), sample: '+' },
  character_string: { guess: text(32), sample: 'A1' },
  time: { guess: moment, sample: '2026年1月1日 15:01' },
  date: { guess: moment, sample: '2026年1月1日' },
  amount: { guess: amount, sample: '¥1' },
  phone_number: { guess: text(17), sample: '020-81167888' },
  car_number: { guess: text(8), sample: '粤A8Z888' },
  name: { guess: text(20), sample: '张三' },
  phrase: { guess: text(5), sample: '示例' },
  enum_string: { guess: listed, sample: '示例' },
  short_thing: { guess: text(5), sample: '示例' },
  const: { guess: listed, sample: '示例' },
}

function exampleOf(type: KeywordType, { example, values }: AccountKeyword): string {
  const isListed = 'listed' in keywordRules[type]
  const among = values ?? (example === '' ? undefined : [example])
  if (checkValue(type, example, isListed ? among : undefined) === null) return example
  return isListed ? (among?.[0] ?? guesses[type].sample) : guesses[type].sample
}

/** `character_string1` → `characterString1` */
const paramOf = (keyword: string) =>
  keyword.replace(/_([a-z])/g, (_whole, letter: string) => letter.toUpperCase())

/** A key for a title that has no Latin letters, always the same for one template. */
const keyOf = ({ templateId }: AccountTemplate) => `template-${hash(templateId, 8).toLowerCase()}`

export interface DraftOptions {
  /** The Mini Program that has it; none has what is still to be added. */
  appid?: string
  scene: string
  key?: string
  library?: Draft['library']
}

/** Why a template cannot be written down. */
export type Undraftable = { reason: 'kind' } | { reason: 'keyword-type'; keyword: string }

/** The file's content, or why there can be none. */
export function draftOf(
  template: AccountTemplate,
  { appid, scene, key = keyOf(template), library }: DraftOptions,
): Draft | Undraftable {
  const { templateId, title, kind, keywords } = template
  if (kind === 'other') return { reason: 'kind' }
  const slots = keywords.map((one) => ({
    ...one,
    type: keywordTypeOf(one.keyword),
    name: paramOf(one.keyword),
  }))
  const unknown = slots.find(({ type }) => type === undefined)
  if (unknown) return { reason: 'keyword-type', keyword: unknown.keyword }
  const guessed = slots.flatMap((one) => {
    if (!one.type) return []
    const value = exampleOf(one.type, one)
    return [{ ...one, ...guesses[one.type].guess(one.label, value, one.values), value }]
  })
  return {
    $schema: './template.schema.json',
    key,
    title,
    channel: 'subscribe',
    kind,
    templateIds: appid === undefined ? {} : { [appid]: templateId },
    ...(library && { library }),
    scenes: [scene],
    params: {
      type: 'object',
      properties: Object.fromEntries(guessed.map(({ name, param }) => [name, param])),
      required: guessed.map(({ name }) => name),
    },
    keywords: Object.fromEntries(
      guessed.map(({ keyword, label, name, text: textFor, type, values, value }) => {
        const isListed = type !== undefined && 'listed' in keywordRules[type]
        return [keyword, { label, text: textFor(name), ...(isListed && { values: values ?? [value] }) }]
      }),
    ),
    example: Object.fromEntries(guessed.map(({ name, example }) => [name, example])),
  }
}
