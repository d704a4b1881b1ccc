/** @jest-environment jsdom */
import { type HeldTimers, holdTimers } from '../support/held-timers'
import { openPage, type PageTestOptions } from '../support/pages'
import { created, openidsOf, ORDER_ID, run, subscribe } from '../support/campaign'
import { ALICE, as, dataOf, given, type Given, OWNER } from '../support/service'

const page = 'console/campaigns/campaigns'
const OPERATOR = 'oOperatorOfShop'
const VIEWER = 'oViewerOfShop'

const open = (options: Partial<PageTestOptions> & { world: Given }) =>
  openPage({ openid: OWNER, page, ...options })

const start = async (world: Given, campaign: string) =>
  dataOf(await world.call('campaign.start', { campaign }, as.owner))

async function withStaff(world: Given): Promise<Given> {
  dataOf(await world.call('staff.grant', { openid: OPERATOR, role: 'operator' }, as.owner))
  dataOf(await world.call('staff.grant', { openid: VIEWER, role: 'viewer' }, as.owner))
  return world
}

let timers: HeldTimers
beforeEach(() => {
  timers = holdTimers()
})
afterEach(() => timers.release())

test('without campaigns it says how to begin', async () => {
  const { phone } = await open({ world: given() })
  expect(phone.text()).toContain('还没有群发')
  expect(phone.text()).toContain('先看会发给谁')
  await phone.tap('.compose')
  expect(phone.route()).toBe('console/compose/compose')
})

test('each campaign shows its state, how far it is, who got it and who did not', async () => {
  const world = given()
  const openids = openidsOf(6)
  await subscribe(world, openids)
  world.wechat.answers.push({ code: 43101, text: 'user refuse to accept the msg' })
  const { campaign } = await created(world, { name: '发货' })
  await start(world, campaign)
  await run(world, campaign)
  world.clock.advance(1)
  await created(world, { name: '草稿一份' })
  const { phone } = await open({ world })
  const [draft, finished] = phone.findAll('.campaign').map((row) => row.textContent ?? '')
  expect(draft).toContain('草稿一份')
  expect(draft).toContain('草稿')
  expect(draft).not.toContain('%')
  expect(finished).toContain('已完成')
  expect(finished).toContain('100%')
  expect(finished).toContain('已发 5')
  expect(finished).toContain('没成功 1')
  expect(phone.find('[aria-label^="发货：已完成"]').getAttribute('aria-label')).toContain('已处理 6 / 6')
})

test('a pause is explained in words', async () => {
  const world = given()
  await subscribe(world, openidsOf(3))
  const { campaign } = await created(world)
  await start(world, campaign)
  dataOf(await world.call('campaign.pause', { campaign }, as.owner))
  const { phone } = await open({ world })
  expect(phone.text('.reason')).toBe('由工作人员暂停')
})

test('while something runs it looks again and again, and changes only what changed', async () => {
  const world = given()
  await subscribe(world, openidsOf(4))
  const { campaign } = await created(world)
  world.clock.advance(1)
  await created(world, { name: 'Second' })
  await start(world, campaign)
  const { phone } = await open({ world })
  expect(phone.text('.badge')).toContain('发送中')
  expect(timers.waiting()).toEqual([2000])
  await run(world, campaign)
  const before = phone.setDataCalls().length
  timers.fire()
  await phone.until(() => phone.text('.campaign').includes('已完成'))
  const [changed] = phone.setDataCalls().slice(before)
  expect(changed?.keys).toEqual(['rows[1]'])
  expect(timers.waiting()).toEqual([])
})

test('what only waits is looked at seldom: each look is billed', async () => {
  const world = given()
  const { campaign } = await created(world)
  const startAt = Date.now() + 86_400_000
  dataOf(await world.call('campaign.schedule', { campaign, startAt }, as.owner))
  await open({ world })
  expect(timers.waiting()).toEqual([15_000])
})

test('pulling down looks at once', async () => {
  const world = given()
  const { phone } = await open({ world })
  await created(world, { name: '新的一个' })
  await (phone.page() as { onPullDownRefresh?: () => Promise<void> }).onPullDownRefresh?.()
  expect(phone.text('.campaign')).toContain('新的一个')
})

test('nothing is asked while nobody looks', async () => {
  const world = given()
  await subscribe(world, openidsOf(2))
  const { campaign } = await created(world)
  await start(world, campaign)
  const { phone } = await open({ world })
  expect(timers.waiting()).toEqual([2000])
  await phone.tap('.to-templates')
  expect(phone.route()).toBe('console/templates/templates')
  expect(timers.waiting()).toEqual([])
})

test('without a network what was read stays, it asks less and less often, and comes back by itself', async () => {
  const world = given()
  await subscribe(world, openidsOf(2))
  const { campaign } = await created(world, { name: '还在的' })
  await start(world, campaign)
  const { phone, offline } = await open({ world })
  offline(true)
  timers.fire()
  await phone.until(() => phone.has('wx-notice-bar'))
  expect(phone.text()).toContain('没有连上服务')
  expect(phone.text()).toContain('还在的')
  await phone.until(() => timers.waiting().length > 0)
  expect(timers.waiting()).toEqual([4000])
  timers.fire()
  await phone.until(() => timers.waiting().length > 0)
  expect(timers.waiting()).toEqual([8000])
  offline(false)
  timers.fire()
  await phone.until(() => !phone.has('wx-notice-bar'))
  await phone.until(() => timers.waiting().length > 0)
  expect(timers.waiting()).toEqual([2000])
})

test('opened without a network it can be tried again', async () => {
  const world = given()
  await created(world)
  let isOffline = true
  const { phone } = await open({
    world,
    intercept: () => {
      if (isOffline) throw new Error('request:fail')
      return undefined
    },
  })
  expect(phone.text()).toContain('没有连上服务')
  isOffline = false
  await phone.tap('wx-notice-bar wx-button')
  await phone.until(() => phone.has('.campaign'))
  expect(phone.has('wx-notice-bar')).toBe(false)
})

test('who is not staff sees nothing but how to become it; who is not any more, too', async () => {
  const world = await withStaff(given())
  await created(world)
  const { phone } = await open({ world, openid: ALICE })
  expect(phone.text()).toContain('这里只对店员开放')
  expect(phone.text()).toContain(ALICE)
  expect(phone.has('.campaign')).toBe(false)
  const { phone: operator } = await open({ world, openid: OPERATOR })
  expect(operator.has('.campaign')).toBe(true)
  dataOf(await world.call('staff.revoke', { openid: OPERATOR }, as.owner))
  await operator.tap('.to-send')
  expect(operator.text()).toContain('这里只对店员开放')
})

test('who is taken off the staff while looking on sees nothing from then on', async () => {
  const world = await withStaff(given())
  await subscribe(world, openidsOf(1))
  const { campaign } = await created(world)
  await start(world, campaign)
  const { phone } = await open({ world, openid: OPERATOR })
  dataOf(await world.call('staff.revoke', { openid: OPERATOR }, as.owner))
  timers.fire()
  await phone.until(() => phone.text().includes('这里只对店员开放'))
  expect(phone.has('.campaign')).toBe(false)
  expect(timers.waiting()).toEqual([])
})

test('a viewer looks and changes nothing', async () => {
  const world = await withStaff(given())
  const { phone } = await open({ world, openid: VIEWER })
  expect(phone.has('.compose')).toBe(false)
  expect(phone.has('.stop')).toBe(false)
  expect(phone.has('.to-send')).toBe(false)
  expect(phone.has('.to-templates')).toBe(true)
})

test('the emergency stop says what it does, and stops everything with one confirmation', async () => {
  const world = given()
  await subscribe(world, openidsOf(2))
  const { campaign } = await created(world)
  await start(world, campaign)
  const { phone } = await open({ world })
  await phone.tap('.stop')
  expect(phone.overlay()?.textContent).toContain('不会再有新的消息发出')
  await phone.choose('不停')
  expect(dataOf(await world.call('dispatch.state', {}, as.owner)).stopped).toBeNull()
  await phone.tap('.stop')
  await phone.choose('停止')
  await phone.until(() => phone.has('.stopped'))
  expect(dataOf(await world.call('dispatch.state', {}, as.owner)).stopped).toMatchObject({ by: OWNER })
  expect(phone.text('.reason')).toBe('因紧急停止而暂停')
  expect(phone.has('.stop')).toBe(false)
})

test('the owner releases the stop; an operator is told who can', async () => {
  const world = await withStaff(given())
  dataOf(await world.call('dispatch.stop', {}, as.owner))
  const { phone: operator } = await open({ world, openid: OPERATOR })
  expect(operator.text('.stopped')).toContain('由店长解除')
  expect(operator.has('.stopped wx-button')).toBe(false)
  const { phone } = await open({ world })
  await phone.tap('.stopped wx-button')
  expect(phone.overlay()?.textContent).toContain('请逐个确认后继续')
  await phone.choose('解除')
  await phone.until(() => !phone.has('.stopped'))
  expect(dataOf(await world.call('dispatch.state', {}, as.owner)).stopped).toBeNull()
})

test('a stop that does not reach the service is told, and nothing says that it stopped', async () => {
  const world = given()
  const { phone, offline } = await open({ world })
  offline(true)
  await phone.tap('.stop')
  await phone.choose('停止')
  expect(phone.text()).toContain('没有连上服务')
  expect(phone.has('.stopped')).toBe(false)
  expect(phone.has('.stop')).toBe(true)
})

test('earlier campaigns come when asked for, and a look keeps them', async () => {
  const world = given()
  for (let at = 0; at < 23; at += 1) {
    await created(world, { name: `No ${at}` })
    world.clock.advance(1000)
  }
  const { phone } = await open({ world })
  expect(phone.findAll('.campaign')).toHaveLength(20)
  await phone.tap('.more')
  expect(phone.findAll('.campaign')).toHaveLength(23)
  expect(phone.text()).toContain('No 0')
  expect(phone.has('.more')).toBe(false)
  expect(Math.max(...phone.setDataCalls().map(({ bytes }) => bytes))).toBeLessThan(20_000)
})

/** As long as a name can be. */
const longName = (at: number) => `No ${at}.`.padEnd(60, '长')

test('while something runs, one that is new comes on top and earlier ones stay', async () => {
  const world = given()
  await subscribe(world, openidsOf(2))
  for (let at = 0; at < 45; at += 1) {
    await created(world, { name: longName(at) })
    world.clock.advance(1000)
  }
  const { campaign } = await created(world, { name: 'Running' })
  await start(world, campaign)
  const { phone } = await open({ world })
  await phone.tap('.more')
  await phone.tap('.more')
  expect(phone.findAll('.campaign')).toHaveLength(46)
  world.clock.advance(1000)
  await created(world, { name: 'Newest' })
  timers.fire()
  await phone.until(() => phone.text().includes('Newest'))
  const names = phone.findAll('.campaign .name').map((name) => name.textContent)
  expect(names).toEqual(['Newest', 'Running', ...Array.from({ length: 45 }, (_, at) => longName(44 - at))])
  expect(Math.max(...phone.setDataCalls().map(({ bytes }) => bytes))).toBeLessThan(20_000)
})

test('a draft leads to its check, anything else to its own page', async () => {
  const world = given()
  await subscribe(world, openidsOf(1))
  const { campaign } = await created(world)
  await start(world, campaign)
  await run(world, campaign)
  world.clock.advance(1)
  await created(world)
  const routes = []
  for (const at of [0, 1]) {
    const { phone } = await open({ world })
    await phone.tap(phone.findAll('.campaign')[at] as HTMLElement)
    routes.push(phone.route())
  }
  expect(routes).toEqual(['console/review/review', 'console/campaign/campaign'])
})

test('an English phone reads English, and reasons begin like sentences', async () => {
  const world = given()
  await subscribe(world, openidsOf(2))
  const { campaign } = await created(world)
  await start(world, campaign)
  dataOf(await world.call('campaign.pause', { campaign }, as.owner))
  const { phone } = await open({ world, language: 'en' })
  expect(phone.text('.reason')).toBe('Paused by staff')
  expect(phone.text().replaceAll('订单发货提醒', '')).not.toMatch(/\p{Script=Han}/u)
})

test('the messages that WeChat counted are those that the page tells', async () => {
  const world = given()
  await subscribe(world, openidsOf(3))
  const { campaign } = await created(world)
  await start(world, campaign)
  await run(world, campaign)
  expect(world.wechat.delivered.filter(({ templateId }) => templateId === ORDER_ID)).toHaveLength(3)
  const { phone } = await open({ world })
  expect(phone.text('.figures')).toContain('已发 3')
})
