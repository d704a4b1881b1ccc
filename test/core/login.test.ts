/** Logging in where CloudBase belongs to no Mini Program: a code of wx.login for a ticket. */
import { loginContextOf } from '../../adapters/node/login-context'
import { loginsOf } from '../../adapters/node/logins'
import { callerOf } from '../../core/caller'
import type { Logins } from '../../core/ports'
import { refusals } from '../../core/login/refusals'
import { ALICE, dataOf, errorOf, given } from '../support/service'

const nobody = { LOGGED_IN: true } as const
const MINUTES = 60_000

/** A WeChat that takes each code once, and a CloudBase that signs nothing but says for whom. */
function world(codes: Record<string, string> = { 'code-of-alice': ALICE }) {
  const it = given()
  const asked: string[] = []
  const answers: Awaited<ReturnType<Logins['exchange']>>[] = []
  it.service.ports.logins = {
    async exchange(code) {
      asked.push(code)
      const scripted = answers.shift()
      if (scripted) return scripted
      const openid = codes[code]
      delete codes[code]
      return openid === undefined ? { code: 40163, text: 'code been used' } : { openid }
    },
    mayHold: (openid) => openid.length <= 32,
    ticket: (openid) => `ticket for ${openid}`,
  }
  const login = (code: string, context: Parameters<typeof it.call>[2] = nobody) =>
    it.call('login.ticket', { code }, context)
  return { ...it, asked, answers, login }
}

test('a code is exchanged for a ticket of the person whose it is', async () => {
  expect(dataOf(await world().login('code-of-alice'))).toEqual({ ticket: `ticket for ${ALICE}` })
})

test('a phone that did not hear the answer gets it again with the same code, and WeChat is asked once', async () => {
  const it = world()
  for (let time = 0; time < 3; time += 1) dataOf(await it.login('code-of-alice'))
  expect(it.asked).toHaveLength(1)
})

test('of two calls with one code at once neither loses its answer', async () => {
  const it = world()
  const [first, second] = await Promise.all([it.login('code-of-alice'), it.login('code-of-alice')])
  expect([dataOf(first), dataOf(second)]).toEqual([
    { ticket: `ticket for ${ALICE}` },
    { ticket: `ticket for ${ALICE}` },
  ])
})

test('a code is not remembered longer than it is good, and never as it is', async () => {
  const it = world({ 'code-of-alice': ALICE, 'another-code': ALICE })
  dataOf(await it.login('code-of-alice'))
  expect(JSON.stringify(it.store.documents('logins'))).not.toContain('code-of-alice')
  it.clock.advance(5 * MINUTES + 1)
  expect(errorOf(await it.login('code-of-alice')).code).toBe('LOGIN_CODE_INVALID')
  dataOf(await it.login('another-code'))
  expect(it.store.documents('logins')).toHaveLength(1)
})

test('somebody who is logged in gets a ticket without a question to WeChat', async () => {
  const it = world()
  const known = { ...nobody, OPENID: ALICE }
  expect(dataOf(await it.login('any', known))).toEqual({ ticket: `ticket for ${ALICE}` })
  expect(it.asked).toEqual([])
})

test.each(Object.entries(refusals))('WeChat’s %s is a refusal in words', async (errcode, { code }) => {
  const it = world()
  it.answers.push({ code: Number(errcode), text: 'as WeChat says it' })
  const error = errorOf(await it.login('code'))
  expect(error.code).toBe(code)
  expect(error.message).not.toMatch(/[{}]/)
})

test('an errcode that blames the deployment names the two variables', async () => {
  const it = world()
  it.answers.push({ code: 40125, text: 'invalid appsecret' })
  const error = errorOf(await it.login('code'))
  expect(error).toMatchObject({ code: 'LOGIN_REFUSED', facts: { errcode: 40125 } })
  expect(error.message).toContain('HONGYAN_APPSECRET')
})

test('a call without a code says what is missing, and WeChat is not asked', async () => {
  const it = world()
  const error = errorOf(await it.call('login.ticket', {} as { code: string }, nobody))
  expect(error.message).toContain('input.code')
  expect(it.asked).toEqual([])
})

test.each(['o'.repeat(33), 'o/slash/es', ''])('no ticket is made for the id %p', async (openid) => {
  const it = world({ code: openid })
  expect(errorOf(await it.login('code')).code).toBe('LOGIN_OPENID_INVALID')
})

test('who only logged in as nobody has no openid, and no openid of the input makes up for it', async () => {
  const it = world()
  expect(errorOf(await it.call('subscription.mine', {}, nobody)).code).toBe('OPENID_MISSING')
  const forged = { action: 'subscription.mine', input: { openid: ALICE } } as never
  expect(errorOf(await it.call('subscription.mine', forged, nobody)).code).toBe('INPUT_INVALID')
  expect(errorOf(await it.call('campaign.list', {}, nobody)).code).toBe('NOT_ALLOWED')
  expect(dataOf(await it.call('whoami', {}, nobody))).toMatchObject({ openid: null, role: null })
})

describe('what CloudBase says of a caller', () => {
  const listed = (variables: Record<string, string>) => ({
    HONGYAN_LOGIN: 'ticket',
    TCB_CONTEXT_KEYS: Object.keys(variables).join(','),
    ...variables,
  })
  const callerIn = (env: Record<string, string>) => callerOf(loginContextOf(env))

  test('the openid is the id of the ticket', () => {
    const env = listed({ TCB_UUID: 'u1', TCB_CUSTOM_USER_ID: ALICE, TCB_ISANONYMOUS_USER: 'false' })
    expect(callerIn(env)).toMatchObject({ kind: 'user', openid: ALICE })
  })

  test('without HONGYAN_LOGIN a ticket counts for nothing', () => {
    const env = { ...listed({ TCB_UUID: 'u1', TCB_CUSTOM_USER_ID: ALICE }), HONGYAN_LOGIN: '' }
    expect(callerIn(env)).toEqual({ kind: 'wechat', source: '' })
  })

  test('what a warm instance still has of the call before counts for nothing', () => {
    const env = { ...listed({ TCB_UUID: 'u2' }), TCB_CUSTOM_USER_ID: ALICE }
    expect(callerIn(env)).toEqual({ kind: 'user', source: '' })
  })

  test('nobody in particular has no openid, whatever id is left', () => {
    const env = listed({ TCB_UUID: 'u1', TCB_CUSTOM_USER_ID: ALICE, TCB_ISANONYMOUS_USER: 'true' })
    expect(callerIn(env).openid).toBeUndefined()
  })

  test('a timer without SOURCE is a timer, and a function that calls is a function', () => {
    expect(callerIn({ ...listed({ TCB_SOURCE: '' }), TRIGGER_SRC: 'timer' }).kind).toBe('timer')
    const chain = listed({ TCB_SOURCE: 'web_client,scf', TCB_UUID: 'u1', TCB_CUSTOM_USER_ID: ALICE })
    expect(callerIn(chain)).toMatchObject({ kind: 'function', openid: ALICE })
  })
})

describe('the key of custom login', () => {
  const account = { HONGYAN_APPID: 'wx1', HONGYAN_APPSECRET: 'very-secret' }
  const key = { private_key_id: 'k1', private_key: 'no PRIVATE KEY at all, but secret', env_id: 'env-x' }
  test.each<[string, string | undefined, string]>([
    ['is missing', undefined, 'HONGYAN_LOGIN_KEY'],
    ['is no JSON', 'very-private', 'HONGYAN_LOGIN_KEY'],
    ['lacks its environment', JSON.stringify({ ...key, env_id: undefined }), 'HONGYAN_LOGIN_KEY.env_id'],
    ['is of another environment', JSON.stringify(key), 'a key of the environment env-y'],
  ])('which %s is told by name, and never shown', (_what, text, named) => {
    const it = given()
    const env = { ...account, TCB_ENV: 'env-y', ...(text !== undefined && { HONGYAN_LOGIN_KEY: text }) }
    let thrown: unknown
    try {
      loginsOf(it.service.ports, env)
    } catch (error) {
      thrown = error
    }
    expect(String(thrown)).toContain('SETTINGS_INVALID')
    const told = JSON.stringify(thrown, Object.getOwnPropertyNames(thrown))
    expect(told + JSON.stringify((thrown as { faults: unknown }).faults)).toContain(named)
    for (const secret of ['very-private', 'no PRIVATE KEY at all', 'very-secret'])
      expect(told).not.toContain(secret)
  })
})
