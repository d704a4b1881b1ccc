/** Unspent grants of one person for one template, and their evidence: which prompts granted, which pages spent. */
import type { Answer, Language, Openid, QuietHours } from '../contract'
import { type OtherChannel, purseOf } from '../delivery/channels'
import type { Evidence } from './grants'
import { type Doc, gt, gte, ne, oneOf, type Ports } from '../ports'

/** The last ids that are remembered; a prompt or page is only ever repeated while it is among the newest. */
export const KEPT = 20

/** What an audience is chosen by: a copy of the subscriber's, so that people are read from quotas alone. */
export type Profile = {
  tags: string[]
  /** Wants nothing of this template. */
  muted: boolean
  quiet: QuietHours | null
  language: Language
}

export type Quota = Doc &
  Profile & {
    openid: Openid
    template: string
    lane: number
    /** All grants ever; only grows. */
    granted: number
    /** Long-term templates spend nothing: 0 is none, more is accepted. */
    left: number
    /** Answers to prompts as they were told: what a grant rests on (core/subscription/grants.ts). */
    prompts: Evidence[]
    /** Pages that spent one, that gave it back, and on whose word all that were left were taken. */
    spent: string[]
    /** When, by place of `spent`: what a frequency cap counts. */
    spentAt: number[]
    returned: string[]
    revoked: string[]
    /** `granted` when WeChat last said that nothing is left; -1 where it never did. */
    revokedAt: number
    /** The last answer to a prompt. */
    answer: Answer
    /** WeChat's word that nothing can reach this openid: 40003, 50002. */
    unreachable?: number
    createdAt: number
  }

const lanePart = (lane: number) => String(lane).padStart(4, '0')

/** Template, lane and openid: the people of a lane are one id range. */
export const quotaId = (template: string, lane: number, openid: Openid) =>
  `${template}:${lanePart(lane)}:${openid}`

/** The ids of everybody of a lane: after the first, before the second. */
export const quotaRange = (template: string, lane: number): [after: string, before: string] => [
  `${template}:${lanePart(lane)}:`,
  `${template}:${lanePart(lane)};`,
]

export const quotasOf = (ports: Pick<Ports, 'store'>, openid: Openid) =>
  ports.store.find<Quota>('quotas', { where: { openid }, limit: 1000 })

/** Reads the quotas with these ids (1000 at the most), by id. */
export async function readQuotas(
  { store }: Pick<Ports, 'store'>,
  ids: readonly string[],
): Promise<Map<string, Quota>> {
  if (ids.length === 0) return new Map()
  const quotas = await store.find<Quota>('quotas', { where: { _id: oneOf(ids) }, limit: ids.length })
  return new Map(quotas.map((quota) => [quota._id, quota]))
}

/** What a person is judged by: of 1000 people far below the megabyte that one read gives (wechat.md §8). */
const STANDING = [
  'openid',
  'granted',
  'left',
  'answer',
  'tags',
  'muted',
  'quiet',
  'language',
  'createdAt',
  'revokedAt',
  'unreachable',
] as const
/** What they were sent: of some twenty pages it is more than all the rest, so only where a rule asks for it. */
const HISTORY = ['spent', 'spentAt', 'returned'] as const
/** People whose history fits into one read. */
export const MOST_WITH_HISTORY = 400

export type Standing = Doc &
  Pick<Quota, (typeof STANDING)[number]> &
  Partial<Pick<Quota, (typeof HISTORY)[number]>>

export const standingFields = (withHistory: boolean): readonly string[] =>
  withHistory ? [...STANDING, ...HISTORY] : STANDING

/** How these people stand (1000 at the most), by the id of their quota. */
export async function readStandings(
  { store }: Pick<Ports, 'store'>,
  ids: readonly string[],
  withHistory: boolean,
): Promise<Map<string, Standing>> {
  const most = withHistory ? MOST_WITH_HISTORY : 1000
  const found = new Map<string, Standing>()
  for (let from = 0; from < ids.length; from += most) {
    const some = ids.slice(from, from + most)
    const where = { _id: oneOf(some) }
    const fields = standingFields(withHistory)
    for (const one of await store.find<Standing>('quotas', { where, limit: some.length, fields }))
      found.set(one._id, one)
  }
  return found
}

/** The page that pays, and with what: grants, unless it says otherwise. */
export type Payment = { _id: string; oneTime: boolean; channel?: OtherChannel }

/** What a person had and has of a template when a page had spent. */
export type Spent = Pick<Quota, 'granted' | 'left'>

/**
 * Takes one grant from each for this page (of a long-term template: nothing), and notes when; repeating it takes
 * nothing more. Null where everybody had one, so that nothing need be read. Otherwise those who had, read back by page
 * id: a count below what was asked is no verdict, since an answer can be lost.
 */
export async function spend(
  ports: Pick<Ports, 'store'>,
  page: Payment,
  ids: readonly string[],
  now: number,
): Promise<Map<string, Spent> | null> {
  const purse = purseOf(page)
  const spent = await ports.store.update(
    purse,
    { _id: oneOf(ids), left: gt(0), spent: ne(page._id) },
    {
      ...(page.oneTime && { inc: { left: -1 } }),
      push: { spent: { value: page._id, keep: KEPT }, spentAt: { value: now, keep: KEPT } },
    },
  )
  if (spent === ids.length) return null
  const quotas = await ports.store.find<Doc & Pick<Quota, 'granted' | 'left' | 'spent'>>(purse, {
    where: { _id: oneOf(ids) },
    limit: ids.length,
    fields: ['granted', 'left', 'spent'],
  })
  return new Map(quotas.filter((quota) => quota.spent.includes(page._id)).map((quota) => [quota._id, quota]))
}

/**
 * Writes this page down as one that spent and gave back, with those whom its spend has not reached: should it still come,
 * it takes nothing. Nothing is taken here, not even for a moment: another page may be spending what is left.
 */
export async function forestall(
  { store }: Pick<Ports, 'store'>,
  page: Payment,
  ids: readonly string[],
  now: number,
): Promise<void> {
  if (ids.length === 0) return
  const id = { value: page._id, keep: KEPT }
  await store.update(
    purseOf(page),
    { _id: oneOf(ids), spent: ne(page._id) },
    { push: { spent: id, spentAt: { value: now, keep: KEPT }, returned: id } },
  )
}

/** Gives back what this page spent on messages that certainly did not go; repeating it gives nothing more. */
export async function giveBack(
  { store }: Pick<Ports, 'store'>,
  page: Payment,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return
  await store.update(
    purseOf(page),
    { _id: oneOf(ids), spent: page._id, returned: ne(page._id) },
    { ...(page.oneTime && { inc: { left: 1 } }), push: { returned: { value: page._id, keep: KEPT } } },
  )
}

/**
 * WeChat says that these have no grant left: what ours held when the page had spent is taken too, unless one was
 * tapped since. Taken by subtraction, so that a grant that another page gives back late is not lost from the
 * equation. Resolves with the ids whose grants are gone for this page; repeating it takes nothing more.
 */
export async function revoke(
  ports: Pick<Ports, 'store'>,
  page: Pick<Payment, '_id' | 'channel'>,
  quotas: readonly { id: string; granted: number; left: number }[],
): Promise<Set<string>> {
  const groups = new Map<string, { granted: number; left: number; ids: string[] }>()
  for (const { id, granted, left } of quotas) {
    const group = groups.get(`${granted} ${left}`) ?? { granted, left, ids: [] }
    group.ids.push(id)
    groups.set(`${granted} ${left}`, group)
  }
  const purse = purseOf(page)
  let taken = 0
  for (const { granted, left, ids } of groups.values()) {
    taken += await ports.store.update(
      purse,
      { _id: oneOf(ids), granted, left: gte(left), revoked: ne(page._id) },
      {
        set: { revokedAt: granted },
        inc: { left: -left },
        push: { revoked: { value: page._id, keep: KEPT } },
      },
    )
  }
  // A count below what was asked is no verdict: an answer can be lost.
  if (taken === quotas.length) return new Set(quotas.map(({ id }) => id))
  const after = await ports.store.find<Doc & Pick<Quota, 'revoked'>>(purse, {
    where: { _id: oneOf(quotas.map(({ id }) => id)) },
    limit: quotas.length,
    fields: ['revoked'],
  })
  return new Set(after.filter(({ revoked }) => revoked.includes(page._id)).map(({ _id }) => _id))
}
