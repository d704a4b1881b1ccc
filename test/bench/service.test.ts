/** The benchmarks of sending with so few people that they take seconds: each runs, and judges what it promises. */
import { isInstalled } from '../../bench/peers/install'
import { bench, judgedOf, leftBy, reportOf } from './run'

const TIMEOUT_MS = 120_000

test.each([
  ['engine', '500', ['shared', 'growth', 'heap', 'own']],
  ['send', '8', ['send']],
  ['calls', '2', ['people.2']],
  ['campaign', '2', ['refused', 'lifted', 'sample']],
  [
    'reminders',
    '8',
    [
      'among',
      'drain',
      'drain.limited',
      ...['1', '16'].flatMap((lanes) => [`calls.once.${lanes}`, `calls.repeating.${lanes}`]),
      'late',
    ],
  ],
])(
  'the benchmark of %s runs with %s people, judges its goals and leaves nothing behind',
  async (name, size, goals) => {
    const run = await bench(name, '--size', size, '--rounds', '1')
    const report = reportOf(run)
    expect(report).toMatchObject({ name, size: Number(size), rounds: 1 })
    expect(judgedOf(report)).toEqual(goals)
    expect(leftBy(run)).toEqual([])
  },
  TIMEOUT_MS,
)

// They are installed by `npm run bench -- peers`, never with the project.
const whereInstalled = isInstalled() ? describe : describe.skip

whereInstalled('with the peers installed', () => {
  test(
    'the benchmark of peers runs with each that there is here',
    async () => {
      const run = await bench('peers', '--size', '40', '--rounds', '1')
      expect(judgedOf(reportOf(run))).toContain('pg-boss')
      expect(leftBy(run)).toEqual([])
    },
    TIMEOUT_MS,
  )
})
