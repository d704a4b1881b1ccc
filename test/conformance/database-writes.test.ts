import { SDK_VERSIONS } from '../support/emulator'
import { _, type Chain, db, kept, type Probe, startProbe } from './probe'

describe.each(SDK_VERSIONS)('on SDK %s', (sdk) => {
  let given: Probe
  beforeAll(async () => {
    given = await startProbe({ sdk })
  })
  afterAll(() => given.stop())

  const fresh = async (...docs: Record<string, unknown>[]): Promise<Chain> =>
    db.collection(await given.fresh(...docs))
  const docOf = async (collection: Chain, id: string): Promise<Record<string, unknown>> =>
    Object(Object(await given.run(collection.doc(id).get())).data)

  test('add gives a document without _id one of 32 hex digits', async () => {
    const orders = await fresh()
    const { _id } = Object(await given.run(orders.add({ data: { n: 1 } })))
    expect(_id).toMatch(/^[0-9a-f]{32}$/)
    expect(await docOf(orders, _id)).toEqual({ _id, n: 1 })
  })

  test('add keeps an _id that is given', async () => {
    expect(await given.run((await fresh()).add({ data: { _id: 'A1' } }))).toMatchObject({
      _id: 'A1',
      errMsg: 'collection.add:ok',
    })
  })

  test('add takes a list and gives _ids', async () => {
    expect(await given.run((await fresh()).add({ data: [{ _id: 'x' }, { _id: 'y' }] }))).toMatchObject({
      _ids: ['x', 'y'],
    })
  })

  test('an _id that is taken is E11000, and nothing changes', async () => {
    const orders = await fresh({ _id: 'A1', n: 1 })
    expect(await given.fault(orders.add({ data: { _id: 'A1', n: 2 } }))).toMatchObject({
      errCode: -502001,
      errMsg: expect.stringMatching(
        /^collection\.add:fail -502001 database request fail\. \[FailedOperation\.Insert\].*E11000 duplicate key error collection: .* index: _id_ dup key: \{/,
      ),
    })
    expect(await docOf(orders, 'A1')).toEqual({ _id: 'A1', n: 1 })
  })

  test('adding to a collection that was not created is -502005', async () => {
    expect(await given.fault(db.collection('ghost').add({ data: {} }))).toMatchObject({ errCode: -502005 })
  })

  test('fields that are undefined are not stored', async () => {
    const orders = await fresh()
    await given.run(orders.add({ data: { _id: 'u', gone: kept('never'), kept: null } }))
    expect(await docOf(orders, 'u')).toEqual({ _id: 'u', kept: null })
  })

  test('set creates a document that is not there', async () => {
    expect(await given.run((await fresh()).doc('S1').set({ data: { n: 1 } }))).toMatchObject({
      _id: 'S1',
      stats: { updated: 0, created: 1 },
    })
  })

  test('set replaces a document whole', async () => {
    const orders = await fresh({ _id: 'S1', a: 1, b: 2 })
    expect(await given.run(orders.doc('S1').set({ data: { c: 3 } }))).toMatchObject({
      stats: { updated: 1, created: 0 },
    })
    expect(await docOf(orders, 'S1')).toEqual({ _id: 'S1', c: 3 })
  })

  test('update merges nested documents by path', async () => {
    const orders = await fresh({ _id: 'A', o: { p: 1, q: 2 } })
    expect(await given.run(orders.doc('A').update({ data: { o: { q: 3, r: 4 } } }))).toMatchObject({
      stats: { updated: 1 },
    })
    expect(await docOf(orders, 'A')).toEqual({ _id: 'A', o: { p: 1, q: 3, r: 4 } })
  })

  test('updating a document that is not there updates 0 and is no error', async () => {
    expect(await given.run((await fresh()).doc('nope').update({ data: { n: 1 } }))).toMatchObject({
      stats: { updated: 0 },
    })
  })

  test('where().update() changes everything selected', async () => {
    const orders = await fresh({ _id: 'a', n: 1 }, { _id: 'b', n: 1 }, { _id: 'c', n: 2 })
    expect(await given.run(orders.where({ n: 1 }).update({ data: { n: 9 } }))).toMatchObject({
      stats: { updated: 2 },
    })
    expect(await given.run(orders.where({ n: 9 }).count())).toMatchObject({ total: 2 })
  })

  test('where().update() with multi off changes one', async () => {
    const orders = await fresh({ n: 1 }, { n: 1 })
    expect(await given.run(orders.where({ n: 1 }).update({ data: { n: 9 }, multi: false }))).toMatchObject({
      stats: { updated: 1 },
    })
  })

  test('remove takes one document away, and nothing the second time', async () => {
    const orders = await fresh({ _id: 'A' })
    expect(await given.run(orders.doc('A').remove())).toMatchObject({ stats: { removed: 1 } })
    expect(await given.run(orders.doc('A').remove())).toMatchObject({ stats: { removed: 0 } })
  })

  test('where().remove() takes everything selected away', async () => {
    const orders = await fresh({ n: 1 }, { n: 1 }, { n: 2 })
    expect(await given.run(orders.where({ n: 1 }).remove())).toMatchObject({ stats: { removed: 2 } })
    expect(await given.run(orders.count())).toMatchObject({ total: 1 })
  })

  // wire.md §3: what the SDK encodes each command to; the meaning is MongoDB's.
  test.each<[string, Record<string, unknown>, unknown, Record<string, unknown>]>([
    ['_.set replaces a nested document whole', { o: { p: 1 } }, { o: _.set({ q: 2 }) }, { o: { q: 2 } }],
    ['_.remove takes a field away', { a: 1, b: 2 }, { a: _.remove() }, { b: 2 }],
    ['_.inc adds, and starts a missing field', { n: 1 }, { n: _.inc(2), m: _.inc(-1) }, { n: 3, m: -1 }],
    ['_.mul multiplies', { n: 3 }, { n: _.mul(2) }, { n: 6 }],
    ['_.min keeps the smaller', { a: 5, b: 5 }, { a: _.min(3), b: _.min(7) }, { a: 3, b: 5 }],
    ['_.max keeps the greater', { a: 5, b: 5 }, { a: _.max(3), b: _.max(7) }, { a: 5, b: 7 }],
    ['_.rename gives a field another name', { a: 1 }, { a: _.rename('b') }, { b: 1 }],
    ['_.push appends one or several', { l: [1] }, { l: _.push([2, 3]) }, { l: [1, 2, 3] }],
    [
      '_.push with position inserts',
      { l: [1, 4] },
      { l: _.push({ each: [2, 3], position: 1 }) },
      { l: [1, 2, 3, 4] },
    ],
    [
      '_.push with sort and slice keeps the first of the sorted',
      { l: [5, 1] },
      { l: _.push({ each: [3], sort: 1, slice: 2 }) },
      { l: [1, 3] },
    ],
    ['_.unshift puts in front', { l: [3] }, { l: _.unshift([1, 2]) }, { l: [1, 2, 3] }],
    ['_.pop takes the last', { l: [1, 2, 3] }, { l: _.pop() }, { l: [1, 2] }],
    ['_.shift takes the first', { l: [1, 2, 3] }, { l: _.shift() }, { l: [2, 3] }],
    ['_.pull takes equal elements out', { l: ['z', 'a', 'z'] }, { l: _.pull('z') }, { l: ['a'] }],
    ['_.pull with a condition takes what meets it', { l: [1, 5, 9] }, { l: _.pull(_.gte(5)) }, { l: [1] }],
    ['_.pullAll takes everything listed out', { l: [1, 2, 3] }, { l: _.pullAll([1, 3]) }, { l: [2] }],
    [
      '_.addToSet adds what is not there',
      { l: [1] },
      { l: _.addToSet(1), m: _.addToSet(2) },
      { l: [1], m: [2] },
    ],
    ['_.addToSet with $each adds several', { l: [1] }, { l: _.addToSet({ $each: [1, 2] }) }, { l: [1, 2] }],
  ])('%s', async (_title, before, data, after) => {
    const orders = await fresh({ _id: 'A', ...before })
    expect(await given.run(orders.doc('A').update({ data }))).toMatchObject({ stats: { updated: 1 } })
    expect(await docOf(orders, 'A')).toEqual({ _id: 'A', ...after })
  })

  test.each<[string, Record<string, unknown>, unknown, string]>([
    ['_.inc on text is refused in MongoDB’s words', { n: 'x' }, { n: _.inc(1) }, 'non-numeric type string'],
    ['_.push on what is no list is refused', { l: 1 }, { l: _.push([2]) }, 'must be an array'],
    [
      'a path through a number is refused',
      { a: 1 },
      { 'a.b': 2 },
      "Cannot create field 'b' in element {a: 1}",
    ],
  ])('%s', async (_title, before, data, sentence) => {
    const orders = await fresh({ _id: 'A', ...before })
    expect(await given.fault(orders.doc('A').update({ data }))).toMatchObject({
      errCode: -502001,
      errMsg: expect.stringContaining(sentence),
    })
    expect(await docOf(orders, 'A')).toEqual({ _id: 'A', ...before })
  })

  test('twenty _.inc at once count to twenty', async () => {
    const orders = await fresh({ _id: 'A', n: 0 })
    await given.atOnce(...Array.from({ length: 20 }, () => orders.doc('A').update({ data: { n: _.inc(1) } })))
    expect(await docOf(orders, 'A')).toEqual({ _id: 'A', n: 20 })
  })

  test('of conditional updates at once exactly one takes the last unit', async () => {
    const orders = await fresh({ _id: 'A', left: 1 })
    const claim = orders.where({ _id: 'A', left: _.gt(0) }).update({ data: { left: _.inc(-1) } })
    const outcomes = await given.atOnce(...Array.from({ length: 8 }, () => claim))
    const updated = outcomes.map((one) => Number(Object(Object(one).value).stats.updated))
    expect(updated.reduce((sum, one) => sum + one)).toBe(1)
  })

  test('serverDate is the server’s time in add and update, with its offset', async () => {
    const orders = await fresh()
    const now = given.emulator.clock.now()
    await given.run(orders.add({ data: { _id: 'A', at: db.serverDate() } }))
    await given.run(orders.doc('A').update({ data: { soon: { at: db.serverDate({ offset: 3_600_000 }) } } }))
    const { at, soon } = await docOf(orders, 'A')
    expect(Math.abs(Date.parse(String(at)) - now)).toBeLessThan(5000)
    expect(Math.abs(Date.parse(Object(soon).at) - now - 3_600_000)).toBeLessThan(5000)
  })

  test('serverDate works in a query', async () => {
    const orders = await fresh()
    await given.run(orders.add({ data: { _id: 'late', at: db.serverDate({ offset: -1000 }) } }))
    await given.run(orders.add({ data: { _id: 'soon', at: db.serverDate({ offset: 3_600_000 }) } }))
    expect(await given.run(orders.where({ at: _.lte(db.serverDate()) }).get())).toMatchObject({
      data: [{ _id: 'late' }],
    })
  })

  test('createCollection makes a collection that was not there', async () => {
    expect(await given.fault(db.collection('made-here').count())).toMatchObject({ errCode: -502005 })
    await given.run(db.createCollection('made-here'))
    expect(await given.run(db.collection('made-here').count())).toMatchObject({ total: 0 })
  })

  test('an aggregate of a collection that was not created carries the SDK’s code', async () => {
    const fault = await given.fault(db.collection('ghost').aggregate().match({ n: 1 }).end())
    expect(fault).toMatchObject(
      sdk === '4.0.2' ? { errCode: -1, code: 'DATABASE_COLLECTION_NOT_EXIST' } : { errCode: -502005 },
    )
  })
})
