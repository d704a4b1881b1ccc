import type { Faults, Refusal, Subject } from '../faults'
import type { Functions } from '../functions/functions'
import type { Identity } from '../functions/identity'
import type { Invocation } from '../functions/invocations'
import { hex } from '../hex'
import { type Answer, type Call, jsonText } from '../http'
import { parseJson } from '../json-text'
import { isRecord } from '../record'
import type { Stats } from '../stats'
import { WeChatError } from '../wechat/errcodes'
import type { WeChat } from '../wechat/wechat'
import { gatewayFault } from './function-errors'
import { GatewayError } from './gateway-error'
import { boundaryOf, parseMultipart } from './multipart'
import { answerCloudCall, messageOf } from './open-api'
import { encodeCloudFault, encodeCloudReply } from './protocol'
import { underFault } from './under-fault'

/** What answers the `database.*` actions. */
export interface Documents {
  handle(action: string, body: Record<string, unknown>): Promise<Record<string, unknown>>
}

export interface GatewayOptions {
  env: string
  documents: Documents
  functions: Functions
  wechat: WeChat
  stats: Stats
  faults: Faults
  random: () => number
  log: (line: string) => void
}

/** A request of the SDK, whatever its encoding. */
interface SdkRequest {
  action: string
  body: Record<string, unknown>
  requestData: Buffer | undefined
  invocation: Invocation | undefined
  source: string | undefined
}

// A cloud call's reply must not have exactly the type of a JSON reply (wire.md §5).
const PROTOBUF = 'application/octet-stream'

/** The gateway that wx-server-sdk talks to: one address, told apart by `action` (wire.md §2-§7). */
export class Gateway {
  constructor(private readonly options: GatewayOptions) {}

  /** Answers any request, however broken, with status 200 and the platform's code. */
  async handle(call: Call): Promise<Answer> {
    const requestId = hex(this.options.random, 16)
    try {
      const request = this.read(call)
      this.options.stats.call(request.action)
      return await underFault(this.options.faults, subjectOf(request), {
        run: () => this.answer(request, requestId),
        refuse: (refusal) => this.refuse(request, refusal, requestId),
        kill: () => request.invocation?.kill?.(),
      })
    } catch (error) {
      const { code, message } = failureOf(error)
      this.options.stats.refusal(code)
      // A fault of the emulator's own is told apart from a refusal in its log.
      if (code === 'SYS_ERR')
        this.options.log(
          `gateway: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
        )
      return jsonText(JSON.stringify({ requestId, code, message }))
    }
  }

  private async answer(request: SdkRequest, requestId: string): Promise<Answer> {
    const { action, body } = request
    if (!this.options.wechat.quotas.takeEnvironment(action === 'wx.openApi'))
      throw new GatewayError('EXCEED_REQUEST_LIMIT', 'the environment exceeds its calls per second')
    if (action.startsWith('database.')) {
      this.checkEnv(body['envName'])
      const reply = await this.options.documents.handle(action, body)
      return jsonText(JSON.stringify({ requestId, ...reply }))
    }
    if (action === 'functions.invokeFunction') {
      this.checkEnv(body['envName'])
      return jsonText(await this.invoke(request, requestId))
    }
    if (action === 'wx.openApi') return this.cloudCall(request)
    if (NOT_SIMULATED.has(action))
      throw new GatewayError('OPERATION_FAIL', `${action} is not simulated by the emulator`)
    throw new GatewayError('INVALID_PARAM', `unknown action ${JSON.stringify(action)}`)
  }

  private refuse({ body }: SdkRequest, refusal: Refusal, requestId: string): Answer {
    const { stats, wechat } = this.options
    if (refusal.kind === 'code') {
      const { code, message } = refusal
      stats.refusal(code)
      return jsonText(JSON.stringify({ requestId, code, message }))
    }
    if (refusal.kind === 'platform-code') {
      stats.refusal(String(refusal.errorCode))
      return { status: 200, contentType: PROTOBUF, body: encodeCloudFault(refusal.errorCode) }
    }
    stats.answer(String(body['apiName']), refusal.errcode)
    const reply = wechat.refusal(new WeChatError(refusal.errcode, refusal.errmsg))
    return { status: 200, contentType: PROTOBUF, body: encodeCloudReply(reply) }
  }

  private async cloudCall({ body, requestData, invocation }: SdkRequest): Promise<Answer> {
    const apiName = textField(body, 'apiName')
    this.options.stats.call(apiName)
    const reply = await answerCloudCall(
      this.options.wechat,
      // WeChat knows a function by its token, which a standalone environment does not give.
      { apiName, requestData, invocation: body['wxCloudApiToken'] === '' ? undefined : invocation },
      (errorCode) => this.options.stats.refusal(String(errorCode)),
    )
    return { status: 200, contentType: PROTOBUF, body: reply }
  }

  private async invoke({ body, invocation, source }: SdkRequest, requestId: string): Promise<string> {
    const name = textField(body, 'function_name')
    const event = body['request_data'] === undefined ? '{}' : textField(body, 'request_data')
    try {
      parseJson(event)
    } catch {
      throw new GatewayError('INVALID_PARAM', 'request_data is not JSON')
    }
    const outcome = await this.options.functions.invoke({
      name,
      event,
      identity: personOf(invocation),
      ...(invocation === undefined ? {} : { caller: invocation.requestId }),
      // The header already holds the chain that the callee is to see (wire.md §1.2).
      source: source ?? 'scf',
    })
    if (outcome.kind === 'result') return JSON.stringify({ requestId, data: { response_data: outcome.json } })
    const { code, message } = gatewayFault(outcome)
    this.options.stats.refusal(code)
    return JSON.stringify({ requestId: outcome.requestId, code, message })
  }

  private read(call: Call): SdkRequest {
    const boundary = boundaryOf(call.headers['content-type'])
    const { body, requestData } = boundary === undefined ? jsonBody(call.body) : formBody(call.body, boundary)
    const source = call.headers['x-tcb-source']
    return {
      action: textField(body, 'action'),
      body,
      requestData,
      invocation: this.options.functions.invocations.find(body['wxCloudApiToken'], call.query.get('seqId')),
      source: typeof source === 'string' && source !== '' ? source : undefined,
    }
  }

  // Without envName the default environment is meant (wire.md §1.1).
  private checkEnv(envName: unknown): void {
    if (envName !== undefined && envName !== '' && envName !== this.options.env)
      throw new GatewayError(
        'INVALIID_ENV',
        `environment ${JSON.stringify(envName)} does not exist; there is ${this.options.env}`,
      )
  }
}

/** What a fault rule may ask of a request. */
function subjectOf({ action, body, requestData, invocation }: SdkRequest): Subject {
  const { apiName, collectionName } = body
  const isCloudCall = action === 'wx.openApi' && typeof apiName === 'string'
  const person = (): string | undefined => invocation?.identity.openid
  return {
    name: isCloudCall ? apiName : action,
    caller: invocation?.definition.name,
    collection: typeof collectionName === 'string' ? collectionName : undefined,
    person: isCloudCall ? () => messageOf(requestData).touser ?? person() : person,
    template: () => messageOf(requestData).templateId,
  }
}

/** Whom a callee runs for: the caller's person. The open data of the caller's event is not the callee's. */
function personOf(invocation: Invocation | undefined): Identity {
  const { openDataKeys: _, ...identity } = invocation?.identity ?? {}
  return identity
}

/** Accepted by the SDK and known to the platform; the emulator says that it does not do them. */
const NOT_SIMULATED: ReadonlySet<string> = new Set([
  'storage.getUploadMetadata',
  'storage.batchGetDownloadUrl',
  'storage.batchDeleteFile',
  'wx.api',
  'wx.wxPayApi',
  'auth.getUserInfoForAdmin',
])

function jsonBody(raw: Buffer): { body: Record<string, unknown>; requestData: undefined } {
  let parsed: unknown
  try {
    parsed = parseJson(raw.toString('utf8'))
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new GatewayError('INVALID_PARAM', `the body (${raw.length} bytes) is not JSON: ${why}`)
  }
  if (!isRecord(parsed)) throw new GatewayError('INVALID_PARAM', 'the body is not a JSON object')
  return { body: parsed, requestData: undefined }
}

function formBody(
  raw: Buffer,
  boundary: string,
): { body: Record<string, unknown>; requestData: Buffer | undefined } {
  try {
    const parts = parseMultipart(raw, boundary)
    const texts = parts.filter(({ name }) => name !== 'requestData')
    return {
      body: Object.fromEntries(texts.map(({ name, content }) => [name, content.toString('utf8')])),
      requestData: parts.find(({ name }) => name === 'requestData')?.content,
    }
  } catch (cause) {
    throw new GatewayError('INVALID_PARAM', cause instanceof Error ? cause.message : String(cause))
  }
}

function textField(body: Record<string, unknown>, name: string): string {
  const value = body[name]
  if (typeof value === 'string') return value
  throw new GatewayError('INVALID_PARAM', `${name} is ${value === undefined ? 'missing' : 'not a string'}`)
}

/** Anything that is not a refusal is a fault of the emulator: SYS_ERR, as the platform calls its own. */
function failureOf(error: unknown): { code: string; message: string } {
  if (error instanceof GatewayError) return { code: error.code, message: error.message }
  return { code: 'SYS_ERR', message: error instanceof Error ? error.message : String(error) }
}
