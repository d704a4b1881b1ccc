/** What follows a page whose windows all have outcomes: grants, the source, and the end of the page. */
import { answerOf } from './errcodes'
import type { Lease } from './lanes'
import { outcomesOf, type Page, type PagePorts, quotaOf, type Settled, step } from './page'
import { giveBack, revoke } from './quotas'

/** Where deliveries come from. `settle` may be repeated after a crash and must come to the same. */
export interface Source {
  settle(page: Page, outcomes: readonly Settled[]): Promise<void>
  /** The late answer to a delivery that was settled as `unknown`. */
  correct(page: Page, place: number, settled: Settled): Promise<void>
}

function grantOf({ outcome, code }: Settled): 'keep' | 'return' | 'revoke' {
  if (outcome === 'deferred') return 'return'
  return code === undefined ? 'keep' : answerOf(code).grant
}

/** Grants of what certainly did not go come back; where WeChat says that there are none, ours go. Repeatable. */
async function settleGrants(ports: PagePorts, page: Page, outcomes: readonly Settled[]) {
  if (!page.oneTime) return {}
  const places = page.deliveries.flatMap((delivery, at) => {
    const settled = outcomes[at]
    const verdict = page.verdicts[at]
    if (!settled || !verdict || verdict.skip !== undefined) return []
    return [{ at, id: quotaOf(page, delivery), grant: grantOf(settled), ...verdict }]
  })
  await giveBack(
    ports,
    page._id,
    places.filter(({ grant }) => grant === 'return').map(({ id }) => id),
  )
  const refused = places.filter(({ grant }) => grant === 'revoke')
  const gone = refused.length > 0 ? await revoke(ports, page._id, refused) : new Set()
  return Object.fromEntries(
    refused.filter(({ id, left }) => left > 0 && gone.has(id)).map(({ at, left }) => [String(at), left]),
  )
}

/** A delivery in doubt turned out not to have gone: its grant comes back. */
export async function settleLate(
  ports: PagePorts,
  page: Page,
  place: number,
  settled: Settled,
): Promise<void> {
  const delivery = page.deliveries[place]
  if (page.oneTime && delivery && grantOf(settled) === 'return')
    await giveBack(ports, page._id, [quotaOf(page, delivery)])
}

/** Ends a page: its grants, its source, then the page itself. False where it is no longer ours. */
export async function close(ports: PagePorts, lease: Lease, page: Page, source: Source): Promise<boolean> {
  const outcomes = outcomesOf(page)
  const revoked = await settleGrants(ports, page, outcomes)
  await source.settle(page, outcomes)
  const at = { next: page.next, settled: page.settled }
  return step(ports, lease, page, at, { state: 'closed', revoked, closedAt: ports.clock.now() })
}
