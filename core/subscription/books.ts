/**
 * What pages did to grants, person by person. A page's movements can be taken over into the quotas it is of, once:
 * from then on the ledger is proved without the page, which may be reduced (core/delivery/retention.ts).
 */
import type { Openid } from '../contract'
import { type Page, payerOf, settledCodesOf } from '../delivery/page'
import { type Doc, gt, ne, oneOf, type Ports } from '../ports'
import { KEPT, type Quota } from './quotas'
import { grantOf } from '../delivery/settlement'

/** Grants that were spent, given back, and taken away on WeChat's word. */
export type Movements = { spent: number; returned: number; revoked: number }

export const none: Movements = { spent: 0, returned: 0, revoked: 0 }

export const summed = (a: Movements, b: Movements): Movements => ({
  spent: a.spent + b.spent,
  returned: a.returned + b.returned,
  revoked: a.revoked + b.revoked,
})

/** A quota that has taken over from pages: the sum of them, and the last of them, so that none counts twice. */
export type BookedQuota = Quota & { booked?: Movements; bookedPages?: string[] }

/** `begun` as long as not all quotas may have it; no delivery of it is corrected any more. */
export type BookedPage = Page & { booked?: 'begun' | 'done' }

/** What the movements are read from. */
export const PAGE_FIELDS = [
  'people',
  'size',
  'codes',
  'late',
  'lateAt',
  'later',
  'spentBy',
  'oneTime',
  'channel',
  'laneAt',
  'revoked',
  'template',
  'lane',
  'isOpen',
  'closedAt',
  'booked',
]

/** What a page says of all its places. */
const knownOf = (page: Page) => ({
  codes: settledCodesOf(page),
  putOff: new Set(page.later.flatMap(({ places }) => places)),
})

/** What a closed page did to the grant, or formId, of a place. Long-term templates spend nothing. */
export function movementAt(page: Page, place: number, { codes, putOff } = knownOf(page)): Movements {
  const revoked = page.revoked[place] ?? 0
  if (!page.oneTime) return { ...none, revoked }
  const code = codes.get(place)
  const late = page.late[place]
  const ending =
    code === undefined || putOff.has(place) ? { again: 0, ...(code !== undefined && { code }) } : { code }
  const isReturned =
    grantOf(ending) === 'return' || (late !== undefined && grantOf({ code: late }) === 'return')
  // Where another page's grant is used again, that page has spent it.
  const isSpent = !page.spentBy?.[place] && code !== 'no-grant'
  return { spent: isSpent ? 1 : 0, returned: isReturned ? 1 : 0, revoked }
}

/** Those of everybody of a closed page whose grant it has moved, or would have. */
export function movementsOf(page: Page): Map<Openid, Movements> {
  // Only grants are in quotas: formIds have a proof of their own (core/formid/ledger.ts).
  if (page.channel !== undefined) return new Map()
  const known = knownOf(page)
  const found = new Map<Openid, Movements>()
  for (const [openid, place] of Object.entries(page.people)) {
    if (place >= page.size) continue
    const moved = movementAt(page, place, known)
    if (moved.spent + moved.returned + moved.revoked > 0) found.set(openid, moved)
  }
  return found
}

/** Whether everything that follows from the page is done: then it can be booked. */
export const isSettled = ({ isOpen, lateAt, closedAt }: BookedPage, before: number): boolean =>
  !isOpen && !lateAt && closedAt !== undefined && closedAt < before

/**
 * Takes the movements of a closed page over into the quotas; repeating it takes nothing more. False where a delivery
 * of it was corrected meanwhile: it is booked another time.
 */
export async function book({ store }: Pick<Ports, 'store'>, page: BookedPage): Promise<boolean> {
  const { _id } = page
  if (page.booked === undefined) {
    const where = { _id, isOpen: false, booked: null, lateAt: page.lateAt ?? null }
    if ((await store.update('pages', where, { set: { booked: 'begun' } })) === 0) return false
  }
  const groups = new Map<string, Movements & { ids: string[] }>()
  for (const [openid, moved] of movementsOf(page)) {
    const place = page.people[openid] ?? Number.NaN
    const key = JSON.stringify(moved)
    const group = groups.get(key) ?? { ...moved, ids: [] }
    group.ids.push(payerOf(page, openid, place))
    groups.set(key, group)
  }
  for (const { spent, returned, revoked, ids } of groups.values())
    await store.update(
      'quotas',
      { _id: oneOf(ids), bookedPages: ne(_id) },
      {
        inc: { 'booked.spent': spent, 'booked.returned': returned, 'booked.revoked': revoked },
        push: { bookedPages: { value: _id, keep: KEPT } },
      },
    )
  await store.update('pages', { _id }, { set: { booked: 'done' } })
  return true
}

/** Pages read together: with a thousand people each they stay under the 1 MB that a read may give (wechat.md §8). */
const READ = 8

/** Pages of a lane and template that are not booked yet, some at a time, in the order of their ids. */
export async function* unbookedPages(
  { store }: Pick<Ports, 'store'>,
  template: string,
  lane: number,
): AsyncGenerator<BookedPage> {
  for (let after = ''; ; ) {
    const pages: (Doc & BookedPage)[] = await store.find<BookedPage>('pages', {
      where: {
        lanes: lane,
        template,
        booked: oneOf([null, 'begun']),
        ...(after !== '' && { _id: gt(after) }),
      },
      order: [['_id', 'asc']],
      limit: READ,
      fields: PAGE_FIELDS,
    })
    yield* pages
    const last = pages.at(-1)
    if (!last || pages.length < READ) return
    after = last._id
  }
}
