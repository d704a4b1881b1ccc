import type { Benchmark, Figure } from './benchmark'
import { alternate, median, medians } from './rounds'
import { APPID, messageOf, UNLIMITED } from './service/account'
import { type BareEvent, bareResultSchema } from './service/bare'
import { type Ran, runCampaign } from './service/campaign'
import { LANES, readyService } from './service/ready'
import { deployService, type RunningService } from './service/running'

/** Sends at once of the bare loop: the better one stands beside us. */
const CONCURRENCIES = [50, 100] as const

/** The whole protocol in one dispatch instance, beside a loop that does nothing but send. */
export const send: Benchmark = {
  about: 'a campaign in one dispatch instance beside a bare loop of subscribeMessage.send',
  sizeOf: 'people',
  defaults: { size: 20_000, rounds: 3 },
  async run(context): Promise<Figure[]> {
    const { size: people, rounds, folder, step } = context
    const runs = rounds + 1
    const service = await readyService(context, await deployService(folder, ['seed', 'bare']), {
      name: 'send',
      people,
      quotas: UNLIMITED,
      instances: 1,
      env: { HONGYAN_INSTANCES: '1', HONGYAN_MINUTE_LIMIT: '10000000' },
      campaigns: runs,
      others: runs * CONCURRENCIES.length,
    })
    const ran: Ran[] = []
    const bare = new Map<number, BareRun[]>(CONCURRENCIES.map((concurrency) => [concurrency, []]))
    const pairs = await alternate(
      rounds,
      async () => {
        step('a campaign')
        const one = await runCampaign(service)
        if (one.sends['0'] !== people)
          throw new Error(`sent ${JSON.stringify(one.sends)} in place of ${people}`)
        ran.push(one)
        return (people * 1000) / one.wallMs
      },
      async () => {
        for (const [concurrency, runs] of bare) {
          step(`the bare loop, ${concurrency} at once`)
          runs.push(await runBare(service, people, concurrency))
        }
        return Math.max(...[...bare.values()].map((runs) => runs.at(-1)?.perSecond ?? 0))
      },
    )
    await service.stop()
    const { value, beside, ratio } = medians(pairs)
    // The first of each warms up.
    const counted = ran.slice(1)
    return [
      {
        name: 'send',
        what: 'messages of a campaign, one instance',
        value,
        unit: 'per s',
        beside: { what: 'the better bare loop', value: beside },
        ratio,
        goal: { of: 'ratio', is: 'at least', limit: 0.9 },
      },
      ...[...bare].map(
        ([concurrency, runs]): Figure => ({
          name: `bare.${concurrency}`,
          what: `the bare loop, ${concurrency} at once`,
          value: median(runs.slice(1).map(({ perSecond }) => perSecond)),
          unit: 'per s',
        }),
      ),
      ...cpuFigures(counted, people),
      {
        name: 'cpu.bare',
        what: 'CPU of the bare loop per message, the less of both',
        value: Math.min(...[...bare.values()].map((runs) => median(runs.slice(1).map(({ cpuMs }) => cpuMs)))),
        unit: 'ms',
      },
    ]
  },
}

export interface BareRun {
  perSecond: number
  /** Per message. */
  cpuMs: number
}

/** A function that does nothing but send, to everybody. */
export async function runBare(
  service: RunningService,
  people: number,
  concurrency: number,
): Promise<BareRun> {
  const event: BareEvent = { people, lanes: LANES, concurrency, message: messageOf(APPID) }
  const { wallMs, cpuMs, sent } = bareResultSchema.parse(await service.call('bare', { ...event }))
  if (sent['0'] !== people)
    throw new Error(`the bare loop sent ${JSON.stringify(sent)} in place of ${people}`)
  return { perSecond: (people * 1000) / wallMs, cpuMs: cpuMs / people }
}

/** CPU of campaigns per message: of the functions, where the system tells, and of the emulator. */
export function cpuFigures(ran: readonly Ran[], people: number): Figure[] {
  const emulator = median(ran.map(({ cpu }) => cpu.emulatorMs / people))
  const functions = ran.flatMap(({ cpu }) => (cpu.instancesMs === null ? [] : [cpu.instancesMs / people]))
  const figures: Figure[] = [
    { name: 'cpu.emulator', what: 'CPU of the emulator per message', value: emulator, unit: 'ms' },
  ]
  if (functions.length > 0)
    figures.unshift({
      name: 'cpu.functions',
      what: 'CPU of the functions per message',
      value: median(functions),
      unit: 'ms',
    })
  return figures
}
