/** @jest-environment jsdom */
import path from 'node:path'
import { openTestPhone, type TestPhone } from '../support/phone'

const miniprogramDir = path.join(__dirname, '../fixtures/miniprogram')
let phone: TestPhone

beforeEach(async () => {
  jest.spyOn(console, 'warn').mockImplementation(() => undefined)
  phone = await openTestPhone({ miniprogramDir, page: 'pages/forms/forms', host: { formId: () => 'form-7' } })
})
afterEach(() => {
  phone.close()
  jest.restoreAllMocks()
})

const result = (): unknown => JSON.parse(phone.text('.result'))

test('a button of customer service brings the person in, and says where to write', async () => {
  const enterCustomerService = jest.fn()
  phone.close()
  phone = await openTestPhone({
    miniprogramDir,
    page: 'pages/forms/forms',
    host: { enterCustomerService },
  })
  await phone.tap('.contact')
  await phone.until(() => enterCustomerService.mock.calls.length === 1)
  expect(phone.warnings()).toMatchObject([{ message: expect.stringContaining('in the studio') }])
})

test('a form hands over every field, and with report-submit a formId', async () => {
  await phone.type('.name', '小红')
  await phone.type('.note', '下午来取')
  await phone.tap('.on')
  await phone.tap('.day')
  await phone.tap('.submit')
  expect(result()).toEqual({
    value: { name: '小红', note: '下午来取', on: true, days: ['周一'], size: 'M', level: 30 },
    formId: 'form-7',
  })
})

test('reset empties the fields and tells the page', async () => {
  await phone.type('.name', '小红')
  await phone.tap('.reset')
  expect(phone.text('.result')).toBe('wiped')
  expect(phone.find('.name input')).toHaveProperty('value', '')
})

test('model:value follows typing', async () => {
  await phone.type('.name', '李雷')
  expect(phone.text('.echo')).toBe('李雷')
})

test('one radio of a group is on, checkboxes add up', async () => {
  await phone.tap('.size')
  expect(result()).toBe('S')
  expect(phone.findAll('.size').map((one) => one.getAttribute('aria-checked'))).toEqual(['true', 'false'])
  for (const day of phone.findAll('.day')) await phone.tap(day)
  expect(result()).toEqual(['周一', '周二'])
})

test('a tap on a label reaches its control', async () => {
  await phone.tap(phone.findAll('wx-label')[1] ?? '')
  expect(phone.find('.on').getAttribute('aria-checked')).toBe('true')
})

test.each([
  ['.one', ['丙'], '2'],
  ['.when', ['10', '05'], '10:05'],
  ['.date', ['2027', '01', '31'], '2027-01-31'],
])('the picker %s answers with its own kind of value', async (picker, taps, value) => {
  await phone.tap(picker)
  for (const text of taps) {
    const options = Array.from(phone.overlay()?.querySelectorAll<HTMLElement>('.phone-wheel') ?? [])
    const wheel = options[taps.indexOf(text)]
    const option = Array.from(wheel?.children ?? []).find((one) => one.textContent === text)
    if (!(option instanceof HTMLElement)) throw new Error(`the picker shows no ${text}`)
    option.click()
  }
  await phone.choose('确定')
  expect(String(result())).toBe(value)
})

test('a cancelled picker changes nothing', async () => {
  await phone.tap('.one')
  await phone.choose('取消')
  expect(phone.text('.result')).toBe('')
})

test('rich text keeps what a phone keeps and drops scripts', () => {
  const rich = phone.find('wx-rich-text')
  expect(rich.innerHTML).toBe('<b>bold</b> &lt;ok&gt;')
})

test('every control has a role and a name', () => {
  const named = (selector: string) =>
    phone
      .findAll(selector)
      .map((one) => one.getAttribute('aria-label') ?? one.getAttribute('aria-labelledby'))
  expect(phone.find('.on').getAttribute('role')).toBe('switch')
  for (const selector of [
    '.on',
    '.name input',
    '.note textarea',
    'wx-slider input',
    'wx-progress',
    '.day',
    '.size',
  ]) {
    expect([selector, named(selector)]).not.toContainEqual([selector, expect.arrayContaining([null])])
  }
})
