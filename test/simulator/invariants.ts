/** What must hold at every step, and what must hold when everything has come to rest. */
import type { MemoryStore } from '../../adapters/memory/store'
import type { Page } from '../../core/page'
import type { Doc } from '../../core/ports'
import type { Quota } from '../../core/quotas'
import type { Send } from '../../core/sends'
import type { WeChatOnPaper } from './wechat'

export interface Books {
  sends: Map<string, Send>
  quotas: Map<string, Quota>
  pages: Map<string, Page>
  progress: Map<string, Doc & { sequence: number }>
}

const byId = <T extends Doc>(docs: T[]) => new Map(docs.map((doc) => [doc._id, doc]))

export function booksOf(store: MemoryStore): Books {
  return {
    sends: byId(store.documents<Send>('sends')),
    quotas: byId(store.documents<Quota>('quotas')),
    pages: byId(store.documents<Page>('pages')),
    progress: byId(store.documents<Doc & { sequence: number }>('progress')),
  }
}

type Check = (now: Books, before: Books, wechat: WeChatOnPaper) => string[]

const markOf = (send: Send) => send.data['character_string1'] ?? ''

/** Named by the promise that each holds. */
export const always: Record<string, Check> = {
  'nobody gets a message twice': (_now, _before, wechat) => {
    const marks = wechat.delivered.map(({ mark }) => mark)
    return marks.filter((mark, at) => marks.indexOf(mark) !== at)
  },
  'no two messages to one person are under way at once': (_now, _before, wechat) => wechat.violations,
  'what is sent was delivered, what is not sent was not': ({ sends }, _before, wechat) => {
    const delivered = new Set(wechat.delivered.map(({ mark }) => mark))
    return [...sends.values()].flatMap((send) => {
      if (send.state !== 'done' || send.outcome === 'unknown') return []
      return (send.outcome === 'sent') === delivered.has(markOf(send))
        ? []
        : [`${send._id} is ${send.outcome}`]
    })
  },
  'a send that is done stays done, and only doubt is ever corrected': ({ sends }, before) =>
    [...before.sends.values()].flatMap((was) => {
      const is = sends.get(was._id)
      if (!is) return [`${was._id} is gone`]
      if (
        was.state === 'done' &&
        (is.state !== 'done' || (is.outcome !== was.outcome && was.outcome !== 'unknown'))
      )
        return [`${was._id} went from ${was.outcome} to ${is.state} ${is.outcome}`]
      return is.attempts < was.attempts ? [`${was._id} has fewer attempts`] : []
    }),
  'no quota is below nothing, and grants only grow': ({ quotas }, before) =>
    [...quotas.values()].flatMap((quota) => {
      const was = before.quotas.get(quota._id)
      if (quota.left < 0) return [`${quota._id} has ${quota.left} left`]
      return was && quota.granted < was.granted ? [`${quota._id} lost grants`] : []
    }),
  'evidence is written once: no page spends, returns or revokes twice, no prompt grants twice': ({
    quotas,
  }) =>
    [...quotas.values()].flatMap(({ _id, spent, returned, revoked, prompts }) =>
      [spent, returned, revoked, prompts].some((ids) => new Set(ids).size !== ids.length) ? [_id] : [],
    ),
  'only what was spent comes back': ({ quotas }) =>
    [...quotas.values()].flatMap(({ _id, spent, returned }) =>
      returned.every((page) => spent.includes(page)) ? [] : [_id],
    ),
  'the cursor is never before its page': ({ progress, pages }) =>
    [...progress.values()].flatMap(({ _id, sequence }) => {
      const missing = Array.from({ length: sequence }, (_, at) => `${_id}:${at}`)
      return missing.filter((id) => pages.get(id)?.state !== 'closed')
    }),
  'at most one page of a lane is open': ({ pages }) => {
    const lanes = [...pages.values()].filter(({ state }) => state === 'open').map(({ lane }) => lane)
    return lanes.filter((lane, at) => lanes.indexOf(lane) !== at).map((lane) => `lane ${lane}`)
  },
  'windows are announced in order, and settled after they were': ({ pages }, before) =>
    [...pages.values()].flatMap((page) => {
      const was = before.pages.get(page._id)
      if (page.settled > page.next || page.next > page.settled + 1)
        return [`${page._id}: ${page.settled}/${page.next}`]
      return was && (page.next < was.next || page.fence < was.fence) ? [`${page._id} went back`] : []
    }),
  'a page that is closed stays as it is, but for doubt': ({ pages }, before) =>
    [...before.pages.values()].flatMap((was) => {
      const is = pages.get(was._id)
      if (was.state !== 'closed' || !is) return []
      return is.state === 'closed' && is.next === was.next ? [] : [`${was._id} was reopened`]
    }),
  'each person is in a page once': ({ pages }) =>
    [...pages.values()].flatMap(({ _id, deliveries }) =>
      new Set(deliveries.map(({ openid }) => openid)).size === deliveries.length ? [] : [_id],
    ),
}

/** left = granted − spent + returned − revoked, each with its evidence in pages and prompts. */
function ledger({ quotas, pages }: Books): string[] {
  return [...quotas.values()].flatMap((quota) => {
    const revoked = [...pages.values()].reduce((sum, page) => {
      const place = page.deliveries.findIndex(({ openid }) => openid === quota.openid)
      const taken =
        page.template === quota.template ? (page['revoked'] as Record<string, number> | undefined) : {}
      return sum + (taken?.[String(place)] ?? 0)
    }, 0)
    const expected = quota.granted - quota.spent.length + quota.returned.length - revoked
    return quota.left === expected ? [] : [`${quota._id}: left ${quota.left}, by the evidence ${expected}`]
  })
}

export interface End {
  books: Books
  wechat: WeChatOnPaper
  /** Marks of all sends that were ever asked for and written down. */
  accepted: ReadonlyMap<string, string>
  /** How many doubts the faults that were met can explain. */
  doubtAllowed: number
}

export const atRest: Record<string, (end: End) => string[]> = {
  'nobody is lost: every send that was accepted is done': ({ books, accepted }) =>
    [...accepted.values()].filter((id) => books.sends.get(id)?.state !== 'done'),
  'no page is left open': ({ books }) =>
    [...books.pages.values()].filter(({ state }) => state === 'open').map(({ _id }) => _id),
  'the ledger equation holds to the unit': ({ books }) => ledger(books),
  'doubt is within its bound': ({ books, doubtAllowed }) => {
    const unknown = [...books.sends.values()].filter(({ outcome }) => outcome === 'unknown').length
    return unknown <= doubtAllowed ? [] : [`${unknown} in doubt, at most ${doubtAllowed} can be explained`]
  },
}
