/** Whether a message to one person goes, and what pays for it: by the way it goes. */
import type { Catalogue } from '../template/catalogue'
import type { Openid, SkipReason } from '../contract'
import { judgeSingle } from '../audience/selection'
import { readConversations } from '../conversation/conversations'
import { usableFormIds } from '../formid/formids'
import type { Subscriber } from '../person/people'
import { oneOf, type Ports } from '../ports'
import { type Quota, quotaId, readStandings } from '../subscription/quotas'
import type { Channel } from './channels'
import type { Item } from './items'

type Reading = Pick<Ports, 'store' | 'clock'>

/** What pays for a message: by its id in the purse of the channel; and when its person is left in peace. */
export type Payer = Pick<Quota, '_id' | 'granted' | 'left' | 'quiet'>

/** Why a message to one person does not go. */
export type Hindrance = SkipReason | 'no-form-id' | 'no-conversation'

type Judged = Map<string, Payer | Hindrance>
type Judge = (ports: Reading, catalogue: Catalogue, items: readonly Item[]) => Promise<Judged>

async function byQuotas(ports: Reading, catalogue: Catalogue, items: readonly Item[]): Promise<Judged> {
  const idOf = ({ template, lane, openid }: Item) => quotaId(template, lane, openid)
  const frequencyOf = ({ template }: Item) =>
    catalogue.templates.find(({ definition }) => definition.key === template)?.definition.frequency ?? null
  const isCapped = items.some((item) => frequencyOf(item) !== null)
  const quotas = await readStandings(ports, items.map(idOf), isCapped)
  const now = ports.clock.now()
  return new Map(
    items.map((item): [string, Payer | Hindrance] => {
      const quota = quotas.get(idOf(item))
      const frequency = frequencyOf(item)
      const reason = judgeSingle(item.openid, quota, frequency, now)
      if (reason !== undefined) return [item._id, reason]
      if (!quota) throw new Error(`${item.openid} is judged fit for ${item.template} without a quota`)
      return [item._id, quota]
    }),
  )
}

/** The oldest formId of each person that is good at the time of the message. */
async function byFormIds(ports: Reading, _: Catalogue, items: readonly Item[]): Promise<Judged> {
  const openids = [...new Set(items.map(({ openid }) => openid))]
  const formIds = await usableFormIds(ports, openids)
  const people = await preferencesOf(ports, openids)
  const now = ports.clock.now()
  return new Map(
    items.map(({ _id, openid, template, dueAt }): [string, Payer | Hindrance] => {
      const { muted = [], quiet = null } = people.get(openid) ?? {}
      if (muted.includes(template)) return [_id, 'muted']
      const formId = formIds.get(openid)?.find(({ expiresAt }) => expiresAt > Math.max(now, dueAt))
      if (!formId) return [_id, 'no-form-id']
      return [_id, formId.unreachable === undefined ? { ...formId, quiet } : 'unreachable']
    }),
  )
}

/** Mutes and quiet hours are of templates and reminders: who writes to customer service wants an answer. */
async function byConversations(ports: Reading, _: Catalogue, items: readonly Item[]): Promise<Judged> {
  const open = await readConversations(
    ports,
    items.map(({ openid }) => openid),
  )
  const now = ports.clock.now()
  return new Map(
    items.map(({ _id, openid }): [string, Payer | Hindrance] => {
      const conversation = open.get(openid)
      const isOpen = conversation !== undefined && conversation.until > now && conversation.left > 0
      return [_id, isOpen ? { ...conversation, quiet: null } : 'no-conversation']
    }),
  )
}

async function preferencesOf(
  { store }: Reading,
  openids: readonly Openid[],
): Promise<Map<Openid, Subscriber>> {
  const found = await store.find<Subscriber>('subscribers', {
    where: { _id: oneOf(openids) },
    limit: openids.length,
    fields: ['muted', 'quiet'],
  })
  return new Map(found.map((one) => [one._id, one]))
}

const judges: Record<Channel, Judge> = {
  subscribe: byQuotas,
  template: byFormIds,
  customer: byConversations,
}

/** By the id of the item. Each person is in it once for each channel. */
export async function judgePayers(
  ports: Reading,
  catalogue: Catalogue,
  items: readonly Item[],
): Promise<Judged> {
  const judged: Judged = new Map()
  for (const channel of Object.keys(judges) as Channel[]) {
    const own = items.filter((item) => (item.channel ?? 'subscribe') === channel)
    if (own.length === 0) continue
    for (const [id, found] of await judges[channel](ports, catalogue, own)) judged.set(id, found)
  }
  return judged
}
