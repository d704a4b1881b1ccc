import { fieldsOf } from '../record'
import type { Desk, Done } from './desk'
import { WeChatError } from './errcodes'

/** The fields that a message of each type must have; the person reads them in this order. */
const MESSAGE_TYPES: Record<string, readonly string[]> = {
  text: ['content'],
  image: ['media_id'],
  link: ['title', 'description', 'url'],
  miniprogrampage: ['title', 'pagepath', 'thumb_media_id'],
}
/** Those that nobody sees as text. */
const UNSEEN: ReadonlySet<string> = new Set(['pagepath', 'thumb_media_id'])

/** customerServiceMessage.send (wechat.md §4.3). */
export function sendCustomerMessage(desk: Desk, params: Record<string, unknown>): Done {
  const { touser, msgtype } = params
  if (typeof touser !== 'string' || !desk.people.has(touser)) throw new WeChatError(40003)
  const fields = typeof msgtype === 'string' ? MESSAGE_TYPES[msgtype] : undefined
  if (typeof msgtype !== 'string' || fields === undefined) throw new WeChatError(40008)
  const body = fieldsOf(params[msgtype])
  const values = fields.map((key) => ({ key, value: body[key] }))
  if (values.some(({ value }) => typeof value !== 'string' || value === '')) throw new WeChatError(40097)
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
      lines: values
        .filter(({ key }) => !UNSEEN.has(key))
        .map(({ key, value }) => ({ label: '', key, value: String(value) })),
      emphasis: '',
    }),
  }
}
