import Database from 'libsql'
import { Checkpoints } from '../checkpoints'

/** A prepared statement whose parameters are always given as a list: libsql takes a lone object for named ones. */
export interface Statement {
  all(...parameters: SqlValue[]): unknown[][]
  /** The first row, at half the price of a list of one. */
  first(...parameters: SqlValue[]): unknown[] | undefined
  /** Runs it and returns how many rows it changed. */
  run(...parameters: SqlValue[]): number
}

export type SqlValue = string | number | Buffer

// Memory for a file of any size: pages of our own, and a part of the file that is read where the system holds it. With
// a million small documents the mapped part makes finds by an index a quarter cheaper.
const CACHE_KIB = 32 * 1024
const MAPPED_BYTES = 192 * 1024 * 1024

/** The one connection of the process to `file`; nothing else writes to it. */
export class Sql {
  private readonly connection: Database.Database
  private readonly statements = new Map<string, Statement>()
  private readonly checkpoints: Checkpoints

  /** With `power`, each commit is flushed to the disk itself; else it is safe from the end of the process only. */
  constructor(file: string, durability: 'process' | 'power') {
    this.connection = new Database(file)
    this.connection.exec('PRAGMA journal_mode = WAL')
    this.connection.exec(`PRAGMA synchronous = ${durability === 'power' ? 'FULL' : 'NORMAL'}`)
    this.connection.exec(`PRAGMA cache_size = -${CACHE_KIB}`)
    this.connection.exec(`PRAGMA mmap_size = ${MAPPED_BYTES}`)
    this.checkpoints = new Checkpoints(file, this.connection)
  }

  exec(sql: string): void {
    this.connection.exec(sql)
  }

  /** The statement of a text, prepared once. */
  statement(sql: string): Statement {
    const known = this.statements.get(sql)
    if (known !== undefined) return known
    const prepared = this.connection.prepare(sql)
    // Rows as lists of their columns; what gives no rows knows no such mode.
    if (prepared.reader) prepared.raw()
    const statement: Statement = {
      all: (...parameters) => prepared.all(parameters) as unknown[][],
      first: (...parameters) => prepared.get(parameters) as unknown[] | undefined,
      run: (...parameters) => prepared.run(parameters).changes,
    }
    this.statements.set(sql, statement)
    return statement
  }

  /** Runs `work` in one SQL transaction: committed when it returns, undone when it throws. */
  atomically<T>(work: () => T): T {
    this.statement('BEGIN IMMEDIATE').run()
    try {
      const result = work()
      this.statement('COMMIT').run()
      this.checkpoints.committed()
      return result
    } catch (error) {
      // A failed commit may have been undone already.
      if (this.connection.inTransaction) this.connection.exec('ROLLBACK')
      throw error
    }
  }

  async close(): Promise<void> {
    await this.checkpoints.close()
    this.connection.close()
  }
}

/** A BLOB as the driver gives it back. */
export function blobOf(value: unknown): Buffer {
  if (Buffer.isBuffer(value)) return value
  if (value instanceof Uint8Array) return Buffer.from(value)
  throw new Error(`not a BLOB: ${typeof value}`)
}
