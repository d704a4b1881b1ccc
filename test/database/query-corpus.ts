import type { Doc, Value } from '../../emulator/database/values'

const MANUAL = 'https://www.mongodb.com/docs/manual'

/** One documented behaviour of queries: which of the documents are selected. */
export interface QueryRow {
  promise: string
  source: string
  /** Documents by their `_id`. */
  docs: Record<string, Doc>
  query: Doc
  ids: string[]
}

const of = (values: Record<string, Value>): Record<string, Doc> =>
  Object.fromEntries(Object.entries(values).map(([id, a]) => [id, { a }]))

const ARRAYS = `${MANUAL}/tutorial/query-arrays/`
const ARRAYS_OF_DOCS = `${MANUAL}/tutorial/query-array-of-documents/`
const NULLS = `${MANUAL}/tutorial/query-for-null-fields/`
const EMBEDDED = `${MANUAL}/tutorial/query-embedded-documents/`
const BRACKETS = `${MANUAL}/reference/method/db.collection.find/#type-bracketing`
const operator = (name: string): string => `${MANUAL}/reference/operator/query/${name}/`

export const QUERIES: readonly QueryRow[] = [
  {
    promise: 'an empty query selects everything',
    source: `${MANUAL}/tutorial/query-documents/`,
    docs: of({ x: 1, y: null }),
    query: {},
    ids: ['x', 'y'],
  },
  {
    promise: 'an embedded document is equal with the same fields in the same order',
    source: EMBEDDED,
    docs: of({ same: { h: 14, w: 21 }, turned: { w: 21, h: 14 }, more: { h: 14, w: 21, u: 'cm' } }),
    query: { a: { h: 14, w: 21 } },
    ids: ['same'],
  },
  {
    promise: 'a dotted path reaches into an embedded document',
    source: EMBEDDED,
    docs: of({ yes: { b: { c: 1 } }, no: { b: { c: 2 } }, flat: 1 }),
    query: { 'a.b.c': 1 },
    ids: ['yes'],
  },
  {
    promise: 'equality with an array is of all elements in their order, or of an element that is that array',
    source: ARRAYS,
    docs: of({ same: ['x', 'y'], turned: ['y', 'x'], more: ['x', 'y', 'z'], inside: [['x', 'y'], 1] }),
    query: { a: ['x', 'y'] },
    ids: ['inside', 'same'],
  },
  {
    promise: 'equality with a scalar is met by an element of an array',
    source: ARRAYS,
    docs: of({ array: ['x', 'y'], scalar: 'x', deeper: [['x']], no: ['z'] }),
    query: { a: 'x' },
    ids: ['array', 'scalar'],
  },
  {
    promise: 'two conditions on an array may be met by two elements',
    source: ARRAYS,
    docs: of({ two: [10, 30], one: [20], none: [30, 40] }),
    query: { a: { $gt: 15, $lt: 25 } },
    ids: ['one', 'two'],
  },
  {
    promise: '$elemMatch asks one element for all conditions',
    source: operator('elemMatch'),
    docs: of({ two: [10, 30], one: [20], scalar: 20 }),
    query: { a: { $elemMatch: { $gt: 15, $lt: 25 } } },
    ids: ['one'],
  },
  {
    promise: '$elemMatch does not look into an array that is an element',
    source: operator('elemMatch'),
    docs: of({ flat: [20], nested: [[20]], none: [] }),
    query: { a: { $elemMatch: { $gt: 15, $ne: 21, $not: { $lt: 3 } } } },
    ids: ['flat'],
  },
  {
    promise: '$elemMatch asks one embedded document for all fields',
    source: operator('elemMatch'),
    docs: of({
      one: [{ p: 'a', s: 8 }],
      two: [
        { p: 'a', s: 1 },
        { p: 'b', s: 9 },
      ],
      empty: [],
    }),
    query: { a: { $elemMatch: { p: 'a', s: { $gte: 8 } } } },
    ids: ['one'],
  },
  {
    promise: 'a position of an array is a part of a path',
    source: ARRAYS,
    docs: of({ second: [1, 25], first: [25, 1], short: [25], field: { '1': 25 } }),
    query: { 'a.1': 25 },
    ids: ['field', 'second'],
  },
  {
    promise: 'a path goes through an array of documents, one level deep',
    source: ARRAYS_OF_DOCS,
    docs: of({ yes: [{ b: 1 }, { b: 5 }], no: [{ b: 2 }], nested: [[{ b: 5 }]] }),
    query: { 'a.b': 5 },
    ids: ['yes'],
  },
  {
    promise: 'conditions on two paths of an array of documents may be met by two of them',
    source: ARRAYS_OF_DOCS,
    docs: of({
      two: [
        { b: 1, c: 9 },
        { b: 5, c: 0 },
      ],
      no: [{ b: 5, c: 1 }],
    }),
    query: { 'a.b': 5, 'a.c': 9 },
    ids: ['two'],
  },
  {
    promise: 'null selects null and missing',
    source: NULLS,
    docs: { null: { a: null }, missing: {}, zero: { a: 0 }, empty: { a: [] }, inside: { a: [1, null] } },
    query: { a: null },
    ids: ['inside', 'missing', 'null'],
  },
  {
    promise: '$gte and $lte of null select null and missing, as equality does',
    source: NULLS,
    docs: { null: { a: null }, missing: {}, zero: { a: 0 } },
    query: { a: { $gte: null } },
    ids: ['missing', 'null'],
  },
  {
    promise: '$gt of null selects nothing',
    source: BRACKETS,
    docs: { null: { a: null }, missing: {}, zero: { a: 0 } },
    query: { a: { $gt: null } },
    ids: [],
  },
  {
    promise: 'null through an array of documents is met by one that lacks the field, not by scalars',
    source: NULLS,
    docs: of({ lacking: [{ b: 1 }, {}], full: [{ b: 1 }], scalars: [1, 2], empty: [], scalar: 4 }),
    query: { 'a.b': null },
    ids: ['lacking', 'scalar'],
  },
  {
    promise: '$ne selects documents without the field, and none whose array has the value',
    source: operator('ne'),
    docs: { other: { a: 2 }, missing: {}, same: { a: 1 }, inside: { a: [1, 2] } },
    query: { a: { $ne: 1 } },
    ids: ['missing', 'other'],
  },
  {
    promise: '$ne of null selects what is there and not null',
    source: NULLS,
    docs: { null: { a: null }, missing: {}, zero: { a: 0 }, empty: { a: '' } },
    query: { a: { $ne: null } },
    ids: ['empty', 'zero'],
  },
  {
    promise: '$in with null selects missing fields as well',
    source: operator('in'),
    docs: { null: { a: null }, missing: {}, one: { a: 1 }, two: { a: 2 } },
    query: { a: { $in: [1, null] } },
    ids: ['missing', 'null', 'one'],
  },
  {
    promise: '$in takes regular expressions beside values',
    source: operator('in'),
    docs: of({ abc: 'abc', xyz: 'xyz', five: 5 }),
    query: { a: { $in: [/^ab/, 5] } },
    ids: ['abc', 'five'],
  },
  {
    promise: '$in of nothing selects nothing',
    source: operator('in'),
    docs: of({ one: 1 }),
    query: { a: { $in: [] } },
    ids: [],
  },
  {
    promise: '$nin selects documents without the field',
    source: operator('nin'),
    docs: { one: { a: 1 }, two: { a: 2 }, missing: {}, inside: { a: [1, 9] } },
    query: { a: { $nin: [1, 3] } },
    ids: ['missing', 'two'],
  },
  {
    promise: 'comparisons select values of their own type only',
    source: BRACKETS,
    docs: of({ five: 5, text: '9', date: new Date(9), yes: true, list: [9], none: null }),
    query: { a: { $gt: 1 } },
    ids: ['five', 'list'],
  },
  {
    promise: 'whole and broken numbers are compared by value',
    source: `${MANUAL}/reference/bson-type-comparison-order/`,
    docs: of({ one: 1, half: 1.5, big: 2 ** 40 }),
    query: { a: { $gte: 1.5 } },
    ids: ['big', 'half'],
  },
  {
    promise: 'NaN equals NaN and is neither less nor greater',
    source: `${MANUAL}/reference/bson-type-comparison-order/`,
    docs: of({ nan: Number.NaN, one: 1 }),
    query: { $or: [{ a: Number.NaN }, { a: { $lt: 0 } }] },
    ids: ['nan'],
  },
  {
    promise: 'dates are compared as moments',
    source: BRACKETS,
    docs: of({ early: new Date(1), late: new Date(9), number: 9 }),
    query: { a: { $gt: new Date(5) } },
    ids: ['late'],
  },
  {
    promise: 'a greater embedded document is found field by field',
    source: `${MANUAL}/reference/bson-type-comparison-order/#objects`,
    docs: of({ less: { x: 1 }, more: { x: 3 }, longer: { x: 2, y: 0 } }),
    query: { a: { $gt: { x: 2 } } },
    ids: ['longer', 'more'],
  },
  {
    promise: '$exists tells null from missing',
    source: operator('exists'),
    docs: { null: { a: null }, missing: {}, one: { a: 1 } },
    query: { a: { $exists: true } },
    ids: ['null', 'one'],
  },
  {
    promise: '$exists false selects what lacks the path',
    source: operator('exists'),
    docs: { yes: { a: { b: 1 } }, no: { a: {} }, missing: {}, scalar: { a: 1 } },
    query: { 'a.b': { $exists: false } },
    ids: ['missing', 'no', 'scalar'],
  },
  {
    promise: '$all asks for all, in any order, and takes a scalar for an array of one',
    source: operator('all'),
    docs: of({ both: ['y', 'z', 'x'], one: ['x'], scalar: 'x' }),
    query: { a: { $all: ['x', 'y'] } },
    ids: ['both'],
  },
  {
    promise: '$all with one value is equality',
    source: operator('all'),
    docs: of({ both: ['y', 'x'], scalar: 'x', no: 'y' }),
    query: { a: { $all: ['x'] } },
    ids: ['both', 'scalar'],
  },
  {
    promise: '$all of nothing selects nothing',
    source: operator('all'),
    docs: of({ empty: [], one: ['x'] }),
    query: { a: { $all: [] } },
    ids: [],
  },
  {
    promise: '$all with $elemMatch asks for an element per condition',
    source: operator('all'),
    docs: of({
      both: [
        { s: 'M', q: 1 },
        { s: 'L', q: 9 },
      ],
      one: [{ s: 'M', q: 1 }],
    }),
    query: { a: { $all: [{ $elemMatch: { s: 'M' } }, { $elemMatch: { q: { $gt: 5 } } }] } },
    ids: ['both'],
  },
  {
    promise: '$size counts the elements of arrays only',
    source: operator('size'),
    docs: { two: { a: [1, 2] }, text: { a: 'ab' }, none: { a: [] }, missing: {} },
    query: { a: { $size: 2 } },
    ids: ['two'],
  },
  {
    promise: '$size 0 selects empty arrays, not missing fields',
    source: operator('size'),
    docs: { none: { a: [] }, missing: {}, nested: { a: [[]] } },
    query: { a: { $size: 0 } },
    ids: ['none'],
  },
  {
    promise: '$mod takes the remainder of the whole part',
    source: operator('mod'),
    docs: of({ four: 4, fraction: 4.9, five: 5, text: '4', minus: -4 }),
    query: { a: { $mod: [4, 0] } },
    ids: ['four', 'fraction', 'minus'],
  },
  {
    promise: '$not selects what does not match, missing fields included',
    source: operator('not'),
    docs: { low: { a: 1 }, high: { a: 9 }, missing: {}, text: { a: 'x' } },
    query: { a: { $not: { $gt: 5 } } },
    ids: ['low', 'missing', 'text'],
  },
  {
    promise: '$not takes a regular expression',
    source: operator('not'),
    docs: { abc: { a: 'abc' }, xyz: { a: 'xyz' }, missing: {} },
    query: { a: { $not: /^a/ } },
    ids: ['missing', 'xyz'],
  },
  {
    promise: '$nor selects what meets none, missing fields included',
    source: operator('nor'),
    docs: { one: { a: 1 }, two: { a: 2, b: 1 }, three: { a: 3 }, missing: {} },
    query: { $nor: [{ a: 1 }, { b: 1 }] },
    ids: ['missing', 'three'],
  },
  {
    promise: '$or and $and nest',
    source: operator('or'),
    docs: { p: { a: 1, b: 2 }, q: { a: 3 }, r: { a: 1, b: 3 } },
    query: { $or: [{ $and: [{ a: 1 }, { b: 2 }] }, { a: 3 }] },
    ids: ['p', 'q'],
  },
  {
    promise: 'commands below a field are conditions of that field',
    source: 'wire.md §3',
    docs: of({ low: 1, mid: 50, high: 500 }),
    query: { a: { $or: [{ $lt: 10 }, { $gt: 100 }] } },
    ids: ['high', 'low'],
  },
  {
    promise: 'a regular expression selects texts and elements that are texts',
    source: operator('regex'),
    docs: of({ text: 'Hello', list: ['x', 'hello'], number: 1 }),
    query: { a: /^HE/i },
    ids: ['list', 'text'],
  },
  {
    promise: '$regex takes its $options beside it',
    source: operator('regex'),
    docs: of({ upper: 'ABC', lower: 'abc', other: 'x' }),
    query: { a: { $regex: '^a', $options: 'i' } },
    ids: ['lower', 'upper'],
  },
  {
    promise: 'a regular expression with g finds the same each time',
    source: operator('regex'),
    docs: of({ p: 'aa', q: 'aa', r: 'aa' }),
    query: { a: /a/g },
    ids: ['p', 'q', 'r'],
  },
  {
    promise: '$type tells whole numbers, long ones and broken ones apart',
    source: operator('type'),
    docs: of({ int: 1, long: 2 ** 40, double: 1.5, text: '1' }),
    query: { a: { $type: 'int' } },
    ids: ['int'],
  },
  {
    promise: '$type number is any number, in an array too',
    source: operator('type'),
    docs: of({ int: 1, double: 1.5, list: ['x', 2], text: '1' }),
    query: { a: { $type: 'number' } },
    ids: ['double', 'int', 'list'],
  },
  {
    promise: '$type array is the field itself',
    source: operator('type'),
    docs: { list: { a: [] }, scalar: { a: 1 }, missing: {} },
    query: { a: { $type: 'array' } },
    ids: ['list'],
  },
  {
    promise: '$expr compares two fields of a document',
    source: operator('expr'),
    docs: { over: { spent: 5, budget: 3 }, under: { spent: 1, budget: 3 } },
    query: { $expr: { $gt: ['$spent', '$budget'] } },
    ids: ['over'],
  },
  {
    promise: 'a boolean is not a number',
    source: BRACKETS,
    docs: of({ yes: true, one: 1 }),
    query: { a: true },
    ids: ['yes'],
  },
  {
    promise: 'a field named like a property of objects is a field',
    source: 'JavaScript: no field comes from a prototype',
    docs: { without: { a: 1 }, with: { constructor: 1 } },
    query: { constructor: { $exists: true } },
    ids: ['with'],
  },
  {
    promise: 'an _id is compared with its type',
    source: 'wire.md §3',
    docs: { '1': { a: 1 } },
    query: { _id: 1 },
    ids: [],
  },
]
