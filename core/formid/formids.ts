/**
 * The rights to template messages of old: a submitted form gives one message, a payment three, each for 7 days
 * (wechat.md §4.1). They are of a person and of no template, so the oldest that is good pays first.
 */
import type { Openid, Outputs, ParsedInputOf } from '../contract'
import { checkLanes, laneOf } from '../delivery/lanes'
import { type Doc, gt, lt, oneOf, type Ports } from '../ports'
import type { Quota } from '../subscription/quotas'

const DAY = 24 * 60 * 60_000

/** How long each is good and for how many messages. */
export const formIdKinds = {
  form: { uses: 1, lifeMs: 7 * DAY, source: 'wechat.md §4.1' },
  payment: { uses: 3, lifeMs: 7 * DAY, source: 'wechat.md §4.1' },
} as const

/** One formId, or the prepay_id of one payment, by itself: evidence of what it paid for, as a quota has it. */
export type FormId = Doc &
  Pick<
    Quota,
    'openid' | 'granted' | 'left' | 'spent' | 'spentAt' | 'returned' | 'revoked' | 'unreachable'
  > & {
    kind: keyof typeof formIdKinds
    lane: number
    handedInAt: number
    /** Epoch ms. */
    expiresAt: number
  }

/** Of these a person has no more at once: whoever hands in more has made them up. */
export const MOST_FORM_IDS = 100

/** WeChat's clock is not ours, and a message may wait for its turn: what ends so soon is not begun. */
const MARGIN_MS = 2 * 60_000

/** What of a formId is read to choose it. */
const FIELDS = ['openid', 'granted', 'left', 'expiresAt', 'unreachable']
/** One read gives no more documents (wechat.md §8). */
const READ = 1000

/** Those of these people that are good, the oldest first. People of whom a read gives none have none. */
export async function usableFormIds(
  { store, clock }: Pick<Ports, 'store' | 'clock'>,
  openids: readonly Openid[],
): Promise<Map<Openid, FormId[]>> {
  const found = new Map<Openid, FormId[]>()
  let wanted = [...openids]
  while (wanted.length > 0) {
    const docs = await store.find<FormId>('formids', {
      where: { openid: oneOf(wanted), left: gt(0), expiresAt: gt(clock.now() + MARGIN_MS) },
      order: [['expiresAt', 'asc']],
      limit: READ,
      fields: FIELDS,
    })
    for (const doc of docs) found.set(doc.openid, [...(found.get(doc.openid) ?? []), doc])
    // A full read may have been used up by those who have many.
    wanted = docs.length < READ ? [] : wanted.filter((openid) => !found.has(openid))
  }
  return found
}

/** Takes away those that ended before `before` (epoch ms); no message can need them, nor give them back. */
export const removeEnded = ({ store }: Pick<Ports, 'store'>, before: number): Promise<number> =>
  store.remove('formids', { expiresAt: lt(before) })

/**
 * Keeps formIds and prepay_ids that the person's phone hands in; the same one again changes nothing. What is too old
 * already, or more than a person can have, is left out.
 */
export async function handIn(
  ports: Pick<Ports, 'store' | 'clock'>,
  lanes: number,
  openid: Openid,
  { formIds }: ParsedInputOf<'formid.handIn'>,
): Promise<Outputs['formid.handIn']> {
  const { store, clock } = ports
  const now = clock.now()
  await checkLanes(ports, lanes)
  const lane = laneOf(openid, lanes)
  const usable = (await usableFormIds(ports, [openid])).get(openid) ?? []
  const known = new Set(usable.map(({ _id }) => _id))
  const docs = formIds.flatMap(({ formId, kind, agoMs }): FormId[] => {
    const { uses, lifeMs } = formIdKinds[kind]
    const expiresAt = now - agoMs + lifeMs
    if (known.has(formId) || expiresAt <= now + MARGIN_MS) return []
    known.add(formId)
    const evidence = { spent: [], spentAt: [], returned: [], revoked: [] }
    return [
      { _id: formId, openid, kind, lane, granted: uses, left: uses, ...evidence, handedInAt: now, expiresAt },
    ]
  })
  const kept = docs.slice(0, Math.max(0, MOST_FORM_IDS - usable.length))
  if (kept.length > 0) await store.insertAll('formids', kept)
  const left = [...usable, ...kept].reduce((sum, one) => sum + one.left, 0)
  return { kept: kept.length, left }
}
