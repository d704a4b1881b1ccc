/** The cloud environment of the Mini Program itself: WeChat tells its functions who calls. */
import type { Transport } from './transport'

export const wxCloud: Transport = {
  start: () => wx.cloud.init({ traceUser: false }),
  callFunction: async (name, data) =>
    (await wx.cloud.callFunction({ name, data: data as Record<string, unknown> })).result,
}
