import { conditionsOf } from '../../emulator/database/filter'
import type { Index } from '../../emulator/database/index-keys'
import { type Plan, planOf } from '../../emulator/database/plan'
import { orderOf } from '../../emulator/database/sort'
import type { Doc } from '../../emulator/database/values'

const index = (name: string, keys: Index['keys'], isMany = false): Index => ({
  name,
  keys,
  isMany,
  isUnique: false,
  number: 1,
})
const STATE_DUE = index('state_due', [
  ['state', 1],
  ['due', 1],
])
const DUE = index('due', [['due', -1]])
const TAGS = index(
  'tags',
  [
    ['tags', 1],
    ['due', 1],
  ],
  true,
)
const INDEXES = [STATE_DUE, DUE, TAGS]

interface Row {
  promise: string
  query: Doc
  order?: Doc
  reads: string
  is: Partial<Plan>
  ranges: number
}

const nameOf = ({ source }: Plan): string => (typeof source === 'string' ? source : source.name)

const PLANS: readonly Row[] = [
  {
    promise: 'nothing asked reads as inserted',
    query: {},
    reads: 'natural',
    is: { isExact: true, isOrdered: true },
    ranges: 0,
  },
  {
    promise: 'an unindexed field reads everything',
    query: { other: 1 },
    reads: 'natural',
    is: { isExact: false },
    ranges: 0,
  },
  {
    promise: 'an _id reads one document, whatever else is asked',
    query: { _id: 'x', state: 'a', due: 1 },
    reads: 'id',
    is: { isExact: false },
    ranges: 1,
  },
  {
    promise: 'a list of _ids reads each of them',
    query: { _id: { $in: ['x', 'y', 'x'] } },
    reads: 'id',
    is: { isExact: true },
    ranges: 2,
  },
  {
    promise: 'a page of _ids is a range in its order',
    query: { _id: { $gt: 'x' } },
    order: { _id: 1 },
    reads: 'id',
    is: { isExact: true, isOrdered: true, isDescending: false },
    ranges: 1,
  },
  {
    promise: 'an equality and a range are one range',
    query: { state: 'a', due: { $gt: 1, $lte: 9 } },
    reads: 'state_due',
    is: { isExact: true },
    ranges: 1,
  },
  {
    promise: 'conditions of $and count as those beside each other',
    query: { $and: [{ state: 'a' }, { due: { $gt: 1 } }] },
    reads: 'state_due',
    is: { isExact: true },
    ranges: 1,
  },
  {
    promise: 'an equality gives the order of the next field',
    query: { state: 'a' },
    order: { due: 1 },
    reads: 'state_due',
    is: { isExact: true, isOrdered: true, isDescending: false },
    ranges: 1,
  },
  {
    promise: 'an index is read backwards',
    query: { state: 'a' },
    order: { due: -1 },
    reads: 'state_due',
    is: { isOrdered: true, isDescending: true },
    ranges: 1,
  },
  {
    promise: 'an order over two states is sorted by hand, of the first of each',
    query: { state: { $in: ['a', 'b'] } },
    order: { due: 1 },
    reads: 'state_due',
    is: { isOrdered: false, isOrderedWithin: true, isDescending: false },
    ranges: 2,
  },
  {
    promise: 'the last of several states are read backwards, each',
    query: { state: { $in: ['a', 'b'] } },
    order: { due: -1 },
    reads: 'state_due',
    is: { isOrdered: false, isOrderedWithin: true, isDescending: true },
    ranges: 2,
  },
  {
    promise: 'an order alone reads an index, the later ones read nothing',
    query: {},
    order: { due: 1 },
    reads: 'due',
    is: { isExact: true, isOrdered: true, isDescending: true },
    ranges: 1,
  },
  {
    promise: 'an index serves its first fields only',
    query: { due: 5 },
    reads: 'due',
    is: { isExact: true },
    ranges: 1,
  },
  {
    promise: 'what is left of the conditions is judged by document',
    query: { state: 'a', other: 1 },
    reads: 'state_due',
    is: { isExact: false },
    ranges: 1,
  },
  {
    promise: 'conditions that exclude each other read nothing',
    query: { due: { $gt: 5, $lt: 1 } },
    reads: 'due',
    is: { isExact: true },
    ranges: 0,
  },
  { promise: 'nothing is greater than null', query: { due: { $gt: null } }, reads: 'due', is: {}, ranges: 0 },
  {
    promise: 'an index with arrays is bound by one condition and judged by document',
    query: { tags: { $gt: 1, $lt: 5 }, due: 1 },
    reads: 'due',
    is: { isExact: false },
    ranges: 1,
  },
  {
    promise: 'an index with arrays gives no order',
    query: { tags: 'x' },
    order: { tags: 1 },
    reads: 'tags',
    is: { isExact: false, isOrdered: false },
    ranges: 1,
  },
  {
    promise: 'a regular expression is no range',
    query: { state: /^a/ },
    reads: 'natural',
    is: { isExact: false },
    ranges: 0,
  },
  {
    promise: 'an array is held by its elements, so that it is no key',
    query: { state: ['a'] },
    reads: 'natural',
    is: { isExact: false },
    ranges: 0,
  },
  {
    promise: 'what is not equal is judged by document',
    query: { state: { $ne: 'a' } },
    reads: 'natural',
    is: { isExact: false },
    ranges: 0,
  },
  {
    promise: 'alternatives are judged by document',
    query: { $or: [{ state: 'a' }, { state: 'b' }] },
    reads: 'natural',
    is: { isExact: false },
    ranges: 0,
  },
]

test.each(PLANS)('$promise', ({ query, order = {}, reads, is, ranges }) => {
  const plan = planOf(conditionsOf(query), orderOf(order), INDEXES)
  expect(nameOf(plan)).toBe(reads)
  expect(plan).toMatchObject(is)
  expect(plan.ranges).toHaveLength(ranges)
})
