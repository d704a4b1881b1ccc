import { SDK_VERSIONS } from '../support/emulator'
import { _, type Chain, db, keep, kept, once, type Probe, startProbe, steps, t } from './probe'

describe.each(SDK_VERSIONS)('on SDK %s', (sdk) => {
  let given: Probe
  let name: string
  let orders: Chain
  /** The same collection inside of a transaction. */
  let inside: Chain
  beforeAll(async () => {
    given = await startProbe({ sdk })
  })
  afterAll(() => given.stop())
  beforeEach(async () => {
    name = await given.fresh({ _id: 'A', n: 1 })
    orders = db.collection(name)
    inside = t.collection(name)
  })

  const all = async (): Promise<unknown> => Object(await given.run(orders.orderBy('_id', 'asc').get())).data

  test('a transaction commits all of its writes', async () => {
    const work = steps(
      inside.doc('A').update({ data: { n: _.inc(1) } }),
      inside.add({ data: { _id: 'B' } }),
      inside.doc('C').set({ data: { n: 3 } }),
    )
    expect(await given.run(db.runTransaction(work))).toMatchObject({ runs: 1 })
    expect(await all()).toEqual([{ _id: 'A', n: 2 }, { _id: 'B' }, { _id: 'C', n: 3 }])
  })

  test('a transaction sees its own writes, and nobody else does before the commit', async () => {
    const work = steps(
      inside.doc('A').update({ data: { n: 5 } }),
      inside.doc('A').get(),
      orders.doc('A').get(),
    )
    expect(await given.run(db.runTransaction(work))).toMatchObject({
      values: [{}, { data: { n: 5 } }, { data: { n: 1 } }],
    })
  })

  test('a transaction reads the state of its start', async () => {
    const work = steps(
      inside.doc('A').get(),
      orders.add({ data: { _id: 'later' } }),
      orders.doc('A').update({ data: { n: 9 } }),
      inside.doc('A').get(),
      inside.where({ _id: 'later' }).get(),
    )
    expect(await given.run(db.runTransaction(work))).toMatchObject({
      values: [{ data: { n: 1 } }, {}, {}, { data: { n: 1 } }, { data: [] }],
    })
  })

  test('rollback rejects with what it was given, and nothing was written', async () => {
    const work = steps(inside.doc('A').update({ data: { n: 5 } }), t.rollback(-100))
    expect(await given.thrown(db.runTransaction(work))).toBe(-100)
    expect(await all()).toEqual([{ _id: 'A', n: 1 }])
  })

  test('an error inside of the callback rejects with itself, and nothing was written', async () => {
    const work = steps(inside.doc('A').remove(), inside.doc('nope').get())
    expect((await given.fault(db.runTransaction(work))).errMsg).toMatch(
      /document with _id nope does not exist/,
    )
    expect(await all()).toEqual([{ _id: 'A', n: 1 }])
  })

  test('a conflict found at the commit runs the callback again', async () => {
    const work = steps(
      once(orders.doc('A').update({ data: { n: 10 } })),
      inside.doc('A').update({ data: { n: _.inc(1) } }),
    )
    expect(await given.run(db.runTransaction(work))).toMatchObject({ runs: 2 })
    expect(await all()).toEqual([{ _id: 'A', n: 11 }])
  })

  test('after four runs with a conflict the transaction fails with the conflict', async () => {
    const work = steps(
      orders.doc('A').update({ data: { n: _.inc(1) } }),
      inside.doc('A').update({ data: { mine: true } }),
    )
    expect(await given.thrown(db.runTransaction(work))).toMatchObject({
      code: 'DATABASE_TRANSACTION_CONFLICT',
    })
    expect(await all()).toEqual([{ _id: 'A', n: 5 }])
  })

  test('two transactions that read what the other writes both commit', async () => {
    await given.run(orders.add({ data: { _id: 'B', n: 1 } }))
    const [left, right] = [kept('left').collection(name), kept('right').collection(name)]
    await given.run(
      keep('left', db.startTransaction()),
      keep('right', db.startTransaction()),
      left.doc('B').get(),
      right.doc('A').get(),
      left.doc('A').update({ data: { n: 0 } }),
      right.doc('B').update({ data: { n: 0 } }),
      kept('left').commit(),
      kept('right').commit(),
    )
    expect(await all()).toEqual([
      { _id: 'A', n: 0 },
      { _id: 'B', n: 0 },
    ])
  })

  test('a transaction ends 30 seconds after its start', async () => {
    await given.run(
      keep('late', db.startTransaction()),
      kept('late')
        .collection(name)
        .doc('A')
        .update({ data: { n: 5 } }),
    )
    await given.post('/_emulator/clock', { advanceMs: 31_000 })
    await given.thrown(kept('late').commit())
    expect(await all()).toEqual([{ _id: 'A', n: 1 }])
  })

  test('an operation of an ended transaction fails with -501001 and is not run again', async () => {
    await given.run(keep('over', db.startTransaction()), kept('over').rollback())
    const fault = await given.fault(kept('over').collection(name).doc('A').get())
    expect(fault).toMatchObject({ errCode: -501001 })
  })

  test('set in a transaction reports created 0 although it inserted', async () => {
    expect(
      await given.run(db.runTransaction(steps(inside.doc('new').set({ data: { n: 1 } })))),
    ).toMatchObject({
      values: [{ stats: { created: 0 } }],
    })
    expect(await given.run(orders.doc('new').get())).toMatchObject({ data: { _id: 'new' } })
  })

  test('where().update() inside of a callback is not part of the transaction', async () => {
    const work = steps(inside.where({ _id: 'A' }).update({ data: { n: 7 } }), t.rollback('no'))
    expect(await given.thrown(db.runTransaction(work))).toBe('no')
    expect(await all()).toEqual([{ _id: 'A', n: 7 }])
  })

  test('an _id that is taken is E11000 inside of a transaction, too', async () => {
    const work = steps(inside.add({ data: { _id: 'A' } }))
    expect((await given.fault(db.runTransaction(work))).errMsg).toMatch(/E11000/)
  })
})
