/** The benchmarks as a person runs them, at a size that takes seconds: they run, and their last line is what they say. */
import { alternate, median, medians } from '../../bench/rounds'
import { bench, judgedOf, leftBy, reportOf } from './run'

test('the emulator benchmark measures every figure of its goals and leaves nothing behind', async () => {
  const run = await bench('emulator', '--size', '50', '--rounds', '1')
  const report = reportOf(run)
  expect(report).toMatchObject({ name: 'emulator', size: 50, rounds: 1, machine: { node: process.version } })
  expect(judgedOf(report).sort()).toEqual([
    'find.group',
    'find.id',
    'find.range',
    'gateway.get',
    'gateway.send',
    'gateway.update',
    'memory',
    'ready',
  ])
  const beside = Object.entries(report.figures).filter(([, { ratio }]) => ratio !== undefined)
  expect(beside.map(([name]) => name)).toEqual(
    expect.arrayContaining([
      'replay.get',
      'replay.update',
      'replay.send',
      'update.process.1',
      'update.power.50',
    ]),
  )
  expect(leftBy(run)).toEqual([])
}, 120_000)

test('a benchmark that there is not is refused with the names of those that are', async () => {
  const run = await bench('nothing')
  expect(run.code).toBe(2)
  expect(run.err).toContain('emulator')
})

test('a size that is no whole number is refused', async () => {
  const run = await bench('emulator', '--size', 'many')
  expect(run.code).toBe(2)
  expect(run.err).toContain('a whole number from 1 is wanted')
})

test('both sides of a comparison are measured in turn, and the round that warms up is not counted', async () => {
  const order: string[] = []
  let at = 0
  const measured = (side: string) => () => {
    order.push(side)
    at += 1
    return at
  }
  const pairs = await alternate(2, measured('ours'), measured('beside'))
  expect(order).toEqual(['ours', 'beside', 'beside', 'ours', 'ours', 'beside'])
  expect(pairs).toEqual([
    { value: 4, beside: 3 },
    { value: 5, beside: 6 },
  ])
})

test('a ratio is the middle one of the rounds, not that of the middle values', () => {
  const pairs = [
    { value: 1, beside: 2 },
    { value: 30, beside: 60 },
    { value: 8, beside: 4 },
  ]
  expect(medians(pairs)).toEqual({ value: 8, beside: 4, ratio: 0.5 })
  expect(median([4, 1, 3, 2])).toBe(2.5)
})
