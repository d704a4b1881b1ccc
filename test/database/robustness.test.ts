import * as fc from 'fast-check'
import { GatewayError } from '../../emulator/gateway/gateway-error'
import { type Fixture, openFixture } from './fixture'

/** Bodies near to what the SDK sends, and far from it: each is answered, or refused with the platform's code. */

let fixture: Fixture

beforeEach(async () => {
  fixture = openFixture({
    declared: {
      collections: {
        items: {
          indexes: [
            {
              name: 'i',
              keys: [
                ['a', 1],
                ['b.c', -1],
              ],
            },
          ],
        },
      },
    },
  })
  await fixture.add('items', { _id: 'A', a: 1 }, { _id: 'B', a: [1, { x: 2 }], b: { c: 'x' } })
})
afterEach(() => fixture.stop())

const ACTIONS = [
  'getDocument',
  'insertDocument',
  'modifyDocument',
  'modifyAndReturnDoc',
  'removeDocument',
  'calculateDocument',
  'aggregateDocuments',
  'addCollection',
  'commitTransaction',
  'abortTransaction',
]
const name = fc.constantFrom(
  'a',
  'b.c',
  '_id',
  'a.0',
  'a.$',
  'a.$[]',
  '',
  '.',
  '$set',
  '$inc',
  '$push',
  '$pull',
  '$rename',
  '$unset',
  '$eq',
  '$in',
  '$and',
  '$or',
  '$not',
  '$elemMatch',
  '$all',
  '$regex',
  '$options',
  '$size',
  '$type',
  '$expr',
  '$each',
  '$slice',
  '$date',
  '$numberInt',
  '$numberLong',
  '$regularExpression',
  '$tcb_server_date',
  '$oid',
  'constructor',
  '__proto__',
  'toString',
)
const leaf = fc.constantFrom<unknown>(null, true, 0, 1, -1, 1.5, 1e308, '', 'x', '$a', '$$ROOT', '(', 'NaN')
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.array(fc.tuple(name, tie('tree')), { maxLength: 3 }).map((fields) => Object.fromEntries(fields)),
  ),
}))
const document = fc.array(fc.tuple(name, tree), { maxLength: 3 }).map((fields) => Object.fromEntries(fields))
const ejson = fc.oneof(
  { weight: 8, arbitrary: document.map((value) => JSON.stringify(value)) },
  { weight: 1, arbitrary: fc.string() },
)
const stage = fc.record({
  stageKey: fc.constantFrom(
    '$match',
    '$group',
    '$project',
    '$sort',
    '$limit',
    '$skip',
    '$unwind',
    '$lookup',
    '$facet',
    '$bucket',
    '$sample',
    '$count',
    '$addFields',
    '$replaceRoot',
    '$out',
    '$x',
  ),
  stageValue: fc.oneof(
    ejson,
    tree.map((value) => JSON.stringify(value)),
  ),
})
const orElse = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 9, arbitrary }, { weight: 1, arbitrary: tree })
const body = fc.record(
  {
    collectionName: orElse(fc.constantFrom('items', 'ghost')),
    query: orElse(ejson),
    data: orElse(fc.oneof(ejson, fc.array(ejson, { maxLength: 2 }))),
    order: orElse(document.map((value) => JSON.stringify(value))),
    projection: orElse(ejson),
    stages: orElse(fc.array(stage, { maxLength: 3 })),
    limit: orElse(fc.nat({ max: 5 })),
    offset: orElse(fc.nat({ max: 5 })),
    multi: orElse(fc.boolean()),
    merge: orElse(fc.boolean()),
    upsert: orElse(fc.boolean()),
    transactionId: tree,
  },
  { requiredKeys: ['collectionName'] },
)

test('nothing that is sent brings down the database or is answered with a fault of its own', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...ACTIONS), body, async (action, sent) => {
      const outcome: unknown = await fixture.database
        .handle(`database.${action}`, sent)
        .catch((error: unknown) => error)
      if (outcome instanceof Error) expect(outcome).toBeInstanceOf(GatewayError)
      else expect(outcome).toEqual(expect.any(Object))
      expect(({} as Record<string, unknown>)['a']).toBeUndefined()
    }),
    { numRuns: 2000 },
  )
  // It still works, and its indexes still agree with its documents.
  await fixture.add('items', { _id: 'last', a: 'last' })
  expect(await fixture.ids('items', { a: 'last' })).toEqual(
    await fixture.ids('items', { $or: [{ a: 'last' }] }),
  )
})
