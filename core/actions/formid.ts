/** What is done for each action: formid. */
import { openidOf } from '../caller'
import type { formidInputs } from '../contract/formid'
import { handIn } from '../formid/formids'
import type { Handlers } from '../request'

export const formidActions: Handlers<keyof typeof formidInputs> = {
  'formid.handIn': (r) => handIn(r.ports, r.settings.lanes, openidOf(r.caller), r.input),
}
