/** What holds when everything has come to rest. */
import type { Campaign } from '../../../core/campaign/campaign'
import { retryId } from '../../../core/campaign/campaign'
import { type Code, outcomeOf } from '../../../core/delivery/outcomes'
import { codesOf, type Page, peopleOf } from '../../../core/delivery/page'
import type { Quota } from '../../../core/subscription/quotas'
import type { Books } from '../books'
import { kinds } from '../people'
import { miscount } from './campaigns'

/** Everybody of the pages of a campaign with what became of them; a group that was tried again counts where it was. */
function endings(books: Books, campaign: string): [openid: string, code: Code][] {
  const found: [string, Code][] = []
  for (const page of books.pagesOf(campaign)) {
    const codes = codesOf(page)
    const later = new Set<number>()
    page.later.forEach(({ places }, group) => {
      if (books.kept.pages.has(retryId(page._id, group))) for (const place of places) later.add(place)
    })
    peopleOf(page).forEach((openid, place) => {
      if (openid !== undefined && !later.has(place)) found.push([openid, codes.get(place) ?? 'held'])
    })
    for (const [reason, people] of Object.entries(page.skipped))
      for (const openid of people) found.push([openid, reason as Code])
  }
  return found
}

const started = (books: Books) =>
  [...books.kept.campaigns.values()].filter(({ startedAt }) => startedAt !== null)

function peopleOfCampaign(books: Books, { _id, state }: Campaign): string[] {
  const seen = endings(books, _id)
  const openids = seen.map(([openid]) => openid)
  const known = new Set(openids)
  const twice =
    known.size === openids.length ? [] : openids.filter((openid, at) => openids.indexOf(openid) !== at)
  const missing = [...(books.planned.get(_id) ?? [])].filter((openid) => !known.has(openid))
  const waiting = seen.filter(([, code]) => outcomeOf(code) === 'deferred')
  return [
    ...twice.map((openid) => `${_id}: ${openid} is in it twice`),
    ...(state === 'finished' ? missing.map((openid) => `${_id}: ${openid} is missing`) : []),
    ...(state === 'finished' ? waiting.map(([openid, code]) => `${_id}: ${openid} is still ${code}`) : []),
  ]
}

const wrongly = (books: Books, { _id }: Campaign): string[] =>
  endings(books, _id).flatMap(([openid, code]) => {
    const outcome = outcomeOf(code)
    if (outcome === 'unknown') return []
    const isDelivered = (books.wechat.trail(books.markOfCampaign(_id), openid)?.delivered ?? 0) > 0
    return (outcome === 'sent') === isDelivered ? [] : [`${_id}: ${openid} has ${code}`]
  })

/** Adds up what pages say about people, by template and openid. */
function summed(books: Books, of: (page: Page) => Iterable<[openid: string, count: number]>) {
  const sums = new Map<string, number>()
  for (const page of books.kept.pages.values())
    for (const [openid, count] of of(page)) {
      const key = `${page.template} ${openid}`
      sums.set(key, (sums.get(key) ?? 0) + count)
    }
  return ({ template, openid }: Quota) => sums.get(`${template} ${openid}`) ?? 0
}

function* revokedIn(page: Page): Iterable<[string, number]> {
  const places = Object.keys(page.revoked)
  if (places.length === 0) return
  const people = peopleOf(page)
  for (const place of places) yield [people[Number(place)] ?? '', page.revoked[place] ?? 0]
}

/** left = granted − spent + returned − revoked, each with its evidence in documents alone. */
function ledger(books: Books): string[] {
  const revokedBy = summed(books, revokedIn)
  return [...books.kept.quotas.values()].flatMap((quota) => {
    if (!books.isOneTime(quota.template)) return []
    const revoked = revokedBy(quota)
    const byEvents = quota.prompts.reduce((sum, { revoked: taken = 0 }) => sum + taken, 0)
    const expected = quota.granted - quota.spent.length + quota.returned.length - revoked - byEvents
    return quota.left === expected ? [] : [`${quota._id}: left ${quota.left}, by the evidence ${expected}`]
  })
}

/** Messages to people that are in doubt still: each holds a grant that WeChat may not have taken. */
function* doubtsIn(page: Page): Iterable<[string, number]> {
  const people = peopleOf(page)
  for (const [place, code] of codesOf(page)) if (outcomeOf(code) === 'unknown') yield [people[place] ?? '', 1]
}

/** A refusal that WeChat told us of may take a grant that was tapped in the same moment. */
function lostGrants(books: Books): string[] {
  const doubtsOf = summed(books, doubtsIn)
  return [...books.kept.quotas.values()].flatMap((quota) => {
    const { _id, openid, template, granted, left } = quota
    if (!books.isOneTime(template) || books.refusals.has(openid)) return []
    const untold = books.tapped(openid, template) - granted
    const doubts = doubtsOf(quota)
    const wanted = books.wechat.leftOf(openid, kinds['order-shipped'].templateId) - untold - doubts
    return left >= wanted ? [] : [`${_id}: ${left} left, WeChat has ${wanted}`]
  })
}

export const atRest: Record<string, (books: Books) => string[]> = {
  'nobody is lost: every send that was accepted is done': ({ kept }) =>
    [...kept.sends.values()]
      .filter(({ state }) => state !== 'done')
      .map(({ _id, state }) => `${_id} is ${state}`),
  'every campaign that runs comes to its end': (books) =>
    started(books)
      .filter(({ state }) => state !== 'finished' && state !== 'cancelled')
      .map(({ _id, state, reason }) => `${_id} is ${state} ${JSON.stringify(reason)}`),
  'nobody is missing and nobody is in it twice: everybody of the audience has one outcome': (books) =>
    started(books).flatMap((campaign) => peopleOfCampaign(books, campaign)),
  'who is said to have got it got it, who is said not to did not': (books) =>
    started(books).flatMap((campaign) => wrongly(books, campaign)),
  'no page is left open': ({ open }) => [...open.keys()],
  'progress counts what the pages say, doubts that were cleared up too': (books) =>
    [...books.kept.progress.values()].flatMap((progress) =>
      'campaign' in progress ? (miscount(books, progress) ?? []) : [],
    ),
  'the ledger equation holds by the documents alone': ledger,
  'no grant that WeChat would still accept is lost': lostGrants,
  'no tap that was acknowledged is lost': ({ kept, acknowledgedTaps }) =>
    [...acknowledgedTaps].flatMap(([id, taps]) => {
      const granted = kept.quotas.get(id)?.granted ?? 0
      return granted >= taps ? [] : [`${id}: ${granted} granted, ${taps} acknowledged`]
    }),
}
