/** What HTTPS has beyond the port's suite: the access token of all instances, and connections. */
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { accountOf } from '../../adapters/https/account'
import { Line } from '../../adapters/https/line'
import { HttpsOpenApi } from '../../adapters/https/open-api'
import { MemoryStore } from '../../adapters/memory/store'
import { answerOf } from '../../core/delivery/errcodes'
import { DEFAULT_SDK } from '../support/emulator'
import { SteppedClock } from '../support/service'
import { message, type Opened, openOn } from './open-api-emulator'

const HOUR = 3_600_000

describe('the access token', () => {
  let opened: Opened
  beforeEach(async () => {
    opened = await openOn('https', DEFAULT_SDK)
    await opened.emulator.accept('oAlice', 'TPL_BUS')
    // A rule that never comes about counts how often it was looked at.
    const effect = { kind: 'drop' }
    await opened.emulator.post('/_emulator/faults', {
      rules: [{ on: '/cgi-bin/stable_token', rate: 0, effect }],
    })
  }, 30_000)
  afterEach(() => opened.close())

  const asked = async () => {
    const { rules } = (await opened.emulator.get('/_emulator/faults')) as { rules: { seen: number }[] }
    return rules[0]?.seen
  }
  const codes = async (count = 1) => {
    const people = Array.from({ length: count }, () => message())
    return (await opened.send(...people)).map(({ code }) => code)
  }
  const credentials = () => ({
    grant_type: 'client_credential',
    appid: opened.env['HONGYAN_APPID'],
    secret: opened.env['HONGYAN_APPSECRET'],
  })
  const advance = (advanceMs: number) => opened.emulator.post('/_emulator/clock', { advanceMs })

  test('is asked for once by all instances and their messages', async () => {
    // Four invocations at once are four instances.
    await Promise.all(
      Array.from({ length: 4 }, () =>
        opened.send(...Array.from({ length: 20 }, (_, at) => message({ openid: `oNobody${at}` }))),
      ),
    )
    expect(await asked()).toBe(1)
  })

  test('is renewed before it ends, once, and no message is refused meanwhile', async () => {
    expect(await codes()).toEqual([0])
    await advance(2 * HOUR - 6 * 60_000)
    expect(await codes()).toEqual([0])
    expect(await asked()).toBe(1)
    await advance(2 * 60_000)
    expect(await codes()).toEqual([0])
    expect(await codes()).toEqual([0])
    expect(await asked()).toBe(2)
  })

  test('that ended long ago is renewed first', async () => {
    await codes()
    await advance(30 * HOUR)
    expect(await codes()).toEqual([0])
    expect(await asked()).toBe(2)
  })

  test('that WeChat takes back is renewed once for all, and the messages go', async () => {
    await codes()
    await opened.emulator.post('/cgi-bin/stable_token', { ...credentials(), force_refresh: true })
    const before = (await opened.emulator.messages('oAlice')).length
    const answers = await opened.send(
      message(),
      ...Array.from({ length: 20 }, (_, at) => message({ openid: `oNobody${at}` })),
    )
    expect(answers.map(({ code }) => code)).toEqual([0, ...Array.from({ length: 20 }, () => 40003)])
    expect(await opened.emulator.messages('oAlice')).toHaveLength(before + 1)
    expect(await asked()).toBe(3)
  })

  test('is asked for anew by force only where WeChat gives the refused one again', async () => {
    await codes()
    const effect = { kind: 'errcode', errcode: 42001 }
    await opened.emulator.post('/_emulator/faults', {
      add: true,
      rules: [{ on: 'subscribeMessage.send', times: 1, effect }],
    })
    expect(await codes()).toEqual([0])
    expect(await asked()).toBe(3)
  })

  test('that is refused again is no reason to go on: the message was not sent', async () => {
    const effect = { kind: 'errcode', errcode: 40001 }
    await opened.emulator.post('/_emulator/faults', {
      add: true,
      rules: [{ on: 'subscribeMessage.send', effect }],
    })
    expect(await codes()).toEqual([40001])
    expect(await opened.emulator.messages('oAlice')).toEqual([])
  })

  test('that WeChat does not give is the answer, and the secret is in no answer and no log', async () => {
    opened.env['HONGYAN_APPSECRET'] = 'a-secret-that-is-wrong'
    const [answer] = await opened.send(message())
    expect(answer).toMatchObject({ code: 40125, text: expect.stringMatching(/no access token/) })
    expect(answerOf(40125)).toMatchObject({ grant: 'return', blame: 'account' })
    const said = JSON.stringify([answer, await opened.emulator.logs()])
    expect(said).not.toContain('a-secret-that-is-wrong')
  })
})

describe('the line', () => {
  let server: Server
  let line: Line
  let clock: SteppedClock
  let connections = 0
  afterEach(() => {
    line.close()
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  })
  async function serve(listener: RequestListener): Promise<void> {
    connections = 0
    clock = new SteppedClock()
    server = createServer(listener).on('connection', () => {
      connections += 1
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    line = new Line(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, clock)
  }

  test('keeps its connection, but not one that stood unused while the instance stood still', async () => {
    await serve((_request, response) => response.end('{}'))
    for (let at = 0; at < 3; at += 1) await line.post('/a', {}, 10_000)
    expect(connections).toBe(1)
    clock.advance(5_000)
    await line.post('/a', {}, 10_000)
    expect(connections).toBe(2)
  })

  test('tells what was lost from what was never sent', async () => {
    await serve((request, response) => {
      if (request.url === '/reset') request.socket.destroy()
      else {
        response.writeHead(200, { 'content-length': '100' })
        response.write('{"errcode":0')
        request.socket.end()
      }
    })
    expect(await line.post('/reset', {}, 10_000)).toMatchObject({ kind: 'lost' })
    expect(await line.post('/half', {}, 10_000)).toMatchObject({ kind: 'lost' })
    const nowhere = new Line('http://127.0.0.1:1', clock)
    expect(await nowhere.post('/', {}, 10_000)).toMatchObject({ kind: 'unsent' })
    nowhere.close()
  })

  test('gives up after its time, with the message lost', async () => {
    let arrived: () => void = () => undefined
    const isThere = new Promise<void>((resolve) => {
      arrived = resolve
    })
    await serve(() => arrived())
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance', 'Date'] })
    try {
      const answer = line.post('/silent', {}, 10_000)
      await isThere
      jest.advanceTimersByTime(10_000)
      expect(await answer).toEqual({ kind: 'lost', reason: 'no answer within 10 s' })
    } finally {
      jest.useRealTimers()
    }
  })

  test('takes no answer without end', async () => {
    await serve((_request, response) => {
      response.end('x'.repeat(600_000))
    })
    expect(await line.post('/long', {}, 10_000)).toMatchObject({ kind: 'lost' })
  })

  test('what is no answer of WeChat leaves the message in doubt', async () => {
    await serve((request, response) => {
      if (request.url === '/cgi-bin/stable_token') response.end('{"access_token":"t","expires_in":7200}')
      else response.writeHead(502).end('<html>Bad Gateway</html>')
    })
    const { port } = server.address() as AddressInfo
    const env = { HONGYAN_API: `http://127.0.0.1:${port}`, HONGYAN_APPID: 'wx1', HONGYAN_APPSECRET: 's' }
    const openApi = HttpsOpenApi.from({ store: new MemoryStore(clock), clock, random: () => 'r' }, env)
    expect(await openApi.send(message())).toMatchObject({ code: -1, text: expect.stringContaining('502') })
    openApi.close()
  })
})

test('a token that cannot be asked for leaves the message certainly unsent, to be tried again', async () => {
  const clock = new SteppedClock()
  const env = { HONGYAN_API: 'http://127.0.0.1:1', HONGYAN_APPID: 'wx1', HONGYAN_APPSECRET: 's' }
  const openApi = HttpsOpenApi.from({ store: new MemoryStore(clock), clock, random: () => 'r' }, env)
  const answer = await openApi.send(message())
  expect(answer).toMatchObject({ code: -2, text: expect.stringMatching(/no access token/) })
  expect(answerOf(-2)).toMatchObject({ outcome: 'failed', grant: 'return', retryMs: expect.any(Number) })
  openApi.close()
})

test('a message whose token comes too late is not begun: another may have taken its lane over', async () => {
  const clock = new SteppedClock()
  const asked: (string | undefined)[] = []
  const server = createServer((request, response) => {
    asked.push(request.url)
    clock.advance(9_500)
    response.end('{"access_token":"t","expires_in":7200}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const env = { HONGYAN_API: `http://127.0.0.1:${port}`, HONGYAN_APPID: 'wx1', HONGYAN_APPSECRET: 's' }
  const openApi = HttpsOpenApi.from({ store: new MemoryStore(clock), clock, random: () => 'r' }, env)
  expect(await openApi.send(message())).toMatchObject({ code: -2 })
  expect(asked).toEqual(['/cgi-bin/stable_token'])
  openApi.close()
  await new Promise((resolve) => server.close(resolve))
})

describe('the account', () => {
  const env = { HONGYAN_APPID: 'wx1', HONGYAN_APPSECRET: 'hush' }
  const faultsOf = (given: Record<string, string>) => {
    try {
      return accountOf(given)
    } catch (error) {
      return error
    }
  }

  test('is WeChat’s own address unless another is set', () => {
    expect(accountOf(env)).toEqual({ api: 'https://api.weixin.qq.com', appid: 'wx1', secret: 'hush' })
    expect(accountOf({ ...env, HONGYAN_API: 'http://127.0.0.1:8601/' }).api).toBe('http://127.0.0.1:8601')
  })

  test.each([
    [{ HONGYAN_APPID: 'wx1' }, 'HONGYAN_APPSECRET'],
    [{ HONGYAN_APPSECRET: 'hush' }, 'HONGYAN_APPID'],
    [{ ...env, HONGYAN_API: 'http://api.example.com' }, 'HONGYAN_API'],
    [{ ...env, HONGYAN_API: 'nonsense' }, 'HONGYAN_API'],
  ])('%j is refused by name, without the secret', (given, path) => {
    const error = faultsOf(given)
    expect(error).toMatchObject({ code: 'SETTINGS_INVALID', faults: [{ path }] })
    expect(`${String(error)}${JSON.stringify(error)}`).not.toContain('hush')
  })
})
