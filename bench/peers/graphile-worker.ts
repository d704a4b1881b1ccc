/** graphile-worker on PostgreSQL with its local queue and batched completion: its fastest form. */
import { load, type OpenQueue } from './queue'

interface Pool {
  query(text: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[] }>
  end(): Promise<void>
}
interface PgModule {
  Pool: new (options: { connectionString: string; max: number }) => Pool
}
interface Runner {
  stop(): Promise<void>
  promise: Promise<void>
}
interface WorkerModule {
  run(options: {
    pgPool: Pool
    noHandleSignals: boolean
    crontab: string
    taskList: Record<string, (payload: unknown) => Promise<void>>
    preset: {
      worker: {
        concurrentJobs: number
        localQueue: { size: number }
        completeJobBatchDelay: number
        failJobBatchDelay: number
      }
    }
    logger: unknown
  }): Promise<Runner>
  runMigrations(options: { pgPool: Pool; logger: unknown }): Promise<void>
  Logger: new (factory: () => (level: string, message: string) => void) => unknown
}

const TASK = 'send'
const INSERTED_AT_ONCE = 1000
const LOCAL_QUEUE = 500

/** Finished jobs are deleted, so that outcomes need a table of their own. Those of one moment share an insert. */
class Outcomes {
  private pending: { openid: string; code: number; settle: (error?: unknown) => void }[] = []

  constructor(private readonly pool: Pool) {}

  async open(): Promise<void> {
    await this.pool.query('CREATE TABLE outcomes (openid text PRIMARY KEY, code int NOT NULL)')
  }

  /** Resolves when it is stored. */
  add(openid: string, code: number): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.pending.length === 0) setImmediate(() => void this.flush())
      this.pending.push({
        openid,
        code,
        settle: (error) => (error === undefined ? resolve() : reject(error)),
      })
    })
  }

  async counts(): Promise<Record<string, number>> {
    const { rows } = await this.pool.query('SELECT code, count(*) AS people FROM outcomes GROUP BY code')
    return Object.fromEntries(rows.map(({ code, people }) => [String(code), Number(people)]))
  }

  private async flush(): Promise<void> {
    const rows = this.pending
    this.pending = []
    try {
      await this.pool.query('INSERT INTO outcomes SELECT * FROM unnest($1::text[], $2::int[])', [
        rows.map(({ openid }) => openid),
        rows.map(({ code }) => code),
      ])
      for (const { settle } of rows) settle()
    } catch (error) {
      for (const { settle } of rows) settle(error)
    }
  }
}

export const openGraphileWorker: OpenQueue = async ({ folder, database, concurrency }) => {
  const { run, runMigrations, Logger } = load(folder, 'graphile-worker') as WorkerModule
  const pool = new (load(folder, 'pg') as PgModule).Pool({ connectionString: database, max: 10 })
  const faults: string[] = []
  const logger = new Logger(() => (level, message) => {
    if (level === 'error') faults.push(message)
  })
  await runMigrations({ pgPool: pool, logger })
  const outcomes = new Outcomes(pool)
  await outcomes.open()
  return {
    async fill(openids) {
      for (let from = 0; from < openids.length; from += INSERTED_AT_ONCE)
        await pool.query(
          `SELECT count(*) FROM graphile_worker.add_jobs(ARRAY(
             SELECT ($1, json_build_object('openid', openid), null, null, null, null, null, null)::graphile_worker.job_spec
             FROM unnest($2::text[]) AS openid))`,
          [TASK, openids.slice(from, from + INSERTED_AT_ONCE)],
        )
      await pool.query('VACUUM ANALYZE')
    },
    async work(jobs, deliver) {
      let left = jobs
      let finish = (): void => {}
      const done = new Promise<void>((resolve) => {
        finish = resolve
      })
      const runner = await run({
        pgPool: pool,
        noHandleSignals: true,
        crontab: '',
        logger,
        taskList: {
          async [TASK](payload) {
            const { openid } = payload as { openid: string }
            await outcomes.add(openid, await deliver(openid))
            left -= 1
            if (left === 0) finish()
          },
        },
        preset: {
          worker: {
            concurrentJobs: concurrency,
            localQueue: { size: LOCAL_QUEUE },
            completeJobBatchDelay: 0,
            failJobBatchDelay: 0,
          },
        },
      })
      await done
      // The last jobs are completed here.
      await runner.stop()
      if (faults.length > 0) throw new Error(`graphile-worker: ${faults.join('; ')}`)
    },
    stored: () => outcomes.counts(),
    close: () => pool.end(),
  }
}
