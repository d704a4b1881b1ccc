/** Who calls, where CloudBase belongs to no Mini Program: what it says itself in the variables of an invocation. */
import type { WxContext } from '../../core/caller'

type Variables = Record<string, string | undefined>

/**
 * Nothing unless HONGYAN_LOGIN is `ticket`: whoever else may make tickets of this environment could be anybody here.
 * As node-sdk does, only keys that TCB_CONTEXT_KEYS lists are read: a warm instance still has those of the call before
 * (docs/facts/standalone.md §4).
 */
export function loginContextOf(env: Variables): WxContext {
  if (env['HONGYAN_LOGIN'] !== 'ticket') return {}
  const listed = (env['TCB_CONTEXT_KEYS'] ?? '').split(',')
  const read = (name: string): string | undefined => (listed.includes(name) ? env[name] : undefined)
  const uid = read('TCB_UUID')
  const openid = read('TCB_ISANONYMOUS_USER') === 'true' ? undefined : read('TCB_CUSTOM_USER_ID')
  const source = read('TCB_SOURCE')
  return {
    ...(source && { SOURCE: source }),
    ...(openid && { OPENID: openid }),
    ...(uid && { LOGGED_IN: true }),
    ...(env['TRIGGER_SRC'] === 'timer' && { TIMER: true }),
  }
}
