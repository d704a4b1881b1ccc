import { dirname, join } from 'node:path'
import { DEFAULT_SDK, fixtureWorld, sdkPackageOf } from '../support/emulator'
import { fuzz } from './fuzz'
import { MUTATIONS } from './mutations'

const SIZE = 2000
// The same tree gives the same verdict; other seeds are for `npm run fuzz`.
const SEED = 20_261_121

test('2 000 broken requests are answered with a code, kill nothing and lose nothing', async () => {
  const report = await fuzz({
    root: join(__dirname, '..', '..'),
    sdkFolder: dirname(require.resolve(`${sdkPackageOf(DEFAULT_SDK)}/package.json`)),
    world: { ...fixtureWorld() },
    size: SIZE,
    seed: SEED,
  })
  expect({ failures: report.failures, lost: report.lost, log: report.log }).toEqual({
    failures: [],
    lost: [],
    log: '',
  })
  expect(report.requests).toBe(SIZE)
  // It is no test of one kind of request alone: most kinds occur, and so do both success and refusal.
  expect(Object.keys(report.mutations).length).toBeGreaterThan(Object.keys(MUTATIONS).length - 4)
  expect(Object.keys(report.answers)).toEqual(expect.arrayContaining(['ok', 'INVALID_PARAM', 'closed']))
})
