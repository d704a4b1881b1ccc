/** A cloud function that writes the quotas of many people, as they are when each accepted so many prompts. */
import * as cloud from 'wx-server-sdk'
import { quotaOf } from '../../service/quota'
import type { SeedEvent } from '../../service/seed'

// The typings of the SDK do not know its own symbol.
cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV as unknown as string })
const db = cloud.database()

/** Documents of one `add`: about 400 KB. */
const AT_ONCE = 1000

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
