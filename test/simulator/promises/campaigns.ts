/** What holds at every write of a campaign, of its progress, and of a single send. */
import { acts, campaignPageId, type Campaign, type Progress, retryId } from '../../../core/campaign/campaign'
import type { Page } from '../../../core/delivery/page'
import type { Send } from '../../../core/delivery/sends'
import { type Books } from '../books'
import { markOf } from '../wechat'
import type { Check } from './pages'

/** States that may follow each other; what was paused before its time waits for it again. */
const follows = new Set<string>([
  ...Object.values(acts).flatMap(({ from, to }) => from.map((state) => `${state} ${to}`)),
  'paused scheduled',
])

export const ofCampaigns: Record<string, Check<Campaign>> = {
  'a campaign goes from state to state as the table of acts says, and each change raises its version': ({
    was,
    is,
  }) => {
    if (!was) return is.state === 'draft' ? undefined : `${is._id} begins as ${is.state}`
    if (is.state === was.state && is.version === was.version) return undefined
    if (is.version <= was.version) return `${is._id} changed at version ${was.version}`
    return is.state === was.state || follows.has(`${was.state} ${is.state}`)
      ? undefined
      : `${is._id} went from ${was.state} to ${is.state}`
  },

  'a campaign is finished when every lane of it is': ({ was, is }, books) => {
    if (is.state !== 'finished' || was?.state === 'finished') return undefined
    const undone = is.lanes.find((lane) => !books.progressOf(is._id, lane)?.done)
    return undone === undefined ? undefined : `${is._id}: lane ${undone}`
  },
}

type Tally = { [code: string]: number }

const add = (tally: Tally, code: string, people: number) => {
  tally[code] = (tally[code] ?? 0) + people
}

/** Everybody of a page and of the pages that tried parts of it again, by what became of them. */
function tallyPage(
  books: Books,
  page: Page,
  isWaiting: (page: string, group: number) => boolean,
  tally: Tally,
): void {
  const later = new Set(page.later.flatMap(({ places }) => places))
  for (const [place, code] of books.codesIn(page))
    if (!later.has(place)) add(tally, String(page.late[place] ?? code), 1)
  for (const [reason, people] of Object.entries(page.skipped)) add(tally, reason, people.length)
  page.later.forEach(({ places }, group) => {
    if (isWaiting(page._id, group)) return add(tally, 'waiting', places.length)
    const retry = books.kept.pages.get(retryId(page._id, group))
    if (retry) tallyPage(books, retry, isWaiting, tally)
    else add(tally, `nowhere: ${page._id}, group ${group}`, places.length)
  })
}

/** What the pages say that progress counts. */
function tallyOf(books: Books, { campaign, lane, sequence, later }: Progress): Tally {
  const tally: Tally = {}
  const isWaiting = (page: string, group: number) =>
    later.some((waiting) => waiting.page === page && waiting.group === group)
  for (let at = 0; at < sequence; at += 1) {
    const page = books.kept.pages.get(campaignPageId(campaign, lane, at))
    if (page) tallyPage(books, page, isWaiting, tally)
  }
  return tally
}

const textOf = (tally: Tally) => JSON.stringify(Object.entries(tally).sort(([a], [b]) => (a < b ? -1 : 1)))

const isSame = (one: Tally, other: Tally) => {
  for (const code in one) if (one[code] !== other[code]) return false
  for (const code in other) if (one[code] === undefined) return false
  return true
}

/** Whether a doubt of this lane was cleared up: then the page is written before the count is. */
const isCleared = (books: Books, { campaign, lane }: Progress) =>
  books.pagesOf(campaign).some((page) => page.lane === lane && Object.keys(page.late).length > 0)

/** Undefined where progress counts what the pages say. */
export function miscount(books: Books, progress: Progress): string | undefined {
  const tally = tallyOf(books, progress)
  return isSame(tally, progress.counts)
    ? undefined
    : `${progress._id} counts ${textOf(progress.counts)}, the pages ${textOf(tally)}`
}

/** Everybody in it has an ending that stands. */
const isEnded = (page: Page | undefined) => page !== undefined && page.state !== 'open'

export const ofProgress: Record<string, Check<Progress>> = {
  'the cursor is never before its page': ({ was, is }, books) => {
    for (let at = was?.sequence ?? 0; at < is.sequence; at += 1) {
      const id = campaignPageId(is.campaign, is.lane, at)
      if (!isEnded(books.kept.pages.get(id))) return `${is._id} is behind ${id}`
    }
    return was && is.sequence < was.sequence ? `${is._id} went back` : undefined
  },

  'a group that is no longer waiting was tried': ({ was, is }, books) => {
    const gone =
      was?.later.filter((a) => !is.later.some((b) => b.page === a.page && b.group === a.group)) ?? []
    const untried = gone.find(({ page, group }) => !isEnded(books.kept.pages.get(retryId(page, group))))
    return untried && `${is._id}: group ${untried.group} of ${untried.page}`
  },

  'progress counts what the pages say': ({ was, is }, books) =>
    is.counts === was?.counts || isCleared(books, is) ? undefined : miscount(books, is),

  'a lane that is done has been read, has nobody waiting, and stays done': ({ was, is }) => {
    if (was?.done && !is.done) return `${is._id} began again`
    return is.done && (!is.read || is.later.length > 0) ? is._id : undefined
  },
}

export const ofSends: Record<string, Check<Send>> = {
  'a send that is done stays done, and only doubt is ever corrected': ({ was, is }) => {
    if (was?.state !== 'done') return undefined
    const isKept = is.state === 'done' && (is.outcome === was.outcome || was.outcome === 'unknown')
    return isKept ? undefined : `${is._id} went from ${was.outcome} to ${is.state} ${is.outcome}`
  },

  'a send is reported as it went': ({ is }, books) => {
    if (is.state !== 'done' || is.outcome === 'unknown') return undefined
    const isDelivered = (books.wechat.trail(markOf(is.data), is.openid)?.delivered ?? 0) > 0
    return (is.outcome === 'sent') === isDelivered ? undefined : `${is._id} is ${is.outcome}`
  },
}
