/** What is done for each action: ledger. */
import { runRetention } from '../delivery/retention'
import { verify } from '../subscription/ledger'
import type { ledgerInputs } from '../contract/ledger'
import type { Handlers } from '../request'

export const ledgerActions: Handlers<keyof typeof ledgerInputs> = {
  'ledger.verify': (r) => verify(r.ports, r.catalogue, r.input),
  'retention.run': (r) => runRetention(r.ports, r.input),
}
