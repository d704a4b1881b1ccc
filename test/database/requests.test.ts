import { encode } from '../../emulator/database/ejson'
import { RESULT_BYTES } from '../../emulator/database/limits'
import type { Doc } from '../../emulator/database/values'
import { GatewayError } from '../../emulator/gateway/gateway-error'
import { fieldsOf } from '../../emulator/record'
import { type Fixture, openFixture } from './fixture'

let fixture: Fixture

beforeEach(async () => {
  fixture = openFixture({ declared: { collections: { items: {} } } })
  await fixture.add('items', { _id: 'A', n: 1 })
})
afterEach(() => fixture.stop())

const items = { collectionName: 'items' }

interface BadRequest {
  what: string
  action: string
  body: Record<string, unknown>
  code: string
  says: RegExp
}

const BAD: readonly BadRequest[] = [
  {
    what: 'an unknown action',
    action: 'dropEverything',
    body: items,
    code: 'INVALID_PARAM',
    says: /unknown action "database\.dropEverything"/,
  },
  {
    what: 'no collection',
    action: 'getDocument',
    body: {},
    code: 'INVALID_PARAM',
    says: /^collectionName: /,
  },
  {
    what: 'a query that is an object',
    action: 'getDocument',
    body: { ...items, query: { a: 1 } },
    code: 'INVALID_PARAM',
    says: /^query: /,
  },
  {
    what: 'a query that is no EJSON',
    action: 'getDocument',
    body: { ...items, query: '{a' },
    code: 'INVALID_PARAM',
    says: /query is not EJSON/,
  },
  {
    what: 'a query that is a list',
    action: 'getDocument',
    body: { ...items, query: '[]' },
    code: 'INVALID_PARAM',
    says: /query is not a document/,
  },
  {
    what: 'a negative offset',
    action: 'getDocument',
    body: { ...items, offset: -1 },
    code: 'INVALID_PARAM',
    says: /^offset: /,
  },
  {
    what: 'an unknown operator',
    action: 'getDocument',
    body: { ...items, query: '{"n":{"$bigger":1}}' },
    code: 'DATABASE_INVALID_OPERRATOR',
    says: /unknown operator: \$bigger/,
  },
  {
    what: 'an unknown operator at the top',
    action: 'getDocument',
    body: { ...items, query: '{"$xor":[]}' },
    code: 'DATABASE_INVALID_OPERRATOR',
    says: /unknown operator: \$xor/,
  },
  {
    what: 'an empty $or',
    action: 'getDocument',
    body: { ...items, query: '{"$or":[]}' },
    code: 'INVALID_PARAM',
    says: /\$or must be a nonempty array/,
  },
  {
    what: 'an $in without a list',
    action: 'getDocument',
    body: { ...items, query: '{"n":{"$in":1}}' },
    code: 'INVALID_PARAM',
    says: /\$in needs an array/,
  },
  {
    what: 'a broken regular expression',
    action: 'getDocument',
    body: { ...items, query: '{"n":{"$regex":"("}}' },
    code: 'INVALID_PARAM',
    says: /regular expression/,
  },
  {
    what: 'an order that is no direction',
    action: 'getDocument',
    body: { ...items, order: '{"n":"up"}' },
    code: 'INVALID_PARAM',
    says: /the order of n is "up"; it is 1 or -1/,
  },
  {
    what: 'a mixed projection',
    action: 'getDocument',
    body: { ...items, projection: '{"a":1,"b":0}' },
    code: 'DATABASE_REQUEST_FAILED',
    says: /Cannot do exclusion on field b in inclusion projection/,
  },
  {
    what: 'a place',
    action: 'getDocument',
    body: { ...items, query: '{"at":{"$nearSphere":{}}}' },
    code: 'DATABASE_REQUEST_FAILED',
    says: /\$nearSphere is not simulated/,
  },
  {
    what: 'a text search',
    action: 'getDocument',
    body: { ...items, query: '{"$text":{"$search":"x"}}' },
    code: 'DATABASE_REQUEST_FAILED',
    says: /\$text is not simulated/,
  },
  {
    what: 'an ObjectId',
    action: 'getDocument',
    body: { ...items, query: '{"_id":{"$oid":"5f0c"}}' },
    code: 'DATABASE_REQUEST_FAILED',
    says: /\$oid.* is not simulated/,
  },
  {
    what: 'a number that is none',
    action: 'getDocument',
    body: { ...items, query: '{"n":{"$numberInt":"x"}}' },
    code: 'INVALID_PARAM',
    says: /\$numberInt holds "x"/,
  },
  {
    what: 'a date that is none',
    action: 'getDocument',
    body: { ...items, query: '{"n":{"$date":"never"}}' },
    code: 'INVALID_PARAM',
    says: /\$date holds "never"/,
  },
  {
    what: 'a field named __proto__',
    action: 'insertDocument',
    body: { ...items, data: ['{"__proto__":{"x":1}}'] },
    code: 'DATABASE_REQUEST_FAILED',
    says: /__proto__ is not simulated/,
  },
  {
    what: 'nothing to insert',
    action: 'insertDocument',
    body: { ...items, data: [] },
    code: 'INVALID_PARAM',
    says: /^data: /,
  },
  {
    what: 'data that is no text',
    action: 'insertDocument',
    body: { ...items, data: [{ a: 1 }] },
    code: 'INVALID_PARAM',
    says: /^data\.0: /,
  },
  {
    what: 'a list as _id',
    action: 'insertDocument',
    body: { ...items, data: ['{"_id":[1]}'] },
    code: 'DATABASE_REQUEST_FAILED',
    says: /'_id' value cannot be of type array/,
  },
  {
    what: 'a field named like an operator',
    action: 'insertDocument',
    body: { ...items, data: ['{"a":{"$set":1}}'] },
    code: 'DATABASE_REQUEST_FAILED',
    says: /'\$set' is not valid for storage/,
  },
  {
    what: 'nesting without end',
    action: 'insertDocument',
    body: { ...items, data: [`${'{"a":'.repeat(500)}1${'}'.repeat(500)}`] },
    code: 'INVALID_PARAM',
    says: /100 levels/,
  },
  {
    what: 'fields beside operators',
    action: 'modifyDocument',
    body: { ...items, query: '{}', data: '{"$set":{"a":1},"b":2}', merge: true },
    code: 'INVALID_PARAM',
    says: /b is a field beside them/,
  },
  {
    what: 'an operator without fields',
    action: 'modifyDocument',
    body: { ...items, query: '{}', data: '{"$set":1}', merge: true },
    code: 'INVALID_PARAM',
    says: /Modifiers operate on fields/,
  },
  {
    what: 'an unknown stage',
    action: 'aggregateDocuments',
    body: { ...items, stages: [{ stageKey: '$shuffle', stageValue: '{}' }] },
    code: 'DATABASE_INVALID_OPERRATOR',
    says: /\$shuffle/,
  },
  {
    what: 'an unknown expression',
    action: 'aggregateDocuments',
    body: { ...items, stages: [{ stageKey: '$project', stageValue: '{"a":{"$frobnicate":"$n"}}' }] },
    code: 'INVALID_PARAM',
    says: /frobnicate/,
  },
  {
    what: 'a stage of another world',
    action: 'aggregateDocuments',
    body: { ...items, stages: [{ stageKey: '$out', stageValue: '"x"' }] },
    code: 'DATABASE_REQUEST_FAILED',
    says: /\$out is not simulated/,
  },
  {
    what: 'a collection name with a dot',
    action: 'addCollection',
    body: { collectionName: 'a.b' },
    code: 'INVALID_PARAM',
    says: /"a\.b"/,
  },
  {
    what: 'a missing collection',
    action: 'removeDocument',
    body: { collectionName: 'ghost', query: '{}', multi: true },
    code: 'DATABASE_COLLECTION_NOT_EXIST',
    says: /Db or Table not exist: ghost/,
  },
]

test.each(BAD)('$what is refused with $code, and nothing changes', async ({ action, body, code, says }) => {
  const refusal: unknown = await fixture.run(action, body).catch((error: unknown) => error)
  expect(refusal).toBeInstanceOf(GatewayError)
  expect(refusal).toMatchObject({ code, message: expect.stringMatching(says) })
  expect(await fixture.find('items', {})).toEqual([{ _id: 'A', n: 1 }])
})

test('a write is not seen before it is acknowledged', async () => {
  const write = fixture.update('items', { _id: 'A' }, { $set: { n: 2 } })
  expect(await fixture.find('items', {})).toEqual([{ _id: 'A', n: 1 }])
  await write
  expect(await fixture.find('items', {})).toEqual([{ _id: 'A', n: 2 }])
})

test('a refused write leaves its neighbours of the same commit', async () => {
  const outcomes = await Promise.allSettled([
    fixture.add('items', { _id: 'B' }),
    fixture.add('items', { _id: 'A' }),
    fixture.update('items', { _id: 'A' }, { $set: { 'n.x': 1 } }),
    fixture.add('items', { _id: 'C' }),
  ])
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled'])
  expect(await fixture.ids('items', {})).toEqual(['A', 'B', 'C'])
})

test('writes that arrive together are all done, each on what the one before left', async () => {
  await Promise.all(
    Array.from({ length: 200 }, () => fixture.update('items', { _id: 'A' }, { $inc: { n: 1 } })),
  )
  expect(await fixture.find('items', {})).toEqual([{ _id: 'A', n: 201 }])
})

test('of a refused list those before the refused one stay', async () => {
  await expect(fixture.add('items', { _id: 'B' }, { _id: 'A' }, { _id: 'C' })).rejects.toThrow(/E11000/)
  expect(await fixture.ids('items', {})).toEqual(['A', 'B'])
})

test('a refused update of many leaves those before the refused one changed', async () => {
  await fixture.add('items', { _id: 'B', n: 'text' }, { _id: 'C', n: 3 })
  await expect(fixture.update('items', {}, { $inc: { n: 1 } })).rejects.toThrow(/non-numeric type string/)
  expect(await fixture.find('items', {})).toEqual([
    { _id: 'A', n: 2 },
    { _id: 'B', n: 'text' },
    { _id: 'C', n: 3 },
  ])
})

test('an update counts the documents that match, changed or not', async () => {
  await fixture.add('items', { _id: 'B', n: 2 })
  expect(await fixture.update('items', {}, { $set: { n: 2 } })).toEqual({ updated: 2, upsert_id: null })
})

test('multi false changes one document', async () => {
  await fixture.add('items', { _id: 'B', n: 1 })
  expect(await fixture.update('items', { n: 1 }, { $set: { n: 5 } }, { multi: false })).toMatchObject({
    updated: 1,
  })
  expect(await fixture.ids('items', { n: 5 })).toEqual(['A'])
})

test('an upsert inserts the equalities of its query, changed by the update', async () => {
  const made = await fixture.update(
    'items',
    { _id: 'U', kind: 'x', 'o.p': 1, size: { $gt: 3 } },
    { $inc: { n: 1 }, $setOnInsert: { first: true } },
    { multi: false, upsert: true },
  )
  expect(made).toEqual({ updated: 0, upsert_id: 'U' })
  expect(await fixture.find('items', { _id: 'U' })).toEqual([
    { _id: 'U', kind: 'x', o: { p: 1 }, n: 1, first: true },
  ])
  await fixture.update(
    'items',
    { _id: 'U' },
    { $setOnInsert: { first: false } },
    { multi: false, upsert: true },
  )
  expect(await fixture.find('items', { _id: 'U' })).toMatchObject([{ first: true }])
})

test('modifyAndReturnDoc gives the document as it is afterwards', async () => {
  const reply = await fixture.run('modifyAndReturnDoc', {
    ...items,
    query: '{"_id":"A"}',
    data: '{"$inc":{"n":1}}',
  })
  expect(reply).toEqual({ updated: 1, doc: '{"_id":"A","n":2}' })
})

test('a result of more than 1 MB is refused, one of less is given', async () => {
  const text = 'x'.repeat(RESULT_BYTES / 4)
  await fixture.add('items', { _id: 'B', text }, { _id: 'C', text }, { _id: 'D', text })
  expect(await fixture.find('items', {})).toHaveLength(4)
  await fixture.add('items', { _id: 'E', text })
  await expect(fixture.find('items', {})).rejects.toThrow(
    /the result holds \d+ bytes, more than the 1048576 allowed/,
  )
  expect(await fixture.find('items', {}, { projection: '{"_id":1}' })).toHaveLength(5)
  // Bytes count, not characters.
  await fixture.run('removeDocument', { ...items, query: '{}', multi: true })
  await fixture.add('items', { _id: 'F', text: '鸿'.repeat(RESULT_BYTES / 3) })
  await expect(fixture.find('items', {})).rejects.toThrow(/more than the 1048576 allowed/)
})

test('what was given out is not tied to what is kept', async () => {
  const [sample] = fixture.database.sample('items', 1)
  fieldsOf(sample)['n'] = 99
  expect(await fixture.find('items', {})).toEqual([{ _id: 'A', n: 1 }])
})

test('a set keeps the _id and drops all else', async () => {
  const set = (data: Doc) =>
    fixture.update('items', { _id: 'A' }, data, { multi: false, merge: false, upsert: true })
  await set({ m: 1 })
  expect(await fixture.find('items', {})).toEqual([{ _id: 'A', m: 1 }])
  await expect(set({ _id: 'Z', m: 2 })).rejects.toThrow(/immutable/)
})

interface ProjectionRow {
  spec: Doc
  gives: Doc
}
const PROJECTED: Doc = {
  _id: 'P',
  a: 1,
  o: { p: 1, q: 2 },
  list: [{ x: 1, y: 1 }, { x: 2, y: 2 }, 5],
  nums: [1, 2, 3, 4],
}
const PROJECTIONS: readonly ProjectionRow[] = [
  { spec: { a: 1 }, gives: { _id: 'P', a: 1 } },
  { spec: { a: true, _id: 0 }, gives: { a: 1 } },
  { spec: { a: 0, list: 0, nums: 0 }, gives: { _id: 'P', o: { p: 1, q: 2 } } },
  { spec: { _id: 1 }, gives: { _id: 'P' } },
  { spec: { 'o.p': 1 }, gives: { _id: 'P', o: { p: 1 } } },
  { spec: { 'o.p': 0, list: 0, nums: 0 }, gives: { _id: 'P', a: 1, o: { q: 2 } } },
  { spec: { 'list.x': 1 }, gives: { _id: 'P', list: [{ x: 1 }, { x: 2 }] } },
  { spec: { 'list.x': 0, o: 0, nums: 0 }, gives: { _id: 'P', a: 1, list: [{ y: 1 }, { y: 2 }, 5] } },
  { spec: { a: 1, nums: { $slice: 2 } }, gives: { _id: 'P', a: 1, nums: [1, 2] } },
  { spec: { a: 1, nums: { $slice: [-3, 2] } }, gives: { _id: 'P', a: 1, nums: [2, 3] } },
  { spec: { list: { $elemMatch: { x: 2 } } }, gives: { _id: 'P', list: [{ x: 2, y: 2 }] } },
  { spec: { 'a.b': 1 }, gives: { _id: 'P' } },
]

test.each(PROJECTIONS)('a projection of $spec gives $gives', async ({ spec, gives }) => {
  await fixture.add('items', PROJECTED)
  const [doc] = await fixture.find('items', { _id: 'P' }, { projection: encode(spec) })
  expect(doc).toEqual(gives)
})

test('values are sorted by their types, an array by its least or greatest element', async () => {
  await fixture.run('removeDocument', { ...items, query: '{}', multi: true })
  const values = [new Date(0), true, [3, 9], { x: 1 }, 'b', 'a', 5, 1, null, []]
  await fixture.add('items', { _id: 'none' }, ...values.map((v, i) => ({ _id: `v${i}`, v })))
  const order = async (direction: 1 | -1) =>
    (await fixture.find('items', {}, { order: encode({ v: direction, _id: 1 }) })).map(({ v }) => v)
  expect(await order(1)).toEqual([[], undefined, null, 1, [3, 9], 5, 'a', 'b', { x: 1 }, true, new Date(0)])
  expect(await order(-1)).toEqual([new Date(0), true, { x: 1 }, 'b', 'a', [3, 9], 5, 1, undefined, null, []])
})
