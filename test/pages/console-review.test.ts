/** @jest-environment jsdom */
import type { Action } from '../../core/contract'
import { openPage, type PageTestOptions } from '../support/pages'
import type { TestPhone } from '../support/phone'
import { created, openidsOf, ORDER_ID, read, subscribe } from '../support/campaign'
import { ALICE, as, dataOf, given, type Given, OWNER } from '../support/service'

const page = 'console/review/review'

const open = async (world: Given, campaign: string, options: Partial<PageTestOptions> = {}) => {
  const opened = await openPage({ openid: OWNER, page, query: { campaign }, world, ...options })
  await opened.phone.settle()
  return opened
}

async function given5(): Promise<{ world: Given; campaign: string }> {
  const world = given()
  await subscribe(world, openidsOf(4))
  await subscribe(world, [ALICE])
  dataOf(await world.call('preference.set', { mute: ['order-shipped'] }, as.alice))
  const answers = { [ORDER_ID]: 'reject' as const }
  const input = { promptId: 'prompt-declined', scene: 'order', answers }
  dataOf(await world.call('subscription.record', input, as.phone('oDeclined0001')))
  const { campaign } = await created(world, { name: '发货' })
  return { world, campaign }
}

const calls = (phone: TestPhone, action: Action) =>
  phone.calls.filter(({ data }) => (data as { action: string }).action === action)

test('the dry run tells how many get it, and why the others do not, with names on a tap', async () => {
  const { world, campaign } = await given5()
  const { phone } = await open(world, campaign)
  expect(phone.text('.reached')).toBe('4')
  expect(phone.text()).toContain('收不到的 2 人')
  expect(phone.text('.reason')).toContain('对方在偏好里关闭了此模板')
  expect(phone.text('.reason')).toContain('最近一次拒绝了订阅')
  const muted = phone.findAll('.reason').find((row) => row.textContent?.includes('关闭')) as HTMLElement
  await phone.tap(muted)
  expect(phone.route()).toBe('console/people/people')
  expect(phone.text('.openid')).toBe(ALICE)
  expect(world.wechat.asked).toEqual([])
})

test('start asks with the number, and leads to the campaign that runs', async () => {
  const { world } = await given5()
  const tagged = { openids: ['oPerson0000', 'oPerson0001'], add: ['member'] }
  dataOf(await world.call('person.tag', tagged, as.owner))
  const audience = { kind: 'everybody' as const, tags: ['member'] }
  const { campaign } = await created(world, { name: '发货', audience })
  const { phone } = await open(world, campaign)
  await phone.tap('.submit')
  expect(phone.overlay()?.textContent).toContain('现在发给 2 人？')
  expect(phone.overlay()?.textContent).toContain('“发货”')
  await phone.choose('再看看')
  expect((await read(world, campaign)).state).toBe('draft')
  await phone.tap('.submit')
  await phone.choose('发送')
  expect(phone.route()).toBe('console/campaign/campaign')
  expect(await read(world, campaign)).toMatchObject({ state: 'running', progress: { remaining: 2 } })
})

test('double taps start once', async () => {
  const { world, campaign } = await given5()
  const { phone } = await open(world, campaign)
  const submit = phone.find('.submit')
  await Promise.all([phone.tap(submit), phone.tap(submit), phone.tap(submit)])
  await phone.choose('发送')
  expect(calls(phone, 'campaign.start')).toHaveLength(1)
})

test('for a time that has passed nothing happens; for one to come it is scheduled', async () => {
  const { world, campaign } = await given5()
  const { phone } = await open(world, campaign)
  await phone.tap(phone.find('.later wx-radio'))
  const data = phone.page().data as { date: string; time: string }
  expect(data.date).toMatch(/^\d{4}-\d\d-\d\d$/)
  const set = (phone.page() as { setData?: (data: object) => void }).setData
  set?.call(phone.page(), { date: '2020-01-01', time: '08:00' })
  await phone.tap('.submit')
  expect(phone.text()).toContain('已经过去了')
  set?.call(phone.page(), { date: '2030-01-01', time: '08:00' })
  await phone.tap('.submit')
  expect(phone.overlay()?.textContent).toContain('2030-01-01 08:00 发给约 4 人？')
  await phone.choose('定时')
  expect(phone.route()).toBe('console/campaign/campaign')
  const startAt = new Date(2030, 0, 1, 8).getTime()
  expect(await read(world, campaign)).toMatchObject({ state: 'scheduled', startAt })
})

test('with a test group the confirmation says that they come first', async () => {
  const { world } = await given5()
  const { campaign } = await created(world, { testGroup: ['oPerson0000'] })
  const { phone } = await open(world, campaign)
  expect(phone.text()).toContain('先发给这 1 人')
  await phone.tap('.submit')
  expect(phone.overlay()?.textContent).toContain('先发给这 1 人')
  await phone.choose('发送')
  expect(phone.text('.reason')).toContain('已发给测试组')
})

test('nobody would get it: it says so before anybody starts', async () => {
  const world = given()
  const { campaign } = await created(world)
  const { phone } = await open(world, campaign)
  expect(phone.text('.reached')).toBe('0')
  expect(phone.text()).toContain('现在没有人会收到')
})

test('a dry run that breaks off goes on where it stopped', async () => {
  const { world, campaign } = await given5()
  let asked = 0
  const part = { sendable: 10, deferred: 0, skipped: {}, names: [], estimate: { minutes: 1, calls: 3 } }
  const seen: unknown[] = []
  const { phone } = await open(world, campaign, {
    intercept: (action, input) => {
      if (action !== 'campaign.dryRun') return undefined
      seen.push((input as { cursor?: string }).cursor)
      asked += 1
      if (asked === 2) throw new Error('request:fail')
      return { ok: true, data: { ...part, cursor: asked === 1 ? '1|' : null } }
    },
  })
  expect(phone.text('.reached')).toBe('10')
  expect(phone.text()).toContain('试算没有做完')
  await phone.tap('.submit')
  expect(phone.overlay()?.textContent).toContain('不知道有多少人')
  await phone.choose('再看看')
  await phone.tap('.again')
  expect(seen).toEqual([undefined, '1|', '1|'])
  expect(phone.text('.reached')).toBe('20')
  expect(phone.text()).not.toContain('试算没有做完')
})

test('a draft that somebody changed is shown again before it starts', async () => {
  const { world, campaign } = await given5()
  const { phone } = await open(world, campaign)
  const { version } = await read(world, campaign)
  const change = {
    params: {
      orderNumber: 'HY2',
      goods: '新茶',
      total: 9,
      carrier: '中通快递',
      shippedAt: '2026-11-21T15:30',
    },
  }
  dataOf(await world.call('campaign.edit', { campaign, version, change }, as.owner))
  await phone.tap('.submit')
  await phone.choose('发送')
  expect(phone.text('wx-notice-bar')).toContain('刚被别人改过')
  expect(phone.text('wx-message-card')).toContain('新茶')
  expect((await read(world, campaign)).state).toBe('draft')
  await phone.tap('.submit')
  await phone.choose('发送')
  expect((await read(world, campaign)).state).toBe('running')
})

test('a draft that somebody started leads to its own page', async () => {
  const { world, campaign } = await given5()
  dataOf(await world.call('campaign.start', { campaign }, as.owner))
  const { phone } = await open(world, campaign)
  expect(phone.route()).toBe('console/campaign/campaign')
})

test('a start whose answer got lost is asked again and starts once', async () => {
  const { world, campaign } = await given5()
  let isLost = true
  const { phone } = await open(world, campaign, {
    intercept: async (action) => {
      if (action !== 'campaign.start' || !isLost) return undefined
      isLost = false
      dataOf(await world.call('campaign.start', { campaign }, as.owner))
      throw new Error('timeout')
    },
  })
  await phone.tap('.submit')
  await phone.choose('发送')
  expect(phone.text('wx-notice-bar')).toContain('没有及时回答')
  await phone.tap('wx-notice-bar wx-button')
  expect(phone.route()).toBe('console/campaign/campaign')
  expect((await read(world, campaign)).state).toBe('running')
})

test('under the emergency stop a start is refused in words', async () => {
  const { world, campaign } = await given5()
  dataOf(await world.call('dispatch.stop', {}, as.owner))
  const { phone } = await open(world, campaign)
  await phone.tap('.submit')
  await phone.choose('发送')
  expect(phone.text('wx-notice-bar')).toContain('停止')
  expect(phone.route()).toBe(page)
})

test('discarding a draft asks first', async () => {
  const { world, campaign } = await given5()
  const { phone } = await open(world, campaign)
  await phone.tap('.discard')
  await phone.choose('再看看')
  expect((await read(world, campaign)).state).toBe('draft')
  await phone.tap('.discard')
  await phone.choose('丢弃')
  expect(phone.route()).toBe('console/campaigns/campaigns')
  expect((await read(world, campaign)).state).toBe('cancelled')
})

test('who is not staff sees nothing of it', async () => {
  const { world, campaign } = await given5()
  const { phone } = await open(world, campaign, { openid: ALICE })
  expect(phone.text()).toContain('这里只对店员开放')
  expect(phone.has('.submit')).toBe(false)
})

test('an English phone reads English', async () => {
  const { world } = await given5()
  const { campaign } = await created(world, { testGroup: ['oPerson0000'] })
  const { phone } = await open(world, campaign, { language: 'en' })
  expect(phone.text('.reason')).toContain('Muted this template in the preferences')
  const text = phone.text().replace(phone.text('wx-message-card'), '')
  expect(text.replace(/订单发货提醒|发货/g, '')).not.toMatch(/\p{Script=Han}/u)
})
