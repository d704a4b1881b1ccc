/** From a code of wx.login to a ticket by which CloudBase knows the person. */
import type { Caller } from '../caller'
import { openidSchema } from '../contract'
import { ServiceError } from '../errors'
import { hash } from '../hash'
import { type Doc, lt, type Logins, type Ports } from '../ports'
import { codeOf } from './refusals'

/** Whose code it was; `_id` is the code's hash. A person has those of five minutes. */
type Exchanged = Doc & { openid: string; at: number }

/** A code ends then (docs/facts/standalone.md §1); what it was exchanged for is remembered as long. */
const CODE_LIFE_MS = 5 * 60_000
const CODE_USED = 40163
/** Looks for what another call with the same code was told, which takes one insert. */
const WAITS_MS = [50, 200, 500]

type Needs = Pick<Ports, 'store' | 'clock' | 'logins'>

/**
 * Throws LOGIN_CODE_INVALID, LOGIN_TOO_OFTEN, LOGIN_BLOCKED, LOGIN_REFUSED, LOGIN_UNREACHABLE or LOGIN_OPENID_INVALID.
 * WeChat counts the exchanges of each person (45011), so it is asked once for a code, and not at all for somebody who
 * is logged in: CloudBase has said who that is.
 */
export async function ticketFor(
  ports: Needs,
  caller: Caller,
  { code }: { code: string },
): Promise<{ ticket: string }> {
  const { logins } = ports
  if (!logins) throw new Error('this function was opened without the port of logins')
  const openid = caller.openid ?? (await openidOfCode(ports, logins, code))
  if (!openidSchema.safeParse(openid).success || !logins.mayHold(openid))
    throw new ServiceError('LOGIN_OPENID_INVALID', { openid })
  return { ticket: logins.ticket(openid) }
}

async function openidOfCode(ports: Needs, logins: Logins, code: string): Promise<string> {
  const { store, clock } = ports
  const _id = hash(code)
  const known = await exchanged(ports, _id)
  if (known !== null) return known
  const answer = await logins.exchange(code)
  if (!('openid' in answer)) {
    // A phone that did not hear the first answer asks again, maybe while that one is still being written down.
    for (const wait of answer.code === CODE_USED ? WAITS_MS : []) {
      await clock.sleep(wait)
      const meanwhile = await exchanged(ports, _id)
      if (meanwhile !== null) return meanwhile
    }
    throw new ServiceError(codeOf(answer.code), { errcode: answer.code, reason: answer.text })
  }
  const { openid } = answer
  const at = clock.now()
  await store.insert('logins', { _id, openid, at })
  await store.remove('logins', { openid, at: lt(at - CODE_LIFE_MS) })
  return openid
}

/** Whose the code was, as long as it would be good. */
async function exchanged({ store, clock }: Needs, _id: string): Promise<string | null> {
  const known = await store.get<Exchanged>('logins', _id)
  return known !== null && known.at + CODE_LIFE_MS > clock.now() ? known.openid : null
}
