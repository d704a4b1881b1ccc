/** Who is staff, and in which role. */
import * as z from 'zod'
import { type Openid, openidSchema } from './shapes'

export const roleSchema = z.enum(['owner', 'operator', 'viewer'])

export type Role = z.infer<typeof roleSchema>

export interface StaffMember {
  openid: Openid
  role: Role
  name?: string
  /** Named by HONGYAN_OWNER at deployment; cannot be revoked here. */
  fixed: boolean
}

export const staffInputs = {
  'staff.list': z.strictObject({}),
  'staff.grant': z.strictObject({
    openid: openidSchema,
    role: roleSchema,
    name: z.string().trim().min(1).max(40).optional(),
  }),
  'staff.revoke': z.strictObject({ openid: openidSchema }),
} as const

export interface StaffOutputs {
  'staff.list': { staff: StaffMember[] }
  'staff.grant': StaffMember
  'staff.revoke': { openid: Openid; revoked: boolean }
}
