/** From a code of wx.login to a ticket by which CloudBase knows the person. */
import type { Caller } from '../caller'
import { openidSchema } from '../contract'
import { ServiceError } from '../errors'
import { hash } from '../hash'
import { type Doc, lt, type Logins, type Ports } from '../ports'
import { codeOf } from './refusals'

/** Whose code it was; `_id` is the code's hash. A person has one of them, or as many as logins of five minutes. */
type Exchanged = Doc & { openid: string; at: number }

/** A code ends then (docs/facts/standalone.md §1); what it was exchanged for is remembered as long. */
const CODE_LIFE_MS = 5 * 60_000

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

async function openidOfCode({ store, clock }: Needs, logins: Logins, code: string): Promise<string> {
  const _id = hash(code)
  const known = await store.get<Exchanged>('logins', _id)
  if (known !== null && known.at + CODE_LIFE_MS > clock.now()) return known.openid
  const answer = await logins.exchange(code)
  if (!('openid' in answer)) {
    // A phone that did not hear the first answer asks again, maybe while the first is still being written down.
    const meanwhile = await store.get<Exchanged>('logins', _id)
    if (meanwhile !== null && meanwhile.at + CODE_LIFE_MS > clock.now()) return meanwhile.openid
    throw new ServiceError(codeOf(answer.code), { errcode: answer.code, reason: answer.text })
  }
  const { openid } = answer
  const at = clock.now()
  await store.remove('logins', { openid, at: lt(at - CODE_LIFE_MS) })
  await store.insert('logins', { _id, openid, at })
  return openid
}
