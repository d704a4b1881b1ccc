import * as z from 'zod'
import type { Benchmark, BenchmarkContext, Figure } from './benchmark'
import { PARAMS, TEMPLATE, UNLIMITED } from './service/account'
import { type Ran, runCampaign, total } from './service/campaign'
import { openidOf } from './service/people'
import { readyService } from './service/ready'
import { type Deployed, deployService, type RunningService } from './service/running'

/** Instances that the platform would have at work. */
const INSTANCES = 4
/** Of a hundred people. */
const TAGGED = 1
/** What WeChat answers where the person has no grant left in its own books. */
const REFUSED = { errcode: 43101, rate: 0.05 } as const
/** Importing more would take longer than all the rest. */
const LISTED = 20_000
/** Each of them calls a function. */
const WITH_RECEIPTS = 2_000
const ROWS_OF_A_CALL = 1000
/** The issue's: an environment has 500 calls a second and pays for each. */
const GOAL = { of: 'value', is: 'at most', limit: 0.03 } as const

/** Database and function calls per message, by size and kind of audience. */
export const calls: Benchmark = {
  about: 'database and function calls per message, by size and kind of audience',
  sizeOf: 'people',
  defaults: { size: 100_000, rounds: 1 },
  async run(context): Promise<Figure[]> {
    const deployed = await deployService(context.folder, ['seed'])
    const small = [1, 1_000, 20_000].filter((people) => people < context.size)
    const figures: Figure[] = []
    for (const people of small) figures.push(...(await everybody(context, deployed, people)))
    return [...figures, ...(await atSize(context, deployed))]
  },
}

const env = { HONGYAN_INSTANCES: String(INSTANCES), HONGYAN_MINUTE_LIMIT: '10000000' }

async function everybody(context: BenchmarkContext, deployed: Deployed, people: number): Promise<Figure[]> {
  context.step(`${people} people`)
  const service = await readyService(context, deployed, {
    name: `calls${people}`,
    people,
    quotas: UNLIMITED,
    instances: INSTANCES,
    env,
    campaigns: 1,
  })
  const ran = await callsOf(service)
  await service.stop()
  return [figureOf(`people.${people}`, `${people} people`, ran, people)]
}

/** Everything else at full size, on one database. */
async function atSize(context: BenchmarkContext, deployed: Deployed): Promise<Figure[]> {
  const { size: people, step } = context
  const wanted = { people, quotas: UNLIMITED, instances: INSTANCES, campaigns: 3, tagged: TAGGED }
  const service = await readyService(context, deployed, { ...wanted, name: 'calls', env })
  const figures: Figure[] = []

  // Before anybody is refused: whoever is has no grant left, and of few people the tagged are one.
  step(`a tag of ${TAGGED} %`)
  const tags = await callsOf(service, { audience: { kind: 'everybody', tags: ['tagged'] } })
  figures.push(figureOf('tag', `a tag that ${TAGGED} of 100 of ${people} have`, tags, total(tags.ran.sends)))

  step(`${people} people, ${REFUSED.rate * 100} % answered ${REFUSED.errcode}`)
  await service.addFault({
    on: 'subscribeMessage.send',
    rate: REFUSED.rate,
    effect: { kind: 'errcode', errcode: REFUSED.errcode },
  })
  const dense = figureOf(`people.${people}`, `${people} people, 5 % refused`, await callsOf(service), people)
  figures.push({ ...dense, goal: GOAL })
  await service.clearFaults()

  const rows = Math.min(people, LISTED)
  step(`a list of ${rows} with params`)
  const audience = await importList(service, rows)
  const own = await callsOf(service, { audience: { kind: 'list', audience }, params: {} })
  figures.push(figureOf('list', `a list of ${rows} with params of their own`, own, rows))
  await service.stop()

  const few = Math.min(people, WITH_RECEIPTS)
  step(`${few} people, receipts on`)
  const receipts = await readyService(context, deployed, {
    ...wanted,
    people: few,
    name: 'receipts',
    env: { ...env, HONGYAN_RECEIPTS: 'on' },
    messagePush: { subscribe_msg_sent_event: 'events' },
  })
  figures.push(figureOf('receipts', `${few} people, receipts on`, await callsOf(receipts), few))
  await receipts.stop()
  return figures
}

interface Counted {
  ran: Ran
  database: number
  functions: number
}

/** A campaign's own calls: each request of the database, and each invocation of a function. */
async function callsOf(
  service: RunningService,
  wanted?: Parameters<typeof runCampaign>[1],
): Promise<Counted> {
  const before = await lastInvocation(service)
  const ran = await runCampaign(service, wanted)
  await service.settle()
  const database = total(
    Object.fromEntries(Object.entries(ran.calls).filter(([action]) => action.startsWith('database.'))),
  )
  // Creating it and reading it at the end are two invocations more.
  return { ran, database, functions: (await lastInvocation(service)) - before - 2 }
}

const logsSchema = z.object({ logs: z.array(z.object({ id: z.number() })) })

async function lastInvocation(service: RunningService): Promise<number> {
  const { logs } = logsSchema.parse(await service.get('/_emulator/logs'))
  return logs.at(-1)?.id ?? 0
}

function figureOf(name: string, what: string, { database, functions }: Counted, messages: number): Figure {
  return {
    name,
    what: `calls per message, ${what}`,
    value: (database + functions) / messages,
    unit: 'calls',
    beside: { what: 'of them of functions', value: functions / messages },
  }
}

/** A sealed list of everybody, each with params of their own; resolves with its id. */
async function importList(service: RunningService, people: number): Promise<string> {
  const { audience } = await service.staff('audience.create', {
    name: 'benchmark',
    size: people,
    template: TEMPLATE,
  })
  for (let from = 0; from < people; from += ROWS_OF_A_CALL) {
    const rows = Array.from({ length: Math.min(ROWS_OF_A_CALL, people - from) }, (_, at) => ({
      openid: openidOf(from + at),
      params: { ...PARAMS, orderNumber: `HY${from + at}` },
    }))
    const { refused } = await service.staff('audience.append', { audience, rows })
    if (refused.length > 0)
      throw new Error(`${refused.length} rows were refused: ${JSON.stringify(refused[0])}`)
  }
  await service.staff('audience.seal', { audience })
  return audience
}
