import { openFixture, type Fixture } from './fixture'
import { QUERIES } from './query-corpus'
import { UPDATES } from './update-corpus'

let fixture: Fixture
let collection = ''
let count = 0

beforeAll(() => {
  fixture = openFixture()
})
afterAll(() => fixture.stop())
beforeEach(async () => {
  collection = `corpus${(count += 1)}`
  await fixture.run('addCollection', { collectionName: collection })
})

test.each(QUERIES)('$promise ($source)', async ({ docs, query, ids }) => {
  await fixture.add(collection, ...Object.entries(docs).map(([_id, doc]) => ({ _id, ...doc })))
  expect(await fixture.ids(collection, query)).toEqual(ids)
})

test.each(UPDATES)('$promise ($source)', async ({ doc, query = {}, update, becomes }) => {
  await fixture.add(collection, { _id: 'X', ...doc })
  const change = fixture.update(collection, { _id: 'X', ...query }, update)
  if (becomes instanceof RegExp) {
    await expect(change).rejects.toThrow(becomes)
    expect(await fixture.find(collection, {})).toEqual([{ _id: 'X', ...doc }])
  } else {
    expect(await change).toEqual({ updated: 1, upsert_id: null })
    const [after] = await fixture.find(collection, {})
    expect(after).toEqual({ _id: 'X', ...becomes })
    // The order of fields is part of a document.
    expect(JSON.stringify(after)).toBe(JSON.stringify({ _id: 'X', ...becomes }))
  }
})
