/** Whose a code of wx.login is: WeChat's jscode2session. The session key that comes with it goes nowhere. */
import * as z from 'zod'
import { NOT_SENT } from '../../core/delivery/errcodes'
import type { Clock, Logins } from '../../core/ports'
import { hide, type HttpsAccount } from './account'
import { Line } from './line'

/** A person waits for it. */
const TIMEOUT_MS = 5_000

const answerSchema = z.object({
  openid: z.string().min(1).optional(),
  errcode: z.number().optional(),
  errmsg: z.string().default(''),
})

export function sessionsOf(
  { api, appid, secret }: HttpsAccount,
  clock: Pick<Clock, 'monotonic'>,
): Logins['exchange'] {
  const line = new Line(api, clock)
  return async (code) => {
    const query = new URLSearchParams({ appid, secret, js_code: code, grant_type: 'authorization_code' })
    const response = await line.get(`/sns/jscode2session?${query.toString()}`, TIMEOUT_MS)
    if (response.kind !== 'answered') return { code: NOT_SENT, text: response.reason }
    const answer = answerSchema.safeParse(jsonOf(response.text)).data
    if (!answer) return { code: NOT_SENT, text: `HTTP ${response.status} and no answer of WeChat's` }
    const { openid, errcode = -1, errmsg } = answer
    if (openid !== undefined) return { openid }
    return { code: errcode, text: hide(errmsg, secret, code) }
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Not WeChat's answer; what follows from that is decided where it is asked for.
    return undefined
  }
}
