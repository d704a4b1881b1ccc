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
  whoami: ['anyone', 'tool', 'function', 'timer'],
  'template.list': readers,
  'template.preview': readers,
  'send.one': senders,
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
