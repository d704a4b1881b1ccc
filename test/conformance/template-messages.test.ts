import * as z from 'zod'
import { type Chain, cloud, type Probe, startProbe } from './probe'

const message = (formId: unknown): Record<string, unknown> => ({
  touser: 'oAlice',
  templateId: 'TPL_LEGACY',
  page: 'index',
  formId,
  data: { keyword1: { value: '广州' }, keyword2: { value: '毛巾' } },
  emphasisKeyword: 'keyword1.DATA',
})
const send = (changes: Record<string, unknown>): Chain =>
  cloud.openapi.templateMessage.send({ ...message('x'), ...changes })
const formIdOf = async (given: Probe, openid = 'oAlice', kind = 'form'): Promise<string> =>
  z.object({ formId: z.string() }).parse(await given.post('/_emulator/formid', { openid, kind })).formId

describe('today', () => {
  let given: Probe
  beforeAll(async () => {
    given = await startProbe()
  })
  afterAll(() => given.stop())

  test('templateMessage.send is 45103 whatever is sent', async () => {
    expect(await given.fault(send({ formId: await formIdOf(given) }))).toMatchObject({
      errCode: 45103,
      errMsg: expect.stringContaining('This API has been unsupported'),
    })
  })

  test('a form gives a formId that is a mock one', async () => {
    expect(await formIdOf(given)).toBe('the formId is a mock one')
  })

  test('managing template messages is 45103', async () => {
    const { getTemplateList, addTemplate, deleteTemplate } = cloud.openapi.templateMessage
    for (const call of [getTemplateList(), addTemplate({ id: 'x' }), deleteTemplate({ templateId: 'x' })])
      expect(await given.fault(call)).toMatchObject({ errCode: 45103 })
  })

  test('uniformMessage.send is 45109', async () => {
    expect(await given.fault(cloud.openapi.uniformMessage.send({ touser: 'oAlice' }))).toMatchObject({
      errCode: 45109,
    })
  })
})

describe('in 2019', () => {
  let given: Probe
  beforeAll(async () => {
    given = await startProbe({ world: { era: '2019' } })
  })
  afterAll(() => given.stop())

  const last = async (): Promise<unknown> => (await given.messages('oAlice')).at(-1)

  test('a formId sends one template message with an emphasised keyword', async () => {
    expect(await given.run(send({ formId: await formIdOf(given) }))).toMatchObject({
      errCode: 0,
      errMsg: 'openapi.templateMessage.send:ok',
    })
    expect(await last()).toMatchObject({
      channel: 'template',
      title: '购买成功通知',
      page: 'index',
      emphasis: 'keyword1',
      lines: [
        { label: '购买地点', key: 'keyword1', value: '广州' },
        { label: '物品名称', key: 'keyword2', value: '毛巾' },
      ],
    })
  })

  test('a formId that was used is 41029', async () => {
    const formId = await formIdOf(given)
    await given.run(send({ formId }))
    expect(await given.fault(send({ formId }))).toMatchObject({ errCode: 41029 })
  })

  test('a payment’s prepay_id sends three template messages', async () => {
    const formId = await formIdOf(given, 'oAlice', 'payment')
    for (let times = 0; times < 3; times++)
      expect(await given.run(send({ formId }))).toMatchObject({ errCode: 0 })
    expect(await given.fault(send({ formId }))).toMatchObject({ errCode: 41029 })
  })

  test('a formId that is wrong or another person’s is 41028', async () => {
    expect(await given.fault(send({ formId: 'nonsense' }))).toMatchObject({ errCode: 41028 })
    expect(await given.fault(send({ formId: await formIdOf(given, 'oBob') }))).toMatchObject({
      errCode: 41028,
    })
  })

  test('a formId is good for seven days', async () => {
    const [early, late] = [await formIdOf(given), await formIdOf(given)]
    await given.post('/_emulator/clock', { advanceMs: 7 * 86_400_000 - 60_000 })
    expect(await given.run(send({ formId: early }))).toMatchObject({ errCode: 0 })
    await given.post('/_emulator/clock', { advanceMs: 60_000 })
    expect(await given.fault(send({ formId: late }))).toMatchObject({ errCode: 41028 })
  })

  test('a refused template message does not use its formId', async () => {
    const formId = await formIdOf(given)
    expect(await given.fault(send({ formId, templateId: 'TPL_ORDER' }))).toMatchObject({ errCode: 40037 })
    expect(await given.fault(send({ formId, page: 'pages/nowhere' }))).toMatchObject({ errCode: 41030 })
    expect(await given.fault(send({ formId, touser: 'oNobody' }))).toMatchObject({ errCode: 40003 })
    expect(await given.run(send({ formId }))).toMatchObject({ errCode: 0 })
  })

  test('getTemplateList lists the account’s template messages', async () => {
    expect(await given.run(cloud.openapi.templateMessage.getTemplateList())).toMatchObject({
      list: [{ templateId: 'TPL_LEGACY', title: '购买成功通知' }],
    })
  })

  test('the Mini Program half of a uniform message is a template message', async () => {
    const { touser, ...weappTemplateMsg } = message(await formIdOf(given))
    expect(await given.run(cloud.openapi.uniformMessage.send({ touser, weappTemplateMsg }))).toMatchObject({
      errCode: 0,
    })
    expect(await last()).toMatchObject({ channel: 'template', title: '购买成功通知' })
  })
})
