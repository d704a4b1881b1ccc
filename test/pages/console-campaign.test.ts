/** @jest-environment jsdom */
import type { Action, InputOf } from '../../core/contract'
import { type HeldTimers, holdTimers } from '../support/held-timers'
import { openPage, type PageTestOptions } from '../support/pages'
import { created, openidsOf, ORDER_ID, read, run, subscribe } from '../support/campaign'
import { as, dataOf, given, type Given, OWNER } from '../support/service'

const page = 'console/campaign/campaign'
const VIEWER = 'oViewerOfShop'

const open = (world: Given, campaign: string, options: Partial<PageTestOptions> = {}) =>
  openPage({ openid: OWNER, page, query: { campaign }, world, ...options })

const start = async (world: Given, campaign: string) =>
  dataOf(await world.call('campaign.start', { campaign }, as.owner))

/** Nine people: two are refused by WeChat, one declined, one has WeChat's system error. */
async function finished(): Promise<{ world: Given; campaign: string; openids: string[] }> {
  const world = given({ env: { HONGYAN_LANES: '1' } })
  const openids = openidsOf(8)
  await subscribe(world, openids)
  const answers = { [ORDER_ID]: 'reject' as const }
  const input = { promptId: 'prompt-declined', scene: 'order', answers }
  dataOf(await world.call('subscription.record', input, as.phone('oDeclined0001')))
  world.wechat.answers.push({ code: 43101, text: 'refuse' }, { code: 43101, text: 'refuse' })
  world.wechat.answers.push({ code: -1, text: 'system error' })
  const { campaign } = await created(world, { name: '发货' })
  await start(world, campaign)
  await run(world, campaign)
  return { world, campaign, openids }
}

async function running(people = 3): Promise<{ world: Given; campaign: string }> {
  const world = given()
  await subscribe(world, openidsOf(people))
  const { campaign } = await created(world)
  await start(world, campaign)
  return { world, campaign }
}

/** The reply to this action is this error, once. */
const refusing = (action: Action, code: string, message: string) => {
  let isOver = false
  return (asked: Action) => {
    if (asked !== action || isOver) return undefined
    isOver = true
    return { ok: false, error: { code, message, facts: {} } }
  }
}

let timers: HeldTimers
beforeEach(() => {
  timers = holdTimers()
})
afterEach(() => timers.release())

test('counts by outcome, failures by code in words, and whom each was of', async () => {
  const { world, campaign } = await finished()
  const { phone } = await open(world, campaign)
  expect(phone.text('.badge')).toBe('已完成')
  expect(phone.text('.percent')).toBe('100%')
  expect(Math.max(...phone.setDataCalls().map(({ bytes }) => bytes))).toBeLessThan(20_000)
  const outcomes = phone.findAll('.outcome').map((row) => row.getAttribute('aria-label'))
  expect(outcomes).toEqual(['已发送 5', '对方拒收 2', '结果未知 1', '跳过 1'])
  const codes = phone.findAll('.code').map((row) => row.textContent)
  expect(codes[0]).toContain('43101')
  expect(codes.join(' ')).toContain('最近一次拒绝了订阅')
  await phone.tap(phone.findAll('.code')[0] as HTMLElement)
  expect(phone.route()).toBe('console/people/people')
  expect(phone.findAll('.person')).toHaveLength(2)
})

test('messages over time are bars, and a tap on one tells its figures', async () => {
  const { world, campaign } = await finished()
  const { phone } = await open(world, campaign)
  expect(phone.findAll('.column')).toHaveLength(1)
  expect(phone.find('.chart').getAttribute('aria-label')).toContain('最多 5 条')
  await phone.tap('.column')
  expect(phone.text()).toMatch(/\d\d:\d\d 起 1 分钟内 5 条/)
})

test('while it runs it is looked at again; when it has ended it is not', async () => {
  const { world, campaign } = await running()
  const { phone } = await open(world, campaign)
  expect(phone.text('.badge')).toBe('发送中')
  expect(phone.text()).toContain('还没有人')
  await run(world, campaign)
  timers.fire()
  await phone.until(() => phone.text('.badge') === '已完成')
  expect(phone.text()).toContain('已处理 3 / 3')
  expect(timers.waiting()).toEqual([])
})

test('pause at once, and on again after a confirmation that says what happens', async () => {
  const { world, campaign } = await running()
  const { phone } = await open(world, campaign)
  await phone.tap('.act-pause')
  expect((await read(world, campaign)).state).toBe('paused')
  expect(phone.text('.reason')).toBe('由工作人员暂停')
  expect(timers.waiting()).toEqual([])
  await phone.tap('.act-resume')
  expect(phone.overlay()?.textContent).toContain('还没处理的人')
  await phone.choose('继续')
  expect((await read(world, campaign)).state).toBe('running')
  expect(phone.text('.badge')).toBe('发送中')
})

test('cancel asks first, and cannot be undone', async () => {
  const { world, campaign } = await running()
  const { phone } = await open(world, campaign)
  await phone.tap('.act-cancel')
  expect(phone.overlay()?.textContent).toContain('不能恢复')
  await phone.choose('不了')
  expect((await read(world, campaign)).state).toBe('running')
  await phone.tap('.act-cancel')
  await phone.choose('取消它')
  expect(phone.text('.badge')).toBe('已取消')
  expect(phone.has('.act-pause')).toBe(false)
  expect(phone.has('.change-rate')).toBe(false)
})

test('a scheduled one says when it begins, and can start now or be a draft again', async () => {
  const world = given()
  await subscribe(world, openidsOf(1))
  const { campaign } = await created(world)
  const startAt = Date.now() + 3_600_000
  dataOf(await world.call('campaign.schedule', { campaign, startAt }, as.owner))
  const { phone } = await open(world, campaign)
  expect(phone.text('.reason')).toContain('自动开始')
  await phone.tap('.act-start')
  expect(phone.overlay()?.textContent).toContain('订阅过的所有人')
  await phone.choose('不了')
  await phone.tap('.act-unschedule')
  expect(phone.text('.badge')).toBe('草稿')
  await phone.tap('.act-review')
  expect(phone.route()).toBe('console/review/review')
})

test('one that never began tells nothing of progress', async () => {
  const world = given()
  const { campaign } = await created(world)
  dataOf(await world.call('campaign.cancel', { campaign }, as.owner))
  const { phone } = await open(world, campaign)
  expect(phone.text('.badge')).toBe('已取消')
  expect(phone.text()).not.toContain('%')
  expect(phone.has('.act-clone')).toBe(true)
})

test('the rate is changed while it runs; what is no rate is told where it was typed', async () => {
  const { world, campaign } = await running()
  const { phone } = await open(world, campaign)
  await phone.tap('.change-rate')
  await phone.type('.rate wx-input', '20000')
  await phone.tap('.rate .make')
  expect(phone.text('.wrong')).toContain('0.01 到 10000')
  await phone.type('.rate wx-input', '0.5')
  await phone.tap('.rate .make')
  expect((await read(world, campaign)).rate).toBe(0.5)
  expect(phone.text()).toContain('30 条/分')
  expect(phone.has('.rate')).toBe(false)
  await phone.tap('.change-rate')
  await phone.type('.rate wx-input', '')
  await phone.tap('.rate .make')
  expect((await read(world, campaign)).rate).toBeNull()
})

test('a rate that could not be saved is still there to be saved again', async () => {
  const { world, campaign } = await running()
  const { phone, offline } = await open(world, campaign)
  await phone.tap('.change-rate')
  await phone.type('.rate wx-input', '7')
  offline(true)
  await phone.tap('.rate .make')
  expect(phone.text()).toContain('没有连上服务')
  expect(phone.find('.rate input')).toHaveProperty('value', '7')
  offline(false)
  await phone.tap('.rate .make')
  expect((await read(world, campaign)).rate).toBe(7)
})

test('those it failed for are chosen by outcome, the doubtful with a warning, and become a draft of their own', async () => {
  const { world, campaign } = await finished()
  const { phone } = await open(world, campaign)
  world.clock.advance(3_600_000)
  await phone.tap('.act-redrive')
  expect(phone.text()).toContain('结果未知（1 人）')
  expect(phone.text()).not.toContain('收到两次')
  await phone.tap('.make')
  expect(phone.text()).toContain('至少选一项')
  for (const option of phone.findAll('.stack wx-checkbox').slice(0, 3)) await phone.tap(option)
  expect(phone.text()).toContain('收到两次')
  await phone.tap('.make')
  expect(phone.route()).toBe('console/review/review')
  expect(phone.text()).toContain('“发货”里对方拒收、跳过、结果未知的人')
})

test('a copy leaves out those who got it, or goes to everybody', async () => {
  const { world, campaign } = await finished()
  const { phone } = await open(world, campaign)
  await phone.tap('.act-clone')
  await phone.choose('复制，跳过已经收到的人')
  expect(phone.route()).toBe('console/review/review')
  expect(phone.text()).toContain('之前已经收到的人')
  const { phone: again } = await open(world, campaign)
  await again.tap('.act-clone')
  await again.choose('复制，发给所有人')
  expect(again.text()).not.toContain('之前已经收到的人')
})

test('a copy whose answer was lost is found by the second tap, not made twice', async () => {
  const { world, campaign } = await finished()
  let isLost = true
  const intercept = async (action: Action, input: unknown) => {
    if (action !== 'campaign.clone' || !isLost) return
    isLost = false
    dataOf(await world.call('campaign.clone', input as InputOf<'campaign.clone'>, as.owner))
    throw new Error('timeout')
  }
  const { phone } = await open(world, campaign, { intercept })
  for (let taps = 0; taps < 2; taps += 1) {
    await phone.tap('.act-clone')
    await phone.choose('复制，发给所有人')
  }
  expect(phone.route()).toBe('console/review/review')
  expect(dataOf(await world.call('campaign.list', {}, as.owner)).campaigns).toHaveLength(2)
})

test('closing the sheet copies nothing', async () => {
  const { world, campaign } = await finished()
  const { phone } = await open(world, campaign)
  await phone.tap('.act-clone')
  await phone.choose('取消')
  expect(phone.route()).toBe(page)
  expect(dataOf(await world.call('campaign.list', {}, as.owner)).campaigns).toHaveLength(1)
})

test('a double tap does it once', async () => {
  const { world, campaign } = await running()
  const { phone } = await open(world, campaign)
  const pause = phone.find('.act-pause')
  await Promise.all([phone.tap(pause), phone.tap(pause), phone.tap(pause)])
  const pauses = phone.calls.filter(({ data }) => (data as { action: string }).action === 'campaign.pause')
  expect(pauses).toHaveLength(1)
})

test('changed by somebody else: it says so and shows the latest', async () => {
  const { world, campaign } = await running()
  const { phone } = await open(world, campaign)
  dataOf(await world.call('campaign.cancel', { campaign }, as.owner))
  await phone.tap('.act-pause')
  expect(phone.text('wx-notice-bar')).toContain('已取消')
  await phone.tap('wx-notice-bar wx-button')
  expect(phone.text('.badge')).toBe('已取消')
  expect(phone.has('wx-notice-bar')).toBe(false)
})

test('changed at the same moment: nothing is lost, and it can be looked at again', async () => {
  const { world, campaign } = await running()
  const intercept = refusing('campaign.pause', 'CAMPAIGN_CHANGED', '群发刚被别人改过')
  const { phone } = await open(world, campaign, { intercept })
  await phone.tap('.act-pause')
  expect(phone.text('wx-notice-bar')).toContain('刚被别人改过')
  expect(phone.text('wx-notice-bar wx-button')).toBe('看最新的')
  expect(phone.has('.act-pause')).toBe(true)
})

test('under the emergency stop resuming is refused in words', async () => {
  const { world, campaign } = await running()
  dataOf(await world.call('dispatch.stop', {}, as.owner))
  const { phone } = await open(world, campaign)
  expect(phone.text('.reason')).toBe('因紧急停止而暂停')
  await phone.tap('.act-resume')
  await phone.choose('继续')
  expect(phone.text('wx-notice-bar')).toContain('停止')
  expect((await read(world, campaign)).state).toBe('paused')
})

test('one that is gone is told so, and is not asked for again', async () => {
  const { phone } = await open(given(), 'abcdefgh12345678')
  expect(phone.text()).toContain('这个群发已经不在了')
  expect(timers.waiting()).toEqual([])
})

test('a viewer sees the figures and no button', async () => {
  const { world, campaign } = await running()
  dataOf(await world.call('staff.grant', { openid: VIEWER, role: 'viewer' }, as.owner))
  const { phone } = await open(world, campaign, { openid: VIEWER })
  expect(phone.text('.badge')).toBe('发送中')
  expect(phone.has('.acts')).toBe(false)
  expect(phone.has('.change-rate')).toBe(false)
})

test('who is no staff any more is told so, and what was shown is gone', async () => {
  const { world, campaign } = await running()
  dataOf(await world.call('staff.grant', { openid: VIEWER, role: 'operator' }, as.owner))
  const { phone } = await open(world, campaign, { openid: VIEWER })
  dataOf(await world.call('staff.revoke', { openid: VIEWER }, as.owner))
  await phone.tap('.act-pause')
  expect(phone.text()).toContain('这里只对店员开放')
  expect(phone.has('.badge')).toBe(false)
})

test('a list and its own content: there is no one card, and the page says why', async () => {
  const world = given()
  const list = dataOf(
    await world.call('audience.create', { name: '会员', size: 1, template: 'order-shipped' }, as.owner),
  )
  const { audience } = list
  const params = {
    orderNumber: 'HY9',
    goods: 'g',
    total: 1,
    carrier: '顺丰速运',
    shippedAt: '2026-11-21T15:30',
  }
  const rows = [{ openid: 'oPerson0001', params }]
  dataOf(await world.call('audience.append', { audience, rows }, as.owner))
  dataOf(await world.call('audience.seal', { audience }, as.owner))
  const { campaign } = await created(world, { params: {}, audience: { kind: 'list', audience } })
  const { phone } = await open(world, campaign)
  expect(phone.text()).toContain('名单“会员”（1 人）')
  expect(phone.text()).toContain('没有一张共同的卡片')
})

test('an English phone reads English: only the shop’s own words are Chinese', async () => {
  const { world, campaign } = await finished()
  const { phone } = await open(world, campaign, { language: 'en' })
  expect(phone.text('.code')).toContain('Declined the last prompt')
  const text = phone.text().replace(phone.text('wx-message-card'), '')
  expect(text.replace(/订单发货提醒|发货/g, '')).not.toMatch(/\p{Script=Han}/u)
})
