import { SDK_VERSIONS, startTestEmulator, type TestEmulator } from '../support/emulator'

describe.each(SDK_VERSIONS)('subscribeMessage.send through SDK %s', (version) => {
  let given: TestEmulator
  beforeEach(async () => {
    given = await (started ??= startTestEmulator({ sdk: version, functions: ['notify', 'unpermitted'] }))
  })
  let started: Promise<TestEmulator> | undefined
  afterAll(async () => (await started)?.stop())

  /** A person of one test only, so that tests do not share grants. */
  const send = (message: Record<string, unknown> = {}, openid = 'oAlice'): Promise<Record<string, unknown>> =>
    given.result('notify', { message }, openid)

  test('one accept is one message', async () => {
    await given.accept('oCarol', 'TPL_ORDER')
    const before = (await given.messages('oCarol')).length
    expect(await send({}, 'oCarol')).toMatchObject({ errCode: 0, errMsg: 'openapi.subscribeMessage.send:ok' })
    expect(await send({}, 'oCarol')).toMatchObject({ errCode: 43101 })
    expect(await given.messages('oCarol')).toHaveLength(before + 1)
  })

  test('a message arrives as a card with labels, page and time', async () => {
    await given.accept('oAlice', 'TPL_ORDER')
    await send()
    expect((await given.messages('oAlice')).at(-1)).toMatchObject({
      openid: 'oAlice',
      templateId: 'TPL_ORDER',
      title: '订单发货通知',
      page: 'index?orderId=1',
      miniprogramState: 'developer',
      lang: 'zh_CN',
      channel: 'subscribe',
      msgid: expect.stringMatching(/^\d{19}$/),
      lines: [
        { label: '商品名称', key: 'thing1', value: '毛巾' },
        { label: '订单编号', key: 'character_string2', value: 'A-1' },
        { label: '发货时间', key: 'date3', value: '2019年10月1日' },
      ],
    })
  })

  const data = (changes: Record<string, unknown>): Record<string, unknown> => ({
    thing1: { value: '毛巾' },
    character_string2: { value: 'A-1' },
    date3: { value: '2019年10月1日' },
    ...changes,
  })

  // Each refusal as WeChat lists it (wechat.md §1.3); nothing is spent by any of them.
  test.each<[string, number, RegExp, Record<string, unknown>]>([
    ['an unknown openid', 40003, /invalid openid/, { touser: 'oNobody' }],
    ['no openid', 40003, /invalid openid/, { touser: '' }],
    ['an unknown template', 40037, /invalid template_id/, { templateId: 'TPL_NONE' }],
    ['a banned template', 43107, /banned/, { templateId: 'TPL_BANNED' }],
    ['a page that is not released', 41030, /invalid page/, { page: 'pages/nowhere' }],
    ['a page with a leading slash', 41030, /invalid page/, { page: '/index' }],
    ['a missing value', 47003, /data\.date3\.value is empty/, { data: data({ date3: undefined }) }],
    ['an empty value', 47003, /data\.thing1\.value is empty/, { data: data({ thing1: { value: '' } }) }],
    [
      'a value that is too long',
      47003,
      /data\.thing1\.value invalid/,
      { data: data({ thing1: { value: '长'.repeat(21) } }) },
    ],
    [
      'a value of the wrong type',
      47003,
      /data\.character_string2\.value invalid/,
      { data: data({ character_string2: { value: '订单' } }) },
    ],
    ['data as a string', 47003, /data\.thing1\.value is empty/, { data: JSON.stringify(data({})) }],
    ['an unknown state', 40097, /invalid args/, { miniprogramState: 'beta' }],
    ['an unknown language', 40097, /invalid args/, { lang: 'fr' }],
  ])('%s is refused with %i and spends nothing', async (_, errCode, text, message) => {
    await given.accept('oBob', 'TPL_ORDER')
    const refused = await send({ touser: 'oBob', ...message }, 'oBob')
    expect(refused).toMatchObject({ errCode })
    expect(refused['errMsg']).toMatch(text)
    expect(refused['errMsg']).toMatch(
      /^openapi\.subscribeMessage\.send:fail .* rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$/,
    )
    expect(await send({}, 'oBob')).toMatchObject({ errCode: 0 })
  })

  test('nothing accepted is 43101', async () => {
    const refused = await send({ templateId: 'TPL_QUEUE', data: QUEUE }, 'oCarol')
    expect(refused).toMatchObject({ errCode: 43101 })
    expect(refused['errMsg']).toMatch(/user refuse to accept the msg/)
  })

  test('an enum keyword takes only what the template lists', async () => {
    await given.accept('oAlice', 'TPL_QUEUE')
    const wrong = { ...QUEUE, enum_string3: { value: '电话' } }
    expect(await send({ templateId: 'TPL_QUEUE', data: wrong })).toMatchObject({
      errCode: 47003,
      errMsg: expect.stringContaining('data.enum_string3.value'),
    })
    expect(await send({ templateId: 'TPL_QUEUE', data: QUEUE })).toMatchObject({ errCode: 0 })
  })

  test('an API that config.json does not permit is -604101', async () => {
    expect(await given.result('unpermitted')).toMatchObject({ errCode: -604101 })
  })

  test('an API that does not exist is -604100', async () => {
    expect(await given.result('unpermitted', { misspelt: true })).toMatchObject({ errCode: -604100 })
  })

  test('with the main switch off, what was granted cannot be sent', async () => {
    await given.accept('oBob', 'TPL_ORDER')
    await given.post('/_emulator/settings?openid=oBob', { mainSwitch: false })
    expect(await send({}, 'oBob')).toMatchObject({ errCode: 43101 })
    await given.post('/_emulator/settings?openid=oBob', { mainSwitch: true })
    expect(await send({}, 'oBob')).toMatchObject({ errCode: 0 })
  })

  test('a long-term template is accepted once and sends many', async () => {
    const message = { templateId: 'TPL_BUS', data: { thing1: { value: '1路' } } }
    expect(await send(message)).toMatchObject({ errCode: 43101 })
    await given.accept('oAlice', 'TPL_BUS')
    expect(await send(message)).toMatchObject({ errCode: 0 })
    expect(await send(message)).toMatchObject({ errCode: 0 })
    await given.post('/_emulator/settings?openid=oAlice', { itemSettings: { TPL_BUS: 'reject' } })
    expect(await send(message)).toMatchObject({ errCode: 43101 })
    await given.post('/_emulator/settings?openid=oAlice', { itemSettings: { TPL_BUS: null } })
  })
})

const QUEUE = { thing1: { value: '一号店' }, phrase2: { value: '已叫号' }, enum_string3: { value: '网上' } }

describe('what stays', () => {
  test('grants, choices, messages and the clock outlive the emulator', async () => {
    let given = await startTestEmulator({ functions: ['notify'] })
    try {
      await given.accept('oAlice', 'TPL_ORDER')
      await given.accept('oAlice', 'TPL_ORDER')
      await given.result('notify')
      await given.post('/_emulator/settings?openid=oAlice', { itemSettings: { TPL_QUEUE: 'reject' } })
      await given.post('/_emulator/clock', { advanceMs: 86_400_000 })
      const before = await given.messages('oAlice')
      const now = given.emulator.clock.now()
      given = await given.restart()
      expect(await given.messages('oAlice')).toEqual(before)
      expect(await given.get('/_emulator/settings?openid=oAlice')).toEqual({
        mainSwitch: true,
        itemSettings: { TPL_QUEUE: 'reject' },
      })
      expect(given.emulator.clock.now()).toBeGreaterThanOrEqual(now)
      expect(await given.result('notify')).toMatchObject({ errCode: 0 })
      expect(await given.result('notify')).toMatchObject({ errCode: 43101 })
    } finally {
      await given.stop()
    }
  })

  test('message ids grow, and after= gives only what is new', async () => {
    const given = await startTestEmulator({ functions: ['notify'] })
    try {
      for (const openid of ['oAlice', 'oBob', 'oAlice']) {
        await given.accept(openid, 'TPL_ORDER')
        await given.result('notify', {}, openid)
      }
      expect((await given.messages('oAlice')).map(({ id }) => id)).toEqual([1, 3])
      expect(await given.get('/_emulator/messages?after=2')).toMatchObject({
        messages: [{ id: 3, openid: 'oAlice' }],
      })
    } finally {
      await given.stop()
    }
  })
})

describe.each(SDK_VERSIONS)('templateMessage.send through SDK %s', (version) => {
  const formIdOf = async (given: TestEmulator, openid = 'oAlice'): Promise<unknown> => {
    const reply = await given.post('/_emulator/formid', { openid })
    return typeof reply === 'object' && reply !== null && 'formId' in reply ? reply.formId : undefined
  }

  test('is unsupported today', async () => {
    const given = await startTestEmulator({ sdk: version, functions: ['legacy-notify'] })
    try {
      const formId = await formIdOf(given)
      expect(await given.result('legacy-notify', { formId })).toMatchObject({
        errCode: 45103,
        errMsg: expect.stringContaining('This API has been unsupported'),
      })
    } finally {
      await given.stop()
    }
  })

  test('in 2019 one formId sends one message within 7 days', async () => {
    const given = await startTestEmulator({
      sdk: version,
      functions: ['legacy-notify'],
      world: { era: '2019' },
    })
    try {
      const formId = await formIdOf(given)
      expect(await given.result('legacy-notify', { formId })).toMatchObject({
        errCode: 0,
        errMsg: 'openapi.templateMessage.send:ok',
      })
      expect(await given.messages('oAlice')).toMatchObject([
        {
          channel: 'template',
          title: '购买成功通知',
          emphasis: 'keyword1',
          lines: [
            { label: '购买地点', key: 'keyword1', value: '广州' },
            { label: '物品名称', key: 'keyword2', value: '毛巾' },
          ],
        },
      ])
      expect(await given.result('legacy-notify', { formId })).toMatchObject({ errCode: 41029 })
      expect(await given.result('legacy-notify', { formId: 'nonsense' })).toMatchObject({ errCode: 41028 })
      expect(await given.result('legacy-notify', { formId: await formIdOf(given, 'oBob') })).toMatchObject({
        errCode: 41028,
      })
      const late = await formIdOf(given)
      await given.post('/_emulator/clock', { advanceMs: 7 * 86_400_000 })
      expect(await given.result('legacy-notify', { formId: late })).toMatchObject({ errCode: 41028 })
      expect(await given.messages('oAlice')).toHaveLength(1)
    } finally {
      await given.stop()
    }
  })
})
