import { fixtureWorld, SDK_VERSIONS, startTestEmulator, type TestEmulator } from '../support/emulator'

let given: TestEmulator
const faults = (rules: unknown[], seed = 1): Promise<unknown> =>
  given.post('/_emulator/faults', { seed, rules })
const errcode = (code: number): unknown => ({ kind: 'errcode', errcode: code })

describe.each(SDK_VERSIONS)('faults of calls, on SDK %s', (version) => {
  // Each test has people of its own, so that none meets another's grants.
  let taken = 0
  const person = (): string => `oPerson${taken++}`

  beforeAll(async () => {
    const people = Array.from({ length: 60 }, (_, index) => ({ openid: `oPerson${index}`, nickname: 'x' }))
    given = await startTestEmulator({
      sdk: version,
      functions: ['notify', 'hasty', 'reader', 'caller', 'whoami'],
      world: { people: [...fixtureWorld().people, ...people] },
    })
    await given.result('reader', { create: true })
  })
  afterEach(() => faults([]))
  afterAll(() => given.stop())

  const notify = (openid: string): Promise<Record<string, unknown>> => given.result('notify', {}, openid)
  const codes = async (openid: string, count: number): Promise<unknown[]> => {
    const found: unknown[] = []
    while (found.length < count) found.push((await notify(openid))['errCode'])
    return found
  }

  test('without rules nothing happens, and rules can be taken back', async () => {
    const openid = person()
    expect(await given.get('/_emulator/faults')).toMatchObject({ rules: [] })
    await faults([{ on: '*', effect: { kind: 'code', code: 'SYS_ERR' } }])
    await faults([])
    await given.accept(openid, 'TPL_ORDER')
    expect(await notify(openid)).toMatchObject({ errCode: 0 })
  })

  test('an errcode befalls chosen people, and nothing is spent', async () => {
    const [struck, spared] = [person(), person()]
    for (const openid of [struck, spared]) await given.accept(openid, 'TPL_ORDER')
    await faults([{ on: 'subscribeMessage.send', openids: [struck], effect: errcode(45009) }])
    expect(await notify(struck)).toMatchObject({
      errCode: 45009,
      errMsg: expect.stringContaining('reach max api daily quota limit'),
    })
    expect(await notify(spared)).toMatchObject({ errCode: 0 })
    expect(await given.get('/_emulator/stats')).toMatchObject({ sends: { 45009: 1 } })
    await faults([])
    expect(await notify(struck)).toMatchObject({ errCode: 0 })
  })

  test('a rule can spare the first ones and end after some', async () => {
    await faults([{ on: 'subscribeMessage.*', skip: 1, times: 2, effect: errcode(-1) }])
    expect(await codes(person(), 5)).toEqual([43101, -1, -1, 43101, 43101])
    expect(await given.get('/_emulator/faults')).toMatchObject({ rules: [{ seen: 5, done: 2 }] })
  })

  test('the same seed gives the same run, another seed another', async () => {
    const openid = person()
    const run = async (seed: number): Promise<unknown[]> => {
      await faults([{ on: 'subscribeMessage.send', rate: 0.5, effect: errcode(-1) }], seed)
      return codes(openid, 20)
    }
    const first = await run(7)
    expect(await run(7)).toEqual(first)
    expect(await run(8)).not.toEqual(first)
  })

  test('a message whose answer is dropped was delivered all the same', async () => {
    const openid = person()
    await given.accept(openid, 'TPL_ORDER')
    await faults([{ on: 'subscribeMessage.send', times: 1, effect: { kind: 'drop', when: 'after' } }])
    expect(await notify(openid)).not.toMatchObject({ errCode: 0 })
    expect(await given.messages(openid)).toHaveLength(1)
  })

  test('a message dropped before is not delivered', async () => {
    const openid = person()
    await given.accept(openid, 'TPL_ORDER')
    await faults([{ on: 'subscribeMessage.send', times: 1, effect: { kind: 'drop', when: 'before' } }])
    await notify(openid)
    expect(await given.messages(openid)).toEqual([])
    expect(await notify(openid)).toMatchObject({ errCode: 0 })
  })

  test('an answer that never comes ends in the function’s timeout', async () => {
    const openid = person()
    await given.accept(openid, 'TPL_ORDER')
    await faults([{ on: 'subscribeMessage.send', effect: { kind: 'hang', when: 'after' } }])
    expect(await given.call('hasty', {}, openid)).toMatchObject({ ok: false, errCode: -504003 })
    expect(await given.messages(openid)).toHaveLength(1)
  })

  test.each(['before', 'after'] as const)('an instance is killed %s a chosen call', async (when) => {
    const openid = person()
    await faults([{ on: 'database.insertDocument', times: 1, effect: { kind: 'kill', when } }])
    const killed = await given.call('reader', {}, openid)
    expect(killed).toMatchObject({ ok: false, errCode: -504002 })
    expect(killed.errMsg).toMatch(/process was killed by SIGKILL/)
    const { data } = await given.result('reader', {}, openid)
    expect(data).toHaveLength(when === 'after' ? 2 : 1)
  })

  test('a database error carries its code', async () => {
    const effect = { kind: 'code', code: 'DATABASE_REQUEST_FAILED', message: 'down' }
    await faults([{ on: 'database.*', effect }])
    expect((await given.call('reader')).errMsg).toMatch(/-502001 database request fail.*down/)
  })

  test('a delay holds a call up and changes nothing else', async () => {
    await faults([{ on: 'functions.invokeFunction', effect: { kind: 'delay', minMs: 20, maxMs: 30 } }])
    const began = performance.now()
    const reply = await given.result('caller', { name: 'whoami', data: {} })
    expect(reply).toMatchObject({ res: { errMsg: 'callFunction:ok' } })
    expect(performance.now() - began).toBeGreaterThanOrEqual(19)
  })

  test('faults reach the HTTPS door too', async () => {
    await faults([{ on: '/cgi-bin/token', effect: { kind: 'errcode', errcode: 45011, errmsg: 'too often' } }])
    expect(await given.get('/cgi-bin/token')).toMatchObject({
      errcode: 45011,
      errmsg: expect.stringMatching(/^too often rid/),
    })
  })

  test('a rule that makes no sense is refused by field', async () => {
    expect(await faults([{ on: 'x', effect: { kind: 'explode' } }])).toMatchObject({
      error: { code: 'INVALID_BODY', message: expect.stringContaining('rules.0.effect') },
    })
  })
})

describe('faults of timers and pushes', () => {
  afterEach(() => given.stop())
  const at = (time: string): number => Date.parse(`2026-11-21T${time}+08:00`)

  test.each<[string, unknown, string[]]>([
    ['misses', { kind: 'miss' }, ['10:02:00']],
    ['fires twice', { kind: 'double' }, ['10:01:00', '10:01:00', '10:02:00']],
    ['fires late, after the next', { kind: 'late', ms: 90_000 }, ['10:02:00', '10:02:30']],
  ])('a timer %s', async (_, effect, firings) => {
    given = await startTestEmulator({ functions: ['minute'], systemNow: () => at('10:00:30') })
    await faults([{ on: 'timer:minute', times: 1, effect }])
    await given.post('/_emulator/clock', { advanceMs: 2 * 60_000 })
    expect((await given.logs()).map((row) => row['at'])).toEqual(firings.map(at))
  })

  test.each<[string, unknown, number]>([
    ['lost', { kind: 'miss' }, 0],
    ['doubled', { kind: 'double' }, 2],
  ])('a push is %s', async (_, effect, times) => {
    given = await startTestEmulator({
      functions: ['events'],
      world: { messagePush: { subscribe_msg_popup_event: 'events' } },
    })
    await faults([{ on: 'push:subscribe_msg_popup_event', effect }])
    await given.accept('oAlice', 'TPL_ORDER')
    await given.post('/_emulator/settle', {})
    expect(await given.logs()).toHaveLength(times)
  })
})
