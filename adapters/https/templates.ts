/** Template management over HTTPS. */
import * as z from 'zod'
import { NOT_SENT, UNKNOWN } from '../../core/delivery/errcodes'
import { refusal } from '../../core/explain/refusal'
import type { TemplateLibrary } from '../../core/ports'
import { type Params, type TemplateApi, templateApis, templateLibrary } from '../open-api/templates'
import { type AccessToken, TOKEN_REFUSED } from './access-token'
import { hide } from './account'
import type { Line, Response } from './line'

const TIMEOUT_MS = 4_000

const answerSchema = z.looseObject({ errcode: z.number().default(0), errmsg: z.string().default('') })

export function httpsTemplates(line: Line, accessToken: AccessToken): TemplateLibrary {
  async function ask(api: TemplateApi, params: Params, token: string): Promise<Response> {
    const { method, path } = templateApis[api]
    const query = new URLSearchParams({ access_token: token })
    if (method === 'POST') return line.post(`${path}?${query.toString()}`, params, TIMEOUT_MS)
    for (const [name, value] of Object.entries(params)) query.set(name, String(value))
    return line.get(`${path}?${query.toString()}`, TIMEOUT_MS)
  }

  async function attempt(api: TemplateApi, params: Params, refused?: string): Promise<unknown> {
    const given = await accessToken.get(refused)
    if (!('token' in given)) throw refusal(api, given.code, given.text)
    const { token } = given
    const response = await ask(api, params, token)
    if (response.kind === 'unsent') throw refusal(api, NOT_SENT, response.reason)
    if (response.kind === 'lost') throw refusal(api, UNKNOWN, response.reason)
    const answer = answerSchema.safeParse(jsonOf(response.text)).data
    if (!answer) throw refusal(api, UNKNOWN, `HTTP ${response.status} and no answer of WeChat's`)
    if (answer.errcode === 0) return answer
    if (refused === undefined && TOKEN_REFUSED.includes(answer.errcode)) return attempt(api, params, token)
    throw refusal(api, answer.errcode, hide(answer.errmsg, token))
  }

  return templateLibrary((api, params) => attempt(api, params))
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Not WeChat's answer; what follows from that is decided where it is asked for.
    return undefined
  }
}
