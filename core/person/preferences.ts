/** What a person prefers: language, hours in which nothing is sent to them, templates that they want nothing of. */
import type { Catalogue } from '../template/catalogue'
import type { Openid, ParsedInputOf, Preferences, QuietHours } from '../contract'
import { type FoundFault, ServiceError } from '../errors'
import { canonical } from '../hash'
import { DEFAULT_LANGUAGE, readSubscriber, type Subscriber } from './people'
import { oneOf, type Ports } from '../ports'
import { isZone } from '../time'

type Reading = Pick<Ports, 'store'>
type Wanted = ParsedInputOf<'preference.set'>

/** Others change the same person at the same moment; each of them can only win once. */
const TRIES = 8

const preferencesOf = (subscriber: Subscriber | null): Preferences => ({
  language: subscriber?.language ?? DEFAULT_LANGUAGE,
  quiet: subscriber?.quiet ?? null,
  muted: subscriber?.muted ?? [],
})

export const getPreferences = async (ports: Reading, openid: Openid): Promise<Preferences> =>
  preferencesOf(await readSubscriber(ports, openid))

const noHours = {
  zh: '开始和结束相同，不成时段；不需要免打扰时请传 null',
  en: 'from and to are the same, which is no time at all; null is for no quiet hours',
}

function faultsIn(quiet: QuietHours): FoundFault[] {
  const faults: FoundFault[] = []
  const { from, to, zone } = quiet
  if (!isZone(zone))
    faults.push({ path: 'input.quiet.zone', problem: 'like', facts: { like: 'Asia/Shanghai', got: zone } })
  if (from === to) faults.push({ path: 'input.quiet.to', problem: 'rule', facts: { rule: noHours, got: to } })
  return faults
}

/**
 * Changes what is named and leaves the rest. Throws TEMPLATE_UNKNOWN for what is to be muted, INPUT_INVALID for hours
 * that are none; a template that there is no more can still be unmuted.
 */
export async function setPreferences(
  ports: Pick<Ports, 'store' | 'clock'>,
  catalogue: Catalogue,
  openid: Openid,
  wanted: Wanted,
): Promise<Preferences> {
  for (const key of wanted.mute ?? []) catalogue.get(key)
  const faults = wanted.quiet ? faultsIn(wanted.quiet) : []
  if (faults.length > 0) throw new ServiceError('INPUT_INVALID', { action: 'preference.set' }, faults)
  await writeSubscriber(ports, openid, wanted)
  return copyToQuotas(ports, openid, wanted)
}

const touchedBy = ({ mute = [], unmute = [] }: Wanted) => [...new Set([...mute, ...unmute])]

async function writeSubscriber(
  { store, clock }: Pick<Ports, 'store' | 'clock'>,
  openid: Openid,
  { language, quiet, mute = [], unmute = [] }: Wanted,
): Promise<void> {
  const isMuting = mute.length + unmute.length > 0
  for (let tries = 0; tries < TRIES; tries += 1) {
    const subscriber = await readSubscriber({ store }, openid)
    const before = subscriber?.muted ?? []
    const muted = [...new Set([...before.filter((key) => !unmute.includes(key)), ...mute])].sort()
    const set = {
      ...(language && { language, isLanguageChosen: true }),
      ...(quiet !== undefined && { quiet }),
      ...(isMuting && { muted }),
    }
    if (subscriber) {
      // Equal to null is what a field is that is not there.
      const where = { _id: openid, ...(isMuting && { muted: subscriber.muted ?? null }) }
      if (Object.keys(set).length === 0 || (await store.update('subscribers', where, { set })) > 0) return
    } else if (await store.insert('subscribers', { _id: openid, ...set, seenAt: clock.now() })) return
  }
  throw changedAllTheTime(openid)
}

const changedAllTheTime = (openid: Openid) =>
  new ServiceError('STORE_FAILED', {
    collection: 'subscribers',
    reason: `${openid} changed ${TRIES} times`,
  })

/** Until the subscriber still is as it was copied: of two changes at once both have the later one everywhere. */
async function copyToQuotas({ store }: Reading, openid: Openid, wanted: Wanted): Promise<Preferences> {
  let now = preferencesOf(await readSubscriber({ store }, openid))
  for (let tries = 0; tries < TRIES; tries += 1) {
    const { language, quiet, muted } = now
    if (wanted.language || wanted.quiet !== undefined)
      await store.update('quotas', { openid }, { set: { language, quiet } })
    for (const isMuted of [true, false]) {
      const templates = touchedBy(wanted).filter((key) => muted.includes(key) === isMuted)
      if (templates.length === 0) continue
      await store.update('quotas', { openid, template: oneOf(templates) }, { set: { muted: isMuted } })
    }
    const then = preferencesOf(await readSubscriber({ store }, openid))
    if (canonical(then) === canonical(now)) return now
    now = then
  }
  throw changedAllTheTime(openid)
}
