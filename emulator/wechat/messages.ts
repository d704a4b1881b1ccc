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

const linesSchema = z.array(z.object({ label: z.string(), key: z.string(), value: z.string() }))
const rowSchema = z.object({
  id: z.number(),
  openid: z.string(),
  channel: z.enum(['subscribe', 'template', 'customer']),
  template: z.string(),
  title: z.string(),
  at: z.number(),
  page: z.string(),
  state: z.string(),
  lang: z.string(),
  lines: z.string(),
  emphasis: z.string(),
})

/** What people received, in order, on disk. */
export class Messages {
  private readonly insert
  private readonly ofAll
  private readonly ofOne

  constructor(store: Store) {
    this.insert = store.prepare(
      `INSERT INTO messages (openid, channel, template, title, at, page, state, lang, lines, emphasis)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    this.ofAll = store.prepare('SELECT * FROM messages WHERE id > ? ORDER BY id LIMIT ?')
    this.ofOne = store.prepare('SELECT * FROM messages WHERE openid = ? AND id > ? ORDER BY id LIMIT ?')
  }

  add(message: NewMessage): Message {
    const { openid, channel, templateId, title, at, page, miniprogramState, lang, lines, emphasis } = message
    const { lastInsertRowid } = this.insert.run(
      openid,
      channel,
      templateId,
      title,
      at,
      page,
      miniprogramState,
      lang,
      JSON.stringify(lines),
      emphasis,
    )
    const id = Number(lastInsertRowid)
    return { id, ...message, msgid: msgidOf(at, id) }
  }

  /** Messages with an id above `after`, oldest first; of one person when `openid` is given. At most 1000. */
  read(openid: string | undefined, after: number): Message[] {
    const rows =
      openid === undefined ? this.ofAll.all(after, READ_LIMIT) : this.ofOne.all(openid, after, READ_LIMIT)
    return rows.map((row) => {
      const { template, state, lines, ...rest } = rowSchema.parse(row)
      return {
        ...rest,
        templateId: template,
        miniprogramState: state,
        lines: linesSchema.parse(JSON.parse(lines)),
        msgid: msgidOf(rest.at, rest.id),
      }
    })
  }
}

/** A message id like WeChat's: it grows with time; milliseconds shifted by 20 bits have 19 digits in this century. */
function msgidOf(at: number, id: number): string {
  return String((BigInt(Math.trunc(at)) << 20n) + BigInt(id % 0x10_0000))
}
