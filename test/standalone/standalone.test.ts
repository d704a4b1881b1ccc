/**
 * A standalone environment end to end: built functions, the unmodified js-sdk and node-sdk, and a WeChat that is reached
 * over HTTPS alone.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { buildStandalone, emulatedLogin, standaloneVariables } from '../../cli/standalone'
import { launchBrowser, openBrowserPage } from '../support/browser'
import { type Hongyan, order, people, sampleWorld, startHongyan } from '../support/hongyan'
import { dataOf, errorOf } from '../support/service'
import { bundledTransport, launch, type NodePhone, textsOf } from './node-phone'

const { customer, owner, emma } = people
const { appid, appsecret, env } = sampleWorld
const { loginKeys, keyFile } = emulatedLogin(env)

/** WeChat's address: passes on what the functions ask, unless an answer is laid out; hears the session keys. */
interface WeChat {
  url: string
  behind: string
  /** Whose codes it exchanged, in order: a page that was closed may still be logging in. */
  exchanged: string[]
  sessionKeys: string[]
  /** Next answers to an exchange: errcodes, or `drop` for none at all. */
  next: (number | 'drop')[]
  server: Server
}

async function startWeChat(): Promise<WeChat> {
  const wechat: WeChat = {
    url: '',
    behind: '',
    exchanged: [],
    sessionKeys: [],
    next: [],
    server: createServer(),
  }
  wechat.server.on('request', (incoming, outgoing) => {
    const parts: Buffer[] = []
    incoming.on('data', (part: Buffer) => parts.push(part))
    incoming.on('end', () => {
      const { method = 'GET', url = '' } = incoming
      const isExchange = url.startsWith('/sns/jscode2session')
      const laidOut = isExchange ? wechat.next.shift() : undefined
      if (laidOut === 'drop') outgoing.destroy()
      else if (laidOut !== undefined) outgoing.end(JSON.stringify({ errcode: laidOut, errmsg: 'no' }))
      else void passed(method, url, Buffer.concat(parts)).then((text) => outgoing.end(text))
    })
  })
  const passed = async (method: string, url: string, body: Buffer): Promise<string> => {
    const reply = await fetch(wechat.behind + url, { method, ...(method === 'POST' && { body }) })
    const text = await reply.text()
    const [, key] = /"session_key":"([^"]+)"/.exec(text) ?? []
    if (key) wechat.sessionKeys.push(key)
    const [, openid] = /"openid":"([^"]+)"/.exec(text) ?? []
    if (key && openid) wechat.exchanged.push(openid)
    return text
  }
  await new Promise<void>((resolve) => wechat.server.listen(0, '127.0.0.1', resolve))
  wechat.url = `http://127.0.0.1:${(wechat.server.address() as AddressInfo).port}`
  return wechat
}

interface Manifest {
  dependencies: Record<string, string>
}

let wechat: WeChat
let hongyan: Hongyan
let browser: Browser
let script: string
const out = mkdtempSync(join(tmpdir(), 'hongyan-standalone-'))

beforeAll(async () => {
  ;[wechat, browser] = await Promise.all([startWeChat(), launchBrowser()])
  const account = { appid, secret: appsecret, keyFile }
  const { '*': all, ...each } = standaloneVariables({ ...account, api: '{emulator}' })
  // Only logins go past the one who plays WeChat's bad days.
  each['login'] = { ...each['login'], HONGYAN_API: wechat.url }
  // What a build finds in its environment must not get into what it builds.
  Object.assign(process.env, each['login'])
  const { miniprogramDir } = await buildStandalone({ env, region: 'ap-shanghai', out })
  const functionEnv = { ...each, '*': { ...all, HONGYAN_OWNER: owner } }
  ;[script, hongyan] = await Promise.all([
    bundledTransport(miniprogramDir),
    startHongyan({ loginKeys, functionEnv, miniprogramDir, instancesPerFunction: 2 }),
  ])
  wechat.behind = hongyan.test.url
}, 60_000)
afterAll(async () => {
  await browser?.close()
  await hongyan?.stop()
  wechat?.server.closeAllConnections()
  await new Promise((resolve) => wechat?.server.close(resolve))
  rmSync(out, { recursive: true, force: true })
})

const said: unknown[] = []
const phoneOf = (openid: string, storage?: NodePhone['storage']): NodePhone => {
  const phone = launch(script, { url: hongyan.test.url, openid, ...(storage && { storage }) })
  return {
    ...phone,
    async call(...call) {
      const reply = await phone.call(...call)
      said.push(reply)
      return reply
    },
  }
}
const logins = ({ asked }: NodePhone) => asked.filter((path) => path.endsWith('/signin/custom')).length

test('of ten first calls at once one logs in, and the functions know whose phone it is', async () => {
  const phone = phoneOf(customer)
  const exchanges = () => wechat.exchanged.filter((openid) => openid === customer).length
  const before = exchanges()
  const replies = await Promise.all(Array.from({ length: 10 }, () => phone.call('subscriber', 'whoami', {})))
  for (const reply of replies) expect(dataOf(reply)).toMatchObject({ openid: customer, role: null })
  expect(logins(phone)).toBe(1)
  expect(exchanges() - before).toBe(1)
})

test('the next launch needs no login, and a login that CloudBase does not take any more is renewed once', async () => {
  const first = phoneOf(customer)
  dataOf(await first.call('subscriber', 'whoami', {}))
  const second = phoneOf(customer, first.storage)
  dataOf(await second.call('subscriber', 'whoami', {}))
  expect(logins(second)).toBe(0)

  const key = `credentials_${env}`
  const kept = JSON.parse(String(first.storage.get(key))) as object
  first.storage.set(key, JSON.stringify({ ...kept, access_token: 'of-another-time' }))
  const third = phoneOf(customer, first.storage)
  const replies = await Promise.all(Array.from({ length: 5 }, () => third.call('subscriber', 'whoami', {})))
  for (const reply of replies) expect(dataOf(reply).openid).toBe(customer)
  expect(logins(third)).toBe(1)
})

test('a phone that has lost its credentials, or kept those of nobody, logs in again', async () => {
  const marked = () => new Map<string, unknown>([['standaloneLogin', env]])
  const lost = phoneOf(customer, marked())
  expect(dataOf(await lost.call('subscriber', 'whoami', {})).openid).toBe(customer)
  wechat.next = [45011]
  const nobody = phoneOf(customer)
  errorOf(await nobody.call('subscriber', 'whoami', {}))
  nobody.storage.set('standaloneLogin', env)
  const again = phoneOf(customer, nobody.storage)
  dataOf(await again.call('subscriber', 'subscription.mine', {}))
  expect(logins(again)).toBe(1)
})

test('without a network a call fails as one, and goes through when there is one again', async () => {
  const phone = phoneOf(customer)
  phone.offline(true)
  await expect(phone.call('subscriber', 'whoami', {})).rejects.toMatchObject({
    errMsg: expect.any(String) as string,
  })
  phone.offline(false)
  expect(dataOf(await phone.call('subscriber', 'whoami', {})).openid).toBe(customer)
})

test.each(['/auth/v1/signin/anonymously', '/auth/v1/signin/custom', '/web'])(
  'when the answer of %s is lost the call fails, and the next one goes through',
  async (on) => {
    const phone = phoneOf(customer)
    await hongyan.test.post('/_emulator/faults', { rules: [{ on, times: 1, effect: { kind: 'drop' } }] })
    const failed = phone.call('subscriber', 'whoami', {})
    await expect(failed).rejects.toMatchObject({ errMsg: expect.any(String) as string })
    expect(dataOf(await phone.call('subscriber', 'whoami', {})).openid).toBe(customer)
  },
)

test.each<[string, (number | 'drop')[], string]>([
  ['refuses two codes', [40029, 40163], 'LOGIN_CODE_INVALID'],
  ['counts too many logins', [45011], 'LOGIN_TOO_OFTEN'],
  ['holds the account for a risk', [40226], 'LOGIN_BLOCKED'],
  ['does not know the secret', [40125], 'LOGIN_REFUSED'],
  ['does not answer', ['drop', 'drop'], 'LOGIN_UNREACHABLE'],
])('when WeChat %s the page is told so in words', async (_what, answers, code) => {
  wechat.next = [...answers]
  const error = errorOf(await phoneOf(emma).call('subscriber', 'whoami', {}))
  expect(error.code).toBe(code)
  wechat.next = []
})

test('one code that WeChat refuses is followed by another', async () => {
  wechat.next = [40029]
  expect(dataOf(await phoneOf(emma).call('subscriber', 'whoami', {})).openid).toBe(emma)
})

test('staff send to a person who subscribed: over HTTPS, by roles, and by the timer too', async () => {
  const [phone, staff] = [phoneOf(customer), phoneOf(owner)]
  const templateId = 'kR3vYw8Qm2LxZt0Hs6NcJp4Fd9Ga7Be1UoXiTrVyWqE'
  await hongyan.test.accept(customer, templateId)
  const prompt = {
    promptId: 'prompt-standalone',
    scene: 'order',
    answers: { [templateId]: 'accept' as const },
  }
  dataOf(await phone.call('subscriber', 'subscription.record', prompt))
  const message = { key: 'key-standalone', to: customer, template: 'order-shipped', params: order }
  expect(errorOf(await phone.call('staff', 'send.one', message)).code).toBe('NOT_ALLOWED')
  expect(dataOf(await staff.call('staff', 'send.one', message))).toMatchObject({ outcome: 'sent', code: 0 })
  expect(await hongyan.test.messages(customer)).toMatchObject([{ title: '订单发货提醒' }])
  await hongyan.advance(60_000)
  const ticks = (await hongyan.test.logs()).filter((row) => row['source'] === 'wx_trigger')
  expect(ticks.map(({ result }) => String(result))).toContainEqual(expect.stringContaining('"ok":true'))
})

test.each([
  [{ env: 'Env Of Ours', region: 'ap-shanghai' }, /Env Of Ours is no environment/],
  [{ env: 'env-of-ours', region: '上海' }, /上海 is no region/],
])('nothing is built for %p', async (options, said) => {
  await expect(buildStandalone({ ...options, out: join(out, 'never') })).rejects.toThrow(said)
})

test('the function that makes tickets names both SDKs at their exact versions, the others one', () => {
  const dependenciesOf = (name: string) =>
    (JSON.parse(readFileSync(join(hongyan.test.functionsDir, name, 'package.json'), 'utf8')) as Manifest)
      .dependencies
  const sdk = { 'wx-server-sdk': '4.0.2' }
  expect(dependenciesOf('login')).toEqual({ ...sdk, '@cloudbase/node-sdk': '3.17.2' })
  expect(dependenciesOf('staff')).toEqual(sdk)
})

test('an openid in the input counts for nothing', async () => {
  const phone = phoneOf(customer)
  const forged = { openid: owner, role: 'owner', OPENID: owner } as never
  expect(errorOf(await phone.call('subscriber', 'whoami', forged)).code).toBe('INPUT_INVALID')
})

test('the functions that phones may not call are shut to the js-sdk too', async () => {
  await expect(phoneOf(customer).call('dispatch', 'dispatch.tick', {})).rejects.toMatchObject({
    errMsg: expect.stringContaining('PERMISSION_DENIED') as string,
  })
})

test('the pages in the phone log in and show what there is', async () => {
  const { page, problems } = await openBrowserPage(browser)
  await page.goto(`${hongyan.test.url}/phone/app?openid=${emma}&lang=en`)
  await page.getByText('Subscribe').first().waitFor({ timeout: 20_000 })
  expect(problems).toEqual([])
  await page.context().close()
})

test('no secret, no private key and no session key is in a bundle, a log or a reply', async () => {
  await phoneOf(customer).call('subscriber', 'whoami', {})
  const { private_key: key } = JSON.parse(keyFile) as { private_key: string }
  const body = key.split('\n').slice(1, 3)
  expect(wechat.sessionKeys.length).toBeGreaterThan(0)
  const names = ['dispatch', 'events', 'login', 'staff', 'subscriber']
  const told = [
    textsOf(hongyan.test.functionsDir, names),
    script,
    JSON.stringify(await hongyan.test.logs()),
    JSON.stringify(said),
  ]
  for (const text of told)
    for (const secret of [appsecret, ...body, ...wechat.sessionKeys, 'session_key":'])
      expect(text.includes(secret)).toBe(false)
})
