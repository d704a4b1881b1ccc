import { fixtureWorld, startTestEmulator } from '../support/emulator'
import { type Chain, cloud, type Fault, type Probe, startProbe } from './probe'

const KEYWORDS = [
  { kid: 1, name: '课程名称', example: '数学', rule: 'thing' },
  { kid: 2, name: '开始时间', example: '2019年10月1日 15:01', rule: 'time' },
  { kid: 3, name: '教室', example: 'A101', rule: 'character_string' },
]
const TITLE = { type: 2 as const, categoryId: 22, keywords: KEYWORDS }
const LIBRARY = Array.from({ length: 31 }, (_, index) => ({
  tid: String(512 + index),
  title: `课程提醒${index}`,
  type: 2 as const,
  categoryId: 21,
  keywords: KEYWORDS,
}))
const BANNED = { ...TITLE, tid: '700', title: '活动提醒', banned: true }
const LISTED = {
  ...TITLE,
  tid: '701',
  title: '洗衣提醒',
  keywords: [
    { kid: 1, name: '地点', example: '客厅', rule: 'enum_string', enumValues: ['客厅', '阳台'] },
    { kid: 2, name: '时间', example: '15:01', rule: 'time' },
  ],
}

let given: Probe
beforeAll(async () => {
  given = await startProbe({
    world: {
      templateLibrary: [...LIBRARY, BANNED, LISTED],
      categories: [{ id: 21, name: '教育' }],
      sensitiveWords: ['违禁词'],
    },
  })
})
afterAll(() => given.stop())

// addTemplate and deleteTemplate have camel case names of their own (wechat.md §3).
const api = cloud.openapi({ convertCase: false }).subscribeMessage
const ADD = { tid: '512', kidList: [2, 1], sceneDesc: '上课前提醒' }
const add = async (changes: Record<string, unknown> = {}): Promise<string> =>
  String(Object(await given.run(api.addTemplate({ ...ADD, ...changes }))).priTmplId)
const remove = (priTmplId: string): Promise<unknown> => given.run(api.deleteTemplate({ priTmplId }))

describe('template management', () => {
  test('getCategory gives the account’s categories', async () => {
    expect(await given.run(api.getCategory())).toMatchObject({ data: [{ id: 21, name: '教育' }] })
  })

  test('getPubTemplateTitleList gives a page of titles, and how many there are', async () => {
    expect(
      await given.run(api.getPubTemplateTitleList({ ids: '21,23', start: 30, limit: 30 })),
    ).toMatchObject({
      count: 31,
      data: [{ tid: '542', title: '课程提醒30', type: 2, categoryId: '21' }],
    })
  })

  test('getPubTemplateKeyWordsById gives kid, name, example and rule', async () => {
    expect(await given.run(api.getPubTemplateKeyWordsById({ tid: '512' }))).toMatchObject({
      count: 3,
      data: KEYWORDS,
    })
  })

  test('addTemplate gives a priTmplId, whose content has the keywords in the order of kidList', async () => {
    const priTmplId = await add()
    const { data } = Object(await given.run(api.getTemplateList()))
    expect(data.find((one: Record<string, unknown>) => one['priTmplId'] === priTmplId)).toEqual({
      priTmplId,
      title: '课程提醒0',
      type: 2,
      content: '开始时间:{{time2.DATA}}\n课程名称:{{thing1.DATA}}',
      example: '开始时间:2019年10月1日 15:01\n课程名称:数学',
    })
    await remove(priTmplId)
  })

  test('a template that was added can be sent, one that was deleted is 40037', async () => {
    const templateId = await add()
    await given.accept('oAlice', templateId)
    const data = { time2: { value: '15:01' }, thing1: { value: '数学' } }
    const send = cloud.openapi.subscribeMessage.send({ touser: 'oAlice', templateId, data })
    expect(await given.run(send)).toMatchObject({ errCode: 0 })
    await remove(templateId)
    expect(await given.fault(send)).toMatchObject({ errCode: 40037 })
  })

  test('getTemplateList names enum keywords with the suffix .DATA', async () => {
    const { data } = Object(await given.run(api.getTemplateList()))
    expect(data).toContainEqual(
      expect.objectContaining({
        priTmplId: 'TPL_QUEUE',
        keywordEnumValueList: [{ keywordCode: 'enum_string3.DATA', enumValueList: ['门店', '网上'] }],
      }),
    )
  })

  test('with convertCase left on, addTemplate does not find its kidList', async () => {
    expect(await given.fault(cloud.openapi.subscribeMessage.addTemplate(ADD))).toMatchObject({
      errCode: 200020,
    })
  })

  test('with convertCase left on, deleteTemplate does not find its priTmplId', async () => {
    const priTmplId = await add()
    const converted = cloud.openapi.subscribeMessage.deleteTemplate({ priTmplId })
    expect(await given.fault(converted)).toMatchObject({ errCode: 200002 })
    await remove(priTmplId)
  })

  test('a keyword of listed values brings them into getTemplateList', async () => {
    const priTmplId = await add({ tid: '701' })
    const { data } = Object(await given.run(api.getTemplateList()))
    expect(data.find((one: Record<string, unknown>) => one['priTmplId'] === priTmplId)).toMatchObject({
      content: '时间:{{time2.DATA}}\n地点:{{enum_string1.DATA}}',
      keywordEnumValueList: [{ keywordCode: 'enum_string1.DATA', enumValueList: ['客厅', '阳台'] }],
    })
    await remove(priTmplId)
  })

  test.each<[string, 'banned' | 'other-type', number]>([
    ['an account that is banned cannot take a template: 200011', 'banned', 200011],
    ['an account that is no Mini Program cannot take a template: 200100', 'other-type', 200100],
  ])('%s', async (_title, standing, errcode) => {
    const other = await startTestEmulator({ functions: ['whoami'], world: { standing } })
    try {
      const { appid, appsecret: secret } = fixtureWorld()
      const token = await other.get(
        `/cgi-bin/token?grant_type=client_credential&appid=${appid}&secret=${secret}`,
      )
      const query = `access_token=${String(Object(token).access_token)}`
      expect(await other.post(`/wxaapi/newtmpl/addtemplate?${query}`, ADD)).toMatchObject({ errcode })
    } finally {
      await other.stop()
    }
  })

  test('the same title with the same keywords is 200022', async () => {
    const first = await add()
    expect(await given.fault(api.addTemplate(ADD))).toMatchObject({ errCode: 200022 })
    await remove(first)
  })

  test('an account has 25 templates at most: one more is 200012', async () => {
    const { data } = Object(await given.run(api.getTemplateList()))
    const added: string[] = []
    for (let index = data.length; index < 25; index++)
      added.push(await add({ tid: String(512 + (index % 31)) }))
    expect(await given.fault(api.addTemplate({ ...ADD, kidList: [1, 3] }))).toMatchObject({ errCode: 200012 })
    for (const one of added) await remove(one)
  })

  test.each<[string, Chain, number]>([
    ['a tid of a banned public template is 200013', api.addTemplate({ ...ADD, tid: '700' }), 200013],
    ['a template to delete that is not there is 200014', api.deleteTemplate({ priTmplId: 'gone' }), 200014],
    [
      'ids that are no numbers are 200019',
      api.getPubTemplateTitleList({ ids: 'x', start: 0, limit: 9 }),
      200019,
    ],
    ['an unknown tid is 200014', api.addTemplate({ ...ADD, tid: '1' }), 200014],
    ['a kidList with an unknown keyword is 200020', api.addTemplate({ ...ADD, kidList: [1, 9] }), 200020],
    ['a kidList of one is 200020', api.addTemplate({ ...ADD, kidList: [1] }), 200020],
    ['a kidList of six is 200020', api.addTemplate({ ...ADD, kidList: [1, 2, 3, 1, 2, 3] }), 200020],
    ['no sceneDesc is 200021', api.addTemplate({ tid: '512', kidList: [1, 2] }), 200021],
    [
      'a sceneDesc of 16 characters is 200021',
      api.addTemplate({ ...ADD, sceneDesc: '长'.repeat(16) }),
      200021,
    ],
    ['no ids is 200018', api.getPubTemplateTitleList({ start: 0, limit: 30 }), 200018],
    ['no start is 200016', api.getPubTemplateTitleList({ ids: '21', limit: 30 }), 200016],
    ['a limit over 30 is 200017', api.getPubTemplateTitleList({ ids: '21', start: 0, limit: 31 }), 200017],
  ])('%s', async (_title, call, errCode) => {
    expect(await given.fault(call)).toMatchObject({ errCode })
  })
})

describe('customer service messages', () => {
  const send = (touser: string): Chain =>
    cloud.openapi.customerServiceMessage.send({ touser, msgtype: 'text', text: { content: '您好' } })
  const act = (openid: string, act: string): Promise<unknown> =>
    given.post('/_emulator/customer', { openid, act })
  const refusal = (touser: string): Promise<Fault> => given.fault(send(touser))
  const advance = (advanceMs: number): Promise<unknown> => given.post('/_emulator/clock', { advanceMs })

  test('to who did not write is 45015', async () => {
    await advance(49 * 3_600_000)
    expect(await refusal('oBob')).toMatchObject({ errCode: 45015 })
  })

  test('five may follow what a person wrote, the sixth is 45047', async () => {
    await act('oBob', 'message')
    for (let times = 0; times < 5; times++)
      expect(await given.run(send('oBob'))).toMatchObject({ errCode: 0 })
    expect(await refusal('oBob')).toMatchObject({ errCode: 45047 })
  })

  test('48 hours after what a person wrote it is 45015', async () => {
    await act('oCarol', 'message')
    await advance(48 * 3_600_000)
    expect(await refusal('oCarol')).toMatchObject({ errCode: 45015 })
  })

  test('three may follow a tap on a menu, within a minute', async () => {
    await act('oAlice', 'menu')
    for (let times = 0; times < 3; times++) await given.run(send('oAlice'))
    expect(await refusal('oAlice')).toMatchObject({ errCode: 45047 })
    await act('oAlice', 'menu')
    await advance(60_000)
    expect(await refusal('oAlice')).toMatchObject({ errCode: 45015 })
  })

  test('two may follow who came into customer service, within a minute', async () => {
    await act('oBob', 'enter')
    for (let times = 0; times < 2; times++) await given.run(send('oBob'))
    expect(await refusal('oBob')).toMatchObject({ errCode: 45047 })
  })

  test('who comes in after writing loses nothing, and nothing adds up', async () => {
    await act('oCarol', 'message')
    await act('oCarol', 'enter')
    await advance(60_000)
    for (let times = 0; times < 5; times++) await given.run(send('oCarol'))
    expect(await refusal('oCarol')).toMatchObject({ errCode: 45047 })
  })

  test('to nobody’s openid is 40003', async () => {
    expect(await refusal('oNobody')).toMatchObject({ errCode: 40003 })
  })
})

describe('security.msgSecCheck', () => {
  const check = (changes: Record<string, unknown> = {}): Chain =>
    cloud.openapi.security.msgSecCheck({
      content: '你好',
      version: 2,
      scene: 2,
      openid: 'oAlice',
      ...changes,
    })

  test('text in order is pass, text with a sensitive word risky', async () => {
    expect(await given.run(check())).toMatchObject({
      result: { suggest: 'pass', label: 100 },
      traceId: expect.any(String),
    })
    expect(await given.run(check({ content: '含违禁词的话' }))).toMatchObject({
      result: { suggest: 'risky' },
    })
  })

  test('title and nickname are checked with the content', async () => {
    expect(await given.run(check({ nickname: '违禁词' }))).toMatchObject({ result: { suggest: 'risky' } })
  })

  test('a person who did not open the Mini Program in the last two hours is 61010', async () => {
    expect(await given.fault(check({ openid: 'oCarol' }))).toMatchObject({ errCode: 61010 })
  })

  test('who logs in by wx.login has opened the Mini Program', async () => {
    await given.post('/_emulator/login', { openid: 'oBob' })
    expect(await given.run(check({ openid: 'oBob' }))).toMatchObject({ result: { suggest: 'pass' } })
  })

  test('content takes 2500 characters', async () => {
    expect(await given.run(check({ content: '长'.repeat(2500) }))).toMatchObject({ errCode: 0 })
    expect(await given.fault(check({ content: '长'.repeat(2501) }))).toMatchObject({ errCode: 40097 })
  })

  test('an openid that is not the app’s is 43104', async () => {
    expect(await given.fault(check({ openid: 'oNobody' }))).toMatchObject({ errCode: 43104 })
  })
})
