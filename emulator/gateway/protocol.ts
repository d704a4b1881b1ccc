import { Root, type Type } from 'protobufjs/light'
import * as z from 'zod'
import { parseJson } from '../json-text'

/** The messages of a cloud call, as wire.md §5 lists them. */
const root = Root.fromJSON({
  nested: {
    KeyValuePair: {
      fields: {
        key: { type: 'string', id: 1 },
        value: { type: 'bytes', id: 2 },
        contenttype: { type: 'string', id: 3 },
        filename: { type: 'string', id: 4 },
      },
    },
    OpenApiData: { fields: { pairs: { rule: 'repeated', type: 'KeyValuePair', id: 1 } } },
    SvrkitApiData: { fields: { apiName: { type: 'string', id: 1 }, reqData: { type: 'bytes', id: 2 } } },
    CommApiData: {
      fields: {
        apiType: { type: 'ApiType', id: 1 },
        openapiData: { type: 'OpenApiData', id: 2 },
        svrkitData: { type: 'SvrkitApiData', id: 4 },
        appid: { type: 'string', id: 6 },
      },
      nested: { ApiType: { values: { OPEN_API: 0, INNER_API: 1, SVRKIT_API: 2, TOKEN_API: 3 } } },
    },
    ApiGetOpenDataByCloudIdReq: {
      fields: { cloudidList: { rule: 'repeated', type: 'string', id: 2 }, appid: { type: 'string', id: 3 } },
    },
    ApiGetOpenDataByCloudIdResp: {
      fields: { dataList: { rule: 'repeated', type: 'OpDataItem', id: 1 } },
      nested: {
        OpDataItem: { fields: { cloudId: { type: 'string', id: 1 }, json: { type: 'string', id: 2 } } },
      },
    },
    CommOpenApiResp: {
      fields: {
        respData: { type: 'bytes', id: 1 },
        contentType: { type: 'string', id: 2 },
        errorCode: { type: 'int32', id: 3 },
        httpCode: { type: 'uint32', id: 4 },
        svrkitErrorCode: { type: 'int32', id: 6 },
      },
    },
  },
})

const commApiData: Type = root.lookupType('CommApiData')
const openDataRequest: Type = root.lookupType('ApiGetOpenDataByCloudIdReq')
const openDataReply: Type = root.lookupType('ApiGetOpenDataByCloudIdResp')
const commOpenApiResp: Type = root.lookupType('CommOpenApiResp')

const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array)
const requestSchema = z.object({
  apiType: z.number().default(0),
  openapiData: z
    .object({
      pairs: z
        .array(z.object({ key: z.string(), value: bytes.optional(), filename: z.string().optional() }))
        .default([]),
    })
    .optional(),
  svrkitData: z.object({ apiName: z.string().default(''), reqData: bytes.optional() }).optional(),
  appid: z.string().optional(),
})

/** A cloud call as it was sent: `params` by key, files as bytes. */
export type CloudCall =
  | { kind: 'open-api'; params: Record<string, unknown>; appid?: string }
  | { kind: 'other'; apiType: number; apiName: string; data: Uint8Array }

/** Decodes the `requestData` of a wx.openApi request; throws an Error when it is no CommApiData. */
export function decodeCloudCall(data: Buffer): CloudCall {
  const decoded = requestSchema.parse(
    commApiData.toObject(commApiData.decode(data), { arrays: false, enums: Number }),
  )
  if (decoded.apiType !== 0)
    return {
      kind: 'other',
      apiType: decoded.apiType,
      apiName: decoded.svrkitData?.apiName ?? '',
      data: decoded.svrkitData?.reqData ?? new Uint8Array(),
    }
  const pairs = decoded.openapiData?.pairs ?? []
  return {
    kind: 'open-api',
    // A file is raw bytes; anything else is the JSON text of its value (wire.md §5).
    params: Object.fromEntries(
      pairs.map(({ key, value = new Uint8Array(), filename }): [string, unknown] => [
        key,
        filename === undefined ? parseJson(Buffer.from(value).toString('utf8')) : value,
      ]),
    ),
    ...(decoded.appid === undefined ? {} : { appid: decoded.appid }),
  }
}

/** A reply that carries WeChat's JSON. It must be neither empty nor exactly `application/json; charset=utf-8`. */
export function encodeCloudReply(json: string): Buffer {
  return encode({
    respData: Buffer.from(json),
    contentType: 'application/json; encoding=utf-8',
    httpCode: 200,
  })
}

/** A reply of the platform itself, for example -604101. */
export function encodeCloudFault(errorCode: number): Buffer {
  return encode({ errorCode })
}

/** The cloudIDs that a getOpenData request asks for. */
export function decodeOpenDataRequest(data: Uint8Array): string[] {
  const decoded = openDataRequest.toObject(openDataRequest.decode(data))
  return z.object({ cloudidList: z.array(z.string()).default([]) }).parse(decoded).cloudidList
}

/** The reply of getOpenData: each item's JSON text, or the code of what is wrong. */
export function encodeOpenData(
  reply: { items: { cloudId: string; json: string }[] } | { errorCode: number },
): Buffer {
  if ('errorCode' in reply) return encode({ svrkitErrorCode: reply.errorCode })
  const respData = openDataReply.encode({ dataList: reply.items }).finish()
  return encode({ respData, svrkitErrorCode: 0 })
}

function encode(message: Record<string, unknown>): Buffer {
  return Buffer.from(commOpenApiResp.encode(message).finish())
}
