/** Single messages that staff, tools or functions ask for: one document each, sent once however often it is asked. */
import type { Card, Language, MiniprogramState, Openid, Outcome } from './contract'
import { answerOf, MAX_ATTEMPTS } from './errcodes'
import { ServiceError } from './errors'
import { hash } from './hash'
import { note } from './lanes'
import type { Delivery, Page, Plan, Settled } from './page'
import { type Doc, lte, oneOf, type Ports } from './ports'
import type { Source } from './settlement'

export type Send = Doc & {
  /** Whose idempotency key it is: an openid, or the kind of caller. */
  by: string
  /** Hash of what was asked: the same key with something else is refused. */
  asked: string
  openid: Openid
  lane: number
  template: string
  templateId: string
  revision: string
  oneTime: boolean
  data: Record<string, string>
  page?: string
  card: Card
  language: Language
  miniprogramState: MiniprogramState
  state: 'waiting' | 'done'
  dueAt: number
  attempts: number
  createdAt: number
  outcome?: Outcome
  code?: number
  /** WeChat's own words, or why it was skipped. */
  text?: string
  pageId?: string
  doneAt?: number
}

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
  return before
}

export const readSend = ({ store }: Pick<Ports, 'store'>, id: string) => store.get<Send>('sends', id)

/**
 * The next page of a lane: sends that are due, of the template and state of the one that waits longest, each person
 * once. Null where nothing is due.
 */
export async function nextPlan(
  { store, clock }: Pick<Ports, 'store' | 'clock'>,
  lane: number,
  sequence: number,
): Promise<Plan | null> {
  const due = await store.find<Send>('sends', {
    where: { lane, state: 'waiting', dueAt: lte(clock.now()) },
    order: [['dueAt', 'asc']],
    limit: READ,
  })
  const first = due[0]
  if (!first) return null
  const { template, templateId, revision, oneTime, miniprogramState } = first
  const people = new Set<Openid>()
  const deliveries = due.flatMap((send): Delivery[] => {
    const fits =
      send.templateId === templateId &&
      send.template === template &&
      send.miniprogramState === miniprogramState
    if (!fits || people.has(send.openid)) return []
    people.add(send.openid)
    const { _id: item, openid, attempts, data, language, page } = send
    return [{ openid, item, attempts, data, language, ...(page !== undefined && { page }) }]
  })
  return {
    source: 'send',
    lane,
    sequence,
    template,
    templateId,
    revision,
    oneTime,
    miniprogramState,
    deliveries,
  }
}

/** When a delivery is tried again; undefined where its outcome stands. */
function againMs({ outcome, code }: Settled, attempts: number): number | undefined {
  if (attempts + 1 >= MAX_ATTEMPTS) return undefined
  if (outcome === 'deferred') return 0
  return code === undefined ? undefined : answerOf(code).retryMs
}

/** The sends as a source of pages. */
export function sendSource({ store, clock }: Pick<Ports, 'store' | 'clock'>): Source {
  return {
    async settle(page, outcomes) {
      const now = clock.now()
      const groups = new Map<string, { ids: string[]; settled: Settled; attempts: number }>()
      page.deliveries.forEach(({ item, attempts }, at) => {
        const settled = outcomes[at]
        if (!settled) throw new Error(`page ${page._id} has no outcome at ${at}`)
        const { outcome, code, text } = settled
        const key = JSON.stringify([outcome, code, text, attempts])
        const group = groups.get(key) ?? { ids: [], settled, attempts }
        group.ids.push(item)
        groups.set(key, group)
      })
      for (const { ids, settled, attempts } of groups.values()) {
        const again = againMs(settled, attempts)
        // `attempts` in the condition makes a repeat harmless: the first time has raised it.
        const where = { _id: oneOf(ids), state: 'waiting', attempts }
        if (again === undefined) await store.update('sends', where, { set: done(page, settled, now) })
        else {
          await store.update('sends', where, { set: { dueAt: now + again, attempts: attempts + 1 } })
          await note({ store }, page.lane, now + again)
        }
      }
    },
    async correct(page, place, settled) {
      const item = page.deliveries[place]?.item
      if (item === undefined) throw new Error(`page ${page._id} has no delivery at ${place}`)
      const where = { _id: item, pageId: page._id, outcome: 'unknown' }
      await store.update('sends', where, { set: done(page, settled, clock.now()) })
    },
  }
}

const done = (page: Page, { outcome, code, text }: Settled, now: number) => ({
  state: 'done',
  // What could be tried no more has failed, whatever it was waiting for.
  outcome: outcome === 'deferred' ? 'failed' : outcome,
  doneAt: now,
  pageId: page._id,
  ...(code !== undefined && { code }),
  ...(text !== undefined && { text }),
})
