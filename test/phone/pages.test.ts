/** @jest-environment jsdom */
import path from 'node:path'
import { openTestPhone, type TestPhone, type TestPhoneOptions } from '../support/phone'

const miniprogramDir = path.join(__dirname, '../fixtures/miniprogram')
let phone: TestPhone

const open = async (options: Partial<TestPhoneOptions> = {}): Promise<TestPhone> => {
  phone = await openTestPhone({ miniprogramDir, ...options })
  return phone
}
/** wx.name(options) as page code calls it. */
const call = (name: string, options?: unknown): unknown => phone.wx()[name]?.(options)

beforeEach(() => {
  jest.spyOn(console, 'warn').mockImplementation(() => undefined)
})
afterEach(() => {
  phone.close()
  jest.restoreAllMocks()
})

test('a page shows its data, lists, conditions, templates, includes and scripts', async () => {
  await open()
  expect(phone.text('.title.shared')).toBe('你好，鸿雁')
  expect(phone.text('#count')).toBe('list of 1 item, 2')
  expect(phone.text('.row')).toBe('0·one')
  expect(phone.text('.mode')).toBe('B')
  expect(phone.text('.included')).toBe('included')
  expect(phone.text('.price')).toContain('¥12.50')
})

test('lifecycles come in order: load, show, ready', async () => {
  await open()
  expect(phone.text('.log')).toBe('load show ready')
})

test('setData follows paths and calls back after it is shown', async () => {
  await open()
  await phone.tap('.more')
  expect(phone.findAll('.row').map((row) => row.textContent)).toEqual(['0·one', '1·item 2'])
  expect(phone.page().data['deep']).toEqual({ list: [{ on: true }] })
  expect(phone.text('.log')).toContain('added')
})

test('a tap bubbles with dataset, mark and touches, and catch stops it', async () => {
  await open()
  await phone.tap('.inner')
  expect(phone.text('.log')).toContain(
    'inner:{"itemId":"7","itemname":"x"}:number:1:0: outer:{"place":"outside"}',
  )
  await phone.tap('.caught')
  expect(phone.text('.log').match(/outer/g)).toHaveLength(1)
})

test('a disabled button is not tapped', async () => {
  await open()
  await phone.tap('.off')
  expect(phone.findAll('.row')).toHaveLength(1)
  // Style sheets ask for `button[disabled]`.
  expect(phone.find('.off').hasAttribute('disabled')).toBe(true)
})

test('a component has properties, observers, slots, events and its own classes', async () => {
  await open()
  expect(phone.text('wx-panel-card')).toBe('你好，鸿雁 (1)headbody')
  expect(phone.has('wx-panel-card .title')).toBe(false)
  await phone.tap('wx-panel-card [class$="--title"]')
  expect(phone.text('.log')).toContain('card:false')
  expect(phone.has('.body-slot')).toBe(false)
})

test('a page opens another with a query and comes back', async () => {
  await open()
  await phone.tap('.to-detail')
  expect(phone.stack()).toEqual(['pages/home/home', 'pages/detail/detail'])
  expect(phone.text('.detail')).toContain('{"name":"%E6%9D%8E","n":"1"}')
  expect(phone.title()).toBe('详情 1')
  await phone.tap('.back')
  expect(phone.stack()).toEqual(['pages/home/home'])
  expect(phone.text('.log')).toBe('load show ready hide show')
  expect(phone.title()).toBe('Conformance')
})

test('a page and the one it opened talk over a channel', async () => {
  await open()
  const said: unknown[] = []
  await call('navigateTo', {
    url: '/pages/detail/detail',
    events: { said: (word: unknown) => said.push(word) },
  })
  await phone.settle()
  await phone.tap('.talk')
  expect(said).toEqual(['hello'])
})

test('a page of a subpackage opens, and sees the stack', async () => {
  await open()
  await call('navigateTo', { url: '/extra/pages/deep/deep' })
  await phone.settle()
  expect(phone.text('.deep')).toBe('deep pages/home/home,extra/pages/deep/deep')
})

test('a tab keeps its state while another shows', async () => {
  await open()
  await phone.tap('.more')
  await call('switchTab', { url: '/pages/forms/forms' })
  await phone.settle()
  expect(phone.route()).toBe('pages/forms/forms')
  await call('switchTab', { url: '/pages/home/home' })
  await phone.settle()
  expect(phone.findAll('.row')).toHaveLength(2)
  expect(phone.text('.log')).toBe('load show ready added hide show')
})

test('navigation that cannot be fails with the reason and leaves the page', async () => {
  await open()
  await expect(call('navigateTo', { url: '/pages/none/none' })).rejects.toMatchObject({
    errMsg: 'navigateTo:fail page "pages/none/none" is not found',
  })
  expect(phone.route()).toBe('pages/home/home')
})

test('callbacks get what the promise would, complete after success', async () => {
  await open()
  const order: string[] = []
  const tell = (name: string) => (result: { errMsg: string }) => order.push(`${name} ${result.errMsg}`)
  const returned = call('setStorage', {
    key: 'k',
    data: { a: 1 },
    success: tell('success'),
    complete: tell('complete'),
  })
  expect(returned).toBeUndefined()
  await phone.until(() => order.length === 2)
  expect(order).toEqual(['success setStorage:ok', 'complete setStorage:ok'])
  expect(await call('getStorage', { key: 'k' })).toMatchObject({ data: { a: 1 } })
  await expect(call('getStorage', { key: 'none' })).rejects.toEqual({
    errMsg: 'getStorage:fail data not found',
  })
})

test('a wx API that is missing says its name', async () => {
  await open()
  expect(() => call('startBeaconDiscovery')).toThrow('wx.startBeaconDiscovery is not available in this phone')
})

test('page code reaches no DOM and no network of the browser', async () => {
  await open()
  const seen = phone.wx()
  expect('document' in seen).toBe(false)
  expect(phone.page()['document']).toBeUndefined()
})

test('pull down refreshes and wx.stopPullDownRefresh ends it', async () => {
  await open()
  await call('startPullDownRefresh')
  await phone.settle()
  expect(phone.text('.log')).toContain('pull')
  expect(phone.has('[data-refreshing]')).toBe(false)
})

test('what a phone would lose in setData is warned about, once', async () => {
  await open()
  const page = phone.page() as unknown as { setData(data: object): void }
  page.setData({ title: 'x', later: () => undefined, when: undefined })
  page.setData({ title: 'x', later: () => undefined })
  const codes = phone.warnings().filter((warning) => warning.code === 'NOT_SERIALISABLE')
  expect(codes.map((warning) => warning.message)).toEqual([
    expect.stringContaining('undefined'),
    expect.stringContaining('a function at later'),
  ])
  page.setData({ title: 'x'.repeat(300 * 1024) })
  expect(phone.warnings().map((warning) => warning.code)).toContain('SET_DATA_SIZE')
})

test('the theme reaches app.json colours and wx.onThemeChange', async () => {
  await open()
  const themes: unknown[] = []
  call('onThemeChange', (change: unknown) => themes.push(change))
  expect(call('getAppBaseInfo')).toMatchObject({ theme: 'light', language: 'zh_CN' })
  phone.setTheme('dark')
  expect(themes).toEqual([{ theme: 'dark' }])
  expect(call('getAppBaseInfo')).toMatchObject({ theme: 'dark' })
})

test('toast, modal and action sheet answer as on a phone', async () => {
  await open()
  await call('showToast', { title: '已保存' })
  expect(phone.toast()).toBe('已保存')
  const modal = call('showModal', { title: '删除？' }) as Promise<unknown>
  await phone.settle()
  await phone.choose('取消')
  expect(await modal).toMatchObject({ confirm: false, cancel: true })
  const sheet = call('showActionSheet', { itemList: ['甲', '乙'] }) as Promise<unknown>
  await phone.settle()
  await phone.choose('乙')
  expect(await sheet).toMatchObject({ tapIndex: 1 })
})

test('a failed call rejects with errCode and errMsg; data travels as JSON', async () => {
  await open({
    cloud: {
      callFunction: (name) => {
        if (name === 'gone') throw { errCode: -501000, errMsg: 'cloud.callFunction:fail not found' }
        return { at: new Date(0) }
      },
    },
  })
  const cloud = phone.wx()['cloud'] as unknown as {
    callFunction(options: object): Promise<{ result: unknown }>
  }
  const { result } = await cloud.callFunction({ name: 'echo', data: { when: new Date(0), none: undefined } })
  expect(result).toEqual({ at: '1970-01-01T00:00:00.000Z' })
  expect(phone.calls).toEqual([{ name: 'echo', data: { when: '1970-01-01T00:00:00.000Z' } }])
  await expect(cloud.callFunction({ name: 'gone' })).rejects.toMatchObject({
    errCode: -501000,
    errMsg: 'cloud.callFunction:fail not found',
  })
})

test('a page that throws while it loads is shown all the same, and the app hears of it', async () => {
  jest.spyOn(console, 'error').mockImplementation(() => undefined)
  await open({ page: 'pages/detail/detail', query: { fail: 'yes' } })
  expect(phone.route()).toBe('pages/detail/detail')
  expect(phone.text('.talk')).toBe('talk')
  expect(phone.text('.detail')).toContain('heard: no such order')
})
