import { type Fixture, openFixture } from './fixture'
import { type Gateway, sdkEnvironment, serveDatabase } from './sdk-driver'
import { type Cloud, type Collection, type Commands, type Db, SDK_VERSIONS } from './sdk-types'

/** Each command of the SDK, sent by the SDK itself (wire.md §3). */

interface QueryRow {
  command: string
  docs: Record<string, unknown>
  where: (_: Commands, db: Db) => object
  ids: string[]
}

const NUMBERS = { one: 1, five: 5, nine: 9, text: 'x', none: null }
const LISTS = { ab: ['a', 'b'], b: ['b'], empty: [], scalar: 'a' }

const QUERIES: readonly QueryRow[] = [
  { command: 'eq', docs: NUMBERS, where: (_) => ({ v: _['eq']?.(5) }), ids: ['five'] },
  { command: 'eq of null', docs: NUMBERS, where: (_) => ({ v: _['eq']?.(null) }), ids: ['none'] },
  {
    command: 'neq',
    docs: NUMBERS,
    where: (_) => ({ v: _['neq']?.(5) }),
    ids: ['nine', 'none', 'one', 'text'],
  },
  { command: 'gt', docs: NUMBERS, where: (_) => ({ v: _['gt']?.(5) }), ids: ['nine'] },
  { command: 'gte', docs: NUMBERS, where: (_) => ({ v: _['gte']?.(5) }), ids: ['five', 'nine'] },
  { command: 'lt', docs: NUMBERS, where: (_) => ({ v: _['lt']?.(5) }), ids: ['one'] },
  { command: 'lte', docs: NUMBERS, where: (_) => ({ v: _['lte']?.(5) }), ids: ['five', 'one'] },
  {
    command: 'in',
    docs: NUMBERS,
    where: (_) => ({ v: _['in']?.([1, 'x', null]) }),
    ids: ['none', 'one', 'text'],
  },
  { command: 'nin', docs: NUMBERS, where: (_) => ({ v: _['nin']?.([1, 'x', null]) }), ids: ['five', 'nine'] },
  { command: 'mod', docs: NUMBERS, where: (_) => ({ v: _['mod']?.(4, 1) }), ids: ['five', 'nine', 'one'] },
  {
    command: 'exists',
    docs: NUMBERS,
    where: (_) => ({ v: _['exists']?.(true), w: _['exists']?.(false) }),
    ids: ['five', 'nine', 'none', 'one', 'text'],
  },
  {
    command: 'and',
    docs: NUMBERS,
    where: (_) => ({ v: _['and']?.([_['gt']?.(1), _['lt']?.(9)]) }),
    ids: ['five'],
  },
  {
    command: 'or',
    docs: NUMBERS,
    where: (_) => ({ v: _['or']?.([_['lt']?.(5), _['gt']?.(5)]) }),
    ids: ['nine', 'one'],
  },
  {
    command: 'nor',
    docs: NUMBERS,
    where: (_) => ({ v: _['nor']?.([_['eq']?.(1), _['eq']?.(9)]) }),
    ids: ['five', 'none', 'text'],
  },
  {
    command: 'not',
    docs: NUMBERS,
    where: (_) => ({ v: _['not']?.(_['gt']?.(1)) }),
    ids: ['none', 'one', 'text'],
  },
  {
    command: 'or of documents',
    docs: NUMBERS,
    where: (_) => _['or']?.([{ v: 1 }, { v: 'x' }]) as object,
    ids: ['one', 'text'],
  },
  {
    command: 'and of documents',
    docs: NUMBERS,
    where: (_) => _['and']?.([{ v: _['gt']?.(1) }, { v: _['neq']?.(9) }]) as object,
    ids: ['five'],
  },
  { command: 'all', docs: LISTS, where: (_) => ({ v: _['all']?.(['b', 'a']) }), ids: ['ab'] },
  { command: 'size', docs: LISTS, where: (_) => ({ v: _['size']?.(1) }), ids: ['b'] },
  { command: 'elemMatch', docs: LISTS, where: (_) => ({ v: _['elemMatch']?.(_['eq']?.('a')) }), ids: ['ab'] },
  {
    command: 'RegExp',
    docs: NUMBERS,
    where: (_, db) => ({ v: db.RegExp({ regexp: '^X', options: 'i' }) }),
    ids: ['text'],
  },
  { command: 'a regular expression', docs: NUMBERS, where: () => ({ v: /x/ }), ids: ['text'] },
  {
    command: 'an embedded field',
    docs: { yes: { p: { q: 1 } }, no: { p: { q: 2 } } },
    where: () => ({ v: { p: { q: 1 } } }),
    ids: ['yes'],
  },
  {
    command: 'a date',
    docs: { early: new Date(1), late: new Date(9) },
    where: (_) => ({ v: _['gt']?.(new Date(5)) }),
    ids: ['late'],
  },
]

interface UpdateRow {
  command: string
  doc: Record<string, unknown>
  data: (_: Commands) => object
  becomes: Record<string, unknown>
}

const UPDATES: readonly UpdateRow[] = [
  {
    command: 'set',
    doc: { v: { x: 1 } },
    data: (_) => ({ v: _['set']?.({ y: 2 }) }),
    becomes: { v: { y: 2 } },
  },
  {
    command: 'a plain object, which is merged',
    doc: { v: { x: 1 } },
    data: () => ({ v: { y: 2 } }),
    becomes: { v: { x: 1, y: 2 } },
  },
  {
    command: 'a plain list, which replaces',
    doc: { v: [1] },
    data: () => ({ v: [2, 3] }),
    becomes: { v: [2, 3] },
  },
  { command: 'remove', doc: { v: 1, w: 2 }, data: (_) => ({ v: _['remove']?.() }), becomes: { w: 2 } },
  { command: 'inc', doc: { v: 1 }, data: (_) => ({ v: _['inc']?.(-3) }), becomes: { v: -2 } },
  { command: 'mul', doc: { v: 3 }, data: (_) => ({ v: _['mul']?.(2) }), becomes: { v: 6 } },
  { command: 'min', doc: { v: 3 }, data: (_) => ({ v: _['min']?.(2) }), becomes: { v: 2 } },
  { command: 'max', doc: { v: 3 }, data: (_) => ({ v: _['max']?.(2) }), becomes: { v: 3 } },
  { command: 'rename', doc: { v: 3 }, data: (_) => ({ v: _['rename']?.('w') }), becomes: { w: 3 } },
  {
    command: 'push of a list',
    doc: { v: [1] },
    data: (_) => ({ v: _['push']?.([2, 3]) }),
    becomes: { v: [1, 2, 3] },
  },
  {
    command: 'push with modifiers',
    doc: { v: [3, 1] },
    data: (_) => ({ v: _['push']?.({ each: [2], position: 0, sort: 1, slice: 2 }) }),
    becomes: { v: [1, 2] },
  },
  { command: 'pop', doc: { v: [1, 2] }, data: (_) => ({ v: _['pop']?.() }), becomes: { v: [1] } },
  { command: 'shift', doc: { v: [1, 2] }, data: (_) => ({ v: _['shift']?.() }), becomes: { v: [2] } },
  {
    command: 'unshift',
    doc: { v: [1] },
    data: (_) => ({ v: _['unshift']?.([8, 9]) }),
    becomes: { v: [8, 9, 1] },
  },
  {
    command: 'pull of a value',
    doc: { v: [1, 2, 1] },
    data: (_) => ({ v: _['pull']?.(1) }),
    becomes: { v: [2] },
  },
  {
    command: 'pull of a condition',
    doc: { v: [1, 5, 9] },
    data: (_) => ({ v: _['pull']?.(_['in']?.([1, 9])) }),
    becomes: { v: [5] },
  },
  {
    command: 'pull of a document',
    doc: { v: [{ a: 1, b: 1 }, { a: 2 }] },
    data: (_) => ({ v: _['pull']?.({ a: 1 }) }),
    becomes: { v: [{ a: 2 }] },
  },
  {
    command: 'pullAll',
    doc: { v: [1, 2, 3] },
    data: (_) => ({ v: _['pullAll']?.([1, 3]) }),
    becomes: { v: [2] },
  },
  {
    command: 'addToSet',
    doc: { v: [1] },
    data: (_) => ({ v: _['addToSet']?.(1), w: _['addToSet']?.(1) }),
    becomes: { v: [1], w: [1] },
  },
  {
    command: 'addToSet of a list',
    doc: { v: [1] },
    data: (_) => ({ v: _['addToSet']?.({ $each: [1, 2] }) }),
    becomes: { v: [1, 2] },
  },
  {
    command: 'a dotted field',
    doc: { v: { x: 1, y: 2 } },
    data: (_) => ({ 'v.x': _['inc']?.(1) }),
    becomes: { v: { x: 2, y: 2 } },
  },
]

describe.each(SDK_VERSIONS)('wx-server-sdk %s', (_version, packageName) => {
  const environment = { ...process.env }
  let fixture: Fixture
  let gateway: Gateway
  let db: Db
  let items: Collection
  let count = 0

  beforeAll(async () => {
    fixture = openFixture()
    gateway = await serveDatabase(fixture.database)
    Object.assign(process.env, sdkEnvironment(gateway.url))
    const cloud = jest.requireActual<Cloud>(packageName)
    cloud.init({ env: 'env-x' })
    db = cloud.database()
  })
  beforeEach(async () => {
    const name = `items${(count += 1)}`
    await db.createCollection(name)
    items = db.collection(name)
  })
  afterAll(async () => {
    process.env = environment
    await gateway.stop()
    await fixture.stop()
  })

  test.each(QUERIES)('where with $command', async ({ docs, where, ids }) => {
    await items.add({ data: Object.entries(docs).map(([_id, v]) => ({ _id, v })) })
    const { data } = await items.where(where(db.command, db)).get()
    expect(data.map(({ _id }) => String(_id)).sort((a, b) => a.localeCompare(b))).toEqual(ids)
  })

  test.each(UPDATES)('update with $command', async ({ doc, data, becomes }) => {
    await items.add({ data: { _id: 'A', ...doc } })
    expect((await items.doc('A').update({ data: data(db.command) })).stats).toEqual({ updated: 1 })
    expect((await items.doc('A').get()).data).toEqual({ _id: 'A', ...becomes })
  })

  test('field with project commands', async () => {
    await items.add({ data: { _id: 'A', list: [1, 2, 3], docs: [{ n: 1 }, { n: 2 }] } })
    const { slice, elemMatch } = db.command.project
    const { data } = await items.field({ list: slice?.(2), docs: elemMatch?.({ n: 2 }) }).get()
    expect(data).toEqual([{ _id: 'A', list: [1, 2], docs: [{ n: 2 }] }])
  })

  test('aggregate with expressions of the SDK', async () => {
    await items.add({ data: [{ _id: 'A', n: 2, at: new Date(Date.UTC(2026, 1, 8)) }] })
    const $ = db.command.aggregate
    const { list } = await items
      .aggregate()
      .match({ n: db.command['gte']?.(2) })
      .project({
        _id: 0,
        twice: $['multiply']?.(['$n', 2]),
        day: $['dateToString']?.({ date: '$at', format: '%Y/%m/%d' }),
      })
      .limit(1)
      .end()
    expect(list).toEqual([{ twice: 4, day: '2026/02/08' }])
  })

  test('places are kept and given back, and searching them is refused by name', async () => {
    const { Point } = db.Geo
    if (Point === undefined) throw new Error('no Point')
    await items.add({ data: { _id: 'A', at: new Point(113, 23) } })
    expect(JSON.parse(JSON.stringify((await items.doc('A').get()).data['at']))).toEqual({
      type: 'Point',
      coordinates: [113, 23],
    })
    const near = db.command['geoNear']?.({ geometry: new Point(113, 23), maxDistance: 1000, minDistance: 0 })
    await expect(items.where({ at: near }).get()).rejects.toMatchObject({
      errCode: -502001,
      errMsg: expect.stringContaining('$nearSphere is not simulated'),
    })
  })
})
