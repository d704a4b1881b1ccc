import { decodeStored, encode } from '../../emulator/database/ejson'
import { AGGREGATES } from './aggregate-corpus'
import { type Fixture, openFixture } from './fixture'

let fixture: Fixture
let collection = ''
let count = 0

beforeAll(async () => {
  fixture = openFixture({ declared: { collections: { stock: {} } } })
  await fixture.add('stock', { _id: 't', sku: 'abc', left: 7 }, { _id: 's', sku: 'jkl', left: 3 })
})
afterAll(() => fixture.stop())
beforeEach(async () => {
  collection = `aggregate${(count += 1)}`
  await fixture.run('addCollection', { collectionName: collection })
})

async function aggregate(
  stages: readonly (readonly [string, Parameters<typeof encode>[0]])[],
): Promise<unknown[]> {
  const { list } = await fixture.run('aggregateDocuments', {
    collectionName: collection,
    stages: stages.map(([stageKey, value]) => ({ stageKey, stageValue: encode(value) })),
  })
  return Array.isArray(list) ? list.map((text) => decodeStored(String(text))) : []
}

test.each(AGGREGATES)('$promise ($source)', async ({ docs, stages, gives }) => {
  await fixture.add(collection, ...docs)
  const given = await aggregate(stages)
  expect(given).toEqual(gives)
  expect(JSON.stringify(given)).toBe(JSON.stringify(gives))
})

test('a pipeline leaves the stored documents as they are', async () => {
  await fixture.add(collection, { _id: 'A', o: { n: 1 }, list: [1, 2] })
  await aggregate([
    ['$addFields', { 'o.n': 9, list: [] }],
    ['$unwind', '$o'],
  ])
  expect(await fixture.find(collection, {})).toEqual([{ _id: 'A', o: { n: 1 }, list: [1, 2] }])
})
