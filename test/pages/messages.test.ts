/** @jest-environment jsdom */
import { timeOf } from '../../miniprogram/pages/messages/items'
import { openPage, type PageTestOptions } from '../support/pages'
import { ALICE, as, dataOf, given } from '../support/service'

const ORDER = 'kR3vYw8Qm2LxZt0Hs6NcJp4Fd9Ga7Be1UoXiTrVyWqE'
const page = 'pages/messages/messages'
const open = (options: Partial<PageTestOptions> = {}) => openPage({ openid: ALICE, page, ...options })

beforeEach(() => {
  jest.spyOn(console, 'warn').mockImplementation(() => undefined)
})
afterEach(() => {
  jest.restoreAllMocks()
})

async function sent(count: number) {
  const world = given({ wakes: true })
  world.wechat.grant(ALICE, ORDER, count)
  for (let at = 0; at < count; at += 1) {
    const input = { promptId: `prompt-${at}`, scene: 'order', answers: { [ORDER]: 'accept' as const } }
    dataOf(await world.call('subscription.record', input))
    const params = {
      orderNumber: `HY${at}`,
      goods: '茶',
      total: 1,
      carrier: '顺丰速运',
      shippedAt: '2026-11-21T15:30',
    }
    const send = {
      key: `key-0000${at}`,
      to: ALICE,
      template: 'order-shipped',
      params,
      language: 'zh_CN' as const,
    }
    dataOf(await world.call('send.one', send, as.owner))
    world.clock.advance(1000)
  }
  return world
}

/** Messages as the service lists them, with pages of the test's own choice. */
const listing =
  (...pages: string[]) =>
  (action: string) => {
    if (action !== 'message.mine') return undefined
    const messages = pages.map((leadsTo) => ({
      id: leadsTo,
      template: 'order-shipped',
      sentAt: 0,
      card: {
        title: '订单发货提醒',
        lines: [{ keyword: 'thing1', label: '商品', value: '茶' }],
        page: leadsTo,
      },
    }))
    return { ok: true, data: { messages } }
  }

test('nobody wrote yet', async () => {
  const { phone } = await open()
  expect(phone.text('.empty')).toContain('还没有收到消息')
})

test('what was sent to me, newest first, and earlier ones at a tap', async () => {
  const { phone } = await open({ world: await sent(21) })
  expect(phone.findAll('.item')).toHaveLength(20)
  expect(phone.text('.item')).toMatch(/HY20.*HY19/)
  await phone.tap('.more')
  await phone.until(() => phone.findAll('.item').length === 21)
  expect(phone.has('.more')).toBe(false)
})

test('two taps on earlier ones bring them once', async () => {
  const { phone } = await open({ world: await sent(21) })
  const more = phone.find('.more')
  await Promise.all([phone.tap(more), phone.tap(more)])
  await phone.until(() => phone.findAll('.item').length === 21)
})

test('coming from a notice, the page says what was opened', async () => {
  const { phone } = await open({ query: { order: 'HY7' }, world: await sent(1) })
  expect(phone.text()).toContain('从通知进入：HY7')
})

test('a query that is not encoded is shown as it is', async () => {
  const { phone } = await open({ query: { order: '100%' } })
  expect(phone.text()).toContain('从通知进入：100%')
})

test.each([
  ['a page', 'console/send/send?to=me', 'console/send/send'],
  ['a tab', 'pages/subscriptions/subscriptions?from=card', 'pages/subscriptions/subscriptions'],
])('a message leads to %s of this Mini Program', async (_what, leadsTo, route) => {
  const { phone } = await open({ intercept: listing(leadsTo) })
  expect(phone.text('wx-message-card')).toContain('去看看')
  await phone.tap('wx-message-card [class$="--title"]')
  await phone.until(() => phone.route() === route)
})

test('a message of this very page leads nowhere else, and says nothing of it', async () => {
  const { phone } = await open({ intercept: listing('pages/messages/messages?order=1') })
  expect(phone.text('wx-message-card')).not.toContain('去看看')
  await phone.tap('wx-message-card [class$="--title"]')
  expect(phone.stack()).toEqual([page])
})

test('a page that this version does not have is told', async () => {
  const { phone } = await open({ intercept: listing('pages/gone/gone') })
  await phone.tap('wx-message-card [class$="--title"]')
  await phone.until(() => phone.text('wx-notice-bar').includes('请升级小程序'))
})

test('without a network what is on the page stays, and it says so', async () => {
  const { phone, offline } = await open({ world: await sent(21) })
  offline(true)
  await phone.tap('.more')
  await phone.until(() => phone.text().includes('没有连上服务'))
  expect(phone.findAll('.item')).toHaveLength(20)
  offline(false)
  await phone.tap('wx-notice-bar wx-button')
  await phone.until(() => !phone.text().includes('没有连上服务'))
})

test('days are told by the phone’s own clock', () => {
  const now = new Date(2026, 10, 21, 9, 5).getTime()
  const told = (...at: [number, number, number, number, number]) => timeOf(new Date(...at).getTime(), now)
  Object.assign(globalThis, { wx: { getAppBaseInfo: () => ({ language: 'zh_CN' }) } })
  expect(told(2026, 10, 21, 0, 1)).toBe('今天 00:01')
  expect(told(2026, 10, 20, 23, 59)).toBe('昨天 23:59')
  expect(told(2026, 0, 2, 8, 30)).toBe('01-02 08:30')
  expect(told(2025, 11, 31, 8, 30)).toBe('2025-12-31 08:30')
})
