/** @jest-environment jsdom */
import { sealedWith } from '../../adapters/system/secrets'
import type { Action } from '../../core/contract'
import { openPage, type PageTestOptions } from '../support/pages'
import { ALICE, dataOf, given, type Given } from '../support/service'

const GROUP = 'tGxAbCdEfGhIjKlMnOpQrStUvWx0'
const phoneNumber = '13800138000'
const offlineError = { errCode: -601003, errMsg: 'cloud.callFunction:fail request:fail' }
const expired = () => ({ errCode: -601006, errMsg: 'cloudID expired.' })

beforeEach(() => {
  jest.spyOn(console, 'warn').mockImplementation(() => undefined)
})
afterEach(() => {
  jest.restoreAllMocks()
})

function withKey(): Given {
  const world = given()
  world.service.ports.secrets = sealedWith(Buffer.alloc(32, 7))
  return world
}
const open = async (options: Partial<PageTestOptions> = {}) => {
  const page = 'pages/preferences/preferences'
  const { phone, world, offline } = await openPage({
    openid: ALICE,
    page,
    world: withKey(),
    phoneNumber,
    ...options,
  })
  return {
    phone,
    offline,
    kept: async () => dataOf(await world.call('openData.mine', {})),
    keeps: () =>
      phone.calls.filter(({ data }) => (data as { action: Action }).action === 'openData.keep').length,
  }
}

test('a phone number is shared in one tap and one consent, is shown masked, and is deleted in one', async () => {
  const { phone, kept } = await open()
  await phone.tap('.give')
  await phone.choose('允许')
  expect(phone.text('.phone-number')).toBe('138****8000')
  expect((await kept()).phone?.masked).toBe('138****8000')
  await phone.tap('.forget')
  expect(phone.has('.phone-number')).toBe(false)
  expect((await kept()).phone).toBeNull()
  expect(phone.has('.give')).toBe(true)
})

test('who declines shares nothing, and nothing is said', async () => {
  const { phone, keeps } = await open()
  await phone.tap('.give')
  await phone.choose('不允许')
  expect(keeps()).toBe(0)
  expect(phone.has('wx-notice-bar')).toBe(false)
})

test('a person without a number in WeChat is told that there is none', async () => {
  const { phone } = await open({ phoneNumber: '' })
  await phone.tap('.give')
  expect(phone.text('wx-notice-bar')).toContain('没有拿到手机号（no bound phone number）')
})

test('a service without a key does not ask for a number', async () => {
  const { phone } = await open({ world: given() })
  expect(phone.has('.give')).toBe(false)
  expect(phone.text()).toContain('暂不支持')
})

test('who comes from a group joins it in one tap, and leaves it in one', async () => {
  const { phone, kept } = await open({ group: GROUP })
  await phone.tap('.join')
  expect(phone.text('.joined')).toContain(`群 …${GROUP.slice(-4)}`)
  expect(phone.has('.join')).toBe(false)
  expect((await kept()).groups).toEqual([GROUP])
  await phone.tap('.leave')
  expect(phone.has('.joined')).toBe(false)
  expect((await kept()).groups).toEqual([])
})

test('who comes from elsewhere is not asked to join, and the page asks the service once', async () => {
  const { phone } = await open()
  const asked = phone.calls.map(({ data }) => (data as { action: Action }).action)
  expect(asked.filter((action) => action === 'openData.mine')).toHaveLength(1)
  expect(phone.has('.join')).toBe(false)
})

test('two taps on join are one call', async () => {
  const { phone, keeps } = await open({ group: GROUP })
  const button = phone.find('.join')
  await Promise.all([phone.tap(button), phone.tap(button)])
  expect(keeps()).toBe(1)
})

test('an expired cloudID is told in the words of the service, and nothing is kept', async () => {
  const { phone, kept } = await open({ fill: expired })
  await phone.tap('.give')
  await phone.choose('允许')
  expect(phone.text('wx-notice-bar')).toContain('已过期')
  expect((await kept()).phone).toBeNull()
})

test('what could not be kept without a network is kept by the retry, without a second consent', async () => {
  const { phone, offline, kept } = await open()
  await phone.tap('.give')
  offline(true)
  await phone.choose('允许')
  expect(phone.text('wx-notice-bar')).toContain('没有连上服务')
  offline(false)
  await phone.tap('wx-notice-bar wx-button')
  expect(phone.text('.phone-number')).toBe('138****8000')
  expect((await kept()).phone).not.toBeNull()
})

test('where it cannot be read the rest of the page is there, and a tap reads it', async () => {
  let isBad = true
  const intercept = (action: Action) => {
    if (isBad && action === 'openData.mine') throw offlineError as unknown as Error
  }
  const { phone } = await open({ intercept })
  expect(phone.has('.quiet-switch')).toBe(true)
  expect(phone.has('.give')).toBe(false)
  isBad = false
  await phone.tap('wx-notice-bar wx-button')
  expect(phone.has('.give')).toBe(true)
})

test('an old phone asks for its group in the old way', async () => {
  const { phone, kept } = await open({ group: GROUP, baseLibrary: '2.9.4' })
  await phone.tap('.join')
  expect((await kept()).groups).toEqual([GROUP])
})

test('an English phone reads English', async () => {
  const { phone } = await open({ language: 'en', group: GROUP })
  expect(phone.find('.give').getAttribute('aria-label')).toBe('Phone number Share')
  expect(phone.text('.join')).toBe('Join')
})
