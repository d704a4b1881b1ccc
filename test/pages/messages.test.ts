/** @jest-environment jsdom */
import { openPage } from '../support/pages'
import { ALICE, as, dataOf, given } from '../support/service'

const ORDER = 'kR3vYw8Qm2LxZt0Hs6NcJp4Fd9Ga7Be1UoXiTrVyWqE'
const page = 'pages/messages/messages'

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

test('nobody wrote yet', async () => {
  const { phone } = await openPage({ openid: ALICE, page })
  expect(phone.text()).toContain('还没有收到消息')
})

test('what was sent to me, newest first, and earlier ones at a tap', async () => {
  const { phone } = await openPage({ openid: ALICE, page, world: await sent(21) })
  expect(phone.findAll('.item')).toHaveLength(20)
  expect(phone.text('.item')).toMatch(/HY20.*HY19/)
  await phone.tap('.more')
  await phone.until(() => phone.findAll('.item').length === 21)
  expect(phone.has('.more')).toBe(false)
})

test('coming from a notice, the page says what was opened', async () => {
  const { phone } = await openPage({ openid: ALICE, page, query: { order: 'HY7' }, world: await sent(1) })
  expect(phone.text()).toContain('从通知进入：HY7')
})

test('a query that is not encoded is shown as it is', async () => {
  const { phone } = await openPage({ openid: ALICE, page, query: { order: '100%' } })
  expect(phone.text()).toContain('从通知进入：100%')
})

test('without a network what is on the page stays, and it says so', async () => {
  const { phone, offline } = await openPage({ openid: ALICE, page, world: await sent(21) })
  offline(true)
  await phone.tap('.more')
  await phone.until(() => phone.text().includes('没有连上服务'))
  expect(phone.findAll('.item')).toHaveLength(20)
  offline(false)
  await phone.tap('wx-notice-bar wx-button')
  await phone.until(() => !phone.text().includes('没有连上服务'))
})
