/** Updates and removals of more documents than are worked at once. */
import { Catalog } from '../../emulator/database/catalog'
import { History } from '../../emulator/database/history'
import { conditionsOf } from '../../emulator/database/filter'
import { Sql } from '../../emulator/database/sql'
import { Sweeps } from '../../emulator/database/sweep'
import { LiveView } from '../../emulator/database/view'
import { Writer } from '../../emulator/database/writer'
import { join } from 'node:path'
import { type Fixture, openFixture } from './fixture'

const MANY = 350

let fixture: Fixture

beforeEach(() => {
  fixture = openFixture({
    declared: { collections: { items: { indexes: [{ name: 'n', keys: [['n', 1]] }] }, plain: {} } },
  })
})
afterEach(() => fixture.stop())

const idOf = (i: number): string => `item${String(i).padStart(4, '0')}`
const IDS = Array.from({ length: MANY }, (_, i) => idOf(i))
const fill = (collection: string): Promise<unknown> =>
  fixture.add(collection, ...IDS.map((_id, n) => ({ _id, n, state: 'waiting' })))
const total = async (collection: string, query: object): Promise<unknown> =>
  (await fixture.run('calculateDocument', { collectionName: collection, query: JSON.stringify(query) }))[
    'total'
  ]

test('others are answered while an update of many goes on', async () => {
  await fill('items')
  const order: string[] = []
  const many = fixture
    .update('items', { _id: { $in: IDS } }, { $set: { state: 'done' } })
    .then(() => order.push('many'))
  const one = fixture.add('plain', { _id: 'x' }).then(() => order.push('one'))
  await Promise.all([many, one])
  expect(order).toEqual(['one', 'many'])
  expect(await total('items', { state: 'done' })).toBe(MANY)
})

test.each([
  ['by their index, which the update moves', { n: { $gte: 0 } }],
  ['by ids', { _id: { $in: IDS } }],
  ['by a range of ids', { _id: { $gte: '' } }],
  ['by nothing', {}],
])('an update of many meets each document once, found %s', async (_, query) => {
  await fill('items')
  const { updated } = await fixture.update('items', query, { $inc: { n: 1000 } })
  expect(updated).toBe(MANY)
  expect(await total('items', { n: { $gte: 1000, $lt: 1000 + MANY } })).toBe(MANY)
  expect(await total('items', { n: { $lt: 1000 } })).toBe(0)
})

test('a document is judged when its turn comes, and taken by one of two only', async () => {
  await fill('items')
  const waiting = { state: 'waiting' }
  const last = { _id: idOf(MANY - 1) }
  const [many, one] = await Promise.all([
    fixture.update('items', { _id: { $in: IDS }, ...waiting }, { $set: { state: 'fired' } }),
    fixture.update('items', { ...last, ...waiting }, { $set: { state: 'cancelled' } }),
  ])
  // The single one comes behind the first documents of the other, and before its last.
  expect([many['updated'], one['updated']]).toEqual([MANY - 1, 1])
  expect(await total('items', { state: 'cancelled' })).toBe(1)
})

test.each(['update', 'remove'])('what is inserted behind the beginning is left out (%s)', async (what) => {
  await fill('plain')
  const many =
    what === 'update'
      ? fixture.update('plain', {}, { $set: { state: 'done' } })
      : fixture.run('removeDocument', { collectionName: 'plain', query: '{}', multi: true })
  await fixture.add('plain', { _id: 'new', state: 'waiting' })
  expect(Object.values(await many)).toContain(MANY)
  expect(await fixture.ids('plain', { state: 'waiting' })).toEqual(['new'])
})

test('a refusal in the middle ends it, and those before it stay changed', async () => {
  await fill('items')
  const middle = 230
  await fixture.update('items', { _id: idOf(middle) }, { $set: { state: 7 } })
  const refused = fixture.update('items', { _id: { $in: IDS } }, { $push: { state: 'x' }, $inc: { n: 5000 } })
  await expect(refused).rejects.toThrow('must be an array')
  expect(await total('items', { n: { $gte: 5000 } })).toBe(0)
  await fixture.update('items', { _id: { $ne: idOf(middle) } }, { $set: { state: [] } })
  await expect(
    fixture.update('items', { _id: { $in: IDS } }, { $push: { state: 'x' }, $inc: { n: 5000 } }),
  ).rejects.toThrow('must be an array')
  expect(await total('items', { n: { $gte: 5000 } })).toBe(middle)
  expect(await total('items', { state: 'x' })).toBe(middle)
})

test('of many insertions those before a refusal stay, and others are answered between', async () => {
  await fixture.add('items', { _id: idOf(250) })
  const order: string[] = []
  const many = fill('items').finally(() => order.push('many'))
  const one = fixture.add('plain', { _id: 'x' }).then(() => order.push('one'))
  await expect(many).rejects.toThrow('E11000')
  await one
  expect(order).toEqual(['one', 'many'])
  expect(await total('items', {})).toBe(251)
})

test('a unique key may pass from one document to the next, and is not given twice', async () => {
  await fixture.reopen({
    declared: { collections: { seats: { indexes: [{ name: 'n', keys: [['n', 1]], unique: true }] } } },
  })
  await fill('seats')
  // Downwards each takes what the one before it has left.
  const { updated } = await fixture.update('seats', { _id: { $in: IDS } }, { $inc: { n: -1 } })
  expect(updated).toBe(MANY)
  await expect(fixture.update('seats', {}, { $set: { n: 7777 } })).rejects.toThrow('E11000')
  expect(await total('seats', { n: 7777 })).toBe(1)
})

test('what was begun is finished before the documents are closed', async () => {
  await fill('items')
  const many = fixture.update('items', { _id: { $in: IDS } }, { $set: { state: 'done' } })
  await fixture.reopen()
  expect(await many).toMatchObject({ updated: MANY })
  expect(await total('items', { state: 'done' })).toBe(MANY)
})

test('documents whose commit failed for another’s fault are worked again', async () => {
  const sql = new Sql(join(fixture.dir, 'own.db'), 'process')
  const catalog = new Catalog(sql)
  catalog.apply({ collections: { items: {} } })
  const history = new History()
  const writer = new Writer(sql, history, () => false)
  const live = new LiveView(history)
  const items = catalog.get('items')
  for (const [n, _id] of IDS.entries()) items.insert({ _id, n })
  const sweeping = new Sweeps(writer).run(items, conditionsOf({}), (matches) =>
    live.rewrite(items, matches, {
      replace: (doc) => ({ ...doc, n: Number(doc['n']) + 1000 }),
      fields: undefined,
    }),
  )
  const faulty = writer.submit(() => {
    throw new Error('a fault')
  })
  await expect(faulty).rejects.toThrow('a fault')
  expect(await sweeping).toBe(MANY)
  const found = live.find(items, { conditions: [], order: [], skip: 0, limit: MANY })
  expect(found.map(({ body }) => (JSON.parse(body) as { n: number }).n)).toEqual(IDS.map((_, n) => n + 1000))
  await sql.close()
})
