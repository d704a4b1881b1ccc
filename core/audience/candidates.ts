/** Reads an audience, a part at a time, in one order that never changes: what the cursor of a campaign stands in. */
import { type Campaign, progressId } from '../campaign/campaign'
import type { Openid, Outcome } from '../contract'
import type { Catalogue } from '../template/catalogue'
import { ServiceError } from '../errors'
import { type ListHeader, rowsOf } from './lists'
import { outcomeOf } from '../delivery/outcomes'
import { codesOf, type Page, peopleOf } from '../delivery/page'
import { between, type Ports, oneOf, type Where } from '../ports'
import {
  MOST_WITH_HISTORY,
  quotaId,
  quotaRange,
  readStandings,
  type Standing,
  standingFields,
} from '../subscription/quotas'
import type { Params } from '../template/params'
import { templateAt } from '../template/revisions'
import type { Candidate } from './selection'
import type { Rendered, Template } from '../template/template'

/** One person, and where the audience goes on behind them. */
export type Read = { candidate: Candidate; cursor: string }

/** Some people of the audience; `end` where there are no more behind them. */
export type Part = { people: Read[]; end: boolean }

export type Reading = {
  campaign: Campaign
  lane: number
  /** Where to go on; '' is the beginning. */
  cursor: string
  /** People at most, up to 1000. */
  limit: number
  /** Those whom the rule does not match too: a dry run counts them. A run leaves them in the database. */
  all?: boolean
}

type Reader = (ports: Pick<Ports, 'store'>, catalogue: Catalogue, reading: Reading) => Promise<Part>

function everybodyWhere({ campaign, lane, cursor, all }: Reading): Where {
  const { audience, template } = campaign
  const [first, last] = quotaRange(template, lane)
  const where: Where = { _id: between(cursor === '' ? first : quotaId(template, lane, cursor), last) }
  if (all || audience.kind !== 'everybody') return where
  const { tags, allTags = [], languages } = audience
  const [required] = allTags
  if (tags) where.tags = oneOf(tags)
  else if (required !== undefined) where.tags = required
  if (languages) where.language = oneOf(languages)
  return where
}

/** Whether somebody is judged by what they were sent. */
export async function needsHistory(
  ports: Pick<Ports, 'store'>,
  catalogue: Catalogue,
  { served, template, revision }: Campaign,
): Promise<boolean> {
  if (served.length > 0) return true
  return (await templateAt(ports, catalogue, template, revision)).definition.frequency !== undefined
}

/** In the order of openids within the lane. */
const everybody: Reader = async (ports, catalogue, reading) => {
  const withHistory = await needsHistory(ports, catalogue, reading.campaign)
  const limit = withHistory ? Math.min(reading.limit, MOST_WITH_HISTORY) : reading.limit
  const quotas = await ports.store.find<Standing>('quotas', {
    where: everybodyWhere(reading),
    order: [['_id', 'asc']],
    limit,
    fields: standingFields(withHistory),
  })
  const people = quotas.map((quota) => ({ candidate: { openid: quota.openid, quota }, cursor: quota.openid }))
  return { people, end: quotas.length < limit }
}

/** How these people stand, in their order. */
async function standingsOf(
  ports: Pick<Ports, 'store'>,
  catalogue: Catalogue,
  { campaign, lane }: Reading,
  people: readonly { openid: Openid }[],
): Promise<(Standing | undefined)[]> {
  const ids = people.map(({ openid }) => quotaId(campaign.template, lane, openid))
  const quotas = await readStandings(ports, ids, await needsHistory(ports, catalogue, campaign))
  return ids.map((id) => quotas.get(id))
}

/** The person's own message; null where it cannot be made of the row. */
function ownOf(template: Template, params: Params, quota: Standing | undefined): Rendered | null {
  try {
    return template.render(params, quota?.language)
  } catch (error) {
    if (error instanceof ServiceError) return null
    throw error
  }
}

/** Own messages of one page, together; a page document stays under 256 KB with its people. */
export const OWN_BYTES = 180_000
/** Rows that are read where each has a message of its own: about as many as a page has room for. */
const OWN_READ = 500

/** Bytes of a message in a page, or a little more. */
export const sizeOf = ({ data, page = '' }: Rendered) => {
  let size = page.length + 16
  for (const keyword in data) size += (data[keyword]?.length ?? 0) * 3 + 24
  return size
}

/** In the order of the list's buckets, and of openids within; no more of them than one page holds the messages of. */
const list: Reader = async (ports, catalogue, reading) => {
  const { campaign, lane, cursor, limit } = reading
  if (campaign.audience.kind !== 'list') throw new Error(`campaign ${campaign._id} has no list`)
  const header = await ports.store.get<ListHeader>('audiences', campaign.audience.audience)
  if (!header) throw new ServiceError('AUDIENCE_UNKNOWN', { audience: campaign.audience.audience })
  const [bucket, after] = cursor.split('/')
  const from = after === undefined ? null : { bucket: Number(bucket), openid: after }
  const template =
    campaign.messages === null
      ? await templateAt(ports, catalogue, campaign.template, campaign.revision)
      : undefined
  const most = template ? Math.min(limit, OWN_READ) : limit
  const { rows, next } = await rowsOf(ports, header, lane, from, most)
  const quotas = await standingsOf(ports, catalogue, reading, rows)
  const isShared = Object.keys(campaign.params).length > 0
  const people: Read[] = []
  let bytes = 0
  for (const [place, { openid, params, bucket: at }] of rows.entries()) {
    if (bytes > OWN_BYTES) break
    const quota = quotas[place]
    const candidate: Candidate = quota ? { openid, quota } : { openid }
    const own = template && ownOf(template, isShared ? { ...campaign.params, ...params } : params, quota)
    if (own === null) candidate.wrong = 'invalid-params'
    if (own) {
      candidate.own = own
      bytes += sizeOf(own)
    }
    people.push({ candidate, cursor: `${at}/${openid}` })
  }
  return { people, end: next === null && people.length === rows.length }
}

/** Behind all places of a page: those who were skipped when it was made. */
const SKIPPED_FROM = 1_000_000

type Ended = { openid: Openid; place: number; outcome: Outcome }

/** People of a page who ended so, in the order of their places: one that ends otherwise meanwhile moves nobody. */
function endedIn(page: Page, outcomes: readonly Outcome[]): Ended[] {
  const later = new Set(page.later.flatMap(({ places }) => places))
  const codes = codesOf(page)
  const tried = peopleOf(page).flatMap((openid, place): Ended[] => {
    const code = codes.get(place)
    if (openid === undefined || code === undefined || later.has(place)) return []
    return [{ openid, place, outcome: outcomeOf(code) }]
  })
  const skipped = Object.values(page.skipped)
    .flat()
    .map((openid, at): Ended => ({ openid, place: SKIPPED_FROM + at, outcome: 'skipped' }))
  return [...tried, ...skipped].filter(({ outcome }) => outcomes.includes(outcome))
}

/** In the order of the other campaign's pages: one page at a time. */
const outcomes: Reader = async (ports, catalogue, reading) => {
  const { campaign, lane, cursor, limit } = reading
  if (campaign.audience.kind !== 'outcomes') throw new Error(`campaign ${campaign._id} is no redrive`)
  const { campaign: other, outcomes: wanted } = campaign.audience
  const lanePages = progressId(other, lane)
  const [pageId = '', place] = cursor.split('/')
  const done = place === undefined ? -1 : Number(place)
  const find = (after: string) =>
    ports.store.find<Page>('pages', {
      where: { _id: between(after, `${lanePages};`), state: 'closed' },
      order: [['_id', 'asc']],
      limit: 1,
    })
  // Within a page as long as people of it are left, else the next one.
  const current = cursor === '' ? null : await ports.store.get<Page>('pages', pageId)
  // A doubt that is younger than the redrive may still be under way.
  const isOld = ({ closedAt = 0 }: Page) => closedAt <= (campaign.startedAt ?? closedAt)
  const endedBy = (page: Page) =>
    endedIn(page, wanted).filter(({ outcome }) => outcome !== 'unknown' || isOld(page))
  const rest = current ? endedBy(current).filter((ended) => ended.place > done) : []
  const page = rest.length > 0 ? current : (await find(cursor === '' ? `${lanePages}:` : pageId))[0]
  if (!page) return { people: [], end: true }
  const ended = (rest.length > 0 ? rest : endedBy(page)).slice(0, limit)
  const quotas = await standingsOf(ports, catalogue, reading, ended)
  const people = ended.map(({ openid, place: at, outcome }, index): Read => {
    const found = quotas[index]
    const own = page.own?.[at]
    return {
      candidate: {
        openid,
        ...(found && { quota: found }),
        ...(own && { own }),
        ...(outcome === 'unknown' && { spentBy: page.spentBy?.[at] || page._id }),
      },
      cursor: `${page._id}/${at}`,
    }
  })
  if (people.length > 0) return { people, end: false }
  // Nobody of this page: the next part begins behind it.
  return outcomes(ports, catalogue, { ...reading, cursor: `${page._id}/${Number.MAX_SAFE_INTEGER}` })
}

const readers = { everybody, list, outcomes }

/** The next people of the audience in this lane, with all they are judged by. Two calls at the most, but for lists. */
export const readPeople: Reader = (ports, catalogue, reading) =>
  readers[reading.campaign.audience.kind](ports, catalogue, reading)
