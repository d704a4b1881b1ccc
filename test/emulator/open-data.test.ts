import * as z from 'zod'
import { SDK_VERSIONS, startTestEmulator, type TestEmulator } from '../support/emulator'

describe.each(SDK_VERSIONS)('open data by cloudID on SDK %s', (version) => {
  let given: TestEmulator
  beforeAll(async () => {
    given = await startTestEmulator({ sdk: version, functions: ['open-data'] })
  })
  afterAll(() => given.stop())

  const steps = { stepInfoList: [{ step: 100, timestamp: 1 }] }
  async function cloudIdOf(openid = 'oAlice'): Promise<string> {
    const reply = await given.post('/_emulator/cloudid', { openid, data: steps })
    return z.strictObject({ cloudID: z.string() }).parse(reply).cloudID
  }
  const mark = (id: string): unknown => ({ __cloudID: id })
  const watermark = { appid: 'wx1234567890abcdef', timestamp: expect.any(Number) }

  test('a cloudID at the top of the data becomes the data, with WeChat’s watermark', async () => {
    const cloudID = await cloudIdOf()
    const { event, OPEN_DATA_INFO } = await given.result('open-data', { weRunData: mark(cloudID), plain: 1 })
    expect(event).toMatchObject({ weRunData: { cloudID, data: { ...steps, watermark } }, plain: 1 })
    expect(OPEN_DATA_INFO).toBe('{"keys":["weRunData"]}')
  })

  test('a nested cloudID stays a string, and the sixth is not replaced', async () => {
    const id = await cloudIdOf()
    const six = Object.fromEntries(['a', 'b', 'c', 'd', 'e', 'f'].map((key) => [key, mark(id)]))
    const { event, OPEN_DATA_INFO } = await given.result('open-data', { ...six, deep: { inner: [mark(id)] } })
    expect(event).toMatchObject({ e: { cloudID: id }, f: id, deep: { inner: [id] } })
    expect(OPEN_DATA_INFO).toBe('{"keys":["a","b","c","d","e"]}')
  })

  test('what a client made up itself is not in OPEN_DATA_INFO', async () => {
    const forged = {
      cloudID: 'x',
      data: { ...steps, watermark: { appid: 'wx1234567890abcdef', timestamp: 1 } },
    }
    const { event, OPEN_DATA_INFO } = await given.result('open-data', { weRunData: forged })
    expect(event).toMatchObject({ weRunData: forged })
    expect(OPEN_DATA_INFO).toBeUndefined()
  })

  test('an invented, a foreign and an expired cloudID carry their code', async () => {
    const late = await cloudIdOf()
    const foreign = await cloudIdOf('oBob')
    await given.post('/_emulator/clock', { advanceMs: 5 * 60_000 })
    const { event } = await given.result('open-data', {
      a: mark('invented'),
      b: mark(foreign),
      c: mark(late),
    })
    expect(event).toMatchObject({
      a: { cloudID: 'invented', errCode: -601005 },
      b: { cloudID: foreign, errCode: -601007 },
      c: { cloudID: late, errCode: -601006, errMsg: 'cloudID expired.' },
    })
  })

  test('getOpenData gives the data in the order asked', async () => {
    const [first, second] = [await cloudIdOf(), await cloudIdOf()]
    expect(await given.result('open-data', { list: [second, first] })).toMatchObject({
      errCode: 0,
      errMsg: 'getOpenData:ok',
      list: [
        { cloudID: second, data: { ...steps, watermark } },
        { cloudID: first, data: steps },
      ],
    })
    expect(await given.result('open-data', { list: ['invented'] })).toMatchObject({
      errMsg: expect.stringContaining('-601005'),
    })
  })
})
