import type { WxContext } from '../../core/caller'
import type { Action, InputOf } from '../../core/contract'
import { given } from '../support/reminding'
import { ALICE, as, dataOf, errorOf, type Given } from '../support/service'

const order = {
  orderNumber: 'HY1',
  goods: '咖啡豆',
  total: 68,
  carrier: '顺丰速运',
  shippedAt: '2026-11-21T15:30',
  note: '放门口',
}
const reminder = (params: Record<string, unknown> = order, key = 'reminder-of-typed-text') => ({
  key,
  template: 'order-shipped',
  params,
  schedule: { kind: 'delay' as const, minutes: 30 },
})
const risky = { ...order, note: '违禁词' }

test('what a person types into a reminder is checked once, without choices, times and numbers', async () => {
  const world = given()
  dataOf(await world.call('reminder.create', reminder()))
  expect(world.wechat.checked).toEqual([{ openid: ALICE, content: 'HY1\n咖啡豆\n放门口' }])
  world.clock.advance(30 * 60_000)
  dataOf(await world.tick())
  expect(world.wechat.checked).toHaveLength(1)
})

test('what WeChat takes offence at is refused by the name of its field, and nothing is written', async () => {
  const world = given()
  world.wechat.sensitive.push('违禁词')
  const error = errorOf(await world.call('reminder.create', reminder(risky)))
  expect(error).toMatchObject({
    code: 'TEXT_RISKY',
    facts: { faults: [{ path: 'input.params.note', problem: 'risky' }] },
    message: expect.stringContaining('违禁词'),
  })
  expect(await world.store.find('reminderRules', { where: {}, limit: 1 })).toEqual([])
})

test('text that is risky only as a whole is refused as a whole', async () => {
  const world = given()
  world.wechat.verdicts.push({ suggest: 'risky' })
  const error = errorOf(await world.call('reminder.create', reminder()))
  expect(error).toMatchObject({ code: 'TEXT_RISKY', facts: { faults: [{ path: 'input.params' }] } })
})

test('what a person changes is checked again', async () => {
  const world = given()
  const { reminder: id, version } = dataOf(await world.call('reminder.create', reminder()))
  world.wechat.sensitive.push('违禁词')
  const change = { reminder: id, version, change: { params: risky } }
  expect(errorOf(await world.call('reminder.change', change))).toMatchObject({
    code: 'TEXT_RISKY',
    facts: { faults: [{ path: 'input.change.params.note' }] },
  })
})

test('`review` is let through', async () => {
  const world = given()
  world.wechat.verdicts.push({ suggest: 'review' })
  dataOf(await world.call('reminder.create', reminder()))
})

test.each([
  [-1, /no result; try again/],
  [61010, /last two hours/],
  [44991, /this minute/],
  [-604101, /security\.msgSecCheck/],
])('what could not be judged (%d) is not taken, in words', async (code, words) => {
  const world = given()
  world.wechat.verdicts.push({ code, text: 'no' })
  const error = errorOf(await world.call('reminder.create', reminder()))
  expect(error).toMatchObject({ code: 'TEXT_UNCHECKED', message: expect.stringMatching(words) })
  expect(await world.store.find('reminderRules', { where: {}, limit: 1 })).toEqual([])
})

const sendIt: [Action, unknown] = [
  'send.one',
  { key: 'key-of-staff-text', to: ALICE, template: 'order-shipped', params: risky },
]
const ofStaff: [Action, unknown][] = [
  sendIt,
  ['reminder.create', { ...reminder(risky), to: ALICE }],
  [
    'campaign.create',
    { name: 'x', template: 'order-shipped', params: risky, audience: { kind: 'everybody' } },
  ],
]
const asks = <A extends Action>({ call }: Given, [action, input]: [A, unknown], who: WxContext) =>
  call(action, input as InputOf<A>, who)

test.each(ofStaff)('%s: what staff type is checked where the setting says so', async (...asked) => {
  const lenient = given()
  lenient.wechat.sensitive.push('违禁词')
  dataOf(await asks(lenient, asked, as.owner))
  expect(lenient.wechat.checked).toEqual([])
  const strict = given({ env: { HONGYAN_TEXT_CHECK: 'all' } })
  strict.wechat.sensitive.push('违禁词')
  expect(errorOf(await asks(strict, asked, as.owner))).toMatchObject({
    code: 'TEXT_RISKY',
    facts: { faults: [{ path: 'input.params.note' }] },
  })
})

test('what a tool sends is not checked: WeChat judges by person', async () => {
  const world = given({ env: { HONGYAN_TEXT_CHECK: 'all' } })
  dataOf(await asks(world, sendIt, as.tool))
  expect(world.wechat.checked).toEqual([])
})

test('a repeated send is checked once', async () => {
  const world = given({ env: { HONGYAN_TEXT_CHECK: 'all' } })
  for (let times = 0; times < 3; times += 1) dataOf(await asks(world, sendIt, as.owner))
  expect(world.wechat.checked).toHaveLength(1)
})

test('an answer of customer service is checked like other words of staff', async () => {
  const world = given({ env: { HONGYAN_TEXT_CHECK: 'all' } })
  world.wechat.sensitive.push('违禁词')
  const event = { MsgType: 'text', FromUserName: ALICE, CreateTime: Math.floor(world.clock.now() / 1_000) }
  dataOf(await world.call('event.receive', event, { ...as.alice, SOURCE: 'wx_unknown' }))
  const message = { kind: 'text' as const, text: '违禁词' }
  const input = { key: 'key-of-an-answer', to: ALICE, message }
  expect(errorOf(await world.call('conversation.send', input, as.owner))).toMatchObject({
    code: 'TEXT_RISKY',
    facts: { faults: [{ path: 'input.message.text' }] },
  })
})

test('nothing is checked where it is switched off', async () => {
  const world = given({ env: { HONGYAN_TEXT_CHECK: 'off' } })
  dataOf(await world.call('reminder.create', reminder(risky)))
  expect(world.wechat.checked).toEqual([])
})
