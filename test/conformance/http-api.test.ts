import * as z from 'zod'
import { cloud, event, type Probe, scriptOf, sleep, startProbe } from './probe'

const APP = { appid: 'wx1234567890abcdef', secret: '0123456789abcdef0123456789abcdef' }
const BUS = { touser: 'oAlice', template_id: 'TPL_BUS', data: { thing1: { value: '1路' } } }
const tokenSchema = z.strictObject({ access_token: z.string().min(20), expires_in: z.number() })
type Token = z.output<typeof tokenSchema>

let given: Probe
let slow: Promise<unknown>
beforeAll(async () => {
  given = await startProbe({ functions: ['thrower'] })
  await given.accept('oAlice', 'TPL_BUS')
  // The limit is five seconds of real time: they pass while the other tests run.
  slow = invoke('probe', scriptOf(sleep(5300)))
  // Another instance is warm before they begin: a cold start counts among the five seconds.
  await Promise.all([given.run(event), given.run(event)])
})
afterAll(async () => {
  await slow
  await given.stop()
})

const classic = (query: Record<string, string> = {}): Promise<unknown> => {
  const search = new URLSearchParams({ grant_type: 'client_credential', ...APP, ...query })
  return given.get(`/cgi-bin/token?${search.toString()}`)
}
const stable = (body: Record<string, unknown> = {}): Promise<unknown> =>
  given.post('/cgi-bin/stable_token', { grant_type: 'client_credential', ...APP, ...body })
const read = (reply: unknown): Token => tokenSchema.parse(reply)
const advance = (advanceMs: number): Promise<unknown> => given.post('/_emulator/clock', { advanceMs })

async function post(path: string, body: string | undefined, token?: string, query = ''): Promise<unknown> {
  const access_token = token ?? read(await stable()).access_token
  const reply = await fetch(`${given.url}${path}?access_token=${access_token}${query}`, {
    method: 'POST',
    ...(body === undefined ? {} : { body }),
  })
  return JSON.parse((await reply.text()).replace(/"msgid":(\d+)/, '"msgid":"bare $1"'))
}
const send = (token?: string, message: unknown = BUS): Promise<unknown> =>
  post('/cgi-bin/message/subscribe/send', JSON.stringify(message), token)
const invoke = (name: string, body: unknown, env = 'hongyan-test'): Promise<unknown> =>
  post('/tcb/invokecloudfunction', JSON.stringify(body), undefined, `&env=${env}&name=${name}`)

const answered = z.strictObject({ errcode: z.literal(0), errmsg: z.literal('ok'), resp_data: z.string() })
const resultOf = (reply: unknown): unknown => JSON.parse(answered.parse(reply).resp_data)

describe('access tokens', () => {
  test('a token of /cgi-bin/token lives for 7200 seconds', async () => {
    const { access_token, expires_in } = read(await classic())
    expect(expires_in).toBe(7200)
    expect(await send(access_token)).toMatchObject({ errcode: 0 })
    await advance(7_200_000)
    expect(await send(access_token)).toMatchObject({ errcode: 42001 })
  })

  test('a new token of /cgi-bin/token voids the one before', async () => {
    const first = read(await classic()).access_token
    const second = read(await classic()).access_token
    expect(await send(first)).toMatchObject({ errcode: 40001 })
    expect(await send(second)).toMatchObject({ errcode: 0 })
  })

  test('/cgi-bin/stable_token gives the same token with what is left of its time', async () => {
    const first = read(await stable({ force_refresh: true }))
    await advance(3_600_000)
    const later = read(await stable())
    expect(later.access_token).toBe(first.access_token)
    expect(later.expires_in).toBeGreaterThan(3500)
    expect(later.expires_in).toBeLessThanOrEqual(3600)
  })

  test('a stable token is renewed five minutes before its end', async () => {
    const first = read(await stable({ force_refresh: true })).access_token
    await advance(7_200_000 - 301_000 - 10_000)
    expect(read(await stable()).access_token).toBe(first)
    await advance(12_000)
    expect(read(await stable()).access_token).not.toBe(first)
  })

  test('force_refresh gives a new stable token', async () => {
    const first = read(await stable()).access_token
    expect(read(await stable({ force_refresh: true })).access_token).not.toBe(first)
  })

  test('the tokens of /cgi-bin/token and /cgi-bin/stable_token do not void each other', async () => {
    const steady = read(await stable()).access_token
    const plain = read(await classic()).access_token
    expect(await send(steady)).toMatchObject({ errcode: 0 })
    await stable({ force_refresh: true })
    expect(await send(plain)).toMatchObject({ errcode: 0 })
  })

  test.each<[string, Record<string, string>, number]>([
    ['a wrong grant_type is 40002', { grant_type: 'password' }, 40002],
    ['another appid is 40013', { appid: 'wx0000000000000000' }, 40013],
    ['a wrong secret is 40125', { secret: 'x' }, 40125],
    ['a missing appid is 41002', { appid: '' }, 41002],
    ['a missing secret is 41004', { secret: '' }, 41004],
  ])('%s', async (_title, change, errcode) => {
    expect(await classic(change)).toMatchObject({ errcode, errmsg: expect.stringMatching(/ rid: /) })
    expect(await stable(change)).toMatchObject({ errcode })
  })

  test('a stable token asked for with GET is 43002', async () => {
    expect(await given.get('/cgi-bin/stable_token')).toMatchObject({ errcode: 43002 })
  })
})

describe('open APIs over HTTPS', () => {
  test('a send by WeChat’s own names is ok, with msgid as a bare number', async () => {
    expect(await send()).toEqual({
      errcode: 0,
      errmsg: 'ok',
      msgid: expect.stringMatching(/^bare \d{19}$/),
    })
  })

  test('a refusal over HTTPS is an errcode and a text with a rid', async () => {
    expect(await send(undefined, { ...BUS, touser: 'oBob' })).toEqual({
      errcode: 43101,
      errmsg: expect.stringMatching(/^user refuse to accept the msg rid: \S+$/),
    })
  })

  test('without a token it is 41001, with an invented one 40001', async () => {
    expect(await send('')).toMatchObject({ errcode: 41001 })
    expect(await send('invented')).toMatchObject({ errcode: 40001 })
  })

  test('GET where POST is wanted is 43002', async () => {
    const { access_token } = read(await stable())
    expect(await given.get(`/cgi-bin/message/subscribe/send?access_token=${access_token}`)).toMatchObject({
      errcode: 43002,
    })
  })

  test('an empty body is 44002, a body that is no JSON 47001', async () => {
    const path = '/cgi-bin/message/subscribe/send'
    expect(await post(path, undefined)).toMatchObject({ errcode: 44002 })
    expect(await post(path, '{"touser"')).toMatchObject({ errcode: 47001 })
  })

  test('the list of templates is got with GET', async () => {
    const { access_token } = read(await stable())
    expect(await given.get(`/wxaapi/newtmpl/gettemplate?access_token=${access_token}`)).toMatchObject({
      errcode: 0,
      data: expect.arrayContaining([expect.objectContaining({ priTmplId: 'TPL_ORDER' })]),
    })
  })

  test('an API of GET that is posted to is 404', async () => {
    expect(await post('/wxaapi/newtmpl/gettemplate', '{}')).toMatchObject({ errcode: 404 })
  })

  test('template messages over HTTPS are 45103 today', async () => {
    expect(await post('/cgi-bin/message/wxopen/template/send', '{}')).toMatchObject({ errcode: 45103 })
  })
})

describe('/tcb/invokecloudfunction', () => {
  test('the body is the event, and resp_data is the result as JSON text', async () => {
    expect(resultOf(await invoke('probe', { ...scriptOf(event), a: 1 }))).toMatchObject([{ value: { a: 1 } }])
  })

  test('a function called over HTTP has no OPENID, and SOURCE wx_http', async () => {
    const result = resultOf(await invoke('probe', scriptOf(cloud.getWXContext(), event)))
    expect(result).toMatchObject([
      { value: { ENV: 'hongyan-test', SOURCE: 'wx_http' } },
      { value: { userInfo: { appId: 'wx1234567890abcdef' } } },
    ])
    expect(JSON.stringify(result)).not.toMatch(/oAlice|openId|OPENID/)
  })

  test('a function called over HTTP may use cloud calls', async () => {
    const message = { touser: 'oAlice', templateId: 'TPL_BUS', data: BUS.data }
    const call = scriptOf(cloud.openapi.subscribeMessage.send(message))
    expect(resultOf(await invoke('probe', call))).toMatchObject([{ value: { errCode: 0 } }])
  })

  test('a function that throws is -504002 with its error', async () => {
    expect(await invoke('thrower', {})).toMatchObject({
      errcode: -504002,
      errmsg: expect.stringContaining('Error: boom'),
    })
  })

  test('a missing name or environment is 40101, another environment -501005', async () => {
    expect(await invoke('', {})).toMatchObject({ errcode: 40101 })
    expect(await invoke('probe', {}, '')).toMatchObject({ errcode: 40101 })
    expect(await invoke('probe', {}, 'elsewhere')).toMatchObject({ errcode: -501005 })
  })

  test('without a token a function cannot be called: 41001, with an invented one: 40014', async () => {
    const call = (token: string): Promise<unknown> =>
      post('/tcb/invokecloudfunction', '{}', token, '&env=hongyan-test&name=probe')
    expect(await call('')).toMatchObject({ errcode: 41001 })
    expect(await call('invented')).toMatchObject({ errcode: 40014 })
  })

  test('the HTTP API waits five seconds for a function, which goes on by itself', async () => {
    expect(await slow).toMatchObject({ errcode: -501002 })
  })
})

describe('/sns/jscode2session', () => {
  const codeOf = async (openid: string): Promise<string> =>
    z.strictObject({ code: z.string() }).parse(await given.post('/_emulator/login', { openid })).code
  const exchange = (js_code: string, changes: Record<string, string> = {}): Promise<unknown> => {
    const query = { ...APP, js_code, grant_type: 'authorization_code', ...changes }
    return given.get(`/sns/jscode2session?${new URLSearchParams(query).toString()}`)
  }

  test('a code of wx.login tells once whose it is, then it is 40163', async () => {
    const code = await codeOf('oAlice')
    const session = {
      openid: 'oAlice',
      session_key: expect.stringMatching(/^[A-Za-z0-9+/]{22}==$/) as string,
    }
    expect(await exchange(code)).toMatchObject(session)
    expect(await exchange(code)).toMatchObject({ errcode: 40163 })
  })

  test('a code of wx.login is 40029 after five minutes, and so is an invented one', async () => {
    const code = await codeOf('oAlice')
    await advance(5 * 60_000)
    expect(await exchange(code)).toMatchObject({ errcode: 40029 })
    expect(await exchange('invented')).toMatchObject({ errcode: 40029 })
  })

  test('an exchange without a code is 41008, of another appid 40013, with a wrong secret 40125', async () => {
    expect(await exchange('')).toMatchObject({ errcode: 41008 })
    expect(await exchange('any', { appid: 'wx0000000000000000' })).toMatchObject({ errcode: 40013 })
    expect(await exchange('any', { secret: 'another' })).toMatchObject({ errcode: 40125 })
  })

  test('the hundred and first exchange of a person in a minute is 45011', async () => {
    await advance(60_000)
    const codes = await Promise.all(Array.from({ length: 101 }, () => codeOf('oBob')))
    const answers: unknown[] = []
    for (const code of codes) answers.push(await exchange(code))
    expect(answers.at(99)).toMatchObject({ openid: 'oBob' })
    expect(answers.at(100)).toMatchObject({ errcode: 45011 })
    expect(await exchange(await codeOf('oAlice'))).toMatchObject({ openid: 'oAlice' })
  })
})
