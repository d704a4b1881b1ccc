/**
 * Old reminders are removed (core/reminder/retention.ts). Old pages are reduced to counts and exceptions: whoever got the message is only counted any more, everybody else
 * stays by name. First their movements go over into the quotas, so that the ledger is proved without them.
 */
import { book, type BookedPage, isSettled } from '../subscription/books'
import { type Progress, progressId } from '../campaign/campaign'
import type { Openid, Outputs, ParsedInputOf } from '../contract'
import { isCounted } from '../campaign/deliveries'
import { removeOver } from '../conversation/conversations'
import { removeEnded } from '../formid/formids'
import { outcomeOf } from './outcomes'
import { codesOf, type Page, stepKey } from './page'
import { lt, type Ports, type Value } from '../ports'
import type { TracedPage } from '../person/traces'
import { removeOldReminders } from '../reminder/retention'

const DAY = 24 * 60 * 60_000
/** A tool has 5 s for its call (wechat.md §9). */
const CALL_MS = 3_000
/** Ids of pages read together. */
const READ = 100
/** One read gives no more (wechat.md §8). */
const MOST = 1000

type Needs = Pick<Ports, 'store' | 'clock'>

/** A page that has been reduced: when, and how many people it no longer names, who all got the message. */
type Reduced = BookedPage & TracedPage & { reduced?: { at: number; sent: number } }

/** A page that is counted later needs all of its codes. */
async function isOver({ store }: Needs, page: Page): Promise<boolean> {
  const { campaign, lane } = page
  if (campaign === undefined) return true
  const progress = await store.get<Progress>('progress', progressId(campaign, lane))
  return progress !== null && isCounted(page, progress)
}

/** What stays of what is kept by step and place: of these places alone, as if it were of one step. */
function ofPlaces<T extends Value>(
  steps: { [step: string]: { [place: string]: T } },
  places: ReadonlySet<number>,
): { [step: string]: { [place: string]: T } } {
  const kept = Object.values(steps).flatMap((step) =>
    Object.entries(step).filter(([place]) => places.has(Number(place))),
  )
  return kept.length > 0 ? { [stepKey(0)]: Object.fromEntries(kept) } : {}
}

/** What ties a closed page to documents that it was made of: no doubt of it is cleared up any more. */
const OVER = ['laneAt', 'purses', 'items', 'also', 'attempts', 'rounds', 'unsent']

function reduced(page: Page, at: number): { set: Record<string, Value>; unset: string[] } {
  const codes = codesOf(page)
  const isSent = (place: number) => {
    const code = codes.get(place)
    return code !== undefined && outcomeOf(code) === 'sent'
  }
  const people = Object.entries(page.people).filter(([, place]) => !isSent(place))
  const places = new Set(people.map(([, place]) => place))
  const sent = [...codes.keys()].filter(isSent).length
  const kept = new Set([...places].map((place) => page.ownAt?.[place] ?? place))
  const own = page.own?.map((message, number) => (kept.has(number) ? message : null))
  const unsent: { [openid: Openid]: number } = Object.fromEntries(people)
  return {
    set: {
      people: unsent,
      codes: ofPlaces(page.codes, places),
      texts: ofPlaces(page.texts, places),
      late: Object.fromEntries(Object.entries(page.late).filter(([place]) => places.has(Number(place)))),
      msgids: {},
      languages: {},
      granted: [],
      left: [],
      revoked: {},
      has: page.has.filter((code) => code !== '0'),
      reduced: { at, sent },
      ...(own?.some(Boolean) && { own }),
    },
    unset: [...OVER, ...(own?.some(Boolean) ? [] : ['own', 'ownAt'])],
  }
}

/** True where it was reduced; false where it is not settled or counted yet, or somebody was erased from it meanwhile. */
async function reduce(ports: Needs, id: string, before: number): Promise<boolean> {
  const page = await ports.store.get<Reduced>('pages', id)
  if (!page || page.reduced) return false
  if (page.booked !== 'done') {
    if (page.booked === undefined && !isSettled(page, before)) return false
    if (!(await book(ports, page))) return false
  }
  if (!(await isOver(ports, page))) return false
  const where = { _id: page._id, booked: 'done', reduced: null, erased: page.erased ?? null }
  return (await ports.store.update('pages', where, reduced(page, ports.clock.now()))) > 0
}

/** Removes reminders that are over and reduces pages, of before so many days, as many as there is time for. */
export async function runRetention(
  ports: Needs,
  { olderThanDays }: ParsedInputOf<'retention.run'>,
): Promise<Outputs['retention.run']> {
  const before = ports.clock.now() - olderThanDays * DAY
  const end = ports.clock.monotonic() + CALL_MS
  await removeEnded(ports, before)
  await removeOver(ports, before)
  const { removed, more } = await removeOldReminders(ports, before, end)
  return more ? { compacted: 0, removed, more } : { ...(await reducePages(ports, before, end)), removed }
}

/** The oldest first. */
async function reducePages(
  ports: Needs,
  before: number,
  end: number,
): Promise<{ compacted: number; more: boolean }> {
  /** Those that cannot be reduced yet are found again, before the others. */
  const passed = new Set<string>()
  let compacted = 0
  for (;;) {
    const limit = Math.min(READ + passed.size, MOST)
    const found = await ports.store.find<Page>('pages', {
      where: { reduced: null, closedAt: lt(before) },
      order: [['closedAt', 'asc']],
      limit,
      fields: ['closedAt'],
    })
    for (const { _id } of found) {
      if (passed.has(_id)) continue
      if (ports.clock.monotonic() >= end) return { compacted, more: true }
      if (await reduce(ports, _id, before)) compacted += 1
      else passed.add(_id)
    }
    if (found.length < limit || passed.size >= MOST) return { compacted, more: false }
  }
}
