/** What a campaign's next page in a lane holds: people who were put off and are due, else the next of the audience. */
import type { Budgets, Turns } from '../delivery/budgets'
import { type Campaign, campaignPageId, type Later, type Progress, retryId } from './campaign'
import { needsHistory, OWN_BYTES, readPeople, type Read, sizeOf } from '../audience/candidates'
import type { Catalogue } from '../template/catalogue'
import type { Language, Openid } from '../contract'
import type { Lease } from '../delivery/lease'
import { membersAmong, type Buckets } from '../audience/lists'
import { type LaterGroup, type Page, peopleOf, type Plan } from '../delivery/page'
import type { Ports } from '../ports'
import { quotaId, readStandings } from '../subscription/quotas'
import { closedUntil } from '../person/quiet'
import { templateAt } from '../template/revisions'
import { type Candidate, judge, type Judgement, type Selection } from '../audience/selection'

/** Planned: a page, nothing before `wait`, the end of the audience, or nothing at all. */
export type Next =
  | { kind: 'page'; plan: Plan; room: Turns }
  | { kind: 'wait'; at: number }
  | { kind: 'end' }
  | { kind: 'nothing' }

export interface Planning {
  ports: Pick<Ports, 'store' | 'clock'>
  catalogue: Catalogue
  budgets: Budgets
  lease: Lease
  /** The database's time after which nothing more is sent in this tick. */
  until: number
  /** Most people of one page. */
  most: number
  /** Buckets of exclusion lists that this lane has read. */
  buckets: Buckets
}

const EMPTY_ROOM = (at: number): Turns => ({ count: 0, at, everyMs: 1 })

export type Judged = Read & { judgement: Judgement }

/** Who judges: in which lane, and of what time (epoch ms). */
export interface Judging extends Pick<Planning, 'ports' | 'catalogue' | 'buckets'> {
  lane: number
  now: number
}

/** What becomes of each, in the order in which they were read: for the run, and for the dry run. */
export async function judgeAll(
  judging: Judging,
  campaign: Campaign,
  people: readonly Read[],
): Promise<Judged[]> {
  const { ports, catalogue, lane, now, buckets } = judging
  const openids = people.map(({ candidate }) => candidate.openid)
  const excluded = new Set<Openid>()
  for (const list of campaign.exclude)
    for (const openid of await membersAmong(ports, list, lane, openids, buckets)) excluded.add(openid)
  const { definition } = await templateAt(ports, catalogue, campaign.template, campaign.revision)
  const selection: Selection = { campaign, frequency: definition.frequency ?? null, excluded, now }
  return people.map(({ candidate, cursor }) => ({
    candidate,
    cursor,
    judgement: judge(candidate, selection),
  }))
}

const judgeNow = (planning: Planning, campaign: Campaign, people: readonly Read[]) => {
  const { lease } = planning
  return judgeAll({ lane: lease.lane, now: lease.databaseNow(), ...planning }, campaign, people)
}

/** As many of them as come before the first that is too much. */
function before(judged: Judged[], isTooMuch: (one: Judged) => boolean): Judged[] {
  const end = judged.findIndex(isTooMuch)
  return end < 0 ? judged : judged.slice(0, end)
}

/** As many of them as a page may hold. */
function fitting(judged: Judged[]): Judged[] {
  let bytes = 0
  return before(judged, ({ candidate, judgement }) => {
    if (judgement.kind !== 'skip' && candidate.own) bytes += sizeOf(candidate.own)
    return bytes > OWN_BYTES
  })
}

/** As many of them as there is room for. */
function upTo(judged: Judged[], turns: number): Judged[] {
  let sendable = 0
  return before(judged, ({ judgement }) => {
    if (judgement.kind === 'send') sendable += 1
    return sendable > turns
  })
}

type Planned = Pick<
  Plan,
  'people' | 'size' | 'own' | 'languages' | 'skipped' | 'later' | 'granted' | 'left' | 'spentBy'
>

/** People by place: first those who are tried, then those put off. */
function placed(judged: readonly Judged[], putOff: ReadonlyMap<Openid, number>, oneTime: boolean): Planned {
  const tried: { candidate: Candidate; language: Language }[] = []
  const later: { candidate: Candidate; language: Language; at: number }[] = []
  const skipped: Plan['skipped'] = {}
  for (const { candidate, judgement } of judged) {
    const at = putOff.get(candidate.openid)
    if (judgement.kind === 'skip') {
      const people = skipped[judgement.reason] ?? []
      people.push(candidate.openid)
      skipped[judgement.reason] = people
    } else if (judgement.kind === 'later') later.push({ candidate, ...judgement })
    else if (at !== undefined) later.push({ candidate, language: judgement.language, at })
    else tried.push({ candidate, language: judgement.language })
  }
  const all = [...tried, ...later]
  const languages: Plan['languages'] = {}
  all.forEach(({ language }, place) => {
    if (language === 'zh_CN') return
    const places = languages[language] ?? []
    places.push(place)
    languages[language] = places
  })
  const groups = new Map<number, number[]>()
  later.forEach(({ at }, index) => {
    const places = groups.get(at) ?? []
    places.push(tried.length + index)
    groups.set(at, places)
  })
  const own = all.map(({ candidate }) => candidate.own)
  const spentBy = tried.map(({ candidate }) => candidate.spentBy)
  // Assigned one by one: a list of entries made into an object of 1000 keys costs six times as much.
  const people: Plan['people'] = {}
  all.forEach(({ candidate: { openid } }, place) => {
    people[openid] = place
  })
  return {
    people,
    size: tried.length,
    ...(own.some(Boolean) && { own: own.map((message) => message ?? { data: {} }) }),
    languages,
    skipped,
    later: [...groups].map(([at, places]): LaterGroup => ({ at, places })),
    granted: tried.map(({ candidate: { quota } }) => quota?.granted ?? 0),
    left: tried.map(
      ({ candidate: { quota, spentBy } }) => (quota?.left ?? 0) - (oneTime && !spentBy ? 1 : 0),
    ),
    ...(spentBy.some(Boolean) && { spentBy: spentBy.map((page) => page ?? '') }),
  }
}

const commonOf = (campaign: Campaign, lane: number) => ({
  source: 'campaign' as const,
  campaign: campaign._id,
  lane,
  lanes: [lane],
  template: campaign.template,
  templateId: campaign.templateId,
  revision: campaign.revision,
  oneTime: campaign.oneTime,
  miniprogramState: campaign.miniprogramState,
})

const rateOf = ({ _id, rate }: Campaign) => (rate === null ? undefined : { campaign: _id, perSecond: rate })

const sendableOf = (judged: readonly Judged[]) =>
  judged.filter(({ judgement }) => judgement.kind === 'send').length

/** Room for so many messages of the campaign; none where nothing is to be sent. */
const roomFor = async ({ budgets, lease, until }: Planning, campaign: Campaign, count: number) =>
  count === 0
    ? EMPTY_ROOM(lease.databaseNow())
    : budgets.room(lease, { class: 'campaign', count, rate: rateOf(campaign), until })

/** A group of people who were put off: they are judged anew. All of it becomes one page, whatever there is room for. */
async function retry(planning: Planning, campaign: Campaign, progress: Progress, due: Later): Promise<Next> {
  const { ports, lease } = planning
  const parent = await ports.store.get<Page>('pages', due.page)
  if (!parent) throw new Error(`page ${due.page} is to be tried again and is not there`)
  const openids = peopleOf(parent)
  const places = parent.later[due.group]?.places ?? []
  const group = places.flatMap((place) => {
    const openid = openids[place]
    return openid === undefined ? [] : [{ openid, place }]
  })
  const quotas = await readStandings(
    ports,
    group.map(({ openid }) => quotaId(campaign.template, lease.lane, openid)),
    await needsHistory(ports, planning.catalogue, campaign),
  )
  const people = group.map(({ openid, place }): Read => {
    const quota = quotas.get(quotaId(campaign.template, lease.lane, openid))
    const own = parent.own?.[place]
    return { candidate: { openid, ...(quota && { quota }), ...(own && { own }) }, cursor: '' }
  })
  const judged = await judgeNow(planning, campaign, people)
  const room = await roomFor(planning, campaign, Math.min(planning.most, sendableOf(judged)))
  if (room.count === 0 && sendableOf(judged) > 0) return { kind: 'wait', at: room.at }
  const beyond = judged.filter(({ judgement }) => judgement.kind === 'send').slice(room.count)
  const putOff = new Map(beyond.map(({ candidate }) => [candidate.openid, Math.ceil(lease.databaseNow())]))
  // What was only held was not a try.
  const isTry = places.some((place) => place < parent.size && place < parent.announced)
  return {
    kind: 'page',
    room,
    plan: {
      _id: retryId(parent._id, due.group),
      sequence: progress.sequence,
      parent: { page: parent._id, group: due.group },
      attempt: parent.attempt + (isTry ? 1 : 0),
      cursor: progress.cursor,
      isLast: progress.read,
      ...commonOf(campaign, lease.lane),
      ...placed(judged, putOff, campaign.oneTime),
    },
  }
}

/** The next page of this campaign in the lane of the lease. */
export async function planNext(planning: Planning, campaign: Campaign, progress: Progress): Promise<Next> {
  const { ports, catalogue, lease } = planning
  const now = lease.databaseNow()
  const closed = closedUntil(campaign.sendWindow, now)
  if (closed !== null && !progress.done) return { kind: 'wait', at: closed }
  const [due] = [...progress.later].sort((a, b) => a.at - b.at)
  if (due && due.at <= now) return retry(planning, campaign, progress, due)
  if (progress.read) return due ? { kind: 'wait', at: due.at } : { kind: 'nothing' }
  const reading = { campaign, lane: lease.lane, cursor: progress.cursor, limit: planning.most }
  const { people, end } = await readPeople(ports, catalogue, reading)
  if (people.length === 0) return { kind: 'end' }
  const most = fitting(await judgeNow(planning, campaign, people))
  const room = await roomFor(planning, campaign, sendableOf(most))
  const judged = upTo(most, room.count)
  const last = judged.at(-1)
  if (!last) return { kind: 'wait', at: room.at }
  return {
    kind: 'page',
    room,
    plan: {
      _id: campaignPageId(campaign._id, lease.lane, progress.sequence),
      sequence: progress.sequence,
      attempt: 0,
      cursor: last.cursor,
      isLast: end && judged.length === people.length,
      ...commonOf(campaign, lease.lane),
      ...placed(judged, new Map(), campaign.oneTime),
    },
  }
}
