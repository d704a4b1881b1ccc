/** The OpenApi port by cloud call. */
import { UNKNOWN } from '../../core/delivery/errcodes'
import type {
  OpenApi,
  OutgoingMessage,
  SendAnswer,
  TemplateLibrary,
  TextVerdict,
  TypedText,
} from '../../core/ports'
import { type ApiRequest, checkRequest, sendRequest, verdictOf } from '../open-api/requests'
import type { ApiGroups, ApiReply, Cloud } from './cloud'
import { wxTemplates } from './templates'

interface Thrown {
  errCode?: unknown
  errMsg?: unknown
  message?: unknown
}

/**
 * A message id has 19 digits; the SDK makes a BigNumber of a JSON integer that long, or `{s,e,c}` alone (wechat.md
 * §1.2): c holds it in groups of 14 digits. Undefined where there is none.
 */
export function msgidOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  if (typeof value !== 'object' || value === null) return undefined
  const groups: unknown = Reflect.get(value, 'c')
  if (!Array.isArray(groups)) return undefined
  return groups.map((group, at) => (at === 0 ? String(group) : String(group).padStart(14, '0'))).join('')
}

export class WxOpenApi implements OpenApi {
  readonly templates: TemplateLibrary
  /** Requests are spelled as WeChat does already: the SDK's conversion is 3 % of the CPU of a send. */
  private readonly api: ApiGroups

  constructor(cloud: Pick<Cloud, 'openapi'>) {
    this.templates = wxTemplates(cloud)
    this.api = cloud.openapi({ convertCase: false })
  }

  async send(message: OutgoingMessage): Promise<SendAnswer> {
    const { code, text, reply } = await this.call(sendRequest(message))
    const id = msgidOf(reply?.msgid)
    return id === undefined ? { code, text } : { code, text, msgid: id }
  }

  async check(typed: TypedText): Promise<TextVerdict> {
    const { code, text, reply } = await this.call(checkRequest(typed))
    return verdictOf(code, text, reply?.result, UNKNOWN)
  }

  private async call({ group, method, params }: ApiRequest): Promise<{
    code: number
    text: string
    reply?: ApiReply
  }> {
    try {
      const reply = await this.api[group][method](params)
      return { code: reply.errCode, text: 'ok', reply }
    } catch (error) {
      // An SDK error without a number says nothing of what was asked.
      const { errCode, errMsg, message: text } = (error ?? {}) as Thrown
      const code = typeof errCode === 'number' ? errCode : UNKNOWN
      return { code, text: String(errMsg ?? text ?? error) }
    }
  }
}
