/** A window is the part of a page whose sending has been announced: what a crash can leave in doubt. */
import { answerOf } from './errcodes'
import type { Lease } from './lanes'
import {
  type Page,
  type PagePorts,
  placesOf,
  quotaOf,
  type Settled,
  step,
  type Verdict,
  windowKey,
  windowsOf,
} from './page'
import type { OutgoingMessage } from './ports'
import { readQuotas, spend } from './quotas'

/** Who is sent to. Where the template is one-time, each of them has now spent a grant on this page. */
export async function judge(ports: PagePorts, page: Page): Promise<Verdict[]> {
  const ids = page.deliveries.map((delivery) => quotaOf(page, delivery))
  const quotas = page.oneTime ? await spend(ports, page._id, ids) : await readQuotas(ports, ids)
  return ids.map((id) => {
    const quota = quotas.get(id)
    return quota ? { granted: quota.granted, left: quota.left } : { skip: 'no-grant' }
  })
}

async function send(ports: PagePorts, lease: Lease, page: Page, place: number): Promise<Settled> {
  const delivery = page.deliveries[place]
  const verdict = page.verdicts[place]
  if (!delivery || !verdict) throw new Error(`page ${page._id} has no delivery or verdict at ${place}`)
  if (verdict.skip !== undefined) return { outcome: 'skipped', text: verdict.skip }
  // Past the deadline another holder may be at work, and WeChat refuses two sends to one person at once (43108).
  if (!lease.isValid()) return { outcome: 'deferred', text: 'the lease of the lane ended before it was sent' }
  const message: OutgoingMessage = {
    openid: delivery.openid,
    templateId: page.templateId,
    data: delivery.data,
    language: delivery.language,
    miniprogramState: page.miniprogramState,
    ...(delivery.page !== undefined && { page: delivery.page }),
  }
  const { code, text, msgid } = await ports.openApi.send(message)
  return { outcome: answerOf(code).outcome, code, text, ...(msgid !== undefined && { msgid }) }
}

/** A page whose windows are all settled, or one that was lost with the window that was under way, if any. */
export type Worked = { state: 'settled'; page: Page } | { state: 'lost'; page: Page; underWay?: number }

/**
 * Works the windows that have not been announced. One compare-and-set settles window k−1 and announces window k; only
 * then are its messages sent, together.
 */
export async function work(ports: PagePorts, lease: Lease, opened: Page): Promise<Worked> {
  let page = opened
  for (let window = page.next; window <= windowsOf(page); window += 1) {
    const lost: Worked = { state: 'lost', page, ...(page.next > page.settled && { underWay: window - 1 }) }
    if (!(await lease.keep())) return lost
    const from = { next: page.next, settled: page.settled }
    const last = window === windowsOf(page)
    const verdicts = window === 0 ? await judge(ports, page) : page.verdicts
    const previous = page.outcomes[windowKey(window - 1)]
    const settling =
      previous && page.settled < window ? { [`outcomes.${windowKey(window - 1)}`]: previous } : {}
    const to = { next: last ? page.next : window + 1, settled: window }
    const set = { ...settling, ...(window === 0 && { verdicts }), ...to }
    if (!(await step(ports, lease, page, from, set))) return lost
    page = { ...page, ...to, verdicts }
    if (last) return { state: 'settled', page }
    const outcomes = await Promise.all(placesOf(page, window).map((place) => send(ports, lease, page, place)))
    page = { ...page, outcomes: { ...page.outcomes, [windowKey(window)]: outcomes } }
  }
  throw new Error(`page ${page._id} has announced ${page.next} of ${windowsOf(page)} windows`)
}
