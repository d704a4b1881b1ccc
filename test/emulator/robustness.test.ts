import { connect } from 'node:net'
import * as fc from 'fast-check'
import { startTestEmulator, type TestEmulator } from '../support/emulator'

let given: TestEmulator
const faults: string[] = []
beforeAll(async () => {
  given = await startTestEmulator({ functions: ['whoami'], log: (line) => faults.push(line) })
})
afterAll(() => given.stop())

async function admin(body: string | Uint8Array, contentType = 'application/json'): Promise<unknown> {
  const reply = await fetch(`${given.url}/admin`, {
    method: 'POST',
    headers: { 'Content-Type': contentType },
    body: typeof body === 'string' ? body : new Blob([new Uint8Array(body)]),
  })
  expect(reply.status).toBe(200)
  return reply.json()
}

const MULTIPART = 'multipart/form-data; boundary=abc'
const part = (name: string, value: string): string =>
  `--abc\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`

test.each<[string, string, string, RegExp]>([
  ['no body', '', 'application/json', /is not JSON/],
  ['half a JSON body', '{"action":', 'application/json', /is not JSON/],
  ['a list', '[]', 'application/json', /not a JSON object/],
  ['no action', '{}', 'application/json', /action is missing/],
  ['an action that is no string', '{"action":1}', 'application/json', /action is not a string/],
  ['an unknown action', '{"action":"toString"}', 'application/json', /unknown action "toString"/],
  ['an unknown database action', '{"action":"database.dropEverything"}', 'application/json', /./],
  [
    'a call without a name',
    '{"action":"functions.invokeFunction"}',
    'application/json',
    /function_name is missing/,
  ],
  [
    'a call with an event that is no JSON',
    '{"action":"functions.invokeFunction","function_name":"whoami","request_data":"{"}',
    'application/json',
    /request_data is not JSON/,
  ],
  ['a truncated multipart body', part('action', 'wx.openApi'), MULTIPART, /cut off/],
  [
    'a cloud call without data',
    `${part('action', 'wx.openApi')}${part('apiName', 'a.b')}--abc--`,
    MULTIPART,
    /requestData/,
  ],
  ['a cloud call without a name', `${part('action', 'wx.openApi')}--abc--`, MULTIPART, /apiName is missing/],
  [
    'a cloud call with a value that is no JSON',
    `${part('action', 'wx.openApi')}${part('apiName', 'a.b')}${part('requestData', '\x08\x00\x12\x07\x0a\x05\x0a\x01a\x12\x00')}--abc--`,
    MULTIPART,
    /requestData is not a CommApiData message/,
  ],
])('%s is answered with INVALID_PARAM and a reason', async (_, body, contentType, reason) => {
  const reply = await admin(body, contentType)
  expect(reply).toMatchObject({
    requestId: expect.any(String),
    code: expect.stringMatching(/^(INVALID_PARAM|DATABASE_.*)$/),
  })
  expect(reply).toMatchObject({ message: expect.stringMatching(reason) })
})

test('storage and payment are refused by name as not simulated', async () => {
  expect(await admin('{"action":"storage.getUploadMetadata"}')).toMatchObject({
    message: 'storage.getUploadMetadata is not simulated by the emulator',
  })
})

test('another environment is INVALIID_ENV', async () => {
  expect(
    await admin('{"action":"functions.invokeFunction","function_name":"whoami","envName":"other"}'),
  ).toMatchObject({
    code: 'INVALIID_ENV',
  })
})

test('random protobuf is a refusal, never a fault', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), async (bytes) => {
      const head = Buffer.from(
        `${part('action', 'wx.openApi')}${part('apiName', 'subscribeMessage.send')}--abc\r\n` +
          'Content-Disposition: form-data; name="requestData"\r\n\r\n',
      )
      const reply = await fetch(`${given.url}/admin`, {
        method: 'POST',
        headers: { 'Content-Type': MULTIPART },
        body: new Blob([head, new Uint8Array(bytes), '\r\n--abc--\r\n']),
      })
      expect(reply.status).toBe(200)
      // What happens to be a message has no token, and is refused as such.
      const text = await reply.text()
      expect(text).toMatch(/INVALID_PARAM|[^\x20-\x7e]/)
    }),
    { numRuns: 60 },
  )
  expect(faults).toEqual([])
})

test('a body that is too large is refused and the emulator goes on', async () => {
  const reply = await fetch(`${given.url}/admin`, {
    method: 'POST',
    body: new Uint8Array(21 * 1024 * 1024),
  }).then(
    (one) => one.json(),
    // The emulator may close the connection before everything was sent.
    (error: unknown) => ({ closed: String(error) }),
  )
  expect(JSON.stringify(reply)).toMatch(/BODY_TOO_LARGE|closed/)
  expect(await given.call('whoami')).toMatchObject({ ok: true })
})

test('a connection dropped in the middle of a request harms nobody', async () => {
  const socket = connect(given.emulator.port, '127.0.0.1')
  await new Promise<void>((resolve) => socket.once('connect', () => resolve()))
  socket.write('POST /admin HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"action"')
  socket.destroy()
  expect(await given.call('whoami')).toMatchObject({ ok: true })
})

test.each<[string, string, unknown, string, string]>([
  ['an unknown path', '/_emulator/nothing', {}, 'NOT_FOUND', 'there is nothing at POST /_emulator/nothing'],
  ['a call without a name', '/_emulator/call', { openid: 'oAlice' }, 'INVALID_BODY', 'name'],
  ['a call without a person', '/_emulator/call', { name: 'whoami' }, 'OPENID_MISSING', 'openid is missing'],
  ['an unknown source', '/_emulator/call', { name: 'whoami', source: 'me' }, 'INVALID_BODY', 'source'],
  ['an unknown field', '/_emulator/call', { name: 'whoami', opneid: 'x' }, 'INVALID_BODY', 'opneid'],
  ['a clock moved by words', '/_emulator/clock', { advanceMs: 'an hour' }, 'INVALID_BODY', ''],
])('%s is refused with a code and a sentence', async (_, path, body, code, sentence) => {
  expect(await given.post(path, body)).toMatchObject({
    error: { code, message: expect.stringContaining(sentence) },
  })
})

test('a function can be called as any source', async () => {
  expect(
    await given.post('/_emulator/call', { name: 'whoami', data: {}, source: 'wx_paycallback' }),
  ).toMatchObject({
    ok: true,
    result: { event: {}, wxContext: { SOURCE: 'wx_paycallback' } },
  })
})

test('stats count calls, sends and refusals', async () => {
  await given.result('whoami')
  expect(await given.get('/_emulator/stats')).toEqual({
    calls: expect.any(Object),
    sends: {},
    refusals: expect.any(Object),
  })
})
