import type { Invocation } from '../functions/invocations'
import type { WeChat } from '../wechat/wechat'
import { GatewayError } from './gateway-error'
import {
  decodeCloudCall,
  decodeOpenDataRequest,
  encodeCloudFault,
  encodeCloudReply,
  encodeOpenData,
} from './protocol'

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
  const call = decodedOr(() => decodeCloudCall(requestData))
  if (invocation === undefined) return fault(CLOUD_FAULTS.illegalSource)
  if (call.kind === 'other')
    return call.apiName === OPEN_DATA_API
      ? openData(wechat, call.data, invocation)
      : fault(CLOUD_FAULTS.apiNotFound)
  if (!wechat.has(apiName)) return fault(CLOUD_FAULTS.apiNotFound)
  if (!invocation.definition.openapi.has(apiName)) return fault(CLOUD_FAULTS.noPermission)
  return encodeCloudReply(await wechat.call(apiName, call.params, 'cloud'))
}

/** cloud.getOpenData (wire.md §6): all of the list, or the code of the first that is wrong. */
const OPEN_DATA_API = 'ApiGetOpenDataByCloudId'

function openData(wechat: WeChat, data: Uint8Array, invocation: Invocation): Buffer {
  const found = decodedOr(() => decodeOpenDataRequest(data)).map((cloudId) =>
    wechat.cloudIds.resolve(invocation.identity.openid, cloudId),
  )
  const wrong = found.find((one) => 'errCode' in one)
  if (wrong !== undefined && 'errCode' in wrong) return encodeOpenData({ errorCode: wrong.errCode })
  return encodeOpenData({ items: found.map((one) => ({ cloudId: one.cloudID, json: JSON.stringify(one) })) })
}

/** To whom a cloud call sends a message of which template, as far as it says so. */
export function messageOf(requestData: Buffer | undefined): MessageNames {
  if (requestData === undefined) return {}
  try {
    const call = decodeCloudCall(requestData)
    return call.kind === 'open-api' ? namesIn(call.params) : {}
  } catch {
    // What cannot be read is refused where it is answered.
    return {}
  }
}

export interface MessageNames {
  touser?: string
  templateId?: string
}

/** The receiver and the template among WeChat's own parameter names. */
export function namesIn({ touser, template_id: templateId }: Record<string, unknown>): MessageNames {
  return {
    ...(typeof touser === 'string' ? { touser } : {}),
    ...(typeof templateId === 'string' ? { templateId } : {}),
  }
}

function decodedOr<T>(decode: () => T): T {
  try {
    return decode()
  } catch (cause) {
    throw new GatewayError(
      'INVALID_PARAM',
      `requestData is not a CommApiData message: ${cause instanceof Error ? cause.message : String(cause)}`,
    )
  }
}
