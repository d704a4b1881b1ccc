import { WeChatError } from './errcodes'
import { numberOf, type Store } from './store'

/** What a person does that lets the account write to him, for how long and how often (wechat.md §4.3). */
const WINDOWS = {
  message: { uses: 5, lifeMs: 48 * 3_600_000 },
  enter: { uses: 2, lifeMs: 60_000 },
  menu: { uses: 3, lifeMs: 60_000 },
  follow: { uses: 3, lifeMs: 60_000 },
  scan: { uses: 3, lifeMs: 60_000 },
} as const
export type CustomerAct = keyof typeof WINDOWS

/** For whom customer service messages may be written just now, on disk. */
export class CustomerWindows {
  private readonly put
  private readonly find
  private readonly take

  constructor(
    store: Store,
    private readonly now: () => number,
  ) {
    // Nothing adds up: what is left and the end become the larger of what there is and what comes.
    this.put = store.prepare(
      `INSERT INTO customers VALUES (?, ?, ?)
       ON CONFLICT (openid) DO UPDATE SET
         uses = CASE WHEN expiresAt > ? THEN max(uses, excluded.uses) ELSE excluded.uses END,
         expiresAt = max(expiresAt, excluded.expiresAt)`,
    )
    this.find = store.prepare('SELECT uses, expiresAt FROM customers WHERE openid = ?')
    this.take = store.prepare('UPDATE customers SET uses = uses - 1 WHERE openid = ?')
  }

  /** The person wrote, came in, tapped a menu, followed or scanned. */
  open(openid: string, act: CustomerAct): void {
    const now = this.now()
    this.put.run(openid, WINDOWS[act].uses, now + WINDOWS[act].lifeMs, now)
  }

  /** Uses one message of the window: 45015 when there is none, 45047 when it is used up. */
  spend(openid: string): void {
    const row = this.find.get(openid)
    if ((numberOf(row, 'expiresAt') ?? 0) <= this.now()) throw new WeChatError(45015)
    if ((numberOf(row, 'uses') ?? 0) <= 0) throw new WeChatError(45047)
    this.take.run(openid)
  }
}
