/**
 * WeChat's rule for each keyword type, as data. Where the documents are silent the stricter reading is taken: what
 * passes here is never answered 47003. Sources are the sections of docs/facts/wechat.md.
 */

/** A way to write a value: the grammar, and how many of `counted` there may be. */
interface Form {
  grammar: RegExp
  max: number
  /** What is counted; every character (code point) by default. */
  counted?: RegExp
}

export interface KeywordRule {
  /** WeChat's name of the type. */
  title: string
  /** Passes if one form fits; none for types whose values the template lists. */
  forms: readonly Form[]
  /** The value must be one of the template's listed values. */
  listed?: true
  /** Whether a value that is too long may be cut and end with "…" (only where "…" is in the alphabet). */
  ellipsis?: true
  allows: { zh: string; en: string }
  source: string
}

const HAN = '\\p{Script=Han}'
/** "Ordinary symbols other than Chinese, English, digits; no newline or control characters" (SEND): space is one. */
const SYMBOL = '\\p{P}\\p{S}\\x20'

const clock = '(?:[01]?\\d|2[0-3]):[0-5]\\d(?::[0-5]\\d)?'
const year = '\\d{4}'
const month = '(?:0?[1-9]|1[0-2])'
const day = '(?:0?[1-9]|[12]\\d|3[01])'
const joined = (...parts: string[]) => ['-', '/', '\\.'].map((join) => parts.join(join))
const fullDate = `(?:${[`${year}年${month}月${day}日`, ...joined(year, month, day)].join('|')})`
const anyDate = `(?:${[
  fullDate,
  `${year}年${month}月`,
  `${month}月${day}日`,
  ...joined(year, month),
  ...joined(month, day),
].join('|')})`
/** One point, or two joined by an ASCII tilde: the full-width one is refused (C:000e6edb2a4938ed0031122ba61000). */
const pointOrRange = (point: string) => new RegExp(`^(?:${point})(?:~(?:${point}))?$`, 'u')
const LONGEST_RANGE = 64

export const keywordRules = {
  thing: {
    title: '事物',
    forms: [{ grammar: /^[^\p{C}]+$/u, max: 20 }],
    ellipsis: true,
    allows: {
      zh: '20 个以内的汉字、数字、字母或符号',
      en: 'at most 20 Han characters, digits, letters or symbols',
    },
    source: 'wechat.md §2 thing',
  },
  number: {
    title: '数字',
    forms: [{ grammar: /^\d+(?:\.\d+)?$/u, max: 32, counted: /\d/gu }],
    allows: { zh: '32 位以内数字，可带小数', en: 'at most 32 digits, decimals allowed' },
    source: 'wechat.md §2 number',
  },
  letter: {
    title: '字母',
    forms: [{ grammar: /^[A-Za-z]+$/u, max: 32 }],
    allows: { zh: '32 个以内字母', en: 'at most 32 letters' },
    source: 'wechat.md §2 letter',
  },
  symbol: {
    title: '符号',
    forms: [{ grammar: /^[\p{P}\p{S}]+$/u, max: 5 }],
    allows: { zh: '5 个以内符号', en: 'at most 5 symbols' },
    source: 'wechat.md §2 symbol',
  },
  character_string: {
    title: '字符串',
    forms: [{ grammar: /^[\x20-\x7e]+$/u, max: 32 }],
    allows: {
      zh: '32 位以内数字、字母或符号（不含汉字）',
      en: 'at most 32 digits, letters or symbols (no Han characters)',
    },
    source: 'wechat.md §2 character_string',
  },
  time: {
    title: '时间',
    forms: [{ grammar: pointOrRange(`(?:${fullDate} )?${clock}`), max: LONGEST_RANGE }],
    allows: {
      zh: '24 小时制时间，前面可带年月日，时间段用 ~ 连接，如 15:01、2019年10月1日 15:01、08:00~12:00',
      en: 'a 24-hour time, a date before it if you like, a range with "~": 15:01, 2019年10月1日 15:01, 08:00~12:00',
    },
    source: 'wechat.md §2 time',
  },
  date: {
    title: '日期',
    forms: [{ grammar: pointOrRange(`${anyDate}(?: ${clock})?`), max: LONGEST_RANGE }],
    allows: {
      zh: '年月日，后面可带 24 小时制时间，时间段用 ~ 连接，如 2019年10月1日、2019-12-25 09:42',
      en: 'a date, a 24-hour time after it if you like, a range with "~": 2019年10月1日, 2019-12-25 09:42',
    },
    source: 'wechat.md §2 date',
  },
  amount: {
    title: '金额',
    forms: [{ grammar: /^[¥￥$€£]\d+(?:\.\d+)?元?$/u, max: 10, counted: /\d/gu }],
    allows: {
      zh: '1 个币种符号加 10 位以内数字，可带小数，结尾可带“元”，如 ￥100',
      en: 'one currency symbol and at most 10 digits, decimals allowed, "元" allowed at the end: ￥100',
    },
    source: 'wechat.md §2 amount',
  },
  phone_number: {
    title: '电话',
    forms: [{ grammar: /^(?=.*\d)[\d\x20+\-()#*,.]+$/u, max: 17 }],
    allows: {
      zh: '17 位以内数字、符号，如 +86-0766-66888866',
      en: 'at most 17 digits or symbols: +86-0766-66888866',
    },
    source: 'wechat.md §2 phone_number',
  },
  car_number: {
    title: '车牌',
    forms: [{ grammar: new RegExp(`^[${HAN}A-Za-z0-9][A-Za-z0-9]*[${HAN}A-Za-z0-9]$`, 'u'), max: 8 }],
    allows: {
      zh: '8 位以内，第一位与最后一位可为汉字，其余为字母或数字',
      en: 'at most 8, the first and the last may be Han characters, the others letters or digits',
    },
    source: 'wechat.md §2 car_number',
  },
  name: {
    title: '姓名',
    forms: [
      { grammar: new RegExp(`^(?=.*${HAN})[${HAN}A-Za-z${SYMBOL}]+$`, 'u'), max: 10 },
      { grammar: new RegExp(`^[A-Za-z${SYMBOL}]+$`, 'u'), max: 20 },
    ],
    allows: {
      zh: '10 个以内汉字，或 20 个以内字母、符号，不能有数字',
      en: 'at most 10 characters with a Han one among them, or 20 letters and symbols; no digits',
    },
    source: 'wechat.md §2 name',
  },
  phrase: {
    title: '汉字',
    forms: [{ grammar: new RegExp(`^${HAN}+$`, 'u'), max: 5 }],
    allows: { zh: '5 个以内汉字', en: 'at most 5 Han characters' },
    source: 'wechat.md §2 phrase',
  },
  enum_string: {
    title: '枚举值',
    forms: [],
    listed: true,
    allows: { zh: '模板列出的值之一', en: 'one of the values that the template lists' },
    source: 'wechat.md §2 enum',
  },
  short_thing: {
    title: '短事物',
    forms: [{ grammar: /^[^\p{C}]+$/u, max: 5 }],
    ellipsis: true,
    allows: {
      zh: '5 个以内的汉字、数字、字母或符号（官方未列出此类型，取最严）',
      en: 'at most 5 characters (not in the official table: the strictest neighbour is taken)',
    },
    source: 'wechat.md §2 short_thing: length UNVERIFIED',
  },
  const: {
    title: '常量',
    forms: [],
    listed: true,
    allows: { zh: '审核通过的值之一', en: 'one of the values approved in review' },
    source: 'wechat.md §2 const: UNVERIFIED for Mini Programs',
  },
} as const satisfies Record<string, KeywordRule>

/** Values of template messages (`keyword1`) are free text. */
export const freeText: KeywordRule = {
  title: '文字',
  forms: [{ grammar: /^[^\p{C}]+$/u, max: 200 }],
  ellipsis: true,
  allows: { zh: '200 个以内的文字', en: 'at most 200 characters' },
  source: 'wechat.md §4.1: no limit is documented; 200 is ours, so that a card stays a card',
}

export type KeywordType = keyof typeof keywordRules
export const keywordTypes = Object.keys(keywordRules) as KeywordType[]

/** `thing1` → `thing`; undefined where the key is no keyword of a known type. */
export function keywordTypeOf(keyword: string): KeywordType | undefined {
  const type = /^([a-z_]+?)\d+$/.exec(keyword)?.[1]
  return keywordTypes.find((known) => known === type)
}

export type KeywordProblem =
  | { problem: 'empty' }
  | { problem: 'too-long'; max: number; count: number }
  | { problem: 'form'; value: string }
  | { problem: 'not-listed'; value: string; values: readonly string[] }

/** ASCII, common Han characters and punctuation: nothing of it is composed, taken out or replaced. */
const PLAIN = /^[\x20-\x7e\u00a5\u4e00-\u9fff\u3001-\u3011\uff01-\uff5e]*$/

/**
 * What reaches WeChat: emoji taken out (UNVERIFIED at WeChat, wechat.md §2), line breaks and other control
 * characters turned into spaces, ends trimmed.
 */
export function normaliseValue(text: string): string {
  if (PLAIN.test(text)) return text.trim()
  return text
    .normalize('NFC')
    .replace(
      /\p{Emoji_Presentation}|\p{Emoji_Modifier}|\p{RI}|\u200d|\ufe0f|\u20e3|[\u{e0020}-\u{e007f}]/gu,
      '',
    )
    .replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
}

const countOf = (value: string, form: Form) =>
  form.counted ? [...value.matchAll(form.counted)].length : [...value].length

/** Null where WeChat accepts the value for a keyword of this type; `listed` are the template's own values. */
export const checkValue = (
  type: KeywordType,
  value: string,
  listed?: readonly string[],
): KeywordProblem | null => checkBy(keywordRules[type], value, listed)

/** Null where the value keeps the rule. */
export function checkBy(rule: KeywordRule, value: string, listed?: readonly string[]): KeywordProblem | null {
  if (value === '') return { problem: 'empty' }
  if (rule.listed) {
    const values = listed ?? []
    return values.includes(value) ? null : { problem: 'not-listed', value, values }
  }
  let widest: Form | undefined
  for (const form of rule.forms)
    if ((!widest || form.max > widest.max) && form.grammar.test(value)) widest = form
  if (!widest) return { problem: 'form', value }
  // What is counted has at least one UTF-16 unit each.
  if (value.length <= widest.max) return null
  const count = countOf(value, widest)
  return count > widest.max ? { problem: 'too-long', max: widest.max, count } : null
}

/** Cuts a value of a rule with `ellipsis` to its limit, ending with "…". */
export function ellipsis(rule: KeywordRule, value: string): string {
  const max = rule.forms[0]?.max
  if (!rule.ellipsis || max === undefined || value.length <= max) return value
  const characters = [...value]
  if (characters.length <= max) return value
  return `${characters
    .slice(0, max - 1)
    .join('')
    .trimEnd()}…`
}
