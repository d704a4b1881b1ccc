/** Single messages that staff, tools or functions ask for: one document each, sent once however often it is asked. */
import type { Catalogue } from './catalogue'
import type { Card, Language, MiniprogramState, Openid, Outcome, SkipReason } from './contract'
import { ServiceError } from './errors'
import { hash } from './hash'
import { note } from './lanes'
import { type Code, outcomeOf } from './outcomes'
import { type Page, type Plan, sendPageId } from './page'
import { type Doc, gte, lte, oneOf, type Ports } from './ports'
import { type Quota, quotaId, readQuotas } from './quotas'
import { judgeSingle } from './selection'
import type { Ending, Source } from './settlement'

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
  /** How often WeChat was asked. */
  attempts: number
  /** Pages that it has been in and came out of unsent. */
  rounds: number
  createdAt: number
  outcome?: Outcome
  /** WeChat's errcode; absent where WeChat was never asked. */
  code?: number
  /** WeChat's own words, or why it was not sent (core/outcomes.ts). */
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

type Reading = Pick<Ports, 'store' | 'clock'>

const done = (code: Code, now: number, words: { text?: string; pageId?: string } = {}) => ({
  state: 'done',
  // What could be tried no more has failed, whatever it was waiting for.
  outcome: outcomeOf(code) === 'deferred' ? 'failed' : outcomeOf(code),
  doneAt: now,
  ...(typeof code === 'number' ? { code } : { text: code }),
  ...words,
})

/** A send that is due, with what its person has of the template, or why it does not go. */
export type Due = { send: Send } & ({ quota: Quota; reason?: undefined } | { reason: SkipReason })

/**
 * What the next page of a lane holds: sends that are due, of the template and state of the one that waits longest,
 * each person once. Empty where nothing is due. What was made before `confirmBefore` waits for a person.
 */
export async function nextSends(
  ports: Reading,
  catalogue: Catalogue,
  lane: number,
  confirmBefore: number | null,
): Promise<Due[]> {
  const now = ports.clock.now()
  const due = await ports.store.find<Send>('sends', {
    where: {
      lane,
      state: 'waiting',
      dueAt: lte(now),
      ...(confirmBefore !== null && { createdAt: gte(confirmBefore) }),
    },
    order: [['dueAt', 'asc']],
    limit: READ,
  })
  const [first] = due
  if (!first) return []
  const { template, templateId, miniprogramState } = first
  const people = new Map<Openid, Send>()
  for (const send of due) {
    const fits =
      send.templateId === templateId &&
      send.template === template &&
      send.miniprogramState === miniprogramState
    if (fits && !people.has(send.openid)) people.set(send.openid, send)
  }
  const idOf = (openid: Openid) => quotaId(template, lane, openid)
  const quotas = await readQuotas(ports, [...people.keys()].map(idOf))
  const { frequency = null } =
    catalogue.templates.find(({ definition }) => definition.key === template)?.definition ?? {}
  return [...people].map(([openid, send]): Due => {
    const quota = quotas.get(idOf(openid))
    const reason = judgeSingle(openid, quota, frequency, now)
    if (reason !== undefined) return { send, reason }
    if (!quota) throw new Error(`${openid} is judged fit for ${template} without a quota`)
    return { send, quota }
  })
}

/**
 * The page of these sends: at least one, all of one template and state. Those that do not go are in it too: only
 * the holder of the page may say so, since another page may be sending them.
 */
export function planSends(due: readonly Due[], lane: number, sequence: number): Plan {
  const going = due.flatMap((one) => (one.reason === undefined ? [one] : []))
  const sends = going.map(({ send }) => send)
  const first = due[0]?.send
  if (!first) throw new Error('a page needs at least one send')
  const { template, templateId, revision, oneTime, miniprogramState } = first
  const languages: Plan['languages'] = {}
  sends.forEach(({ language }, place) => {
    if (language !== 'zh_CN') languages[language] = [...(languages[language] ?? []), place]
  })
  const unsent = due.flatMap(({ send, reason }) =>
    reason === undefined ? [] : [{ item: send._id, reason, rounds: send.rounds }],
  )
  return {
    _id: sendPageId(lane, sequence),
    source: 'send',
    lane,
    sequence,
    attempt: 0,
    template,
    templateId,
    revision,
    oneTime,
    miniprogramState,
    people: Object.fromEntries(sends.map(({ openid }, place) => [openid, place])),
    size: sends.length,
    own: sends.map(({ data, page }) => ({ data, ...(page !== undefined && { page }) })),
    items: sends.map(({ _id }) => _id),
    attempts: sends.map(({ attempts }) => attempts),
    rounds: sends.map(({ rounds }) => rounds),
    ...(unsent.length > 0 && { unsent }),
    languages,
    skipped: {},
    later: [],
    granted: going.map(({ quota }) => quota.granted),
    left: going.map(({ quota }) => quota.left - (oneTime ? 1 : 0)),
    cursor: '',
    isLast: false,
  }
}

type SendProgress = Doc & { sequence: number }

/** How many pages of sends a lane has had. */
export async function readSequence({ store }: Pick<Ports, 'store'>, lane: number): Promise<number> {
  const _id = `send:${lane}`
  const found = await store.get<SendProgress>('progress', _id)
  if (found) return found.sequence
  await store.insert('progress', { _id, sequence: 0 })
  return (await store.get<SendProgress>('progress', _id))?.sequence ?? 0
}

/** Sends of a page that came to the same. */
type Group = { ids: string[]; ending: Ending; rounds: number; text?: string }

function groupsOf(page: Page, endings: readonly Ending[]): Group[] {
  const texts = textsOf(page)
  const groups = new Map<string, Group>()
  const add = (item: string, ending: Ending, rounds: number, text?: string) => {
    const key = JSON.stringify([ending, rounds, text])
    const group = groups.get(key) ?? { ids: [], ending, rounds, ...(text !== undefined && { text }) }
    group.ids.push(item)
    groups.set(key, group)
  }
  endings.forEach((ending, place) => {
    const item = page.items?.[place]
    if (item === undefined) throw new Error(`page ${page._id} has no send at ${place}`)
    add(item, ending, page.rounds?.[place] ?? 0, texts.get(place))
  })
  for (const { item, reason, rounds } of page.unsent ?? []) add(item, { code: reason }, rounds)
  return [...groups.values()]
}

/** The sends as a source of pages. */
export function sendSource({ store, clock }: Reading): Source {
  return {
    async settle(page, endings) {
      const now = clock.now()
      for (const { ids, ending, rounds, text } of groupsOf(page, endings)) {
        // `rounds` in the condition makes a repeat harmless: the first time has raised it.
        const where = { _id: oneOf(ids), state: 'waiting', rounds }
        if (ending.again === undefined) {
          const set = done(ending.code, now, { pageId: page._id, ...(text !== undefined && { text }) })
          await store.update('sends', where, { set })
        } else {
          const asked = typeof ending.code === 'number' ? 1 : 0
          const change = { set: { dueAt: ending.again }, inc: { rounds: 1, attempts: asked } }
          await store.update('sends', where, change)
          await note({ store }, page.lane, ending.again)
        }
      }
    },
    async account({ lane, sequence }) {
      await store.update('progress', { _id: `send:${lane}`, sequence }, { set: { sequence: sequence + 1 } })
    },
  }
}

/** What turned out later about one that was in doubt. */
export async function correctSend(
  { store, clock }: Reading,
  page: Page,
  place: number,
  code: Code,
): Promise<void> {
  const item = page.items?.[place]
  if (item === undefined) throw new Error(`page ${page._id} has no send at ${place}`)
  const change = { set: done(code, clock.now(), { pageId: page._id }) }
  await store.update('sends', { _id: item, pageId: page._id, outcome: 'unknown' }, change)
  // Whoever has the page may not have written it down yet, and then finds it done.
  const rounds = page.rounds?.[place] ?? 0
  await store.update('sends', { _id: item, state: 'waiting', rounds }, change)
}

function textsOf({ texts }: Page): Map<number, string> {
  const found = new Map<number, string>()
  for (const step of Object.values(texts))
    for (const [place, text] of Object.entries(step)) found.set(Number(place), text)
  return found
}
