/** Who got a campaign, who did not, and why: read from pages, the evidence itself. */
import type { Campaign, Progress } from './campaign'
import { readCampaign } from './state'
import type { DeliveryRow, Openid, Outcome, Outputs, ParsedInputOf, SkipReason } from '../contract'
import { type Code, outcomeOf } from '../delivery/outcomes'
import { codesOf, type Page, peopleOf } from '../delivery/page'
import { between, oneOf, type Ports } from '../ports'
import { codeIn, findProgress, type Read, totalsOf } from './reports'
import type { Lang } from '../sentences'
import { deliveryWords } from './words'

/** What a report needs of a page. */
export const FIELDS = [
  'people',
  'size',
  'codes',
  'late',
  'msgids',
  'skipped',
  'later',
  'parent',
  'lane',
  'sequence',
  'template',
  'campaign',
  'closedAt',
]
/** Pages of one read: together they stay well under the 1 MB that a read may give (wechat.md §8). */
const PAGES = 3

/** What is reported of one person of a page; the order within a page never changes. */
type Entry = { openid: Openid; outcome: Outcome; code: Code; place?: number }

export const msgidsOf = ({ msgids }: Page): Map<number, string> =>
  new Map(
    Object.values(msgids ?? {}).flatMap((step) =>
      Object.entries(step).map(([place, id]) => [Number(place), id]),
    ),
  )

/**
 * Everybody of a counted page. Who was put off is told here as long as the group waits, and by the page that tried
 * it again from then on: so each person is told of once.
 */
function entriesOf(page: Page, { later }: Progress, campaign: Campaign): (Entry | null)[] {
  const codes = codesOf(page)
  const groups = new Map(
    page.later.flatMap(({ places }, group) => {
      const waits = later.some((one) => one.page === page._id && one.group === group)
      return places.map((place) => [place, waits] as const)
    }),
  )
  const tried = peopleOf(page).map((openid, place): Entry | null => {
    const code = codes.get(place)
    const waits = groups.get(place)
    if (openid === undefined) return null
    if (waits === undefined)
      return code === undefined ? null : { openid, outcome: outcomeOf(code), code, place }
    if (!waits) return null
    // What is told of those who wait is what they wait for; of those who wait no more, that.
    const ended = codeIn(campaign, 'waiting')
    return { openid, outcome: outcomeOf(ended), code: ended === 'waiting' ? (code ?? ended) : ended, place }
  })
  const skipped = Object.entries(page.skipped).flatMap(([reason, openids]) =>
    openids.map((openid): Entry => ({ openid, outcome: 'skipped', code: reason as SkipReason })),
  )
  return [...tried, ...skipped]
}

/** Pages that are not in the counts yet are not told of: report and counts are of one moment. */
export const isCounted = ({ parent, sequence }: Pick<Page, 'parent' | 'sequence'>, lane: Progress) =>
  parent
    ? !lane.later.some(({ page, group }) => page === parent.page && group === parent.group)
    : lane.sequence > sequence

/** One line of a report. */
export function rowOf(
  page: Page,
  { openid, outcome, code, place }: Entry,
  msgid: string | undefined,
  lang: Lang,
): DeliveryRow {
  return {
    openid,
    outcome,
    code,
    words: deliveryWords(outcome, code, lang),
    at: page.closedAt ?? page.openedAt,
    ...(page.campaign !== undefined && { campaign: page.campaign }),
    template: page.template,
    ...(place !== undefined && msgid !== undefined && { msgid }),
  }
}

/** An id below this one, with no page between: page ids end in a digit, and "~" is behind all that they hold. */
const justBefore = (id: string) =>
  `${id.slice(0, -1)}${String.fromCharCode(id.charCodeAt(id.length - 1) - 1)}~`

type Wanted = Pick<ParsedInputOf<'campaign.deliveries'>, 'outcome' | 'code'>

/** Codes, as pages name them in `has`, that may be of this outcome; undefined where every page counts. */
function codesFor({ outcome, code }: Wanted, campaign: Campaign, read: Read): string[] | undefined {
  if (code === undefined && outcome === undefined) return undefined
  const codes =
    code !== undefined
      ? [code]
      : [...totalsOf(campaign, read).keys()].filter((known) => outcomeOf(known) === outcome)
  // In the pages who was cancelled while they waited still waits.
  return [...codes, ...(codes.includes('cancelled') ? ['waiting'] : [])].map(String)
}

const isWanted = (entry: Entry, { outcome, code }: Wanted): boolean =>
  (outcome === undefined || entry.outcome === outcome) &&
  (code === undefined ||
    // What waits is found as `waiting`, whatever it waits for.
    (entry.outcome === 'deferred' ? code === 'waiting' : String(entry.code) === String(code)))

function pagesAt(
  ports: Pick<Ports, 'store'>,
  { _id }: Campaign,
  from: string | undefined,
  has?: string[],
): Promise<Page[]> {
  const after = from === undefined ? `${_id}:` : justBefore(from)
  return ports.store.find<Page>('pages', {
    where: {
      ...(has && { campaign: _id, has: oneOf(has) }),
      _id: between(after, `${_id};`),
      state: oneOf(['settled', 'closed']),
    },
    order: [['_id', 'asc']],
    limit: PAGES,
    fields: FIELDS,
  })
}

/**
 * The deliveries of a campaign, by code or outcome where asked, in parts: `cursor` goes on. A part may have fewer than
 * `limit` and still not be the last.
 */
export async function deliveriesOf(
  ports: Pick<Ports, 'store'>,
  { campaign: id, cursor, limit, ...wanted }: ParsedInputOf<'campaign.deliveries'>,
  lang: Lang,
): Promise<Outputs['campaign.deliveries']> {
  const campaign = await readCampaign(ports, id)
  const read = await findProgress(ports, [campaign])
  const byLane = new Map((read.lanes.get(id) ?? []).map((lane) => [lane.lane, lane]))
  const has = codesFor(wanted, campaign, read)
  if (has?.length === 0) return { deliveries: [], cursor: null }
  const [from, place = '0'] = cursor?.split('/') ?? []
  const pages = await pagesAt(ports, campaign, from, has)
  const deliveries: DeliveryRow[] = []
  for (const page of pages) {
    const lane = byLane.get(page.lane)
    if (!lane || !isCounted(page, lane)) continue
    const entries = entriesOf(page, lane, campaign)
    const msgids = msgidsOf(page)
    for (let at = page._id === from ? Number(place) : 0; at < entries.length; at += 1) {
      const entry = entries[at]
      if (!entry || !isWanted(entry, wanted)) continue
      if (deliveries.length === limit) return { deliveries, cursor: `${page._id}/${at}` }
      deliveries.push(rowOf(page, entry, msgids.get(entry.place ?? -1), lang))
    }
  }
  const last = pages.at(-1)
  // Behind everybody of the last page that was read.
  const next = last && pages.length === PAGES ? `${last._id}/${Number.MAX_SAFE_INTEGER}` : null
  return { deliveries, cursor: next }
}
