/** WeChat's HTTP API as a real tool uses it: a stable token, then `/tcb/invokecloudfunction` (wechat.md §9). */
import * as z from 'zod'
import type { Action, Call, Outputs, Reply } from '../core/contract'
import { explanationsIn } from '../core/explain/everything'
import { lang } from './language'
import { CliError } from './output'

/** Whose environment is called, and where. */
export interface Account {
  url: string
  appid: string
  secret: string
  env: string
}

const tokenSchema = z.object({
  access_token: z.string().optional(),
  errcode: z.number().optional(),
  errmsg: z.string().optional(),
})
const invokeSchema = z.object({ errcode: z.number(), errmsg: z.string(), resp_data: z.string().optional() })

async function post(url: string, body: unknown): Promise<unknown> {
  let response: Response
  try {
    response = await fetch(url, { method: 'POST', body: JSON.stringify(body) })
  } catch (cause) {
    throw new CliError(
      `${new URL(url).origin} cannot be reached: ${String((cause as Error).cause ?? cause)}`,
      {},
      { cause },
    )
  }
  const text = await response.text()
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new CliError(
      `${new URL(url).pathname} answered ${response.status} and no JSON: ${text.slice(0, 200)}`,
      {},
      { cause },
    )
  }
}

/** What WeChat answered, and what that means and asks for in the language of the terminal. */
function refused(
  what: string,
  { errcode = -1, errmsg = '' }: { errcode?: number; errmsg?: string },
): CliError {
  const [known] = explanationsIn(String(errcode))
  const said = `${what}: errcode ${errcode} ${errmsg}`
  if (!known) return new CliError(said, { errcode })
  const { meaning, cause, todo } = known
  const lines = [`${meaning[lang]}. ${cause[lang]}`, todo[lang]].map((line) => `  ${line}`)
  return new CliError([said, ...lines].join('\n'), { errcode })
}

async function token({ url, appid, secret }: Account): Promise<string> {
  const body = { grant_type: 'client_credential', appid, secret }
  const answer = tokenSchema.parse(await post(`${url}/cgi-bin/stable_token`, body))
  if (answer.access_token !== undefined) return answer.access_token
  throw refused('no access token', answer)
}

/** What WeChat says of a token that has ended meanwhile (wechat.md §1.3). */
const ENDED = [40001, 40014, 42001]

/** An account with its access token: asked for once, and again where it has ended. */
export class Connection {
  private token: Promise<string> | undefined

  constructor(private readonly account: Account) {}

  /** Calls one action of a function and gives its reply. Throws CliError where WeChat refuses the invocation itself. */
  async invoke<A extends Action>(name: string, call: Call<A>): Promise<Reply<Outputs[A]>> {
    let answer = await this.ask(name, call)
    if (ENDED.includes(answer.errcode)) {
      this.token = undefined
      answer = await this.ask(name, call)
    }
    if (answer.errcode !== 0 || answer.resp_data === undefined)
      throw refused(`${name} was not invoked`, answer)
    return JSON.parse(answer.resp_data) as Reply<Outputs[A]>
  }

  private async ask(name: string, call: Call): Promise<z.output<typeof invokeSchema>> {
    this.token ??= token(this.account)
    const query = new URLSearchParams({ access_token: await this.token, env: this.account.env, name })
    const url = `${this.account.url}/tcb/invokecloudfunction?${query.toString()}`
    return invokeSchema.parse(await post(url, call))
  }
}

/** One call, with a token of its own. */
export const invoke = <A extends Action>(
  account: Account,
  name: string,
  call: Call<A>,
): Promise<Reply<Outputs[A]>> => new Connection(account).invoke(name, call)
