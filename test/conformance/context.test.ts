import { SDK_VERSIONS } from '../support/emulator'
import { cloud, context, date, db, event, type Probe, process, scriptOf, startProbe } from './probe'

describe.each(SDK_VERSIONS)('on SDK %s', (sdk) => {
  const is4 = sdk === '4.0.2'
  let given: Probe
  beforeAll(async () => {
    given = await startProbe({
      sdk,
      functions: ['thrower', 'slow'],
      functionEnv: { probe: { OWN: 'a=b;c', ZONE: 'x' } },
    })
  })
  afterAll(() => given.stop())

  const wxContext = (openid = 'oAlice'): Promise<unknown> => given.runAs(openid, cloud.getWXContext())
  const nested = (...list: Parameters<typeof scriptOf>): Record<string, unknown> => ({
    name: 'probe',
    data: scriptOf(...list),
  })

  test('getWXContext() holds OPENID, UNIONID, APPID, ENV, SOURCE and CLIENTIP when a phone calls', async () => {
    expect(await wxContext()).toEqual({
      OPENID: 'oAlice',
      UNIONID: 'uAlice',
      APPID: 'wx1234567890abcdef',
      ENV: 'hongyan-test',
      SOURCE: 'wx_client',
      CLIENTIP: '127.0.0.1',
    })
  })

  test('an instance that served a person with a UNIONID does not hand it to the next person', async () => {
    await wxContext('oAlice')
    expect(await wxContext('oBob')).not.toHaveProperty('UNIONID')
  })

  test('a call from DevTools has SOURCE wx_devtools', async () => {
    expect(
      await given.post('/_emulator/call', {
        name: 'probe',
        openid: 'oAlice',
        source: 'wx_devtools',
        data: scriptOf(cloud.getWXContext()),
      }),
    ).toMatchObject({ ok: true, result: [{ value: { OPENID: 'oAlice', SOURCE: 'wx_devtools' } }] })
  })

  test('the event of a phone’s call carries userInfo with appId and openId', async () => {
    expect(await given.run(event)).toMatchObject({
      userInfo: { appId: 'wx1234567890abcdef', openId: 'oAlice' },
    })
  })

  test('a userInfo that the caller made up is replaced', async () => {
    const reply = await given.call('probe', { ...scriptOf(event), userInfo: { openId: 'oBob' } })
    expect(reply.result).toMatchObject([{ value: { userInfo: { openId: 'oAlice' } } }])
  })

  test('the context names the function, its environment, its request and its limits', async () => {
    expect(await given.run(context)).toMatchObject({
      function_name: 'probe',
      function_version: '$LATEST',
      namespace: 'hongyan-test',
      request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      memory_limit_in_mb: 256,
      time_limit_in_ms: 20_000,
      environ: expect.stringContaining('WX_OPENID=oAlice;'),
    })
  })

  test('functions run in UTC', async () => {
    expect(await given.run(date(0).getTimezoneOffset())).toBe(0)
    expect(await given.run(process.env)).toMatchObject({ TZ: 'UTC' })
  })

  test('a function finds its own variables and the platform’s, and nothing of the computer it runs on', async () => {
    const env = await given.run(process.env)
    expect(env).toMatchObject({
      OWN: 'a=b;c',
      TENCENTCLOUD_RUNENV: 'SCF',
      SCF_NAMESPACE: 'hongyan-test',
      TCB_ENV: 'hongyan-test',
      TRIGGER_SRC: 'tcb',
      TCB_SOURCE: 'wx_client',
    })
    expect(env).not.toHaveProperty('HOME')
    expect(env).not.toHaveProperty('JEST_WORKER_ID')
  })

  test('DYNAMIC_CURRENT_ENV is the environment of the call', async () => {
    expect(await given.run(db.createCollection('dynamic'), db.collection('dynamic').count())).toMatchObject({
      total: 0,
    })
  })

  test('the database of another environment is refused with -501005', async () => {
    const other = cloud.database({ env: 'elsewhere' }).collection('orders').get()
    expect(await given.fault(other)).toMatchObject({ errCode: -501005 })
  })

  test('callFunction gives result, errMsg and requestID', async () => {
    expect(await given.run(cloud.callFunction(nested(event)))).toEqual({
      result: [{ value: scriptOf(event) }],
      errMsg: 'callFunction:ok',
      requestID: expect.any(String),
    })
  })

  test('a date in the data of a call arrives as ISO text', async () => {
    const data = { ...scriptOf(event), at: date(0) }
    expect(await given.run(cloud.callFunction({ name: 'probe', data }))).toMatchObject({
      result: [{ value: { at: '1970-01-01T00:00:00.000Z' } }],
    })
  })

  test('a function called by a function has its caller’s person', async () => {
    expect(await given.runAs('oBob', cloud.callFunction(nested(cloud.getWXContext())))).toMatchObject({
      result: [{ value: { OPENID: 'oBob', APPID: 'wx1234567890abcdef' } }],
    })
  })

  test('SOURCE grows by scf with each call from function to function', async () => {
    const third = cloud.callFunction(nested(cloud.callFunction(nested(cloud.getWXContext()))))
    expect(JSON.stringify(await given.run(third))).toContain('"SOURCE":"wx_client,scf,scf"')
  })

  test('what a callee throws is FUNCTIONS_EXECUTE_FAIL to its caller', async () => {
    const fault = await given.fault(cloud.callFunction({ name: 'thrower', data: {} }))
    expect(fault).toMatchObject(is4 ? { errCode: -1, code: 'FUNCTIONS_EXECUTE_FAIL' } : { errCode: -504002 })
    expect(fault.errMsg).toMatch(
      is4
        ? /^callFunction:fail .*Error: boom/s
        : /^callFunction:fail -504002 functions execute fail\. requestID .*Error: boom/s,
    )
  })

  test('calling a function that does not exist is FUNCTIONS_REQUEST_FAIL', async () => {
    const fault = await given.fault(cloud.callFunction({ name: 'nobody', data: {} }))
    expect(fault).toMatchObject(is4 ? { errCode: -1, code: 'FUNCTIONS_REQUEST_FAIL' } : { errCode: -504001 })
  })

  test('a caller that waits no longer than its timeout gets no answer, and the callee goes on', async () => {
    const { errMsg } = await given.fault(cloud.callFunction({ name: 'slow', data: { ms: 90 }, timeout: 40 }))
    expect(errMsg).toMatch(is4 ? /timeout/ : /ESOCKETTIMEDOUT/)
    await until(async () =>
      (await given.logs()).some((row) => row['function'] === 'slow' && row['status'] === 'ok'),
    )
  })
})

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    if (await condition()) return
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  throw new Error('the condition did not come true')
}
