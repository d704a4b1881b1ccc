import { fieldsOf } from '../record'
import type { Desk, Done } from './desk'
import { WeChatError } from './errcodes'
import { checkKeywordValue } from './keyword-values'
import type { Message } from './messages'
import { isSensitive } from './security-check'
import type { Keyword } from './templates'

const STATES: ReadonlySet<unknown> = new Set(['developer', 'trial', 'formal'])
const LANGUAGES: ReadonlySet<unknown> = new Set(['zh_CN', 'en_US', 'zh_HK', 'zh_TW'])

/**
 * subscribeMessage.send with WeChat's own parameter names (wechat.md §1). Delivers one message and spends one grant,
 * in the transaction that is open, or throws the WeChatError that WeChat answers. Which of several faults WeChat names
 * first is not documented; here it is the order of this function.
 */
export function sendSubscribeMessage(desk: Desk, params: Record<string, unknown>): Done {
  const { touser, template_id: templateId, page, data } = params
  if (typeof touser !== 'string' || !desk.people.has(touser)) throw new WeChatError(40003)
  const template = desk.templates.find(templateId)
  if (template === undefined) throw new WeChatError(40037)
  if (template.isBanned) throw new WeChatError(43107)
  checkPage(desk, page)
  const lines = linesOf(template.keywords, data)
  if (lines.some(({ value }) => isSensitive(desk, value))) throw new WeChatError(45168)
  const miniprogramState = oneOf(params['miniprogram_state'], STATES, 'formal')
  const lang = oneOf(params['lang'], LANGUAGES, 'zh_CN')

  if (!desk.subscriptions.spend(touser, template.id, template.type)) throw new WeChatError(43101)
  const message = desk.messages.add({
    openid: touser,
    channel: 'subscribe',
    templateId: template.id,
    title: template.title,
    at: desk.clock.now(),
    page: typeof page === 'string' ? page : '',
    miniprogramState,
    lang,
    lines,
    emphasis: '',
  })
  return { reply: { msgid: BigInt(message.msgid) }, message }
}

/** 41030 when a page is not one of the released Mini Program's; no page at all is allowed. */
export function checkPage(desk: Desk, page: unknown): void {
  if (page === undefined || page === null || page === '') return
  if (typeof page !== 'string') throw new WeChatError(41030)
  if (desk.world.behaviour.unknownPageIsRefused && !desk.pages.has(page)) throw new WeChatError(41030)
}

/** The lines of the card; 47003 naming the first field that is empty or breaks its rule (wechat.md §1.3). */
function linesOf(keywords: readonly Keyword[], data: unknown): Message['lines'] {
  const given = fieldsOf(data)
  return keywords.map(({ key, label, enumValues }) => {
    const { value } = fieldsOf(given[key])
    const verdict = checkKeywordValue(key, value, enumValues)
    if (!verdict.ok) throw new WeChatError(47003, `argument invalid! data.${key}.value ${verdict.reason}`)
    return { label, key, value: String(value) }
  })
}

function oneOf(value: unknown, allowed: ReadonlySet<unknown>, fallback: string): string {
  if (value === undefined || value === null || value === '') return fallback
  if (typeof value !== 'string' || !allowed.has(value)) throw new WeChatError(40097)
  return value
}
