import * as z from 'zod'
import type { Store } from './store'

/** A service message that WeChat delivered to one person. */
export interface Message {
  /** Grows with each message of this data folder. */
  id: number
  openid: string
  channel: 'subscribe' | 'template' | 'customer'
  templateId: string
  title: string
  /** ms since 1970. */
  at: number
  /** The page a tap opens; '' = the card does not open anything. */
  page: string
  miniprogramState: string
  lang: string
  lines: { label: string; key: string; value: string }[]
  /** The key of the line shown large (template messages); '' = none. */
  emphasis: string
  /** 19 digits, as text: no number holds them. */
  msgid: string
}

export type NewMessage = Omit<Message, 'id' | 'msgid'>

/** Most messages that one read gives. */
const READ_LIMIT = 1000

const rowSchema = z.object({ id: z.number(), message: z.string() })
const messageSchema = z.object({
  openid: z.string(),
  channel: z.enum(['subscribe', 'template', 'customer']),
  templateId: z.string(),
  title: z.string(),
  at: z.number(),
  page: z.string(),
  miniprogramState: z.string(),
  lang: z.string(),
  lines: z.array(z.object({ label: z.string(), key: z.string(), value: z.string() })),
  emphasis: z.string(),
})

/** What people received, in order, on disk. */
export class Messages {
  private readonly insert
  private readonly ofAll
  private readonly ofOne

  constructor(store: Store) {
    // One text in place of a column for each part: every value that is bound costs a crossing into the store.
    this.insert = store.prepare('INSERT INTO delivered (openid, message) VALUES (?, ?)')
    this.ofAll = store.prepare('SELECT id, message FROM delivered WHERE id > ? ORDER BY id LIMIT ?')
    this.ofOne = store.prepare(
      'SELECT id, message FROM delivered WHERE openid = ? AND id > ? ORDER BY id LIMIT ?',
    )
  }

  add(message: NewMessage): Message {
    const { lastInsertRowid } = this.insert.run(message.openid, JSON.stringify(message))
    const id = Number(lastInsertRowid)
    return { id, ...message, msgid: msgidOf(message.at, id) }
  }

  /** Messages with an id above `after`, oldest first; of one person when `openid` is given. At most 1000. */
  read(openid: string | undefined, after: number): Message[] {
    const rows =
      openid === undefined ? this.ofAll.all(after, READ_LIMIT) : this.ofOne.all(openid, after, READ_LIMIT)
    return rows.map((row) => {
      const { id, message } = rowSchema.parse(row)
      const parsed = messageSchema.parse(JSON.parse(message))
      return { id, ...parsed, msgid: msgidOf(parsed.at, id) }
    })
  }
}

/** A message id like WeChat's: it grows with time; milliseconds shifted by 20 bits have 19 digits in this century. */
function msgidOf(at: number, id: number): string {
  return String((BigInt(Math.trunc(at)) << 20n) + BigInt(id % 0x10_0000))
}
