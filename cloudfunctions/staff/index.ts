/** Called by staff phones, by tools through WeChat's HTTP API, and by other functions of the environment. */
import { serve } from '../../adapters/wx/entry'
import { templates } from '../../templates'

export const main = serve(
  ['template.list', 'template.preview', 'send.one', 'staff.list', 'staff.grant', 'staff.revoke', 'whoami'],
  templates,
)
