/** What holds at every message that leaves an instance, and at every one that WeChat delivers. */
import { payerOf } from '../../../core/delivery/page'
import type { Books } from '../books'
import { laneFor } from '../people'
import type { Leaving, Trail } from '../wechat'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
/** A day of the platform begins at midnight of UTC+8. */
const DAY_BEGINS = 8 * 60 * MINUTE
/** A message may go so much later than its turn, and its step takes a while: an interval holds the turns of that too. */
const SLACK_MS = 4_000 + 2_000
/** A rate is kept within a window of this length: what was announced before an interruption comes in a burst. */
const RATE_WINDOW_MS = 2_000
/** Lanes that an invocation works at once: each has a window of its own. */
const AT_ONCE = 2
/** Intervals that a rate is measured in. */
const INTERVALS_MS = [10_000, MINUTE]
/** How long turns that were reserved at another rate may still be under way: a tick and its function's timeout. */
const TURNS_MS = 2 * MINUTE

export const leaving: Record<string, (leaving: Leaving, books: Books) => string | undefined> = {
  'no two messages to one person are under way at once': ({ isSecond, mark, openid }) =>
    isSecond ? `${mark} to ${openid}` : undefined,

  'a message leaves only when it has been announced, and once': (message, books) => {
    const { mark, openid } = message
    const found = books.placeOf(message)
    if (!found) return `${mark} to ${openid} is in no open page`
    const { page, place } = found
    if (place >= page.announced) return `${page._id}: place ${place} of ${page.announced} announced`
    const isSettled = Object.values(page.codes).some((codes) => codes[place] !== undefined)
    return isSettled ? `${page._id}: place ${place} is settled` : undefined
  },

  'a message leaves only when its grant has been spent': (message, books) => {
    const { openid } = message
    const found = books.placeOf(message)
    if (!found) return undefined
    const { page, place } = found
    const spent = books.kept.quotas.get(payerOf(page, openid, place))?.spent ?? []
    return spent.includes(page.spentBy?.[place] || page._id)
      ? undefined
      : `${page._id}: ${openid} has not paid`
  },

  'only the holder of a lane sends, before its lease ends': (message, books) => {
    const { openid, by } = message
    const found = books.placeOf(message)
    if (!found) return undefined
    const { page } = found
    if (books.holder(page.lane, page.fence) !== by) return `${page._id} is another's`
    const home = books.lane(page.lane)
    if (home?.fence !== page.fence)
      return `lane ${page.lane} is at fence ${home?.fence}, the page at ${page.fence}`
    // The person's own lane, where the page is at home elsewhere.
    const lane = books.lane(laneFor(openid, books.settings.lanes))
    if (!lane || !page.lanes.includes(lane.lane)) return `${page._id} has nobody of lane ${lane?.lane}`
    if (books.holder(lane.lane, lane.fence) !== by) return `lane ${lane.lane} of ${openid} is another's`
    return books.now() + books.databaseAhead <= Math.min(home.leaseUntil, lane.leaseUntil)
      ? undefined
      : `the lease of lane ${lane.lane} or ${home.lane} is over`
  },

  'the rate of a campaign is kept at all times': ({ mark }, books) => {
    for (const [campaign, times] of books.left) {
      if (books.markOfCampaign(campaign) !== mark) continue
      const now = books.now()
      const rates = books.rates.get(campaign) ?? []
      const known = rates.filter((_rate, at) => (rates[at + 1]?.from ?? now) > now - TURNS_MS)
      const fastest = Math.max(...known.map(({ perSecond }) => perSecond ?? Number.POSITIVE_INFINITY))
      const bursts = books.interruptions.filter((at) => at > now - 2 * MINUTE).length
      for (const interval of INTERVALS_MS) {
        const most =
          Math.ceil((fastest * (interval + SLACK_MS + (1 + AT_ONCE * bursts) * RATE_WINDOW_MS)) / 1000) +
          1 +
          AT_ONCE * bursts
        const count = times.filter((at) => at > now - interval).length
        if (count > most) return `${campaign}: ${count} in ${interval / 1000} s, at most ${most}`
      }
    }
    return undefined
  },

  "the day's quota is kept": (_leaving, books) => {
    const dayOf = (at: number) => Math.floor((at + books.databaseAhead + DAY_BEGINS) / DAY)
    const today = dayOf(books.now())
    const count = books.leftAtAll.filter((at) => dayOf(at) === today).length
    // Turns of the last moments of a day may be used in the first of the next.
    const most = books.settings.dayLimit + books.settings.window
    return count <= most ? undefined : `${count} of ${most}`
  },
}

export const delivered: Record<string, (trail: Trail, books: Books) => string | undefined> = {
  'nobody gets a message twice': ({ mark, openid, delivered: times }) =>
    times > 1 ? `${mark} to ${openid}` : undefined,
}
