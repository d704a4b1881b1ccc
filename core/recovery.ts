/** Taking over an open page from a holder that died or was too slow. */
import type { Lease } from './lanes'
import { type Page, type PagePorts, placesOf, type Settled, step, windowKey } from './page'
import { lte } from './ports'

/**
 * Puts our fence on the page and settles what was announced and never settled: nobody can know whether it went, so
 * each of it is `unknown`. Resolves with the page, ready for its next window; null where somebody with a higher fence
 * has it, or it is closed.
 */
export async function recover(ports: PagePorts, lease: Lease, id: string): Promise<Page | null> {
  const where = { _id: id, state: 'open', fence: lte(lease.fence) }
  await ports.store.update('pages', where, { set: { fence: lease.fence } })
  const page = await ports.store.get<Page>('pages', id)
  if (!page || page.state !== 'open' || page.fence !== lease.fence) return null
  if (page.settled === page.next) return page
  const window = page.next - 1
  const outcomes = placesOf(page, window).map((place): Settled => {
    const verdict = page.verdicts[place]
    return verdict?.skip !== undefined
      ? { outcome: 'skipped', text: verdict.skip }
      : { outcome: 'unknown', text: 'the function ended between sending and writing the answer' }
  })
  const set = { [`outcomes.${windowKey(window)}`]: outcomes, settled: page.next, next: page.next }
  if (!(await step(ports, lease, page, { next: page.next, settled: page.settled }, set))) return null
  return { ...page, settled: page.next, outcomes: { ...page.outcomes, [windowKey(window)]: outcomes } }
}

/**
 * The late word of a holder that lost its lane while its window was under way: it may only turn `unknown` into what
 * WeChat answered, one delivery at a time. Resolves with the places it corrected.
 */
export async function correct(ports: PagePorts, page: Page, window: number): Promise<number[]> {
  const corrected: number[] = []
  for (const [at, place] of placesOf(page, window).entries()) {
    const settled = page.outcomes[windowKey(window)]?.[at]
    if (settled?.code === undefined) continue
    const field = `outcomes.${windowKey(window)}.${at}`
    const where = { _id: page._id, [`${field}.outcome`]: 'unknown' }
    if ((await ports.store.update('pages', where, { set: { [field]: settled } })) > 0) corrected.push(place)
  }
  return corrected
}
