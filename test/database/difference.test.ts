import * as fc from 'fast-check'
import { Query } from 'mingo'
import { compileFilter } from '../../emulator/database/filter'
import { isDoc, type Doc, type Value } from '../../emulator/database/values'

/**
 * The conditions against a second, independent engine of the same language. Where they differ, MongoDB's documents
 * decide; each difference is listed with a case that shows it.
 */
interface Difference {
  reason: string
  source: string
  /** The document and the query of a case, and whether MongoDB selects the one by the other. */
  shown: { doc: Doc; query: Doc; selects: boolean }
  applies(given: { doc: Doc; field: string; operator: string; operand: Value }): boolean
}

const MANUAL = 'https://www.mongodb.com/docs/manual'

const some = (value: Value, test: (value: Value) => boolean): boolean =>
  test(value) ||
  (Array.isArray(value) ? value : isDoc(value) ? Object.values(value) : []).some((inner) => some(inner, test))

const isArray = (value: Value): boolean => Array.isArray(value)

const DIFFERENCES: readonly Difference[] = [
  {
    reason: 'null is as great as a missing field',
    source: `${MANUAL}/tutorial/query-for-null-fields/`,
    shown: { doc: {}, query: { a: { $gte: null } }, selects: true },
    applies: ({ operator, operand }) => operand === null && /^\$[gl]te$/.test(operator),
  },
  {
    reason: 'documents are compared field by field in their order: type, name, value',
    source: `${MANUAL}/tutorial/query-embedded-documents/`,
    shown: { doc: { a: { b: 1, c: 1 } }, query: { a: { $eq: { c: 1, b: 1 } } }, selects: false },
    applies: ({ operator, operand }) =>
      some(
        operand,
        (value) => isDoc(value) && (Object.keys(value).length > 1 || /^\$[gl]te?$/.test(operator)),
      ),
  },
  {
    reason: 'arrays are greater or less element by element, in their order',
    source: `${MANUAL}/reference/bson-type-comparison-order/`,
    shown: { doc: { a: [2, 1] }, query: { a: { $gt: [1, 3] } }, selects: true },
    applies: ({ operator, operand }) => isArray(operand) && /^\$[gl]te?$/.test(operator),
  },
  {
    reason: '$all is a conjunction of equalities, which a scalar meets as well',
    source: `${MANUAL}/reference/operator/query/all/`,
    shown: { doc: { a: 'x' }, query: { a: { $all: ['x'] } }, selects: true },
    applies: ({ operator }) => operator === '$all',
  },
  {
    reason: 'an array inside of an array is not looked into',
    source: `${MANUAL}/tutorial/query-arrays/`,
    shown: { doc: { a: [[1]] }, query: { 'a.b': { $exists: true } }, selects: false },
    applies: ({ doc }) => some(doc, (value) => Array.isArray(value) && value.some(isArray)),
  },
  {
    reason: 'values of several documents of an array are no array of their own',
    source: `${MANUAL}/tutorial/query-array-of-documents/`,
    shown: { doc: { a: [{ b: 1 }] }, query: { 'a.b': { $size: 1 } }, selects: false },
    applies: ({ doc, field, operator, operand }) =>
      field !== 'a' &&
      isArray(doc['a'] ?? null) &&
      (operator === '$size' || operator === '$elemMatch' || isArray(operand)),
  },
  {
    reason: 'the type of an element counts, not only that of the array',
    source: `${MANUAL}/reference/operator/query/type/#arrays`,
    shown: { doc: { a: ['x'] }, query: { a: { $type: 'string' } }, selects: true },
    applies: ({ doc, operator }) => operator === '$type' && some(doc, isArray),
  },
  {
    reason: 'null through an array asks the documents in it',
    source: `${MANUAL}/tutorial/query-for-null-fields/`,
    shown: { doc: { a: [] }, query: { 'a.0': { $eq: null } }, selects: false },
    applies: ({ doc, operand }) => some(operand, (value) => value === null) && some(doc, isArray),
  },
  {
    reason: 'only numbers have a remainder',
    source: `${MANUAL}/reference/operator/query/mod/`,
    shown: { doc: { a: [true] }, query: { a: { $mod: [2, 1] } }, selects: false },
    applies: ({ operator }) => operator === '$mod',
  },
  {
    reason: 'an element that is no document has no fields to match',
    source: `${MANUAL}/reference/operator/query/elemMatch/`,
    shown: { doc: { a: [1] }, query: { a: { $elemMatch: { b: 1 } } }, selects: false },
    applies: ({ operator, operand }) =>
      operator === '$elemMatch' && isDoc(operand) && operand['b'] !== undefined,
  },
]

const scalar = fc.constantFrom<Value>(null, true, false, 0, 1, 2, 1.5, '', 'a', 'b', new Date(0), new Date(1))
const value: fc.Arbitrary<Value> = fc.oneof(
  { weight: 5, arbitrary: scalar },
  { weight: 1, arbitrary: fc.array(scalar, { maxLength: 3 }) },
  { weight: 1, arbitrary: scalar.map((b) => ({ b })) },
  {
    weight: 1,
    arbitrary: fc.array(
      scalar.map((b): Value => ({ b })),
      { maxLength: 2 },
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom<Value>([[1]], { b: 1, c: 1 }, { c: 1, b: 1 }) },
)
const doc: fc.Arbitrary<Doc> = fc.oneof(
  { weight: 9, arbitrary: value.map((a) => ({ a })) },
  { weight: 1, arbitrary: fc.constant<Doc>({}) },
)
const condition: fc.Arbitrary<readonly [string, Value]> = fc.oneof(
  fc.tuple(fc.constantFrom('$eq', '$ne', '$gt', '$gte', '$lt', '$lte'), value),
  fc.tuple(fc.constantFrom('$in', '$nin', '$all'), fc.array(scalar, { minLength: 1, maxLength: 3 })),
  fc.tuple(fc.constant('$exists'), fc.boolean()),
  fc.tuple(fc.constant('$size'), fc.nat({ max: 2 })),
  fc.tuple(fc.constant('$type'), fc.constantFrom<Value>('string', 'bool', 'date', 'null', 'object')),
  fc.tuple(fc.constant('$mod'), fc.constant<Value>([2, 1])),
  fc.tuple(fc.constant('$elemMatch'), fc.constantFrom<Value>({ $gt: 0 }, { b: 1 }, { $in: ['a', 1] })),
)
const path = fc.constantFrom('a', 'a.b', 'a.0')

const theirs = (query: Doc, given: Doc): boolean => new Query(query, { scriptEnabled: false }).test(given)

test('conditions agree with a second engine, but for the differences listed', () => {
  fc.assert(
    fc.property(doc, path, condition, (given, field, [operator, operand]) => {
      const query = { [field]: { [operator]: operand } }
      if (compileFilter(query)(given) === theirs(query, given)) return
      const explained = DIFFERENCES.filter(({ applies }) => applies({ doc: given, field, operator, operand }))
      expect(explained).not.toEqual([])
    }),
    { numRuns: 10_000 },
  )
})

test.each(DIFFERENCES)('$reason ($source)', ({ shown: { doc: given, query, selects } }) => {
  expect(compileFilter(query)(given)).toBe(selects)
  expect(theirs(query, given)).toBe(!selects)
})
