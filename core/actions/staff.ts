/** What is done for each action: staff. */
import { grantRole, listStaff, revokeRole } from '../staff'
import type { staffInputs } from '../contract/staff'
import { type Handlers, nameOf } from '../request'

export const staffActions: Handlers<keyof typeof staffInputs> = {
  'staff.list': async (r) => ({ staff: await listStaff(r.ports, r.settings) }),
  'staff.grant': (r) => grantRole(r.ports, r.settings, nameOf(r), r.input),
  async 'staff.revoke'(r) {
    const { openid } = r.input
    return { openid, revoked: await revokeRole(r.ports, r.settings, nameOf(r), openid) }
  },
}
