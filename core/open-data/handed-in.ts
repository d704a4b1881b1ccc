/** Open data as a call brings it: filled in by WeChat, asked of WeChat by cloudID, or made up by a client. */
import * as z from 'zod'
import type { ErrorCode } from '../contract'
import { ServiceError } from '../errors'
import type { OpenDataAnswer, Ports } from '../ports'

/** The field of the event that WeChat fills: cloudIDs are replaced at its top level only (wechat.md §10). */
export const FIELD = 'openData'
/** CloudIDs of one call (wechat.md §8). */
const MOST = 5

/** What came in that field, and whether WeChat says that it filled it. */
export interface HandedIn {
  value: unknown
  isFilled: boolean
}

const infoSchema = z.object({ keys: z.array(z.string()) })

/** `OPEN_DATA_INFO` is JSON text; without it, or with another text, nothing was filled in (wechat.md §7, §10). */
export function isFilledIn(info: string | undefined): boolean {
  if (info === undefined) return false
  try {
    const parsed = infoSchema.safeParse(JSON.parse(info))
    return parsed.success && parsed.data.keys.includes(FIELD)
  } catch {
    return false
  }
}

const filledSchema = z.object({ cloudID: z.string(), data: z.record(z.string(), z.unknown()) })
// An errCode of 0 beside the data would be no failure.
const failedSchema = z.object({ cloudID: z.string(), errCode: z.number().refine((code) => code !== 0) })
const idsSchema = z.union([
  z
    .string()
    .min(1)
    .max(256)
    .transform((id) => [id]),
  z.array(z.string().min(1).max(256)).min(1).max(MOST),
])

/** WeChat's refusals of a cloudID, by its code (wechat.md §10, §11). */
const refusals: Record<number, ErrorCode> = {
  [-601005]: 'OPEN_DATA_INVALID',
  [-601006]: 'OPEN_DATA_EXPIRED',
  [-601007]: 'OPEN_DATA_FOREIGN',
}

const refusalOf = (code: number) => new ServiceError(refusals[code] ?? 'OPEN_DATA_FAILED', { code })

async function asked(source: Ports['openData'], ids: readonly string[]): Promise<Record<string, unknown>[]> {
  if (!source) throw new ServiceError('OPEN_DATA_FORGED')
  const answer: OpenDataAnswer = await source.ask(ids)
  if ('code' in answer) throw refusalOf(answer.code)
  return answer.data
}

/**
 * The open data that the call brings. Plain ids are asked of WeChat, which knows whose they are; a cloudID that WeChat
 * could not fill is refused in words. Throws OPEN_DATA_MISSING, OPEN_DATA_FORGED for an object that only looks filled,
 * OPEN_DATA_INVALID, OPEN_DATA_EXPIRED, OPEN_DATA_FOREIGN, OPEN_DATA_FAILED.
 */
export async function openDataIn(
  { value, isFilled }: HandedIn,
  source: Ports['openData'],
): Promise<Record<string, unknown>[]> {
  if (value === undefined || value === null) throw new ServiceError('OPEN_DATA_MISSING')
  const ids = idsSchema.safeParse(value)
  if (ids.success) return asked(source, ids.data)
  // A failure is refused whoever says so: nothing can be won by making one up.
  const failed = failedSchema.safeParse(value)
  if (failed.success) throw refusalOf(failed.data.errCode)
  const filled = filledSchema.safeParse(value)
  if (!isFilled || !filled.success) throw new ServiceError('OPEN_DATA_FORGED')
  return [filled.data.data]
}
