/** The documents of two data folders, a large one and a small one, in one process: finds are timed without HTTP. */
import * as z from 'zod'
import { openDatabase } from '../../emulator/database'
import { atOf, COLLECTION, groupsOf, idOf, scattered } from '../emulator/documents'
import { serve } from '../measured'

const folderSchema = z.strictObject({ dir: z.string(), documents: z.number() })
const settingsSchema = z.strictObject({ large: folderSchema, small: folderSchema })
const findSchema = z.strictObject({
  of: z.enum(['large', 'small']),
  by: z.enum(['id', 'group', 'range']),
  count: z.number(),
})

/** The requests as the SDK sends them (wire.md §3), and how many documents each must give. */
const REQUESTS = {
  id: (i: number) => ({
    collectionName: COLLECTION,
    query: JSON.stringify({ _id: idOf(i) }),
    queryType: 'DOC',
  }),
  group: (i: number, documents: number) => ({
    collectionName: COLLECTION,
    query: JSON.stringify({ group: `g${i % groupsOf(documents)}` }),
    queryType: 'WHERE',
    limit: 20,
  }),
  range: (i: number) => ({
    collectionName: COLLECTION,
    query: JSON.stringify({ at: { $gte: { $date: { $numberLong: String(atOf(i)) } } } }),
    queryType: 'WHERE',
    order: JSON.stringify({ at: 1 }),
    limit: 20,
  }),
}

const replySchema = z.object({ data: z.object({ list: z.array(z.string()).min(1) }) })

void serve((raw) => {
  const settings = settingsSchema.parse(raw)
  const databases = {
    large: openDatabase({ dir: settings.large.dir, now: Date.now, random: Math.random }),
    small: openDatabase({ dir: settings.small.dir, now: Date.now, random: Math.random }),
  }
  // Each find is of other documents than those before: what is measured is not what the last round left in memory.
  const numbers = { large: scattered(settings.large.documents), small: scattered(settings.small.documents) }
  return {
    answers: {
      /** µs of one find, the mean of `count`. */
      async find(input) {
        const { of, by, count } = findSchema.parse(input)
        const { documents } = settings[of]
        const bodies = Array.from({ length: count }, () =>
          REQUESTS[by](Number(numbers[of].next().value), documents),
        )
        const replies: unknown[] = []
        const started = performance.now()
        for (const body of bodies) replies.push(await databases[of].handle('database.getDocument', body))
        const spentMs = performance.now() - started
        for (const reply of replies) replySchema.parse(reply)
        return (spentMs * 1000) / count
      },
    },
    async close() {
      await databases.large.close()
      await databases.small.close()
    },
  }
})
