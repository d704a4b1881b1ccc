/** What is written on a command line, checked where it is read. */
import { InvalidArgumentError } from 'commander'

const listOf = (text: string): string[] => text.split(',').filter((part) => part !== '')
export const allOf = (text: string, before: string[] = []): string[] => [...before, ...listOf(text)]

/** Messages per second; null for `max`. */
export function rateOf(text: string): number | null {
  if (text === 'max') return null
  const rate = Number(text)
  if (!Number.isFinite(rate) || rate <= 0)
    throw new InvalidArgumentError('a rate is messages per second, such as 50 or 0.5, or max')
  return rate
}

export function wholeOf(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('a whole number is wanted')
  return Number(text)
}

/** `09:00-21:00` */
export function hoursOf(text: string): { from: string; to: string } {
  const [, from, to] = /^(\d\d:\d\d)-(\d\d:\d\d)$/.exec(text) ?? []
  if (from === undefined || to === undefined) throw new InvalidArgumentError('hours are written 09:00-21:00')
  return { from, to }
}

/** `1,3,2`: keywords of a public template, 2 to 5 of them (wechat.md §3). */
export function kidsOf(text: string): number[] {
  const kids = listOf(text).map(Number)
  if (kids.length < 2 || kids.length > 5 || kids.some((kid) => !Number.isInteger(kid) || kid < 1))
    throw new InvalidArgumentError('2 to 5 numbers of keywords are wanted, such as 1,3,2')
  return kids
}

/** `sceneDesc` of a template (wechat.md §3). */
export function sceneOf(text: string): string {
  const { length } = [...text.trim()]
  if (length === 0 || length > 15) throw new InvalidArgumentError('a scene has 1 to 15 characters')
  return text.trim()
}

/** An errcode or a reason. */
export function codeOf(text: string): number | string {
  return /^-?\d+$/.test(text) ? Number(text) : text
}
