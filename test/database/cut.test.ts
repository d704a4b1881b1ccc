import * as fc from 'fast-check'
import { cutter } from '../../emulator/database/cut'
import { encode } from '../../emulator/database/ejson'
import { compileProjection } from '../../emulator/database/projection'
import type { Value } from '../../emulator/database/values'

const name = fc.constantFrom('_id', 'a', 'b', 'ab', 'a"b', '\\', '字段', '}', ',')
const text = fc.oneof(fc.string(), fc.constantFrom('"', '\\"', '{"a":1', '\\\\', ',"b":', '💌'))
const { value } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    text,
    fc.double(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.date({ noInvalidDate: true }),
    fc.constant(/a"{2}/i),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(
      fc.oneof(
        name,
        text.filter((one) => one !== '__proto__' && !one.startsWith('$')),
      ),
      tie('value'),
      {
        maxKeys: 3,
        noNullPrototype: true,
      },
    ),
  ),
}))

test('fields cut out of a text are those that reading and spelling it gives', () => {
  fc.assert(
    fc.property(
      fc.dictionary(name, value, { maxKeys: 8, noNullPrototype: true }),
      fc.uniqueArray(name, { minLength: 1, maxLength: 4 }),
      (doc, names) => {
        const { apply, names: kept } = compileProjection(Object.fromEntries(names.map((one) => [one, 1])))
        expect(cutter(kept ?? [])(encode(doc))).toBe(encode(apply(doc)))
      },
    ),
  )
})

test.each([[{ 'a.b': 1 }], [{ a: 0 }], [{ a: { $slice: 1 } }], [{ _id: 0, a: 1 }]])(
  'a projection that is more than whole fields is not cut: %j',
  (spec) => {
    expect(compileProjection(spec).names).toBeUndefined()
  },
)
