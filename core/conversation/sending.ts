/** Answering a person in customer service. */
import type { Card, CardLine, Outputs, ParsedInputOf } from '../contract'
import { checkTexts } from '../check/texts'
import { ask } from '../delivery/messages'
import { checkLanes, laneOf } from '../delivery/lanes'
import { readSend, type Send, sendId } from '../delivery/sends'
import { ServiceError } from '../errors'
import { canonical, hash } from '../hash'
import type { Lang, Sentence } from '../sentences'
import { audit, type StaffCall } from '../staff'
import { formatTime } from '../time'
import { acts, conversationOf } from './conversations'

type Message = ParsedInputOf<'conversation.send'>['message']

/** Stands in a delivery where a template's key stands else. */
export const CUSTOMER_SERVICE = 'customer-service'

const title: Sentence = { zh: '客服消息', en: 'Customer service' }
const labels: Record<string, Sentence> = {
  text: { zh: '内容', en: 'text' },
  title: { zh: '标题', en: 'title' },
  description: { zh: '描述', en: 'description' },
  url: { zh: '链接', en: 'link' },
  page: { zh: '页面', en: 'page' },
}

function cardOf({ kind: _kind, ...fields }: Message, lang: Lang): Card {
  const lines = Object.entries(fields).flatMap(([keyword, value]): CardLine[] => {
    const label = labels[keyword]
    return label && value !== undefined ? [{ keyword, label: label[lang], value }] : []
  })
  return { title: title[lang], lines, ...('page' in fields && { page: fields.page }) }
}

/**
 * Sends one message to somebody whose conversation is open; the same key sends once. Throws CONVERSATION_CLOSED,
 * TEXT_RISKY.
 */
export async function sendInConversation(
  call: StaffCall,
  input: ParsedInputOf<'conversation.send'>,
): Promise<Outputs['conversation.send']> {
  const { ports, settings, by, lang } = call
  const { key, to, message } = input
  const _id = sendId(by, key)
  if (!(await readSend(ports, _id))) {
    await checkOpen(call, to)
    const { kind: _kind, ...texts } = message
    await checkTexts(call, { path: 'input.message', texts, by: 'staff' })
    await audit(ports, by, 'conversation.send', { send: _id, openid: to })
  }
  await checkLanes(ports, settings.lanes)
  const now = ports.clock.now()
  const wanted: Send = {
    _id,
    by,
    asked: hash(canonical({ to, message })),
    openid: to,
    lane: laneOf(to, settings.lanes),
    template: CUSTOMER_SERVICE,
    templateId: '',
    revision: '',
    oneTime: true,
    channel: 'customer',
    data: dataOf(message),
    card: cardOf(message, lang),
    language: 'zh_CN',
    miniprogramState: 'formal',
    state: 'waiting',
    dueAt: now,
    attempts: 0,
    rounds: 0,
    createdAt: now,
  }
  const sent = await ask(ports, wanted, lang)
  return { ...sent, conversation: await conversationOf(ports, to) }
}

const dataOf = (message: Message): Record<string, string> =>
  Object.fromEntries(Object.entries(message).filter(([, value]) => value !== undefined))

async function checkOpen({ ports }: Pick<StaffCall, 'ports'>, openid: string): Promise<void> {
  const { left, until } = await conversationOf(ports, openid)
  if (left > 0) return
  const { messages, lifeMs } = acts.written
  throw new ServiceError('CONVERSATION_CLOSED', {
    openid,
    messages,
    hours: lifeMs / 3_600_000,
    reason: reasonOf(until, ports.clock.now()),
  })
}

const at = (time: number) => formatTime(time, 'Asia/Shanghai', 'YYYY-MM-DD HH:mm')

function reasonOf(until: number | null, now: number): Sentence {
  if (until === null) return { zh: '对方还没有来信', en: 'the person has not written yet' }
  return until > now
    ? { zh: '来信已经回复满条数', en: 'all answers to what they wrote have been sent' }
    : { zh: `可回复时间已于 ${at(until)} 结束`, en: `the time to answer ended at ${at(until)} (UTC+8)` }
}
