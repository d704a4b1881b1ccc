import { fieldsOf } from '../record'
import type { Desk, Done } from './desk'
import { WeChatError } from './errcodes'

/** Which field of which message type says what it is about. */
const MESSAGE_TYPES: Record<string, string> = {
  text: 'content',
  image: 'media_id',
  link: 'title',
  miniprogrampage: 'title',
}

/** customerServiceMessage.send (wechat.md §4.3). */
export function sendCustomerMessage(desk: Desk, params: Record<string, unknown>): Done {
  const { touser, msgtype } = params
  if (typeof touser !== 'string' || !desk.people.has(touser)) throw new WeChatError(40003)
  const field = typeof msgtype === 'string' ? MESSAGE_TYPES[msgtype] : undefined
  if (typeof msgtype !== 'string' || field === undefined) throw new WeChatError(40008)
  const body = fieldsOf(params[msgtype])
  const value = body[field]
  if (typeof value !== 'string' || value === '') throw new WeChatError(40097)
  desk.customerWindows.spend(touser)
  return {
    message: desk.messages.add({
      openid: touser,
      channel: 'customer',
      templateId: '',
      title: '',
      at: desk.clock.now(),
      page: typeof body['pagepath'] === 'string' ? body['pagepath'] : '',
      miniprogramState: 'formal',
      lang: 'zh_CN',
      lines: [{ label: '', key: msgtype, value }],
      emphasis: '',
    }),
  }
}
