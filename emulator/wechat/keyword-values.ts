/**
 * WeChat's rule for the value of each keyword type (wechat.md §2). Where the documents are silent, the value is
 * accepted: a refusal here is one that WeChat is known to make. Characters are counted by code point.
 */

export type ValueVerdict = { ok: true } | { ok: false; reason: string }

interface Rule {
  /** What the value must look like. */
  pattern: RegExp
  /** Most characters of the kind that is counted (all of them, unless `counted` says which). */
  max?: number
  counted?: RegExp
  allows: string
  source: string
}

const HAN = String.raw`\p{Script=Han}`
/** An ordinary symbol: neither Chinese, nor a letter, nor a digit (wechat.md §2). */
const SYMBOL = String.raw`[^${HAN}A-Za-z0-9]`

const DATE = String.raw`(?:${[
  String.raw`\d{4}年\d{1,2}月\d{1,2}日`,
  String.raw`\d{4}年\d{1,2}月`,
  String.raw`\d{1,2}月\d{1,2}日`,
  String.raw`(?:\d{4}-)?\d{1,2}-\d{1,2}`,
  String.raw`(?:\d{4}/)?\d{1,2}/\d{1,2}`,
  String.raw`(?:\d{4}\.)?\d{1,2}\.\d{1,2}`,
  String.raw`\d{4}[-/.]\d{1,2}`,
].join('|')})`
const TIME = String.raw`(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?`
// Spaces around the range sign are not documented either way: accepted. The sign itself is the ASCII one only.
const RANGE = String.raw` ?~ ?`
const MOMENT = String.raw`(?:${DATE} ?)?${TIME}`
const DAY = String.raw`${DATE}(?: ?${TIME})?`

const RULES: Record<string, Rule> = {
  thing: { pattern: /^/u, max: 20, allows: 'any characters', source: 'SEND; over 20 refused' },
  number: {
    pattern: /^-?\d+(?:\.\d+)?$/u,
    max: 32,
    counted: /\d/gu,
    allows: 'digits, with decimals',
    source: 'SEND; a sign is UNVERIFIED',
  },
  letter: { pattern: /^[A-Za-z]+$/u, max: 32, allows: 'letters', source: 'SEND' },
  symbol: { pattern: new RegExp(`^${SYMBOL}+$`, 'u'), max: 5, allows: 'symbols', source: 'SEND' },
  character_string: {
    pattern: new RegExp(`^[^${HAN}]+$`, 'u'),
    max: 32,
    allows: 'digits, letters, symbols',
    source: 'SEND',
  },
  time: {
    pattern: new RegExp(`^${MOMENT}(?:${RANGE}${MOMENT})?$`, 'u'),
    allows: '24-hour times with an optional date, ranges with ~',
    source: 'SEND; epoch numbers and `08~12` refused',
  },
  date: {
    pattern: new RegExp(`^${DAY}(?:${RANGE}(?:${DAY}|${TIME}))?$`, 'u'),
    allows: 'dates with an optional 24-hour time, ranges with ~',
    source: 'SEND',
  },
  amount: {
    pattern: /^\p{Sc}?\d{1,10}(?:\.\d+)?元?$/u,
    allows: 'one currency symbol and up to 10 digits, with decimals, 元 at the end',
    source: 'SEND; whether the symbol may be left out is UNVERIFIED',
  },
  phone_number: {
    pattern: new RegExp(`^[^${HAN}A-Za-z]+$`, 'u'),
    max: 17,
    allows: 'digits and symbols',
    source: 'SEND',
  },
  car_number: {
    pattern: new RegExp(`^[${HAN}A-Za-z0-9][A-Za-z0-9]*[${HAN}A-Za-z0-9]$`, 'u'),
    max: 8,
    allows: 'letters and digits, Chinese first and last',
    source: 'SEND',
  },
  name: {
    pattern: /^\D+$/u,
    allows: 'Chinese, letters and symbols, no digits',
    source: 'SEND; digits refused',
  },
  phrase: {
    pattern: new RegExp(`^${HAN}+$`, 'u'),
    max: 5,
    allows: 'Chinese characters',
    source: 'SEND; 6 refused',
  },
}

/** A name with Chinese in it counts as Chinese: 10; otherwise 20 (wechat.md §2). */
const NAME_MAX = { chinese: 10, other: 20 } as const

// Newlines and control characters are refused in every type (wechat.md §2).
const CONTROL = /\p{Cc}|[\u2028\u2029]/u

/** The keyword type in a key: `thing1` → `thing`, `enum_string2` → `enum_string`; undefined when it is none. */
export function keywordType(key: string): string | undefined {
  return /^([a-z_]+?)_?\d+$/.exec(key)?.[1]
}

/** Checks one value as WeChat does at a send. `enumValues` is what the template lists for an enum keyword. */
export function checkKeywordValue(key: string, value: unknown, enumValues?: readonly string[]): ValueVerdict {
  if (value === undefined || value === null) return refusal('is empty')
  if (typeof value !== 'string' && typeof value !== 'number') return refusal('invalid')
  const text = String(value)
  if (text.trim() === '') return refusal('is empty')
  if (CONTROL.test(text)) return refusal('invalid')

  const type = keywordType(key) ?? ''
  if (type === 'enum' || type === 'enum_string')
    return enumValues === undefined || enumValues.includes(text) ? { ok: true } : refusal('invalid')
  const rule = RULES[type]
  // Types without a documented rule (short_thing, const) are accepted.
  if (rule === undefined) return { ok: true }
  if (!rule.pattern.test(text)) return refusal('invalid')
  const max = type === 'name' ? nameMax(text) : rule.max
  const count = rule.counted === undefined ? Array.from(text).length : (text.match(rule.counted)?.length ?? 0)
  return max !== undefined && count > max ? refusal('invalid') : { ok: true }
}

function nameMax(text: string): number {
  return /\p{Script=Han}/u.test(text) ? NAME_MAX.chinese : NAME_MAX.other
}

function refusal(reason: string): ValueVerdict {
  return { ok: false, reason }
}
