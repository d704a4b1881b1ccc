/** A cloud function that writes the quotas of many people, as they are when each accepted so many prompts. */
import * as cloud from 'wx-server-sdk'
import { laneOf } from '../../../core/lanes'
import { type Quota, quotaId } from '../../../core/quotas'
import { openidOf } from '../../service/people'
import type { SeedEvent } from '../../service/seed'

// The typings of the SDK do not know its own symbol.
cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV as unknown as string })
const db = cloud.database()

/** Documents of one `add`: about 400 KB. */
const AT_ONCE = 1000

function quotaOf(i: number, { template, lanes, grants, tagged }: SeedEvent, now: number): Quota {
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

export const main = async (event: SeedEvent): Promise<null> => {
  const now = Date.now()
  for (let from = event.from; from < event.to; from += AT_ONCE) {
    const length = Math.min(AT_ONCE, event.to - from)
    const data = Array.from({ length }, (_, at) => quotaOf(from + at, event, now))
    // The SDK takes a list, which its typings do not know (wire.md §3).
    await db.collection('quotas').add({ data })
  }
  return null
}
