/** Uses of wx-server-sdk, by name; each says what the function saw. `c` is a collection of its own. */
const cloud = require('wx-server-sdk')

cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV })
const db = cloud.database()
const _ = db.command
const $ = db.command.aggregate

const byId = (c) => c.orderBy('_id', 'asc').get()
const fill = (c, ...docs) => c.add({ data: docs })
const numbered = (c, count) =>
  fill(c, ...Array.from({ length: count }, (none, n) => ({ _id: `d${n}`, n, s: n % 2 })))
const found = async (query) => (await query.orderBy('_id', 'asc').get()).data.map(({ _id }) => _id)
const message = (more) => ({
  touser: 'oAlice',
  data: { thing1: { value: '毛巾' }, character_string2: { value: 'A-1' }, date3: { value: '2019年10月1日' } },
  ...more,
})
const send = (more) => cloud.openapi.subscribeMessage.send(message({ templateId: 'TPL_ORDER', ...more }))

const uses = {
  // Who calls
  'the context': () => cloud.getWXContext(),
  'a function calls another': async () =>
    (await cloud.callFunction({ name: 'sdk', data: { use: 'the context' } })).result.saw,

  // Documents
  'adds and gets every type': async (c) => {
    const at = new Date(5)
    const data = {
      _id: 'a',
      n: 1,
      half: 1.5,
      big: 2 ** 40,
      huge: 2 ** 53,
      no: null,
      at,
      list: [1, [2], { x: true }],
    }
    await c.add({ data })
    const got = (await c.doc('a').get()).data
    return { ...got, isDate: got.at instanceof Date, kinds: [typeof got.big, typeof got.huge] }
  },
  'adds without an id': async (c) => /^[0-9a-f]{32}$/.test((await c.add({ data: { n: 1 } }))._id),
  'adds a list': (c) => c.add({ data: [{ _id: 'a' }, { _id: 'b' }] }),
  'sets, and sets again': async (c) => [
    await c.doc('s').set({ data: { n: 1 } }),
    await c.doc('s').set({ data: { m: 2 } }),
    (await c.doc('s').get()).data,
  ],
  'updates a document': async (c) => {
    await c.add({
      data: { _id: 'a', n: 1, m: 10, o: { p: 1, q: 2 }, tags: ['a'], gone: 1, old: 1, low: 5, high: 5 },
    })
    const { stats } = await c.doc('a').update({
      data: {
        n: _.inc(2),
        m: _.mul(3),
        o: { p: 9 },
        tags: _.push(['b', 'c']),
        gone: _.remove(),
        old: _.rename('young'),
        low: _.min(1),
        high: _.max(9),
        whole: _.set({ x: { y: 1 } }),
      },
    })
    return { stats, doc: (await c.doc('a').get()).data }
  },
  'updates lists': async (c) => {
    const list = [1, 2, 3]
    await c.add({
      data: { _id: 'a', push: list, front: list, pop: list, shift: list, pull: list, all: list, set: list },
    })
    await c.doc('a').update({
      data: {
        push: _.push({ each: [9, 0], position: 1, slice: 4 }),
        front: _.unshift([0]),
        pop: _.pop(),
        shift: _.shift(),
        pull: _.pull(_.gt(1)),
        all: _.pullAll([1, 3]),
        set: _.addToSet(3),
      },
    })
    return (await c.doc('a').get()).data
  },
  'updates and removes many': async (c) => {
    await numbered(c, 6)
    const updated = await c.where({ s: 1 }).update({ data: { s: 7 } })
    const removed = await c.where({ s: 7 }).remove()
    return [updated.stats, removed.stats, (await c.count()).total]
  },
  queries: async (c) => {
    await fill(
      c,
      { _id: 'a', n: 1, s: 'apple', tags: ['x', 'y'], o: { p: 1 }, list: [{ k: 1, v: 1 }] },
      {
        _id: 'b',
        n: 5,
        s: 'Banana',
        tags: ['y'],
        o: { p: 2 },
        list: [
          { k: 1, v: 9 },
          { k: 2, v: 1 },
        ],
      },
      { _id: 'c', n: 9, s: 'cherry', tags: [], list: [] },
    )
    const queries = {
      plain: { n: 5 },
      nested: { o: { p: 2 } },
      inList: { n: _.in([1, 9]) },
      notInList: { n: _.nin([1, 9]) },
      between: { n: _.gt(1).and(_.lte(9)) },
      either: { n: _.or(_.lt(2), _.gt(8)) },
      not: { n: _.not(_.eq(5)) },
      nor: _.nor([{ n: 1 }, { n: 5 }]),
      orOfAll: _.or([{ n: 1 }, { s: 'cherry' }]),
      exists: { o: _.exists(false) },
      size: { tags: _.size(2) },
      all: { tags: _.all(['x', 'y']) },
      element: { tags: 'y' },
      elemMatch: { list: _.elemMatch({ k: 1, v: _.gt(5) }) },
      mod: { n: _.mod(4, 1) },
      regex: { s: /^b/i },
      regexOfDb: { s: db.RegExp({ regexp: '^a', options: 'i' }) },
      notEqual: { n: _.neq(1) },
      expr: _.expr($.gt(['$n', 4])),
    }
    const ids = {}
    for (const [name, query] of Object.entries(queries)) ids[name] = await found(c.where(query))
    return ids
  },
  'selects, sorts, skips and limits': async (c) => {
    await numbered(c, 6)
    const { data } = await c
      .orderBy('s', 'desc')
      .orderBy('n', 'asc')
      .skip(1)
      .limit(3)
      .field({ n: true })
      .get()
    return data
  },
  'gets 100 at most, or 1000': async (c) => {
    await numbered(c, 1005)
    return [(await c.get()).data.length, (await c.limit(2000).get()).data.length]
  },
  'server dates': async (c) => {
    await c.add({ data: { _id: 'a', at: db.serverDate(), later: db.serverDate({ offset: 60000 }) } })
    const { at, later } = (await c.doc('a').get()).data
    return [at instanceof Date, later - at, await found(c.where({ at: _.lte(db.serverDate()) }))]
  },
  'geo points': async (c) => {
    await c.add({ data: { _id: 'a', place: db.Geo.Point(113, 23) } })
    const { place } = (await c.doc('a').get()).data
    return [place.constructor.name, place.longitude, place.latitude]
  },
  aggregates: async (c) => {
    await numbered(c, 6)
    const { list } = await c
      .aggregate()
      .match({ n: _.gt(0) })
      .group({ _id: '$s', count: $.sum(1), total: $.sum('$n'), most: $.max('$n'), all: $.push('$n') })
      .sort({ _id: 1 })
      .project({ count: 1, total: 1, most: 1, all: 1, mean: $.divide(['$total', '$count']) })
      .end()
    return list
  },
  'aggregates with a lookup': async (c, name) => {
    await fill(c, { _id: 'a', kind: 'order', user: 'u' }, { _id: 'u', kind: 'user', name: 'Ann' })
    const { list } = await c
      .aggregate()
      .match({ kind: 'order' })
      .lookup({ from: name, localField: 'user', foreignField: '_id', as: 'users' })
      .replaceRoot({ newRoot: $.mergeObjects([$.arrayElemAt(['$users', 0]), '$$ROOT']) })
      .project({ users: 0 })
      .end()
    return list
  },

  // Transactions
  'a transaction commits': async (c, name) => {
    await fill(c, { _id: 'a', n: 1 })
    const told = await db.runTransaction(async (t) => {
      const { data } = await t.collection(name).doc('a').get()
      await t
        .collection(name)
        .doc('a')
        .update({ data: { n: data.n + 1 } })
      await t.collection(name).add({ data: { _id: 'b' } })
      return 'done'
    })
    return [told, (await byId(c)).data]
  },
  'a transaction rolls back': async (c, name) => {
    await fill(c, { _id: 'a', n: 1 })
    const reason = await db
      .runTransaction(async (t) => {
        await t.collection(name).doc('a').remove()
        await t.rollback({ why: 'changed my mind' })
      })
      .catch((caught) => caught)
    return [reason, (await byId(c)).data]
  },
  'a conflict runs a transaction again': async (c, name) => {
    await fill(c, { _id: 'a', n: 0 })
    let runs = 0
    await db.runTransaction(async (t) => {
      runs += 1
      const { data } = await t.collection(name).doc('a').get()
      if (runs === 1) await c.doc('a').update({ data: { n: 10 } })
      await t
        .collection(name)
        .doc('a')
        .update({ data: { n: data.n + 1 } })
    })
    return [runs, (await c.doc('a').get()).data.n]
  },
  'a transaction begun by hand': async (c, name) => {
    const t = await db.startTransaction()
    await t.collection(name).add({ data: { _id: 'a' } })
    const before = (await c.count()).total
    await t.commit()
    return [before, (await c.count()).total]
  },

  // Refusals
  'get of a missing collection': () => db.collection('ghost').get(),
  'count of a missing collection': () => db.collection('ghost').count(),
  'add to a missing collection': () => db.collection('ghost').add({ data: { n: 1 } }),
  'update in a missing collection': () =>
    db
      .collection('ghost')
      .doc('a')
      .update({ data: { n: 1 } }),
  'remove from a missing collection': () => db.collection('ghost').doc('a').remove(),
  'aggregate of a missing collection': () => db.collection('ghost').aggregate().match({ n: 1 }).end(),
  'a collection made twice': (c, name) => db.createCollection(name),
  'get of a missing document': (c) => c.doc('nope').get(),
  'get of a missing document, told not to throw': (c, name) =>
    cloud.database({ throwOnNotFound: false }).collection(name).doc('nope').get(),
  'update and removal of a missing document': async (c) => [
    (await c.doc('nope').update({ data: { n: 1 } })).stats,
    (await c.doc('nope').remove()).stats,
  ],
  'an id that is taken': async (c) => {
    await fill(c, { _id: 'a' })
    return c.add({ data: { _id: 'a' } })
  },
  'an increment of a text': async (c) => {
    await fill(c, { _id: 'a', s: 'x' })
    return c.doc('a').update({ data: { s: _.inc(1) } })
  },
  'a field set through a number': async (c) => {
    await fill(c, { _id: 'a', n: 1 })
    return c.doc('a').update({ data: { n: { deep: 1 } } })
  },
  'an update of the id': (c) => c.doc('a').update({ data: { _id: 'b' } }),
  'an update of nothing': (c) => c.doc('a').update({ data: {} }),
  'a set with a command': (c) => c.doc('a').set({ data: { n: _.inc(1) } }),
  'a call of a missing function': () => cloud.callFunction({ name: 'nobody' }),
  'a call of a function that throws': () => cloud.callFunction({ name: 'fails' }),

  // Open APIs
  'a message is sent': async () => (({ errCode, errMsg }) => ({ errCode, errMsg }))(await send()),
  'the kind of a message number': async () => typeof (await send()).msgid,
  'the exact number of a message': async () => {
    const { msgid } = await cloud
      .openapi({ convertCase: false })
      .subscribeMessage.send(message({ template_id: 'TPL_ORDER' }))
    return /^\d{19}$/.test(String(msgid))
  },
  'a sent message, given back as it came': async () =>
    Object.keys(JSON.parse(JSON.stringify(await send()))).sort(),
  'a message without a grant': () => send({ touser: 'oCarol' }),
  'a message to nobody': () => send({ touser: 'oNobody' }),
  'a message of no template': () => send({ templateId: 'TPL_NONE' }),
  'a message with a bad value': () => send({ data: { thing1: { value: '' } } }),
  'a message without permission': () =>
    cloud.openapi.templateMessage.send({ touser: 'oAlice', templateId: 'x' }),
  'the list of templates': async () => (await cloud.openapi.subscribeMessage.getTemplateList()).data.length,
}

const told = (caught) => ({
  isError: caught instanceof Error,
  errCode: caught.errCode,
  errMsg: caught.errMsg === undefined ? caught.message : caught.errMsg,
  ...(caught.code !== undefined && { code: caught.code }),
})

exports.main = async ({ use }) => {
  if (use === undefined) return { names: Object.keys(uses) }
  const name = `c${Math.random().toString(36).slice(2)}`
  await db.createCollection(name)
  try {
    return { saw: await uses[use](db.collection(name), name), name }
  } catch (caught) {
    return { caught: told(caught), name }
  }
}
