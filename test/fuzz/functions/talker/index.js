const cloud = require('wx-server-sdk')
cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV })
const db = cloud.database()
const _ = db.command
const $ = db.command.aggregate

// Says once whatever the SDK can say to the gateway; what is answered does not matter, only what was sent.
const sayings = [
  () => db.createCollection('orders'),
  () =>
    db
      .collection('orders')
      .add({ data: { _id: 'A1', n: 5, tags: ['x', 'y'], at: new Date(5), deep: { a: [{ b: 1 }] } } }),
  () =>
    db
      .collection('orders')
      .add({ data: { n: 1.5, big: 2 ** 40, none: null, when: db.serverDate({ offset: 60 }) } }),
  () => db.collection('orders').doc('A1').get(),
  () =>
    db
      .collection('orders')
      .where({ n: _.gt(1).and(_.lt(9)), 'deep.a.b': 1 })
      .orderBy('n', 'desc')
      .skip(1)
      .limit(5)
      .field({ n: true })
      .get(),
  () =>
    db
      .collection('orders')
      .where(_.or([{ tags: _.all(['x']) }, { _id: _.in(['A1', 'A2']) }, { name: /ab/i }]))
      .get(),
  () =>
    db
      .collection('orders')
      .where({ tags: _.elemMatch({ $eq: 'x' }), none: _.exists(true) })
      .count(),
  () =>
    db
      .collection('orders')
      .doc('A1')
      .update({ data: { n: _.inc(1), tags: _.push({ each: ['z'], slice: 3 }), gone: _.remove() } }),
  () =>
    db
      .collection('orders')
      .where({ n: _.neq(0) })
      .update({ data: { n: _.mul(2), 'deep.c': _.set({ d: 1 }) } }),
  () =>
    db
      .collection('orders')
      .doc('S1')
      .set({ data: { n: 1 } }),
  () => db.collection('orders').doc('S1').remove(),
  () => db.collection('orders').where({ n: -1 }).remove(),
  () =>
    db
      .collection('orders')
      .aggregate()
      .match({ n: _.gt(0) })
      .group({ _id: '$n', c: $.sum(1) })
      .sort({ c: -1 })
      .limit(10)
      .end(),
  () =>
    db
      .collection('orders')
      .aggregate()
      .unwind('$tags')
      .project({ t: $.concat(['$tags', '-']) })
      .skip(1)
      .end(),
  () =>
    db.runTransaction(async (t) => {
      const { data } = await t.collection('orders').doc('A1').get()
      await t
        .collection('orders')
        .doc('A1')
        .update({ data: { n: data.n } })
      await t.collection('orders').add({ data: { n: 7 } })
    }),
  () => db.runTransaction((t) => t.rollback('no')),
  () => cloud.callFunction({ name: 'echo', data: { a: 1, d: new Date(0) } }),
  () => cloud.callFunction({ name: 'nobody' }),
  () =>
    cloud.openapi.subscribeMessage.send({
      touser: cloud.getWXContext().OPENID,
      page: 'index?orderId=1',
      lang: 'zh_CN',
      data: {
        thing1: { value: '毛巾' },
        character_string2: { value: 'A-1' },
        date3: { value: '2019年10月1日' },
      },
      templateId: 'TPL_ORDER',
      miniprogramState: 'developer',
    }),
  () =>
    cloud.openapi.templateMessage.send({
      touser: 'oBob',
      templateId: 'T',
      formId: 'f',
      data: { keyword1: { value: 'a' } },
    }),
  () => cloud.openapi.uniformMessage.send({ touser: 'oBob', mpTemplateMsg: { appid: 'x' } }),
  () =>
    cloud.openapi.customerServiceMessage.send({ touser: 'oBob', msgtype: 'text', text: { content: 'hi' } }),
  () => cloud.openapi.security.msgSecCheck({ content: 'hello', version: 2, scene: 1, openid: 'oBob' }),
  () => cloud.openapi.subscribeMessage.getTemplateList(),
  () => cloud.openapi.subscribeMessage.getPubTemplateTitleList({ ids: '2,616', start: 0, limit: 1 }),
  () => cloud.openapi.subscribeMessage.addTemplate({ tid: '401', kidList: [1, 2], sceneDesc: 'x' }),
  () => cloud.openapi.wxacode.getUnlimited({ scene: 'a' }),
  () => cloud.getOpenData({ list: ['cid1', 'cid2'] }),
  () => cloud.uploadFile({ cloudPath: 'a/b.txt', fileContent: Buffer.from('hi') }),
  () => cloud.getTempFileURL({ fileList: ['cloud://env.b/a.txt'] }),
]

exports.main = async () => {
  let refused = 0
  for (const say of sayings)
    try {
      await say()
    } catch (err) {
      refused += err ? 1 : 0
    }
  return { said: sayings.length, refused }
}
