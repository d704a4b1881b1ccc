/** Messages that wait for their time, one document each: what single sends and reminders have in common. */
import type { Catalogue } from '../template/catalogue'
import type { Language, MiniprogramState, Openid, Outcome } from '../contract'
import type { OtherChannel } from './channels'
import { type Hindrance, judgePayers, type Payer } from './judging'
import { noteAll } from './lanes'
import type { Lease } from './lease'
import { type Code, type Mark, outcomeOf } from './outcomes'
import { itemPageId, type Origin, type Page, type Plan } from './page'
import { type Doc, gte, ne, oneOf, type Ports, type Where } from '../ports'
import type { Ending, Source } from './settlement'
import type { Rendered } from '../template/template'

export type Item = Doc & {
  openid: Openid
  lane: number
  template: string
  templateId: string
  revision: string
  oneTime: boolean
  /** Where it is no subscribe message. */
  channel?: OtherChannel
  data: Record<string, string>
  page?: string
  emphasis?: string
  /** The subscribe message that goes in place of a template message, and whether it does. */
  fallback?: Fallback
  fallsBack?: boolean
  language: Language
  miniprogramState: MiniprogramState
  /** `waiting`, or what its kind calls the end. */
  state: string
  dueAt: number
  /** How often WeChat was asked. */
  attempts: number
  /** Pages that it has been in and came out of unsent. */
  rounds: number
  createdAt: number
  outcome?: Outcome
  /** WeChat's errcode; absent where WeChat was never asked. */
  code?: number
  /** WeChat's own words, or why it was not sent (core/delivery/outcomes.ts). */
  text?: string
  pageId?: string
  doneAt?: number
}

/** What a template message turns into where none can go. */
export type Fallback = Pick<Item, 'template' | 'templateId' | 'revision' | 'oneTime' | 'data' | 'page'>

/** Where items are kept, and what their end is called. */
export interface Kind {
  origin: Exclude<Origin, 'campaign'>
  collection: 'sends' | 'reminders'
  endOf(code: Code): string
}

type Reading = Pick<Ports, 'store' | 'clock'>

/** Those that are not held: what was made before `confirmBefore` waits for a person. */
export const waitingIn = (lanes: readonly number[], confirmBefore: number | null): Where => ({
  lane: oneOf(lanes),
  state: 'waiting',
  ...(confirmBefore !== null && { createdAt: gte(confirmBefore) }),
})

/** Of these those that fit one page with the first: of one template, revision and state. */
export function alike<T extends Item>(items: readonly T[]): T[] {
  const [first] = items
  if (!first) return []
  const { template, templateId, miniprogramState } = first
  return items.filter(
    (item) =>
      item.templateId === templateId &&
      item.template === template &&
      item.miniprogramState === miniprogramState,
  )
}

/** One message in place of several: the others that it stands for, and how it reads. */
export type Digest<T extends Item = Item> = { also: readonly T[]; message: Rendered }

/** An item that is due, with what its person has of the template; or why it does not go, or not before `again`. */
export type Due<T extends Item = Item> = { item: T } & (
  | { payer: Payer; reason?: undefined; digest?: Digest<T> }
  | { reason: Mark; again?: number }
)

/** What a lane has of a kind. */
export interface Next<T extends Item = Item> {
  /** The next page: what is due, of the template and state of the one that waits longest, each person once. */
  due: Due<T>[]
  /** When the first that is not due yet is, epoch ms; null where none is known. */
  next: number | null
  /** Nothing goes as long as these lanes are together: each is worked by itself, and `crowd` by other instances too. */
  split?: 'apart' | 'crowd'
}

/** Due to one person, each in a page of its own: of more than these nobody of another lane waits for the last. */
const MANY = 8

/** Whether one person has so many due. */
export function hasMany(due: readonly Item[]): boolean {
  const counts = new Map<Openid, number>()
  for (const { openid } of due) counts.set(openid, (counts.get(openid) ?? 0) + 1)
  return Math.max(0, ...counts.values()) > MANY
}

const messageOf = ({ data, page, emphasis }: Item): Rendered => ({
  data,
  ...(page !== undefined && { page }),
  ...(emphasis !== undefined && { emphasis }),
})

/**
 * Messages by place, equal ones held once: a page of a thousand is read and written with each of its steps, and a row of
 * a series, or a template without a time, gives everybody the same.
 */
function heldOnce(messages: readonly Rendered[]): Pick<Plan, 'own' | 'ownAt'> {
  const numbers = new Map<string, number>()
  const own: Rendered[] = []
  const ownAt = messages.map((message) => {
    const key = JSON.stringify(message)
    const known = numbers.get(key)
    if (known !== undefined) return known
    numbers.set(key, own.length)
    return own.push(message) - 1
  })
  return own.length < messages.length ? { own, ownAt } : { own }
}

/** What pays for each of these, or why the message is not sent; each person is in it once. */
export async function judgeItems<T extends Item>(
  ports: Reading,
  catalogue: Catalogue,
  items: readonly T[],
): Promise<({ item: T } & ({ payer: Payer; reason?: undefined } | { reason: Hindrance }))[]> {
  const judged = await judgePayers(ports, catalogue, items)
  return items.map((item) => {
    const found = judged.get(item._id)
    if (found === undefined) throw new Error(`${item._id} was not judged`)
    return typeof found === 'string' ? { item, reason: found } : { item, payer: found }
  })
}

/**
 * The page of these items: at least one, all of one template and state. Those that do not go are in it too: only
 * the holder of the page may say so, since another page may be sending them.
 */
export function planItems(
  { origin }: Kind,
  due: readonly Due[],
  lease: Pick<Lease, 'lane' | 'sequenceOf'>,
): Plan {
  const { lane } = lease
  const sequence = lease.sequenceOf(origin)
  const going = due.flatMap((one) => (one.reason === undefined ? [one] : []))
  const items = going.map(({ item }) => item)
  const first = due[0]?.item
  if (!first) throw new Error('a page needs at least one item')
  const { template, templateId, revision, oneTime, channel, miniprogramState } = first
  const lanes = [...new Set([lane, ...due.map(({ item }) => item.lane)])]
  const languages: Plan['languages'] = {}
  items.forEach(({ language }, place) => {
    if (language === 'zh_CN') return
    const places = languages[language] ?? []
    places.push(place)
    languages[language] = places
  })
  const also = going.flatMap(({ digest }, place) =>
    digest ? [[String(place), digest.also.map(({ _id: item, rounds }) => ({ item, rounds }))] as const] : [],
  )
  const unsent = due.flatMap((one) =>
    one.reason === undefined
      ? []
      : [
          {
            item: one.item._id,
            reason: one.reason,
            rounds: one.item.rounds,
            ...(one.again !== undefined && { again: one.again }),
          },
        ],
  )
  return {
    _id: itemPageId(origin, lane, sequence),
    source: origin,
    lane,
    lanes,
    ...(lanes.length > 1 && { laneAt: items.map((item) => item.lane) }),
    sequence,
    attempt: 0,
    template,
    templateId,
    revision,
    oneTime,
    ...(channel && { channel }),
    ...(channel === 'template' && { purses: going.map(({ payer }) => payer._id) }),
    miniprogramState,
    people: Object.fromEntries(items.map(({ openid }, place) => [openid, place])),
    size: items.length,
    ...heldOnce(going.map(({ item, digest }) => digest?.message ?? messageOf(item))),
    items: items.map(({ _id }) => _id),
    attempts: going.map(({ item, digest }) =>
      Math.max(item.attempts, ...(digest?.also ?? []).map(({ attempts }) => attempts)),
    ),
    rounds: items.map(({ rounds }) => rounds),
    ...(also.length > 0 && { also: Object.fromEntries(also) }),
    ...(unsent.length > 0 && { unsent }),
    languages,
    skipped: {},
    later: [],
    granted: going.map(({ payer }) => payer.granted),
    left: going.map(({ payer }) => payer.left - (oneTime ? 1 : 0)),
    cursor: '',
    isLast: false,
  }
}

/** The items that the message of a place stands for. Throws where there is none. */
function standingAt({ _id, items, rounds, also }: Page, place: number): { item: string; rounds: number }[] {
  const item = items?.[place]
  if (item === undefined) throw new Error(`page ${_id} has no item at ${place}`)
  return [{ item, rounds: rounds?.[place] ?? 0 }, ...(also?.[place] ?? [])]
}

/** Items of a page that came to the same. */
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
    for (const { item, rounds } of standingAt(page, place)) add(item, ending, rounds, texts.get(place))
  })
  for (const { item, reason, rounds, again } of page.unsent ?? [])
    add(item, again === undefined ? { code: reason } : { again }, rounds)
  return [...groups.values()]
}

const done = (kind: Kind, code: Code, now: number, words: { text?: string; pageId?: string } = {}) => ({
  state: kind.endOf(code),
  // What could be tried no more has failed, whatever it was waiting for.
  outcome: outcomeOf(code) === 'deferred' ? 'failed' : outcomeOf(code),
  doneAt: now,
  ...(typeof code === 'number' ? { code } : { text: code }),
  ...words,
})

/** WeChat takes no template messages any more, or none of the person's formIds: what has a fallback turns into it. */
const TURNING: readonly unknown[] = [45103, 46101, 41028, 41029, 'no-form-id']
const turns = ({ channel }: Page, { code, again }: Ending) =>
  channel === 'template' && again === undefined && TURNING.includes(code)

/** The items as a source of pages, for the holder of the lane. */
export function itemSource({ store, clock }: Reading, kind: Kind, lease: Pick<Lease, 'passed'>): Source {
  return {
    async settle(page, endings) {
      if (page.isVoid) return
      const now = clock.now()
      for (const { ids, ending, rounds, text } of groupsOf(page, endings)) {
        // `rounds` in the condition makes a repeat harmless: the first time has raised it.
        const where = { _id: oneOf(ids), state: 'waiting', rounds }
        if (turns(page, ending)) {
          const change = { set: { fallsBack: true, dueAt: now }, inc: { rounds: 1 } }
          await store.update(kind.collection, { ...where, fallback: ne(null) }, change)
          await noteAll({ store }, page.lanes, now)
        }
        if (ending.again === undefined) {
          const set = done(kind, ending.code, now, {
            pageId: page._id,
            ...(text !== undefined && { text }),
          })
          await store.update(kind.collection, where, { set })
        } else {
          const asked = typeof ending.code === 'number' ? 1 : 0
          const change = { set: { dueAt: ending.again }, inc: { rounds: 1, attempts: asked } }
          await store.update(kind.collection, where, change)
          await noteAll({ store }, page.lanes, ending.again)
        }
      }
    },
    async account({ sequence }) {
      lease.passed(kind.origin, sequence)
    },
  }
}

/** What turned out later about one that was in doubt. */
export async function correctItem(
  { store, clock }: Reading,
  kind: Kind,
  page: Page,
  place: number,
  code: Code,
): Promise<void> {
  const change = { set: done(kind, code, clock.now(), { pageId: page._id }) }
  for (const { item, rounds } of standingAt(page, place)) {
    await store.update(kind.collection, { _id: item, pageId: page._id, outcome: 'unknown' }, change)
    // Whoever has the page may not have written it down yet, and then finds it done.
    await store.update(kind.collection, { _id: item, state: 'waiting', rounds }, change)
  }
}

function textsOf({ texts }: Page): Map<number, string> {
  const found = new Map<number, string>()
  for (const step of Object.values(texts))
    for (const [place, text] of Object.entries(step)) found.set(Number(place), text)
  return found
}
