import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { _, $, type Chain, db, type Probe, startProbe } from './probe'

const DECLARED = {
  collections: {
    members: { indexes: [{ name: 'email_1', keys: [['email', 1]], unique: true }] },
    seats: {
      indexes: [
        {
          name: 'row_1_seat_-1',
          keys: [
            ['row', 1],
            ['seat', -1],
          ],
          unique: true,
        },
      ],
    },
    tagged: { indexes: [{ name: 'tags_1', keys: [['tags', 1]], unique: true }] },
  },
}

let given: Probe
let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'conformance-'))
  const databaseFile = join(folder, 'database.json')
  writeFileSync(databaseFile, JSON.stringify(DECLARED))
  given = await startProbe({ databaseFile })
})
afterAll(async () => {
  await given.stop()
  rmSync(folder, { recursive: true, force: true })
})

describe('aggregate', () => {
  let sales: Chain
  let shops: string
  beforeAll(async () => {
    shops = await given.fresh({ _id: 's1', city: '广州' }, { _id: 's2', city: '深圳' })
    sales = db.collection(
      await given.fresh(
        { _id: 1, shop: 's1', n: 1, at: { h: 9 }, tags: ['a', 'b'] },
        { _id: 2, shop: 's1', n: 3, at: { h: 10 }, tags: ['b'] },
        { _id: 3, shop: 's2', n: 5, at: { h: 11 }, tags: [] },
      ),
    )
  })

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
})

// wechat.md §8: what the index page says of unique indexes.
describe('unique indexes', () => {
  test('a value of a unique index that is taken is E11000 with the name of the index', async () => {
    const members = db.collection('members')
    await given.run(members.add({ data: { email: 'a@b' } }))
    expect(await given.fault(members.add({ data: { email: 'a@b' } }))).toMatchObject({
      errCode: -502001,
      errMsg: expect.stringMatching(
        /E11000 duplicate key error collection: .*\.members index: email_1 dup key/,
      ),
    })
  })

  test('one document may lack the field of a unique index, a second may not', async () => {
    const members = db.collection('members')
    await given.run(members.add({ data: { name: 'x' } }))
    expect((await given.fault(members.add({ data: { name: 'y' } }))).errMsg).toMatch(/E11000/)
    expect((await given.fault(members.add({ data: { email: null } }))).errMsg).toMatch(/E11000/)
  })

  test('a compound unique index refuses only the whole combination', async () => {
    const seats = db.collection('seats')
    await given.run(
      seats.add({
        data: [
          { row: 1, seat: 1 },
          { row: 1, seat: 2 },
          { row: 2, seat: 1 },
        ],
      }),
    )
    expect((await given.fault(seats.add({ data: { row: 1, seat: 2 } }))).errMsg).toMatch(/row_1_seat_-1/)
  })

  test('an update into a taken value is refused and changes nothing', async () => {
    const members = db.collection('members')
    await given.run(
      members.add({
        data: [
          { _id: 'one', email: 'one@b' },
          { _id: 'two', email: 'two@b' },
        ],
      }),
    )
    const taken = members.doc('two').update({ data: { email: 'one@b' } })
    expect((await given.fault(taken)).errMsg).toMatch(/E11000/)
    expect(await given.run(members.doc('two').get())).toMatchObject({ data: { email: 'two@b' } })
  })

  test('a unique index on a list holds each element apart', async () => {
    const tagged = db.collection('tagged')
    await given.run(tagged.add({ data: { tags: ['a', 'b'] } }))
    expect((await given.fault(tagged.add({ data: { tags: ['b', 'c'] } }))).errMsg).toMatch(/E11000/)
  })

  test('a query along the prefix of an index finds in the order of the index', async () => {
    const seats = db.collection('seats')
    await given.run(
      seats.add({
        data: [
          { row: 7, seat: 1 },
          { row: 7, seat: 3 },
          { row: 7, seat: 2 },
        ],
      }),
    )
    expect(
      await given.run(seats.where({ row: 7 }).orderBy('row', 'asc').orderBy('seat', 'desc').get()),
    ).toMatchObject({ data: [{ seat: 3 }, { seat: 2 }, { seat: 1 }] })
  })
})
