/** @jest-environment jsdom */
import type { Action, InputOf } from '../../core/contract'
import { openPage, type PageTestOptions } from '../support/pages'
import type { TestPhone } from '../support/phone'
import { created, listed, openidsOf, read, subscribe } from '../support/campaign'
import { ALICE, as, dataOf, given, type Given, OWNER } from '../support/service'

const page = 'console/compose/compose'

const open = (world: Given, options: Partial<PageTestOptions> = {}) =>
  openPage({ openid: OWNER, page, world, ...options })

const inputs = (phone: TestPhone, action: Action) =>
  phone.calls
    .map(({ data }) => data as { action: Action; input: unknown })
    .filter((call) => call.action === action)
    .map(({ input }) => input as InputOf<'campaign.create'>)

const field = (phone: TestPhone, label: string) => phone.find(`[aria-label="${label}"]`)
const valueOf = (phone: TestPhone, label: string) =>
  (phone.find(`[aria-label="${label}"]`) as HTMLInputElement).value

async function filled(phone: TestPhone, name = '双十一发货') {
  await phone.type(field(phone, '名称'), name)
  await phone.tap('.example')
  await phone.until(() => phone.has('wx-message-card'), 'the preview')
}

const drafts = async (world: Given) => dataOf(await world.call('campaign.list', {}, as.owner)).campaigns

/** What the phone keeps between two visits. */
const kept = (phone: TestPhone, campaign = 'new') =>
  (phone.wx()['getStorageSync'] as (key: string) => unknown)(`compose:${campaign}`)

test('typing leads to a card, and saving to the check of who would get it', async () => {
  const world = given()
  await subscribe(world, openidsOf(3))
  const { phone } = await open(world)
  expect(phone.text()).toContain('填好内容，这里就会出现卡片')
  await filled(phone)
  expect(phone.text('wx-message-card')).toContain('¥68.00')
  await phone.type(field(phone, '速度'), '2.5')
  await phone.tap('.save')
  await phone.settle()
  expect(phone.route()).toBe('console/review/review')
  expect(phone.text('.reached')).toBe('3')
  const [draft] = await drafts(world)
  expect(draft).toMatchObject({ name: '双十一发货', state: 'draft', rate: 2.5, template: 'order-shipped' })
})

test('limits are counted as one types, an emoji as one, and what is too long is not sent', async () => {
  const { phone } = await open(given())
  await filled(phone)
  await phone.type(field(phone, '订单号'), '😀'.repeat(3))
  expect(phone.text('[class*="count"]')).toContain('3/32')
  await phone.type(field(phone, '订单号'), 'A'.repeat(33))
  expect(phone.text('[class*="over"]')).toBe('33/32')
  await phone.tap('.save')
  expect(phone.text()).toContain('有的内容太长')
  expect(inputs(phone, 'campaign.create')).toEqual([])
})

test('what WeChat would refuse is told before anything is saved', async () => {
  const { phone } = await open(given())
  await filled(phone)
  await phone.type(field(phone, '订单号'), '订单一号')
  await phone.until(() => phone.has('[class*="fault"]'), 'the fault')
  expect(phone.text('[class*="fault"]')).toContain('得到“订单一号”')
})

test('the card is looked at in each language of the template', async () => {
  const { phone } = await open(given())
  await filled(phone)
  await phone.tap(phone.findAll('.languages wx-radio')[1] as HTMLElement)
  await phone.until(() => phone.text('wx-message-card').includes('Order shipped'))
})

test('what is missing is told where it is missing', async () => {
  const { phone } = await open(given())
  await phone.tap('.save')
  expect(phone.text()).toContain('请给这次群发起个名称')
  expect(phone.text()).toContain('还有必填的内容没填')
  await phone.type(field(phone, '名称'), 'x')
  expect(phone.text()).not.toContain('请给这次群发起个名称')
})

test('rate, hours and grace that cannot be are told at once', async () => {
  const { phone } = await open(given())
  await filled(phone)
  await phone.type(field(phone, '速度'), '99999')
  await phone.type(field(phone, '错过定时多少分钟就先问人'), '0')
  await phone.tap('.save')
  expect(phone.text('.wrong')).toContain('0.01 到 10000')
  expect(phone.text('.wrong')).toContain('1 到 10080')
  expect(inputs(phone, 'campaign.create')).toEqual([])
})

test('everybody by tags and languages, without a list, in hours, with a test group', async () => {
  const world = given()
  const out = await listed(world, [{ openid: 'oPerson0009' }])
  const { phone } = await open(world)
  await filled(phone)
  await phone.type(field(phone, '有其中一个标签'), '会员 上海，vip')
  await phone.type(field(phone, '没有这些标签'), '黑名单')
  const english = phone
    .findAll('wx-checkbox')
    .find((box) => box.parentElement?.textContent?.includes('English'))
  await phone.tap(english as HTMLElement)
  const list = phone.findAll('wx-checkbox').find((box) => box.parentElement?.textContent?.includes('list'))
  await phone.tap(list as HTMLElement)
  await phone.tap('.window-switch')
  await phone.tap(phone.findAll('.example')[1] as HTMLElement)
  expect(valueOf(phone, '先发给测试组')).toBe(OWNER)
  await phone.tap('.save')
  expect(inputs(phone, 'campaign.create')).toMatchObject([
    {
      audience: {
        kind: 'everybody',
        tags: ['会员', '上海', 'vip'],
        withoutTags: ['黑名单'],
        languages: ['en_US'],
      },
      exclude: [out],
      testGroup: [OWNER],
      sendWindow: { from: '09:00', to: '21:00' },
      rate: null,
    },
  ])
  expect(phone.route()).toBe('console/review/review')
})

test('a list that brings each person’s content leaves the form open', async () => {
  const world = given()
  const params = {
    orderNumber: 'HY1',
    goods: 'g',
    total: 1,
    carrier: '顺丰速运',
    shippedAt: '2026-11-21T15:30',
  }
  const audience = await listed(world, [{ openid: 'oPerson0001', params }])
  const { phone } = await open(world)
  await phone.type(field(phone, '名称'), '按名单')
  await phone.tap(phone.findAll('.kind wx-radio')[1] as HTMLElement)
  await phone.tap('.save')
  expect(phone.text()).toContain('请选择一个名单')
  await phone.tap(phone.find('.list-choice wx-radio'))
  expect(phone.text()).toContain('名单里带着每个人自己的内容')
  await phone.tap('.save')
  expect(phone.route()).toBe('console/review/review')
  expect(inputs(phone, 'campaign.create')).toMatchObject([
    { params: {}, audience: { kind: 'list', audience } },
  ])
})

test('a list for another template cannot be chosen, and without lists it says how to import one', async () => {
  const world = given()
  const { phone: before } = await open(world)
  await before.tap(before.findAll('.kind wx-radio')[1] as HTMLElement)
  expect(before.text()).toContain('hongyan audience import')
  const list = { name: '叫号', size: 1, template: 'queue-call' }
  const { audience } = dataOf(await world.call('audience.create', list, as.owner))
  dataOf(await world.call('audience.seal', { audience }, as.owner))
  const { phone } = await open(world)
  await phone.tap(phone.findAll('.kind wx-radio')[1] as HTMLElement)
  expect(phone.text('.list-choice')).toContain('属于另一个模板')
  expect(phone.find('.list-choice wx-radio').getAttribute('aria-disabled')).toBe('true')
})

test('another template is another form, and going back finds what was typed', async () => {
  const { phone } = await open(given())
  await filled(phone)
  const page_ = phone.page() as { onTemplate?: (event: object) => void }
  const templates = (phone.page().data as { templates: { template: string }[] }).templates
  const to = async (template: string) => {
    const value = templates.findIndex((one) => one.template === template)
    page_.onTemplate?.({ detail: { value } })
    await phone.settle()
  }
  await to('class-reminder')
  expect(phone.text()).toContain('老师')
  expect(phone.text()).not.toContain('快递公司')
  await to('order-shipped')
  expect(valueOf(phone, '订单号')).toBe('HY20261121001')
})

test('templates of messages of old, which are for one person each, are not offered', async () => {
  const { phone } = await open(given())
  const { templates } = phone.page().data as { templates: { template: string }[] }
  expect(templates.map(({ template }) => template)).toContain('class-reminder')
  expect(templates.map(({ template }) => template)).not.toContain('class-notice')
})

test('double taps save once', async () => {
  const world = given()
  const { phone } = await open(world)
  await filled(phone)
  const save = phone.find('.save')
  await Promise.all([phone.tap(save), phone.tap(save), phone.tap(save)])
  expect(await drafts(world)).toHaveLength(1)
})

test('without a network nothing typed is lost, and saving again saves once', async () => {
  const world = given()
  const { phone, offline } = await open(world)
  await filled(phone)
  offline(true)
  await phone.tap('.save')
  expect(phone.text('.told')).toContain('没有连上服务')
  expect(valueOf(phone, '名称')).toBe('双十一发货')
  expect(kept(phone)).toMatchObject({ draft: { name: '双十一发货' } })
  offline(false)
  await phone.tap('.told wx-button')
  expect(phone.route()).toBe('console/review/review')
  expect(await drafts(world)).toHaveLength(1)
  expect(kept(phone)).toBe('')
})

test('a draft that was made although its answer was lost is not made again', async () => {
  const world = given()
  let isLost = true
  const { phone } = await open(world, {
    intercept: async (action, input) => {
      if (action !== 'campaign.create' || !isLost) return undefined
      isLost = false
      world.clock.advance(Date.now() - world.clock.now())
      dataOf(await world.call('campaign.create', input as InputOf<'campaign.create'>, as.owner))
      throw new Error('timeout')
    },
  })
  await filled(phone)
  await phone.tap('.save')
  expect(phone.text('.told')).toContain('没有及时回答')
  await phone.tap('.save')
  expect(phone.route()).toBe('console/review/review')
  expect(await drafts(world)).toHaveLength(1)
})

test('what was not saved is there when the page is opened again, until one starts over', async () => {
  const world = given()
  const { phone: before } = await open(world)
  await before.type(field(before, '名称'), '写到一半')
  await before.until(() => kept(before) !== '')
  const storage = { 'compose:new': kept(before) }
  const { phone } = await open(world, { storage })
  expect(valueOf(phone, '名称')).toBe('写到一半')
  expect(phone.text('.restored')).toContain('接着上次没写完的内容')
  await phone.tap('.restored wx-button')
  expect(valueOf(phone, '名称')).toBe('')
  expect(phone.has('.restored')).toBe(false)
})

test('closing the page in the middle of a word keeps the word', async () => {
  const { phone } = await open(given())
  const typing = phone.page() as { onText?: (event: object) => void; onUnload?: () => void }
  const dataset = { name: 'name', place: 'name' }
  typing.onText?.({ currentTarget: { dataset }, detail: { value: '写到一' } })
  typing.onUnload?.()
  expect(kept(phone)).toMatchObject({ draft: { name: '写到一' } })
})

test('a letter that is typed sends that text to the screen and no more', async () => {
  const { phone } = await open(given())
  const before = phone.setDataCalls().length
  await phone.type(field(phone, '名称'), '发')
  expect(phone.setDataCalls()[before]?.keys).toEqual(['draft.name', 'faults.name'])
})

async function edited(options: Partial<PageTestOptions> = {}) {
  const world = given()
  const { campaign } = await created(world, { name: '原来的', rate: 3, testGroup: [ALICE] })
  const opened = await open(world, { query: { campaign }, ...options })
  return { ...opened, world, campaign }
}

test('a draft is opened as it was written, and edited', async () => {
  const { phone, world, campaign } = await edited()
  expect(valueOf(phone, '名称')).toBe('原来的')
  expect(valueOf(phone, '速度')).toBe('3')
  expect(valueOf(phone, '先发给测试组')).toBe(ALICE)
  expect(valueOf(phone, '订单号')).toBe('HY1')
  await phone.type(field(phone, '名称'), '改过的')
  await phone.type(field(phone, '速度'), '')
  await phone.tap('.save')
  expect(await read(world, campaign)).toMatchObject({ name: '改过的', rate: null })
  expect(await drafts(world)).toHaveLength(1)
})

async function conflicting() {
  const opened = await edited()
  const { phone, world, campaign } = opened
  const { version } = await read(world, campaign)
  await phone.type(field(phone, '名称'), '我的')
  dataOf(await world.call('campaign.edit', { campaign, version, change: { name: '别人的' } }, as.owner))
  await phone.tap('.save')
  expect(phone.text('.conflict')).toContain('别人改了这份草稿')
  expect(valueOf(phone, '名称')).toBe('我的')
  return opened
}

test('changed by somebody else: mine goes over it when I say so', async () => {
  const { phone, world, campaign } = await conflicting()
  await phone.tap('.mine')
  expect(phone.route()).toBe('console/review/review')
  expect((await read(world, campaign)).name).toBe('我的')
})

test('changed by somebody else: theirs is shown when I say so', async () => {
  const { phone, world, campaign } = await conflicting()
  await phone.tap('.theirs')
  expect(valueOf(phone, '名称')).toBe('别人的')
  expect(phone.has('.conflict')).toBe(false)
  expect((await read(world, campaign)).name).toBe('别人的')
})

test('an edit that was written although its answer was lost is no conflict', async () => {
  let isLost = true
  const { phone, world, campaign } = await edited({
    intercept: async (action, input) => {
      if (action !== 'campaign.edit' || !isLost) return undefined
      isLost = false
      dataOf(await world.call('campaign.edit', input as InputOf<'campaign.edit'>, as.owner))
      throw new Error('timeout')
    },
  })
  await phone.type(field(phone, '名称'), '改过的')
  await phone.tap('.save')
  expect(phone.text('.told')).toContain('没有及时回答')
  await phone.tap('.save')
  expect(phone.route()).toBe('console/review/review')
  expect((await read(world, campaign)).name).toBe('改过的')
})

test('started by somebody else: it says so, and keeps what was typed', async () => {
  const { phone, world, campaign } = await edited()
  await phone.type(field(phone, '名称'), '我的')
  dataOf(await world.call('campaign.start', { campaign }, as.owner))
  await phone.tap('.save')
  expect(phone.text('.started')).toContain('已经被开始或取消了')
  expect(valueOf(phone, '名称')).toBe('我的')
  await phone.tap('.started wx-button')
  expect(phone.route()).toBe('console/campaign/campaign')
})

test('a template that is gone is told, and another can be chosen', async () => {
  const world = given()
  const { campaign } = await created(world)
  const detail = await read(world, campaign)
  const { phone } = await open(world, {
    query: { campaign },
    intercept: (action) =>
      action === 'campaign.get' ? { ok: true, data: { ...detail, template: 'old-parcel' } } : undefined,
  })
  expect(phone.text('.told')).toContain('“old-parcel”已经不在了')
  expect(phone.find('.save').hasAttribute('disabled')).toBe(true)
  const page_ = phone.page() as { onTemplate?: (event: object) => void }
  page_.onTemplate?.({ detail: { value: 0 } })
  await phone.settle()
  expect(phone.has('.told')).toBe(false)
})

test('what the service refuses is marked where it was typed', async () => {
  const { phone } = await open(given())
  await filled(phone)
  await phone.type(field(phone, '有其中一个标签'), 'a/b')
  await phone.type(field(phone, '先发给测试组'), 'x')
  await phone.tap('.save')
  expect(phone.text('.told')).toContain('已用红字标出')
  expect(phone.findAll('.wrong')).toHaveLength(2)
  await phone.type(field(phone, '先发给测试组'), '')
  expect(phone.findAll('.wrong')).toHaveLength(1)
})

test('whom a redrive is for is told and cannot be changed', async () => {
  const world = given()
  const { campaign } = await created(world, { name: '第一次' })
  dataOf(await world.call('campaign.cancel', { campaign }, as.owner))
  const redrive = { campaign, outcomes: ['failed' as const] }
  const made = dataOf(await world.call('campaign.redrive', redrive, as.owner))
  const { phone } = await open(world, { query: { campaign: made.campaign } })
  expect(phone.text()).toContain('“第一次”里发送失败的人')
  expect(phone.has('.kind')).toBe(false)
  await phone.tap('.save')
  expect((await read(world, made.campaign)).audience).toEqual({
    kind: 'outcomes',
    campaign,
    outcomes: ['failed'],
  })
})

test('who is not staff writes nothing; who is not any more keeps what was typed', async () => {
  const world = given()
  const { phone } = await open(world, { openid: ALICE })
  expect(phone.text()).toContain('这里只对店员开放')
  expect(phone.has('.save')).toBe(false)
  dataOf(await world.call('staff.grant', { openid: ALICE, role: 'operator' }, as.owner))
  const { phone: operator } = await open(world, { openid: ALICE })
  await filled(operator, '还没存')
  dataOf(await world.call('staff.revoke', { openid: ALICE }, as.owner))
  await operator.tap('.save')
  expect(operator.text()).toContain('这里只对店员开放')
  expect(kept(operator)).toMatchObject({ draft: { name: '还没存' } })
})

test('no page of it sends more than 20 KB to the screen', async () => {
  const { phone } = await edited()
  await phone.tap('.example')
  await phone.type(field(phone, '名称'), '长'.repeat(60))
  expect(Math.max(...phone.setDataCalls().map(({ bytes }) => bytes))).toBeLessThan(20_000)
})

test('an English phone reads English', async () => {
  const { phone } = await open(given(), { language: 'en' })
  await phone.tap('.window-switch')
  await phone.tap('.save')
  expect(phone.text()).toContain('Give this campaign a name')
  const titles =
    /订单发货提醒|订单号|商品|金额（元）|快递公司|发货时间|备注|简体中文|繁體中文（香港）|繁體中文（台灣）/g
  expect(phone.text().replace(titles, '')).not.toMatch(/\p{Script=Han}/u)
})
