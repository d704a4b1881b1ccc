/** A phone number as WeChat tells it, and as much of it as may be shown. */
import * as z from 'zod'

/** `purePhoneNumber` has no country code (WeChat's page of getPhoneNumber). */
const schema = z.object({
  purePhoneNumber: z.string().regex(/^\d{5,15}$/),
  countryCode: z
    .union([z.string(), z.number()])
    .transform(String)
    .pipe(z.string().regex(/^\d{1,4}$/)),
})

/** `+86 13800138000`; undefined where the data is none of a phone number. */
export function phoneNumberIn(data: Record<string, unknown>): string | undefined {
  const parsed = schema.safeParse(data)
  return parsed.success ? `+${parsed.data.countryCode} ${parsed.data.purePhoneNumber}` : undefined
}

/** Digits that are shown at both ends, by the length of the number: at least three stay hidden. */
const SHOWN = [
  { from: 10, head: 3, tail: 4 },
  { from: 0, head: 0, tail: 2 },
] as const
const HOME = '+86'

/** `138****1234`, with the country where it is not China. */
export function masked(phoneNumber: string): string {
  const [country = '', number = ''] = phoneNumber.split(' ')
  const { head, tail } = SHOWN.find(({ from }) => number.length >= from) ?? { head: 0, tail: 0 }
  const end = number.length - tail
  const shown = `${number.slice(0, head)}${'*'.repeat(end - head)}${number.slice(end)}`
  return country === HOME ? shown : `${country} ${shown}`
}
