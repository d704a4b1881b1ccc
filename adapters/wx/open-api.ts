/** The OpenApi port by cloud call. WeChat's spelling (`touser`, `templateId`) ends here. */
import { UNKNOWN } from '../../core/delivery/errcodes'
import type { OpenApi, OutgoingMessage, SendAnswer } from '../../core/ports'
import type { Cloud } from './cloud'

interface Thrown {
  errCode?: unknown
  errMsg?: unknown
  message?: unknown
}

/**
 * A message id has 19 digits; the SDK makes `{s,e,c}` of a JSON integer that long (wechat.md §1.2): c holds it in
 * groups of 14 digits. Undefined where there is none.
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
  constructor(private readonly cloud: Pick<Cloud, 'openapi'>) {}

  async send(message: OutgoingMessage): Promise<SendAnswer> {
    const { openid, templateId, data, page, language, miniprogramState } = message
    const values = Object.fromEntries(Object.entries(data).map(([keyword, value]) => [keyword, { value }]))
    try {
      const { errCode, msgid } = await this.cloud.openapi.subscribeMessage.send({
        touser: openid,
        templateId,
        data: values,
        miniprogramState,
        lang: language,
        ...(page !== undefined && { page }),
      })
      const id = msgidOf(msgid)
      return { code: errCode, text: 'ok', ...(id !== undefined && { msgid: id }) }
    } catch (error) {
      // An SDK error without a number says nothing of the message.
      const { errCode, errMsg, message: text } = (error ?? {}) as Thrown
      return { code: typeof errCode === 'number' ? errCode : UNKNOWN, text: String(errMsg ?? text ?? error) }
    }
  }
}
