import { SDK_VERSIONS, startTestEmulator, type TestEmulator } from '../support/emulator'

describe.each(SDK_VERSIONS)('a phone calls a function on SDK %s', (version) => {
  let given: TestEmulator
  beforeAll(async () => {
    given = await startTestEmulator({ sdk: version })
  })
  afterAll(() => given.stop())

  test('getWXContext() says who calls and from where', async () => {
    expect(await given.result('whoami', { a: 1 })).toMatchObject({
      wxContext: {
        OPENID: 'oAlice',
        UNIONID: 'uAlice',
        APPID: 'wx1234567890abcdef',
        ENV: 'hongyan-test',
        SOURCE: 'wx_client',
      },
      functionName: 'whoami',
    })
  })

  test('a person without a unionid has none, also after one who has', async () => {
    await given.result('whoami', {}, 'oAlice')
    const { wxContext } = await given.result('whoami', {}, 'oBob')
    expect(wxContext).toMatchObject({ OPENID: 'oBob' })
    expect(wxContext).not.toHaveProperty('UNIONID')
  })

  test('the event carries userInfo, which the caller cannot forge', async () => {
    const { event } = await given.result('whoami', { userInfo: { openId: 'oBob' } })
    expect(event).toEqual({ userInfo: { appId: 'wx1234567890abcdef', openId: 'oAlice' } })
  })

  test('a userInfo that the page sends arrives, with the ids put into it', async () => {
    const { event } = await given.result('whoami', { userInfo: { nickName: 'A', appId: 'wxforged' } })
    expect(event).toEqual({ userInfo: { nickName: 'A', appId: 'wx1234567890abcdef', openId: 'oAlice' } })
  })

  test('a function called by a function has the same person, and the chain in SOURCE', async () => {
    const { res } = await given.result('caller', { name: 'whoami', data: { x: 1 } })
    expect(res).toMatchObject({
      result: { event: { x: 1 }, wxContext: { OPENID: 'oAlice', SOURCE: 'wx_client,scf' } },
      errMsg: 'callFunction:ok',
    })
    const twice = await given.result('caller', { name: 'caller', data: { name: 'whoami', data: {} } })
    expect(twice).toMatchObject({
      res: { result: { res: { result: { wxContext: { SOURCE: 'wx_client,scf,scf' } } } } },
    })
  })

  test('what a function throws reaches its caller as FUNCTIONS_EXECUTE_FAIL', async () => {
    const failed = await given.result('caller', { name: 'thrower', data: {} })
    expect(failed['errMsg']).toMatch(/Error: boom/)
    // wire.md §3.1: 4.x gives -1 and the name; 3.x gives the number.
    expect(failed['errCode']).toBe(version === '4.0.2' ? -1 : -504002)
    if (version === '4.0.2') expect(failed['code']).toBe('FUNCTIONS_EXECUTE_FAIL')
  })

  test('a function that does not exist is FUNCTIONS_REQUEST_FAIL to its caller', async () => {
    const failed = await given.result('caller', { name: 'nobody', data: {} })
    expect(failed['errMsg']).toMatch(/FunctionName parameter could not be found/)
    expect(failed['errCode']).toBe(version === '4.0.2' ? -1 : -504001)
  })

  test('what a function writes is in the log, with its time and memory', async () => {
    await given.call('thrower', { value: 'just text' })
    const row = (await given.logs()).filter((one) => one['function'] === 'thrower').at(-1)
    expect(row).toMatchObject({
      source: 'wx_client',
      openid: 'oAlice',
      status: 'error',
      lines: ['about to fail'],
      error: 'just text(callback err is not instance of Error)',
    })
    expect(row?.['memoryMB']).toBeGreaterThan(10)
  })
})

describe('what comes back', () => {
  let given: TestEmulator
  beforeAll(async () => {
    given = await startTestEmulator({
      functions: ['shapes', 'thrower', 'broken', 'slow', 'internal', 'caller'],
    })
  })
  afterAll(() => given.stop())

  test.each([
    ['return', { how: 'return' }],
    ['callback', { how: 'callback' }],
    ['nothing', null],
  ])('a main that answers by %s', async (how, result) => {
    expect(await given.call('shapes', { how })).toMatchObject({
      ok: true,
      result,
      errMsg: 'cloud.callFunction:ok',
    })
  })

  test.each([
    ['an error given to the callback', 'shapes', { how: 'callback-error' }, /Error: from the callback/],
    [
      'a result that is no JSON',
      'shapes',
      { how: 'circular' },
      /stringify response to json failed: Converting circular structure/,
    ],
    ['an error thrown', 'thrower', {}, /Error: boom\n {4}at exports\.main/],
    [
      'an object thrown',
      'thrower',
      { value: { why: 'x' } },
      /\[object Object\]\(callback err is not instance of Error\)/,
    ],
    ['a module that does not load', 'broken', {}, /Cannot find module '\.\/is-not-there'/],
    [
      'a process that exits',
      'thrower',
      { exit: true },
      /process exited with code 3 before the function returned/,
    ],
  ])('%s is -504002', async (_, name, data, text) => {
    const reply = await given.call(name, data)
    expect(reply).toMatchObject({ ok: false, errCode: -504002 })
    expect(reply.errMsg).toMatch(text)
  })

  test('a function goes on after its process died', async () => {
    await given.call('thrower', { exit: true })
    expect(await given.call('thrower')).toMatchObject({ ok: false, errCode: -504002 })
  })

  test('a result over 1 MB does not reach a phone', async () => {
    expect(await given.call('shapes', { how: 'large', bytes: 1_000_000 })).toMatchObject({ ok: true })
    expect(await given.call('shapes', { how: 'large', bytes: 1_100_000 })).toMatchObject({
      ok: false,
      errCode: -604001,
    })
  })

  test.each([[false], [true]])(
    'a function over its timeout fails with the platform’s sentence, and works again (busy: %s)',
    async (spin) => {
      const reply = await given.call('slow', { ms: 1500, spin })
      expect(reply).toMatchObject({ ok: false, errCode: -504003 })
      expect(reply.errMsg).toMatch(/Invoking task timed out after 1 seconds/)
      const row = (await given.logs()).at(-1)
      expect(row).toMatchObject({ function: 'slow', status: 'timeout' })
    },
  )

  test('a function that does not exist is -501000', async () => {
    const reply = await given.call('nobody')
    expect(reply).toMatchObject({ ok: false, errCode: -501000 })
    expect(reply.errMsg).toMatch(/FunctionName parameter could not be found/)
  })

  test('a function that security rules shut is closed to phones and open to functions', async () => {
    expect(await given.call('internal')).toMatchObject({ ok: false, errCode: -501023 })
    expect(await given.result('caller', { name: 'internal', data: {} })).toMatchObject({
      res: { result: 'only functions may call me' },
    })
  })

  test('a person who is not in the world cannot call', async () => {
    expect(await given.post('/_emulator/call', { name: 'shapes', openid: 'oNobody' })).toMatchObject({
      error: { code: 'UNKNOWN_PERSON' },
    })
  })
})
