/**
 * To whom customer service may write just now: WeChat allows some messages for some time after a person has written or
 * has come in (wechat.md §4.3). What they wrote is not kept: it is in WeChat's own customer service.
 */
import type { Openid, Outputs } from '../contract'
import { ServiceError } from '../errors'
import { type Doc, lt, oneOf, type Ports } from '../ports'
import type { Quota } from '../subscription/quotas'

/** What a person does that opens the conversation, for how many messages and how long. */
export const acts = {
  written: { messages: 5, lifeMs: 48 * 60 * 60_000, source: 'wechat.md §4.3' },
  entered: { messages: 2, lifeMs: 60_000, source: 'wechat.md §4.3' },
} as const

export type Act = keyof typeof acts

/** One for each person: evidence of the messages since it was last opened, as a quota has it. */
export type Conversation = Doc &
  Pick<Quota, 'openid' | 'left' | 'spent' | 'spentAt' | 'returned' | 'revoked'> & {
    /** Messages that were ever allowed; only grows. */
    granted: number
    /** Epoch ms, by WeChat's clock. */
    until: number
    /** The last act of each kind that counted. */
    heard: { [act in Act]?: number }
  }

/** Others that open it at the same moment; each of them can only win once. */
const TRIES = 8

/**
 * The person wrote or came in at `at` (epoch ms): what is left becomes what the act allows, unless more is; so does the
 * end. Nothing adds up. An act that was heard, or is older than one that was, changes nothing.
 */
export async function hear(
  { store }: Pick<Ports, 'store'>,
  openid: Openid,
  act: Act,
  at: number,
): Promise<void> {
  const { messages, lifeMs } = acts[act]
  for (let tries = 0; tries < TRIES; tries += 1) {
    const now = await store.get<Conversation>('conversations', openid)
    if ((now?.heard[act] ?? -1) >= at) return
    const isOpen = now !== null && now.until > at
    const left = Math.max(isOpen ? now.left : 0, messages)
    const opened = {
      left,
      granted: (now?.granted ?? 0) + left - (isOpen ? now.left : 0),
      until: Math.max(now?.until ?? 0, at + lifeMs),
      heard: { ...now?.heard, [act]: at },
      // What a message before gives back is not for now.
      spent: [],
      spentAt: [],
      returned: [],
      revoked: [],
    }
    const done = now
      ? (await store.update(
          'conversations',
          { _id: openid, granted: now.granted, left: now.left, until: now.until },
          { set: opened },
        )) > 0
      : await store.insert('conversations', { _id: openid, openid, ...opened })
    if (done) return
  }
  throw new ServiceError('STORE_FAILED', {
    collection: 'conversations',
    reason: `${openid} changed ${TRIES} times`,
  })
}

export async function readConversations(
  { store }: Pick<Ports, 'store'>,
  openids: readonly Openid[],
): Promise<Map<Openid, Conversation>> {
  const found = await store.find<Conversation>('conversations', {
    where: { _id: oneOf(openids) },
    limit: openids.length,
  })
  return new Map(found.map((one) => [one.openid, one]))
}

/** Takes away those that ended before `before` (epoch ms). */
export const removeOver = ({ store }: Pick<Ports, 'store'>, before: number): Promise<number> =>
  store.remove('conversations', { until: lt(before) })

/** How a person's conversation stands. */
export async function conversationOf(
  ports: Pick<Ports, 'store' | 'clock'>,
  openid: Openid,
): Promise<Outputs['conversation.get']> {
  const found = (await readConversations(ports, [openid])).get(openid)
  const isOpen = found !== undefined && found.until > ports.clock.now()
  return { openid, left: isOpen ? found.left : 0, until: found?.until ?? null }
}
