import * as z from 'zod'
import type { Benchmark, BenchmarkContext, Figure } from './benchmark'
import { alternate, medians } from './rounds'

const runSchema = z.strictObject({ cpuMs: z.number(), heapMiB: z.number() })

/** Beside the full size: the engine must not know how large a campaign is. */
const SMALL = 10_000
/** Small campaigns of one round. */
const MOST_SMALL = 10
/** People of one measurement of per-person params: enough that the start of a tick does not count. */
const OWN = 50_000

/** core's own tick on a generated audience, with a store that forgets and a WeChat that does nothing. */
export const engine: Benchmark = {
  about: 'core alone: messages per CPU-second, beside Handlebars, and from few people to many',
  sizeOf: 'people',
  defaults: { size: 1_000_000, rounds: 5 },
  async run({ size, rounds, processes, step }: BenchmarkContext): Promise<Figure[]> {
    const core = await processes.start('engine', {})
    const run = (people: number, params: 'shared' | 'own') =>
      core.ask('engine', { people, params }, runSchema)
    const rateOf = (people: number, cpuMs: number): number => (people * 1000) / cpuMs

    const small = Math.min(SMALL, size)
    step(`shared params: ${size} people beside ${small}`)
    // What is compiled while it runs is compiled before it counts.
    for (let warm = 0; warm < 3; warm += 1) await run(small, 'shared')
    const shared = medians(
      await alternate(
        rounds,
        async () => rateOf(size, (await run(size, 'shared')).cpuMs),
        async () => {
          // Several campaigns, so that both sides are measured for about as long.
          const campaigns = Math.max(1, Math.min(MOST_SMALL, Math.floor(size / small)))
          let cpuMs = 0
          for (let campaign = 0; campaign < campaigns; campaign += 1)
            cpuMs += (await run(small, 'shared')).cpuMs
          return rateOf(small * campaigns, cpuMs)
        },
      ),
    )
    step('heap')
    const heapOf = async (people: number): Promise<number> =>
      (await core.ask('engine', { people, params: 'shared', looks: true }, runSchema)).heapMiB
    const heaps = { beside: await heapOf(small), value: await heapOf(size) }

    const own = Math.min(OWN, size)
    step('params of their own')
    const owned = medians(
      await alternate(
        rounds,
        async () => rateOf(own, (await run(own, 'own')).cpuMs),
        async () => rateOf(own, await core.ask('handlebars', { people: own }, z.number())),
      ),
    )
    await core.stop()
    return [
      {
        name: 'shared',
        what: 'messages per CPU-second, shared params',
        value: shared.value,
        unit: 'per s',
        goal: { of: 'value', is: 'at least', limit: 60_000 },
      },
      {
        name: 'growth',
        what: `the same of ${size} people`,
        ...shared,
        unit: 'per s',
        beside: { what: `of ${small} people`, value: shared.beside },
        goal: { of: 'ratio', is: 'at least', limit: 0.9 },
      },
      {
        name: 'heap',
        what: 'heap after collection, the most while it ran',
        value: heaps.value,
        unit: 'MiB',
        beside: { what: `of ${small} people`, value: heaps.beside },
        ratio: heaps.value / heaps.beside,
        goal: { of: 'ratio', is: 'at most', limit: 1.1 },
      },
      {
        name: 'own',
        what: 'messages per CPU-second, params of their own',
        ...owned,
        unit: 'per s',
        beside: { what: 'rendered by Handlebars alone', value: owned.beside },
        goal: { of: 'ratio', is: 'at least', limit: 0.5 },
      },
    ]
  },
}
