import * as z from 'zod'
import {
  SDK_VERSIONS,
  sdkFolderOf,
  type SdkVersion,
  startTestEmulator,
  type TestEmulator,
} from '../support/emulator'
import { deploy } from './deploy'
import { type Sight, USES } from './uses'

const sightSchema = z.object({
  name: z.string(),
  saw: z.unknown().optional(),
  caught: z.record(z.string(), z.unknown()).optional(),
})

/** Names that differ from run to run, replaced: the collection by C, ids of requests by R, and no stack. */
function plain(value: unknown, collection: string): unknown {
  if (Array.isArray(value)) return value.map((one) => plain(one, collection))
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one, collection)]))
  if (typeof value !== 'string') return value
  const [line = ''] = value.split('\n')
  return line
    .replaceAll(collection, 'C')
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/, 'R')
    .replace(/ rid: \S+$/, ' rid: R')
}

describe.each(SDK_VERSIONS)('wx-server-sdk %s', (sdk: SdkVersion) => {
  let given: TestEmulator
  let remove: () => void
  beforeAll(async () => {
    const deployed = deploy(['sdk', 'fails'], sdkFolderOf(sdk))
    remove = deployed.remove
    given = await startTestEmulator({
      functionsDir: deployed.functionsDir,
      sdk,
      world: { behaviour: { cloudCallReturnsMsgid: true } },
    })
    for (let count = 0; count < 4; count++) await given.accept('oAlice', 'TPL_ORDER')
  })
  afterAll(async () => {
    await given.stop()
    remove()
  })

  test.each(USES.map((row) => [row.use, row] as const))('%s', async (use, { saw, caught, older }) => {
    const { name, ...sight } = sightSchema.parse(await given.result('sdk', { use }))
    const expected: Sight = older !== undefined && sdk <= older.upTo ? older : { saw, caught }
    expect(plain(sight, name)).toEqual(
      expected.caught === undefined ? { saw: expected.saw } : { caught: expected.caught },
    )
  })

  test('every use is in the table', async () => {
    const { names } = await given.result('sdk')
    expect(USES.map(({ use }) => use)).toEqual(names)
  })
})
