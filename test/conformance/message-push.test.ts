import { cloud, type Probe, startProbe } from './probe'

const ALL = {
  text: 'events',
  user_enter_tempsession: 'events',
  subscribe_msg_popup_event: 'events',
  subscribe_msg_change_event: 'events',
  subscribe_msg_sent_event: 'events',
}

interface Heard {
  event: Record<string, unknown>
  wxContext: Record<string, unknown>
}
/** What the function `events` was called with, in order. */
async function heardBy(given: Probe): Promise<Heard[]> {
  await given.post('/_emulator/settle', {})
  return (await given.logs())
    .filter((row) => row['function'] === 'events')
    .map(({ lines }): Heard => JSON.parse(String(Array.isArray(lines) ? lines[0] : '')))
}
const ITEM = { TemplateId: 'TPL_ORDER', SubscribeStatusString: 'accept', PopupScene: '0' }

describe('as WeChat pushes', () => {
  let given: Probe
  beforeAll(async () => {
    given = await startProbe({ functions: ['events'], world: { messagePush: ALL } })
  })
  afterAll(() => given.stop())
  let before: number
  beforeEach(async () => {
    before = (await heardBy(given)).length
  })

  const heard = async (): Promise<Heard[]> => (await heardBy(given)).slice(before)
  const answer = (answers: Record<string, string>, openid = 'oAlice', keep = false): Promise<unknown> =>
    given.post('/_emulator/prompt', { openid, tmplIds: Object.keys(answers), answers, keep })

  test('one answer is pushed as subscribe_msg_popup_event with List as an object', async () => {
    await answer({ TPL_ORDER: 'accept' })
    expect(await heard()).toMatchObject([
      { event: { MsgType: 'event', Event: 'subscribe_msg_popup_event', FromUserName: 'oAlice', List: ITEM } },
    ])
  })

  test('several answers are pushed at once with List as a list', async () => {
    await answer({ TPL_ORDER: 'accept', TPL_QUEUE: 'reject' })
    const second = { ...ITEM, TemplateId: 'TPL_QUEUE', SubscribeStatusString: 'reject' }
    expect(await heard()).toMatchObject([{ event: { List: [ITEM, second] } }])
  })

  test('CreateTime is a number of seconds, and the account a gh_ id', async () => {
    await answer({ TPL_ORDER: 'accept' })
    const [first] = await heard()
    expect(first?.event['ToUserName']).toMatch(/^gh_/)
    expect(Math.abs(Number(first?.event['CreateTime']) * 1000 - given.emulator.clock.now())).toBeLessThan(
      10_000,
    )
    expect(typeof first?.event['CreateTime']).toBe('number')
  })

  test('a function that an event is pushed to has the person’s OPENID', async () => {
    await answer({ TPL_ORDER: 'accept' })
    expect(await heard()).toMatchObject([{ wxContext: { OPENID: 'oAlice', SOURCE: 'wx_unknown' } }])
  })

  test('of changed settings only refusals are pushed, as subscribe_msg_change_event', async () => {
    const change = (itemSettings: Record<string, string>): Promise<unknown> =>
      given.post('/_emulator/settings?openid=oBob', { itemSettings })
    await change({ TPL_ORDER: 'accept', TPL_QUEUE: 'reject' })
    await change({ TPL_QUEUE: 'accept' })
    expect(await heard()).toMatchObject([
      {
        event: {
          Event: 'subscribe_msg_change_event',
          List: { TemplateId: 'TPL_QUEUE', SubscribeStatusString: 'reject' },
        },
      },
    ])
  })

  test('a delivered message is pushed as subscribe_msg_sent_event with its MsgID as text', async () => {
    await given.accept('oAlice', 'TPL_BUS')
    const data = { thing1: { value: '1路' } }
    await given.run(cloud.openapi.subscribeMessage.send({ touser: 'oAlice', templateId: 'TPL_BUS', data }))
    const [message] = await given.messages('oAlice')
    expect((await heard()).at(-1)).toMatchObject({
      event: {
        Event: 'subscribe_msg_sent_event',
        List: {
          TemplateId: 'TPL_BUS',
          MsgID: message?.['msgid'],
          ErrorCode: '0',
          ErrorStatus: 'success',
        },
      },
    })
  })

  test('what a person writes to customer service is pushed with Content and MsgId', async () => {
    await given.post('/_emulator/customer', { openid: 'oAlice', act: 'message', text: '在吗' })
    expect(await heard()).toMatchObject([
      {
        event: {
          MsgType: 'text',
          Content: '在吗',
          FromUserName: 'oAlice',
          MsgId: expect.stringMatching(/^\d{17}$/),
        },
        wxContext: { OPENID: 'oAlice' },
      },
    ])
  })

  test('who comes into customer service is pushed as user_enter_tempsession', async () => {
    await given.post('/_emulator/customer', { openid: 'oAlice', act: 'enter' })
    expect(await heard()).toMatchObject([{ event: { MsgType: 'event', Event: 'user_enter_tempsession' } }])
  })

  test('an answer without a sheet is not pushed', async () => {
    await answer({ TPL_ORDER: 'accept' }, 'oCarol', true)
    await answer({ TPL_ORDER: 'accept' }, 'oCarol')
    expect(await heard()).toHaveLength(1)
  })

  test('an event that is answered with success comes once', async () => {
    await answer({ TPL_ORDER: 'accept' })
    expect(await heard()).toHaveLength(1)
  })
})

describe('otherwise', () => {
  const REFUSE = { events: { REFUSE: '9' } }
  const answer = (given: Probe): Promise<unknown> =>
    given.post('/_emulator/prompt', {
      openid: 'oAlice',
      tmplIds: ['TPL_ORDER'],
      answers: { TPL_ORDER: 'accept' },
      keep: true,
    })
  const withProbe = async (
    options: Parameters<typeof startProbe>[0],
    check: (given: Probe) => Promise<void>,
  ): Promise<void> => {
    const given = await startProbe({ functions: ['events'], ...options })
    try {
      await check(given)
    } finally {
      await given.stop()
    }
  }

  test('an event that is never answered with success comes three times', async () => {
    await withProbe({ functionEnv: REFUSE, world: { messagePush: ALL } }, async (given) => {
      await answer(given)
      expect(await heardBy(given)).toHaveLength(3)
    })
  })

  test('an event goes only to the function that is named for it', async () => {
    await withProbe({ world: { messagePush: { subscribe_msg_change_event: 'events' } } }, async (given) => {
      await answer(given)
      expect(await heardBy(given)).toEqual([])
    })
  })

  test('silentAnswersArePushed on: an answer without a sheet is pushed', async () => {
    const behaviour = { silentAnswersArePushed: true }
    await withProbe({ world: { messagePush: ALL, behaviour } }, async (given) => {
      await answer(given)
      await answer(given)
      expect(await heardBy(given)).toHaveLength(2)
    })
  })

  test('pushTries and pushSource say how often an event comes, and from where', async () => {
    const behaviour = { pushTries: 2, pushSource: 'wx_client' }
    await withProbe({ functionEnv: REFUSE, world: { messagePush: ALL, behaviour } }, async (given) => {
      await answer(given)
      expect((await heardBy(given)).map(({ wxContext }) => wxContext['SOURCE'])).toEqual([
        'wx_client',
        'wx_client',
      ])
    })
  })
})
