import * as z from 'zod'
import { startTestEmulator, type TestEmulator } from '../support/emulator'

const APP = { appid: 'wx1234567890abcdef', secret: '0123456789abcdef0123456789abcdef' }
const tokenSchema = z.strictObject({ access_token: z.string().min(20), expires_in: z.number() })

let given: TestEmulator
beforeAll(async () => {
  given = await startTestEmulator({ functions: ['whoami', 'thrower', 'slow', 'internal', 'notify'] })
})
afterAll(() => given.stop())

const classic = (query: Record<string, string> = {}): Promise<unknown> =>
  given.get(
    `/cgi-bin/token?${new URLSearchParams({ grant_type: 'client_credential', ...APP, ...query }).toString()}`,
  )
const stable = (body: Record<string, unknown> = {}): Promise<unknown> =>
  given.post('/cgi-bin/stable_token', { grant_type: 'client_credential', ...APP, ...body })
const tokenOf = (reply: unknown): string => tokenSchema.parse(reply).access_token
const advance = (advanceMs: number): Promise<unknown> => given.post('/_emulator/clock', { advanceMs })

async function invoke(name: string, event: unknown, query: Record<string, string> = {}): Promise<unknown> {
  const access_token = tokenOf(await stable())
  const search = new URLSearchParams({ access_token, env: 'hongyan-test', name, ...query })
  return given.post(`/tcb/invokecloudfunction?${search.toString()}`, event)
}

describe('access tokens', () => {
  test('a classic token is new each time, and the one before is void', async () => {
    const first = tokenOf(await classic())
    const second = tokenOf(await classic())
    expect(second).not.toBe(first)
    expect(await send(first)).toMatchObject({ errcode: 40001 })
    expect(await send(second)).not.toMatchObject({ errcode: 40001 })
  })

  test('a stable token stays the same while it is valid, and is renewed five minutes early', async () => {
    const first = tokenSchema.parse(await stable({ force_refresh: true }))
    expect(first.expires_in).toBe(7200)
    await advance(3_600_000)
    const later = tokenSchema.parse(await stable())
    expect(later.access_token).toBe(first.access_token)
    expect(later.expires_in).toBeLessThanOrEqual(3600)
    await advance(3_600_000 - 4 * 60_000)
    expect(tokenOf(await stable())).not.toBe(first.access_token)
  })

  test('a token ends after two hours', async () => {
    const token = tokenOf(await classic())
    await advance(7200_000)
    expect(await send(token)).toMatchObject({ errcode: 42001 })
  })

  test.each<[string, Record<string, string>, number]>([
    ['a wrong grant type', { grant_type: 'password' }, 40002],
    ['another appid', { appid: 'wx0000000000000000' }, 40013],
    ['a wrong secret', { secret: 'x' }, 40125],
    ['no appid', { appid: '' }, 41002],
    ['no secret', { secret: '' }, 41004],
  ])('%s is refused', async (_, change, errcode) => {
    expect(await classic(change)).toMatchObject({ errcode, errmsg: expect.stringMatching(/ rid: /) })
    expect(await stable(change)).toMatchObject({ errcode })
  })

  test('a stable token is asked for with POST', async () => {
    expect(await given.get('/cgi-bin/stable_token')).toMatchObject({ errcode: 43002 })
  })
})

const message = { touser: 'oAlice', template_id: 'TPL_BUS', data: { thing1: { value: '1路' } } }
const send = (token: string, body: unknown = message): Promise<unknown> =>
  given.post(`/cgi-bin/message/subscribe/send?access_token=${token}`, body)

describe('messages over HTTPS', () => {
  test('a message is sent with a token, by WeChat’s own names, and its msgid is a bare number', async () => {
    await given.accept('oAlice', 'TPL_BUS')
    const token = tokenOf(await stable())
    const reply = await fetch(`${given.url}/cgi-bin/message/subscribe/send?access_token=${token}`, {
      method: 'POST',
      body: JSON.stringify(message),
    })
    const text = await reply.text()
    expect(text).toMatch(/^\{"errcode":0,"errmsg":"ok","msgid":\d{19}\}$/)
    const [, msgid] = /"msgid":(\d+)/.exec(text) ?? []
    expect((await given.messages('oAlice')).at(-1)).toMatchObject({ msgid, templateId: 'TPL_BUS' })
  })

  test('a refusal is an errcode with the request id', async () => {
    const token = tokenOf(await stable())
    expect(await send(token, { ...message, touser: 'oBob' })).toEqual({
      errcode: 43101,
      errmsg: expect.stringMatching(/^user refuse to accept the msg rid: [0-9a-f-]{26}$/),
    })
  })

  test.each<[string, string | undefined, number]>([
    ['no body', undefined, 44002],
    ['a body that is no JSON', '{', 47001],
    ['a body that is no object', '[]', 47001],
  ])('%s is refused', async (_, body, errcode) => {
    const token = tokenOf(await stable())
    const reply = await fetch(`${given.url}/cgi-bin/message/subscribe/send?access_token=${token}`, {
      method: 'POST',
      ...(body === undefined ? {} : { body }),
    })
    expect(await reply.json()).toMatchObject({ errcode })
  })

  test('no token is 41001, an invented one 40001', async () => {
    expect(await send('')).toMatchObject({ errcode: 41001 })
    expect(await send('invented')).toMatchObject({ errcode: 40001 })
  })

  test('template messages over HTTPS are unsupported today', async () => {
    const token = tokenOf(await stable())
    expect(
      await given.post(`/cgi-bin/message/wxopen/template/send?access_token=${token}`, { touser: 'oAlice' }),
    ).toMatchObject({ errcode: 45103 })
  })
})

describe('/tcb/invokecloudfunction', () => {
  test('calls a function without a person, SOURCE wx_http, the body as event', async () => {
    const reply = z
      .strictObject({ errcode: z.literal(0), errmsg: z.literal('ok'), resp_data: z.string() })
      .parse(await invoke('whoami', { a: 1 }))
    expect(JSON.parse(reply.resp_data)).toMatchObject({
      event: { a: 1, userInfo: { appId: 'wx1234567890abcdef' } },
      wxContext: { ENV: 'hongyan-test', SOURCE: 'wx_http' },
    })
    expect(reply.resp_data).not.toMatch(/OPENID|"APPID"/)
  })

  test('a function that fails gives its error', async () => {
    expect(await invoke('thrower', {})).toMatchObject({
      errcode: -504002,
      errmsg: expect.stringContaining('boom'),
    })
  })

  test('security rules are for phones: the HTTP API may call any function', async () => {
    expect(await invoke('internal', {})).toMatchObject({ errcode: 0 })
  })

  test('another environment, an unknown function and missing names are refused', async () => {
    expect(await invoke('whoami', {}, { env: 'other' })).toMatchObject({ errcode: -501005 })
    expect(await invoke('nobody', {})).toMatchObject({ errcode: -501000 })
    expect(await invoke('', {})).toMatchObject({ errcode: 40101 })
    expect(await given.post('/tcb/invokecloudfunction?env=hongyan-test&name=whoami', {})).toMatchObject({
      errcode: 41001,
    })
  })
})
