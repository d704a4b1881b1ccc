import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { Catalogue } from '../core/template/catalogue'
import { templates } from '../templates'
import type { Benchmark, BenchmarkContext, Figure } from './benchmark'
import { alternate, medians } from './rounds'
import { APPID, messageOf, PARAMS, TEMPLATE, UNLIMITED } from './service/account'
import { runCampaign, total } from './service/campaign'
import { openidOf } from './service/people'
import { readyService } from './service/ready'
import { keepWaiting, type RemindEvent } from './service/reminders'
import { type Deployed, deployService, type RunningService } from './service/running'

/** Due together where a tick is measured. */
const DUE = 1_000
/** Due at one minute where a campaign stands beside. */
const DRAINED = 20_000
const INSTANCES = 4
const MINUTE = 60_000
/** What only waits is due so long after everything is measured. */
const FAR = 365 * 24 * 60 * MINUTE
const LOOK_MS = 20
const PER_CALL = 20_000
/** Reminders whose lateness is looked at, and how long before they are due the clock goes by itself. */
const WOKEN = 40
const WOKEN_AHEAD_MS = 12_000

const { revision } = new Catalogue(templates).get(TEMPLATE)
const limited = { HONGYAN_INSTANCES: String(INSTANCES) }
const env = { ...limited, HONGYAN_MINUTE_LIMIT: '10000000' }

/** Without the platform's limits and WeChat's own time, and as a deployment meets both. */
const drains = {
  lifted: { name: 'drain', what: 'no limit, WeChat at once', options: { env, quotas: UNLIMITED } },
  limited: {
    name: 'drain.limited',
    what: 'the platform’s limit, WeChat at 100 ms',
    options: { env: limited, latencyMs: 100 },
  },
}

/** What a tick costs among many that wait, how fast many drain, what each costs in calls, and how late it is. */
export const reminders: Benchmark = {
  about: 'reminders: a tick among many that wait, many at one minute beside a campaign, calls, lateness',
  sizeOf: 'reminders waiting',
  defaults: { size: 1_000_000, rounds: 3 },
  async run(context): Promise<Figure[]> {
    const deployed = await deployService(context.folder, ['seed', 'remind'])
    return [
      ...(await amongMany(context, deployed)),
      ...(await drained(context, deployed, 'lifted')),
      ...(await drained(context, deployed, 'limited')),
      ...(await callsOf(context, deployed)),
      ...(await lateness(context, deployed)),
    ]
  },
}

type Wish = Pick<RemindEvent, 'set' | 'at'> & Partial<RemindEvent>

/** Reminders of people `from` to `to`, all at `at`, or one each `everyMs`. */
function eventOf(from: number, to: number, wanted: Wish): RemindEvent {
  const common = { lanes: 16, template: TEMPLATE, message: messageOf(APPID), revision, params: PARAMS }
  return { from, to, everyMs: 0, repeats: false, ...common, ...wanted }
}

/** Writes those of people 0 to `count`. */
async function remind(service: RunningService, count: number, wanted: Wish): Promise<void> {
  for (let from = 0; from < count; from += PER_CALL)
    await service.call('remind', { ...eventOf(from, Math.min(count, from + PER_CALL), wanted) })
}

interface Sent {
  wallMs: number
  calls: number
}

/** Moves the clock to `at` and waits until so many more were sent. */
async function due(service: RunningService, at: number, count: number): Promise<Sent> {
  const before = await service.stats()
  const started = performance.now()
  await service.moveTo(at)
  while (total((await service.stats()).sends) - total(before.sends) < count) await wait(LOOK_MS)
  const wallMs = performance.now() - started
  await service.atRest()
  const { calls } = await service.stats()
  const database = (all: Record<string, number>) =>
    total(Object.fromEntries(Object.entries(all).filter(([action]) => action.startsWith('database.'))))
  return { wallMs, calls: database(calls) - database(before.calls) }
}

const minuteAfter = async (service: RunningService) =>
  Math.ceil((await service.now()) / MINUTE) * MINUTE + MINUTE

async function amongMany(context: BenchmarkContext, deployed: Deployed): Promise<Figure[]> {
  const { size, rounds, step } = context
  const count = Math.min(DUE, size)
  const few = Math.max(count, Math.round(size / 100))
  const started = async (name: string, waiting: number) => {
    step(`${waiting} reminders that wait`)
    const far = eventOf(0, waiting, { set: 'far', at: Date.now() + FAR })
    await keepWaiting(join(context.folder, name, 'data'), deployed.databaseFile, far)
    const service = await readyService(context, deployed, {
      name,
      people: count,
      quotas: UNLIMITED,
      instances: INSTANCES,
      env,
      campaigns: rounds + 2,
    })
    return service
  }
  const many = await started('many', size)
  const small = await started('few', few)
  let sets = 0
  const tick = async (service: RunningService) => {
    const at = await minuteAfter(service)
    await remind(service, count, { set: `due${(sets += 1)}`, at })
    return (await due(service, at, count)).wallMs
  }
  step(`${count} due among them`)
  const figures = medians(
    await alternate(
      rounds,
      () => tick(many),
      () => tick(small),
    ),
  )
  await many.stop()
  await small.stop()
  return [
    {
      name: 'among',
      what: `${count} due among ${size} that wait`,
      ...figures,
      unit: 'ms',
      beside: { what: `among ${few}`, value: figures.beside },
      goal: { of: 'ratio', is: 'at most', limit: 1.2 },
    },
  ]
}

async function drained(
  context: BenchmarkContext,
  deployed: Deployed,
  kind: keyof typeof drains,
): Promise<Figure[]> {
  const { rounds, step } = context
  const { name, what, options } = drains[kind]
  const people = Math.min(DRAINED, context.size)
  const service = await readyService(context, deployed, {
    name: `drained-${kind}`,
    people,
    instances: INSTANCES,
    ...options,
    campaigns: 2 * (rounds + 1),
  })
  let sets = 0
  const pairs = await alternate(
    rounds,
    async () => {
      step(`${people} reminders at one minute, ${what}`)
      const at = await minuteAfter(service)
      await remind(service, people, { set: `drain${(sets += 1)}`, at })
      return (people * 1000) / (await due(service, at, people)).wallMs
    },
    async () => {
      step('a campaign')
      return (people * 1000) / (await runCampaign(service)).wallMs
    },
  )
  await service.stop()
  const { value, beside, ratio } = medians(pairs)
  return [
    {
      name,
      what: `${people} due at one minute, ${what}`,
      value,
      unit: 'per s',
      beside: { what: 'a campaign to as many', value: beside },
      ratio,
      goal: { of: 'ratio', is: 'at least', limit: 0.9 },
    },
  ]
}

async function callsOf(context: BenchmarkContext, deployed: Deployed): Promise<Figure[]> {
  const count = Math.min(DUE, context.size)
  const figures: Figure[] = []
  for (const lanes of [1, 16]) {
    context.step(`calls, ${lanes} lanes`)
    const service = await readyService(context, deployed, {
      name: `calls${lanes}`,
      people: count,
      lanes,
      quotas: UNLIMITED,
      instances: INSTANCES,
      env: { ...env, HONGYAN_LANES: String(lanes) },
      campaigns: 2,
    })
    for (const [repeats, limit] of [
      [false, 0.05],
      [true, 0.1],
    ] as const) {
      const at = await minuteAfter(service)
      await remind(service, count, { set: String(repeats), at, repeats, lanes })
      const { calls } = await due(service, at, count)
      figures.push({
        name: `calls.${repeats ? 'repeating' : 'once'}.${lanes}`,
        what: `database calls per reminder, ${repeats ? 'repeating' : 'one-shot'}, ${count} due together, ${lanes} lanes`,
        value: calls / count,
        unit: 'calls',
        goal: { of: 'value', is: 'at most', limit },
      })
    }
    await service.stop()
  }
  return figures
}

/** Each person's is set as a tool sets it; the timer of this deployment comes each ten minutes only. */
async function lateness(context: BenchmarkContext, deployed: Deployed): Promise<Figure[]> {
  context.step('wake-ups')
  const config = join(deployed.functionsDir, 'dispatch', 'config.json')
  const rare = readFileSync(config, 'utf8').replace('0 * * * * * *', '0 */10 * * * * *')
  writeFileSync(config, rare)
  const service = await readyService(context, deployed, {
    name: 'woken',
    people: WOKEN,
    quotas: UNLIMITED,
    instances: INSTANCES,
    env: { ...env, HONGYAN_WAKEUPS: 'on' },
    campaigns: 1,
  })
  const dueOf: number[] = []
  for (let person = 0; person < WOKEN; person += 1) {
    const { next } = await service.staff('reminder.create', {
      key: `reminder-${person}`,
      to: openidOf(person),
      template: TEMPLATE,
      params: PARAMS,
      schedule: { kind: 'delay', minutes: 2 },
    })
    dueOf.push(next[0] ?? Number.NaN)
  }
  await service.moveTo(Math.min(...dueOf) - WOKEN_AHEAD_MS)
  const lateMs: number[] = []
  for (let person = 0; person < WOKEN; ) {
    const messages = await service.messages(person)
    const [first] = messages
    if (first) {
      lateMs.push(first.at - (dueOf[person] ?? 0))
      person += 1
    } else await wait(LOOK_MS)
  }
  await service.stop()
  lateMs.sort((a, b) => a - b)
  return [
    {
      name: 'late',
      what: `lateness with wake-ups, the 99th percentile of ${WOKEN}`,
      value: (lateMs[Math.ceil(WOKEN * 0.99) - 1] ?? Number.NaN) / 1000,
      unit: 's',
      goal: { of: 'value', is: 'at most', limit: 2 },
    },
  ]
}
