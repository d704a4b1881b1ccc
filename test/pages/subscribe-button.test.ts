/** @jest-environment jsdom */
import { openPage, type PageTestOptions } from '../support/pages'
import { ALICE } from '../support/service'

const page = 'gallery/states/states'
const ORDER = 'kR3vYw8Qm2LxZt0Hs6NcJp4Fd9Ga7Be1UoXiTrVyWqE'
const live = '.live wx-button'
const open = (options: Partial<PageTestOptions> = {}) => openPage({ openid: ALICE, page, ...options })
const told = (text: string) => {
  const [event = '', ...detail] = text.split(' ')
  return [event, JSON.parse(detail.join(' ')) as unknown]
}

beforeEach(() => {
  jest.spyOn(console, 'warn').mockImplementation(() => undefined)
})
afterEach(() => {
  jest.restoreAllMocks()
})

test('every look is shown: what it says, and whether it can be tapped', async () => {
  const { phone } = await open()
  const looks = phone.findAll('.state').map((state) => {
    const button = state.querySelector('wx-button')
    return [button?.textContent?.trim(), button?.getAttribute('aria-disabled') === 'false']
  })
  expect(looks).toEqual([
    ['订阅', true],
    ['开课前提醒我', true],
    ['订阅其中 3 项', true],
    ['请稍候…', false],
    ['再订阅一次', true],
    ['再订阅一次', true],
    ['已订阅', false],
    ['去设置', true],
    ['去设置', true],
    ['暂不可用', false],
    ['暂不可用', false],
    ['暂不可用', false],
    ['正在读取…', false],
    ['重试', true],
  ])
})

test('an accept is told to the page with its scene and templates', async () => {
  const { phone } = await open()
  await phone.tap(live)
  await phone.choose('允许')
  await phone.until(() => phone.text('.live').includes('订阅成功'))
  expect(told(phone.text('.log'))).toEqual(['accept', { scene: 'order', templates: ['order-shipped'] }])
  await phone.until(() => phone.text(live) === '再订阅一次')
})

test('a refusal is told as one', async () => {
  const { phone } = await open()
  await phone.tap(live)
  await phone.choose('取消')
  await phone.until(() => phone.has('.log'))
  expect(told(phone.text('.log'))).toEqual(['refuse', { scene: 'order', templates: ['order-shipped'] }])
})

test('a failure is told with WeChat’s code, and in words below the button', async () => {
  const host = { ask: () => ({ errCode: 10002, errMsg: 'requestSubscribeMessage:fail Request list fail' }) }
  const { phone } = await open({ host })
  await phone.tap(live)
  await phone.until(() => phone.has('.log'))
  expect(told(phone.text('.log'))).toMatchObject(['fail', { scene: 'order', code: '10002' }])
  expect(phone.text('.live wx-notice-bar')).toContain('没有连上网络')
})

test('two taps open one sheet and tell one accept', async () => {
  const { phone } = await open()
  const button = phone.find(live)
  await Promise.all([phone.tap(button), phone.tap(button)])
  await phone.choose('允许')
  await phone.until(() => phone.has('.log'))
  expect(phone.answered).toHaveLength(1)
})

test('a grant that could not be recorded is kept, and a tap tries again', async () => {
  const { phone, offline } = await open()
  await phone.tap(live)
  offline(true)
  await phone.choose('允许')
  await phone.until(() => phone.text('.live').includes('还没记下来'))
  offline(false)
  await phone.tap('.live wx-notice-bar wx-button')
  await phone.until(() => phone.text(live) === '再订阅一次')
})

test('without a service the button says so, and a tap tries again', async () => {
  let isBad = true
  const intercept = () => {
    if (isBad) throw { errMsg: 'cloud.callFunction:fail request:fail' } as unknown as Error
  }
  const { phone } = await open({ intercept })
  expect(phone.text('.live')).toContain('没有连上服务')
  isBad = false
  await phone.tap(live)
  await phone.until(() => phone.text(live) === '订阅')
})

test('what is always refused leads to the settings, and comes back with what is set there', async () => {
  const host = { settings: { mainSwitch: true, itemSettings: { [ORDER]: 'reject' as const } } }
  const { phone } = await open({ host })
  expect(phone.text('.live')).toContain('弹窗不会再出现')
  await phone.tap(live)
  await phone.choose(`${ORDER}不接收`)
  await phone.choose('返回')
  await phone.until(() => phone.text('.live').includes('静默增加'))
})

test('an unknown scene is told in the service’s words', async () => {
  const error = { code: 'SCENE_UNKNOWN', message: '没有场景 order', facts: {} }
  const intercept = (action: string) => (action === 'subscription.offer' ? { ok: false, error } : undefined)
  const { phone } = await open({ intercept })
  expect(phone.text('.live')).toContain('没有场景 order')
})
