/** @jest-environment jsdom */
import type { InputOf, Preferences } from '../../core/contract'
import { openPage, type PageTestOptions } from '../support/pages'
import type { TestPhone } from '../support/phone'
import { ALICE } from '../support/service'

const page = 'pages/preferences/preferences'
const offlineError = { errCode: -601003, errMsg: 'cloud.callFunction:fail request:fail' }

beforeEach(() => {
  jest.spyOn(console, 'warn').mockImplementation(() => undefined)
})
afterEach(() => {
  jest.restoreAllMocks()
})

/** The page, and a service that keeps what it is told; `before` is asked first. */
async function open(
  start: Partial<Preferences> = {},
  options: Partial<PageTestOptions> & { before?: (action: string) => unknown } = {},
) {
  let stored: Preferences = { language: 'zh_CN', quiet: null, muted: [], ...start }
  const changes: InputOf<'preference.set'>[] = []
  const intercept = async (action: string, input: unknown) => {
    const instead: unknown = await options.before?.(action)
    if (instead !== undefined) return instead
    if (action === 'preference.set') {
      const change = input as InputOf<'preference.set'>
      changes.push(change)
      const { mute = [], unmute = [], ...rest } = change
      const muted = [...stored.muted.filter((one) => !unmute.includes(one)), ...mute]
      stored = { ...stored, ...rest, muted }
    }
    return action.startsWith('preference.') ? { ok: true, data: stored } : undefined
  }
  const { phone } = await openPage({ openid: ALICE, page, intercept, ...options })
  return {
    phone,
    changes,
    stored: () => stored,
    other: (change: Partial<Preferences>) => void (stored = { ...stored, ...change }),
  }
}

const reload = (phone: TestPhone) => (phone.page() as { load?: () => Promise<void> }).load?.()
const night = { from: '22:00', to: '08:00', zone: 'Asia/Shanghai' }

test('what is set is shown', async () => {
  const { phone } = await open({ language: 'en_US', quiet: night, muted: ['queue-call'] })
  expect(phone.title()).toBe('偏好')
  expect(phone.text('.from')).toContain('22:00')
  expect(phone.text('.to')).toContain('第二天 08:00')
  expect(phone.text('.zone')).toContain('中国（北京时间）')
  expect(phone.text('.language')).toContain('English')
  expect(phone.findAll('.template-switch').map((one) => one.getAttribute('aria-checked'))).toEqual([
    'true',
    'true',
    'false',
  ])
})

test('quiet hours are switched on with a usual night, and off again', async () => {
  const { phone, changes } = await open()
  expect(phone.has('.from')).toBe(false)
  await phone.tap('.quiet-switch')
  await phone.until(() => phone.text('.status') === '已保存')
  expect(changes).toMatchObject([{ quiet: { from: '22:00', to: '08:00' } }])
  await phone.tap('.quiet-switch')
  await phone.until(() => changes.length === 2)
  expect(changes[1]).toEqual({ quiet: null })
})

test('hours that were switched off are found again', async () => {
  const { phone, stored } = await open({ quiet: { from: '13:00', to: '14:30', zone: 'Asia/Tokyo' } })
  await phone.tap('.quiet-switch')
  await phone.until(() => stored().quiet === null)
  await phone.tap('.quiet-switch')
  await phone.until(() => stored().quiet !== null)
  expect(stored().quiet).toEqual({ from: '13:00', to: '14:30', zone: 'Asia/Tokyo' })
})

test('the zone and the language are chosen from names', async () => {
  const { phone, stored } = await open({ quiet: night })
  await phone.tap('.zone')
  await phone.choose('东京')
  await phone.choose('确定')
  await phone.until(() => stored().quiet?.zone === 'Asia/Tokyo')
  await phone.tap('.language')
  await phone.choose('English')
  await phone.choose('确定')
  await phone.until(() => stored().language === 'en_US')
})

test('a zone that only another tool knows stays as it is', async () => {
  const { phone, changes } = await open({ quiet: { ...night, zone: 'Africa/Lagos' } })
  expect(phone.text('.zone')).toContain('Africa/Lagos')
  await phone.tap('.template-switch')
  await phone.until(() => changes.length === 1)
  expect(changes).toEqual([{ mute: ['order-shipped'] }])
})

test('a template is muted and unmuted by itself', async () => {
  const { phone, changes } = await open({ muted: ['queue-call'] })
  await phone.tap(phone.findAll('.template-switch')[1] as HTMLElement)
  await phone.until(() => changes.length === 1)
  await phone.tap(phone.findAll('.template-switch')[2] as HTMLElement)
  await phone.until(() => changes.length === 2)
  expect(changes).toEqual([{ mute: ['class-reminder'] }, { unmute: ['queue-call'] }])
})

test('equal times are said to be no quiet hours', async () => {
  const { phone } = await open({ quiet: { ...night, to: '22:00' } })
  expect(phone.text('.foot.warn')).toContain('等于没有安静时段')
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
    await phone.until(() => stored().muted.length === 1)
    await phone.until(() => !phone.has('wx-notice-bar'))
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
    expect(changes).toEqual([{ mute: ['order-shipped'] }, { mute: ['class-reminder', 'queue-call'] }])
  })

  test('what was changed on another phone is there with the next reading', async () => {
    const { phone, other } = await open()
    other({ muted: ['order-shipped'], language: 'en_US' })
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
