import * as z from 'zod'
import { SDK_VERSIONS } from '../support/emulator'
import { type Chain, cloud, type Fault, type Probe, startProbe } from './probe'

const DATA = {
  thing1: { value: '毛巾' },
  character_string2: { value: 'A-1' },
  date3: { value: '2019年10月1日' },
}
const QUEUE = { thing1: { value: '一号店' }, phrase2: { value: '已叫号' }, enum_string3: { value: '网上' } }

/** Whom the test at hand writes to: somebody else in each, who has granted nothing. */
let reader: string
let readers = 0
beforeEach(() => {
  readers += 1
  reader = `oReader${readers}`
})
const PEOPLE = ['oAlice', ...Array.from({ length: 99 }, (_, index) => `oReader${index}`)].map((openid) => ({
  openid,
  nickname: openid,
}))

const sent = (message: Record<string, unknown>): Chain =>
  cloud.openapi.subscribeMessage.send({ touser: reader, templateId: 'TPL_ORDER', data: DATA, ...message })

describe.each(SDK_VERSIONS)('on SDK %s', (sdk) => {
  let given: Probe
  beforeAll(async () => {
    given = await startProbe({ sdk, world: { people: PEOPLE, sensitiveWords: ['违禁词'] } })
  })
  afterAll(() => given.stop())
  const settings = (openid: string, change: Record<string, unknown>): Promise<unknown> =>
    given.post(`/_emulator/settings?openid=${openid}`, change)
  const send = (message: Record<string, unknown> = {}): Promise<unknown> => given.run(sent(message))
  const refusal = (message: Record<string, unknown> = {}): Promise<Fault> => given.fault(sent(message))
  const card = async (): Promise<unknown> => (await given.messages(reader)).at(-1)

  test('a send that is answered well gives errCode 0 and errMsg openapi.subscribeMessage.send:ok', async () => {
    await given.accept(reader, 'TPL_ORDER')
    expect(await send()).toMatchObject({ errCode: 0, errMsg: 'openapi.subscribeMessage.send:ok' })
  })

  test('a refusal is thrown with a numeric errCode, and WeChat’s text with a rid', async () => {
    expect(await refusal()).toMatchObject({
      errCode: 43101,
      errMsg: expect.stringMatching(
        /^openapi\.subscribeMessage\.send:fail user refuse to accept the msg rid: \S+$/,
      ),
      message: expect.stringMatching(/^errCode: 43101 {2}\| errMsg: openapi\./),
    })
  })

  test('msgid has more digits than a number holds, and the SDK breaks it', async () => {
    await given.accept(reader, 'TPL_ORDER')
    // From 2.7.0 on a BigNumber whose keys went through convertCase; before, a BigInt, which JSON cannot take.
    const msgid =
      sdk === '2.6.3' ? { bigint: expect.stringMatching(/^\d{19}$/) } : { s: 1, e: 18, c: expect.any(Array) }
    expect(await send()).toMatchObject({ msgid })
  })

  test('the card shows title, labels and values in the template’s order', async () => {
    await given.accept(reader, 'TPL_ORDER')
    const { thing1, ...rest } = DATA
    await send({ data: { ...rest, thing1 } })
    expect(await card()).toMatchObject({
      title: '订单发货通知',
      lines: [
        { label: '商品名称', key: 'thing1', value: '毛巾' },
        { label: '订单编号', key: 'character_string2', value: 'A-1' },
        { label: '发货时间', key: 'date3', value: '2019年10月1日' },
      ],
    })
  })

  test('without page, state and language the card opens nothing, is formal and Chinese', async () => {
    await given.accept(reader, 'TPL_ORDER')
    await send()
    expect(await card()).toMatchObject({ page: '', miniprogramState: 'formal', lang: 'zh_CN' })
  })

  test('page with a query, state and language go along as they were given', async () => {
    for (const miniprogramState of ['developer', 'trial', 'formal'])
      for (const lang of ['zh_CN', 'en_US', 'zh_HK', 'zh_TW']) {
        await given.accept(reader, 'TPL_ORDER')
        await send({ page: 'index?foo=bar', miniprogramState, lang })
        expect(await card()).toMatchObject({ page: 'index?foo=bar', miniprogramState, lang })
      }
  })

  test('one accept is one message: the second send is 43101', async () => {
    await given.accept(reader, 'TPL_ORDER')
    await send()
    expect(await refusal()).toMatchObject({ errCode: 43101 })
  })

  test('accepts add up', async () => {
    for (let times = 0; times < 3; times++) await given.accept(reader, 'TPL_ORDER')
    for (let times = 0; times < 3; times++) await send()
    expect(await refusal()).toMatchObject({ errCode: 43101 })
  })

  test('an accept does not expire', async () => {
    await given.accept(reader, 'TPL_ORDER')
    await given.post('/_emulator/clock', { advanceMs: 400 * 86_400_000 })
    expect(await send()).toMatchObject({ errCode: 0 })
  })

  test('an accept is for one person and one template', async () => {
    await given.accept(reader, 'TPL_ORDER')
    expect(await refusal({ touser: 'oReader0' })).toMatchObject({ errCode: 43101 })
    expect(await refusal({ templateId: 'TPL_QUEUE', data: QUEUE })).toMatchObject({ errCode: 43101 })
  })

  test('a long-term template sends again and again after one accept', async () => {
    const message = { templateId: 'TPL_BUS', data: { thing1: { value: '1路' } } }
    expect(await refusal(message)).toMatchObject({ errCode: 43101 })
    await given.accept(reader, 'TPL_BUS')
    for (let times = 0; times < 3; times++) expect(await send(message)).toMatchObject({ errCode: 0 })
  })

  test('with the main switch off a send is 43101', async () => {
    await given.accept(reader, 'TPL_ORDER')
    await settings(reader, { mainSwitch: false })
    expect(await refusal()).toMatchObject({ errCode: 43101 })
    await settings(reader, { mainSwitch: true })
    expect(await send()).toMatchObject({ errCode: 0 })
  })

  test('a refusal in the settings takes the accepts collected so far away', async () => {
    await given.accept(reader, 'TPL_ORDER')
    await settings(reader, { itemSettings: { TPL_ORDER: 'reject' } })
    await settings(reader, { itemSettings: { TPL_ORDER: 'accept' } })
    expect(await refusal()).toMatchObject({ errCode: 43101 })
  })

  test.each<[string, Record<string, unknown>, number, string]>([
    ['an openid of nobody is 40003', { touser: 'oNobody' }, 40003, 'invalid openid'],
    ['an empty openid is 40003', { touser: '' }, 40003, 'invalid openid'],
    ['an unknown template is 40037', { templateId: 'TPL_NONE' }, 40037, 'invalid template_id'],
    ['a banned template is 43107', { templateId: 'TPL_BANNED', data: {} }, 43107, ''],
    ['a page that is not released is 41030', { page: 'pages/nowhere/x' }, 41030, 'invalid page'],
    ['a page with a slash in front is 41030', { page: '/index' }, 41030, 'invalid page'],
    ['an unknown miniprogram_state is 40097', { miniprogramState: 'beta' }, 40097, 'invalid args'],
    ['an unknown language is 40097', { lang: 'fr' }, 40097, 'invalid args'],
    [
      'a missing value is 47003 and named',
      { data: { thing1: DATA.thing1, date3: DATA.date3 } },
      47003,
      'argument invalid! data.character_string2.value is empty rid: ',
    ],
    [
      'an empty value is 47003 and named',
      { data: { ...DATA, thing1: { value: '' } } },
      47003,
      'argument invalid! data.thing1.value is empty rid: ',
    ],
    [
      'a value that breaks its rule is 47003 and named',
      { data: { ...DATA, date3: { value: '明天' } } },
      47003,
      'argument invalid! data.date3.value invalid rid: ',
    ],
    [
      'data as text is 47003 naming the first key',
      { data: JSON.stringify(DATA) },
      47003,
      'data.thing1.value',
    ],
    ['a sensitive word is 45168', { data: { ...DATA, thing1: { value: '违禁词' } } }, 45168, ''],
  ])('%s', async (_title, message, errCode, text) => {
    await given.accept(reader, 'TPL_ORDER')
    const refused = await refusal(message)
    expect(refused).toMatchObject({ errCode })
    expect(refused.errMsg).toContain(text)
    // wechat.md §13.2: whether a refused send spends the accept is not known; here it does not.
    expect(await send()).toMatchObject({ errCode: 0 })
  })

  test('a 47003 gives its field to the pattern that users search with', async () => {
    await given.accept(reader, 'TPL_QUEUE')
    const { errMsg } = await refusal({
      templateId: 'TPL_QUEUE',
      data: { ...QUEUE, enum_string3: { value: '电话' } },
    })
    expect(/data\.([a-z_]+\d+)\.val/.exec(errMsg ?? '')?.[1]).toBe('enum_string3')
  })

  test('data keys beyond the template’s are passed over', async () => {
    await given.accept(reader, 'TPL_ORDER')
    expect(await send({ data: { ...DATA, thing9: { value: 'x' } } })).toMatchObject({ errCode: 0 })
    expect(JSON.stringify(await card())).not.toContain('thing9')
  })

  test('sends to different people at once all go', async () => {
    for (const openid of [reader, 'oAlice']) await given.accept(openid, 'TPL_ORDER')
    expect(await given.atOnce(sent({}), sent({ touser: 'oAlice' }))).toMatchObject([
      { value: { errCode: 0 } },
      { value: { errCode: 0 } },
    ])
  })
})

describe('where the documents are silent', () => {
  const withBehaviour = async (
    behaviour: Record<string, unknown>,
    check: (given: Probe) => Promise<void>,
  ): Promise<void> => {
    const given = await startProbe({ world: { people: PEOPLE, behaviour } })
    try {
      await check(given)
    } finally {
      await given.stop()
    }
  }

  test('cloudCallReturnsMsgid off: a cloud call gives no msgid', async () => {
    await withBehaviour({ cloudCallReturnsMsgid: false }, async (given) => {
      await given.accept(reader, 'TPL_ORDER')
      expect(await given.run(sent({}))).toEqual({ errCode: 0, errMsg: 'openapi.subscribeMessage.send:ok' })
    })
  })

  test('unknownPageIsRefused off: any page goes along', async () => {
    await withBehaviour({ unknownPageIsRefused: false }, async (given) => {
      await given.accept(reader, 'TPL_ORDER')
      expect(await given.run(sent({ page: 'pages/nowhere' }))).toMatchObject({ errCode: 0 })
    })
  })

  test('revokeWipesGrants off: accepts outlive a refusal in the settings', async () => {
    await withBehaviour({ revokeWipesGrants: false }, async (given) => {
      await given.accept(reader, 'TPL_ORDER')
      const turn = (choice: string): Promise<unknown> =>
        given.post(`/_emulator/settings?openid=${reader}`, { itemSettings: { TPL_ORDER: choice } })
      await turn('reject')
      expect(await given.fault(sent({}))).toMatchObject({ errCode: 43101 })
      await turn('accept')
      expect(await given.run(sent({}))).toMatchObject({ errCode: 0 })
    })
  })

  test('of sends to one person at once one goes and the others are 43108', async () => {
    await withBehaviour({ sendTakesMs: 90 }, async (given) => {
      await given.accept(reader, 'TPL_BUS')
      const one = sent({ templateId: 'TPL_BUS', data: { thing1: { value: '1路' } } })
      const codes = (await given.atOnce(one, one, one, one)).map(
        (outcome) => Object('error' in outcome ? outcome.error : outcome.value).errCode,
      )
      expect(new Set(codes)).toEqual(new Set([0, 43108]))
    })
  })

  test('concurrentSendsAreRefused off: sends to one person at once all go', async () => {
    await withBehaviour({ concurrentSendsAreRefused: false, sendTakesMs: 20 }, async (given) => {
      await given.accept(reader, 'TPL_BUS')
      const one = sent({ templateId: 'TPL_BUS', data: { thing1: { value: '1路' } } })
      const outcomes = await given.atOnce(one, one, one, one)
      expect(z.array(z.object({ value: z.object({ errCode: z.literal(0) }) })).parse(outcomes)).toHaveLength(
        4,
      )
    })
  })
})
