import type { Invocation } from '../functions/invocations'
import type { WeChat } from '../wechat/wechat'
import { GatewayError } from './gateway-error'
import { type CloudCall, decodeCloudCall, encodeCloudFault, encodeCloudReply } from './protocol'

/** The platform's own refusals of a cloud call (wechat.md §1.3). */
export const CLOUD_FAULTS = {
  apiNotFound: -604100,
  noPermission: -604101,
  illegalSource: -604104,
} as const

export interface CloudCallRequest {
  apiName: string
  requestData: Buffer | undefined
  /** The function that calls; undefined when the request carries no token of a running one. */
  invocation: Invocation | undefined
}

/** Answers one wx.openApi request with the bytes of its reply (wire.md §5). */
export async function answerCloudCall(
  wechat: WeChat,
  request: CloudCallRequest,
  onFault: (errorCode: number) => void,
): Promise<Buffer> {
  const { apiName, requestData, invocation } = request
  const fault = (errorCode: number): Buffer => {
    onFault(errorCode)
    return encodeCloudFault(errorCode)
  }
  if (requestData === undefined)
    throw new GatewayError(
      'INVALID_PARAM',
      'wx.openApi came without requestData; wanted a CommApiData message',
    )
  const call = decoded(requestData)
  if (invocation === undefined) return fault(CLOUD_FAULTS.illegalSource)
  if (call.kind === 'other' || !wechat.has(apiName)) return fault(CLOUD_FAULTS.apiNotFound)
  if (!invocation.definition.openapi.has(apiName)) return fault(CLOUD_FAULTS.noPermission)
  return encodeCloudReply(await wechat.call(apiName, call.params, 'cloud'))
}

function decoded(requestData: Buffer): CloudCall {
  try {
    return decodeCloudCall(requestData)
  } catch (cause) {
    throw new GatewayError(
      'INVALID_PARAM',
      `requestData is not a CommApiData message: ${cause instanceof Error ? cause.message : String(cause)}`,
    )
  }
}
