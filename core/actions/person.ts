/** What is done for each action: person. */
import { openidOf } from '../caller'
import { deliveriesTo } from '../person/deliveries'
import { erasePerson } from '../person/erasure'
import { getPreferences, setPreferences } from '../person/preferences'
import { getPerson } from '../person/person'
import { exportPerson } from '../person/privacy'
import { tag } from '../person/tags'
import { roleOf } from '../staff'
import type { personInputs } from '../contract/person'
import { type Handlers, staffCallOf } from '../request'

export const personActions: Handlers<keyof typeof personInputs> = {
  async whoami({ caller, ports, settings }) {
    const { openid = null, appid = null, unionid = null, source } = caller
    return {
      openid,
      appid,
      unionid,
      source,
      role: openid === null ? null : await roleOf(ports, settings, openid),
    }
  },
  'person.get': (r) => getPerson(r.ports, r.input.openid),
  'person.deliveries': (r) => deliveriesTo(r.ports, r.input.openid, r.lang),
  'person.tag': (r) => tag(staffCallOf(r), r.input),
  'person.export': (r) => exportPerson(staffCallOf(r), r.input),
  'person.erase': (r) => erasePerson(staffCallOf(r), r.input),
  'preference.get': (r) => getPreferences(r.ports, openidOf(r.caller)),
  'preference.set': (r) => setPreferences(r.ports, r.catalogue, openidOf(r.caller), r.input),
}
