import { statSync } from 'node:fs'
import type Database from 'libsql'
import Background from 'libsql/promise'
import { fieldsOf } from './record'

/**
 * What was committed is in the log; so long after it, it begins to be copied: pages written again meanwhile are copied once,
 * and a log that begins anew costs the next commit a flush of the disk.
 */
const DELAY_MS = 5000
/** Pages of a log that is not to grow any more: 64 MB. It begins anew when all of it is copied and nobody writes. */
const LARGE = 16_384
/** So few pages are copied by the event loop itself: some milliseconds. */
const FEW = 512
/** A log that is read as fast as the file: as much as the driver itself leaves in it. */
const LONG_BYTES = 4 * 2 ** 20
/** A log that grows faster than it is copied is copied by the event loop from here on. */
const LARGEST = 4 * LARGE

/**
 * Copies the log of a database into its file, on a thread of the driver's: it writes as much as all commits before it and
 * waits for the disk, which on the event loop would keep everybody waiting. Nothing depends on it but the size of the log;
 * what was committed is safe in there.
 */
export class Checkpoints {
  private background: Background | undefined
  private timer: NodeJS.Timeout | undefined
  private running: Promise<void> | undefined

  /** `connection` writes to `file`; its own checkpoints are turned off. */
  constructor(
    private readonly file: string,
    private readonly connection: Pick<Database.Database, 'exec'>,
  ) {
    connection.exec('PRAGMA wal_autocheckpoint = 0')
  }

  /** Something was committed. */
  committed(): void {
    if (this.timer !== undefined || this.running !== undefined) return
    this.timer = setTimeout(() => {
      this.timer = undefined
      this.running = this.copyAll().finally(() => (this.running = undefined))
    }, DELAY_MS)
    this.timer.unref()
  }

  /** Ends what is under way, and leaves no log that would be slow to read; to be called before `connection` is closed. */
  async close(): Promise<void> {
    clearTimeout(this.timer)
    await this.running
    if (this.isLong()) await this.copyAll()
    this.background?.close()
  }

  private isLong(): boolean {
    const log = statSync(`${this.file}-wal`, { throwIfNoEntry: false })
    return log !== undefined && log.size > LONG_BYTES
  }

  private async copyAll(): Promise<void> {
    try {
      let size = await this.copy()
      while (size > LARGE) {
        const before = size
        size = await this.copy()
        if (size - before > FEW && size < LARGEST) continue
        this.connection.exec('PRAGMA wal_checkpoint(PASSIVE)')
        return
      }
    } catch {
      // A full disk, most of all. From here on the commit that follows copies, and whoever writes is told.
      this.connection.exec('PRAGMA wal_autocheckpoint = 1000')
    }
  }

  /** Gives the pages of the log. */
  private async copy(): Promise<number> {
    this.background ??= new Background(this.file, {})
    const checkpoint = (await this.background.prepare('PRAGMA wal_checkpoint(PASSIVE)')) as Checkpoint
    const [row] = await checkpoint.all()
    return Number(fieldsOf(row)['log'])
  }
}

/** A statement of the driver, which has no types of its own. */
interface Checkpoint {
  all(): Promise<unknown[]>
}
