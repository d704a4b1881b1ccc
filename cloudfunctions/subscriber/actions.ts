/** What phones may ask for. */
import type { Action } from '../../core/contract'

export const actions: readonly Action[] = [
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
]
