/** The staff function through WeChat's HTTP API, as a script of any language calls it: plain requests. */
import * as z from 'zod'
import { Connection } from '../../cli/http-api'
import type { Call, Reply } from '../../core/contract'
import { type Hongyan, order, people, sampleWorld, startHongyan } from '../support/hongyan'

const { customer, owner } = people
const { appid, appsecret: secret, env } = sampleWorld
const answerSchema = z.strictObject({
  errcode: z.number(),
  errmsg: z.string(),
  resp_data: z.string().optional(),
})

let hongyan: Hongyan
let token: string
beforeAll(async () => {
  hongyan = await startHongyan({ instancesPerFunction: 2 })
  const body = { grant_type: 'client_credential', appid, secret }
  const answer = (await hongyan.test.post('/cgi-bin/stable_token', body)) as { access_token: string }
  token = answer.access_token
}, 60_000)
afterAll(() => hongyan?.stop())

interface Asked {
  method?: 'GET' | 'POST'
  query?: Record<string, string>
  body?: string
}
async function ask({ method = 'POST', query = {}, body = '{}' }: Asked) {
  const all = { access_token: token, env, name: 'staff', ...query }
  const url = `${hongyan.test.url}/tcb/invokecloudfunction?${new URLSearchParams(all).toString()}`
  const reply = await fetch(url, { method, ...(method === 'POST' && { body }) })
  return answerSchema.parse(await reply.json())
}

/** What the function returned; the API gives it five seconds. */
async function data(call: Call, more: object = {}): Promise<Record<string, unknown>> {
  const { errcode, errmsg, resp_data = '' } = await ask({ body: JSON.stringify({ ...call, ...more }) })
  if (errcode !== 0) throw new Error(`${call.action}: errcode ${errcode} ${errmsg}`)
  const reply = JSON.parse(resp_data) as Reply<Record<string, unknown>>
  if (!reply.ok) throw new Error(`${call.action}: ${reply.error.code} ${reply.error.message}`)
  return reply.data
}

test('nobody’s phone calls: there is no openid, whatever the body says', async () => {
  const forged = { userInfo: { openId: owner, appId: appid } }
  const known = await data({ action: 'whoami', input: {} }, forged)
  expect(known).toMatchObject({ openid: null, source: 'wx_http', role: null })
})

test.each<[string, number, Asked]>([
  ['no access token', 41001, { query: { access_token: '' } }],
  ['an access token that is none', 40014, { query: { access_token: 'made-up' } }],
  ['no environment', 40101, { query: { env: '' } }],
  ['no function', 40101, { query: { name: '' } }],
  ['another environment', -501005, { query: { env: 'of-others' } }],
  ['a function that is not there', -501000, { query: { name: 'nowhere' } }],
  ['a GET', 43002, { method: 'GET' }],
  ['no body', 44002, { body: '' }],
  ['a body that is no JSON', 47001, { body: 'action=whoami' }],
])('%s is answered %i', async (_what, errcode, asked) => {
  expect((await ask(asked)).errcode).toBe(errcode)
})

test('what the service refuses comes in resp_data, with errcode 0', async () => {
  const { errcode, resp_data = '' } = await ask({ body: '{"action":"no.such","lang":"en"}' })
  expect(errcode).toBe(0)
  expect(JSON.parse(resp_data)).toMatchObject({ ok: false, error: { code: 'ACTION_UNKNOWN' } })
})

test('a list is imported, a campaign runs on by itself, and its end is polled', async () => {
  await hongyan.subscribe(customer, 'order-shipped', 'order')
  const { audience } = await data({ action: 'audience.create', input: { name: '十一月', size: 200 } })
  const others = Array.from({ length: 199 }, (_, at) => ({
    openid: `oNobody${String(at).padStart(6, '0')}`,
  }))
  const rows = [{ openid: customer }, ...others]
  const list = String(audience)
  expect(await data({ action: 'audience.append', input: { audience: list, rows } })).toMatchObject({
    added: 200,
  })
  await data({ action: 'audience.seal', input: { audience: list } })
  const input = {
    name: '十一月发货',
    template: 'order-shipped',
    params: order,
    audience: { kind: 'list' as const, audience: list },
  }
  const { campaign } = await data({ action: 'campaign.create', input })
  const of = { campaign: String(campaign) }
  await data({ action: 'campaign.start', input: of })
  let state: unknown
  for (let asked = 0; asked < 100 && state !== 'finished'; asked += 1)
    ({ state } = await data({ action: 'campaign.get', input: of }))
  expect(state).toBe('finished')
  expect(await hongyan.test.messages(customer)).toHaveLength(1)
})

test.each([
  [{ secret: 'another' }, /40125.*[\s\S]*AppSecret/],
  [{ appid: 'wx0000000000000000' }, /40013[\s\S]*appid/],
  [{ env: 'of-others' }, /-501005[\s\S]*environment/],
])('the CLI says what is wrong with %p, and what to do', async (wrong, said) => {
  const account = { url: hongyan.test.url, appid, secret, env, ...wrong }
  const asked = new Connection(account).invoke('staff', { action: 'whoami', input: {} })
  await expect(asked).rejects.toThrow(said)
  await expect(asked).rejects.toThrow(/\n {2}/)
})
