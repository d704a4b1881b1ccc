import * as fc from 'fast-check'
import { decodeStored, encode } from '../../emulator/database/ejson'
import { excerptsFor } from '../../emulator/database/excerpt'
import { conditionsOf, testOf } from '../../emulator/database/filter'
import { indexKeys } from '../../emulator/database/index-keys'
import { insertable } from '../../emulator/database/modify'
import { positionalIndex } from '../../emulator/database/positional'
import { compileUpdate, type Update } from '../../emulator/database/update'
import type { Doc, Value } from '../../emulator/database/values'
import { openFixture } from './fixture'

const name = fc.constantFrom('a', 'b', 'ab', 'n', 'list', '字段', '7', '07', 'a"b', '}', ',', '__proto')
const path = fc.oneof(
  name,
  fc.tuple(name, fc.constantFrom('x', 'y', '3', '0', '$', '$[]')).map((parts) => parts.join('.')),
)
const scalar = fc.oneof(
  fc.string(),
  fc.constantFrom('"', '\\"', '{"a":1', '\\\\', ',"b":', '💌', '\ud800'),
  fc.double(),
  fc.integer({ min: -9, max: 9 }),
  fc.boolean(),
  fc.constant(null),
  fc.date({ noInvalidDate: true }),
  fc.constant(/a"{2}/i),
)
const inner = fc.constantFrom('x', 'y', '3', '10', '2')
const value = fc.oneof(
  { weight: 3, arbitrary: scalar },
  fc.array(scalar, { maxLength: 3 }),
  fc.dictionary(
    inner,
    fc.oneof(scalar, fc.dictionary(inner, scalar, { maxKeys: 2, noNullPrototype: true })),
    {
      maxKeys: 4,
      noNullPrototype: true,
    },
  ),
)
const stored = fc
  .tuple(fc.dictionary(name, value, { maxKeys: 8, noNullPrototype: true }), fc.nat(7))
  .map(([fields, at]): Doc => {
    const entries: [string, Value][] = Object.entries(fields)
    // Long enough, wherever its length lies.
    entries.splice(at, 0, ['long', '长"\\'.repeat(700)])
    return insertable({ ...Object.fromEntries(entries), _id: 'x' }, () => 'x')
  })
const operations: [string, fc.Arbitrary<Value>][] = [
  ['$set', value],
  ['$unset', fc.constant('')],
  ['$inc', fc.integer({ min: -9, max: 9 })],
  ['$min', scalar],
  ['$rename', name],
  ['$push', scalar],
  ['$addToSet', scalar],
  ['$pull', scalar],
]
const operation = fc.oneof(
  ...operations.map(([operator, operand]) => fc.record({ operator: fc.constant(operator), path, operand })),
)
const change = fc.array(operation, { minLength: 1, maxLength: 3 }).map((steps) => {
  const data: Record<string, Doc> = {}
  for (const { operator, path: at, operand } of steps) data[operator] = { ...data[operator], [at]: operand }
  return data
})
const query = fc.dictionary(
  path.filter((one) => !one.includes('$')),
  fc.oneof(
    scalar,
    fc.constant({ $exists: true }),
    fc.integer().map((n) => ({ $gt: n })),
  ),
  { maxKeys: 2, noNullPrototype: true },
)
const indexes = [
  { keys: [['a', 1] as const] },
  {
    keys: [['b.x', 1] as const, ['n', -1] as const, ['字段', 1] as const],
  },
].map(({ keys }, number) => ({ name: `i${number}`, keys, isUnique: false, isMany: false, number }))

/** The update, or the words that refuse it. */
function compiled(data: Doc): Update | string {
  try {
    return compileUpdate(data)
  } catch (error) {
    return String(error)
  }
}

const outcomeOf = (run: () => unknown): unknown => {
  try {
    return run()
  } catch (error) {
    return String(error)
  }
}

test('what comes of an excerpt is what reading, changing and spelling the whole document gives', () => {
  let cut = 0
  fc.assert(
    fc.property(stored, query, change, (doc, wanted, data) => {
      const text = encode(doc)
      const conditions = conditionsOf(wanted)
      const update = compiled(data)
      if (typeof update === 'string') return
      const excerpt = excerptsFor(conditions, update.fields, indexes)(text)
      if (excerpt === undefined) return
      cut += 1
      const affected = indexes.filter(({ keys }) =>
        keys.some(([at]) => update.fields.has(at.split('.')[0] ?? '')),
      )
      const run = (own: Doc, spell: (changed: Doc) => string) => {
        const isSelected = testOf(conditions)(own)
        const keysOf = () => affected.map((index) => outcomeOf(() => indexKeys(index, own).keys))
        const before = keysOf()
        const refused = outcomeOf(() => update.apply(own, positionalIndex(conditions, text)))
        if (refused !== undefined) return { isSelected, before, refused }
        return { isSelected, before, after: keysOf(), text: spell(own) }
      }
      expect(run(excerpt.doc, excerpt.spell)).toEqual(run(decodeStored(text), encode))
    }),
    { numRuns: 3_000 },
  )
  // Most of them are about excerpts.
  expect(cut).toBeGreaterThan(1_000)
})

const LONG = encode({ _id: 'x', long: 'l'.repeat(5_000), a: 1 })

test.each<[string, Doc, Doc]>([
  ['a test of the whole document', { $or: [{ a: 1 }, { b: 2 }] }, { $set: { a: 2 } }],
  ['a field that goes to the front', { a: 1 }, { $set: { '7': 2 } }],
])('%s needs the whole document', (_, wanted, data) => {
  expect(excerptsFor(conditionsOf(wanted), compileUpdate(data).fields, [])(LONG)).toBeUndefined()
})

test('a short document is read whole', () => {
  const { fields } = compileUpdate({ $set: { a: 2 } })
  expect(excerptsFor([], fields, [])(encode({ _id: 'x', a: 1 }))).toBeUndefined()
  expect(excerptsFor([], fields, [])(LONG)).toBeDefined()
})

test('a long document that is changed is found by its index, and holds what was not touched', async () => {
  const keys = [
    ['state', 1],
    ['n', 1],
  ]
  const fixture = openFixture({
    declared: { collections: { items: { indexes: [{ name: 'state_n', keys }] } } },
  })
  const long = 'l'.repeat(5_000)
  await fixture.add('items', { _id: 'x', long, state: 'open', n: 3, codes: {} })
  const change = { $set: { state: 'done', 'codes.s0': { 1: 43101 } }, $inc: { step: 1 } }
  expect(await fixture.update('items', { _id: 'x', n: 4 }, change)).toMatchObject({ updated: 0 })
  expect(await fixture.update('items', { _id: 'x', n: 3 }, change)).toMatchObject({ updated: 1 })
  const changed = { _id: 'x', long, state: 'done', n: 3, codes: { s0: { 1: 43101 } }, step: 1 }
  expect(await fixture.find('items', { state: 'done', n: 3 })).toEqual([changed])
  expect(await fixture.find('items', { state: 'open' })).toEqual([])
  await fixture.stop()
})
