import type { InputOf } from '../../core/contract'
import type { Conversation } from '../../core/conversation/conversations'
import { ALICE, APPID, as, dataOf, errorOf, given, type Given } from '../support/service'

const HOUR = 3_600_000
const PUSH = { OPENID: ALICE, APPID, SOURCE: 'wx_unknown' }

const push = (world: Given, over: Record<string, unknown>, at = world.clock.now()) =>
  world.call(
    'event.receive',
    { ToUserName: 'gh_1', FromUserName: ALICE, CreateTime: Math.floor(at / 1_000), ...over } as never,
    PUSH,
  )
let messages = 0
/** The person writes to customer service. */
const write = async (world: Given, at?: number) =>
  dataOf(await push(world, { MsgType: 'text', Content: '在吗', MsgId: (messages += 1) }, at))
const enter = async (world: Given) =>
  dataOf(await push(world, { MsgType: 'event', Event: 'user_enter_tempsession', SessionFrom: 'x' }))

let keys = 0
const answer = (over: Partial<InputOf<'conversation.send'>> = {}): InputOf<'conversation.send'> => ({
  key: `answer-0000${(keys += 1)}`,
  to: ALICE,
  message: { kind: 'text', text: '您好，请稍等' },
  ...over,
})
const send = async (world: Given, over: Partial<InputOf<'conversation.send'>> = {}) =>
  dataOf(await world.call('conversation.send', answer(over), as.owner))
const state = async (world: Given) =>
  dataOf(await world.call('conversation.get', { openid: ALICE }, as.owner))

test('who writes can be answered five times in 48 hours', async () => {
  const world = given({ wakes: true })
  await write(world)
  expect(await state(world)).toMatchObject({ left: 5, until: world.clock.now() + 48 * HOUR })
  for (let left = 4; left >= 0; left -= 1)
    expect(await send(world)).toMatchObject({ outcome: 'sent', conversation: { left } })
  expect(world.wechat.delivered[0]).toMatchObject({
    channel: 'customer',
    openid: ALICE,
    data: { kind: 'text', text: '您好，请稍等' },
  })
  const error = errorOf(await world.call('conversation.send', answer(), as.owner))
  expect(error).toMatchObject({
    code: 'CONVERSATION_CLOSED',
    message: expect.stringContaining('all answers to what they wrote have been sent'),
  })
  expect(world.wechat.asked).toHaveLength(5)
})

test('who writes again can be answered as often as before, and nothing adds up', async () => {
  const world = given({ wakes: true })
  await write(world)
  const { until } = await state(world)
  for (let times = 0; times < 3; times += 1) await send(world)
  world.clock.advance(HOUR)
  await write(world)
  expect(await state(world)).toMatchObject({ left: 5, until: (until ?? 0) + HOUR })
})

test('who only comes in can be sent two messages in a minute, and loses nothing that is open', async () => {
  const world = given({ wakes: true })
  await enter(world)
  expect(await state(world)).toMatchObject({ left: 2, until: world.clock.now() + 60_000 })
  await write(world)
  const { until } = await state(world)
  world.clock.advance(HOUR)
  await enter(world)
  expect(await state(world)).toEqual({ openid: ALICE, left: 5, until })
})

test('an act that is pushed again, or late, opens nothing more', async () => {
  const world = given({ wakes: true })
  const began = world.clock.now()
  await write(world, began)
  await send(world)
  await write(world, began)
  await write(world, began - HOUR)
  expect(await state(world)).toMatchObject({ left: 4, until: began + 48 * HOUR })
})

test('what people write is not kept', async () => {
  const world = given()
  await write(world)
  const kept = JSON.stringify(await world.store.find('events', { where: {}, limit: 10 }))
  expect(kept).toContain('written')
  expect(kept).not.toContain('在吗')
})

test.each([
  ['has never written', async () => undefined, /has not written yet/],
  [
    'wrote more than 48 hours ago',
    async (world: Given) => {
      await write(world)
      world.clock.advance(49 * HOUR)
    },
    /ended at 2026-11-23 15:30/,
  ],
])('who %s cannot be written to, in words, and WeChat is not asked', async (_name, before, words) => {
  const world = given({ wakes: true })
  await before(world)
  const error = errorOf(await world.call('conversation.send', answer(), as.owner))
  expect(error).toMatchObject({ code: 'CONVERSATION_CLOSED', message: expect.stringMatching(words) })
  expect(world.wechat.asked).toEqual([])
})

test('the same key sends once, also when the conversation is over', async () => {
  const world = given({ wakes: true })
  await write(world)
  const once = answer()
  await world.call('conversation.send', once, as.owner)
  world.clock.advance(49 * HOUR)
  const again = dataOf(await world.call('conversation.send', once, as.owner))
  expect(again).toMatchObject({ outcome: 'sent', conversation: { left: 0 } })
  expect(world.wechat.delivered).toHaveLength(1)
})

test.each([45015, 45047])("%d: WeChat's word wins, and the conversation is closed", async (code) => {
  const world = given({ wakes: true })
  await write(world)
  world.wechat.answers.push({ code, text: 'out of it' })
  expect(await send(world)).toMatchObject({ outcome: 'refused', code, conversation: { left: 0 } })
})

test('an answer that certainly did not go counts as none', async () => {
  const world = given({ wakes: true })
  await write(world)
  world.wechat.answers.push({ code: 40003, text: 'invalid openid' })
  expect(await send(world)).toMatchObject({ outcome: 'invalid', conversation: { left: 5 } })
})

test('a conversation that closes before the message goes leaves it unsent', async () => {
  const world = given()
  await write(world)
  const asked = answer()
  expect(dataOf(await world.call('conversation.send', asked, as.owner))).toMatchObject({ state: 'waiting' })
  world.clock.advance(49 * HOUR)
  dataOf(await world.tick())
  dataOf(await world.call('dispatch.release', {}, as.owner))
  dataOf(await world.tick())
  const sent = dataOf(await world.call('conversation.send', asked, as.owner))
  expect(sent).toMatchObject({
    outcome: 'skipped',
    words: expect.stringContaining('no conversation is open'),
  })
  expect(world.wechat.asked).toEqual([])
})

test.each([
  ['a link', { kind: 'link', title: '订单', description: '查看进度', url: 'https://example.com/o/1' }],
  ['a page', { kind: 'page', title: '订单', page: 'pages/messages/messages?o=1', thumbMediaId: 'media-1' }],
] as const)('%s goes as it was given', async (_name, message) => {
  const world = given({ wakes: true })
  await write(world)
  const { card } = await send(world, { message })
  expect(card.lines.map(({ value }) => value)).toContain('订单')
  expect(world.wechat.delivered).toMatchObject([{ data: message }])
})

test.each([
  ['nothing', { kind: 'text', text: '  ' }],
  ['too much', { kind: 'text', text: '长'.repeat(601) }],
  ['a link that is none', { kind: 'link', title: 'a', description: 'b', url: 'javascript:alert(1)' }],
  ['a page with a leading slash', { kind: 'page', title: 'a', page: '/pages/a', thumbMediaId: 'm' }],
  ['a kind that there is not', { kind: 'song', title: 'a' }],
])('%s is refused by name', async (_name, message) => {
  const world = given()
  await write(world)
  const reply = await world.call('conversation.send', answer({ message: message as never }), as.owner)
  expect(errorOf(reply)).toMatchObject({ code: 'INPUT_INVALID' })
})

test('only staff write, and an erased person has no conversation', async () => {
  const world = given({ wakes: true })
  await write(world)
  expect(errorOf(await world.call('conversation.send', answer()))).toMatchObject({ code: 'NOT_ALLOWED' })
  dataOf(await world.call('person.erase', { openid: ALICE }, as.owner))
  expect(await world.store.find<Conversation>('conversations', { where: {}, limit: 1 })).toEqual([])
})

test('a conversation that is long over is taken away with old pages', async () => {
  const world = given()
  await write(world)
  world.clock.advance(40 * 24 * HOUR)
  dataOf(await world.call('retention.run', { olderThanDays: 30 }, as.owner))
  expect(await state(world)).toEqual({ openid: ALICE, left: 0, until: null })
})

test('acts that are pushed at the same moment open one conversation', async () => {
  const world = given()
  const began = world.clock.now()
  await Promise.all([write(world, began), write(world, began), enter(world), write(world, began + 2_000)])
  const found = await world.store.find<Conversation>('conversations', { where: {}, limit: 10 })
  expect(found).toMatchObject([{ left: 5, until: began + 2_000 + 48 * HOUR }])
})
