import { dirname, join } from 'node:path'
import { fixtureWorld, SDK_VERSIONS, sdkPackageOf } from '../support/emulator'
import { fuzz } from './fuzz'
import { MUTATIONS } from './mutations'

const SIZE = 2000

test('2 000 broken requests are answered with a code, kill nothing and lose nothing', async () => {
  // Another seed each time finds more than the same one; it is told where it finds something.
  const seed = Math.floor(Math.random() * 0x1_0000_0000)
  const report = await fuzz({
    root: join(__dirname, '..', '..'),
    sdkFolder: dirname(require.resolve(`${sdkPackageOf(SDK_VERSIONS[0] ?? '4.0.2')}/package.json`)),
    world: { ...fixtureWorld() },
    size: SIZE,
    seed,
  })
  expect({ seed, failures: report.failures, lost: report.lost, log: report.log }).toEqual({
    seed,
    failures: [],
    lost: [],
    log: '',
  })
  expect(report.requests).toBe(SIZE)
  // It is no test of one kind of request alone: most kinds occur, and so do both success and refusal.
  expect(Object.keys(report.mutations).length).toBeGreaterThan(Object.keys(MUTATIONS).length - 4)
  expect(Object.keys(report.answers)).toEqual(expect.arrayContaining(['ok', 'INVALID_PARAM', 'closed']))
})
