import { hex } from '../hex'
import type { Desk, Done } from './desk'
import { WeChatError } from './errcodes'

const MAX_CHARACTERS = 2500
/** A person must have opened the Mini Program within this time (wechat.md §4.4). */
const VISIT_MS = 2 * 3_600_000
const SCENES: ReadonlySet<unknown> = new Set([1, 2, 3, 4])
/** WeChat's labels for text that is in order, and for what is risky without a class of its own. */
const LABEL = { pass: 100, risky: 21000 } as const

/** security.msgSecCheck, version 2: text with one of the world's sensitive words is risky. */
export function checkText(desk: Desk, params: Record<string, unknown>): Done {
  const { content, version, scene, openid } = params
  if (typeof content !== 'string' || content === '' || Array.from(content).length > MAX_CHARACTERS)
    throw new WeChatError(40097)
  if (version !== 2 || !SCENES.has(scene)) throw new WeChatError(40097)
  if (typeof openid !== 'string' || !desk.people.has(openid)) throw new WeChatError(43104)
  const seenAt = desk.people.lastSeen(openid)
  if (seenAt === undefined || desk.clock.now() - seenAt > VISIT_MS) throw new WeChatError(61010)
  const texts = [content, params['title'], params['nickname'], params['signature']]
  const suggest = texts.some((text) => typeof text === 'string' && isSensitive(desk, text)) ? 'risky' : 'pass'
  const verdict = { suggest, label: LABEL[suggest] }
  return {
    reply: {
      result: verdict,
      detail: [{ strategy: 'content_model', errcode: 0, ...verdict, prob: 90 }],
      trace_id: hex(desk.random, 16),
    },
  }
}

/** Whether a text holds one of the world's sensitive words. */
export function isSensitive(desk: Desk, text: string): boolean {
  return desk.world.sensitiveWords.some((word) => text.includes(word))
}
