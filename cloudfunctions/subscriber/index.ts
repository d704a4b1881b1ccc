/** Called by phones: what a person may subscribe to, what they answered, what they have and what they got. */
import { serve } from '../../adapters/wx/entry'
import { templates } from '../../templates'

export const main = serve(
  [
    'subscription.offer',
    'subscription.record',
    'subscription.mine',
    'message.mine',
    'formid.handIn',
    'reminder.create',
    'reminder.preview',
    'reminder.change',
    'reminder.cancel',
    'reminder.mine',
    'openData.keep',
    'openData.mine',
    'openData.forget',
    'preference.get',
    'preference.set',
    'whoami',
  ],
  templates,
)
