/** Single-document updates: the emulator's documents, and beside them its SQL store alone. */
import { join } from 'node:path'
import Database from 'libsql'
import * as z from 'zod'
import { type Database as Documents, openDatabase } from '../../emulator/database'
import { COLLECTION, DECLARED, documentOf, idOf, scattered, textsOf } from '../emulator/documents'
import { serve } from '../measured'

const settingsSchema = z.strictObject({
  folder: z.string(),
  documents: z.number(),
  durability: z.enum(['process', 'power']),
})
type Settings = z.output<typeof settingsSchema>

const updateSchema = z.strictObject({
  store: z.enum(['documents', 'bare']),
  concurrency: z.number(),
  count: z.number(),
})

const INSERTED_AT_ONCE = 1000

void serve(async (raw) => {
  const settings = settingsSchema.parse(raw)
  const { documents: size, folder, durability } = settings
  const documents = openDatabase({
    dir: join(folder, 'documents'),
    now: Date.now,
    random: Math.random,
    durability,
    declared: DECLARED,
  })
  await fill(documents, size)
  const bare = openBare(settings)
  const updates = {
    documents: (i: number) =>
      documents.handle('database.modifyDocument', {
        collectionName: COLLECTION,
        query: JSON.stringify({ _id: idOf(i) }),
        queryType: 'DOC',
        data: '{"$inc":{"left":{"$numberInt":"1"}}}',
        multi: false,
        merge: true,
        upsert: false,
      }),
    bare: async (i: number) => bare.update(i),
  }
  return {
    answers: {
      /** Acknowledged updates a second. */
      async update(input) {
        const { store, concurrency, count } = updateSchema.parse(input)
        const numbers = scattered(size)
        let left = count
        const one = async (): Promise<void> => {
          while (left > 0) {
            left -= 1
            await updates[store](Number(numbers.next().value))
          }
        }
        const started = performance.now()
        await Promise.all(Array.from({ length: concurrency }, one))
        return (count * 1000) / (performance.now() - started)
      },
    },
    async close() {
      bare.close()
      await documents.close()
    },
  }
})

async function fill(documents: Documents, size: number): Promise<void> {
  for (let from = 0; from < size; from += INSERTED_AT_ONCE) {
    const data = textsOf(from, Math.min(size, from + INSERTED_AT_ONCE), size)
    await documents.handle('database.insertDocument', { collectionName: COLLECTION, data })
  }
}

/** One table, one row per document, one commit per update: the least that can be acknowledged. */
function openBare({ folder, documents: size, durability }: Settings) {
  const connection = new Database(join(folder, 'bare.db'))
  connection.exec('PRAGMA journal_mode = WAL')
  connection.exec(`PRAGMA synchronous = ${durability === 'power' ? 'FULL' : 'NORMAL'}`)
  connection.exec('CREATE TABLE documents (id TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID')
  const insert = connection.prepare('INSERT INTO documents VALUES (?, ?)')
  connection.exec('BEGIN')
  for (let i = 0; i < size; i++) {
    const { id, text } = documentOf(i, size)
    insert.run(id, text)
  }
  connection.exec('COMMIT')
  const read = connection.prepare('SELECT body FROM documents WHERE id = ?').raw()
  const write = connection.prepare('UPDATE documents SET body = ? WHERE id = ?')
  return {
    /** Read, change, write: what an update of a document is. */
    update(i: number): void {
      const id = idOf(i)
      const [body] = read.get(id) as [string]
      const doc = JSON.parse(body) as Record<string, unknown>
      doc['left'] = Number(doc['left']) + 1 || 1
      write.run(JSON.stringify(doc), id)
    },
    close: () => void connection.close(),
  }
}
