/** What a broken request may be answered with. */
import * as protobuf from 'protobufjs'
import { fieldsOf, isRecord } from '../../emulator/record'
import type { Mutant } from './mutations'
import type { Reply } from './request'

/** The gateway's codes (wire.md §3.1, §4; wechat.md §11). SYS_ERR is not among them: here it is a fault of ours. */
const PLATFORM_CODES: ReadonlySet<unknown> = new Set([
  'EXCEED_REQUEST_LIMIT',
  'INVALIID_ENV',
  'INVALID_PARAM',
  'OPERATION_FAIL',
  'PERMISSION_DENIED',
  'DATABASE_REQUEST_FAILED',
  'DATABASE_INVALID_OPERRATOR',
  'DATABASE_COLLECTION_NOT_EXIST',
  'DATABASE_TRANSACTION_CONFLICT',
  'DATABASE_TRANSACTION_FAIL',
  'FUNCTIONS_REQUEST_FAIL',
  'FUNCTIONS_EXECUTE_FAIL',
  'FUNCTIONS_TIME_LIMIT_EXCEEDED',
])

const { root } = protobuf.parse(
  'syntax = "proto2"; message CommOpenApiResp { optional bytes respData=1; optional string contentType=2; ' +
    'optional int32 errorCode=3; optional uint32 httpCode=4; optional int32 svrkitErrorCode=6; }',
)
const commOpenApiResp = root.lookupType('CommOpenApiResp')

export type Verdict = { ok: true; code: string } | { ok: false; why: string }

const fine = (code: unknown): Verdict => ({ ok: true, code: String(code) })
const wrong = (why: string): Verdict => ({ ok: false, why })

/** Judges an answer; `code` tells what was answered, for the report. */
export function judge(mutant: Mutant, reply: Reply): Verdict {
  const isRaw = 'bytes' in mutant
  if (reply.kind === 'none') {
    // Who breaks off, or sends too much, may find the connection closed.
    const mayClose = isRaw || mutant.body.length > 20 * 1024 * 1024
    return mayClose && !/no (answer|end) in/.test(reply.reason) ? fine('closed') : wrong(reply.reason)
  }
  const { status, contentType, body } = reply
  // What is no HTTP is refused by Node itself, without a body.
  if (isRaw && [400, 408, 413, 417, 431].includes(status)) return fine(status)
  if (status === 431) return fine(status)
  if (!isRaw && mutant.method === 'HEAD') return status < 500 ? fine(status) : wrong(`status ${status}`)
  if (contentType.startsWith('application/octet-stream')) return judgeProtobuf(status, body)
  if (contentType.startsWith('text/')) return status < 500 ? fine('page') : wrong(`status ${status}`)
  return judgeJson(status, body)
}

function judgeJson(status: number, body: Buffer): Verdict {
  let json: unknown
  try {
    json = JSON.parse(body.toString('utf8'))
  } catch {
    return wrong(`status ${status} and no JSON: ${body.toString('utf8', 0, 80)}`)
  }
  if (!isRecord(json)) return wrong('an answer that is no object')
  const { error, requestId, code, errcode, errCode } = json
  if (error !== undefined) {
    const named = fieldsOf(error)['code']
    return status >= 400 && status < 500 && typeof named === 'string'
      ? fine(named)
      : wrong(`status ${status}: ${JSON.stringify(error).slice(0, 300)}`)
  }
  if (status !== 200) return wrong(`status ${status} without an error`)
  if (typeof requestId === 'string') {
    if (code === undefined) return fine('ok')
    return PLATFORM_CODES.has(code) ? fine(code) : wrong(body.toString('utf8', 0, 1000))
  }
  return fine(errcode ?? errCode ?? 'ok')
}

function judgeProtobuf(status: number, body: Buffer): Verdict {
  if (status !== 200 || body.length === 0)
    return wrong(`status ${status} with ${body.length} bytes of protobuf`)
  try {
    const { respData, errorCode, svrkitErrorCode } = fieldsOf(commOpenApiResp.decode(body))
    if (!(respData instanceof Uint8Array) || respData.length === 0) return fine(errorCode || svrkitErrorCode)
    if (svrkitErrorCode === 0) return fine('ok')
    return fine(fieldsOf(JSON.parse(Buffer.from(respData).toString('utf8')))['errcode'])
  } catch (cause) {
    return wrong(`protobuf that cannot be read: ${String(cause)}`)
  }
}
