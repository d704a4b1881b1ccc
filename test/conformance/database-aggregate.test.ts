import { _, $, type Chain, db, type Probe, startProbe } from './probe'

let given: Probe
let sales: Chain
let shops: string
beforeAll(async () => {
  given = await startProbe()
  shops = await given.fresh({ _id: 's1', city: '广州' }, { _id: 's2', city: '深圳' })
  sales = db.collection(
    await given.fresh(
      { _id: 1, shop: 's1', n: 1, at: { h: 9 }, tags: ['a', 'b'] },
      { _id: 2, shop: 's1', n: 3, at: { h: 10 }, tags: ['b'] },
      { _id: 3, shop: 's2', n: 5, at: { h: 11 }, tags: [] },
    ),
  )
})

afterAll(() => given.stop())

// wire.md §3: each stage is sent by name; its meaning is MongoDB's.
test.each<[string, (pipeline: Chain) => Chain, unknown[]]>([
  [
    'match keeps what is selected',
    (p) => p.match({ n: _.gt(1) }).project({ n: 1 }),
    [
      { _id: 2, n: 3 },
      { _id: 3, n: 5 },
    ],
  ],
  [
    'group sums, averages and takes least and greatest',
    (p) =>
      p
        .group({ _id: '$shop', sum: $.sum('$n'), avg: $.avg('$n'), min: $.min('$n'), max: $.max('$n') })
        .sort({ _id: 1 }),
    [
      { _id: 's1', sum: 4, avg: 2, min: 1, max: 3 },
      { _id: 's2', sum: 5, avg: 5, min: 5, max: 5 },
    ],
  ],
  [
    'group collects values, first and last',
    (p) =>
      p
        .sort({ _id: 1 })
        .group({
          _id: '$shop',
          all: $.push('$n'),
          set: $.addToSet('$shop'),
          first: $.first('$n'),
          last: $.last('$n'),
        })
        .sort({ _id: 1 }),
    [
      { _id: 's1', all: [1, 3], set: ['s1'], first: 1, last: 3 },
      { _id: 's2', all: [5], set: ['s2'], first: 5, last: 5 },
    ],
  ],
  [
    'sort, skip and limit give a window',
    (p) => p.sort({ n: -1 }).skip(1).limit(1).project({ _id: 1 }),
    [{ _id: 2 }],
  ],
  [
    'project computes fields',
    (p) => p.match({ _id: 2 }).project({ _id: 0, hour: '$at.h', twice: $.multiply(['$n', 2]) }),
    [{ hour: 10, twice: 6 }],
  ],
  [
    'addFields adds to the document',
    (p) => p.match({ _id: 3 }).addFields({ big: $.gt(['$n', 4]) }),
    [{ _id: 3, shop: 's2', n: 5, at: { h: 11 }, tags: [], big: true }],
  ],
  [
    'unwind makes a document of each element',
    (p) => p.unwind('$tags').project({ tags: 1 }),
    [
      { _id: 1, tags: 'a' },
      { _id: 1, tags: 'b' },
      { _id: 2, tags: 'b' },
    ],
  ],
  ['count gives one number', (p) => p.match({ shop: 's1' }).count('sales'), [{ sales: 2 }]],
  [
    'replaceRoot lifts a nested document',
    (p) => p.match({ _id: 1 }).replaceRoot({ newRoot: '$at' }),
    [{ h: 9 }],
  ],
  [
    'sortByCount counts groups, the largest first',
    (p) => p.sortByCount('$shop'),
    [
      { _id: 's1', count: 2 },
      { _id: 's2', count: 1 },
    ],
  ],
  [
    'bucket counts by boundaries',
    (p) => p.bucket({ groupBy: '$n', boundaries: [0, 2, 10] }),
    [
      { _id: 0, count: 1 },
      { _id: 2, count: 2 },
    ],
  ],
  [
    'lookup joins another collection',
    (p) =>
      p
        .match({ _id: 3 })
        .lookup({ from: shops, localField: 'shop', foreignField: '_id', as: 'place' })
        .project({ place: 1 }),
    [{ _id: 3, place: [{ _id: 's2', city: '深圳' }] }],
  ],
  [
    'expressions join text and choose',
    (p) =>
      p.match({ _id: 1 }).project({
        text: $.concat(['$shop', '!']),
        size: $.cond([$.gte(['$n', 3]), 'big', 'small']),
      }),
    [{ _id: 1, text: 's1!', size: 'small' }],
  ],
])('%s', async (_title, pipeline, list) => {
  expect(await given.run(pipeline(sales.aggregate()).end())).toMatchObject({
    list,
    errMsg: 'collection.aggregate:ok',
  })
})

test('sample gives as many documents as asked', async () => {
  expect(Object(await given.run(sales.aggregate().sample({ size: 2 }).end())).list).toHaveLength(2)
})
