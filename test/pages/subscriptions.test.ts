/** @jest-environment jsdom */
import type { Offer, Reply } from '../../core/contract'
import { openPage, type PageTestOptions } from '../support/pages'
import { ALICE, dataOf, given, OWNER } from '../support/service'

const ORDER = 'kR3vYw8Qm2LxZt0Hs6NcJp4Fd9Ga7Be1UoXiTrVyWqE'
const order = '.scene wx-button'
const open = (options: Partial<PageTestOptions> = {}) => openPage({ openid: ALICE, ...options })
const kept = (answer: 'accept' | 'reject' | 'ban') => ({
  settings: { mainSwitch: true, itemSettings: { [ORDER]: answer } },
  ask: () => ({ ask: [], settled: { [ORDER]: answer } }),
})
const grantsOf = ({ quotas }: { quotas: { granted: number }[] }) =>
  quotas.reduce((sum, { granted }) => sum + granted, 0)
beforeEach(() => {
  jest.spyOn(console, 'warn').mockImplementation(() => undefined)
})
afterEach(() => {
  jest.restoreAllMocks()
})

test('every scene is listed with its templates and what is left of each', async () => {
  const { phone } = await open()
  expect(phone.title()).toBe('订阅')
  for (const text of [
    '订单发货提醒',
    '上课提醒',
    '排队叫号提醒',
    '未订阅',
    '每同意一次，收到一条',
    '长期有效',
  ])
    expect(phone.text()).toContain(text)
  expect(phone.text()).not.toContain('店员工作台')
})

test('one tap asks WeChat first, records after, and shows what is left', async () => {
  const { phone, world } = await open()
  const before = phone.calls.length
  await phone.tap(order)
  // The sheet is open and nothing was called: a call before the prompt would lose the tap.
  expect(phone.calls).toHaveLength(before)
  await phone.choose('允许')
  await phone.until(() => phone.text().includes('还能收到 1 条'))
  expect(phone.text('.scene [class*="--told"]')).toBe('订阅成功，1 项')
  expect(phone.answered).toMatchObject([{ tmplIds: [ORDER], answers: { [ORDER]: 'accept' } }])
  expect(dataOf(await world.call('subscription.mine', {})).quotas).toMatchObject([
    { template: 'order-shipped', left: 1 },
  ])
  expect(phone.findAll(order).map((one) => one.textContent)).toEqual(['再订阅一次', '订阅', '订阅', '订阅'])
  expect(phone.warnings()).toEqual([])
})

test('reminders that no grant is there for are told where one can be given', async () => {
  const world = given()
  const schedule = { kind: 'delay', minutes: 60 } as const
  const wanted = { key: 'reminder-1', template: 'to-do', timeParam: 'at', schedule }
  dataOf(await world.call('reminder.create', wanted))
  const { phone } = await open({ world })
  expect(phone.text('.missing')).toBe('安排好的提醒还差 1 次“允许”，到时发不出。')
  await phone.tap(phone.findAll(order)[3] as HTMLElement)
  await phone.choose('允许')
  await phone.until(() => !phone.has('.missing'))
})

test('a refusal is taken kindly and grants nothing', async () => {
  const { phone, world } = await open()
  await phone.tap(order)
  await phone.choose('取消')
  await phone.until(() => phone.text().includes('你没有同意任何一项'))
  expect(grantsOf(dataOf(await world.call('subscription.mine', {})))).toBe(0)
})

test('a long-term template that was accepted needs no more taps', async () => {
  const { phone } = await open()
  const queue = phone.findAll(order)[2] as HTMLElement
  await phone.tap(queue)
  await phone.choose('允许')
  await phone.until(() => phone.text(order).includes('已订阅'))
  expect(phone.findAll(order)[2]?.getAttribute('aria-disabled')).toBe('true')
})

test('a standing refusal is explained, and the button leads to the settings', async () => {
  const { phone } = await open({ host: kept('reject') })
  expect(phone.text()).toContain('弹窗不会再出现')
  expect(phone.text(order)).toContain('去设置')
  await phone.tap(order)
  expect(phone.overlay()?.textContent).toContain('接收订阅消息')
})

test('a standing accept adds a grant without a sheet', async () => {
  const { phone } = await open({ host: kept('accept') })
  expect(phone.text()).toContain('静默增加一条')
  await phone.tap(order)
  await phone.until(() => phone.text().includes('还能收到 1 条'))
  expect(phone.overlay()).toBeUndefined()
  expect(phone.text('.scene')).toContain('没有弹窗，已增加一条')
})

test('what WeChat has suspended cannot be tapped', async () => {
  const { phone } = await open({ host: kept('ban') })
  expect(phone.text()).toContain('被微信停用')
  await phone.tap(order)
  expect(phone.answered).toEqual([])
})

test('a main switch that is off is explained before anybody taps, and switching it on is enough', async () => {
  const { phone } = await open({ host: { settings: { mainSwitch: false } } })
  expect(phone.text('wx-notice-bar')).toContain('总开关已关闭')
  await phone.tap('wx-notice-bar wx-button')
  await phone.choose('接收订阅消息')
  await phone.choose('返回')
  await phone.until(() => !phone.has('wx-notice-bar'))
  expect(phone.text(order)).toContain('订阅')
})

test.each([
  [10002, 'Request list fail', '微信没有连上网络（10002）'],
  [10003, 'Request subscribe fail', '微信没有连上网络（10003）'],
  [20004, 'The main switch is switched off', '总开关已关闭'],
  [20005, 'This mini program was banned', '停用（20005）'],
  [10005, 'Cannot show subscribe message UI', '请回到页面再点一次'],
  [20001, 'No template data return', '通知的配置有误（20001）'],
  [29999, 'Something new', '没有弹出订阅窗口：requestSubscribeMessage:fail Something new'],
])('WeChat’s %d is told in words', async (errCode, errMsg, words) => {
  const host = { ask: () => ({ errCode, errMsg: `requestSubscribeMessage:fail ${errMsg}` }) }
  const { phone, world } = await open({ host })
  await phone.tap(order)
  await phone.until(() => phone.text().includes(words))
  expect(grantsOf(dataOf(await world.call('subscription.mine', {})))).toBe(0)
})

test.each([
  ['ban', '订单发货提醒 被微信停用'],
  ['filter', '微信只问了一个'],
] as const)('an answer %s is told in words', async (answer, words) => {
  const { phone } = await open({ host: { ask: () => ({ ask: [], settled: { [ORDER]: answer } }) } })
  await phone.tap(order)
  await phone.until(() => phone.text('.scene wx-notice-bar').includes(words))
})

test('a WeChat without subscribe messages says so at once', async () => {
  const { phone } = await open({ baseLibrary: '2.4.0' })
  expect(phone.text('wx-notice-bar')).toContain('微信版本太旧')
  await phone.tap(order)
  expect(phone.answered).toEqual([])
})

test('on an old base library the page works as on a new one', async () => {
  const { phone } = await open({ baseLibrary: '2.8.2' })
  await phone.tap(order)
  await phone.choose('允许')
  await phone.until(() => phone.text().includes('还能收到 1 条'))
})

describe('more templates in a scene than one prompt takes', () => {
  const offer = (at: number, change: Partial<Offer> = {}): Offer => ({
    template: `t${at}`,
    templateId: `T${at}`,
    title: `通知${at}`,
    kind: 'one-time',
    scenes: ['order'],
    left: 0,
    example: { title: `通知${at}`, lines: [] },
    missing: 0,
    ...change,
  })
  const offering =
    (offers: Offer[]) =>
    (action: string): Reply<unknown> | undefined => {
      if (action === 'subscription.offer') return { ok: true, data: { scenes: ['order'], offers } }
      return action === 'subscription.record' ? { ok: true, data: { recorded: true, left: {} } } : undefined
    }
  const six = [1, 2, 3, 4, 5, 6].map((at) => offer(at))
  const asked = async (options: Partial<PageTestOptions>): Promise<string[]> => {
    const { phone } = await open(options)
    await phone.tap(order)
    await phone.choose('允许')
    return phone.answered[0]?.tmplIds ?? []
  }

  test.each([
    ['2.8.2', ['T1']],
    ['3.7.0', ['T1', 'T2', 'T3']],
    ['3.14.2', ['T1', 'T2', 'T3', 'T4', 'T5']],
  ])('base library %s is asked for %j', async (baseLibrary, ids) => {
    expect(await asked({ baseLibrary, intercept: offering(six) })).toEqual(ids)
  })

  test('the button says how many a tap asks for', async () => {
    const { phone } = await open({ intercept: offering(six) })
    expect(phone.text(order)).toBe('订阅其中 3 项')
  })

  test('those with least left come first', async () => {
    const offers = [offer(1, { left: 2 }), offer(2, { left: 1 }), offer(3), offer(4)]
    expect(await asked({ intercept: offering(offers) })).toEqual(['T3', 'T4', 'T2'])
  })

  test('one-time and long-term are never asked for together', async () => {
    const offers = [offer(1), offer(2, { kind: 'long-term' }), offer(3)]
    expect(await asked({ intercept: offering(offers) })).toEqual(['T1', 'T3'])
  })

  test('of two with one title one is asked for', async () => {
    const offers = [offer(1), offer(2, { title: '通知1' })]
    expect(await asked({ intercept: offering(offers) })).toEqual(['T1'])
  })

  test('what is always refused is left out while something can be asked for', async () => {
    const host = { settings: { mainSwitch: true, itemSettings: { T1: 'reject' as const } } }
    expect(await asked({ host, intercept: offering([offer(1), offer(2)]) })).toEqual(['T2'])
  })

  test('a part that was refused is named', async () => {
    const { phone } = await open({ intercept: offering([offer(1), offer(2)]) })
    await phone.tap(order)
    await phone.choose('T2')
    await phone.choose('允许')
    await phone.until(() => phone.text('.scene').includes('1 项；没有同意：通知2'))
  })

  test('nothing to subscribe to is said, too', async () => {
    const { phone } = await open({ intercept: offering([]) })
    expect(phone.text('.empty')).toContain('暂时没有可以订阅的通知')
  })
})

test('the example of a template opens and closes, and stays open over a refresh', async () => {
  const { phone } = await open()
  await phone.tap('.example')
  expect(phone.text()).toContain('云南手冲咖啡豆 250g')
  expect(phone.find('.example').getAttribute('aria-expanded')).toBe('true')
  const page = phone.page() as { load?: () => Promise<void> }
  await page.load?.()
  expect(phone.text()).toContain('云南手冲咖啡豆 250g')
  await phone.tap('.example')
  expect(phone.text()).not.toContain('云南手冲咖啡豆 250g')
})

test('staff find their desk, others do not', async () => {
  const { phone } = await open({ openid: OWNER })
  await phone.tap('.console')
  expect(phone.route()).toMatch(/^console\//)
})

test('an English phone reads English', async () => {
  const { phone } = await open({ language: 'en' })
  expect(phone.title()).toBe('Subscriptions')
  expect(document.body.textContent).toContain('Preferences')
  expect(phone.text()).toContain('Not subscribed')
})

test('text is as large as the person reads in WeChat, within limits', async () => {
  const { phone } = await open({ fontScale: 1.4 })
  expect(phone.find('.page').getAttribute('style')).toBe('--scale: 1.4')
  const huge = await open({ fontScale: 3 })
  expect(huge.phone.find('.page').getAttribute('style')).toBe('--scale: 1.6')
})

test('no tap sends more than 4 KB to the page', async () => {
  const { phone } = await open()
  await phone.tap(order)
  await phone.choose('允许')
  await phone.until(() => phone.text().includes('还能收到 1 条'))
  expect(Math.max(...phone.setDataCalls().map(({ bytes }) => bytes))).toBeLessThan(4096)
})
