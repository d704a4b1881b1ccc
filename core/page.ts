/**
 * The page protocol (design section 5): claim, spend, window by window, settle, then move on. A page is up to some
 * hundred deliveries of one template, claimed together by inserting one document. Only the holder of the lane's lease
 * writes it, proved by the fence.
 */
import type { Language, MiniprogramState, Openid, Outcome } from './contract'
import type { Lease } from './lanes'
import type { Doc, Ports, Value } from './ports'
import { quotaId } from './quotas'

export type Delivery = {
  openid: Openid
  /** The document of the source that this delivery came from. */
  item: string
  /** Tries before this one. */
  attempts: number
  data: Record<string, string>
  page?: string
  language: Language
}

export type Settled = {
  outcome: Outcome
  /** WeChat's errcode; absent where WeChat was not asked. */
  code?: number
  text?: string
  msgid?: string
}

/** Whether a delivery is tried, and what its quota held when its grant had been spent. */
export type Verdict = { skip: 'no-grant' } | { skip?: never; granted: number; left: number }

/** What a page is about to hold. Each person is in it once: a page spends one grant of a person. */
export type Plan = {
  source: 'send'
  lane: number
  sequence: number
  template: string
  templateId: string
  revision: string
  oneTime: boolean
  miniprogramState: MiniprogramState
  deliveries: Delivery[]
}

export type Page = Doc &
  Plan & {
    token: string
    fence: number
    state: 'open' | 'closed'
    /** Set from outside to let no further window start. */
    stop: boolean
    window: number
    /** The window to be announced next: those below it have been announced. */
    next: number
    /** Windows below it have their outcomes. */
    settled: number
    deliveries: Delivery[]
    /** By place of the delivery; decided before the first window is announced, and written with it. */
    verdicts: Verdict[]
    /** By window (`w0`), one for each of its deliveries. */
    outcomes: Record<string, Settled[]>
    openedAt: number
  }

export type PagePorts = Pick<Ports, 'store' | 'openApi' | 'clock' | 'log' | 'random'>

export const pageId = ({ source, lane, sequence }: Pick<Plan, 'source' | 'lane' | 'sequence'>) =>
  `${source}:${lane}:${sequence}`

/** The field of a window's outcomes. */
export const windowKey = (window: number) => `w${window}`
export const windowsOf = (page: Page) => Math.ceil(page.deliveries.length / page.window)
/** The places in the page of a window's deliveries. */
export const placesOf = (page: Page, window: number): number[] => {
  const start = window * page.window
  const end = Math.min(start + page.window, page.deliveries.length)
  return Array.from({ length: end - start }, (_, at) => start + at)
}
export const quotaOf = (page: Page, delivery: Delivery) => quotaId(page.template, page.lane, delivery.openid)

/** All outcomes of a settled page, in the order of its deliveries. */
export const outcomesOf = (page: Page): Settled[] =>
  Array.from({ length: windowsOf(page) }, (_, window) => page.outcomes[windowKey(window)] ?? []).flat()

/** Inserts the page. The insert is the claim: where the id is taken, whose page it is decides what to do with it. */
export async function claim(
  ports: PagePorts,
  lease: Lease,
  plan: Plan,
  window: number,
): Promise<{ page: Page; mine: boolean }> {
  const page: Page = {
    ...plan,
    _id: pageId(plan),
    token: ports.random(),
    fence: lease.fence,
    state: 'open',
    stop: false,
    window,
    next: 0,
    settled: 0,
    verdicts: [],
    outcomes: {},
    openedAt: ports.clock.now(),
  }
  if (await ports.store.insert('pages', page)) return { page, mine: true }
  const found = await ports.store.get<Page>('pages', page._id)
  if (!found) throw new Error(`page ${page._id} was refused as a repeat and is not there`)
  // A lost answer is not a lost effect: with our token it is ours.
  return { page: found, mine: found.token === page.token }
}

/**
 * One compare-and-set by the holder of the fence: where the page stands at `from`, `set` is written. True where it
 * took effect, a lost answer included: nobody else writes under this fence, so counters that stand as we set them
 * were set by us.
 */
export async function step(
  ports: PagePorts,
  lease: Lease,
  page: Page,
  from: { next: number; settled: number },
  set: { next?: number; settled?: number; state?: 'closed' } & Record<string, Value>,
): Promise<boolean> {
  const where = { _id: page._id, fence: lease.fence, state: 'open', ...from }
  if ((await ports.store.update('pages', where, { set })) > 0) return true
  const now = await ports.store.get<Page>('pages', page._id)
  if (!now || now.fence !== lease.fence) return false
  const { next = from.next, settled = from.settled, state = 'open' } = set
  return now.next === next && now.settled === settled && now.state === state
}
