/** pg-boss on PGlite, an embedded PostgreSQL with its data on disk, in batches: its fastest form. */
import { load, type OpenQueue, Permits } from './queue'

interface Result {
  rows: Record<string, unknown>[]
}
interface PGlite {
  query(text: string, values?: unknown[]): Promise<Result>
  exec(text: string): Promise<Result[]>
  close(): Promise<void>
}
interface PGliteModule {
  PGlite: { create(folder: string): Promise<PGlite> }
}
interface Job {
  id: string
  data: { openid: string }
}
interface PgBoss {
  on(event: 'error', hear: (error: Error) => void): void
  start(): Promise<unknown>
  stop(options: { graceful: boolean }): Promise<void>
  createQueue(name: string): Promise<void>
  insert(jobs: { name: string; data: Job['data'] }[]): Promise<unknown>
  fetch(name: string, options: { batchSize: number }): Promise<Job[]>
  complete(name: string, ids: string[], output: object): Promise<unknown>
}
interface Db {
  executeSql(text: string, values?: unknown[]): Promise<Result>
}
type PgBossModule = new (options: { db: Db; supervise: boolean; schedule: boolean }) => PgBoss

const QUEUE = 'messages'
const INSERTED_AT_ONCE = 1000
/** One loop sends while others fetch and complete. */
const LOOPS = 4
const BATCH = 500

export const openPgBoss: OpenQueue = async ({ folder, database, concurrency }) => {
  const PgBoss = load(folder, 'pg-boss') as PgBossModule
  const postgres = await (load(folder, '@electric-sql/pglite') as PGliteModule).PGlite.create(database)
  const db: Db = {
    // Only `exec` takes several statements, and only `query` takes values; pg-boss never needs both.
    executeSql: async (text, values) =>
      values === undefined
        ? ((await postgres.exec(text)).at(-1) ?? { rows: [] })
        : postgres.query(text, values),
  }
  // Its housekeeping is left out: it is not wanted within a minute, and would cost the peer.
  const boss = new PgBoss({ db, supervise: false, schedule: false })
  let fault: Error | undefined
  boss.on('error', (error) => {
    fault ??= error
  })
  await boss.start()
  await boss.createQueue(QUEUE)
  return {
    async fill(openids) {
      for (let from = 0; from < openids.length; from += INSERTED_AT_ONCE)
        await boss.insert(
          openids.slice(from, from + INSERTED_AT_ONCE).map((openid) => ({ name: QUEUE, data: { openid } })),
        )
      // As a server's autovacuum does by itself: half of the time of each fetch.
      await postgres.exec('VACUUM ANALYZE')
    },
    async work(jobs, deliver) {
      const permits = new Permits(concurrency)
      let taken = 0
      const loop = async (): Promise<void> => {
        while (taken < jobs) {
          const batch = await boss.fetch(QUEUE, { batchSize: BATCH })
          if (batch.length === 0) return
          taken += batch.length
          const idsByCode = new Map<number, string[]>()
          const one = async ({ id, data }: Job): Promise<void> => {
            const code = await permits.with(() => deliver(data.openid))
            const ids = idsByCode.get(code)
            if (ids) ids.push(id)
            else idsByCode.set(code, [id])
          }
          await Promise.all(batch.map(one))
          for (const [code, ids] of idsByCode) await boss.complete(QUEUE, ids, { code })
        }
      }
      await Promise.all(Array.from({ length: LOOPS }, loop))
      if (fault) throw fault
    },
    async stored() {
      const { rows } = await postgres.query(
        `SELECT output->>'code' AS code, count(*) AS jobs FROM pgboss.job WHERE name = $1 AND state = 'completed' GROUP BY 1`,
        [QUEUE],
      )
      return Object.fromEntries(rows.map(({ code, jobs }) => [String(code), Number(jobs)]))
    },
    async close() {
      await boss.stop({ graceful: false })
      await postgres.close()
    },
  }
}
