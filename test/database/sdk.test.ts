import { openFixture, type Fixture } from './fixture'
import { sdkEnvironment, serveDatabase, type Gateway } from './sdk-driver'

import { type Cloud, type Collection, type Db, SDK_VERSIONS } from './sdk-types'

describe.each(SDK_VERSIONS)('wx-server-sdk %s', (version, packageName) => {
  const environment = { ...process.env }
  let fixture: Fixture
  let gateway: Gateway
  let db: Db
  let orders: Collection

  beforeAll(async () => {
    fixture = openFixture()
    gateway = await serveDatabase(fixture.database)
    Object.assign(process.env, sdkEnvironment(gateway.url))
    // The SDK reads the address of its gateway when it is loaded: only now is it known.
    const cloud = jest.requireActual<Cloud>(packageName)
    cloud.init({ env: 'env-x' })
    db = cloud.database()
  })

  beforeEach(async () => {
    const name = `orders-${Math.random().toString(36).slice(2, 10)}`
    await db.createCollection(name)
    orders = db.collection(name)
  })

  afterAll(async () => {
    process.env = environment
    await gateway.stop()
    await fixture.stop()
  })

  test('what is added is got, with its types', async () => {
    const at = new Date(5)
    const { _id } = await orders.add({
      data: { n: 1, big: 2 ** 40, half: 1.5, at, list: [1, null, { a: true }], no: null },
    })
    expect(_id).toMatch(/^[0-9a-f]{32}$/)
    const { data, errMsg } = await orders.doc(String(_id)).get()
    expect(data).toEqual({ _id, n: 1, big: 2 ** 40, half: 1.5, at, list: [1, null, { a: true }], no: null })
    expect(errMsg).toBe('document.get:ok')
  })

  test('a list of documents is added at once', async () => {
    const { _ids } = await orders.add({ data: [{ _id: 'a' }, { _id: 'b' }] })
    expect(_ids).toEqual(['a', 'b'])
  })

  test('a number is an _id of its own, apart from its text', async () => {
    await orders.add({
      data: [
        { _id: 1, as: 'number' },
        { _id: '1', as: 'text' },
      ],
    })
    expect((await orders.doc(1).get()).data).toEqual({ _id: 1, as: 'number' })
    expect((await orders.doc('1').get()).data).toEqual({ _id: '1', as: 'text' })
  })

  test('a taken _id is refused with E11000 and changes nothing', async () => {
    await orders.add({ data: { _id: 'A1', n: 1 } })
    await expect(orders.add({ data: { _id: 'A1', n: 2 } })).rejects.toMatchObject({
      errCode: -502001,
      errMsg: expect.stringContaining('E11000 duplicate key error'),
    })
    expect((await orders.doc('A1').get()).data).toEqual({ _id: 'A1', n: 1 })
  })

  test('a missing collection is -502005 with the text of the server', async () => {
    await expect(db.collection('ghost').get()).rejects.toMatchObject({
      errCode: -502005,
      errMsg:
        'collection.get:fail -502005 database collection not exists. [ResourceNotFound] Db or Table not exist: ghost. Please check your request, but if the problem cannot be solved, contact us.',
    })
  })

  test('a missing document is refused by the SDK itself', async () => {
    await expect(orders.doc('nope').get()).rejects.toMatchObject({
      errCode: -1,
      errMsg: expect.stringContaining('document with _id nope does not exist'),
    })
  })

  test('a collection is made once', async () => {
    const name = `made-${version.replace(/\./g, '-')}`
    await expect(db.createCollection(name)).resolves.toMatchObject({ errMsg: 'createCollection:ok' })
    await expect(db.createCollection(name)).rejects.toThrow(/exist/)
  })

  test('where, orderBy, skip, limit and field select documents and fields', async () => {
    await orders.add({ data: [1, 2, 3, 4, 5].map((n) => ({ _id: `d${n}`, n, s: n % 2, other: 'x' })) })
    const { data } = await orders
      .where({ n: db.command['gt']?.(1) })
      .orderBy('s', 'desc')
      .orderBy('n', 'asc')
      .skip(1)
      .limit(2)
      .field({ n: true })
      .get()
    expect(data).toEqual([
      { _id: 'd5', n: 5 },
      { _id: 'd2', n: 2 },
    ])
    expect(await orders.where({ s: 1 }).count()).toMatchObject({ total: 3 })
  })

  test('commands on one field are joined with and, or', async () => {
    const _ = db.command
    await orders.add({ data: [1, 5, 50, 500].map((n) => ({ _id: String(n), n })) })
    const between = _['and']?.([_['gt']?.(1), _['lt']?.(100)])
    const outside = _['or']?.([_['lte']?.(1), _['gte']?.(500)])
    expect((await orders.where({ n: between }).get()).data.map(({ n }) => n)).toEqual([5, 50])
    expect((await orders.where({ n: outside }).get()).data.map(({ n }) => n)).toEqual([1, 500])
  })

  test('a get gives 100 documents when no limit is named, and 1000 at most', async () => {
    await orders.add({ data: Array.from({ length: 1100 }, (_, n) => ({ n })) })
    expect((await orders.get()).data).toHaveLength(100)
    expect((await orders.limit(2000).get()).data).toHaveLength(1000)
  })

  test('update changes what its commands say and counts the documents', async () => {
    const _ = db.command
    await orders.add({ data: { _id: 'A', n: 1, o: { p: 1, q: 2 }, tags: ['a'], gone: 1 } })
    const { stats } = await orders.doc('A').update({
      data: {
        n: _['inc']?.(2),
        o: { p: 9 },
        tags: _['push']?.(['b']),
        gone: _['remove']?.(),
        whole: _['set']?.({ x: 1 }),
      },
    })
    expect(stats).toEqual({ updated: 1 })
    expect((await orders.doc('A').get()).data).toEqual({
      _id: 'A',
      n: 3,
      o: { p: 9, q: 2 },
      tags: ['a', 'b'],
      whole: { x: 1 },
    })
    expect((await orders.doc('nope').update({ data: { n: 1 } })).stats).toEqual({ updated: 0 })
    expect((await orders.where({ n: 3 }).update({ data: { n: 4 } })).stats).toEqual({ updated: 1 })
  })

  test('set replaces a document or makes it', async () => {
    expect(await orders.doc('S').set({ data: { n: 1 } })).toMatchObject({
      _id: 'S',
      stats: { updated: 0, created: 1 },
    })
    expect(await orders.doc('S').set({ data: { m: 2 } })).toMatchObject({
      _id: 'S',
      stats: { updated: 1, created: 0 },
    })
    expect((await orders.doc('S').get()).data).toEqual({ _id: 'S', m: 2 })
  })

  test('remove takes one document or all that match', async () => {
    await orders.add({ data: ['a', 'b', 'c'].map((_id) => ({ _id, n: 1 })) })
    expect((await orders.doc('a').remove()).stats).toEqual({ removed: 1 })
    expect((await orders.where({ n: 1 }).remove()).stats).toEqual({ removed: 2 })
    expect((await orders.doc('a').remove()).stats).toEqual({ removed: 0 })
  })

  test('serverDate is the time of the server in add, update and queries', async () => {
    await orders.add({
      data: { _id: 'A', at: db.serverDate(), soon: { at: db.serverDate({ offset: 1000 }) } },
    })
    expect((await orders.doc('A').get()).data).toEqual({
      _id: 'A',
      at: new Date(fixture.clock.ms),
      soon: { at: new Date(fixture.clock.ms + 1000) },
    })
    const due = await orders.where({ at: db.command['lte']?.(db.serverDate()) }).get()
    expect(due.data).toHaveLength(1)
    await orders.doc('A').update({ data: { at: db.serverDate({ offset: 5 }) } })
    expect((await orders.where({ at: db.command['lte']?.(db.serverDate()) }).get()).data).toEqual([])
  })

  test('aggregate runs its stages', async () => {
    await orders.add({ data: [1, 2, 3].map((n) => ({ n, s: n % 2 })) })
    const { list } = await orders
      .aggregate()
      .match({ n: db.command['gt']?.(0) })
      .group({ _id: '$s', total: { $sum: '$n' } })
      .sort({ _id: 1 })
      .end()
    expect(list).toEqual([
      { _id: 0, total: 2 },
      { _id: 1, total: 4 },
    ])
  })

  test('a refused update tells why', async () => {
    await orders.add({ data: { _id: 'A', a: 1, s: 'x' } })
    await expect(orders.doc('A').update({ data: { a: { b: 1 } } })).rejects.toMatchObject({
      errCode: -502001,
      errMsg: expect.stringContaining("Cannot create field 'b' in element {a: 1}"),
    })
    await expect(orders.doc('A').update({ data: { s: db.command['inc']?.(1) } })).rejects.toThrow(
      /non-numeric type string/,
    )
  })

  test('a transaction commits all of its writes, or none', async () => {
    await orders.add({ data: { _id: 'A', n: 1 } })
    const name = String(gateway.bodies.at(-1)?.['collectionName'])
    const result = await db.runTransaction(async (transaction) => {
      const inside = transaction.collection(name)
      const { data } = await inside.doc('A').get()
      await inside.doc('A').update({ data: { n: Number(data['n']) + 1 } })
      await inside.add({ data: { _id: 'B' } })
      expect((await orders.where({ _id: 'B' }).get()).data).toEqual([])
      return 'done'
    })
    expect(result).toBe('done')
    expect((await orders.orderBy('_id', 'asc').get()).data).toEqual([{ _id: 'A', n: 2 }, { _id: 'B' }])
    await expect(
      db.runTransaction(async (transaction) => {
        await transaction.collection(name).doc('A').remove()
        await transaction.rollback(-100)
      }),
    ).rejects.toBe(-100)
    expect((await orders.doc('A').get()).data).toEqual({ _id: 'A', n: 2 })
  })

  test('a conflict runs the callback of a transaction again', async () => {
    await orders.add({ data: { _id: 'A', n: 0 } })
    const name = String(gateway.bodies.at(-1)?.['collectionName'])
    let runs = 0
    await db.runTransaction(async (transaction) => {
      runs += 1
      const { data } = await transaction.collection(name).doc('A').get()
      if (runs === 1) await orders.doc('A').update({ data: { n: 10 } })
      await transaction
        .collection(name)
        .doc('A')
        .update({ data: { n: Number(data['n']) + 1 } })
    })
    expect(runs).toBe(2)
    expect((await orders.doc('A').get()).data).toEqual({ _id: 'A', n: 11 })
  })
})
