/** Taking over an open page from a holder that died or was too slow. Nothing is sent by a recovery. */
import type { Lease } from './lease'
import { type Answers, type Page, type PagePorts, payersOf, settledCodesOf } from './page'
import { lte } from '../ports'
import { forestall } from '../subscription/quotas'
import { type Rest, settle } from './settlement'

/**
 * Puts our fence on the page and settles it: who was announced and never settled is in doubt, since nobody can know
 * whether it went; who was not announced is put off with the grant returned, and judged anew when it is tried again.
 * A page that never took a step may have been claimed when its lanes were another's already: it is void.
 * Resolves with the settled page; null where somebody with a higher fence has it.
 */
export async function recover(
  ports: PagePorts,
  lease: Lease,
  id: string,
  rest: Rest,
): Promise<Page | 'closed' | null> {
  const where = { _id: id, isOpen: true, fence: lte(lease.fence) }
  await ports.store.update('pages', where, { set: { fence: lease.fence } })
  const page = await ports.store.get<Page>('pages', id)
  // The old holder's last step may come between.
  if (page && !page.isOpen) return 'closed'
  if (page?.fence !== lease.fence) return null
  if (page.state === 'settled') return page
  const isVoid = page.step === 0
  // A spend of the old holder may still be on its way; and people of its other lanes may be in a page of their own.
  const payers = isVoid ? payersOf(page).map(({ id }) => id) : []
  await forestall(ports, page, payers, ports.clock.now())
  const known = settledCodesOf(page)
  const doubts: Answers = new Map()
  for (let place = 0; place < page.announced; place += 1)
    if (!known.has(place)) doubts.set(place, { code: 'died' })
  return settle(ports, lease, isVoid ? { ...page, isVoid } : page, doubts, rest)
}
