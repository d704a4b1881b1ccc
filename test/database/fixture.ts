import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Database, type DatabaseOptions, openDatabase } from '../../emulator/database'
import { decodeStored, encode } from '../../emulator/database/ejson'
import type { Doc } from '../../emulator/database/values'
import { fieldsOf } from '../../emulator/record'

/** A database on a temporary folder, driven by the actions as the gateway hands them over. */
export interface Fixture {
  database: Database
  dir: string
  clock: { ms: number }
  /** Runs an action and gives its `data`; throws the GatewayError. */
  run(action: string, body: Record<string, unknown>): Promise<Record<string, unknown>>
  add(collection: string, ...docs: Doc[]): Promise<unknown>
  find(collection: string, query: Doc, more?: Record<string, unknown>): Promise<Doc[]>
  /** Ids of what `find` gives, sorted. */
  ids(collection: string, query: Doc): Promise<string[]>
  update(
    collection: string,
    query: Doc,
    data: Doc,
    more?: Record<string, unknown>,
  ): Promise<Record<string, unknown>>
  reopen(options?: Partial<DatabaseOptions>): Promise<void>
  stop(): Promise<void>
}

export function openFixture(options: Partial<DatabaseOptions> = {}): Fixture {
  const dir = mkdtempSync(join(tmpdir(), 'database-test-'))
  const clock = { ms: Date.UTC(2026, 0, 1) }
  const open = (changes: Partial<DatabaseOptions> = {}): Database =>
    openDatabase({ dir, now: () => clock.ms, random: Math.random, ...options, ...changes })
  const clean = (): void => rmSync(dir, { recursive: true, force: true })
  const openFirst = (): Database => {
    try {
      return open()
    } catch (error) {
      clean()
      throw error
    }
  }
  const fixture: Fixture = {
    database: openFirst(),
    dir,
    clock,
    async run(action, body) {
      const reply = await fixture.database.handle(`database.${action}`, body)
      return fieldsOf(reply['data'] ?? reply)
    },
    add: (collectionName, ...docs) =>
      fixture.run('insertDocument', { collectionName, data: docs.map((doc) => encode(doc)) }),
    async find(collectionName, query, more = {}) {
      const { list } = await fixture.run('getDocument', { collectionName, query: encode(query), ...more })
      if (!Array.isArray(list)) throw new Error('no list')
      return list.map((text) => decodeStored(String(text)))
    },
    async ids(collection, query) {
      const docs = await fixture.find(collection, query, { limit: 1000 })
      return docs.map(({ _id = null }) => (typeof _id === 'string' ? _id : encode(_id))).sort()
    },
    update: (collectionName, query, data, more = {}) =>
      fixture.run('modifyDocument', {
        collectionName,
        query: encode(query),
        data: encode(data),
        multi: true,
        merge: true,
        upsert: false,
        ...more,
      }),
    async reopen(changes) {
      await fixture.database.close()
      fixture.database = open(changes)
    },
    async stop() {
      await fixture.database.close()
      clean()
    },
  }
  return fixture
}
