import type { Phone } from '../phone'
import { ApiFailure, asyncApi, copied, withMissing } from './api'

/** wx.cloud: init and callFunction; the rest says that it is missing. */
export function cloudApis(phone: Phone): Record<string, unknown> {
  let isReady = false
  const callFunction = asyncApi(phone, 'cloud.callFunction', async ({ name, data }) => {
    if (!isReady) throw new ApiFailure("Error: Cloud API isn't enabled, please call wx.cloud.init first")
    if (typeof name !== 'string' || !name) {
      throw new ApiFailure('Error: parameter.name should be string instead of undefined', {
        errCode: -401003,
      })
    }
    const reply = await phone.host.call(name, copied(data ?? {})).catch((error: unknown) => {
      // WeChat's code for a network error.
      throw new ApiFailure(`Error: ${error instanceof Error ? error.message : String(error)}`, {
        errCode: -601003,
      })
    })
    if (!reply.ok)
      throw new ApiFailure(reply.errMsg.replace(/^cloud\.callFunction:fail /, ''), { errCode: reply.errCode })
    return { result: reply.result, requestID: reply.requestID, errMsg: reply.errMsg }
  })
  return withMissing(phone, 'wx.cloud', {
    init: () => {
      isReady = true
    },
    callFunction,
  })
}
