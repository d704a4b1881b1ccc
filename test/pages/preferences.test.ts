/** @jest-environment jsdom */
import type { Call, InputOf } from '../../core/contract'
import { openPage, type PageTestOptions } from '../support/pages'
import type { TestPhone } from '../support/phone'
import { ALICE, dataOf, given } from '../support/service'

const page = 'pages/preferences/preferences'
const offlineError = { errCode: -601003, errMsg: 'cloud.callFunction:fail request:fail' }

beforeEach(() => {
  jest.spyOn(console, 'warn').mockImplementation(() => undefined)
})
afterEach(() => {
  jest.restoreAllMocks()
})

/** The page of somebody who prefers `start`; `before` is asked before the service. */
async function open(
  start: InputOf<'preference.set'> = {},
  { before, ...options }: Partial<PageTestOptions> & { before?: (action: string) => unknown } = {},
) {
  const world = given()
  if (Object.keys(start).length > 0) dataOf(await world.call('preference.set', start))
  const { phone } = await openPage({ openid: ALICE, page, world, intercept: before, ...options })
  const inputs = () =>
    phone.calls.map(({ data }) => data as Call).filter(({ action }) => action === 'preference.set')
  return {
    phone,
    world,
    changes: () => inputs().map(({ input }) => input),
    stored: async () => dataOf(await world.call('preference.get', {})),
    /** Waits until the page says that everything is saved. */
    saved: () => phone.until(() => phone.text('.status') === '已保存'),
  }
}

const reload = (phone: TestPhone) => (phone.page() as { load?: () => Promise<void> }).load?.()
const night = { from: '22:00', to: '08:00', zone: 'Asia/Shanghai' }

test('what is set is shown', async () => {
  const { phone } = await open({ language: 'en_US', quiet: night, mute: ['queue-call'] })
  expect(phone.title()).toBe('偏好')
  expect(phone.text('.from')).toContain('22:00')
  expect(phone.text('.to')).toContain('第二天 08:00')
  expect(phone.text('.zone')).toContain('中国（北京时间）')
  expect(phone.text('.language')).toContain('English')
  expect(phone.findAll('.template-switch').map((one) => one.getAttribute('aria-checked'))).toEqual([
    'true',
    'true',
    'false',
    'true',
  ])
})

test('quiet hours are switched on with a usual night, and off again', async () => {
  const { phone, stored, saved } = await open()
  expect(phone.has('.from')).toBe(false)
  await phone.tap('.quiet-switch')
  await saved()
  expect((await stored()).quiet).toMatchObject({ from: '22:00', to: '08:00' })
  await phone.tap('.quiet-switch')
  await saved()
  expect((await stored()).quiet).toBeNull()
})

test('hours that were switched off are found again', async () => {
  const noon = { from: '13:00', to: '14:30', zone: 'Asia/Tokyo' }
  const { phone, stored, saved } = await open({ quiet: noon })
  await phone.tap('.quiet-switch')
  await saved()
  expect((await stored()).quiet).toBeNull()
  await phone.tap('.quiet-switch')
  await saved()
  expect((await stored()).quiet).toEqual(noon)
})

test('the zone and the language are chosen from names', async () => {
  const { phone, stored, saved } = await open({ quiet: night })
  await phone.tap('.zone')
  await phone.choose('东京')
  await phone.choose('确定')
  await phone.tap('.language')
  await phone.choose('English')
  await phone.choose('确定')
  await saved()
  expect(await stored()).toMatchObject({ quiet: { ...night, zone: 'Asia/Tokyo' }, language: 'en_US' })
})

test('a zone that only another tool knows stays as it is', async () => {
  const { phone, changes, saved } = await open({ quiet: { ...night, zone: 'Africa/Lagos' } })
  expect(phone.text('.zone')).toContain('Africa/Lagos')
  await phone.tap('.template-switch')
  await saved()
  expect(changes()).toEqual([{ mute: ['order-shipped'] }])
})

test('a template is muted and unmuted by itself', async () => {
  const { phone, changes, saved, stored } = await open({ mute: ['queue-call'] })
  await phone.tap(phone.findAll('.template-switch')[1] as HTMLElement)
  await saved()
  await phone.tap(phone.findAll('.template-switch')[2] as HTMLElement)
  await saved()
  expect(changes()).toEqual([{ mute: ['class-reminder'] }, { unmute: ['queue-call'] }])
  expect((await stored()).muted).toEqual(['class-reminder'])
})

test('equal times are said to be none, and are saved once they differ', async () => {
  const { phone, changes, saved } = await open({ quiet: night })
  const timePicked = (value: string) =>
    (phone.page() as { onTo?: (event: object) => void }).onTo?.({ detail: { value } })
  timePicked('22:00')
  await phone.until(() => phone.text('.foot.warn').includes('不成时段'))
  expect(changes()).toEqual([])
  timePicked('07:00')
  await saved()
  expect(changes()).toEqual([{ quiet: { ...night, to: '07:00' } }])
})

describe('bad weather', () => {
  test('what cannot be saved stays on the page and goes out with the next try', async () => {
    let isBad = false
    const before = (action: string) => {
      if (isBad && action === 'preference.set') throw offlineError as unknown as Error
    }
    const { phone, stored } = await open({}, { before })
    isBad = true
    await phone.tap('.template-switch')
    await phone.until(() => phone.text('wx-notice-bar').includes('没有连上服务'))
    expect(phone.find('.template-switch').getAttribute('aria-checked')).toBe('false')
    await reload(phone)
    expect(phone.find('.template-switch').getAttribute('aria-checked')).toBe('false')
    isBad = false
    await phone.tap('wx-notice-bar wx-button')
    await phone.until(() => !phone.has('wx-notice-bar'))
    expect((await stored()).muted).toEqual(['order-shipped'])
  })

  test('changes during a save go out after it, together', async () => {
    let release: () => void = () => undefined
    let isHeld = true
    const before = (action: string) =>
      action === 'preference.set' && isHeld
        ? new Promise<undefined>((resolve) => {
            release = () => resolve(undefined)
          })
        : undefined
    const { phone, changes } = await open({}, { before })
    const [first, second, third] = phone.findAll('.template-switch') as [
      HTMLElement,
      HTMLElement,
      HTMLElement,
    ]
    void phone.tap(first)
    await phone.until(() => phone.text('.status') === '正在保存…')
    isHeld = false
    void phone.tap(second)
    void phone.tap(third)
    await phone.until(() => third.getAttribute('aria-checked') === 'false')
    release()
    await phone.until(() => phone.text('.status') === '已保存')
    expect(changes()).toEqual([{ mute: ['order-shipped'] }, { mute: ['class-reminder', 'queue-call'] }])
  })

  test('what was changed on another phone is there with the next reading', async () => {
    const { phone, world } = await open()
    dataOf(await world.call('preference.set', { mute: ['order-shipped'], language: 'en_US' }))
    await reload(phone)
    expect(phone.find('.template-switch').getAttribute('aria-checked')).toBe('false')
    expect(phone.text('.language')).toContain('English')
  })

  test('a refusal is told in the service’s words, and what was set stays', async () => {
    const error = { code: 'TEMPLATE_UNKNOWN', message: '没有模板 order-shipped', facts: {} }
    const before = (action: string) => (action === 'preference.set' ? { ok: false, error } : undefined)
    const { phone } = await open({}, { before })
    await phone.tap('.template-switch')
    await phone.until(() => phone.text('wx-notice-bar').includes('没有模板 order-shipped'))
    expect(phone.find('.template-switch').getAttribute('aria-checked')).toBe('false')
  })

  test('a page that cannot be read says so, and a tap reads it', async () => {
    let isBad = true
    const before = () => {
      if (isBad) throw offlineError as unknown as Error
    }
    const { phone } = await open({}, { before })
    expect(phone.text('wx-notice-bar')).toContain('没有连上服务')
    expect(phone.has('.template-switch')).toBe(false)
    isBad = false
    await phone.tap('wx-notice-bar wx-button')
    await phone.until(() => phone.has('.template-switch'))
  })
})

test('an English phone reads English', async () => {
  const { phone } = await open({ quiet: night }, { language: 'en' })
  expect(phone.title()).toBe('Preferences')
  expect(phone.text('.to')).toContain('08:00, next day')
})
