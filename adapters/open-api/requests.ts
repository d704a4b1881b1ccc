/** What messages and checks are to WeChat: the open API by both of its names, and its parameters in WeChat's spelling. */
import type { OutgoingMessage, TextVerdict, TypedText } from '../../core/ports'

export interface ApiRequest {
  /** The cloud call: `cloud.openapi[group][method]`. */
  group: 'subscribeMessage' | 'templateMessage' | 'customerServiceMessage' | 'security'
  method: 'send' | 'msgSecCheck'
  /** The path of the HTTPS call. */
  path: string
  /** In the spelling of HTTPS; the SDK passes what is spelled so as it is (wechat.md §1.1). */
  params: Record<string, unknown>
}

const valuesOf = (data: OutgoingMessage['data']) =>
  Object.fromEntries(Object.entries(data).map(([keyword, value]) => [keyword, { value }]))

const subscribeMessage = (message: OutgoingMessage): ApiRequest => ({
  group: 'subscribeMessage',
  method: 'send',
  path: '/cgi-bin/message/subscribe/send',
  params: {
    touser: message.openid,
    template_id: message.templateId,
    data: valuesOf(message.data),
    miniprogram_state: message.miniprogramState,
    lang: message.language,
    ...(message.page !== undefined && { page: message.page }),
  },
})

/** wechat.md §4.1. */
const templateMessage = (message: OutgoingMessage): ApiRequest => ({
  group: 'templateMessage',
  method: 'send',
  path: '/cgi-bin/message/wxopen/template/send',
  params: {
    touser: message.openid,
    template_id: message.templateId,
    form_id: message.formId,
    data: valuesOf(message.data),
    ...(message.page !== undefined && { page: message.page }),
    ...(message.emphasis !== undefined && { emphasis_keyword: `${message.emphasis}.DATA` }),
  },
})

type Body = Record<string, string | undefined>

/** The message by its kind, and what WeChat calls it (wechat.md §4.3). */
const customerMessages: Readonly<Record<string, { msgtype: string; body: (data: Body) => Body }>> = {
  text: { msgtype: 'text', body: ({ text }) => ({ content: text }) },
  link: {
    msgtype: 'link',
    body: ({ title, description, url, thumbUrl }) => ({ title, description, url, thumb_url: thumbUrl ?? '' }),
  },
  page: {
    msgtype: 'miniprogrampage',
    body: ({ title, page, thumbMediaId }) => ({ title, pagepath: page, thumb_media_id: thumbMediaId }),
  },
}

function customerMessage({ openid, data }: OutgoingMessage): ApiRequest {
  const { kind = '', ...fields } = data
  const known = customerMessages[kind]
  if (!known) throw new Error(`"${kind}" is no kind of customer service message`)
  return {
    group: 'customerServiceMessage',
    method: 'send',
    path: '/cgi-bin/message/custom/send',
    params: { touser: openid, msgtype: known.msgtype, [known.msgtype]: known.body(fields) },
  }
}

const messages = { subscribe: subscribeMessage, template: templateMessage, customer: customerMessage }

export const sendRequest = (message: OutgoingMessage): ApiRequest =>
  messages[message.channel ?? 'subscribe'](message)

/** Text that a person typed into a form: `scene` 2 is a comment, the nearest that WeChat has (wechat.md §4.4). */
export const checkRequest = ({ openid, content }: TypedText): ApiRequest => ({
  group: 'security',
  method: 'msgSecCheck',
  path: '/wxa/msg_sec_check',
  params: { version: 2, scene: 2, openid, content },
})

/** What the first version of the check answered in place of a judgement. */
const RISKY = 87014
const suggestions = ['pass', 'review', 'risky'] as const

/** The verdict in an answer: a code, or the judgement that comes with code 0. */
export function verdictOf(code: number, text: string, result: unknown, unknown: number): TextVerdict {
  if (code === RISKY) return { suggest: 'risky' }
  if (code !== 0) return { code, text }
  const said: unknown =
    typeof result === 'object' && result !== null ? Reflect.get(result, 'suggest') : undefined
  const suggest = suggestions.find((one) => one === said)
  return suggest === undefined ? { code: unknown, text: `no judgement: ${String(said)}` } : { suggest }
}
