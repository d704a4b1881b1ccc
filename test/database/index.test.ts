import * as fc from 'fast-check'
import { encode } from '../../emulator/database/ejson'
import type { Doc, Value } from '../../emulator/database/values'
import { type Fixture, openFixture } from './fixture'

const INDEXES = [
  { name: 'byA', keys: [['a', 1]] },
  {
    name: 'byAB',
    keys: [
      ['a', 1],
      ['b', -1],
    ],
  },
  { name: 'byNested', keys: [['c.d', -1]] },
]
// An index that once met an array is read with more care ever after: each case takes a collection of its own.
const POOL = Array.from({ length: 60 }, (_, i) => `indexed${i}`)
const DECLARED = {
  collections: Object.fromEntries([['scanned', {}], ...POOL.map((name) => [name, { indexes: INDEXES }])]),
}

let indexed = ''
let unused: string[] = []
let fixture: Fixture

const scalar = fc.oneof(
  fc.constantFrom<Value>(
    null,
    true,
    false,
    '',
    'a',
    'b',
    'ab',
    'a\0',
    'a\0b',
    '中',
    '\uffee',
    '😀',
    0,
    -0,
    1,
    -1,
    1.5,
    2 ** 40,
    Number.NaN,
  ),
  fc.integer({ min: -3, max: 3 }),
  fc.integer({ min: -2, max: 2 }).map((ms) => new Date(ms)),
  fc.constantFrom<Doc>({}, { x: 1 }, { x: 1, y: 2 }, { y: 2, x: 1 }),
)
const value: fc.Arbitrary<Value> = fc.oneof(
  { weight: 6, arbitrary: scalar },
  { weight: 1, arbitrary: fc.array(scalar, { maxLength: 3 }) },
)
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 6 })

const nested = fc.oneof(
  value,
  value.map((d) => ({ d })),
  fc.array(
    value.map((d) => ({ d })),
    { maxLength: 2 },
  ),
)
const docs = (withArrays: boolean): fc.Arbitrary<Doc[]> => {
  const one = withArrays ? value : scalar
  return fc
    .array(
      fc.record({
        a: maybe(one),
        b: maybe(scalar),
        c: maybe(withArrays ? nested : scalar.map((d) => ({ d }))),
      }),
      {
        maxLength: 12,
      },
    )
    .map((list) =>
      list.map((fields, i) => ({
        _id: `d${i}`,
        ...Object.fromEntries(Object.entries(fields).filter(([, field]) => field !== undefined)),
      })),
    )
}

const condition: fc.Arbitrary<Value> = fc.oneof(
  value,
  fc
    .tuple(fc.constantFrom('$eq', '$ne', '$gt', '$gte', '$lt', '$lte'), scalar)
    .map(([name, operand]) => ({ [name]: operand })),
  fc.tuple(scalar, scalar).map(([low, high]) => ({ $gte: low, $lt: high })),
  fc.array(scalar, { maxLength: 3 }).map((operand) => ({ $in: operand })),
  fc.boolean().map((operand) => ({ $exists: operand })),
)
const query: fc.Arbitrary<Doc> = fc
  .record({ a: maybe(condition), b: maybe(condition), 'c.d': maybe(condition) })
  .map((fields) =>
    Object.fromEntries(Object.entries(fields).filter(([, field]) => field !== undefined)),
  ) as fc.Arbitrary<Doc>

const order: fc.Arbitrary<Doc> = fc
  .uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'c.d'), fc.constantFrom(1, -1)), {
    selector: ([field]) => field,
    maxLength: 2,
  })
  // A last field that tells all documents apart makes the order one.
  .map((fields) => Object.fromEntries([...fields, ['_id', 1]]))

beforeAll(() => {
  fixture = openFixture({ declared: DECLARED })
  unused = [...POOL]
})
afterAll(() => fixture.stop())

/** An indexed collection that was never written, and the scanned one, both with these documents. */
const refill = async (list: Doc[]): Promise<void> => {
  const next = unused.pop()
  if (next === undefined) {
    await fixture.stop()
    fixture = openFixture({ declared: DECLARED })
    unused = [...POOL]
    await refill(list)
    return
  }
  indexed = next
  await fixture.run('removeDocument', { collectionName: 'scanned', query: '{}', multi: true })
  if (list.length > 0) await Promise.all([fixture.add(indexed, ...list), fixture.add('scanned', ...list)])
}

const bothWays = async (run: (collection: string) => Promise<unknown>): Promise<[unknown, unknown]> => [
  await run(indexed),
  await run('scanned'),
]

test.each([
  ['scalars', false],
  ['arrays', true],
])('a query on %s gives the same with and without an index', async (_name, withArrays) => {
  await fc.assert(
    fc.asyncProperty(
      docs(withArrays),
      fc.array(query, { minLength: 1, maxLength: 6 }),
      order,
      async (list, queries, sort) => {
        await refill(list)
        for (const one of queries) {
          const [byIndex, byScan] = await bothWays((collection) => fixture.ids(collection, one))
          expect(byIndex).toEqual(byScan)
          const [sorted, sortedByHand] = await bothWays((collection) =>
            fixture.find(collection, one, { order: encode(sort), offset: 1, limit: 3 }),
          )
          expect(sorted).toEqual(sortedByHand)
          const [counted, countedByHand] = await bothWays((collectionName) =>
            fixture.run('calculateDocument', { collectionName, query: encode(one) }),
          )
          expect(counted).toEqual(countedByHand)
        }
      },
    ),
    { numRuns: 40 },
  )
})

test.each([
  ['false', false, true],
  ['an empty text', '', 'a'],
  ['an empty document', {}, { x: 1 }],
] as [string, Value, Value][])(
  'the least of its kind, %s, is found in an index from high to low',
  async (_name, least, more) => {
    await refill([
      { _id: 'least', b: least, c: { d: least } },
      { _id: 'more', b: more, c: { d: more } },
    ])
    for (const [operand, found] of [
      [least, ['least']],
      [more, ['least', 'more']],
    ] as const) {
      const [byIndex, byScan] = await bothWays((collection) =>
        fixture.ids(collection, { 'c.d': { $lte: operand } }),
      )
      expect(byIndex).toEqual(found)
      expect(byScan).toEqual(found)
    }
  },
)

test('an index follows updates and removals', async () => {
  await fc.assert(
    fc.asyncProperty(docs(true), query, query, value, async (list, which, gone, next) => {
      await refill(list)
      for (const collectionName of [indexed, 'scanned']) {
        await fixture.update(collectionName, which, { $set: { a: next } })
        await fixture.run('removeDocument', { collectionName, query: encode(gone), multi: true })
      }
      for (const one of [{ a: next }, { a: { $in: [next] } }, which, {}]) {
        const [byIndex, byScan] = await bothWays((collection) => fixture.ids(collection, one))
        expect(byIndex).toEqual(byScan)
      }
    }),
    { numRuns: 40 },
  )
})

test.each([1, -1])('ranges that are in order each are one order, direction %i', async (direction) => {
  const many = Array.from({ length: 900 }, (_, i) => ({
    _id: `m${String(i).padStart(3, '0')}`,
    a: (i * 7) % 10,
    // Each once, so that the order is one.
    b: (i * 511) % 900,
    odd: i % 2,
  }))
  await refill(many)
  const order = encode({ b: direction })
  const queries: Doc[] = [{ a: { $in: [7, 1, 11, 3] } }, { a: { $in: [7, 1] }, odd: 1 }, { a: { $in: [] } }]
  for (const query of queries)
    for (const [offset, limit] of [
      [0, 1],
      [3, 40],
      [0, 1000],
    ]) {
      const [byIndex, byScan] = await bothWays((collection) =>
        fixture.find(collection, query, { order, offset, limit }),
      )
      expect(byIndex).toEqual(byScan)
    }
})

test.each([1, -1])('a long range is read in order to its end, direction %i', async (direction) => {
  const many = Array.from({ length: 900 }, (_, i) => ({
    _id: `m${String(i).padStart(3, '0')}`,
    a: (i * 7) % 10,
    b: i,
  }))
  await refill(many)
  const order = encode({ a: direction, b: -direction, _id: 1 })
  const conditions: Record<string, Value>[] = [
    { a: { $gte: 3 }, b: { $mod: [2, 1] } },
    { a: 4, b: { $ne: 5 } },
    {},
  ]
  for (const condition of conditions) {
    const read = (collection: string) => fixture.find(collection, condition, { order, limit: 1000 })
    const [byIndex, byScan] = await bothWays(read)
    expect(byIndex).toEqual(byScan)
    expect(
      await fixture.run('calculateDocument', { collectionName: indexed, query: encode(condition) }),
    ).toEqual({
      total: Array.isArray(byScan) ? byScan.length : -1,
    })
  }
  // The order of the index itself, without a field that tells all apart.
  const inOrder = await fixture.find(
    indexed,
    {},
    { order: encode({ a: direction, b: -direction }), limit: 1000 },
  )
  expect(inOrder).toEqual(await fixture.find('scanned', {}, { order, limit: 1000 }))
})

describe('the declaration', () => {
  const unique = (field: string) => ({
    collections: { people: { indexes: [{ name: 'one', keys: [[field, 1]], unique: true }] } },
  })

  test('makes its collections, and builds an index over what is there', async () => {
    const given = openFixture({ declared: { collections: { people: {} } } })
    await given.add('people', { _id: 'p', n: 2 }, { _id: 'q', n: 1 })
    await given.reopen({
      declared: { collections: { people: { indexes: [{ name: 'byN', keys: [['n', 1]] }] } } },
    })
    expect(given.database.collections()).toEqual([
      { name: 'people', documents: 2, indexes: [{ name: 'byN', keys: [['n', 1]], unique: false }] },
    ])
    expect(await given.ids('people', { n: { $gte: 2 } })).toEqual(['p'])
    await given.stop()
  })

  test('a unique index refuses a second document with E11000, and one without the field counts as null', async () => {
    const given = openFixture({ declared: unique('mail') })
    await given.add('people', { _id: 'p', mail: 'x' }, { _id: 'none' })
    await expect(given.add('people', { _id: 'q', mail: 'x' })).rejects.toThrow(
      /E11000 duplicate key error collection: tnt-local\.people index: one dup key: \{ mail: "x" \}/,
    )
    await expect(given.add('people', { _id: 'r' })).rejects.toThrow(/dup key: \{ mail: null \}/)
    await expect(given.update('people', { _id: 'none' }, { $set: { mail: 'x' } })).rejects.toThrow(/E11000/)
    expect(await given.ids('people', {})).toEqual(['none', 'p'])
    // The key is free again once its document is gone.
    await given.run('removeDocument', { collectionName: 'people', query: '{"_id":"p"}', multi: false })
    await given.add('people', { _id: 'q', mail: 'x' })
    await given.stop()
  })

  test.each([
    [
      { collections: { people: { indexes: [{ name: 'i', keys: [['a', 2]] }] } } },
      /collections\.people\.indexes\.0\.keys\.0\.1: a direction is 1 or -1/,
    ],
    [{ collections: { people: { indexs: [] } } }, /collections\.people: .*indexs/],
    [{ collections: { 'no name': {} } }, /collections/],
    [{}, /collections/],
    [
      {
        collections: {
          people: {
            indexes: [
              { name: 'i', keys: [['a', 1]] },
              { name: 'i', keys: [['b', 1]] },
            ],
          },
        },
      },
      /name i is given twice/,
    ],
  ])('a broken one names field and reason: %j', (declared, reason) => {
    expect(() => openFixture({ declared })).toThrow(reason)
  })

  test('two arrays in one index are refused, as MongoDB refuses them', async () => {
    const given = openFixture({
      declared: {
        collections: {
          people: {
            indexes: [
              {
                name: 'i',
                keys: [
                  ['a', 1],
                  ['b', 1],
                ],
              },
            ],
          },
        },
      },
    })
    await expect(given.add('people', { a: [1], b: [2] })).rejects.toThrow(/cannot index parallel arrays/)
    expect(await given.ids('people', {})).toEqual([])
    await given.stop()
  })
})
