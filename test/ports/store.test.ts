/** One suite for the Store port; every adapter passes it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MemoryStore } from '../../adapters/memory/store'
import { systemClock } from '../../adapters/system/clock'
import { between, type Find, gt, gte, lt, lte, ne, oneOf, ServerTime, type Store } from '../../core/ports'
import { SDK_VERSIONS, type SdkVersion, startTestEmulator } from '../support/emulator'
import { bundleStoreFunction } from './store-bundle'
import { encode } from './store-call'

interface Opened {
  store: Store
  close(): Promise<void>
}

/** The adapter of the SDK, bundled into a function and called on the emulator. */
async function onEmulator(sdk: SdkVersion): Promise<Opened> {
  const folder = mkdtempSync(join(tmpdir(), 'hongyan-store-'))
  await bundleStoreFunction(folder, sdk)
  const test = await startTestEmulator({ functionsDir: folder })
  const call = async (method: keyof Store, ...args: unknown[]) => {
    const { value, error } = await test.result('store', { method, args: args.map(encode) })
    if (typeof error === 'string') throw new Error(error)
    return value
  }
  return {
    store: {
      get: (...args) => call('get', ...args) as never,
      find: (...args) => call('find', ...args) as never,
      insert: (...args) => call('insert', ...args) as Promise<boolean>,
      insertAll: (...args) => call('insertAll', ...args) as Promise<void>,
      update: (...args) => call('update', ...args) as Promise<number>,
      remove: (...args) => call('remove', ...args) as Promise<number>,
    },
    async close() {
      await test.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const adapters: [name: string, open: () => Promise<Opened>][] = [
  ['memory', async () => ({ store: new MemoryStore(systemClock), close: async () => undefined })],
  ...SDK_VERSIONS.map((sdk): (typeof adapters)[number] => [
    `wx-server-sdk ${sdk} on the emulator`,
    () => onEmulator(sdk),
  ]),
]

describe.each(adapters)('the store: %s', (_name, open) => {
  let opened: Opened
  let store: Store
  let made = 0
  /** Each test has ids of its own: the collections are shared. */
  const fresh = () => `id-${(made += 1)}`

  beforeAll(async () => {
    opened = await open()
    store = opened.store
  })
  afterAll(() => opened.close())

  test('a document that is not there is null', async () => {
    expect(await store.get('staff', fresh())).toBeNull()
  })

  test('an insert of a taken id is refused and writes nothing', async () => {
    const _id = fresh()
    expect(await store.insert('staff', { _id, role: 'owner', at: 1_763_710_200_000 })).toBe(true)
    expect(await store.insert('staff', { _id, role: 'viewer', extra: true })).toBe(false)
    expect(await store.get('staff', _id)).toEqual({ _id, role: 'owner', at: 1_763_710_200_000 })
  })

  test('of many inserts of one id at once exactly one is accepted', async () => {
    const _id = fresh()
    const taken = await Promise.all(Array.from({ length: 8 }, (_, at) => store.insert('pages', { _id, at })))
    expect(taken.filter(Boolean)).toHaveLength(1)
  })

  test('of many inserted together those are left as they are that are there already, and all others are there', async () => {
    const ids = Array.from({ length: 7 }, fresh)
    const [first, , , fourth] = ids
    for (const _id of [first, fourth]) await store.insert('sends', { _id: _id ?? '', by: 'before' })
    await store.insertAll(
      'sends',
      ids.map((_id) => ({ _id, by: 'together' })),
    )
    await store.insertAll(
      'sends',
      ids.map((_id) => ({ _id, by: 'again' })),
    )
    const found = await store.find('sends', { where: { _id: oneOf(ids) }, limit: 10 })
    const before = found.filter(({ by }) => by === 'before').map(({ _id }) => _id)
    expect(new Set(before)).toEqual(new Set([first, fourth]))
    expect(found.filter(({ by }) => by === 'together')).toHaveLength(5)
    await store.insertAll('sends', [])
  })

  test('of many who insert the same together each document is there once', async () => {
    const ids = Array.from({ length: 5 }, fresh)
    const together = (by: number, from: number) =>
      store.insertAll(
        'sends',
        [...ids.slice(from), ...ids.slice(0, from)].map((_id) => ({ _id, by })),
      )
    await Promise.all([0, 1, 2].map((by) => together(by, by)))
    expect(await store.find('sends', { where: { _id: oneOf(ids) }, limit: 10 })).toHaveLength(5)
  })

  test('what is stored comes back as it was: nested, empty, null, Chinese, large numbers', async () => {
    const _id = fresh()
    const doc = {
      _id,
      data: { thing1: '鸿雁', empty: {}, none: null },
      list: [1, 'a', { b: [] }],
      big: 2 ** 50,
      real: 0.5,
    }
    await store.insert('sends', doc)
    expect(await store.get('sends', _id)).toEqual(doc)
  })

  test('a conditional update tells how many met it, and of many at once exactly one wins', async () => {
    const _id = fresh()
    await store.insert('lanes', { _id, left: 1 })
    const counts = await Promise.all(
      Array.from({ length: 8 }, () => store.update('lanes', { _id, left: gt(0) }, { inc: { left: -1 } })),
    )
    expect(counts.reduce((sum, one) => sum + one, 0)).toBe(1)
    expect(await store.get('lanes', _id)).toEqual({ _id, left: 0 })
    expect(await store.update('lanes', { _id: fresh() }, { set: { left: 1 } })).toBe(0)
  })

  test('set replaces a whole value, and reaches inside by dots without touching its neighbours', async () => {
    const _id = fresh()
    await store.insert('pages', { _id, outcomes: { w0: [1] }, verdict: { a: 1, b: 2 } })
    await store.update(
      'pages',
      { _id },
      { set: { 'outcomes.w1': [{ outcome: 'sent', code: 0 }], verdict: { c: 3 } } },
    )
    expect(await store.get('pages', _id)).toEqual({
      _id,
      outcomes: { w0: [1], w1: [{ outcome: 'sent', code: 0 }] },
      verdict: { c: 3 },
    })
    const where = { _id, 'outcomes.w1.0.outcome': 'sent' }
    expect(
      await store.update('pages', where, { set: { 'outcomes.w1.0': { outcome: 'refused', code: 43101 } } }),
    ).toBe(1)
    expect(await store.update('pages', where, { set: { 'outcomes.w1.0': {} } })).toBe(0)
  })

  test('inc and min make a field that is not there; min only lowers', async () => {
    const _id = fresh()
    await store.insert('lanes', { _id })
    await store.update('lanes', { _id }, { inc: { fence: 2 }, min: { nextAt: 50 } })
    await store.update('lanes', { _id }, { min: { nextAt: 70 } })
    await store.update('lanes', { _id }, { min: { nextAt: 40 } })
    expect(await store.get('lanes', _id)).toEqual({ _id, fence: 2, nextAt: 40 })
  })

  test('push keeps the last items, and an array contains what it is asked for', async () => {
    const _id = fresh()
    await store.insert('quotas', { _id, spent: [] })
    for (const page of ['p1', 'p2', 'p3', 'p4']) {
      const once = { _id, spent: ne(page) }
      expect(await store.update('quotas', once, { push: { spent: { value: page, keep: 3 } } })).toBe(1)
      expect(await store.update('quotas', once, { push: { spent: { value: page, keep: 3 } } })).toBe(0)
    }
    expect(await store.get('quotas', _id)).toEqual({ _id, spent: ['p2', 'p3', 'p4'] })
    expect(await store.find('quotas', { where: { _id, spent: 'p3' }, limit: 5 })).toHaveLength(1)
    expect(await store.find('quotas', { where: { _id, spent: 'p1' }, limit: 5 })).toHaveLength(0)
  })

  test('find tests, sorts and limits', async () => {
    const lane = made + 1000
    const ids = [fresh(), fresh(), fresh(), fresh()]
    for (const [at, _id] of ids.entries())
      await store.insert('sends', { _id, lane, dueAt: at * 10, state: at === 3 ? 'done' : 'waiting' })
    const dues = async (where: Parameters<Store['find']>[1]['where'], limit = 10) =>
      (await store.find('sends', { where: { lane, ...where }, order: [['dueAt', 'desc']], limit })).map(
        (doc) => doc['dueAt'],
      )
    expect(await dues({})).toEqual([30, 20, 10, 0])
    expect(await dues({}, 2)).toEqual([30, 20])
    expect(await dues({ dueAt: lte(20) })).toEqual([20, 10, 0])
    expect(await dues({ dueAt: lt(20) })).toEqual([10, 0])
    expect(await dues({ dueAt: gte(20) })).toEqual([30, 20])
    expect(await dues({ state: ne('done') })).toEqual([20, 10, 0])
    expect(await dues({ _id: oneOf([ids[0] ?? '', ids[3] ?? '']) })).toEqual([30, 0])
    expect(await dues({ _id: oneOf([]) })).toEqual([])
  })

  test('an update of many counts all that met it', async () => {
    const lane = made + 2000
    for (const _id of [fresh(), fresh(), fresh()])
      await store.insert('sends', { _id, lane, state: 'waiting' })
    expect(await store.update('sends', { lane, state: 'waiting' }, { set: { state: 'done' } })).toBe(3)
    expect(await store.update('sends', { lane, state: 'waiting' }, { set: { state: 'done' } })).toBe(0)
  })

  test('between gives the ids of a range, neither end included, and find gives the fields that are wanted', async () => {
    const range = fresh()
    for (const end of ['', 'a', 'b', 'c', 'd'])
      await store.insert('quotas', { _id: `${range}:${end}`, left: 1, own: { a: end, b: 2 }, tags: ['x'] })
    const found = await store.find('quotas', {
      where: { _id: between(`${range}:a`, `${range}:d`) },
      order: [['_id', 'desc']],
      limit: 10,
      fields: ['own.a', 'tags', 'missing'],
    })
    expect(found).toEqual([
      { _id: `${range}:c`, own: { a: 'c' }, tags: ['x'] },
      { _id: `${range}:b`, own: { a: 'b' }, tags: ['x'] },
    ])
  })

  test('a range has what was inserted since it was last asked for, and no longer what was removed', async () => {
    const range = fresh()
    const find: Find = {
      where: { _id: between(`${range}:a`, `${range}:z`) },
      order: [['_id', 'asc']],
      limit: 10,
    }
    const idsThere = async () => (await store.find('quotas', find)).map(({ _id }) => _id)
    await store.insert('quotas', { _id: `${range}:m`, left: 1 })
    expect(await idsThere()).toEqual([`${range}:m`])
    await store.insertAll('quotas', [{ _id: `${range}:c`, left: 1 }])
    expect(await idsThere()).toEqual([`${range}:c`, `${range}:m`])
    await store.remove('quotas', { _id: `${range}:m` })
    expect(await idsThere()).toEqual([`${range}:c`])
  })

  test('unset takes a field away, and one inside without its neighbours', async () => {
    const _id = fresh()
    await store.insert('pages', { _id, codes: { s1: { 0: 0 }, s2: { 1: 0 } }, note: 'x' })
    await store.update('pages', { _id }, { set: { step: 3 }, unset: ['note', 'codes.s1', 'codes.s9'] })
    expect(await store.get('pages', _id)).toEqual({ _id, codes: { s2: { 1: 0 } }, step: 3 })
  })

  test('a field that is not there equals null', async () => {
    const _id = fresh()
    await store.insert('pages', { _id, late: {} })
    const once = { _id, 'late.3': null }
    expect(await store.update('pages', once, { set: { 'late.3': 0 } })).toBe(1)
    expect(await store.update('pages', once, { set: { 'late.3': 43101 } })).toBe(0)
    expect(await store.get('pages', _id)).toEqual({ _id, late: { 3: 0 } })
  })

  test('what was given stays with its giver: changing it later changes nothing that is kept', async () => {
    const _id = fresh()
    const tags = ['x']
    const inner = { a: [1] }
    await store.insert('quotas', { _id, tags })
    await store.update('quotas', { _id }, { set: { inner } })
    tags.push('y')
    inner.a.push(2)
    expect(await store.get('quotas', _id)).toEqual({ _id, tags: ['x'], inner: { a: [1] } })
  })

  test('what was read stays as it was read, whatever is written later', async () => {
    const _id = fresh()
    await store.insert('pages', { _id, codes: { s1: { 0: 0 } }, has: ['0'] })
    const before = await store.get('pages', _id)
    const change = { set: { 'codes.s1.1': 43101 }, push: { has: { value: '43101', keep: 5 } } }
    await store.update('pages', { _id }, change)
    expect(before).toEqual({ _id, codes: { s1: { 0: 0 } }, has: ['0'] })
    expect(await store.get('pages', _id)).toEqual({
      _id,
      codes: { s1: { 0: 0, 1: 43101 } },
      has: ['0', '43101'],
    })
  })

  test('remove tells how many went', async () => {
    const _id = fresh()
    await store.insert('staff', { _id })
    expect(await store.remove('staff', { _id })).toBe(1)
    expect(await store.remove('staff', { _id })).toBe(0)
  })

  test("a lease is taken by the database's own time", async () => {
    const _id = fresh()
    await store.insert('lanes', { _id, fence: 0, leaseUntil: new ServerTime(-1) })
    const take = () =>
      store.update(
        'lanes',
        { _id, leaseUntil: lt(new ServerTime()) },
        { set: { leaseUntil: new ServerTime(30_000) }, inc: { fence: 1 } },
      )
    const counts = await Promise.all([take(), take(), take()])
    expect(counts.reduce((sum, one) => sum + one, 0)).toBe(1)
    const lane = await store.get('lanes', _id)
    expect(lane?.['fence']).toBe(1)
    expect(Math.abs(Number(lane?.['leaseUntil']) - (Date.now() + 30_000))).toBeLessThan(20_000)
  })
})
