/** The OpenApi port over HTTPS, for environments without cloud call. */
import * as z from 'zod'
import { NOT_SENT, UNKNOWN } from '../../core/delivery/errcodes'
import type {
  OpenApi,
  OutgoingMessage,
  Ports,
  SendAnswer,
  TemplateLibrary,
  TextVerdict,
  TypedText,
} from '../../core/ports'
import { SEND_TIMEOUT_MS } from '../../core/settings'
import { type ApiRequest, checkRequest, sendRequest, verdictOf } from '../open-api/requests'
import { AccessToken, type Token, TOKEN_REFUSED } from './access-token'
import { accountOf, hide, type HttpsAccount } from './account'
import { Line, type Response } from './line'
import { httpsTemplates } from './templates'

/** With less time than this to be answered in, a message is not begun. */
const LEAST_MS = 1_000

const answerSchema = z.object({
  errcode: z.number(),
  errmsg: z.string().default(''),
  msgid: z.string().optional(),
  result: z.unknown().optional(),
})

/** An answer of WeChat's, with the judgement of a check. */
type Answered = SendAnswer & { result?: unknown }

export class HttpsOpenApi implements OpenApi {
  readonly templates: TemplateLibrary
  private readonly line: Line
  private readonly accessToken: AccessToken
  private readonly clock: Pick<Ports['clock'], 'monotonic'>

  constructor(ports: Pick<Ports, 'store' | 'clock' | 'random'>, account: HttpsAccount) {
    this.clock = ports.clock
    this.line = new Line(account.api, ports.clock)
    this.accessToken = new AccessToken(ports, account, this.line)
    this.templates = httpsTemplates(this.line, this.accessToken)
  }

  /** As environment variables say; throws SETTINGS_INVALID. */
  static from(ports: Pick<Ports, 'store' | 'clock' | 'random'>, env: Record<string, string | undefined>) {
    return new HttpsOpenApi(ports, accountOf(env))
  }

  async send(message: OutgoingMessage): Promise<SendAnswer> {
    const { code, text, msgid } = await this.ask(sendRequest(message))
    return { code, text, ...(msgid !== undefined && { msgid }) }
  }

  async check(typed: TypedText): Promise<TextVerdict> {
    const { code, text, result } = await this.ask(checkRequest(typed))
    return verdictOf(code, text, result, UNKNOWN)
  }

  private async ask(request: ApiRequest): Promise<Answered> {
    const end = this.clock.monotonic() + SEND_TIMEOUT_MS
    const first = await this.attempt(request, end)
    if (first.token === undefined || !TOKEN_REFUSED.includes(first.answer.code)) return first.answer
    return (await this.attempt(request, end, first.token)).answer
  }

  /** Closes the connections. */
  close(): void {
    this.line.close()
  }

  /** Nothing is under way after `end`: whoever takes a lane over counts on it (core/delivery/lanes.ts). */
  private async attempt(
    { path, params }: ApiRequest,
    end: number,
    refused?: string,
  ): Promise<{ answer: Answered; token?: string }> {
    const given = await this.tokenNot(refused)
    if (!('token' in given)) return { answer: given }
    const { token } = given
    const leftMs = Math.floor(end - this.clock.monotonic())
    if (leftMs < LEAST_MS) return { answer: { code: NOT_SENT, text: 'the access token came too late' } }
    const query = new URLSearchParams({ access_token: token })
    const response = await this.line.post(`${path}?${query.toString()}`, params, leftMs)
    return { answer: answerOf(response, token), token }
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

function answerOf(response: Response, token: string): Answered {
  switch (response.kind) {
    case 'unsent':
      return { code: NOT_SENT, text: response.reason }
    case 'lost':
      return { code: UNKNOWN, text: response.reason }
    case 'answered': {
      const answer = answerSchema.safeParse(jsonOf(response.text)).data
      // Something between us and WeChat has answered: what became of the message it does not say.
      if (!answer) return { code: UNKNOWN, text: `HTTP ${response.status} and no answer of WeChat's` }
      const { errcode, errmsg, msgid, result } = answer
      return { code: errcode, text: hide(errmsg, token), ...(msgid !== undefined && { msgid }), result }
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
