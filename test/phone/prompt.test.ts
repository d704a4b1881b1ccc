/** @jest-environment jsdom */
import path from 'node:path'
import { openTestPhone, type TestPhone, type TestPhoneOptions } from '../support/phone'

const miniprogramDir = path.join(__dirname, '../fixtures/miniprogram')
const templates = [
  { priTmplId: 'T-order', title: '订单发货通知', type: 2 },
  { priTmplId: 'T-class', title: '上课提醒', type: 2 },
]
let phone: TestPhone

const open = async (options: Partial<TestPhoneOptions> = {}): Promise<void> => {
  phone = await openTestPhone({ miniprogramDir, page: 'pages/prompt/prompt', templates, ...options })
}
beforeEach(() => {
  jest.spyOn(console, 'warn').mockImplementation(() => undefined)
})
afterEach(() => {
  phone.close()
  jest.restoreAllMocks()
})

const refused = { errMsg: 'requestSubscribeMessage:fail can only be invoked by user TAP gesture.' }
const result = (): unknown => JSON.parse(phone.text('.result'))

// wechat.md §5: what keeps the tap state and what loses it.
test.each(['.direct', '.awaited', '.setting'])('the prompt opens from a tap in %s', async (button) => {
  await open()
  await phone.tap(button)
  expect(phone.overlay()?.textContent).toContain('订单发货通知')
})

test.each([
  ['.timer', {}],
  ['.cloud', { cloud: { callFunction: () => 'ok' } }],
] as const)('the prompt is refused in %s, and a warning says why', async (button, options) => {
  await open(options)
  await phone.tap(button)
  await phone.until(() => phone.text('.result') !== '')
  expect(result()).toEqual(refused)
  expect(phone.warnings().map((warning) => warning.code)).toContain('NO_TAP')
})

test('a tap on a modal is a tap for the prompt', async () => {
  await open()
  await phone.tap('.modal')
  await phone.choose('确定')
  expect(phone.overlay()?.textContent).toContain('上课提醒')
})

test('what is not ticked is refused, and the choice can be kept', async () => {
  await open()
  await phone.tap('.direct')
  await phone.choose('上课提醒')
  await phone.choose('总是保持以上选择，不再询问')
  await phone.choose('允许')
  expect(result()).toMatchObject({
    'T-order': 'accept',
    'T-class': 'reject',
    errMsg: 'requestSubscribeMessage:ok',
  })
  expect(phone.answered).toEqual([
    { tmplIds: ['T-order', 'T-class'], answers: { 'T-order': 'accept', 'T-class': 'reject' }, keep: true },
  ])
})

test('cancel refuses everything and is still a success', async () => {
  await open()
  await phone.tap('.direct')
  await phone.choose('取消')
  expect(result()).toMatchObject({ 'T-order': 'reject', 'T-class': 'reject' })
})

test('standing choices answer without a sheet', async () => {
  await open({ host: { ask: () => ({ ask: [], settled: { 'T-order': 'accept', 'T-class': 'ban' } }) } })
  await phone.tap('.direct')
  expect(phone.overlay()).toBeUndefined()
  expect(result()).toMatchObject({ 'T-order': 'accept', 'T-class': 'ban' })
})

test('an error of WeChat reaches the page with its code', async () => {
  await open({
    host: {
      ask: () => ({ errCode: 20004, errMsg: 'requestSubscribeMessage:fail The main switch is switched off' }),
    },
  })
  await phone.tap('.direct')
  expect(result()).toEqual({
    errCode: 20004,
    errMsg: 'requestSubscribeMessage:fail The main switch is switched off',
  })
})

test('a second call while the sheet is open is refused', async () => {
  await open()
  await phone.tap('.twice')
  expect(result()).toEqual({ errMsg: 'requestSubscribeMessage:fail last call has not ended' })
  expect(phone.overlay()).toBeDefined()
})

test('the settings page switches the main switch and kept choices', async () => {
  await open({ host: { settings: { mainSwitch: true, itemSettings: { 'T-order': 'reject' } } } })
  await phone.tap('.open')
  expect(phone.overlay()?.textContent).toContain('订单发货通知')
  await phone.choose('订单发货通知不接收')
  await phone.choose('返回')
  expect(result()).toEqual({ mainSwitch: true, itemSettings: { 'T-order': 'accept' } })
})
