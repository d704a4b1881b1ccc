import type { Doc, Value } from '../../emulator/database/values'

const MANUAL = 'https://www.mongodb.com/docs/manual/reference/operator/aggregation'

/** One documented behaviour of pipelines. */
export interface AggregateRow {
  promise: string
  source: string
  docs: readonly Doc[]
  stages: readonly (readonly [name: string, value: Value])[]
  gives: readonly Doc[]
}

const at = (name: string): string => `${MANUAL}/${name}/`

const SALES: readonly Doc[] = [
  { _id: 1, item: 'abc', price: 10, quantity: 2, tags: ['p', 'q'] },
  { _id: 2, item: 'jkl', price: 20, quantity: 1, tags: ['p'] },
  { _id: 3, item: 'abc', price: 10, quantity: 5, tags: [] },
]

/** One expression for one document. */
const expression = (promise: string, source: string, doc: Doc, value: Value, is: Value): AggregateRow => ({
  promise,
  source: at(source),
  docs: [{ _id: 1, ...doc }],
  stages: [['$project', { _id: 0, is: value }]],
  gives: [{ is }],
})

/** One branch of $switch. */
// oxlint-disable-next-line unicorn/no-thenable -- MongoDB names it so
const branch = (condition: Value, value: Value): Doc => ({ case: condition, then: value })

export const AGGREGATES: readonly AggregateRow[] = [
  {
    promise: 'match, sort, skip and limit',
    source: at('match'),
    docs: SALES,
    stages: [
      ['$match', { price: { $gte: 10 } }],
      ['$sort', { quantity: -1 }],
      ['$skip', 1],
      ['$limit', 1],
      ['$project', { item: 1 }],
    ],
    gives: [{ _id: 1, item: 'abc' }],
  },
  {
    promise: '$group adds up by a key',
    source: at('group'),
    docs: SALES,
    stages: [
      ['$group', { _id: '$item', sold: { $sum: '$quantity' }, avg: { $avg: '$quantity' }, n: { $sum: 1 } }],
      ['$sort', { _id: 1 }],
    ],
    gives: [
      { _id: 'abc', sold: 7, avg: 3.5, n: 2 },
      { _id: 'jkl', sold: 1, avg: 1, n: 1 },
    ],
  },
  {
    promise: '$group by null takes all',
    source: at('group'),
    docs: SALES,
    stages: [['$group', { _id: null, total: { $sum: { $multiply: ['$price', '$quantity'] } } }]],
    gives: [{ _id: null, total: 90 }],
  },
  {
    promise: '$group collects with push, addToSet, first, last, min, max',
    source: at('group'),
    docs: SALES,
    stages: [
      [
        '$group',
        {
          _id: null,
          all: { $push: '$item' },
          first: { $first: '$_id' },
          last: { $last: '$_id' },
          min: { $min: '$price' },
          max: { $max: '$price' },
        },
      ],
    ],
    gives: [{ _id: null, all: ['abc', 'jkl', 'abc'], first: 1, last: 3, min: 10, max: 20 }],
  },
  {
    promise: '$count of something',
    source: at('count'),
    docs: SALES,
    stages: [
      ['$match', { item: 'abc' }],
      ['$count', 'n'],
    ],
    gives: [{ n: 2 }],
  },
  {
    promise: '$count of nothing gives no document',
    source: at('count'),
    docs: SALES,
    stages: [
      ['$match', { item: 'none' }],
      ['$count', 'n'],
    ],
    gives: [],
  },
  {
    promise: '$unwind drops documents without elements',
    source: at('unwind'),
    docs: SALES,
    stages: [
      ['$unwind', '$tags'],
      ['$project', { tags: 1 }],
    ],
    gives: [
      { _id: 1, tags: 'p' },
      { _id: 1, tags: 'q' },
      { _id: 2, tags: 'p' },
    ],
  },
  {
    promise: '$unwind keeps them when it is told to',
    source: at('unwind'),
    docs: SALES,
    stages: [
      ['$unwind', { path: '$tags', preserveNullAndEmptyArrays: true }],
      ['$count', 'n'],
    ],
    gives: [{ n: 4 }],
  },
  {
    promise: '$sortByCount counts and sorts',
    source: at('sortByCount'),
    docs: SALES,
    stages: [['$sortByCount', '$item']],
    gives: [
      { _id: 'abc', count: 2 },
      { _id: 'jkl', count: 1 },
    ],
  },
  {
    promise: '$bucket leaves out empty buckets',
    source: at('bucket'),
    docs: SALES,
    stages: [['$bucket', { groupBy: '$price', boundaries: [0, 5, 15, 25] }]],
    gives: [
      { _id: 5, count: 2 },
      { _id: 15, count: 1 },
    ],
  },
  {
    promise: '$bucket with output gives what it names',
    source: at('bucket'),
    docs: SALES,
    stages: [
      [
        '$bucket',
        { groupBy: '$price', boundaries: [0, 15], default: 'more', output: { ids: { $push: '$_id' } } },
      ],
    ],
    gives: [
      { _id: 0, ids: [1, 3] },
      { _id: 'more', ids: [2] },
    ],
  },
  {
    promise: '$addFields keeps what is there',
    source: at('addFields'),
    docs: [{ _id: 1, a: 1 }],
    stages: [['$addFields', { b: { $add: ['$a', 1] } }]],
    gives: [{ _id: 1, a: 1, b: 2 }],
  },
  {
    promise: '$project puts a kept _id first',
    source: at('project'),
    docs: [{ _id: 1, a: 1, b: 2 }],
    stages: [['$project', { b: 1 }]],
    gives: [{ _id: 1, b: 2 }],
  },
  {
    promise: '$project leaves out',
    source: at('project'),
    docs: [{ _id: 1, a: 1, b: 2 }],
    stages: [['$project', { a: 0 }]],
    gives: [{ _id: 1, b: 2 }],
  },
  {
    promise: '$replaceRoot lifts a document',
    source: at('replaceRoot'),
    docs: [{ _id: 1, in: { x: 1 } }],
    stages: [['$replaceRoot', { newRoot: '$in' }]],
    gives: [{ x: 1 }],
  },
  {
    promise: '$facet runs pipelines side by side',
    source: at('facet'),
    docs: SALES,
    stages: [
      [
        '$facet',
        {
          cheap: [{ $match: { price: { $lt: 15 } } }, { $count: 'n' }],
          top: [{ $sort: { price: -1 } }, { $limit: 1 }, { $project: { item: 1 } }],
        },
      ],
    ],
    gives: [{ cheap: [{ n: 2 }], top: [{ _id: 2, item: 'jkl' }] }],
  },
  {
    promise: '$lookup joins by equal fields',
    source: at('lookup'),
    docs: SALES,
    stages: [
      ['$match', { _id: 2 }],
      ['$lookup', { from: 'stock', localField: 'item', foreignField: 'sku', as: 'stock' }],
      ['$project', { stock: 1 }],
    ],
    gives: [{ _id: 2, stock: [{ _id: 's', sku: 'jkl', left: 3 }] }],
  },
  {
    promise: '$lookup runs a pipeline with variables',
    source: at('lookup'),
    docs: SALES,
    stages: [
      ['$match', { _id: 1 }],
      [
        '$lookup',
        {
          from: 'stock',
          let: { wanted: '$item' },
          pipeline: [{ $match: { $expr: { $ne: ['$sku', '$$wanted'] } } }, { $project: { _id: 0, left: 1 } }],
          as: 'others',
        },
      ],
      ['$project', { others: 1 }],
    ],
    gives: [{ _id: 1, others: [{ left: 3 }] }],
  },
  {
    promise: '$lookup in a collection that there is not finds nothing',
    source: at('lookup'),
    docs: SALES,
    stages: [
      ['$match', { _id: 1 }],
      ['$lookup', { from: 'ghost', localField: 'item', foreignField: 'sku', as: 'none' }],
      ['$project', { none: 1 }],
    ],
    gives: [{ _id: 1, none: [] }],
  },
  {
    promise: '$sample takes so many at most',
    source: at('sample'),
    docs: SALES,
    stages: [
      ['$sample', { size: 9 }],
      ['$count', 'n'],
    ],
    gives: [{ n: 3 }],
  },
  expression(
    '$$NOW is the time of the emulator',
    '../../aggregation-variables',
    {},
    { $dateToString: { date: '$$NOW', format: '%Y-%m-%d' } },
    '2026-01-01',
  ),
  expression('$literal is not an expression', 'literal', {}, { $literal: '$$NOW' }, '$$NOW'),
  expression(
    'dates are written in a time zone',
    'dateToString',
    { at: new Date(Date.UTC(2026, 0, 1, 18)) },
    { $dateToString: { date: '$at', format: '%Y-%m-%d %H:%M', timezone: 'Asia/Shanghai' } },
    '2026-01-02 02:00',
  ),
  expression('$cond chooses', 'cond', { n: 5 }, { $cond: [{ $gte: ['$n', 5] }, 'big', 'small'] }, 'big'),
  expression(
    '$ifNull replaces null and missing',
    'ifNull',
    { n: null },
    [{ $ifNull: ['$n', 1] }, { $ifNull: ['$m', 2] }],
    [1, 2],
  ),
  expression(
    '$switch takes the first branch that holds',
    'switch',
    { n: 5 },
    {
      $switch: {
        branches: [branch({ $lt: ['$n', 3] }, 'low'), branch({ $lt: ['$n', 9] }, 'mid')],
        default: 'high',
      },
    },
    'mid',
  ),
  expression(
    '$map and $filter go through arrays',
    'map',
    { list: [1, 2, 3] },
    {
      $map: {
        input: { $filter: { input: '$list', as: 'x', cond: { $gt: ['$$x', 1] } } },
        as: 'y',
        in: { $multiply: ['$$y', 10] },
      },
    },
    [20, 30],
  ),
  expression(
    '$reduce folds',
    'reduce',
    { list: ['a', 'b'] },
    { $reduce: { input: '$list', initialValue: '', in: { $concat: ['$$value', '$$this'] } } },
    'ab',
  ),
  expression('$concat with null is null', 'concat', { a: 'x', b: null }, { $concat: ['$a', '$b'] }, null),
  expression(
    '$substrCP and $strLenCP count characters',
    'substrCP',
    { text: '鸿雁ab' },
    [{ $substrCP: ['$text', 1, 2] }, { $strLenCP: '$text' }],
    ['雁a', 4],
  ),
  expression(
    '$indexOfCP counts characters, and tells null from absent',
    'indexOfCP',
    { text: '😀鸿雁' },
    [{ $indexOfCP: ['$text', '雁'] }, { $indexOfCP: ['$text', 'x'] }, { $indexOfCP: ['$none', 'x'] }],
    [2, -1, null],
  ),
  expression(
    '$arrayElemAt counts from the end with a negative number',
    'arrayElemAt',
    { list: [1, 2, 3] },
    { $arrayElemAt: ['$list', -1] },
    3,
  ),
  expression(
    '$mergeObjects lets the last one win',
    'mergeObjects',
    { a: { x: 1, y: 1 }, b: { y: 2 } },
    { $mergeObjects: ['$a', '$b'] },
    { x: 1, y: 2 },
  ),
  expression('$objectToArray gives pairs', 'objectToArray', { a: { x: 1 } }, { $objectToArray: '$a' }, [
    { k: 'x', v: 1 },
  ]),
  expression(
    '$setUnion joins sets',
    'setUnion',
    {},
    {
      $size: {
        $setUnion: [
          [1, 2],
          [2, 3],
        ],
      },
    },
    3,
  ),
  expression(
    '$dateFromString reads a date',
    'dateFromString',
    {},
    { $dateFromString: { dateString: '2026-02-08T00:00:00Z' } },
    new Date(Date.UTC(2026, 1, 8)),
  ),
]
