/**
 * Receipts settle doubts: WeChat pushes `subscribe_msg_sent_event` when a message has reached somebody (wechat.md §6).
 * A doubt is settled only where the receipt can be of no other message.
 */
import { correct } from './corrections'
import type { PushedEvent } from '../subscription/events'
import { laneOf } from './lanes'
import { outcomeOf } from './outcomes'
import { codesOf, type Page, triedOf } from './page'
import { gte, oneOf, type Ports } from '../ports'
import { type Quota, quotaId } from '../subscription/quotas'

type ReceiptPorts = Pick<Ports, 'store' | 'clock'>

/**
 * WeChat's clock is not ours, and instances may be told wrong times: a message that is left out of the candidates
 * wrongly would give its receipt to another, one that is left in wrongly only keeps a doubt.
 */
const CLOCKS_MS = 2 * 60_000
/** A message of a page goes no later after its spend than the longest tick (HONGYAN_TICK_MS), and its timeout. */
const LONGEST_PAGE_MS = 15 * 60_000
/** A receipt comes no later after its page closed. Shorter than the wait before a doubt may be sent once more. */
const LATEST_MS = 60_000

/** A receipt of a message to this person. */
export type Receipt = Pick<PushedEvent, '_id' | 'openid' | 'at' | 'msgid' | 'code' | 'settles'> & {
  template: string
}

/** What is known of the message at this person's place in a page. */
interface Message {
  page: Page
  place: number
  isDoubt: boolean
  msgid: string | undefined
}

/**
 * Settles the doubt that this receipt is of, if it is of one: the message with its MsgID, or, where none has it, the
 * only one of that time whose MsgID is not known. A receipt of a failure settles nothing. True where a doubt was settled; repeatable.
 */
export async function settleByReceipt(
  ports: ReceiptPorts,
  lanes: number,
  receipt: Receipt,
): Promise<boolean> {
  if (receipt.code !== 0) return false
  const id = receipt.settles ?? (await doubtOf(ports, lanes, receipt))
  if (id === null) return false
  // First, so that one that breaks off between the page and its source goes on with the same page.
  await ports.store.update('events', { _id: receipt._id }, { set: { settles: id } })
  const page = await ports.store.get<Page>('pages', id)
  const place = page?.people[receipt.openid]
  return page !== null && place !== undefined && correct(ports, page, place, 0)
}

/** The page with the only message that can be the receipt's. */
async function doubtOf(ports: ReceiptPorts, lanes: number, receipt: Receipt): Promise<string | null> {
  const messages = await messagesAt(ports, lanes, receipt)
  const named = messages.filter(({ msgid }) => msgid !== undefined && msgid === receipt.msgid)
  const nameless = messages.filter(({ msgid }) => msgid === undefined)
  const [only, ...others] = named.length > 0 ? named : nameless
  return only?.isDoubt && others.length === 0 ? only.page._id : null
}

/**
 * Receipts that were there before the doubt: most come while the page is still open. Called when it has closed; a
 * receipt that comes later looks for the doubt itself, so that one of the two sees the other.
 */
export async function settleDoubts(ports: ReceiptPorts, lanes: number, page: Page): Promise<void> {
  const codes = codesOf(page)
  const doubtful = triedOf(page).flatMap(({ openid, place }) => {
    const code = codes.get(place)
    return code !== undefined && outcomeOf(code) === 'unknown' ? [openid] : []
  })
  if (doubtful.length === 0) return
  const since = page.openedAt - CLOCKS_MS
  const receipts = await ports.store.find<PushedEvent>('events', {
    where: { openid: oneOf(doubtful), at: gte(since), type: 'sent', template: page.template },
    limit: 1_000,
  })
  for (const { template, ...receipt } of receipts)
    if (template !== undefined && receipt.settles === undefined)
      await settleByReceipt(ports, lanes, { ...receipt, template })
}

/** Messages of the template that were on their way to the person at the time of the receipt. Two reads. */
async function messagesAt(
  { store, clock }: ReceiptPorts,
  lanes: number,
  { openid, template, at }: Receipt,
): Promise<Message[]> {
  const quota = await store.get<Quota>('quotas', quotaId(template, laneOf(openid, lanes), openid))
  if (!quota) return []
  const ids = quota.spent.filter((_page, index) => {
    const spentAt = quota.spentAt[index] ?? 0
    return spentAt <= at + CLOCKS_MS && spentAt >= at - LONGEST_PAGE_MS
  })
  const pages = await store.find<Page>('pages', {
    where: { _id: oneOf(ids) },
    limit: ids.length,
    fields: [`people.${openid}`, 'codes', 'late', 'msgids', 'isOpen', 'closedAt', 'announced'],
  })
  return pages.flatMap((page) => {
    const place = page.people[openid]
    const closedAt = page.closedAt ?? clock.now()
    if (place === undefined || at > closedAt + LATEST_MS + CLOCKS_MS) return []
    const message = messageOf(page, place)
    return message ? [message] : []
  })
}

/** Null where nothing went to this place, for certain. */
function messageOf(page: Page, place: number): Message | null {
  const code = codesOf(page).get(place)
  // Settled by another receipt: its message is that one's.
  if (page.late[place] !== undefined) return null
  const msgid = Object.values(page.msgids).find((step) => step[place] !== undefined)?.[place]
  if (code === undefined) return place < page.announced ? { page, place, isDoubt: false, msgid } : null
  const outcome = outcomeOf(code)
  if (outcome !== 'sent' && outcome !== 'unknown') return null
  return { page, place, isDoubt: outcome === 'unknown' && !page.isOpen, msgid }
}
