import type { Phone } from '../phone'
import { ApiFailure, asyncApi, copied, isRecord, type Options, withMissing } from './api'

/** wx.cloud: init and callFunction; the rest says that it is missing. */
export function cloudApis(phone: Phone): Record<string, unknown> {
  let isReady = false
  const call = async ({ name, data }: Options): Promise<Record<string, unknown>> => {
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
  }
  // Many functions take the name of what they do as `action`.
  const about = ({ name, data }: Options): string =>
    [name, isRecord(data) ? data['action'] : undefined].filter((one) => typeof one === 'string').join(' ')
  const callFunction = asyncApi(phone, 'cloud.callFunction', call, 'lost', about)
  return withMissing(phone, 'wx.cloud', {
    init: () => {
      isReady = true
    },
    callFunction,
  })
}
