import * as z from 'zod'
import type { Clock } from '../clock'
import { clientFault } from '../gateway/function-errors'
import type { Functions } from '../functions/functions'
import { PHONE_SOURCES, SOURCES } from '../functions/identity'
import { RequestError } from '../http'
import { fieldsOf } from '../record'
import { fillOpenData } from './open-data'
import type { WeChat } from '../wechat/wechat'
import type { World } from '../world'

export const callSchema = z.strictObject({
  name: z.string().min(1),
  data: z.record(z.string(), z.unknown()).default({}),
  openid: z.string().optional(),
  source: z.enum(SOURCES).default('wx_client'),
})

/** A result may have 1 MB on its way to a Mini Program (wechat.md §8). */
const MAX_CLIENT_RESULT_BYTES = 1024 * 1024

/** What wx.cloud.callFunction gives. `result` is JSON text, to be put in as it is. */
export type CallReply =
  | { ok: true; result: string; requestID: string; errMsg: string }
  | { ok: false; errCode: number; errMsg: string }

/**
 * wx.cloud.callFunction as a person: the event gets `userInfo` as the platform adds it (wechat.md §7). With a source
 * that is no phone the call has no person unless `openid` is given.
 */
export async function callFunction(
  { clock, functions, wechat, world }: { clock: Clock; functions: Functions; wechat: WeChat; world: World },
  call: z.output<typeof callSchema>,
): Promise<CallReply> {
  const isPhone = PHONE_SOURCES.has(call.source)
  if (isPhone && call.openid === undefined)
    throw new RequestError(
      400,
      'OPENID_MISSING',
      `openid is missing; a call with source ${call.source} needs one`,
    )
  const person = call.openid === undefined ? undefined : wechat.people.find(call.openid)
  if (call.openid !== undefined && person === undefined)
    throw new RequestError(400, 'UNKNOWN_PERSON', `openid ${call.openid} is none of the world's people`)

  if (isPhone && world.standalone !== undefined)
    return {
      ok: false,
      errCode: -601034,
      errMsg: 'cloud.callFunction:fail no cloud service of this Mini Program',
    }

  if (isPhone && person !== undefined) wechat.people.see(person.openid, clock.now())

  const { data, keys } = fillOpenData(wechat.cloudIds, call.openid, call.data)
  // A page's own userInfo (nickName, avatarUrl …) stays: many a public function reads both from it. Its ids do not.
  const userInfo = {
    ...fieldsOf(data['userInfo']),
    appId: world.appid,
    ...(person === undefined ? {} : { openId: person.openid }),
  }
  const outcome = await functions.invoke({
    name: call.name,
    event: JSON.stringify(isPhone ? { ...data, userInfo } : data),
    identity: {
      ...(person === undefined ? {} : { openid: person.openid }),
      ...(person?.unionid === undefined ? {} : { unionid: person.unionid }),
      ...(keys.length === 0 ? {} : { openDataKeys: keys }),
      ...(isPhone ? { appid: world.appid, clientIp: '127.0.0.1' } : {}),
    },
    source: call.source,
  })
  if (outcome.kind !== 'result') return { ok: false, ...clientFault(outcome) }
  const bytes = Buffer.byteLength(outcome.json)
  if (bytes > MAX_CLIENT_RESULT_BYTES)
    return { ok: false, ...clientFault({ kind: 'too-large', bytes, requestId: outcome.requestId }) }
  return { ok: true, result: outcome.json, requestID: outcome.requestId, errMsg: 'cloud.callFunction:ok' }
}
