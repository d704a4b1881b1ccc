/** @jest-environment jsdom */
import { openPage } from '../support/pages'
import { ALICE, dataOf, OWNER } from '../support/service'

const ORDER = 'kR3vYw8Qm2LxZt0Hs6NcJp4Fd9Ga7Be1UoXiTrVyWqE'
const buttons = '.subscribe'

test('every scene is listed with its templates and what is left of each', async () => {
  const { phone } = await openPage({ openid: ALICE })
  expect(phone.title()).toBe('订阅')
  for (const text of ['订单发货提醒', '上课提醒', '排队叫号提醒', '还没有订阅'])
    expect(phone.text()).toContain(text)
  expect(phone.text()).not.toContain('店员工作台')
})

test('one tap asks WeChat first, records after, and shows what is left', async () => {
  const { phone, world } = await openPage({ openid: ALICE })
  const before = phone.calls.length
  await phone.tap(phone.findAll(buttons)[0] as HTMLElement)
  // The sheet is open and nothing was called: a call before the prompt would lose the tap.
  expect(phone.calls).toHaveLength(before)
  await phone.choose('允许')
  await phone.until(() => phone.text().includes('还能收到 1 条'))
  expect(phone.text()).toContain('订阅成功，1 项')
  expect(phone.answered).toMatchObject([{ tmplIds: [ORDER], answers: { [ORDER]: 'accept' } }])
  expect(dataOf(await world.call('subscription.mine', {})).quotas).toMatchObject([
    { template: 'order-shipped', left: 1 },
  ])
  expect(phone.warnings()).toEqual([])
})

test('a refusal is taken kindly and grants nothing', async () => {
  const { phone, world } = await openPage({ openid: ALICE })
  await phone.tap(phone.findAll(buttons)[0] as HTMLElement)
  await phone.choose('取消')
  await phone.until(() => phone.text().includes('你没有同意任何一项'))
  expect(dataOf(await world.call('subscription.mine', {})).quotas).toEqual([])
})

test('a standing refusal is explained, with a way to the settings', async () => {
  const host = {
    settings: { mainSwitch: true, itemSettings: { [ORDER]: 'reject' as const } },
    ask: () => ({ ask: [], settled: { [ORDER]: 'reject' as const } }),
  }
  const { phone } = await openPage({ openid: ALICE, host })
  expect(phone.text()).toContain('弹窗不会再出现')
  await phone.tap(phone.findAll(buttons)[0] as HTMLElement)
  await phone.until(() => phone.text().includes('没有弹窗。要改就去设置'))
  expect(phone.text('wx-notice-bar wx-button')).toBe('去设置')
})

test('a standing accept adds a grant without a sheet', async () => {
  const host = {
    settings: { mainSwitch: true, itemSettings: { [ORDER]: 'accept' as const } },
    ask: () => ({ ask: [], settled: { [ORDER]: 'accept' as const } }),
  }
  const { phone } = await openPage({ openid: ALICE, host })
  expect(phone.text()).toContain('静默增加一条')
  await phone.tap(phone.findAll(buttons)[0] as HTMLElement)
  await phone.until(() => phone.text().includes('还能收到 1 条'))
  expect(phone.overlay()).toBeUndefined()
})

test('a main switch that is off is explained before anybody taps', async () => {
  const { phone } = await openPage({ openid: ALICE, host: { settings: { mainSwitch: false } } })
  expect(phone.text()).toContain('总开关已关闭')
  expect(phone.text('wx-notice-bar wx-button')).toBe('去设置')
})

test.each([
  [10002, 'Request list fail', '微信没有取到通知列表（10002）'],
  [20004, 'The main switch is switched off', '总开关已关闭'],
  [20005, 'This mini program was banned', '停用（20005）'],
  [10005, 'Cannot show subscribe message UI', '请回到页面再点一次'],
  [20001, 'No template data return', '没有弹出订阅窗口'],
])('WeChat’s %d is told in words', async (errCode, errMsg, words) => {
  const host = { ask: () => ({ errCode, errMsg: `requestSubscribeMessage:fail ${errMsg}` }) }
  const { phone, world } = await openPage({ openid: ALICE, host })
  await phone.tap(phone.findAll(buttons)[0] as HTMLElement)
  await phone.until(() => phone.text().includes(words))
  expect(dataOf(await world.call('subscription.mine', {})).quotas).toEqual([])
})

test('a grant that cannot be recorded stays on the phone and is recorded later, once', async () => {
  const { phone, world, offline } = await openPage({ openid: ALICE })
  await phone.tap(phone.findAll(buttons)[0] as HTMLElement)
  offline(true)
  await phone.choose('允许')
  await phone.until(() => phone.text().includes('没有连上服务') || phone.text().includes('还没记下来'))
  offline(false)
  await phone.tap('wx-notice-bar wx-button')
  await phone.until(() => phone.text().includes('还能收到 1 条'))
  await phone.tap('.example')
  expect(dataOf(await world.call('subscription.mine', {})).quotas).toMatchObject([{ left: 1, granted: 1 }])
})

test('without a network the page says so and a tap tries again', async () => {
  const { world } = await openPage({ openid: ALICE })
  const find = world.store.find.bind(world.store)
  world.store.find = async () => {
    throw new Error('down')
  }
  const { phone } = await openPage({ openid: ALICE, world })
  expect(phone.text()).toContain('内部错误')
  world.store.find = find
  await phone.tap('wx-notice-bar wx-button')
  await phone.until(() => phone.text().includes('订单发货提醒'))
})

test('the example of a template opens and closes', async () => {
  const { phone } = await openPage({ openid: ALICE })
  await phone.tap('.example')
  expect(phone.text()).toContain('云南手冲咖啡豆 250g')
  await phone.tap('.example')
  expect(phone.text()).not.toContain('云南手冲咖啡豆 250g')
})

test('staff find their desk, others do not', async () => {
  const { phone } = await openPage({ openid: OWNER })
  await phone.tap('.console')
  expect(phone.route()).toBe('console/send/send')
})

test('an English phone reads English', async () => {
  const { phone } = await openPage({ openid: ALICE, language: 'en' })
  expect(phone.title()).toBe('Subscriptions')
  expect(document.body.textContent).toContain('Messages')
  expect(phone.text()).toContain('Not subscribed yet')
})
