/** Every explanation, and how one is found from what a person has before them. */
import { accounts } from './accounts'
import { answered } from './answers'
import type { Explanation } from './explanation'
import { phone } from './phone'
import { resources } from './resources'

export const explanations: readonly Explanation[] = [...answered, ...accounts, ...resources, ...phone]

/** What the digits of a negative code say of where it comes from (wechat.md §11). */
const sides = {
  4: ['小程序或 SDK 本身', 'the SDK itself'],
  5: ['腾讯云', 'Tencent Cloud'],
  6: ['微信', 'WeChat'],
} as const
const areas = {
  '01': ['通用', 'general'],
  '02': ['数据库', 'the database'],
  '03': ['文件', 'files'],
  '04': ['云函数', 'functions'],
} as const

/** Where a code comes from, by its digits; null where they say nothing. */
export function placeOf(code: number): { zh: string; en: string } | null {
  const [, side = '', area = ''] = /^-([456])(0[1-4])\d{3}$/.exec(String(code)) ?? []
  const from = Object.entries(sides).find(([digit]) => digit === side)?.[1]
  const of = Object.entries(areas).find(([digits]) => digits === area)?.[1]
  return from && of ? { zh: `来自${from[0]}：${of[0]}`, en: `from ${from[1]}: ${of[1]}` } : null
}

const numbersIn = (text: string): number[] => [...text.matchAll(/(?<![\w.-])-?\d+(?![\w-])/g)].map(Number)

/** The explanations that a code, or the whole text of an error, is about: the surest first. */
export function explanationsIn(text: string): Explanation[] {
  const given = text.trim()
  const isNumber = /^-?\d+$/.test(given)
  const named = explanations.filter(({ code }) =>
    typeof code === 'string' ? new RegExp(`\\b${code}\\b`).test(given) : false,
  )
  const worded = isNumber ? [] : explanations.filter((one) => one.text?.test(given))
  const numbers = numbersIn(given)
  // A line number or a year is no errcode: in a longer text a number counts where something calls it one.
  const called = [...given.matchAll(/(?:err(?:or)?_?code|code|fail)["'\s:=]*(-?\d+)/gi)].map(([, code]) =>
    Number(code),
  )
  const isSure = (code: number) => isNumber || code < 0 || called.includes(code)
  const numbered = explanations.filter(
    ({ code }) => typeof code === 'number' && numbers.includes(code) && isSure(code),
  )
  return [...new Set([...named, ...worded, ...numbered])]
}

/** Known codes that look like this one: they begin alike, or are the nearest numbers. */
export function near(text: string, most = 5): Explanation[] {
  const [wanted = Number.NaN] = numbersIn(text)
  if (Number.isNaN(wanted)) {
    const word = text.trim().toLowerCase()
    return explanations
      .filter(({ code }) => typeof code === 'string' && alike(code.toLowerCase(), word) > 0.3)
      .slice(0, most)
  }
  const distance = ({ code }: Explanation) =>
    typeof code === 'number' && Math.sign(code) === Math.sign(wanted) ? Math.abs(code - wanted) : Infinity
  return explanations
    .filter((one) => distance(one) <= 1_000)
    .sort((one, other) => distance(one) - distance(other))
    .slice(0, most)
}

/** The share of pairs of letters that two words have in common. */
function alike(one: string, other: string): number {
  const pairs = (word: string) =>
    new Set(Array.from({ length: word.length - 1 }, (_, at) => word.slice(at, at + 2)))
  const [left, right] = [pairs(one), pairs(other)]
  const common = [...left].filter((pair) => right.has(pair)).length
  return left.size + right.size === 0 ? 0 : (2 * common) / (left.size + right.size)
}
