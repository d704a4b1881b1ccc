/** What a function sees of each use of wx-server-sdk (functions/sdk), and how its generations differ. */
import { REFUSALS } from './refusals'

export interface Sight {
  saw?: unknown
  caught?: { isError: boolean; errCode?: number; errMsg?: string; code?: string }
}

export interface Use extends Sight {
  use: string
  /** What versions up to `upTo` saw instead. */
  older?: Sight & { upTo: '2.6.3' | '3.0.1'; source: string }
}

const CONTEXT = {
  CLIENTIP: '127.0.0.1',
  APPID: 'wx1234567890abcdef',
  OPENID: 'oAlice',
  UNIONID: 'uAlice',
  ENV: 'hongyan-test',
  SOURCE: 'wx_client',
}

/** C is the collection of the use, R an id of a request. Of an error text the first line is compared. */
export const USES: readonly Use[] = [
  { use: 'the context', saw: CONTEXT },
  { use: 'a function calls another', saw: { ...CONTEXT, SOURCE: 'wx_client,scf' } },
  {
    use: 'adds and gets every type',
    saw: {
      _id: 'a',
      n: 1,
      half: 1.5,
      big: 1099511627776,
      huge: 9007199254740992,
      no: null,
      at: '1970-01-01T00:00:00.005Z',
      list: [1, [2], { x: true }],
      isDate: true,
      kinds: ['number', 'number'],
    },
  },
  { use: 'adds without an id', saw: true },
  { use: 'adds a list', saw: { _ids: ['a', 'b'], errMsg: 'collection.add:ok' } },
  {
    use: 'sets, and sets again',
    saw: [
      { _id: 's', errMsg: 'document.set:ok', stats: { updated: 0, created: 1 } },
      { _id: 's', errMsg: 'document.set:ok', stats: { updated: 1, created: 0 } },
      { _id: 's', m: 2 },
    ],
  },
  {
    use: 'updates a document',
    saw: {
      stats: { updated: 1 },
      doc: {
        _id: 'a',
        n: 3,
        m: 30,
        o: { p: 9, q: 2 },
        tags: ['a', 'b', 'c'],
        low: 1,
        high: 9,
        young: 1,
        whole: { x: { y: 1 } },
      },
    },
  },
  {
    use: 'updates lists',
    saw: {
      _id: 'a',
      push: [1, 9, 0, 2],
      front: [0, 1, 2, 3],
      pop: [1, 2],
      shift: [2, 3],
      pull: [1],
      all: [2],
      set: [1, 2, 3],
    },
  },
  { use: 'updates and removes many', saw: [{ updated: 3 }, { removed: 3 }, 3] },
  {
    use: 'queries',
    saw: {
      plain: ['b'],
      nested: ['b'],
      inList: ['a', 'c'],
      notInList: ['b'],
      between: ['b', 'c'],
      either: ['a', 'c'],
      not: ['a', 'c'],
      nor: ['c'],
      orOfAll: ['a', 'c'],
      exists: ['c'],
      size: ['a'],
      all: ['a'],
      element: ['a', 'b'],
      elemMatch: ['b'],
      mod: ['a', 'b', 'c'],
      regex: ['b'],
      regexOfDb: ['a'],
      notEqual: ['b', 'c'],
      expr: ['b', 'c'],
    },
  },
  {
    use: 'selects, sorts, skips and limits',
    saw: [
      { _id: 'd3', n: 3 },
      { _id: 'd5', n: 5 },
      { _id: 'd0', n: 0 },
    ],
  },
  { use: 'gets 100 at most, or 1000', saw: [100, 1000] },
  { use: 'server dates', saw: [true, 60000, ['a']] },
  { use: 'geo points', saw: ['Point', 113, 23] },
  {
    use: 'aggregates',
    saw: [
      { _id: 0, all: [2, 4], count: 2, mean: 3, most: 4, total: 6 },
      { _id: 1, all: [1, 3, 5], count: 3, mean: 3, most: 5, total: 9 },
    ],
  },
  { use: 'aggregates with a lookup', saw: [{ _id: 'a', kind: 'order', name: 'Ann', user: 'u' }] },
  { use: 'a transaction commits', saw: ['done', [{ _id: 'a', n: 2 }, { _id: 'b' }]] },
  { use: 'a transaction rolls back', saw: [{ why: 'changed my mind' }, [{ _id: 'a', n: 1 }]] },
  { use: 'a conflict runs a transaction again', saw: [2, 11] },
  { use: 'a transaction begun by hand', saw: [0, 1] },
  ...REFUSALS,
  { use: 'a message is sent', saw: { errCode: 0, errMsg: 'openapi.subscribeMessage.send:ok' } },
  {
    use: 'the kind of a message number',
    saw: 'object',
    older: { saw: 'bigint', upTo: '2.6.3', source: 'wechat.md §1.3 (msgid trap)' },
  },
  { use: 'the exact number of a message', saw: true },
  {
    use: 'a sent message, given back as it came',
    saw: ['errCode', 'errMsg', 'msgid'],
    older: {
      caught: { isError: true, errMsg: 'Do not know how to serialize a BigInt' },
      upTo: '2.6.3',
      source: 'wechat.md §1.3 (msgid trap)',
    },
  },
  {
    use: 'a message without a grant',
    caught: {
      isError: true,
      errCode: 43101,
      errMsg: 'openapi.subscribeMessage.send:fail user refuse to accept the msg rid: R',
    },
  },
  {
    use: 'a message to nobody',
    caught: {
      isError: true,
      errCode: 40003,
      errMsg: 'openapi.subscribeMessage.send:fail invalid openid rid: R',
    },
  },
  {
    use: 'a message of no template',
    caught: {
      isError: true,
      errCode: 40037,
      errMsg: 'openapi.subscribeMessage.send:fail invalid template_id rid: R',
    },
  },
  {
    use: 'a message with a bad value',
    caught: {
      isError: true,
      errCode: 47003,
      errMsg: 'openapi.subscribeMessage.send:fail argument invalid! data.thing1.value is empty rid: R',
    },
  },
  {
    use: 'a message without permission',
    caught: { isError: true, errCode: -604101, errMsg: 'system error: error code: -604101' },
  },
  { use: 'the list of templates', saw: 5 },
]
