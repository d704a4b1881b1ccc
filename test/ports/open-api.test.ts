/** One suite for the OpenApi port; every adapter passes it, with the emulator as WeChat. */
import { answerOf } from '../../core/delivery/errcodes'
import { DEFAULT_SDK, SDK_VERSIONS, type SdkVersion } from '../support/emulator'
import type { OutgoingMessage } from '../../core/ports'
import type { WorldInput } from '../../emulator/world'
import { message, type Opened, openOn } from './open-api-emulator'

const adapters: [name: string, adapter: SdkVersion | 'https'][] = [
  ...SDK_VERSIONS.map((sdk): (typeof adapters)[number] => [`cloud call of wx-server-sdk ${sdk}`, sdk]),
  ['https', 'https'],
]

describe.each(adapters)('%s', (_name, adapter) => {
  let opened: Opened
  beforeAll(async () => {
    const world: Partial<WorldInput> = {
      behaviour: { sendTakesMs: 20 },
      era: '2019',
      sensitiveWords: ['违禁词'],
    }
    opened = await openOn(adapter, adapter === 'https' ? DEFAULT_SDK : adapter, world)
  }, 30_000)
  afterAll(() => opened.close())
  afterEach(() => opened.emulator.post('/_emulator/faults', { rules: [] }))

  const fault = (effect: Record<string, unknown>) =>
    opened.emulator.post('/_emulator/faults', {
      rules: [{ on: 'subscribeMessage.send', times: 1, effect }],
    })
  const accept = (openid = 'oAlice') => opened.emulator.accept(openid, 'TPL_BUS')

  test('a message arrives as it was given, and its 19-digit id exactly', async () => {
    await accept()
    const given = message({
      language: 'en_US',
      miniprogramState: 'trial',
      page: 'pages/index/index?a=1&b=天',
    })
    const [answer] = await opened.send(given)
    const delivered = (await opened.emulator.messages('oAlice')).at(-1)
    expect(answer).toEqual({ code: 0, text: 'ok', msgid: delivered?.['msgid'] })
    expect(answer?.msgid).toMatch(/^\d{19}$/)
    expect(delivered).toMatchObject({
      page: given.page,
      lang: 'en_US',
      miniprogramState: 'trial',
      lines: [{ key: 'thing1', value: '1路' }],
    })
  })

  test('a message without a page does not jump', async () => {
    await accept()
    await opened.send(message())
    expect((await opened.emulator.messages('oAlice')).at(-1)).toMatchObject({ page: '' })
  })

  test.each([
    [43101, 'a person who has not subscribed', {}],
    [47003, 'a value that breaks its rule', { data: { thing1: 'x'.repeat(21) } }],
    [40003, 'an openid of nobody', { openid: 'oNobodyAtAll' }],
    [40037, 'a template that there is not', { templateId: 'TPL_NOWHERE' }],
    [41030, 'a page that there is not', { page: 'pages/nowhere' }],
  ])("%i is WeChat's answer to %s", async (code, _name, over) => {
    const [answer] = await opened.send(message({ openid: 'oBob', ...over }))
    expect(answer).toMatchObject({ code, text: expect.stringMatching(/\w/) })
    expect(answer).not.toHaveProperty('msgid')
  })

  test('47003 names the keyword', async () => {
    await accept()
    const [answer] = await opened.send(message({ data: { thing1: '' } }))
    expect(answer?.text).toMatch(/data\.thing1\.val/)
  })

  test('of messages to one person at once all but one at a time are 43108', async () => {
    await accept('oCarol')
    const answers = await opened.send(...Array.from({ length: 20 }, () => message({ openid: 'oCarol' })))
    expect(new Set(answers.map(({ code }) => code))).toEqual(new Set([0, 43108]))
  })

  test.each([
    ['is dropped', { kind: 'drop', when: 'after' }],
    ['is lost in the gateway', { kind: 'errcode', errcode: -1, when: 'after' }],
  ])('where the answer %s it is unknown whether the message went, and it did', async (_name, effect) => {
    await accept()
    const before = (await opened.emulator.messages('oAlice')).length
    await fault(effect)
    const [answer] = await opened.send(message())
    expect(answerOf(answer?.code ?? 0)).toMatchObject({ outcome: 'unknown', grant: 'keep' })
    expect(answer?.text).toMatch(/\w/)
    expect(await opened.emulator.messages('oAlice')).toHaveLength(before + 1)
  })

  test.each([45009, 45011, 43107, 48001])('%i is told as it is', async (errcode) => {
    await fault({ kind: 'errcode', errcode })
    expect(await opened.send(message())).toMatchObject([{ code: errcode }])
  })

  describe('a template message of old', () => {
    const notice = (formId: string): OutgoingMessage =>
      message({
        channel: 'template',
        templateId: 'TPL_LEGACY',
        data: { keyword1: '一号店', keyword2: '毛巾' },
        page: 'index?a=1',
        formId,
        emphasis: 'keyword2',
      })

    test('arrives with its large keyword, and its formId is good once', async () => {
      const { formId } = Object(await opened.emulator.post('/_emulator/formid', { openid: 'oAlice' }))
      expect(await opened.send(notice(String(formId)))).toMatchObject([{ code: 0, text: 'ok' }])
      expect((await opened.emulator.messages('oAlice')).at(-1)).toMatchObject({
        channel: 'template',
        page: 'index?a=1',
        emphasis: 'keyword2',
        lines: [
          { key: 'keyword1', value: '一号店' },
          { key: 'keyword2', value: '毛巾' },
        ],
      })
      expect(await opened.send(notice(String(formId)))).toMatchObject([{ code: 41029 }])
    })

    test('with a formId that is none is 41028', async () => {
      expect(await opened.send(notice('nonsense'))).toMatchObject([{ code: 41028 }])
    })
  })

  describe('a message of customer service', () => {
    const answer = (data: Record<string, string>): OutgoingMessage =>
      message({ channel: 'customer', templateId: '', openid: 'oBob', data })

    test.each([
      [{ kind: 'text', text: '您好' }, ['您好'], ''],
      [
        { kind: 'link', title: '订单', description: '进度', url: 'https://example.com/1' },
        ['订单', '进度', 'https://example.com/1'],
        '',
      ],
      [{ kind: 'page', title: '订单', page: 'index?o=1', thumbMediaId: 'm1' }, ['订单'], 'index?o=1'],
    ])('%j arrives', async (data, lines, page) => {
      await opened.emulator.post('/_emulator/customer', { openid: 'oBob', act: 'message' })
      expect(await opened.send(answer(data))).toMatchObject([{ code: 0 }])
      const delivered = (await opened.emulator.messages('oBob')).at(-1)
      expect(delivered).toMatchObject({ channel: 'customer', page, lines: lines.map((value) => ({ value })) })
    })

    test('an answer to somebody who never wrote is 45015', async () => {
      const [refused] = await opened.send({ ...answer({ kind: 'text', text: '您好' }), openid: 'oCarol' })
      expect(refused).toMatchObject({ code: 45015 })
    })
  })

  test.each([
    ['你好', 'oAlice', { suggest: 'pass' }],
    ['含违禁词', 'oAlice', { suggest: 'risky' }],
    ['你好', 'oNobody', { code: 43104 }],
  ])('of "%s" by %s the check says %j', async (content, openid, verdict) => {
    expect(await opened.check(content, openid)).toMatchObject(verdict)
  })

  test('87014 is risky, and a check that fails is a code', async () => {
    const fail = (errcode: number) =>
      opened.emulator.post('/_emulator/faults', {
        rules: [{ on: 'security.msgSecCheck', times: 1, effect: { kind: 'errcode', errcode } }],
      })
    await fail(87014)
    expect(await opened.check('你好')).toEqual({ suggest: 'risky' })
    await fail(44991)
    expect(await opened.check('你好')).toMatchObject({ code: 44991 })
  })

  test('a hundred messages at once have each their answer', async () => {
    const answers = await opened.send(
      ...Array.from({ length: 100 }, (_, at) => message({ openid: `oNobody${at}` })),
    )
    expect(answers.map(({ code }) => code)).toEqual(Array.from({ length: 100 }, () => 40003))
  })
})
