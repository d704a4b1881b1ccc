/** Where pages and campaigns name a person: what an export tells, and what an erasure takes away. */
import { type Campaign, type Progress, progressId } from '../campaign/campaign'
import { type Openid, type SkipReason, skipReasonSchema } from '../contract'
import { hash } from '../hash'
import { laneOf } from '../delivery/lanes'
import { type Bucket, bucketId, bucketOf, type ListHeader } from '../audience/lists'
import type { Page } from '../delivery/page'
import { between, gt, gte, type Ports, type Where } from '../ports'
import { type Quota, quotaId, quotaRange } from '../subscription/quotas'
import type { StaffCall } from '../staff'

type Needs = Pick<Ports, 'store'>

/** Collections of documents that are of one person each. */
export const OWN = [
  'quotas',
  'formids',
  'conversations',
  'sends',
  'reminderRules',
  'reminders',
  'prompts',
  'events',
  'logins',
] as const

/** What stands for a person who is erased, where what they did must stay. */
export const aliasOf = (openid: Openid) => `erased-${hash(openid, 16)}`

/** The bucket of each list that the person can be in, by its id. */
export async function bucketsOf({ store }: Needs, openid: Openid): Promise<Map<string, ListHeader>> {
  const headers = await store.find<ListHeader>('audiences', { where: { kind: 'list' }, limit: READ })
  const idOf = (header: ListHeader) =>
    bucketId(header._id, laneOf(openid, header.lanes), bucketOf(openid, header))
  return new Map(headers.map((header) => [idOf(header), header]))
}

/** A page of which an erasure has taken somebody away counts how often: who rewrites it looks whether that changed. */
export type TracedPage = Page & { erased?: number }

/** All of one campaign, or of single messages, that names the person. */
export interface Trace {
  campaign: Campaign | null
  progress: Progress | null
  /** Pages whose people they are among. */
  tried: TracedPage[]
  /** Pages that name them as somebody who gets nothing. */
  skipped: { page: TracedPage; reason: SkipReason }[]
}

const CAMPAIGN_FIELDS = ['lanes', 'audience', 'template']
const PAGE_FIELDS = [
  'campaign',
  'template',
  'lane',
  'sequence',
  'parent',
  'codes',
  'late',
  'later',
  'isOpen',
  'openedAt',
  'closedAt',
  'erased',
]
/** One read gives no more documents (wechat.md §8). */
const READ = 1000
/** A tool has 5 s for its call (wechat.md §9). */
const CALL_MS = 3_000
/** Campaigns looked through at once, and read together. */
const AT_ONCE = 10
const CAMPAIGNS = 50
/** A person is in one page of a campaign and in the tries after it; single messages may be many. */
const PAGES = 20

/** Campaigns in the order of their ids, some of those after this one. */
const campaignsAfter = ({ store }: Needs, after: string) =>
  store.find<Campaign>('campaigns', {
    where: { _id: gt(after) },
    order: [['_id', 'asc']],
    limit: CAMPAIGNS,
    fields: CAMPAIGN_FIELDS,
  })

async function pagesOf(
  { store }: Needs,
  prefix: string,
  openid: Openid,
  among: Where = {},
): Promise<TracedPage[]> {
  const pages: TracedPage[] = []
  for (let after = `${prefix}:`; ; ) {
    const found = await store.find<TracedPage>('pages', {
      where: { ...among, _id: between(after, `${prefix};`), [`people.${openid}`]: gte(0) },
      order: [['_id', 'asc']],
      limit: PAGES,
      fields: [`people.${openid}`, ...PAGE_FIELDS],
    })
    pages.push(...found)
    const last = found.at(-1)
    if (!last || found.length < PAGES) return pages
    after = last._id
  }
}

/**
 * What names the person among the pages of single messages and of reminders: those of several lanes can be at home in
 * another than the person's.
 */
const traceOfItems = async (ports: Needs, lane: number, openid: Openid): Promise<Trace> => ({
  campaign: null,
  progress: null,
  tried: [
    ...(await pagesOf(ports, 'send', openid, { lanes: lane })),
    ...(await pagesOf(ports, 'reminder', openid, { lanes: lane })),
  ],
  skipped: [],
})

/** What names the person among the pages of a campaign. */
async function traceOf(ports: Needs, campaign: Campaign, lane: number, openid: Openid): Promise<Trace> {
  const prefix = progressId(campaign._id, lane)
  const progress = await ports.store.get<Progress>('progress', prefix)
  if (!progress) return { campaign, progress, tried: [], skipped: [] }
  const tried = await pagesOf(ports, prefix, openid)
  const skipped: Trace['skipped'] = []
  // Only reasons that somebody of the lane has; and those of pages that are not counted yet.
  for (const reason of skipReasonSchema.options.filter((one) => one in progress.counts || !progress.done)) {
    const found = await ports.store.find<TracedPage>('pages', {
      where: {
        campaign: campaign._id,
        has: reason,
        _id: between(`${prefix}:`, `${prefix};`),
        [`skipped.${reason}`]: openid,
      },
      limit: PAGES,
      fields: [`skipped.${reason}`, ...PAGE_FIELDS],
    })
    skipped.push(...found.map((page) => ({ page, reason })))
  }
  return { campaign, progress, tried, skipped }
}

/**
 * Single messages at first, then each campaign, as far as there is time. Resolves with where to go on; null at the
 * end.
 */
export async function eachTrace(
  call: StaffCall,
  openid: Openid,
  cursor: string | undefined,
  visit: (trace: Trace) => Promise<void>,
): Promise<string | null> {
  const { ports, settings } = call
  const lane = laneOf(openid, settings.lanes)
  const end = ports.clock.monotonic() + CALL_MS
  if (cursor === undefined) await visit(await traceOfItems(ports, lane, openid))
  for (let after = cursor ?? ''; ; ) {
    const campaigns: Campaign[] = await campaignsAfter(ports, after)
    for (let at = 0; at < campaigns.length; at += AT_ONCE) {
      if (ports.clock.monotonic() >= end) return after
      const some = campaigns.slice(at, at + AT_ONCE)
      await Promise.all(some.map(async (one) => visit(await traceOf(ports, one, lane, openid))))
      after = some.at(-1)?._id ?? after
    }
    if (campaigns.length < CAMPAIGNS) return null
  }
}

/**
 * The shortest text that stands between everybody up to `openid` and `next`, the first after them; behind all where
 * there is none.
 */
function standIn(openid: Openid, next: Openid | undefined): string {
  if (next === undefined) return '~'
  let same = 0
  while (same < openid.length && openid[same] === next[same]) same += 1
  if (same < openid.length - 1) return `${openid.slice(0, same + 1)}~`
  // Only the last letter tells them apart: then just before it, since nobody has its place any more.
  return `${openid.slice(0, -1)}${String.fromCharCode(openid.charCodeAt(openid.length - 1) - 1)}~`
}

/** A cursor that is this very person, and one that stands at the same place and names nobody; null where none can be. */
export async function cursorsAt(
  { store }: Needs,
  campaign: Campaign,
  lane: number,
  openid: Openid,
): Promise<{ named: string; nameless: string } | null> {
  const { audience, template } = campaign
  switch (audience.kind) {
    case 'everybody': {
      const [, last] = quotaRange(template, lane)
      const [next] = await store.find<Quota>('quotas', {
        where: { _id: between(quotaId(template, lane, openid), last) },
        order: [['_id', 'asc']],
        limit: 1,
        fields: ['openid'],
      })
      return { named: openid, nameless: standIn(openid, next?.openid) }
    }
    case 'list': {
      const header = await store.get<ListHeader>('audiences', audience.audience)
      if (!header) return null
      const bucket = bucketOf(openid, header)
      const rows = await store.get<Bucket>('audiences', bucketId(header._id, lane, bucket))
      const next = Object.keys(rows?.rows ?? {})
        .sort()
        .find((other) => other > openid)
      return { named: `${bucket}/${openid}`, nameless: `${bucket}/${standIn(openid, next)}` }
    }
    case 'outcomes':
      return null
    default: {
      const unreachable: never = audience
      throw new Error(`no such audience: ${JSON.stringify(unreachable)}`)
    }
  }
}
