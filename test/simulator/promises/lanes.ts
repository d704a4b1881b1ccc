/** What holds at every write of a lane. */
import type { LaneDoc } from '../books'
import { laneFor } from '../people'
import type { Check } from './pages'

export const ofLanes: Record<string, Check<LaneDoc>> = {
  'a lane is taken only when no message of its last holder is under way': ({ was, is, by }, books) => {
    if (!was || is.fence === was.fence) return undefined
    const openid = books.wechat
      .onTheirWay()
      .find((one) => laneFor(one.openid, books.settings.lanes) === is.lane && one.by !== by)?.openid
    return openid && `lane ${is.lane} at fence ${is.fence}, with a message to ${openid} under way`
  },
}
