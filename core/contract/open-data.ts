/** What WeChat says of a person by cloudID: their phone number, and groups that they opened the Mini Program from. */
import * as z from 'zod'

/** WeChat documents no alphabet of group ids; with its prefix one is a tag (core/open-data/groups.ts). */
export const groupSchema = z
  .string()
  .regex(/^[A-Za-z0-9_-]{6,34}$/, 'a group id has 6 to 34 letters, digits, "-" or "_"')

export interface KeptPhone {
  /** `138****1234`; null where it was sealed with another key than this deployment has. */
  masked: string | null
  keptAt: number
}

export interface KeptOpenData {
  phone: KeptPhone | null
  /** Ids of groups (openGId), each of which is the tag `group:<id>`. */
  groups: string[]
  /** Whether the deployment has a key to seal phone numbers with. */
  canKeepPhone: boolean
}

/** `openData.keep` takes what the call holds in `openData`, beside `action` and `input`: see Call in contract.ts. */
export const openDataInputs = {
  'openData.keep': z.strictObject({}),
  'openData.mine': z.strictObject({}),
  /** Repeating it changes nothing. */
  'openData.forget': z
    .strictObject({ phone: z.literal(true).optional(), group: groupSchema.optional() })
    .refine(({ phone, group }) => phone !== undefined || group !== undefined, 'phone: true, or a group'),
} as const

export interface OpenDataOutputs {
  'openData.keep': KeptOpenData
  'openData.mine': KeptOpenData
  'openData.forget': KeptOpenData
}
