/** @jest-environment jsdom */
import path from 'node:path'
import { isAtLeast, promptIdsOf } from '../../emulator/phone/runtime/library'
import { openTestPhone, type TestPhone, type TestPhoneOptions } from '../support/phone'

const miniprogramDir = path.join(__dirname, '../fixtures/miniprogram')
describe('a phone with an older WeChat', () => {
  let phone: TestPhone

  const open = async (options: Partial<TestPhoneOptions> = {}): Promise<void> => {
    phone = await openTestPhone({ miniprogramDir, page: 'pages/prompt/prompt', ...options })
  }
  beforeEach(() => {
    jest.spyOn(console, 'warn').mockImplementation(() => undefined)
  })
  afterEach(() => {
    phone.close()
    jest.restoreAllMocks()
  })

  test('an API that came later is not there, and canIUse says so', async () => {
    await open({ baseLibrary: '2.10.0' })
    const { getAppBaseInfo, getSystemInfoSync, canIUse } = phone.wx() as unknown as {
      getAppBaseInfo?: () => object
      getSystemInfoSync: () => { SDKVersion: string }
      canIUse: (name: string) => boolean
    }
    expect(getAppBaseInfo).toBeUndefined()
    expect(getSystemInfoSync().SDKVersion).toBe('2.10.0')
    expect(canIUse('getAppBaseInfo')).toBe(false)
    expect(canIUse('requestSubscribeMessage.object.tmplIds')).toBe(true)
  })

  test('text is as large as the phone is set to', async () => {
    await open({ fontScale: 1.5 })
    expect(phone.wx()['getAppBaseInfo']?.()).toMatchObject({ fontSizeSetting: 24, fontSizeScaleFactor: 1.5 })
  })

  // wechat.md §5: libraries up to 2.8.3 take one template id.
  test('on a library that takes one template, two are refused', async () => {
    await open({ baseLibrary: '2.8.3' })
    await phone.tap('.direct')
    expect(JSON.parse(phone.text('.result'))).toMatchObject({ errCode: 20003 })
  })

  test('more than three templates are asked for, with a warning of the phones that take three', async () => {
    await open({ baseLibrary: '3.7.0' })
    const ask = phone.wx()['requestSubscribeMessage']
    const page = phone.page() as { ask?: () => unknown }
    page.ask = () => void ask?.({ tmplIds: ['1', '2', '3', '4'] })
    await phone.tap('.direct')
    expect(phone.overlay()?.querySelectorAll('li')).toHaveLength(4)
    expect(phone.warnings()).toMatchObject([{ code: 'PROMPT_LIMIT' }])
  })

  test('settings of subscriptions are left out where the library does not know them', async () => {
    await open({ baseLibrary: '2.10.0' })
    const settings = await phone.wx()['getSetting']?.({ withSubscriptions: true })
    expect(settings).not.toHaveProperty('subscriptionsSetting')
  })
})

test.each([
  ['2.10.0', '2.9.4', true],
  ['2.9.4', '2.10.0', false],
  ['3.7.0', '3.7', true],
  ['3', '3.0.1', false],
])('%s is at least %s: %p', (own, wanted, expected) => {
  expect(isAtLeast(own, wanted)).toBe(expected)
})

test.each([
  ['2.8.3', 1],
  ['2.8.4', 3],
  ['3.14.2', undefined],
])('a prompt on %s takes %p', (library, ids) => {
  expect(promptIdsOf(library)).toBe(ids)
})
