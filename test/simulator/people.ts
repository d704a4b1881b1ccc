/** Who is there when a seed begins: people with grants of both templates, as prompts of earlier days left them. */
import { laneOf } from '../../core/delivery/lanes'
import { type Quota, quotaId } from '../../core/subscription/quotas'
import type { Chance } from './chance'

export const APPID = 'wx5a1e0c7d9b3f2468'
export const OWNER = 'oOwnerOfTheShop'

export const kinds = {
  'order-shipped': {
    scene: 'order',
    templateId: 'kR3vYw8Qm2LxZt0Hs6NcJp4Fd9Ga7Be1UoXiTrVyWqE',
    isOneTime: true,
  },
  'queue-call': {
    scene: 'queue',
    templateId: 'pW5nDs1Gy8KbMu3Ia6Ov9Ce2Rj7Lt4Xq0ZfHwBkYgTo',
    isOneTime: false,
  },
} as const
export type Kind = keyof typeof kinds
export const kindNames = ['order-shipped', 'queue-call'] as const
export const isOneTime = (template: string) => template === 'order-shipped'
export const longTerm: ReadonlySet<string> = new Set([kinds['queue-call'].templateId])

/** Params of a message whose order number or ticket is `mark`. */
export const paramsOf = (kind: Kind, mark: string) =>
  kind === 'order-shipped'
    ? { orderNumber: mark, goods: '茶', total: 1, carrier: '顺丰速运', shippedAt: '2026-11-21T15:30' }
    : { ticket: mark, ahead: 0, state: '请到窗口', window: '三号', calledAt: '2026-11-21T10:05' }

export const nameOf = (number: number) => `oPerson${String(number).padStart(2, '0')}`

/** By number of lanes: the same people are there in every seed. */
const lanesOf = new Map<string, number>()

/** The lane of a person. */
export function laneFor(openid: string, lanes: number): number {
  const key = `${openid} ${lanes}`
  const known = lanesOf.get(key) ?? laneOf(openid, lanes)
  lanesOf.set(key, known)
  return known
}

const DAY = 24 * 60 * 60_000

/** What this person has of the template at `now`. */
export function quotaFor(chance: Chance, openid: string, kind: Kind, lanes: number, now: number): Quota {
  const lane = laneFor(openid, lanes)
  const granted = chance.of([0, 1, 1, 1, 2, 2, 3])
  return {
    _id: quotaId(kind, lane, openid),
    openid,
    template: kind,
    lane,
    granted,
    left: granted,
    prompts: Array.from({ length: granted }, (_, at) => ({
      id: `earlier-${at}`,
      by: 'phone' as const,
      at: now - (granted - at) * DAY,
      answer: 'accept' as const,
    })),
    spent: [],
    spentAt: [],
    returned: [],
    revoked: [],
    revokedAt: -1,
    answer: granted > 0 ? 'accept' : 'reject',
    tags: chance.is(0.5) ? ['tea'] : [],
    muted: chance.is(0.04),
    // The hour of ten in the morning, in which the seed begins; it ends some minutes later.
    quiet: chance.is(0.08) ? { from: '09:00', to: `10:0${chance.whole(1, 8)}`, zone: 'Asia/Shanghai' } : null,
    language: chance.is(0.2) ? 'en_US' : 'zh_CN',
    createdAt: now - DAY,
  }
}
