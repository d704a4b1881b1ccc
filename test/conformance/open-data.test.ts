import * as z from 'zod'
import { SDK_VERSIONS } from '../support/emulator'
import { cloud, event, type Probe, scriptOf, startProbe } from './probe'

const STEPS = { stepInfoList: [{ step: 100, timestamp: 1 }] }
const WATERMARK = { appid: 'wx1234567890abcdef', timestamp: expect.any(Number) }

describe.each(SDK_VERSIONS)('on SDK %s', (sdk) => {
  let given: Probe
  beforeAll(async () => {
    given = await startProbe({ sdk })
  })
  afterAll(() => given.stop())

  const issue = async (openid = 'oAlice'): Promise<string> =>
    z.object({ cloudID: z.string() }).parse(await given.post('/_emulator/cloudid', { openid, data: STEPS }))
      .cloudID
  /** wx.cloud.CloudID(id) on its way. */
  const mark = (id: string): unknown => ({ __cloudID: id })
  /** The event and OPEN_DATA_INFO that the function sees. */
  const call = async (data: Record<string, unknown>): Promise<Record<string, unknown>> => {
    const reply = await given.call('probe', { ...scriptOf(event, cloud.getWXContext()), ...data })
    const [first, second] = z
      .array(z.object({ value: z.record(z.string(), z.unknown()) }))
      .parse(reply.result)
    return { event: first?.value, info: second?.value['OPEN_DATA_INFO'] }
  }

  test('a cloudID at the top of the data becomes the open data with WeChat’s watermark', async () => {
    const cloudID = await issue()
    expect(await call({ weRunData: mark(cloudID) })).toMatchObject({
      event: { weRunData: { cloudID, data: { ...STEPS, watermark: WATERMARK } } },
    })
  })

  test('a cloudID inside of a field stays a string', async () => {
    const id = await issue()
    expect(await call({ deep: { inner: mark(id) } })).toMatchObject({ event: { deep: { inner: id } } })
  })

  test('five cloudIDs of a call are replaced, a sixth is not', async () => {
    const id = await issue()
    const six = Object.fromEntries('abcdef'.split('').map((key) => [key, mark(id)]))
    expect(await call(six)).toMatchObject({ event: { e: { cloudID: id }, f: id } })
  })

  test('OPEN_DATA_INFO names the fields that WeChat filled, and no others', async () => {
    const forged = {
      cloudID: 'x',
      data: { ...STEPS, watermark: { appid: 'wx1234567890abcdef', timestamp: 1 } },
    }
    expect(await call({ real: mark(await issue()), forged })).toMatchObject({ info: '{"keys":["real"]}' })
    expect((await call({ forged }))['info']).toBeUndefined()
  })

  test('an invented cloudID is -601005', async () => {
    expect(await call({ a: mark('invented') })).toMatchObject({
      event: { a: { cloudID: 'invented', errCode: -601005 } },
    })
  })

  test('a cloudID older than five minutes is -601006', async () => {
    const id = await issue()
    await given.post('/_emulator/clock', { advanceMs: 5 * 60_000 })
    expect(await call({ a: mark(id) })).toMatchObject({
      event: { a: { cloudID: id, errCode: -601006, errMsg: 'cloudID expired.' } },
    })
  })

  test('another person’s cloudID is -601007', async () => {
    expect(await call({ a: mark(await issue('oBob')) })).toMatchObject({ event: { a: { errCode: -601007 } } })
  })

  test('getOpenData gives the open data of a list of cloudIDs, in its order', async () => {
    const [first, second] = [await issue(), await issue()]
    expect(await given.run(cloud.getOpenData({ list: [second, first] }))).toMatchObject({
      errCode: 0,
      list: [
        { cloudID: second, data: { ...STEPS, watermark: WATERMARK } },
        { cloudID: first, data: STEPS },
      ],
    })
  })

  test('getOpenData with a wrong cloudID fails with its code in the text', async () => {
    expect(await given.fault(cloud.getOpenData({ list: ['invented'] }))).toMatchObject({
      errCode: -601001,
      errMsg: expect.stringContaining('-601005'),
    })
  })
})
