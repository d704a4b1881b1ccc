/** Template messages that cannot go, and the subscribe messages that go in their place. */
import { usableFormIds } from '../formid/formids'
import type { Item, Kind } from './items'
import { oneOf, type Ports } from '../ports'

/** An item as it goes: as its fallback where it has turned into that. */
export function asItGoes<T extends Item>(item: T): T {
  if (!item.fallsBack || !item.fallback) return item
  const { channel: _channel, emphasis: _emphasis, page: _page, ...rest } = item
  return { ...rest, ...item.fallback } as T
}

/**
 * Items as they go. A template message to somebody without a formId turns into its fallback and stays so, which is
 * written down before it goes.
 */
export async function asTheyGo<T extends Item>(
  ports: Pick<Ports, 'store' | 'clock'>,
  { collection }: Kind,
  items: readonly T[],
): Promise<T[]> {
  const torn = items.filter(
    ({ channel, fallback, fallsBack }) => channel === 'template' && fallback && !fallsBack,
  )
  if (torn.length === 0) return items.map(asItGoes)
  const formIds = await usableFormIds(ports, [...new Set(torn.map(({ openid }) => openid))])
  const turning = new Set(torn.filter(({ openid }) => !formIds.has(openid)).map(({ _id }) => _id))
  if (turning.size > 0) {
    const where = { _id: oneOf([...turning]), state: 'waiting' }
    await ports.store.update(collection, where, { set: { fallsBack: true } })
  }
  return items.map((item) => asItGoes(turning.has(item._id) ? { ...item, fallsBack: true } : item))
}
