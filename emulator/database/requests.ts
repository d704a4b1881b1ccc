import * as z from 'zod'
import { invalidParam } from './failure'

/** The bodies of the `database.*` actions, as wx-server-sdk sends them (wire.md §3). Other fields are not looked at. */

const target = { collectionName: z.string(), transactionId: z.string().optional() }
const query = z.string().optional()
const count = z.number().int().nonnegative().optional()

export const REQUESTS = {
  get: z.object({
    ...target,
    query,
    projection: z.string().optional(),
    order: z.string().optional(),
    offset: count,
    limit: count,
  }),
  insert: z.object({ ...target, data: z.array(z.string()).min(1) }),
  modify: z.object({
    ...target,
    query,
    data: z.string(),
    multi: z.boolean().optional(),
    merge: z.boolean().optional(),
    upsert: z.boolean().optional(),
  }),
  remove: z.object({ ...target, query, multi: z.boolean().optional() }),
  count: z.object({ collectionName: z.string(), query }),
  aggregate: z.object({
    collectionName: z.string(),
    stages: z.array(z.object({ stageKey: z.string(), stageValue: z.string() })),
  }),
  collection: z.object({ collectionName: z.string() }),
  transaction: z.object({ transactionId: z.string() }),
} as const

/** A checked body. Throws INVALID_PARAM that names the field. */
export function read<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw invalidParam(`${(issue?.path ?? []).map(String).join('.')}: ${issue?.message ?? 'not valid'}`)
}
