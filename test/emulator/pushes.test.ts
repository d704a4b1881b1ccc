import { startTestEmulator, type TestEmulator } from '../support/emulator'

const ALL = {
  subscribe_msg_popup_event: 'events',
  subscribe_msg_change_event: 'events',
  subscribe_msg_sent_event: 'events',
}

let given: TestEmulator
async function start(options: Parameters<typeof startTestEmulator>[0] = {}): Promise<void> {
  given = await startTestEmulator({
    functions: ['events', 'notify'],
    world: { messagePush: ALL },
    ...options,
  })
}
afterEach(() => given.stop())

/** What the function heard, in order. */
async function heard(): Promise<{ event: Record<string, unknown>; wxContext: unknown }[]> {
  await given.post('/_emulator/settle', {})
  return (await given.logs())
    .filter((row) => row['function'] === 'events')
    .map(({ lines }) => JSON.parse(String(Array.isArray(lines) ? lines[0] : '')))
}

test('one answer is pushed with List as an object, several with List as a list', async () => {
  await start()
  await given.accept('oAlice', 'TPL_ORDER')
  await given.post('/_emulator/prompt', {
    openid: 'oBob',
    tmplIds: ['TPL_ORDER', 'TPL_QUEUE'],
    answers: { TPL_QUEUE: 'accept' },
  })
  const item = { TemplateId: 'TPL_ORDER', SubscribeStatusString: 'accept', PopupScene: '0' }
  expect(await heard()).toEqual([
    {
      event: {
        ToUserName: expect.stringMatching(/^gh_/),
        FromUserName: 'oAlice',
        CreateTime: expect.any(Number),
        MsgType: 'event',
        Event: 'subscribe_msg_popup_event',
        List: item,
      },
      wxContext: expect.objectContaining({ OPENID: 'oAlice', SOURCE: 'wx_unknown' }),
    },
    expect.objectContaining({
      event: expect.objectContaining({
        FromUserName: 'oBob',
        List: [
          { ...item, SubscribeStatusString: 'reject' },
          { ...item, TemplateId: 'TPL_QUEUE' },
        ],
      }),
    }),
  ])
})

test('a delivered message is pushed with its msgid as text', async () => {
  await start()
  await given.accept('oAlice', 'TPL_ORDER')
  await given.result('notify')
  const [message] = await given.messages('oAlice')
  expect((await heard()).at(-1)).toMatchObject({
    event: {
      Event: 'subscribe_msg_sent_event',
      List: { TemplateId: 'TPL_ORDER', MsgID: message?.['msgid'], ErrorCode: '0', ErrorStatus: 'success' },
    },
  })
})

test('of changed settings only refusals are pushed', async () => {
  await start()
  const change = { itemSettings: { TPL_ORDER: 'accept', TPL_QUEUE: 'reject', TPL_BUS: null } }
  await given.post('/_emulator/settings?openid=oAlice', change)
  await given.post('/_emulator/settings?openid=oAlice', { itemSettings: { TPL_ORDER: 'accept' } })
  expect(await heard()).toMatchObject([
    {
      event: {
        Event: 'subscribe_msg_change_event',
        List: { TemplateId: 'TPL_QUEUE', SubscribeStatusString: 'reject' },
      },
    },
  ])
})

test('an answer without a sheet is pushed only where the world says so', async () => {
  await start()
  const keep = { openid: 'oAlice', tmplIds: ['TPL_ORDER'], answers: { TPL_ORDER: 'accept' }, keep: true }
  await given.post('/_emulator/prompt', keep)
  await given.post('/_emulator/prompt', keep)
  expect(await heard()).toHaveLength(1)
  await given.stop()
  await start({ world: { messagePush: ALL, behaviour: { silentAnswersArePushed: true } } })
  await given.post('/_emulator/prompt', keep)
  await given.post('/_emulator/prompt', keep)
  expect(await heard()).toHaveLength(2)
})

test.each([
  [1, 2],
  [5, 3],
])('an event that is not answered with success %i times comes %i times', async (refusals, times) => {
  await start({ functionEnv: { events: { REFUSE: String(refusals) } } })
  await given.accept('oAlice', 'TPL_ORDER')
  expect(await heard()).toHaveLength(times)
})

test('an event that no function is named for is not pushed', async () => {
  await start({ world: { messagePush: { subscribe_msg_change_event: 'events' } } })
  await given.accept('oAlice', 'TPL_ORDER')
  expect(await heard()).toEqual([])
})
