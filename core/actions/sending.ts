/** What is done for each action: sending. */
import { openidOf } from '../caller'
import { beginDue } from '../campaign/acts'
import type { Campaign } from '../campaign/campaign'
import { tick } from '../delivery/dispatch'
import { releaseAll, stateOfDispatch, stopAll } from '../delivery/emergency'
import { sendOne } from '../delivery/messages'
import type { sendingInputs } from '../contract/sending'
import { type Handlers, appidOf, nameOf, staffCallOf } from '../request'

export const sendingActions: Handlers<keyof typeof sendingInputs> = {
  async 'send.one'(r) {
    const to = r.input.to === 'me' ? openidOf(r.caller) : r.input.to
    const sender = { by: nameOf(r), appid: appidOf(r), lang: r.lang, caller: r.caller }
    return sendOne(r.ports, r.catalogue, r.settings, sender, to, r.input)
  },
  'dispatch.stop': (r) => stopAll(staffCallOf(r), r.input),
  'dispatch.release': (r) => releaseAll(staffCallOf(r)),
  'dispatch.state': (r) => stateOfDispatch(staffCallOf(r)),
  'dispatch.tick': (r) => {
    const begin = (campaign: Campaign) => beginDue(staffCallOf(r), campaign)
    return tick(r.ports, r.catalogue, r.settings, begin, r.input.lanes)
  },
}
