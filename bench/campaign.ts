import type { Benchmark, BenchmarkContext, Figure } from './benchmark'
import { UNLIMITED } from './service/account'
import { type Look, type Ran, runCampaign, total } from './service/campaign'
import { readyService, type Wanted } from './service/ready'
import { type Deployed, deployService } from './service/running'
import { cpuFigures, runBare } from './send'

/** Milliseconds that WeChat takes for a send. */
const LATENCY_MS = 100
/** Ours; the emulator has room for as many again, since one begins while the one before it ends. */
const INSTANCES = 4
const ROOM = 2 * INSTANCES
/** The official sample, one after another, is measured on fewer: at this latency it sends nine a second. */
const SAMPLED = 500
const MINUTE_MS = 60_000
/** Cloud calls a minute (wechat.md §8). */
const PLATFORM_LIMIT = 100_000

/** A campaign at the platform's own limit, without it, and the loop of the official sample. */
export const campaign: Benchmark = {
  about:
    'four instances at the platform’s limit and without it, WeChat at 100 ms, beside the official sample',
  sizeOf: 'people',
  defaults: { size: 100_000, rounds: 1 },
  async run(context): Promise<Figure[]> {
    const deployed = await deployService(context.folder, ['seed', 'bare'])
    const limited = await atLimit(context, deployed)
    const { ran, perSecond } = await lifted(context, deployed)
    const sample = await sampled(context, deployed)
    return [
      ...limited,
      {
        name: 'lifted',
        what: 'messages with the limit lifted',
        value: perSecond,
        unit: 'per s',
        beside: { what: 'the platform’s limit', value: PLATFORM_LIMIT / 60 },
        ratio: perSecond / (PLATFORM_LIMIT / 60),
        goal: { of: 'ratio', is: 'at least', limit: 1.2 },
      },
      {
        name: 'sample',
        what: 'the same',
        value: perSecond,
        unit: 'per s',
        beside: { what: 'the loop of the official sample', value: sample },
        ratio: perSecond / sample,
        goal: { of: 'ratio', is: 'at least', limit: 100 },
      },
      ...cpuFigures([ran], context.size),
    ]
  },
}

const wanted = { latencyMs: LATENCY_MS, instances: ROOM, campaigns: 1 }

/** With the limit in force on both sides: how much of it is used in each full minute, and what was refused. */
async function atLimit(context: BenchmarkContext, deployed: Deployed): Promise<Figure[]> {
  context.step(`${context.size} people, the platform’s limit in force`)
  const looks: Look[] = []
  const options = {
    ...wanted,
    name: 'limited',
    people: context.size,
    env: { HONGYAN_INSTANCES: String(INSTANCES) },
  }
  const ran = await runOnce(context, deployed, options, (look) => void looks.push(look))
  const minutes = fullMinutes(looks)
  const refused = total(ran.sends) - (ran.sends['0'] ?? 0)
  const figures: Figure[] = [
    {
      name: 'refused',
      what: 'messages that were refused, of all',
      value: (100 * refused) / context.size,
      unit: '%',
      goal: { of: 'value', is: 'at most', limit: 0 },
    },
  ]
  if (minutes.length === 0) return figures
  const least = Math.min(...minutes)
  return [
    {
      name: 'limited',
      what: `the platform’s limit used, the least of ${minutes.length} full minutes`,
      value: (100 * least) / PLATFORM_LIMIT,
      unit: '%',
      goal: { of: 'value', is: 'at least', limit: 95 },
    },
    ...figures,
  ]
}

async function lifted(
  context: BenchmarkContext,
  deployed: Deployed,
): Promise<{ ran: Ran; perSecond: number }> {
  context.step(`${context.size} people, no limit`)
  const ran = await runOnce(context, deployed, {
    ...wanted,
    name: 'lifted',
    people: context.size,
    quotas: UNLIMITED,
    env: { HONGYAN_INSTANCES: String(INSTANCES), HONGYAN_MINUTE_LIMIT: '10000000' },
  })
  return { ran, perSecond: (context.size * 1000) / ran.wallMs }
}

async function runOnce(
  context: BenchmarkContext,
  deployed: Deployed,
  options: Wanted,
  told?: (look: Look) => void,
): Promise<Ran> {
  const service = await readyService(context, deployed, options)
  const ran = await runCampaign(service, {}, told)
  await service.stop()
  return ran
}

/** Messages a second of the official sample. */
async function sampled(context: BenchmarkContext, deployed: Deployed): Promise<number> {
  const people = Math.min(SAMPLED, context.size)
  context.step(`${people} people, the loop of the official sample`)
  const service = await readyService(context, deployed, {
    ...wanted,
    name: 'sample',
    people,
    quotas: UNLIMITED,
    others: 1,
  })
  const { perSecond } = await runBare(service, people, 1)
  await service.stop()
  return perSecond
}

/** Messages of each whole minute from the first message on; none where it was over within one. */
function fullMinutes(looks: readonly Look[]): number[] {
  const first = looks.find(({ sent }) => sent > 0)
  const last = looks.at(-1)
  if (!first || !last) return []
  /** Messages until this moment, as they were last looked at. */
  const until = (atMs: number): number => [...looks].reverse().find((look) => look.atMs <= atMs)?.sent ?? 0
  const count = Math.floor((last.atMs - first.atMs) / MINUTE_MS)
  return Array.from(
    { length: count },
    (_, minute) => until(first.atMs + (minute + 1) * MINUTE_MS) - until(first.atMs + minute * MINUTE_MS),
  )
}
