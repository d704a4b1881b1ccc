/** What is kept of a person by WeChat's word: a phone number, sealed, and groups. */
import type { KeptOpenData, KeptPhone, Openid, ParsedInputOf } from '../contract'
import { ServiceError } from '../errors'
import { readSubscriber, type Subscriber } from '../person/people'
import type { Ports } from '../ports'
import { groupIn, groupsOf, joinGroup, leaveGroup } from './groups'
import { type HandedIn, openDataIn } from './handed-in'
import { masked, phoneNumberIn } from './phone-number'

type Needs = Pick<Ports, 'store' | 'clock' | 'secrets' | 'openData'>

/** What may be shown of the number; the number itself leaves the database in no reply. */
export function phoneOf(
  { secrets }: Pick<Ports, 'secrets'>,
  subscriber: Subscriber | null,
): KeptPhone | null {
  if (!subscriber?.phone) return null
  const { sealed, keptAt } = subscriber.phone
  const number = secrets?.open(sealed, subscriber._id)
  return { masked: number === undefined || number === null ? null : masked(number), keptAt }
}

export async function keptOpenData(ports: Needs, openid: Openid): Promise<KeptOpenData> {
  const subscriber = await readSubscriber(ports, openid)
  return {
    phone: phoneOf(ports, subscriber),
    groups: groupsOf(subscriber),
    canKeepPhone: ports.secrets !== undefined,
  }
}

/** Throws SECRET_MISSING: a number is kept sealed or not at all. */
async function keepPhone({ store, clock, secrets }: Needs, openid: Openid, number: string): Promise<void> {
  if (!secrets) throw new ServiceError('SECRET_MISSING')
  const phone = { sealed: secrets.seal(number, openid), keptAt: clock.now() }
  const write = () => store.update('subscribers', { _id: openid }, { set: { phone } })
  if ((await write()) > 0) return
  // Seen for the first time, by this call or by another at the same moment.
  if (!(await store.insert('subscribers', { _id: openid, phone }))) await write()
}

/** Keeps each thing that the call brings. Throws OPEN_DATA_UNKNOWN where one is neither a number nor a group. */
export async function keepOpenData(ports: Needs, openid: Openid, handedIn: HandedIn): Promise<KeptOpenData> {
  const found = (await openDataIn(handedIn, ports.openData)).map((data) => {
    const number = phoneNumberIn(data)
    const group = groupIn(data)
    if (number === undefined && group === undefined) throw new ServiceError('OPEN_DATA_UNKNOWN')
    return { number, group }
  })
  for (const { number, group } of found) {
    if (number !== undefined) await keepPhone(ports, openid, number)
    if (group !== undefined) await joinGroup(ports, openid, group)
  }
  return keptOpenData(ports, openid)
}

export async function forgetOpenData(
  ports: Needs,
  openid: Openid,
  { phone, group }: ParsedInputOf<'openData.forget'>,
): Promise<KeptOpenData> {
  if (phone) await ports.store.update('subscribers', { _id: openid }, { unset: ['phone'] })
  if (group !== undefined) await leaveGroup(ports, openid, group)
  return keptOpenData(ports, openid)
}
