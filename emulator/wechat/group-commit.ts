import { WeChatError } from './errcodes'
import type { Store } from './store'

/** How long a commit waits for requests that are expected back; a commit costs as much as several writes. */
const GATHER_MS = 5

/**
 * The only way to write to WeChat's store. Writes of concurrent requests share one transaction: each runs at once and
 * is answered when all are committed, so that what was answered is on disk and a commit is paid once for many.
 */
export class GroupCommit {
  private pending: Promise<void> | undefined
  private works = 0
  private fault: unknown

  constructor(
    private readonly store: Store,
    private readonly onCommit: () => void,
  ) {}

  /**
   * Runs `work` in the transaction that is open and resolves with what it gave, once committed.
   * A WeChatError must be thrown before anything is written; any other error undoes the whole transaction.
   */
  async run<T>(work: () => T): Promise<T> {
    this.pending ??= this.begin()
    const { pending } = this
    this.works += 1
    let result: T
    try {
      result = work()
    } catch (error) {
      if (!(error instanceof WeChatError)) this.fault ??= error
      throw error
    }
    await pending
    return result
  }

  private begin(): Promise<void> {
    this.store.exec('BEGIN')
    // As many as the last commit answered may come back with another. A lone one need not wait.
    const expected = this.works
    this.works = 0
    const gathered = new Promise<void>((resolve) => {
      setImmediate(() => {
        if (this.works >= expected) resolve()
        else setTimeout(resolve, GATHER_MS)
      })
    })
    const committed = gathered.then(() => {
      const { fault } = this
      this.pending = undefined
      this.fault = undefined
      this.store.exec(fault === undefined ? 'COMMIT' : 'ROLLBACK')
      this.onCommit()
      if (fault !== undefined) throw new Error('a write to WeChat’s store failed', { cause: fault })
    })
    // Where every work was refused, nobody waits for the commit.
    committed.catch(() => {})
    return committed
  }
}
