import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { GatewayError } from '../gateway/gateway-error'
import { ACTIONS, type Parts, unknownAction } from './actions'
import { Catalog } from './catalog'
import { checkDeclared, type Declared } from './declared'
import { decodeStored } from './ejson'
import { History } from './history'
import { idSource } from './ids'
import { Sql } from './sql'
import { Sweeps } from './sweep'
import { Transactions } from './transactions'
import { LiveView } from './view'
import { Writer } from './writer'

export type { Declared } from './declared'

export interface DatabaseOptions {
  /** Folder of `documents.db`, made when missing. */
  dir: string
  /** Milliseconds since 1970: what serverDate and the time of transactions go by. */
  now: () => number
  random: () => number
  /**
   * What acknowledged writes survive: the end of the process (default, the log is flushed by the system), or a power
   * cut (a disk flush for each commit).
   */
  durability?: 'process' | 'power'
  /** Collections and indexes of the project, made when missing. Checked here. */
  declared?: unknown
  /** The file of the declaration, for the message when it is not valid. */
  declaredFrom?: string
}

export interface CollectionFacts {
  name: string
  documents: number
  indexes: { name: string; keys: readonly (readonly [string, 1 | -1])[]; unique: boolean }[]
}

export interface Database {
  /**
   * Runs one `database.*` action of the gateway; `body` is the request's JSON body (wire.md §3). Resolves with the
   * fields of the reply, `{data}` or `{transactionId}`, after what it wrote is safe. Throws GatewayError.
   */
  handle(action: string, body: Record<string, unknown>): Promise<Record<string, unknown>>
  has(collection: string): boolean
  /** All of them. Their documents are counted, which looks at each. */
  collections(): CollectionFacts[]
  /** The first documents of a collection, as they were inserted. */
  sample(collection: string, limit: number): unknown[]
  /** Finishes what was sent before, then closes the file. */
  close(): Promise<void>
}

/** Opens the documents of a data folder. Throws a SettingsError when `declared` is not valid. */
export function openDatabase({
  dir,
  now,
  random,
  durability = 'process',
  declared,
  declaredFrom = 'the declaration of collections',
}: DatabaseOptions): Database {
  const checked: Declared | undefined =
    declared === undefined ? undefined : checkDeclared(declared, declaredFrom)
  mkdirSync(dir, { recursive: true })
  const sql = new Sql(join(dir, 'documents.db'), durability)
  try {
    const catalog = new Catalog(sql)
    if (checked !== undefined) catalog.apply(checked)
    const history = new History()
    const writer = new Writer(sql, history, (error) => error instanceof GatewayError)
    const live = new LiveView(history)
    const newId = idSource(now, random)
    const transactions = new Transactions({ now, newId, history }, writer, live)
    const sweeps = new Sweeps(writer)
    return databaseOf(sql, { catalog, live, writer, sweeps, transactions, now, random, newId })
  } catch (error) {
    void sql.close()
    throw error
  }
}

function databaseOf(sql: Sql, parts: Parts): Database {
  let isOpen = true
  return {
    async handle(action, body) {
      const run = ACTIONS.get(action)
      if (run === undefined) throw unknownAction(action)
      if (!isOpen) throw new GatewayError('SYS_ERR', 'the database is closed')
      return run(parts, body)
    },
    has: (name) => parts.catalog.has(name),
    collections: () =>
      parts.catalog.all().map((collection) => ({
        name: collection.name,
        documents: collection.count(),
        indexes: collection.indexes.map(({ name, keys, isUnique }) => ({ name, keys, unique: isUnique })),
      })),
    sample(name, limit) {
      if (limit <= 0) return []
      const [rows = []] = parts.catalog.get(name).rows.scan(limit)
      return rows.map(({ body }) => decodeStored(body))
    },
    async close() {
      if (!isOpen) return
      isOpen = false
      parts.writer.flush()
      await parts.sweeps.ended()
      await sql.close()
    },
  }
}
