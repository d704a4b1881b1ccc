/** Takes away all that is kept of a person, for good. */
import type { Campaign } from '../campaign/campaign'
import type { Openid, Outputs, ParsedInputOf } from '../contract'
import { isCounted } from '../campaign/deliveries'
import { laneOf } from '../delivery/lanes'
import { ne } from '../ports'
import type { RowRule } from '../reminder/reminder'
import { audit, type StaffCall } from '../staff'
import { aliasOf, bucketsOf, cursorsAt, eachTrace, OWN, type Trace, type TracedPage } from './traces'

/** One read gives no more documents (wechat.md §8). */
const READ = 1000
/** Others may be erased from the same page at the same moment. */
const TRIES = 8

/** Fields in which whoever did something is named. */
const DOERS = [
  ['audit', 'by'],
  ['audit', 'facts.openid'],
  ['audit', 'facts.to'],
  ['campaigns', 'createdBy'],
  ['audiences', 'createdBy'],
  ['staff', 'grantedBy'],
  ['sends', 'by'],
  ['reminderRules', 'by'],
  ['lanes', 'stopped.by'],
] as const

type Erased = Record<string, number>
const count = (erased: Erased, what: string, number: number) => {
  erased[what] = (erased[what] ?? 0) + number
}

/** Documents that are the person's, rows of lists, and the name in what they did. */
async function eraseDocuments(call: StaffCall, openid: Openid, erased: Erased): Promise<void> {
  const { store } = call.ports
  // First what they are chosen by: from here on no page takes them in.
  count(erased, 'quotas', await store.remove('quotas', { openid }))
  const buckets = await bucketsOf(call.ports, openid)
  for (const [_id, header] of buckets) {
    const where = { _id, [`rows.${openid}`]: ne(null) }
    const change = { unset: [`rows.${openid}`], inc: { people: -1, version: 1 } }
    if ((await store.update('audiences', where, change)) === 0) continue
    if (header.sealed) await store.update('audiences', { _id: header._id }, { inc: { people: -1 } })
    count(erased, 'lists', 1)
  }
  await eraseFromRows(call, openid, erased)
  for (const name of OWN) count(erased, name, await store.remove(name, { openid }))
  count(erased, 'subscribers', await store.remove('subscribers', { _id: openid }))
  count(erased, 'staff', await store.remove('staff', { _id: openid }))
  for (const [collection, field] of DOERS)
    await store.update(collection, { [field]: openid }, { set: { [field]: aliasOf(openid) } })
  const inTestGroup = { where: { testGroup: openid }, limit: READ, fields: ['testGroup'] }
  for (const { _id, testGroup } of await store.find<Campaign>('campaigns', inTestGroup))
    await store.update(
      'campaigns',
      { _id, testGroup },
      { set: { testGroup: testGroup.filter((one) => one !== openid) } },
    )
}

/** Rows of series name those whom they remind. */
async function eraseFromRows({ ports: { store } }: StaffCall, openid: Openid, erased: Erased): Promise<void> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const rows = await store.find<RowRule>('reminderRules', {
      where: { people: openid },
      limit: READ,
      fields: ['people', 'version'],
    })
    if (rows.length === 0) return
    for (const { _id, people, version } of rows) {
      const set = { people: people.filter((one) => one !== openid) }
      // Somebody else may be erased from it, or it may be imported anew: then it is found again.
      count(erased, 'rows', await store.update('reminderRules', { _id, people, version }, { set }))
    }
  }
}

/** The person's place in a page of people, and their message unless others of the page got the same. */
async function eraseTried(
  { ports: { store } }: StaffCall,
  { _id }: TracedPage,
  openid: Openid,
): Promise<boolean> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const [page] = await store.find<TracedPage>('pages', {
      where: { _id },
      limit: 1,
      fields: ['people', 'ownAt', 'erased', 'isOpen'],
    })
    const place = page?.people[openid]
    if (!page || page.isOpen || place === undefined) return false
    const where = { _id, isOpen: false, [`people.${openid}`]: place }
    const { ownAt, erased = null } = page
    const number = ownAt?.[place] ?? place
    const isShared = Object.values(page.people).some((at) => at !== place && ownAt?.[at] === number)
    // Of the element: a list that holds a null is, as a whole, not unequal to null.
    const clear = (field: string) =>
      store.update('pages', { ...where, [field]: ne(null) }, { set: { [field]: null } })
    if (!isShared) await clear(`own.${number}`)
    await clear(`purses.${place}`)
    const change = { unset: [`people.${openid}`], inc: { erased: 1 } }
    // Of two who share a message the second takes it away: it must know that the first is gone.
    if ((await store.update('pages', { ...where, ...(ownAt && { erased }) }, change)) > 0) return true
    if (!ownAt) return false
  }
  return false
}

/** The person's name in a list of people who got nothing: as it was read, unless another was erased meanwhile. */
async function eraseSkipped(
  { ports: { store } }: StaffCall,
  read: Trace['skipped'][number],
  openid: Openid,
): Promise<boolean> {
  const field = `skipped.${read.reason}`
  let page: TracedPage | null = read.page
  for (let tries = 0; page && tries < TRIES; tries += 1) {
    const named: Openid[] = page.skipped[read.reason] ?? []
    if (!named.includes(openid)) return true
    const where = { _id: page._id, isOpen: false, erased: page.erased ?? null }
    const change = { set: { [field]: named.filter((one) => one !== openid) }, inc: { erased: 1 } }
    if ((await store.update('pages', where, change)) > 0) return true
    page = await store.get<TracedPage>('pages', page._id)
  }
  return false
}

/** Where a campaign stood at this very person it stands between them and the next. */
async function eraseCursors(
  { ports, settings }: StaffCall,
  campaign: Campaign,
  openid: Openid,
): Promise<void> {
  const lane = laneOf(openid, settings.lanes)
  const cursors = await cursorsAt(ports, campaign, lane, openid)
  if (!cursors) return
  const { named: cursor, nameless } = cursors
  const of = { campaign: campaign._id, lane, cursor }
  await ports.store.update('progress', of, { set: { cursor: nameless }, inc: { version: 1 } })
  await ports.store.update('pages', { ...of, isOpen: false }, { set: { cursor: nameless } })
}

/** Resolves with the pages that are still at work with the person. */
async function eraseTrace(call: StaffCall, trace: Trace, openid: Openid, erased: Erased): Promise<number> {
  const { campaign, progress } = trace
  let open = 0
  for (const page of trace.tried) {
    if (await eraseTried(call, page, openid)) count(erased, 'pages', 1)
    else open += 1
  }
  for (const one of trace.skipped) {
    // A page that is counted later must count them too.
    const isOver = !one.page.isOpen && progress !== null && isCounted(one.page, progress)
    if (isOver && (await eraseSkipped(call, one, openid))) count(erased, 'pages', 1)
    else open += 1
  }
  if (campaign && progress) await eraseCursors(call, campaign, openid)
  return open
}

/**
 * Takes away all that is kept of the person; counts of campaigns stay. `open` pages are at work with them: those are
 * left, and the call is to be repeated from the beginning when they are closed. Repeatable.
 */
export async function erasePerson(
  call: StaffCall,
  { openid, cursor }: ParsedInputOf<'person.erase'>,
): Promise<Outputs['person.erase']> {
  const { ports, by } = call
  const erased: Erased = {}
  let open = 0
  if (cursor === undefined) {
    await audit(ports, by === openid ? aliasOf(openid) : by, 'person.erase', { person: aliasOf(openid) })
    await eraseDocuments(call, openid, erased)
  }
  const next = await eachTrace(call, openid, cursor, async (trace) => {
    open += await eraseTrace(call, trace, openid, erased)
  })
  return { erased, open, cursor: next }
}
