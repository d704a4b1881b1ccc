/** How a page ends: everybody has a code or is put off, grants come back, and its source learns of it. */
import { nextDay } from './budgets'
import { purseOf } from './channels'
import { answerOf, MAX_ATTEMPTS } from './errcodes'
import type { Lease } from './lease'
import type { Code } from './outcomes'
import {
  advance,
  type Answers,
  fieldsOf,
  type LaterGroup,
  ownCopy,
  type Page,
  type PagePorts,
  settledBy,
  settledCodesOf,
  step,
  type Tried,
  triedOf,
} from './page'
import { oneOf, type Value } from '../ports'
import { giveBack, revoke } from '../subscription/quotas'

/** What became of one place: a code that stands, or another try at `again` (epoch ms of the database). */
export type Ending = { code: Code; again?: undefined } | { code?: Code; again: number }

/** Where deliveries come from. Both may be repeated after a crash and must come to the same. */
export interface Source {
  /** Before the page closes: what the source keeps of each delivery; left out where the page is all that is kept. */
  settle?(page: Page, endings: readonly Ending[]): Promise<void>
  /** The source goes on behind it. */
  account(page: Page): Promise<void>
}

/** What happens to those who were not announced. */
export type Rest = { again: number } | { code: 'cancelled' }

/** Groups of one page; more times than this are rounded up to the next one. */
const MAX_GROUPS = 8
const SECOND = 1_000

/** When a message that certainly did not go is tried again; undefined where its outcome stands. */
function againAt(code: Code, attempt: number, now: number): number | undefined {
  if (code === 'held') return now
  if (typeof code !== 'number') return undefined
  const { retryMs } = answerOf(code)
  if (retryMs === undefined || attempt + 1 >= MAX_ATTEMPTS) return undefined
  if (code === 45009) return nextDay(now)
  return now + retryMs * 2 ** attempt
}

function groupsOf(times: ReadonlyMap<number, number[]>): LaterGroup[] {
  const groups = [...times].map(([at, places]) => ({ at, places })).sort((a, b) => a.at - b.at)
  while (groups.length > MAX_GROUPS) {
    const first = groups.shift()
    const second = groups[0]
    if (first && second) second.places = [...first.places, ...second.places]
  }
  return groups
}

/** Everybody of a settled page, by place; those too who were erased since. */
export function endingsOf(page: Page): Ending[] {
  const codes = settledCodesOf(page)
  const people = page.later.reduce(
    (most, { places }) => Math.max(most, ...places.map((at) => at + 1)),
    page.size,
  )
  const endings = Array.from({ length: people }, (_, place): Ending => {
    const code = codes.get(place)
    return code === undefined ? { again: 0 } : { code }
  })
  for (const { at, places } of page.later) {
    for (const place of places) {
      const code = codes.get(place)
      endings[place] = { again: at, ...(code !== undefined && { code }) }
    }
  }
  return endings
}

/** Whether the grant that a place spent comes back, is gone with all others, or stays spent. */
export function grantOf({ code, again }: Ending): 'keep' | 'return' | 'revoke' {
  if (typeof code === 'number') return answerOf(code).grant
  return again !== undefined || code === 'cancelled' ? 'return' : 'keep'
}

/** Whose grant a place has spent: the page's own, or that of the page whose doubt is sent again. */
export const spenderOf = (page: Page, place: number) => page.spentBy?.[place] || page._id

/** Repeatable. Resolves with the grants that were taken on WeChat's word, by place. */
async function settleGrants(
  ports: PagePorts,
  page: Page,
  endings: readonly Ending[],
): Promise<Page['revoked']> {
  // Nearly everybody is sent to: who pays for them is not asked.
  if (!endings.some(isMoving)) return {}
  const tried = triedOf(page).flatMap(({ place, id }) => {
    const ending = endings[place]
    return ending && isMoving(ending) ? [{ place, id, ending, grant: grantOf(ending) }] : []
  })
  const returns = new Map<string, string[]>()
  for (const { place, id, grant } of tried) {
    if (grant !== 'return') continue
    const spender = spenderOf(page, place)
    const ids = returns.get(spender) ?? []
    ids.push(id)
    returns.set(spender, ids)
  }
  for (const [_id, ids] of returns) await giveBack(ports, { ...page, _id }, ids)
  await noteUnreachable(ports, purseOf(page), tried)
  const refused = tried
    .filter(({ grant }) => grant === 'revoke')
    .map(({ place, id }) => ({ place, id, granted: page.granted[place] ?? 0, left: page.left[place] ?? 0 }))
    .filter(({ left }) => left > 0)
  if (refused.length === 0) return {}
  const gone = await revoke(ports, page, refused)
  return Object.fromEntries(refused.filter(({ id }) => gone.has(id)).map(({ place, left }) => [place, left]))
}

const UNREACHABLE = [40003, 50002]

/** Whether the ending changes what the person has. */
const isMoving = (ending: Ending): boolean =>
  grantOf(ending) !== 'keep' || UNREACHABLE.some((code) => code === ending.code)

/** WeChat says that nothing can reach this openid: audiences leave it out until a prompt is answered again. */
async function noteUnreachable(
  { store }: Pick<PagePorts, 'store'>,
  purse: string,
  tried: readonly (Pick<Tried, 'id'> & { ending: Ending })[],
): Promise<void> {
  for (const code of UNREACHABLE) {
    const ids = tried.filter(({ ending }) => ending.code === code).map(({ id }) => id)
    if (ids.length > 0) await store.update(purse, { _id: oneOf(ids) }, { set: { unreachable: code } })
  }
}

/**
 * The last answers, and what happens to the rest, in one write: from here on everybody's ending stands. Null where the
 * page is no longer ours.
 */
export async function settle(
  ports: PagePorts,
  lease: Lease,
  page: Page,
  answers: Answers,
  rest: Rest,
): Promise<Page | null> {
  const codes = settledCodesOf(page)
  const fresh: Answers = new Map(answers)
  const now = lease.databaseNow()
  const times = new Map<number, number[]>()
  const standing = new Set<Code>()
  for (let place = 0; place < page.size; place += 1) {
    const known = fresh.get(place)?.code ?? codes.get(place)
    if ('code' in rest) {
      const isOpen = known === undefined || known === 'held'
      if (isOpen) fresh.set(place, rest)
      standing.add(isOpen ? rest.code : known)
      continue
    }
    const attempt = page.attempts?.[place] ?? page.attempt
    const again = known === undefined ? rest.again : againAt(known, attempt, now)
    if (again === undefined) {
      if (known !== undefined) standing.add(known)
      continue
    }
    const at = Math.ceil(again / SECOND) * SECOND
    const places = times.get(at) ?? []
    places.push(place)
    times.set(at, places)
  }
  const later = [...page.later, ...groupsOf(times)]
  const has = [
    ...[...standing].map(String),
    ...Object.keys(page.skipped),
    ...(later.length > 0 ? ['waiting'] : []),
  ]
  const set = { has, state: 'settled' as const, ...(page.isVoid && { isVoid: true }) }
  const settled = settledBy(fresh)
  const written = { later: later as unknown as Value, ...set, ...fieldsOf(page, settled) }
  if ((await step(ports, lease, page, false, written)) !== 'done') return null
  const next = ownCopy(page)
  advance(next, settled, { later, ...set })
  return next
}

/**
 * Ends a settled page: its grants, its source, its place in the progress, then the page itself; a page that is not open
 * any more is in no need of anything. Resolves with everybody's ending; null where it is no longer ours.
 */
export async function close(
  ports: PagePorts,
  lease: Lease,
  page: Page,
  source: Source,
): Promise<readonly Ending[] | null> {
  const endings = endingsOf(page)
  const revoked = await settleGrants(ports, page, endings)
  await source.settle?.(page, endings)
  await source.account(page)
  const set = { state: 'closed' as const, isOpen: false, revoked, closedAt: ports.clock.now() }
  return (await step(ports, lease, page, false, set)) === 'done' ? endings : null
}
