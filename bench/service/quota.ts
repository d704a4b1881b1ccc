import { laneOf } from '../../core/delivery/lanes'
import { type Quota, quotaId } from '../../core/subscription/quotas'
import { openidOf } from './people'
import type { SeedEvent } from './seed'

/** The quota of person number `i`, as core writes it when they accepted so many prompts on their phone until `now`. */
export function quotaOf(
  i: number,
  { template, lanes, grants, tagged }: Omit<SeedEvent, 'from' | 'to'>,
  now: number,
): Quota {
  const openid = openidOf(i)
  const lane = laneOf(openid, lanes)
  return {
    _id: quotaId(template, lane, openid),
    openid,
    template,
    lane,
    granted: grants,
    left: grants,
    prompts: Array.from({ length: grants }, (_, at) => ({
      id: `${openid}:prompt${at}`,
      by: 'phone',
      at: now - at,
      answer: 'accept',
    })),
    spent: [],
    spentAt: [],
    returned: [],
    revoked: [],
    revokedAt: -1,
    answer: 'accept',
    tags: i % 100 < tagged ? ['tagged'] : [],
    muted: false,
    quiet: null,
    language: 'zh_CN',
    createdAt: now,
  }
}
