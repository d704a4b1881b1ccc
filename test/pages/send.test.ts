/** @jest-environment jsdom */
import type { TestPhone } from '../support/phone'
import { openPage } from '../support/pages'
import { ALICE, dataOf, given, OWNER } from '../support/service'

const ORDER = 'kR3vYw8Qm2LxZt0Hs6NcJp4Fd9Ga7Be1UoXiTrVyWqE'
const page = 'console/send/send'

async function subscribed(openid: string, times = 1) {
  const world = given({ wakes: true })
  const phone = { OPENID: openid, APPID: 'wx5a1e0c7d9b3f2468', SOURCE: 'wx_client' }
  for (let at = 0; at < times; at += 1) {
    const input = { promptId: `prompt-${at}`, scene: 'order', answers: { [ORDER]: 'accept' as const } }
    dataOf(await world.call('subscription.record', input, phone))
  }
  world.wechat.grant(openid, ORDER, times)
  return world
}

const field = (phone: TestPhone, title: string) => phone.find(`[aria-label="${title}"]`)
const filled = async (phone: TestPhone) => {
  await phone.tap('.example')
  await phone.until(() => phone.has('wx-message-card'), 'the preview')
}

test('a person who is not staff is told so, with the openid to give to the owner', async () => {
  const { phone } = await openPage({ openid: ALICE, page })
  expect(phone.text()).toContain('只对店员开放')
  expect(phone.text()).toContain(ALICE)
  expect(phone.has('.send')).toBe(false)
})

test('the form is made from the params of the template, and another template is another form', async () => {
  const { phone } = await openPage({ openid: OWNER, page })
  for (const title of ['订单号', '商品', '金额（元）', '快递公司', '发货时间', '备注（可不填）'])
    expect(phone.text()).toContain(title)
  await phone.tap(field(phone, '选择模板'))
  await phone.choose('上课提醒')
  const confirm = phone.overlay()
  if (confirm) await phone.choose('确定')
  await phone.until(() => phone.text().includes('老师'))
  expect(phone.text()).not.toContain('快递公司')
})

test('the preview is the card that the receiver will see', async () => {
  const { phone } = await openPage({ openid: OWNER, page })
  expect(phone.text()).toContain('填好内容，这里就会出现卡片')
  await filled(phone)
  expect(phone.text('wx-message-card')).toContain('订单发货提醒')
  expect(phone.text('wx-message-card')).toContain('¥68.00')
  expect(phone.text('wx-message-card')).toContain('2026年11月21日 15:30')
})

test('a fault is told at its field, and what was typed stays', async () => {
  const { phone } = await openPage({ openid: OWNER, page })
  await filled(phone)
  await phone.type(field(phone, '订单号'), '订单一号')
  await phone.until(() => phone.has('[class*="fault"]'), 'the fault')
  expect(phone.text('[class*="fault"]')).toContain('得到“订单一号”')
  expect(phone.find('[aria-label="订单号"] input, input[aria-label="订单号"]')).toHaveProperty(
    'value',
    '订单一号',
  )
})

test('send to me: the outcome in words, and the message is there', async () => {
  const world = await subscribed(OWNER)
  const { phone } = await openPage({ openid: OWNER, page, world })
  await filled(phone)
  await phone.tap('.send')
  await phone.until(() => phone.text().includes('已发送'))
  expect(world.wechat.delivered).toMatchObject([{ openid: OWNER }])
})

test('a double tap sends once', async () => {
  const world = await subscribed(OWNER, 3)
  const { phone } = await openPage({ openid: OWNER, page, world })
  await filled(phone)
  const send = phone.find('.send')
  await Promise.all([phone.tap(send), phone.tap(send), phone.tap(send)])
  await phone.until(() => phone.text().includes('已发送'))
  expect(world.wechat.delivered).toHaveLength(1)
})

test('a person who never subscribed: why, in words', async () => {
  const { phone, world } = await openPage({ openid: OWNER, page })
  await filled(phone)
  await phone.tap('.send')
  await phone.until(() => phone.text().includes('从未订阅过此模板'))
  expect(world.wechat.asked).toEqual([])
})

test('an answer that got lost can be asked for again and sends once', async () => {
  const world = await subscribed(OWNER, 2)
  const { phone, offline } = await openPage({ openid: OWNER, page, world })
  await filled(phone)
  offline(true)
  await phone.tap('.send')
  await phone.until(() => phone.text().includes('没有连上服务'))
  expect(phone.text('wx-notice-bar wx-button')).toBe('再问一次结果')
  offline(false)
  await phone.tap('wx-notice-bar wx-button')
  await phone.until(() => phone.text().includes('已发送'))
  expect(world.wechat.delivered).toHaveLength(1)
})

test('to an openid: the other person gets it', async () => {
  const world = await subscribed(ALICE)
  const { phone } = await openPage({ openid: OWNER, page, world })
  await filled(phone)
  await phone.tap(phone.findAll('.radio')[1] as HTMLElement)
  await phone.type(field(phone, '对方的 openid'), ALICE)
  await phone.tap('.send')
  await phone.until(() => phone.text().includes('已发送'))
  expect(world.wechat.delivered).toMatchObject([{ openid: ALICE }])
})

test('nothing is sent while something is missing', async () => {
  const { phone, world } = await openPage({ openid: OWNER, page })
  await phone.tap('.send')
  expect(phone.text()).toContain('还有内容没填好')
  expect(world.wechat.asked).toEqual([])
})
