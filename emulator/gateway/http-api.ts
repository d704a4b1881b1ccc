import * as z from 'zod'
import type { Faults, Refusal } from '../faults'
import type { Functions } from '../functions/functions'
import { httpFault } from './function-errors'
import { type MessageNames, namesIn } from './open-api'
import { underFault } from './under-fault'
import { type Answer, type Call, jsonText } from '../http'
import { parseJson } from '../json-text'
import { fieldsOf, isRecord } from '../record'
import type { World } from '../world'
import { WeChatError } from '../wechat/errcodes'
import { OPEN_APIS } from '../wechat/open-apis'
import type { WeChat } from '../wechat/wechat'

/** What WeChat's HTTP API needs of the emulator's parts. */
export interface HttpApiParts {
  world: World
  wechat: WeChat
  functions: Functions
  faults: Faults
}

/** The HTTP API waits this long for a function (wechat.md §8). */
const INVOKE_LIMIT_MS = 5000

type Handler = (parts: HttpApiParts, call: Call) => string | Promise<string>

const stableTokenSchema = z.looseObject({
  grant_type: z.string().optional(),
  appid: z.string().optional(),
  secret: z.string().optional(),
  force_refresh: z.boolean().optional(),
})

/** WeChat's HTTP API: access tokens, messages, calling a function (wechat.md §9). Always answers status 200. */
export const HTTP_API: Record<string, Handler> = {
  '/cgi-bin/token': async ({ wechat }, { query }) =>
    JSON.stringify(
      await wechat.tokens.classic({
        grantType: query.get('grant_type') ?? undefined,
        appid: query.get('appid') ?? undefined,
        secret: query.get('secret') ?? undefined,
      }),
    ),

  '/cgi-bin/stable_token': async ({ wechat }, call) => {
    const body = stableTokenSchema.safeParse(postedJson(call))
    if (!body.success) throw new WeChatError(47001)
    const { grant_type: grantType, appid, secret, force_refresh: isForced = false } = body.data
    return JSON.stringify(await wechat.tokens.stable({ grantType, appid, secret }, isForced))
  },

  '/sns/jscode2session': ({ wechat }, { query }) => {
    const { openid, sessionKey } = wechat.loginCodes.exchange({
      appid: query.get('appid'),
      secret: query.get('secret'),
      code: query.get('js_code'),
      grantType: query.get('grant_type'),
    })
    const unionid = wechat.people.find(openid)?.unionid
    return JSON.stringify({
      openid,
      session_key: sessionKey,
      ...(unionid === undefined ? {} : { unionid }),
    })
  },

  '/tcb/invokecloudfunction': async ({ world, wechat, functions }, call) => {
    wechat.tokens.require(call.query.get('access_token'), 40014)
    // WeChat knows the environments of Mini Programs alone.
    if (world.standalone !== undefined) throw new WeChatError(85088)
    const event = postedJson(call)
    const env = call.query.get('env')
    const name = call.query.get('name')
    if (env === null || env === '' || name === null || name === '') throw new WeChatError(40101)
    if (env !== world.env) return JSON.stringify({ errcode: -501005, errmsg: 'invalid env' })
    const invoked = functions.invoke({
      name,
      event: JSON.stringify(isRecord(event) ? { ...event, userInfo: { appId: world.appid } } : event),
      identity: {},
      source: 'wx_http',
    })
    const outcome = await withinLimit(invoked)
    return JSON.stringify(
      outcome.kind === 'result' ? { errcode: 0, errmsg: 'ok', resp_data: outcome.json } : httpFault(outcome),
    )
  },

  ...Object.fromEntries(
    OPEN_APIS.map(({ name, path, method }): [string, Handler] => [
      path,
      ({ wechat }, call) => {
        wechat.tokens.require(call.query.get('access_token'))
        if (method === 'GET' && call.method !== 'GET') throw new WeChatError(404)
        const params = method === 'GET' ? Object.fromEntries(call.query) : postedJson(call)
        if (!isRecord(params)) throw new WeChatError(47001)
        return wechat.call(name, params, 'https')
      },
    ]),
  ),
}

/** Answers one call of WeChat's HTTP API; what WeChat refuses is answered as WeChat does. */
export async function answerHttpApi(handler: Handler, parts: HttpApiParts, call: Call): Promise<Answer> {
  const message = (): MessageNames => messageIn(call.body)
  return underFault(
    parts.faults,
    {
      name: OPEN_APIS.find(({ path }) => path === call.path)?.name ?? call.path,
      person: () => message().touser,
      template: () => message().templateId,
    },
    {
      run: () => answer(handler, parts, call),
      refuse: (refusal) => jsonText(refusalJson(parts.wechat, refusal)),
      // No function calls here.
      kill: () => {},
    },
  )
}

/** HTTPS knows one form of refusal: a platform code is a number like any errcode, a gateway's code is WeChat's -1. */
function refusalJson(wechat: WeChat, refusal: Refusal): string {
  if (refusal.kind === 'errcode') return wechat.refusal(new WeChatError(refusal.errcode, refusal.errmsg))
  if (refusal.kind === 'platform-code') return wechat.refusal(new WeChatError(refusal.errorCode))
  return wechat.refusal(new WeChatError(-1, `system error: ${refusal.code} ${refusal.message}`))
}

function messageIn(body: Buffer): MessageNames {
  try {
    return namesIn(fieldsOf(parseJson(body.toString('utf8'))))
  } catch {
    // What cannot be read is refused where it is answered.
    return {}
  }
}

async function answer(handler: Handler, parts: HttpApiParts, call: Call): Promise<Answer> {
  try {
    return jsonText(await handler(parts, call))
  } catch (error) {
    if (error instanceof WeChatError) return jsonText(parts.wechat.refusal(error))
    throw error
  }
}

/** The body of a POST as JSON: 43002, 44002 and 47001 when it is none. */
function postedJson(call: Call): unknown {
  if (call.method !== 'POST') throw new WeChatError(43002)
  if (call.body.length === 0) throw new WeChatError(44002)
  try {
    return parseJson(call.body.toString('utf8'))
  } catch {
    throw new WeChatError(47001)
  }
}

/** The function itself runs on when the API stops waiting. */
async function withinLimit<T>(invoked: Promise<T>): Promise<T | { kind: 'no-reply' }> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<{ kind: 'no-reply' }>((resolve) => {
    timer = setTimeout(() => resolve({ kind: 'no-reply' }), INVOKE_LIMIT_MS)
  })
  try {
    return await Promise.race([invoked, limit])
  } finally {
    clearTimeout(timer)
  }
}
