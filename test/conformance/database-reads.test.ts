import { SDK_VERSIONS } from '../support/emulator'
import { _, $, type Chain, cloud, db, type Probe, startProbe } from './probe'

const DOCS = [
  { _id: 'a', n: 1, kind: 'x', tags: ['red', 'blue'], size: { h: 10, unit: 'cm' }, note: null },
  { _id: 'b', n: 2, kind: 'y', tags: ['red'], size: { h: 20, unit: 'in' } },
  {
    _id: 'c',
    n: 3,
    kind: 'x',
    tags: [],
    size: { h: 30, unit: 'cm' },
    parts: [
      { k: 1, v: 5 },
      { k: 2, v: 9 },
    ],
  },
  {
    _id: 'd',
    n: '3',
    kind: 'Xy',
    tags: ['green', 'blue'],
    parts: [
      { k: 1, v: 9 },
      { k: 2, v: 5 },
    ],
  },
]

describe.each(SDK_VERSIONS)('on SDK %s', (sdk) => {
  let given: Probe
  let orders: Chain
  let many: Chain
  beforeAll(async () => {
    given = await startProbe({ sdk })
    orders = db.collection(await given.fresh(...DOCS))
    many = db.collection(await given.fresh(...Array.from({ length: 1005 }, (_, n) => ({ n }))))
  })
  afterAll(() => given.stop())

  // wire.md §3: what the SDK encodes each command to; the meaning is MongoDB's.
  test.each<[string, unknown, string]>([
    ['a plain value selects what is equal', { kind: 'x' }, 'a c'],
    ['conditions on several fields must all hold', { kind: 'x', n: 1 }, 'a'],
    ['a nested condition selects by the path', { size: { unit: 'cm' } }, 'a c'],
    ['a dotted path selects inside of a document', { 'size.h': 20 }, 'b'],
    ['a value selects documents whose list holds it', { tags: 'red' }, 'a b'],
    ['_.eq selects what is equal', { n: _.eq(2) }, 'b'],
    ['_.eq of null selects null and missing fields', { note: _.eq(null) }, 'a b c d'],
    ['_.neq selects what is other or missing', { 'size.unit': _.neq('cm') }, 'b d'],
    ['_.gt selects greater values of the same type', { n: _.gt(1) }, 'b c'],
    ['_.gte selects greater or equal values', { n: _.gte(2) }, 'b c'],
    ['_.lt selects smaller values', { n: _.lt(2) }, 'a'],
    ['_.lte selects smaller or equal values', { n: _.lte(2) }, 'a b'],
    ['_.in selects any of a list', { n: _.in([1, '3']) }, 'a d'],
    ['_.nin selects none of a list', { n: _.nin([1, 2]) }, 'c d'],
    ['_.exists selects by presence', { size: _.exists(false) }, 'd'],
    ['_.mod selects by remainder', { n: _.mod(2, 1) }, 'a c'],
    ['_.size selects lists of a length', { tags: _.size(2) }, 'a d'],
    ['_.all selects lists that hold all', { tags: _.all(['blue', 'red']) }, 'a'],
    ['_.elemMatch selects where one element meets all', { parts: _.elemMatch({ k: 1, v: _.gt(5) }) }, 'd'],
    ['_.not turns a condition round', { n: _.not(_.gt(1)) }, 'a d'],
    ['_.and on a field joins conditions', { n: _.gt(1).and(_.lt(3)) }, 'b'],
    ['_.or on a field offers conditions', { n: _.or(_.lt(2), _.gt(2)) }, 'a c'],
    ['_.or of documents offers whole conditions', _.or([{ n: 1 }, { kind: 'y' }]), 'a b'],
    ['_.and of documents joins whole conditions', _.and([{ kind: 'x' }, { n: _.gt(1) }]), 'c'],
    ['_.nor selects what meets none', _.nor([{ kind: 'x' }, { kind: 'y' }]), 'd'],
    ['_.expr compares fields of one document', _.expr($.gt(['$size.h', '$n'])), 'a b c'],
    [
      'db.RegExp selects by pattern and options',
      { kind: db.RegExp({ regexp: '^x', options: 'i' }) },
      'a c d',
    ],
  ])('%s', async (_title, where, ids) => {
    const found = await given.run(orders.where(where).orderBy('_id', 'asc').field({ _id: true }).get())
    expect(found).toMatchObject({ data: ids.split(' ').map((_id) => ({ _id })) })
  })

  test('doc().get() gives the document and errMsg', async () => {
    expect(await given.run(orders.doc('a').get())).toEqual({ data: DOCS[0], errMsg: 'document.get:ok' })
  })

  test('getting a document that is not there fails with -1 and the SDK’s sentence', async () => {
    expect(await given.fault(orders.doc('nope').get())).toMatchObject({
      errCode: -1,
      errMsg: 'document.get:fail document with _id nope does not exist',
    })
  })

  test('with throwOnNotFound off, a document that is not there is null', async () => {
    const calm = cloud.database({ throwOnNotFound: false })
    const missing = calm.collection(await given.fresh()).doc('nope')
    expect(await given.run(missing.get())).toMatchObject({ data: null })
  })

  test('orderBy sorts by the fields in the order they were named', async () => {
    const sorted = orders.orderBy('kind', 'desc').orderBy('n', 'desc').field({ _id: true })
    expect(await given.run(sorted.get())).toMatchObject({
      data: ['b', 'c', 'a', 'd'].map((_id) => ({ _id })),
    })
  })

  test('skip and limit give a window of the sorted documents', async () => {
    expect(await given.run(many.orderBy('n', 'asc').skip(1000).limit(3).get())).toMatchObject({
      data: [{ n: 1000 }, { n: 1001 }, { n: 1002 }],
    })
  })

  test('field() gives only the fields named, and the _id', async () => {
    expect(await given.run(orders.doc('a').field({ n: true, 'size.h': true }).get())).toMatchObject({
      data: { _id: 'a', n: 1, size: { h: 10 } },
    })
    const { data } = Object(await given.run(orders.doc('b').field({ tags: false }).get()))
    expect(data).not.toHaveProperty('tags')
    expect(data).toHaveProperty('size')
  })

  test('a get without a limit gives 100 documents', async () => {
    expect(Object(await given.run(many.get())).data).toHaveLength(100)
  })

  test('a get gives 1000 documents at most', async () => {
    expect(Object(await given.run(many.limit(5000).field({ n: true }).get())).data).toHaveLength(1000)
  })

  test('count() counts all that is selected, beyond every limit', async () => {
    expect(await given.run(many.count())).toEqual({ total: 1005, errMsg: 'collection.count:ok' })
    expect(await given.run(many.where({ n: _.gte(1000) }).count())).toMatchObject({ total: 5 })
  })

  test('numbers, dates, null, lists and documents come back as they were added', async () => {
    const doc = {
      _id: 't',
      int: 1,
      long: 2 ** 40,
      double: 1.5,
      yes: true,
      no: null,
      list: [1, [2], { a: 'b' }],
    }
    const typed = db.collection(await given.fresh(doc))
    expect(await given.run(typed.doc('t').get())).toMatchObject({ data: doc })
  })

  test('a Geo.Point comes back as GeoJSON', async () => {
    const places = db.collection(await given.fresh())
    await given.run(places.add({ data: { _id: 'p', at: db.Geo.Point(113, 23) } }))
    expect(await given.run(places.doc('p').get())).toMatchObject({
      data: { at: { type: 'Point', coordinates: [113, 23] } },
    })
  })

  test('a collection that was not created is -502005 with the server’s sentence', async () => {
    expect(await given.fault(db.collection('ghost').get())).toMatchObject({
      errCode: -502005,
      errMsg:
        'collection.get:fail -502005 database collection not exists. [ResourceNotFound] Db or Table not exist: ghost. Please check your request, but if the problem cannot be solved, contact us.',
    })
  })

  test('a query by distance is refused by name, as not simulated', async () => {
    const near = _.geoNear({ geometry: db.Geo.Point(113, 23), minDistance: 0, maxDistance: 1000 })
    expect(await given.fault(orders.where({ at: near }).get())).toMatchObject({
      errCode: -502001,
      errMsg: expect.stringContaining('$nearSphere is not simulated'),
    })
  })

  test('a result of more than 1 MB is refused', async () => {
    const large = db.collection(
      await given.fresh(...'abc'.split('').map((_id) => ({ _id, text: 'x'.repeat(400_000) }))),
    )
    expect(Object(await given.run(large.limit(2).get())).data).toHaveLength(2)
    expect(await given.fault(large.get())).toMatchObject({ errCode: -502001 })
  })
})
