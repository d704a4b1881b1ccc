import type { History } from './history'
import type { Sql } from './sql'

interface Job {
  /** Writes and returns how to answer; a refusal is thrown. */
  run: () => unknown
  /** A refusal undoes what it wrote; without, documents that were written before it stay, as MongoDB leaves them. */
  isAtomic: boolean
  resolve: (result: unknown) => void
  reject: (error: unknown) => void
}

/** A refusal of one job is expected; anything else that is thrown makes the whole SQL transaction doubtful. */
export type IsRefusal = (error: unknown) => boolean

/** How long a commit waits for writers that are expected back. */
const GATHER_MS = 2

/**
 * Commits the writes that arrive together in one SQL transaction, and answers them after its commit: nobody sees a
 * write before it is safe, and many writers share the price of one commit.
 */
export class Writer {
  private waiting: Job[] = []
  private isScheduled = false
  /** How many writes the last commit answered: as many writers may come back with another. */
  private answered = 0

  constructor(
    private readonly sql: Sql,
    private readonly history: History,
    private readonly isRefusal: IsRefusal,
  ) {}

  submit<T>(run: () => T, isAtomic = false): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.waiting.push({ run, isAtomic, resolve: (result) => resolve(result as T), reject })
      if (this.isScheduled) return
      this.isScheduled = true
      // After the requests that are already readable: they join this commit.
      setImmediate(() => this.gather())
    })
  }

  /** A lone writer is answered at once. Of many, those that come back within a moment share a commit again. */
  private gather(): void {
    if (this.waiting.length >= this.answered) this.flush()
    else setTimeout(() => this.flush(), GATHER_MS)
  }

  /** Commits what waits, now. */
  flush(): void {
    this.isScheduled = false
    const jobs = this.waiting
    if (jobs.length === 0) return
    this.waiting = []
    this.answered = jobs.length
    try {
      for (const answer of this.commit(jobs)) answer()
    } catch (fault) {
      // The commit failed for one of them (a full disk, a fault of ours): each is tried for itself.
      const [only] = jobs
      if (jobs.length === 1 && only !== undefined) only.reject(fault)
      else for (const job of jobs) this.alone(job)
    }
  }

  private alone(job: Job): void {
    try {
      for (const answer of this.commit([job])) answer()
    } catch (fault) {
      job.reject(fault)
    }
  }

  private commit(jobs: readonly Job[]): (() => void)[] {
    try {
      const answers = this.sql.atomically(() => jobs.map((job) => this.perform(job)))
      this.history.commit()
      return answers
    } catch (fault) {
      this.history.forget(0)
      throw fault
    }
  }

  private perform({ run, isAtomic, resolve, reject }: Job): () => void {
    const mark = this.history.mark()
    if (isAtomic) this.sql.statement('SAVEPOINT job').run()
    try {
      const result = run()
      if (isAtomic) this.sql.statement('RELEASE job').run()
      return () => resolve(result)
    } catch (error) {
      if (!this.isRefusal(error)) throw error
      if (isAtomic) {
        this.sql.statement('ROLLBACK TO job').run()
        this.sql.statement('RELEASE job').run()
        this.history.forget(mark)
      }
      return () => reject(error)
    }
  }
}
