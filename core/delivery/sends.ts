/** Single messages that staff, tools or functions ask for: one document each, sent once however often it is asked. */
import type { Catalogue } from '../template/catalogue'
import type { Card, Openid } from '../contract'
import { ServiceError } from '../errors'
import { hash } from '../hash'
import { asItGoes, asTheyGo } from './fallback'
import {
  alike,
  type Fallback,
  hasMany,
  type Item,
  judgeItems,
  type Kind,
  type Next,
  waitingIn,
} from './items'
import { AT_ONCE } from './lanes'
import type { Ports } from '../ports'

export type Send = Item & {
  /** Whose idempotency key it is: an openid, or the kind of caller. */
  by: string
  /** Hash of what was asked: the same key with something else is refused. */
  asked: string
  card: Card
  fallback?: Fallback & { card: Card }
  state: 'waiting' | 'done'
}

export const sends: Kind = { origin: 'send', collection: 'sends', endOf: () => 'done' }

/** Sends read at once: one page's worth, and what has to wait because its person or template is taken. */
const READ = 200

export const sendId = (by: string, key: string) => hash(`${by}\n${key}`, 32)

/**
 * Writes the send down, or finds the one that this key made before. Throws KEY_REUSED where that was another message.
 */
export async function request({ store }: Pick<Ports, 'store'>, send: Send): Promise<Send> {
  if (await store.insert('sends', send)) return send
  const before = await store.get<Send>('sends', send._id)
  if (!before) throw new Error(`send ${send._id} was refused as a repeat and is not there`)
  if (before.asked !== send.asked) throw new ServiceError('KEY_REUSED', { sendId: before._id })
  return asItGoes(before)
}

export async function readSend({ store }: Pick<Ports, 'store'>, id: string): Promise<Send | null> {
  const send = await store.get<Send>('sends', id)
  return send && asItGoes(send)
}

/** Asked for at once, by whatever clock: only what comes out of a page unsent has a time. */
export const dueOf = ({ rounds, dueAt }: Pick<Send, 'rounds' | 'dueAt'>): number =>
  rounds === 0 ? AT_ONCE : dueAt

/** The next page of single messages of these lanes; `isAll` where nothing else is due. */
export async function nextSends(
  ports: Pick<Ports, 'store' | 'clock'>,
  catalogue: Catalogue,
  lanes: readonly number[],
  confirmBefore: number | null,
): Promise<Next<Send> & { isAll: boolean }> {
  const waiting = await ports.store.find<Send>('sends', {
    where: waitingIn(lanes, confirmBefore),
    order: [['dueAt', 'asc']],
    limit: READ,
  })
  const now = ports.clock.now()
  const due = waiting.filter((send) => dueOf(send) <= now)
  const next = waiting.find((send) => dueOf(send) > now)?.dueAt ?? null
  if (lanes.length > 1 && (due.length === READ || hasMany(due)))
    return { due: [], next, isAll: false, split: 'apart' }
  const people = new Map<Openid, Send>()
  for (const send of alike(await asTheyGo(ports, sends, due)))
    if (!people.has(send.openid)) people.set(send.openid, send)
  const judged = people.size === 0 ? [] : await judgeItems(ports, catalogue, [...people.values()])
  return { due: judged, next, isAll: waiting.length < READ && people.size === due.length }
}
