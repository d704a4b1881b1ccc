/** The OpenApi port over HTTPS, for environments without cloud call. WeChat's spelling (`touser`) ends here. */
import * as z from 'zod'
import { NOT_SENT, UNKNOWN } from '../../core/delivery/errcodes'
import type { OpenApi, OutgoingMessage, Ports, SendAnswer } from '../../core/ports'
import { SEND_TIMEOUT_MS } from '../../core/settings'
import { AccessToken, type Token } from './access-token'
import { accountOf, hide, type HttpsAccount } from './account'
import { Line, type Response } from './line'

/** The token is not, or no longer, valid: the message certainly did not go (wechat.md §1.3). */
const TOKEN_REFUSED: readonly number[] = [40001, 40014, 42001]

/** With less time than this to be answered in, a message is not begun. */
const LEAST_MS = 1_000

const answerSchema = z.object({
  errcode: z.number(),
  errmsg: z.string().default(''),
  msgid: z.string().optional(),
})

export class HttpsOpenApi implements OpenApi {
  private readonly line: Line
  private readonly accessToken: AccessToken
  private readonly clock: Pick<Ports['clock'], 'monotonic'>

  constructor(ports: Pick<Ports, 'store' | 'clock' | 'random'>, account: HttpsAccount) {
    this.clock = ports.clock
    this.line = new Line(account.api, ports.clock)
    this.accessToken = new AccessToken(ports, account, this.line)
  }

  /** As environment variables say; throws SETTINGS_INVALID. */
  static from(ports: Pick<Ports, 'store' | 'clock' | 'random'>, env: Record<string, string | undefined>) {
    return new HttpsOpenApi(ports, accountOf(env))
  }

  async send(message: OutgoingMessage): Promise<SendAnswer> {
    const body = bodyOf(message)
    const end = this.clock.monotonic() + SEND_TIMEOUT_MS
    const first = await this.attempt(body, end)
    if (first.token === undefined || !TOKEN_REFUSED.includes(first.answer.code)) return first.answer
    return (await this.attempt(body, end, first.token)).answer
  }

  /** Closes the connections. */
  close(): void {
    this.line.close()
  }

  /** Nothing is under way after `end`: whoever takes a lane over counts on it (core/delivery/lanes.ts). */
  private async attempt(
    body: unknown,
    end: number,
    refused?: string,
  ): Promise<{ answer: SendAnswer; token?: string }> {
    const given = await this.tokenNot(refused)
    if (!('token' in given)) return { answer: given }
    const { token } = given
    const leftMs = Math.floor(end - this.clock.monotonic())
    if (leftMs < LEAST_MS) return { answer: { code: NOT_SENT, text: 'the access token came too late' } }
    const query = new URLSearchParams({ access_token: token })
    const path = `/cgi-bin/message/subscribe/send?${query.toString()}`
    return { answer: answerOf(await this.line.post(path, body, leftMs), token), token }
  }

  /** Without a token nothing is sent, whatever is the matter: that is an answer too. */
  private async tokenNot(refused?: string): Promise<Token> {
    try {
      return await this.accessToken.get(refused)
    } catch (error) {
      return {
        code: NOT_SENT,
        text: `no access token: ${error instanceof Error ? error.message : String(error)}`,
      }
    }
  }
}

function bodyOf({ openid, templateId, data, page, language, miniprogramState }: OutgoingMessage): unknown {
  return {
    touser: openid,
    template_id: templateId,
    data: Object.fromEntries(Object.entries(data).map(([keyword, value]) => [keyword, { value }])),
    miniprogram_state: miniprogramState,
    lang: language,
    ...(page !== undefined && { page }),
  }
}

function answerOf(response: Response, token: string): SendAnswer {
  switch (response.kind) {
    case 'unsent':
      return { code: NOT_SENT, text: response.reason }
    case 'lost':
      return { code: UNKNOWN, text: response.reason }
    case 'answered': {
      const answer = answerSchema.safeParse(jsonOf(response.text)).data
      // Something between us and WeChat has answered: what became of the message it does not say.
      if (!answer) return { code: UNKNOWN, text: `HTTP ${response.status} and no answer of WeChat's` }
      const { errcode, errmsg, msgid } = answer
      return { code: errcode, text: hide(errmsg, token), ...(msgid !== undefined && { msgid }) }
    }
    default: {
      const unreachable: never = response
      throw new Error(`no response is ${JSON.stringify(unreachable)}`)
    }
  }
}

/** A message id is a JSON number of 19 digits, more than a number of JavaScript holds: it is read as the text it is. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text.replace(/"msgid"\s*:\s*(\d+)/, '"msgid":"$1"'))
  } catch {
    // Not WeChat's answer; what follows from that is decided where it is asked for.
    return undefined
  }
}
