import { type CallReply, SDK_VERSIONS, startTestEmulator, type TestEmulator } from '../support/emulator'

const LIBRARY = [
  {
    tid: '512',
    title: '课程开始提醒',
    type: 2 as const,
    categoryId: 21,
    keywords: [
      { kid: 1, name: '课程名称', example: '数学', rule: 'thing' },
      { kid: 2, name: '开始时间', example: '2019年10月1日 15:01', rule: 'time' },
      { kid: 3, name: '教室', example: 'A101', rule: 'character_string' },
    ],
  },
  {
    tid: '513',
    title: '排队提醒',
    type: 2 as const,
    categoryId: 22,
    keywords: [{ kid: 1, name: '号', example: '1', rule: 'number' }],
  },
]

describe.each(SDK_VERSIONS)('open APIs through SDK %s', (version) => {
  let given: TestEmulator
  beforeAll(async () => {
    given = await startTestEmulator({
      sdk: version,
      functions: ['open-api', 'tick'],
      world: {
        templateLibrary: LIBRARY,
        categories: [{ id: 21, name: '教育' }],
        sensitiveWords: ['违禁词'],
      },
    })
  })
  afterAll(() => given.stop())

  const call = (api: string, params: unknown = {}, convertCase = true): Promise<Record<string, unknown>> =>
    given.result('open-api', { api, params, convertCase })

  test('the template library can be looked through', async () => {
    expect(await call('subscribeMessage.getCategory')).toMatchObject({
      data: [{ id: 21, name: '教育' }],
      errCode: 0,
    })
    expect(
      await call('subscribeMessage.getPubTemplateTitleList', { ids: '21,22', start: 0, limit: 1 }),
    ).toMatchObject({
      count: 2,
      data: [{ tid: '512', title: '课程开始提醒', type: 2, categoryId: '21' }],
    })
    expect(await call('subscribeMessage.getPubTemplateKeyWordsById', { tid: '512' })).toMatchObject({
      count: 3,
      data: [{ kid: 1, name: '课程名称', example: '数学', rule: 'thing' }, { kid: 2 }, { kid: 3 }],
    })
  })

  test('a template is added, listed, sent and deleted', async () => {
    const added = await call(
      'subscribeMessage.addTemplate',
      { tid: '512', kidList: [2, 1], sceneDesc: '上课前提醒' },
      false,
    )
    expect(added).toMatchObject({ errCode: 0, priTmplId: expect.stringMatching(/^[\w-]{43}$/) })
    const templateId = String(added['priTmplId'])
    expect(await call('subscribeMessage.getTemplateList')).toMatchObject({
      data: expect.arrayContaining([
        {
          priTmplId: templateId,
          title: '课程开始提醒',
          content: '开始时间:{{time2.DATA}}\n课程名称:{{thing1.DATA}}',
          example: '开始时间:2019年10月1日 15:01\n课程名称:数学',
          type: 2,
        },
      ]),
    })
    await given.accept('oAlice', templateId)
    const message = {
      touser: 'oAlice',
      templateId,
      data: { time2: { value: '15:01' }, thing1: { value: '数学' } },
    }
    expect(await call('subscribeMessage.send', message)).toMatchObject({ errCode: 0 })
    const twin = { tid: '512', kidList: [2, 1], sceneDesc: '上课前提醒' }
    expect(await call('subscribeMessage.addTemplate', twin, false)).toMatchObject({ errCode: 200022 })
    expect(await call('subscribeMessage.deleteTemplate', { priTmplId: templateId }, false)).toMatchObject({
      errCode: 0,
    })
    expect(await call('subscribeMessage.send', message)).toMatchObject({ errCode: 40037 })
  })

  test('with convertCase left on, kidList is lost on the way', async () => {
    expect(
      await call('subscribeMessage.addTemplate', { tid: '512', kidList: [1, 2], sceneDesc: 'x' }),
    ).toMatchObject({ errCode: 200020 })
  })

  test.each<[string, string, Record<string, unknown>, number]>([
    ['an unknown tid', 'addTemplate', { tid: '1', kidList: [1, 2], sceneDesc: 'x' }, 200014],
    ['an unknown keyword', 'addTemplate', { tid: '512', kidList: [1, 9], sceneDesc: 'x' }, 200020],
    ['one keyword only', 'addTemplate', { tid: '512', kidList: [1], sceneDesc: 'x' }, 200020],
    ['no scene', 'addTemplate', { tid: '512', kidList: [1, 2] }, 200021],
    ['a long scene', 'addTemplate', { tid: '512', kidList: [1, 2], sceneDesc: '长'.repeat(16) }, 200021],
    ['an unknown template', 'deleteTemplate', { priTmplId: 'x' }, 200014],
    ['an unknown tid', 'getPubTemplateKeyWordsById', { tid: '1' }, 200014],
    ['no ids', 'getPubTemplateTitleList', { start: 0, limit: 30 }, 200018],
    ['no start', 'getPubTemplateTitleList', { ids: '21', limit: 30 }, 200016],
    ['a limit over 30', 'getPubTemplateTitleList', { ids: '21', start: 0, limit: 31 }, 200017],
  ])('%s is refused by %s', async (_, method, params, errCode) => {
    expect(await call(`subscribeMessage.${method}`, params, false)).toMatchObject({ errCode })
  })

  test('uniform messages are withdrawn', async () => {
    expect(await call('uniformMessage.send', { touser: 'oAlice' })).toMatchObject({ errCode: 45109 })
  })

  describe('customer service messages', () => {
    const text = (touser: string): unknown => ({ touser, msgtype: 'text', text: { content: '您好' } })

    test('go only to who wrote in the last 48 hours, five of them', async () => {
      expect(await call('customerServiceMessage.send', text('oBob'))).toMatchObject({ errCode: 45015 })
      await given.post('/_emulator/customer', { openid: 'oBob', act: 'message' })
      for (let count = 0; count < 5; count++)
        expect(await call('customerServiceMessage.send', text('oBob'))).toMatchObject({ errCode: 0 })
      expect(await call('customerServiceMessage.send', text('oBob'))).toMatchObject({ errCode: 45047 })
      expect((await given.messages('oBob')).at(-1)).toMatchObject({
        channel: 'customer',
        lines: [{ value: '您好' }],
      })
      await given.post('/_emulator/customer', { openid: 'oBob', act: 'message' })
      await given.post('/_emulator/clock', { advanceMs: 48 * 3_600_000 })
      expect(await call('customerServiceMessage.send', text('oBob'))).toMatchObject({ errCode: 45015 })
    })

    test('need a known person, a known type and something to say', async () => {
      expect(await call('customerServiceMessage.send', text('oNobody'))).toMatchObject({ errCode: 40003 })
      expect(await call('customerServiceMessage.send', { touser: 'oBob', msgtype: 'song' })).toMatchObject({
        errCode: 40008,
      })
      expect(await call('customerServiceMessage.send', { touser: 'oBob', msgtype: 'text' })).toMatchObject({
        errCode: 40097,
      })
    })
  })

  describe('security.msgSecCheck', () => {
    const check = (content: string, openid = 'oAlice'): Promise<Record<string, unknown>> =>
      call('security.msgSecCheck', { content, version: 2, scene: 2, openid })

    test('tells risky text from good', async () => {
      expect(await check('你好')).toMatchObject({ errCode: 0, result: { suggest: 'pass', label: 100 } })
      expect(await check('含违禁词的话')).toMatchObject({ errCode: 0, result: { suggest: 'risky' } })
    })

    test('is only for people who were here in the last two hours', async () => {
      expect(await check('你好', 'oCarol')).toMatchObject({ errCode: 61010 })
      expect(await check('你好', 'oNobody')).toMatchObject({ errCode: 43104 })
    })
  })

  test('a message with a sensitive word is refused with 45168', async () => {
    await given.accept('oAlice', 'TPL_BUS')
    const message = { touser: 'oAlice', templateId: 'TPL_BUS', data: { thing1: { value: '违禁词一路' } } }
    expect(await call('subscribeMessage.send', message)).toMatchObject({ errCode: 45168 })
  })

  describe('cloudbase.addDelayedFunctionTask', () => {
    const order = (changes: Record<string, unknown> = {}): Promise<Record<string, unknown>> =>
      call('cloudbase.addDelayedFunctionTask', {
        env: 'hongyan-test',
        functionName: 'tick',
        delayTime: 10,
        data: '{"TriggerName":"later"}',
        ...changes,
      })
    const later = async (): Promise<unknown[]> =>
      (await given.logs()).filter(({ lines }) => JSON.stringify(lines) === '["tick later"]')

    test('calls a function once, when its time has come', async () => {
      const before = (await later()).length
      expect(await order()).toMatchObject({ errCode: 0 })
      await given.post('/_emulator/clock', { advanceMs: 9000 })
      expect(await later()).toHaveLength(before)
      await given.post('/_emulator/clock', { advanceMs: 1000 })
      expect(await later()).toHaveLength(before + 1)
      await given.post('/_emulator/clock', { advanceMs: 60_000 })
      expect(await later()).toHaveLength(before + 1)
    })

    test.each<[string, Record<string, unknown>]>([
      ['less than 6 seconds', { delayTime: 5 }],
      ['more than 30 days', { delayTime: 30 * 86_400 + 1 }],
      ['data that is no JSON text', { data: '{' }],
      ['another environment', { env: 'other' }],
      ['no function', { functionName: '' }],
    ])('%s is refused', async (_, changes) => {
      expect(await order(changes)).toMatchObject({ errCode: -501000 })
    })
  })
})

test.each([
  ['today', 45103, 45103],
  ['2019', 0, -1],
] as const)('template messages are managed as in the era %s', async (era, listed, added) => {
  const given = await startTestEmulator({ functions: ['open-api'], world: { era } })
  try {
    const call = (api: string): Promise<Record<string, unknown>> => given.result('open-api', { api })
    const list = await call('templateMessage.getTemplateList')
    expect(list).toMatchObject({ errCode: listed })
    if (era === '2019')
      expect(list).toMatchObject({ list: [{ templateId: 'TPL_LEGACY', title: '购买成功通知' }] })
    expect(await call('templateMessage.addTemplate')).toMatchObject({ errCode: added })
  } finally {
    await given.stop()
  }
})

test('a send to a person whom another is under way to is refused with 43108', async () => {
  const given = await startTestEmulator({
    functions: ['open-api'],
    world: { behaviour: { sendTakesMs: 90 } },
  })
  try {
    for (const openid of ['oAlice', 'oBob']) await given.accept(openid, 'TPL_BUS')
    const to = (touser: string): unknown => ({
      touser,
      templateId: 'TPL_BUS',
      data: { thing1: { value: '1路' } },
    })
    const send = (...touser: string[]): Promise<CallReply> =>
      given.call('open-api', { api: 'subscribeMessage.send', all: touser.map(to) })
    expect((await send('oAlice', 'oAlice', 'oBob')).result).toMatchObject([
      { errCode: 0 },
      { errCode: 43108 },
      { errCode: 0 },
    ])
    expect((await send('oAlice')).result).toMatchObject([{ errCode: 0 }])
  } finally {
    await given.stop()
  }
})

describe('quotas', () => {
  const start = (quotas: Record<string, unknown>): Promise<TestEmulator> =>
    startTestEmulator({
      functions: ['open-api', 'whoami'],
      systemNow: () => Date.parse('2026-11-21T23:59:30+08:00'),
      world: { quotas },
    })
  const send = { touser: 'oNobody', templateId: 'x' }

  test('the daily quota ends with 45009 and starts anew at midnight in China', async () => {
    const given = await start({ sendsPerDay: 2 })
    try {
      const call = async (): Promise<unknown> =>
        (await given.result('open-api', { api: 'subscribeMessage.send', params: send }))['errCode']
      expect([await call(), await call(), await call()]).toEqual([40003, 40003, 45009])
      await given.post('/_emulator/clock', { advanceMs: 30_000 })
      expect(await call()).toBe(40003)
    } finally {
      await given.stop()
    }
  })

  test('the environment’s calls a second end with -501003, where the world gives a number', async () => {
    const given = await start({ environmentCallsPerSecond: 2, cloudCallsCountForEnvironment: true })
    try {
      const reply = await given.call('open-api', {
        api: 'subscribeMessage.getCategory',
        all: [{}, {}, {}, {}],
      })
      expect(JSON.stringify(reply.result).match(/"errCode":-501003/g)).toHaveLength(2)
    } finally {
      await given.stop()
    }
  })

  test('the minute quotas end with 45011 and start anew with the minute', async () => {
    const given = await start({ sendsPerMinute: 1, cloudCallsPerMinute: 3 })
    try {
      const call = async (api: string): Promise<unknown> =>
        (await given.result('open-api', { api, params: send }))['errCode']
      expect([await call('subscribeMessage.send'), await call('subscribeMessage.send')]).toEqual([
        40003, 45011,
      ])
      expect([
        await call('subscribeMessage.getCategory'),
        await call('subscribeMessage.getCategory'),
      ]).toEqual([0, 45011])
      await given.post('/_emulator/clock', { advanceMs: 60_000 })
      expect(await call('subscribeMessage.send')).toBe(40003)
    } finally {
      await given.stop()
    }
  })
})
