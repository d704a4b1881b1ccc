/** Who may do what: one table. */
import type { Action, Role } from './contract'
import type { Caller, CallerKind } from './caller'
import { ServiceError } from './errors'

type Right = Role | Exclude<CallerKind, 'user'> | 'anyone'

const readers = ['owner', 'operator', 'viewer', 'tool', 'function'] as const
const senders = ['owner', 'operator', 'tool', 'function'] as const

/** A phone counts by the role of its openid; `anyone` is any phone. */
export const rights: Record<Action, readonly Right[]> = {
  'subscription.offer': ['anyone'],
  'subscription.record': ['anyone'],
  'subscription.mine': ['anyone'],
  'message.mine': ['anyone'],
  'login.ticket': ['anyone'],
  whoami: ['anyone', 'tool', 'function', 'timer'],
  'template.list': readers,
  'template.preview': readers,
  'template.health': readers,
  'template.find': readers,
  'template.add': ['owner', 'tool'],
  'template.remove': ['owner', 'tool'],
  'send.one': senders,
  'formid.handIn': ['anyone'],
  'conversation.send': senders,
  'conversation.get': readers,
  'campaign.create': senders,
  'campaign.edit': senders,
  'campaign.clone': senders,
  'campaign.list': readers,
  'campaign.get': readers,
  'campaign.dryRun': readers,
  'campaign.schedule': senders,
  'campaign.unschedule': senders,
  'campaign.start': senders,
  'campaign.pause': senders,
  'campaign.resume': senders,
  'campaign.cancel': senders,
  'campaign.adjust': senders,
  'campaign.redrive': senders,
  'campaign.deliveries': readers,
  'audience.create': senders,
  'audience.append': senders,
  'audience.seal': senders,
  'audience.list': readers,
  'audience.remove': senders,
  'person.deliveries': readers,
  'person.tag': senders,
  'person.export': ['owner', 'tool'],
  'person.erase': ['owner', 'tool'],
  'openData.keep': ['anyone'],
  'openData.mine': ['anyone'],
  'openData.forget': ['anyone'],
  'person.get': readers,
  'preference.get': ['anyone'],
  'preference.set': ['anyone'],
  // Of another person only by those who may send to them (core/reminder/acts.ts).
  'reminder.create': ['anyone', 'tool', 'function'],
  'reminder.preview': ['anyone', 'tool', 'function'],
  'reminder.change': ['anyone', 'tool', 'function'],
  'reminder.cancel': ['anyone', 'tool', 'function'],
  'reminder.mine': ['anyone'],
  'reminder.list': readers,
  'reminder.board': readers,
  'reminder.missed': readers,
  'reminder.undeliverable': readers,
  'reminder.sendMissed': senders,
  'reminder.series.create': senders,
  'reminder.series.list': readers,
  'reminder.rows.import': senders,
  'reminder.rows.list': readers,
  'reminder.rows.remove': senders,
  'ledger.verify': ['owner', 'operator', 'tool'],
  'retention.run': ['owner', 'tool', 'timer'],
  'dispatch.stop': ['owner', 'operator', 'tool'],
  'dispatch.release': ['owner', 'tool'],
  'dispatch.state': readers,
  'event.receive': ['wechat'],
  'staff.list': ['owner', 'operator', 'viewer', 'tool'],
  'staff.grant': ['owner', 'tool'],
  'staff.revoke': ['owner', 'tool'],
  'dispatch.tick': ['timer', 'function'],
}

/** Whether anybody's role is asked for: spares the look-up where it is not. */
export const needsRole = (action: Action) => !rights[action].includes('anyone')

/** Throws NOT_ALLOWED naming who came and who may. */
export function authorise(action: Action, caller: Caller, role: Role | null): void {
  const allowed = rights[action]
  const mine: readonly Right[] = caller.kind === 'user' ? ['anyone', ...(role ? [role] : [])] : [caller.kind]
  if (mine.some((right) => allowed.includes(right))) return
  throw new ServiceError('NOT_ALLOWED', { action, caller: role ?? caller.kind, allowed })
}
