/** The proof of formIds: left = granted − spent + returned − revoked, by the pages that each names as its spenders. */
import type { Drift, Outputs, ParsedInputOf } from '../contract'
import type { Page } from '../delivery/page'
import { gt, oneOf, type Ports } from '../ports'
import { type Movements, movementAt, none, PAGE_FIELDS, summed } from '../subscription/books'
import type { FormId } from './formids'

type Reading = Pick<Ports, 'store'>

/** FormIds looked at in one call, and pages read together: each stays under the 1 MB of a read (wechat.md §8). */
const READ = 100
const PAGES = 8

/** Where one formId stands by its pages; `busy` while one of them may still move it, or is too old to tell. */
function proofOf({ _id, spent }: FormId, pages: ReadonlyMap<string, Page>): Movements | 'busy' {
  let proof = none
  for (const id of spent) {
    const page = pages.get(id)
    if (page === undefined || page.isOpen || page.lateAt > 0 || page.purses === undefined) return 'busy'
    const place = page.purses.indexOf(_id)
    if (place >= 0) proof = summed(proof, movementAt(page, place))
  }
  return proof
}

async function pagesOf({ store }: Reading, formIds: readonly FormId[]): Promise<Map<string, Page>> {
  const ids = [...new Set(formIds.flatMap(({ spent }) => spent))]
  const pages = new Map<string, Page>()
  for (let at = 0; at < ids.length; at += PAGES) {
    const some = ids.slice(at, at + PAGES)
    const where = { _id: oneOf(some) }
    const fields = [...PAGE_FIELDS, 'purses']
    for (const page of await store.find<Page>('pages', { where, limit: some.length, fields }))
      pages.set(page._id, page)
  }
  return pages
}

/** Of a part of the lane's formIds; `cursor` goes on. With `repair` what is left is put right. */
export async function verifyFormIds(
  ports: Reading,
  { lane, repair, cursor = '' }: ParsedInputOf<'ledger.verify'>,
): Promise<Outputs['ledger.verify']> {
  const { store } = ports
  const formIds = await store.find<FormId>('formids', {
    where: { lane, _id: gt(cursor) },
    order: [['_id', 'asc']],
    limit: READ,
  })
  const pages = await pagesOf(ports, formIds)
  const drifts: Drift[] = []
  let busy = 0
  let repaired = 0
  for (const formId of formIds) {
    const { _id, openid, granted, left } = formId
    const proof = proofOf(formId, pages)
    if (proof === 'busy') {
      busy += 1
      continue
    }
    const expected = granted - proof.spent + proof.returned - proof.revoked
    if (expected === left) continue
    // Whoever moved meanwhile is judged another time.
    const now = await store.get<FormId>('formids', _id)
    if (now?.left !== left || now.spent.length !== formId.spent.length) {
      busy += 1
      continue
    }
    drifts.push({ openid, left, expected, granted, proven: granted, ...proof })
    if (repair) repaired += await store.update('formids', { _id, left }, { set: { left: expected } })
  }
  const last = formIds.length < READ ? null : (formIds.at(-1)?._id ?? null)
  return { people: formIds.length, drifts, repaired, busy, cursor: last }
}
