/** The real core under crashes, pauses, lost and late answers, doubled ticks and clocks that jump. */
import { merge, type Coverage } from './coverage'
import { simulate } from './simulation'

/** Seeds that once broke a promise: they stay. */
const once: [seed: number, what: string][] = [
  [42, 'a scan that asks the minute of its own clock never comes where clocks are a second apart'],
]
const SEEDS = 60

test.each(once)('seed %i holds: %s', async (seed) => {
  expect((await simulate(seed)).broken).toEqual({})
})

test('a seed replays exactly', async () => {
  const [first, second] = [await simulate(7), await simulate(7)]
  expect(second).toEqual(first)
})

test('every promise holds at every step, and every fault is met', async () => {
  const coverage: Coverage = { seeds: 0, steps: 0, faults: {}, outcomes: {} }
  const broken: unknown[] = []
  for (let seed = 10_001; seed <= 10_000 + SEEDS; seed += 1) {
    const result = await simulate(seed)
    if (Object.keys(result.broken).length > 0) broken.push({ seed, ...result.broken })
    merge(coverage, result)
  }
  expect(broken).toEqual([])
  expect(Object.keys(coverage.faults).sort()).toEqual([
    '43101',
    'answer of WeChat lost',
    'answer of the database lost',
    'clock jumped',
    'database call failed',
    'instance killed',
    'instance paused',
    'minute limit',
    'request lost on its way to WeChat',
    'tick doubled',
    'tick missed',
    'value refused',
    'wake-up lost',
    'write applied after its caller gave up',
  ])
  expect(Object.keys(coverage.outcomes).sort()).toEqual(['invalid', 'refused', 'sent', 'skipped', 'unknown'])
}, 60_000)
