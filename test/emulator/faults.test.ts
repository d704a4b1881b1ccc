import { SDK_VERSIONS, startTestEmulator, type TestEmulator } from '../support/emulator'

let given: TestEmulator
async function start(options: Parameters<typeof startTestEmulator>[0] = {}): Promise<void> {
  given = await startTestEmulator({
    functions: ['notify', 'reader', 'tick', 'events', 'caller', 'whoami'],
    ...options,
  })
}
afterEach(() => given.stop())

const faults = (rules: unknown[], seed = 1): Promise<unknown> =>
  given.post('/_emulator/faults', { seed, rules })
const notify = (openid = 'oAlice'): Promise<Record<string, unknown>> => given.result('notify', {}, openid)

test('without rules nothing happens, and rules can be taken back', async () => {
  await start()
  expect(await given.get('/_emulator/faults')).toEqual({ seed: 1, rules: [] })
  await faults([{ on: '*', effect: { kind: 'code', code: 'SYS_ERR' } }])
  await faults([])
  await given.accept('oAlice', 'TPL_ORDER')
  expect(await notify()).toMatchObject({ errCode: 0 })
})

test.each(SDK_VERSIONS)('an errcode befalls chosen people, and nothing is spent (SDK %s)', async (sdk) => {
  await start({ sdk })
  await given.accept('oAlice', 'TPL_ORDER')
  await given.accept('oBob', 'TPL_ORDER')
  await faults([
    { on: 'subscribeMessage.send', openids: ['oBob'], effect: { kind: 'errcode', errcode: 45009 } },
  ])
  expect(await notify('oBob')).toMatchObject({
    errCode: 45009,
    errMsg: expect.stringContaining('reach max api daily quota limit'),
  })
  expect(await notify('oAlice')).toMatchObject({ errCode: 0 })
  expect(await given.get('/_emulator/stats')).toMatchObject({ sends: { 0: 1, 45009: 1 } })
  await faults([])
  expect(await notify('oBob')).toMatchObject({ errCode: 0 })
})

test('a rule can spare the first ones and end after some', async () => {
  await start()
  const rule = { on: 'subscribeMessage.*', skip: 1, times: 2, effect: { kind: 'errcode', errcode: -1 } }
  await faults([rule])
  const codes: unknown[] = []
  for (let count = 0; count < 5; count++) codes.push((await notify())['errCode'])
  expect(codes).toEqual([43101, -1, -1, 43101, 43101])
  expect(await given.get('/_emulator/faults')).toMatchObject({ rules: [{ seen: 5, done: 2 }] })
})

test('the same seed gives the same run, another seed another', async () => {
  await start()
  const run = async (seed: number): Promise<string> => {
    await faults([{ on: 'subscribeMessage.send', rate: 0.5, effect: { kind: 'errcode', errcode: -1 } }], seed)
    const codes: unknown[] = []
    for (let count = 0; count < 20; count++) codes.push((await notify())['errCode'])
    return codes.join()
  }
  const first = await run(7)
  expect(await run(7)).toBe(first)
  expect(await run(8)).not.toBe(first)
})

test.each(SDK_VERSIONS)(
  'a message whose answer is dropped was delivered all the same (SDK %s)',
  async (sdk) => {
    await start({ sdk })
    await given.accept('oAlice', 'TPL_ORDER')
    await faults([{ on: 'subscribeMessage.send', times: 1, effect: { kind: 'drop', when: 'after' } }])
    const reply = await notify()
    expect(reply['errCode']).not.toBe(0)
    expect(await given.messages('oAlice')).toHaveLength(1)
  },
)

test('a message dropped before is not delivered', async () => {
  await start()
  await given.accept('oAlice', 'TPL_ORDER')
  await faults([{ on: 'subscribeMessage.send', times: 1, effect: { kind: 'drop', when: 'before' } }])
  await notify()
  expect(await given.messages('oAlice')).toEqual([])
  expect(await notify()).toMatchObject({ errCode: 0 })
})

test('an answer that never comes ends in the function’s timeout', async () => {
  await start()
  await given.accept('oAlice', 'TPL_ORDER')
  await faults([{ on: 'subscribeMessage.send', effect: { kind: 'hang', when: 'after' } }])
  expect(await given.call('notify')).toMatchObject({ ok: false, errCode: -504003 })
  expect(await given.messages('oAlice')).toHaveLength(1)
})

test.each(['before', 'after'] as const)('an instance is killed %s a chosen call', async (when) => {
  await start()
  await given.result('reader', { create: true })
  await faults([{ on: 'database.insertDocument', times: 1, effect: { kind: 'kill', when } }])
  const killed = await given.call('reader')
  expect(killed).toMatchObject({ ok: false, errCode: -504002 })
  expect(killed.errMsg).toMatch(/process was killed by SIGKILL/)
  const { data } = await given.result('reader')
  expect(data).toHaveLength(when === 'after' ? 3 : 2)
})

test('a database error carries its code', async () => {
  await start()
  await faults([
    { on: 'database.*', effect: { kind: 'code', code: 'DATABASE_REQUEST_FAILED', message: 'down' } },
  ])
  expect((await given.call('reader')).errMsg).toMatch(/-502001 database request fail.*down/)
})

test('a delay holds a call up and changes nothing else', async () => {
  await start()
  await faults([{ on: 'functions.invokeFunction', effect: { kind: 'delay', minMs: 20, maxMs: 30 } }])
  const began = performance.now()
  expect(await given.result('caller', { name: 'whoami', data: {} })).toMatchObject({
    res: { errMsg: 'callFunction:ok' },
  })
  expect(performance.now() - began).toBeGreaterThanOrEqual(19)
})

test.each<[string, unknown, number]>([
  ['misses', { kind: 'miss' }, 1],
  ['fires twice', { kind: 'double' }, 3],
  ['fires late', { kind: 'late', ms: 90 * 60_000 }, 2],
])('a timer %s', async (_, effect, firings) => {
  await start({ systemNow: () => Date.parse('2026-11-21T10:30:00+08:00') })
  await faults([{ on: 'timer:tick', times: 1, effect }])
  await given.post('/_emulator/clock', { advanceMs: 2 * 3_600_000 })
  const logs = await given.logs()
  expect(logs).toHaveLength(firings)
  // The late firing of 11:00 comes at 12:30, after that of 12:00.
  if (JSON.stringify(effect).includes('late'))
    expect(logs.map(({ at }) => at)).toEqual([at('12:00'), at('12:30')])
})
const at = (time: string): number => Date.parse(`2026-11-21T${time}:00+08:00`)

test.each<[string, unknown, number]>([
  ['lost', { kind: 'miss' }, 0],
  ['doubled', { kind: 'double' }, 2],
])('a push is %s', async (_, effect, times) => {
  await start({ world: { messagePush: { subscribe_msg_popup_event: 'events' } } })
  await faults([{ on: 'push:subscribe_msg_popup_event', effect }])
  await given.accept('oAlice', 'TPL_ORDER')
  await given.post('/_emulator/settle', {})
  expect(await given.logs()).toHaveLength(times)
})

test('faults reach the HTTPS door too', async () => {
  await start()
  await faults([{ on: '/cgi-bin/token', effect: { kind: 'errcode', errcode: 45011, errmsg: 'too often' } }])
  expect(await given.get('/cgi-bin/token')).toMatchObject({
    errcode: 45011,
    errmsg: expect.stringMatching(/^too often rid/),
  })
})

test('a rule that makes no sense is refused by field', async () => {
  await start()
  expect(await faults([{ on: 'x', effect: { kind: 'explode' } }])).toMatchObject({
    error: { code: 'INVALID_BODY', message: expect.stringContaining('rules.0.effect') },
  })
})
