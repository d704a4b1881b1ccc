import { encode } from '../../emulator/database/ejson'
import type { Doc } from '../../emulator/database/values'
import { fieldsOf } from '../../emulator/record'
import { type Fixture, openFixture } from './fixture'

let fixture: Fixture

beforeEach(async () => {
  fixture = openFixture({
    declared: { collections: { items: { indexes: [{ name: 'one', keys: [['key', 1]], unique: true }] } } },
  })
  await fixture.add('items', { _id: 'A', n: 1, key: 'a' }, { _id: 'B', n: 2, key: 'b' })
})
afterEach(() => fixture.stop())

const start = async (): Promise<string> =>
  String((await fixture.database.handle('database.startTransaction', {}))['transactionId'])
const commit = (transactionId: string) =>
  fixture.database.handle('database.commitTransaction', { transactionId })
const abort = (transactionId: string) =>
  fixture.database.handle('database.abortTransaction', { transactionId })

const inside = (transactionId: string) => ({
  find: (query: Doc, more = {}) => fixture.find('items', query, { transactionId, ...more }),
  set: (_id: string, n: number) =>
    fixture.update('items', { _id }, { $set: { n } }, { transactionId, multi: false }),
  add: (doc: Doc) =>
    fixture.run('insertDocument', { collectionName: 'items', data: [encode(doc)], transactionId }),
  remove: (_id: string) =>
    fixture.run('removeDocument', {
      collectionName: 'items',
      query: encode({ _id }),
      multi: false,
      transactionId,
    }),
})

test('a transaction sees its own writes, others do not', async () => {
  const id = await start()
  await inside(id).set('A', 10)
  await inside(id).add({ _id: 'C', n: 3, key: 'c' })
  await inside(id).remove('B')
  expect((await inside(id).find({})).map(({ _id, n }) => [_id, n])).toEqual([
    ['A', 10],
    ['C', 3],
  ])
  expect((await fixture.find('items', {})).map(({ _id, n }) => [_id, n])).toEqual([
    ['A', 1],
    ['B', 2],
  ])
  await commit(id)
  expect((await fixture.find('items', {})).map(({ _id, n }) => [_id, n])).toEqual([
    ['A', 10],
    ['C', 3],
  ])
})

test('a transaction reads the documents of its start', async () => {
  const id = await start()
  await fixture.update('items', { _id: 'A' }, { $set: { n: 99 } })
  await fixture.add('items', { _id: 'C', n: 3, key: 'c' })
  await fixture.run('removeDocument', { collectionName: 'items', query: '{"_id":"B"}', multi: false })
  expect((await inside(id).find({})).map(({ _id, n }) => [_id, n])).toEqual([
    ['A', 1],
    ['B', 2],
  ])
  expect(await inside(id).find({ n: { $gte: 3 } })).toEqual([])
  const limited = await inside(id).find({}, { order: '{"n":-1}', limit: 1 })
  expect(limited).toMatchObject([{ _id: 'B' }])
  await abort(id)
})

test('who commits second on the same document meets the conflict, and nothing of it is written', async () => {
  const [first, second] = [await start(), await start()]
  await inside(first).set('A', 10)
  await inside(second).set('A', 20)
  await inside(second).set('B', 20)
  await commit(first)
  await expect(commit(second)).rejects.toMatchObject({ code: 'DATABASE_TRANSACTION_CONFLICT' })
  expect((await fixture.find('items', {})).map(({ n }) => n)).toEqual([10, 2])
})

test('two transactions that commit at the same moment conflict as well', async () => {
  const [first, second] = [await start(), await start()]
  await inside(first).set('A', 10)
  await inside(second).set('A', 20)
  const outcomes = await Promise.allSettled([commit(first), commit(second)])
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
  expect(await fixture.find('items', { _id: 'A' })).toMatchObject([{ n: 10 }])
})

test('a plain write to the same document makes the conflict', async () => {
  const id = await start()
  await inside(id).set('A', 10)
  await fixture.update('items', { _id: 'A' }, { $inc: { n: 1 } })
  await expect(commit(id)).rejects.toMatchObject({ code: 'DATABASE_TRANSACTION_CONFLICT' })
  expect(await fixture.find('items', { _id: 'A' })).toMatchObject([{ n: 2 }])
})

test('two transactions insert one _id: one of them meets the conflict', async () => {
  const [first, second] = [await start(), await start()]
  await inside(first).add({ _id: 'C', key: 'c1' })
  await inside(second).add({ _id: 'C', key: 'c2' })
  await commit(first)
  await expect(commit(second)).rejects.toMatchObject({ code: 'DATABASE_TRANSACTION_CONFLICT' })
  expect(await fixture.find('items', { _id: 'C' })).toEqual([{ _id: 'C', key: 'c1' }])
})

test('write skew passes: two that read the same and write apart both commit', async () => {
  const [first, second] = [await start(), await start()]
  await inside(first).find({})
  await inside(second).find({})
  await inside(first).set('A', 0)
  await inside(second).set('B', 0)
  await commit(first)
  await commit(second)
  expect((await fixture.find('items', {})).map(({ n }) => n)).toEqual([0, 0])
})

test('a taken _id is refused inside, with E11000', async () => {
  const id = await start()
  await expect(inside(id).add({ _id: 'A' })).rejects.toThrow(/E11000/)
  await abort(id)
})

test('a unique key taken meanwhile undoes the whole commit', async () => {
  const id = await start()
  await inside(id).set('A', 10)
  await inside(id).add({ _id: 'C', key: 'x' })
  await fixture.add('items', { _id: 'D', key: 'x' })
  await expect(commit(id)).rejects.toThrow(/E11000/)
  expect(await fixture.ids('items', {})).toEqual(['A', 'B', 'D'])
  expect(await fixture.find('items', { _id: 'A' })).toMatchObject([{ n: 1 }])
})

test('a unique key moves from a removed document to a new one', async () => {
  const id = await start()
  await inside(id).add({ _id: 'C', key: 'b' })
  await inside(id).remove('B')
  await commit(id)
  expect(await fixture.ids('items', { key: 'b' })).toEqual(['C'])
})

test('what was inserted and removed again leaves nothing', async () => {
  const id = await start()
  await inside(id).add({ _id: 'C', key: 'c' })
  await inside(id).set('C', 5)
  await inside(id).remove('C')
  await inside(id).remove('A')
  await inside(id).add({ _id: 'A', n: 7, key: 'a' })
  await commit(id)
  expect((await fixture.find('items', {})).map(({ _id, n }) => [_id, n])).toEqual([
    ['A', 7],
    ['B', 2],
  ])
  expect(await fixture.ids('items', { key: 'a' })).toEqual(['A'])
})

test('after 30 s of the clock a transaction is over', async () => {
  const id = await start()
  fixture.clock.ms += 30_000
  await inside(id).set('A', 10)
  fixture.clock.ms += 1
  await expect(inside(id).find({})).rejects.toMatchObject({ code: 'DATABASE_TRANSACTION_FAIL' })
  await expect(commit(id)).rejects.toMatchObject({ code: 'DATABASE_TRANSACTION_FAIL' })
  expect(await fixture.find('items', { _id: 'A' })).toMatchObject([{ n: 1 }])
})

test('a transaction ends once', async () => {
  const id = await start()
  await abort(id)
  await expect(commit(id)).rejects.toMatchObject({ code: 'DATABASE_TRANSACTION_FAIL' })
  await expect(commit('never')).rejects.toMatchObject({ code: 'DATABASE_TRANSACTION_FAIL' })
})

test('set inside of a transaction makes and replaces', async () => {
  const id = await start()
  const set = async (_id: string, data: Doc) =>
    fieldsOf(
      await fixture.update('items', { _id }, data, {
        transactionId: id,
        multi: false,
        merge: false,
        upsert: true,
      }),
    )
  expect(await set('C', { n: 1, key: 'c' })).toEqual({ updated: 0, upsert_id: 'C' })
  expect(await set('C', { n: 2, key: 'c' })).toEqual({ updated: 1, upsert_id: null })
  await commit(id)
  expect(await fixture.find('items', { _id: 'C' })).toEqual([{ _id: 'C', n: 2, key: 'c' }])
})
