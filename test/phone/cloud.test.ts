/** @jest-environment jsdom */
import path from 'node:path'
import { openTestPhone, type TestPhone, type TestPhoneOptions } from '../support/phone'

const miniprogramDir = path.join(__dirname, '../fixtures/miniprogram')
const GROUP = 'tGxAbCdEfGhIjKlMnOpQrStUvWx0'
let phone: TestPhone

const open = async (options: Partial<TestPhoneOptions> = {}): Promise<TestPhone> => {
  phone = await openTestPhone({
    miniprogramDir,
    cloud: { callFunction: (name) => `${name} ran` },
    ...options,
  })
  return phone
}
interface CallOptions {
  name: string
  data?: unknown
  config?: { env: string }
  success?: (reply: { result: unknown }) => void
  fail?: (error: Error & { errCode?: number; errMsg?: string }) => void
  complete?: () => void
}
interface PhoneCloud {
  init(options?: unknown): void
  callFunction(options: CallOptions): Promise<{ result: unknown }> | undefined
  CloudID: ((id: string) => object) & (new (id: string) => object)
}
const cloud = (): PhoneCloud => phone.wx()['cloud'] as unknown as PhoneCloud
/** wx.name(options) with callbacks, as a promise of whichever is called. */
const called = (name: string, options: object = {}): Promise<unknown> =>
  new Promise((resolve) => void phone.wx()[name]?.({ ...options, success: resolve, fail: resolve }))
const detail = (): unknown => JSON.parse(phone.text('.result'))

beforeEach(() => {
  jest.spyOn(console, 'warn').mockImplementation(() => undefined)
})
afterEach(() => {
  phone.close()
  jest.restoreAllMocks()
})

test('a call gives a promise, or with a callback nothing but the callback', async () => {
  await open()
  await expect(cloud().callFunction({ name: 'first' })).resolves.toMatchObject({
    result: 'first ran',
    errMsg: 'cloud.callFunction:ok',
  })
  const told: string[] = []
  const success = ({ result }: { result: unknown }) => void told.push(`success ${String(result)}`)
  const complete = () => void told.push('complete')
  expect(cloud().callFunction({ name: 'first', success, complete })).toBeUndefined()
  await phone.settle()
  expect(told).toEqual(['success first ran', 'complete'])
})

test('a call that fails tells its callback an Error with errCode and errMsg', async () => {
  const callFunction = () => {
    throw Object.assign(new Error(), { errCode: -504002, errMsg: 'cloud.callFunction:fail broken' })
  }
  await open({ cloud: { callFunction } })
  const told: unknown[] = []
  void cloud().callFunction({ name: 'first', fail: (error) => told.push(error) })
  await phone.settle()
  expect(told).toEqual([expect.any(Error)])
  expect(told[0]).toMatchObject({ errCode: -504002, errMsg: 'cloud.callFunction:fail broken' })
})

test('config.env of a call wins over that of init, and an environment that is not there is -501005', async () => {
  await open()
  const wrong = { errCode: -501005, errMsg: expect.stringContaining('there is no environment elsewhere') }
  await expect(cloud().callFunction({ name: 'f', config: { env: 'elsewhere' } })).rejects.toMatchObject(wrong)
  cloud().init({ env: 'elsewhere' })
  await expect(cloud().callFunction({ name: 'f' })).rejects.toMatchObject(wrong)
  cloud().init({ env: { functions: 'elsewhere' } })
  await expect(cloud().callFunction({ name: 'f' })).rejects.toMatchObject(wrong)
  await expect(cloud().callFunction({ name: 'f', config: { env: 'test' } })).resolves.toMatchObject({
    result: 'f ran',
  })
  expect(phone.calls).toHaveLength(1)
})

test('a page that races a call against its own time limit is free at once, and the call goes on', async () => {
  let answer: (value: string) => void = () => undefined
  await open({ cloud: { callFunction: () => new Promise((resolve) => (answer = resolve)) } })
  const call = cloud().callFunction({ name: 'slow' })
  const limit = new Promise((_resolve, reject) => setTimeout(() => reject(new Error('too late')), 0))
  await expect(Promise.race([call, limit])).rejects.toThrow('too late')
  await phone.until(() => phone.calls.length === 1)
  answer('late')
  await expect(call).resolves.toMatchObject({ result: 'late' })
})

test('a cloudID is marked on its way to the function, with new and without, and must be a string', async () => {
  await open()
  const { CloudID } = cloud()
  await cloud().callFunction({ name: 'f', data: { one: CloudID('a'), two: new CloudID('b'), three: 'c' } })
  expect(phone.calls).toEqual([
    { name: 'f', data: { one: { __cloudID: 'a' }, two: { __cloudID: 'b' }, three: 'c' } },
  ])
  expect(() => CloudID(undefined as unknown as string)).toThrow('must be a string')
})

test('a person is asked for their phone number, and the page gets a cloudID of it', async () => {
  const data: unknown[] = []
  const cloudId = (given: Record<string, unknown>) => {
    data.push(given)
    return 'cloud-id'
  }
  await open({ page: 'pages/forms/forms', phoneNumber: '13800138000', host: { cloudId } })
  await phone.tap('.phone')
  expect(phone.overlay()?.textContent).toContain('138****8000')
  await phone.choose('允许')
  expect(detail()).toMatchObject({
    errMsg: 'getPhoneNumber:ok',
    cloudID: 'cloud-id',
    code: expect.any(String),
  })
  expect(data).toEqual([{ phoneNumber: '13800138000', purePhoneNumber: '13800138000', countryCode: '86' }])
})

test('a person who declines, or has no number, hands over nothing', async () => {
  await open({ page: 'pages/forms/forms', phoneNumber: '13800138000' })
  await phone.tap('.phone')
  await phone.choose('不允许')
  expect(detail()).toEqual({ errMsg: 'getPhoneNumber:fail user deny' })
  await open({ page: 'pages/forms/forms' })
  await phone.tap('.phone')
  expect(detail()).toEqual({ errMsg: 'getPhoneNumber:fail no bound phone number' })
  expect(phone.warnings().map(({ code }) => code)).toEqual(['MISSING_API'])
})

test('a phone that was opened from a group knows it by cloudID, in the old way and in the new', async () => {
  const data: unknown[] = []
  const cloudId = (given: Record<string, unknown>) => `cloud-id-${data.push(given)}`
  await open({ group: GROUP, host: { cloudId } })
  const entry = phone.wx()['getEnterOptionsSync']?.()
  expect(entry).toMatchObject({ scene: 1044, shareTicket: expect.any(String) })
  expect(await called('getGroupEnterInfo')).toMatchObject({
    errMsg: 'getGroupEnterInfo:ok',
    cloudID: 'cloud-id-1',
  })
  expect(await called('getShareInfo', entry as object)).toMatchObject({
    errMsg: 'getShareInfo:ok',
    cloudID: 'cloud-id-2',
  })
  expect(data).toEqual([{ opengid: GROUP }, { openGId: GROUP }])
})

test('elsewhere there is no group to be known', async () => {
  await open()
  expect(phone.wx()['getEnterOptionsSync']?.()).toMatchObject({ scene: 1001 })
  expect(await called('getGroupEnterInfo')).toMatchObject({ errCode: 40097 })
  expect(await called('getShareInfo', { shareTicket: 'invented' })).toMatchObject({
    errMsg: 'getShareInfo:fail invalid shareTicket',
  })
  // WeChat has no promise for it.
  expect(phone.wx()['getGroupEnterInfo']?.()).toBeUndefined()
})
