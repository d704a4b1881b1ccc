/** What is done for each action: open data. */
import { openidOf } from '../caller'
import type { openDataInputs } from '../contract/open-data'
import { forgetOpenData, keepOpenData, keptOpenData } from '../open-data/kept'
import type { Handlers } from '../request'

export const openDataActions: Handlers<keyof typeof openDataInputs> = {
  'openData.keep': (r) => keepOpenData(r.ports, openidOf(r.caller), r.openData),
  'openData.mine': (r) => keptOpenData(r.ports, openidOf(r.caller)),
  'openData.forget': (r) => forgetOpenData(r.ports, openidOf(r.caller), r.input),
}
