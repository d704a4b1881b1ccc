/** Imported lists of people. */
import * as z from 'zod'
import {
  type Fault,
  idempotencyKeySchema,
  idSchema,
  nameSchema,
  paramsSchema,
  templateKeySchema,
} from './shapes'

export interface Audience {
  audience: string
  name: string
  template: string | null
  /** People in it, each once; null before it is sealed. */
  people: number | null
  sealed: boolean
  /** Over how many lanes, and buckets of each, its rows are spread. */
  lanes: number
  buckets: number
  createdAt: number
}

export const audienceInputs = {
  'audience.create': z.strictObject({
    name: nameSchema,
    /** About how many people it will have; fixes how it is spread. */
    size: z.int().min(1).max(20_000_000),
    /** The template whose params the rows bring; without it rows are openids alone. */
    template: templateKeySchema.optional(),
    /** Made by the sender: the same key makes one list, however often the call is repeated. */
    key: idempotencyKeySchema.optional(),
  }),
  /** Adds rows; a person who is in it already is replaced. Repeating it changes nothing. */
  'audience.append': z.strictObject({
    audience: idSchema,
    rows: z
      .array(z.strictObject({ openid: z.string().max(128), params: paramsSchema.optional() }))
      .min(1)
      .max(2000),
  }),
  /** No more rows; only then it can be sent to. */
  'audience.seal': z.strictObject({ audience: idSchema }),
  'audience.list': z.strictObject({}),
  'audience.remove': z.strictObject({ audience: idSchema }),
} as const

export interface AudienceOutputs {
  'audience.create': Audience
  /** Each row is in one of the four; `repeated` was in it as it is, or comes again in the same call. */
  'audience.append': {
    added: number
    replaced: number
    repeated: number
    refused: { openid: string; faults: Fault[] }[]
  }
  'audience.seal': Audience
  'audience.list': { audiences: Audience[] }
  'audience.remove': { removed: boolean }
}
