import { join } from 'node:path'
import type { Benchmark, BenchmarkContext, Figure } from './benchmark'
import { type PeerEvent, peerResultSchema } from './peers/event'
import { installPeers, peersFolder } from './peers/install'
import { findPostgres, type Postgres, startPostgres } from './peers/postgres'
import { alternate, medians } from './rounds'
import { APPID, messageOf, UNLIMITED } from './service/account'
import { runCampaign } from './service/campaign'
import { readyService } from './service/ready'
import { deployService, type RunningService } from './service/running'

/** Peers are measured with as many sends at once as is best for them. */
const CONCURRENCIES = [50, 100] as const
/** Fixed by the issue: ahead of each. */
const GOAL = { of: 'ratio', is: 'at least', limit: 1 } as const

/** Our dispatch beside workers of job queues that make the same send through the same gateway. */
export const peers: Benchmark = {
  about: 'one dispatch instance beside workers of pg-boss and graphile-worker, all durable, outcomes stored',
  sizeOf: 'people',
  defaults: { size: 10_000, rounds: 3 },
  async run(context): Promise<Figure[]> {
    installPeers(context.step)
    const programs = findPostgres()
    if (programs === undefined) context.step('no PostgreSQL was found here: graphile-worker is left out')
    const postgres =
      programs === undefined ? undefined : await startPostgres(programs, join(context.folder, 'postgres'))
    try {
      return await measure(context, postgres)
    } finally {
      await postgres?.stop()
    }
  },
}

async function measure(context: BenchmarkContext, postgres: Postgres | undefined): Promise<Figure[]> {
  const { size: people, rounds, folder, step } = context
  const runs = rounds + 1
  const queues = [
    { queue: 'pg-boss', what: 'pg-boss on PGlite', database: (name: string) => join(folder, name) },
    ...(postgres
      ? [
          {
            queue: 'graphile-worker',
            what: 'graphile-worker on PostgreSQL',
            database: (name: string) => postgres.create(name),
          } as const,
        ]
      : []),
  ] as const
  const service = await readyService(context, await deployService(folder, ['seed', 'peer']), {
    name: 'peers',
    people,
    quotas: UNLIMITED,
    instances: 1,
    env: { HONGYAN_INSTANCES: '1', HONGYAN_MINUTE_LIMIT: '10000000' },
    campaigns: runs * queues.length,
    others: runs * queues.length * CONCURRENCIES.length,
  })

  let databases = 0
  const peerRate = async (
    { queue, database }: (typeof queues)[number],
    concurrency: number,
  ): Promise<number> => {
    databases += 1
    const event: PeerEvent = {
      queue,
      folder: peersFolder,
      database: database(`peer${databases}`),
      people,
      concurrency,
      message: messageOf(APPID),
    }
    const { wallMs, stored } = peerResultSchema.parse(await service.call('peer', { ...event }))
    if (stored['0'] !== people)
      throw new Error(`${queue} stored ${JSON.stringify(stored)} in place of ${people} sent`)
    return (people * 1000) / wallMs
  }

  const figures: Figure[] = []
  for (const queue of queues) {
    step(queue.what)
    const pairs = await alternate(
      rounds,
      () => ourRate(service, people),
      async () => {
        const rates: number[] = []
        for (const concurrency of CONCURRENCIES) rates.push(await peerRate(queue, concurrency))
        return Math.max(...rates)
      },
    )
    const { value, beside, ratio } = medians(pairs)
    figures.push({
      name: queue.queue,
      what: 'messages of one dispatch instance',
      value,
      unit: 'per s',
      beside: { what: queue.what, value: beside },
      ratio,
      goal: GOAL,
    })
  }
  await service.stop()
  return figures
}

/** Messages a second of a campaign to everybody, each sent. */
async function ourRate(service: RunningService, people: number): Promise<number> {
  const { wallMs, sends } = await runCampaign(service)
  if (sends['0'] !== people) throw new Error(`sent ${JSON.stringify(sends)} in place of ${people}`)
  return (people * 1000) / wallMs
}
