/** @jest-environment jsdom */
import { openPage, type PageTestOptions } from '../support/pages'
import type { TestPhone } from '../support/phone'
import { ALICE, as, dataOf, given } from '../support/service'

const ORDER = 'kR3vYw8Qm2LxZt0Hs6NcJp4Fd9Ga7Be1UoXiTrVyWqE'
const order = '.scene wx-button'
const open = (options: Partial<PageTestOptions> = {}) => openPage({ openid: ALICE, ...options })
/** What a phone without a network rejects with, and one whose call took too long. */
const offlineError = { errCode: -601003, errMsg: 'cloud.callFunction:fail request:fail' }
const lateError = {
  errCode: -504003,
  errMsg: 'cloud.callFunction:fail Invoking task timed out after 20 seconds',
}

beforeEach(() => {
  jest.spyOn(console, 'warn').mockImplementation(() => undefined)
})
afterEach(() => {
  jest.restoreAllMocks()
})

const reopen = async (phone: TestPhone) => {
  await phone.tap('wx-notice-bar wx-button')
  await phone.settle()
}

test('a grant that cannot be recorded stays on the phone and is recorded later, once', async () => {
  const { phone, world, offline } = await open()
  await phone.tap(order)
  offline(true)
  await phone.choose('允许')
  await phone.until(() => phone.text().includes('还没记下来'))
  await reopen(phone)
  expect(phone.text()).toContain('还没记下来')
  offline(false)
  await reopen(phone)
  await phone.until(() => phone.text().includes('还能收到 1 条'))
  expect(phone.has('wx-notice-bar')).toBe(false)
  expect(dataOf(await world.call('subscription.mine', {})).quotas).toMatchObject([{ left: 1, granted: 1 }])
})

test('what waited from the last time goes out when the page opens', async () => {
  const answers = { [ORDER]: 'accept' }
  const waiting = { promptId: 'prompt-before', scene: 'order', answers, answeredAt: Date.now() }
  const { phone } = await open({ storage: { pendingPrompts: [waiting] } })
  await phone.until(() => phone.text().includes('还能收到 1 条'))
})

test('a template that is gone is told, and does not block what comes after', async () => {
  const answers = { 'T-gone': 'accept' }
  const gone = { promptId: 'prompt-before', scene: 'order', answers, answeredAt: Date.now() }
  const { phone } = await open({ storage: { pendingPrompts: [gone] } })
  expect(phone.text('wx-notice-bar')).toContain('T-gone')
  await phone.tap(order)
  await phone.choose('允许')
  await phone.until(() => phone.text().includes('还能收到 1 条'))
})

test('a tap while the sheet is open does nothing more', async () => {
  const { phone } = await open()
  const button = phone.find(order)
  await Promise.all([phone.tap(button), phone.tap(button)])
  await phone.choose('允许')
  await phone.until(() => phone.text().includes('还能收到 1 条'))
  expect(phone.answered).toHaveLength(1)
})

test.each([
  ['offline', offlineError, '没有连上服务'],
  ['too late', lateError, '没有及时回答'],
])('%s: the page says so and a tap tries again', async (_name, error, words) => {
  let isBad = true
  const intercept = () => {
    if (isBad) throw error as unknown as Error
  }
  const { phone } = await open({ intercept })
  expect(phone.text('wx-notice-bar')).toContain(words)
  isBad = false
  await reopen(phone)
  await phone.until(() => phone.text().includes('订单发货提醒'))
  expect(phone.has('wx-notice-bar')).toBe(false)
})

test('a function that answers nonsense is told', async () => {
  const { phone } = await open({ intercept: () => null })
  expect(phone.text('wx-notice-bar')).toContain('回答不完整')
})

test('what is on the page stays when a refresh fails', async () => {
  const { phone, offline } = await open()
  offline(true)
  const page = phone.page() as { onPullDownRefresh?: () => Promise<void> }
  await page.onPullDownRefresh?.()
  expect(phone.text('wx-notice-bar')).toContain('没有连上服务')
  expect(phone.text()).toContain('订单发货提醒')
})

test('a reading that comes back late does not undo a newer one', async () => {
  const { promise: late, resolve: release } = withResolvers<void>()
  let readings = 0
  const intercept = async (action: string) => {
    if (action !== 'subscription.offer') return undefined
    readings += 1
    if (readings !== 2) return undefined
    await late
    return { ok: true, data: { scenes: [], offers: [] } }
  }
  const { phone } = await open({ intercept })
  const page = phone.page() as { load?: () => Promise<void> }
  const slow = page.load?.()
  await page.load?.()
  release()
  await slow
  expect(phone.text()).toContain('订单发货提醒')
})

test('somebody who is no longer staff loses the way to the desk with the next reading', async () => {
  const world = given({ wakes: true })
  const openid = 'oBobOperator'
  dataOf(await world.call('staff.grant', { openid, role: 'operator' }, as.owner))
  const { phone } = await open({ world, openid })
  expect(phone.has('.console')).toBe(true)
  dataOf(await world.call('staff.revoke', { openid }, as.owner))
  const page = phone.page() as { load?: () => Promise<void> }
  await page.load?.()
  expect(phone.has('.console')).toBe(false)
})

/** Promise.withResolvers of later Nodes. */
function withResolvers<T>() {
  let resolve: (value: T) => void = () => undefined
  const promise = new Promise<T>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}
