/** How far a campaign is in a lane: one compare-and-set for each page, so that no page counts twice or not at all. */
import { type Later, type Progress, progressId } from './campaign'
import type { Code } from '../delivery/outcomes'
import { type Page, settledCodesOf } from '../delivery/page'
import type { Ports } from '../ports'

const MINUTE = 60_000
/** Entries of a timeline; then two become one. */
const TIMELINE = 240
const TRIES = 50

export async function readProgress(
  { store, clock }: Pick<Ports, 'store' | 'clock'>,
  campaign: string,
  lane: number,
): Promise<Progress> {
  const _id = progressId(campaign, lane)
  const found = await store.get<Progress>('progress', _id)
  if (found) return found
  const first: Progress = {
    _id,
    campaign,
    lane,
    version: 0,
    sequence: 0,
    cursor: '',
    read: false,
    done: false,
    counts: {},
    later: [],
    timeline: { minutes: 1, sent: [] },
    corrected: [],
    updatedAt: clock.now(),
  }
  if (await store.insert('progress', first)) return first
  return (await store.get<Progress>('progress', _id)) ?? first
}

type Changing = Partial<Omit<Progress, '_id' | 'version'>>

/** Changes it where it still is as `change` saw it, else asks again; null is no change. Resolves with what is there now. */
async function changeProgress(
  ports: Pick<Ports, 'store' | 'clock'>,
  campaign: string,
  lane: number,
  change: (now: Progress) => Changing | null,
  known?: Progress,
): Promise<Progress> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const now = (tries === 0 && known) || (await readProgress(ports, campaign, lane))
    const changed = change(now)
    if (!changed) return now
    const next: Progress = { ...now, ...changed, version: now.version + 1, updatedAt: ports.clock.now() }
    const done = next.read && next.later.length === 0
    const { _id, ...set } = { ...next, done }
    const where = { _id, version: now.version }
    if ((await ports.store.update('progress', where, { set })) > 0) return { _id, ...set }
  }
  throw new Error(`progress ${progressId(campaign, lane)} is changed by others all the time`)
}

/** Everybody of a closed page, by what became of them; who is tried again counts as waiting. */
export function countsOf(page: Page): Record<string, number> {
  const counts: Record<string, number> = {}
  const add = (code: Code, people: number) => {
    counts[code] = (counts[code] ?? 0) + people
  }
  const later = new Set(page.later.flatMap(({ places }) => places))
  for (const [place, code] of settledCodesOf(page)) if (!later.has(place)) add(code, 1)
  for (const [reason, people] of Object.entries(page.skipped)) add(reason as Code, people.length)
  if (later.size > 0) add('waiting', later.size)
  return counts
}

function summed(counts: Progress['counts'], more: Record<string, number>, factor = 1): Progress['counts'] {
  const sum = { ...counts }
  for (const [code, count] of Object.entries(more)) {
    const now = (sum[code] ?? 0) + factor * count
    if (now === 0) delete sum[code]
    else sum[code] = now
  }
  return sum
}

function extended({ minutes, sent }: Progress['timeline'], at: number, count: number): Progress['timeline'] {
  if (count === 0) return { minutes, sent }
  const width = minutes * MINUTE
  const interval = Math.floor(at / width) * minutes
  const last = sent.at(-1)
  const longer: [number, number][] =
    last?.[0] === interval
      ? [...sent.slice(0, -1), [interval, last[1] + count]]
      : [...sent, [interval, count]]
  if (longer.length <= TIMELINE) return { minutes, sent: longer }
  const twice = minutes * 2
  const merged = new Map<number, number>()
  for (const [start, messages] of longer) {
    const begin = Math.floor(start / twice) * twice
    merged.set(begin, (merged.get(begin) ?? 0) + messages)
  }
  return { minutes: twice, sent: [...merged] }
}

const isOf = (page: Page) => (later: Later) =>
  later.page === page.parent?.page && later.group === page.parent.group

/**
 * Counts a closed page and moves the cursor behind it; a page that is counted already changes nothing. `known` is the
 * progress as it was last seen: where it still is so, nothing is read.
 */
export function accountPage(
  ports: Pick<Ports, 'store' | 'clock'>,
  page: Page,
  known?: Progress,
): Promise<Progress> {
  const { campaign, lane, parent } = page
  if (campaign === undefined) throw new Error(`page ${page._id} is of no campaign`)
  const counted = (now: Progress): Changing | null => {
    if (parent ? !now.later.some(isOf(page)) : now.sequence > page.sequence) return null
    const counts = countsOf(page)
    const people = Object.values(counts).reduce((sum, count) => sum + count, 0)
    const tried = now.later.find(isOf(page))?.count ?? people
    // Who was erased meanwhile is not in the page that tries the group again.
    const gone: Record<string, number> = tried > people ? { cancelled: tried - people } : {}
    const groups = page.later.map(
      ({ at, places }, group): Later => ({ page: page._id, group, at, count: places.length }),
    )
    return {
      counts: summed(summed(summed(now.counts, counts), gone), parent ? { waiting: tried } : {}, -1),
      later: [...now.later.filter((later) => !parent || !isOf(page)(later)), ...groups],
      timeline: extended(now.timeline, ports.clock.now(), counts['0'] ?? 0),
      ...(!parent && { sequence: page.sequence + 1, cursor: page.cursor, read: page.isLast }),
    }
  }
  return changeProgress(ports, campaign, lane, counted, known)
}

/** The audience is at its end, and nobody was left for a page. */
export const endReading = (
  ports: Pick<Ports, 'store' | 'clock'>,
  seen: Pick<Progress, 'campaign' | 'lane' | 'sequence' | 'cursor'>,
) =>
  changeProgress(ports, seen.campaign, seen.lane, (now) => {
    // Who read an older part knows nothing of the end.
    const isSame = now.sequence === seen.sequence && now.cursor === seen.cursor
    return isSame && !now.read ? { read: true } : null
  })

/** Whoever corrects a page is long through with it, or dead. */
const CORRECTED_MS = 60 * MINUTE

/** One person whose doubt was cleared up after the page was counted, or before. Counts once, however often it is told. */
export const correctCount = (
  ports: Pick<Ports, 'store' | 'clock'>,
  page: Page,
  place: number,
  to: Code,
): Promise<Progress> => {
  if (page.campaign === undefined) throw new Error(`page ${page._id} is of no campaign`)
  const from = settledCodesOf(page).get(place)
  if (from === undefined) throw new Error(`page ${page._id} has no code at ${place} that could be corrected`)
  return changeProgress(ports, page.campaign, page.lane, ({ counts, corrected }) => {
    const at = ports.clock.now()
    const mine = corrected.find((one) => one.page === page._id) ?? { page: page._id, at, places: [] }
    if (mine.places.includes(place)) return null
    const others = corrected.filter((one) => one.page !== page._id && one.at > at - CORRECTED_MS)
    return {
      counts: summed(summed(counts, { [to]: 1 }), { [from]: 1 }, -1),
      corrected: [...others, { ...mine, at, places: [...mine.places, place] }],
    }
  })
}
