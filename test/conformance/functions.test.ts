import { context, type Probe, process, scriptOf, sleep, startProbe } from './probe'

let given: Probe
let late: Promise<unknown>
beforeAll(async () => {
  given = await startProbe({
    functions: ['shapes', 'thrower', 'broken', 'slow', 'counter', 'caller'],
    functionEnv: { counter: { TZ: 'Asia/Shanghai' } },
  })
  // The timeout of `slow` is one second of real time: it passes while the other tests run.
  late = given.call('slow', { ms: 1200 })
})
afterAll(async () => {
  await late
  await given.stop()
})

test('wx.cloud.callFunction gives result, requestID and errMsg', async () => {
  expect(await given.call('shapes', { how: 'return' })).toEqual({
    ok: true,
    result: { how: 'return' },
    requestID: expect.any(String),
    errMsg: 'cloud.callFunction:ok',
  })
})

test('the requestID that a caller gets is the request_id of the context', async () => {
  const { requestID, result } = await given.call('probe', scriptOf(context))
  expect(result).toMatchObject([{ value: { request_id: requestID } }])
})

test('a main that takes a callback may answer through it', async () => {
  expect(await given.call('shapes', { how: 'callback' })).toMatchObject({ result: { how: 'callback' } })
})

test('an error that a function throws is -504002 to the phone, with its text', async () => {
  const reply = await given.call('thrower')
  expect(reply).toMatchObject({ ok: false, errCode: -504002 })
  expect(reply.errMsg).toMatch(/^cloud\.callFunction:fail .*Error: boom/s)
})

test('a function whose module does not load is -504002', async () => {
  expect(await given.call('broken')).toMatchObject({ ok: false, errCode: -504002 })
})

test('a function whose process ends is -504002, and the next call has a new one', async () => {
  expect(await given.call('thrower', { exit: true })).toMatchObject({ ok: false, errCode: -504002 })
  expect((await given.call('thrower')).errMsg).toMatch(/Error: boom/)
})

test('a function that takes longer than its timeout fails with the platform’s sentence', async () => {
  expect(await late).toMatchObject({
    ok: false,
    errMsg: expect.stringMatching(/task timed out after 1 seconds/),
  })
})

test('a function that names no timeout has 3 seconds', async () => {
  const { functions } = Object(await given.get('/_emulator/world'))
  expect(functions).toContainEqual(expect.objectContaining({ name: 'shapes', timeoutSeconds: 3 }))
})

test('a result of more than 1 MB does not reach a phone: -604001', async () => {
  expect(await given.call('shapes', { how: 'large', bytes: 1_000_000 })).toMatchObject({ ok: true })
  expect(await given.call('shapes', { how: 'large', bytes: 1_100_000 })).toMatchObject({
    ok: false,
    errCode: -604001,
  })
})

test('a result of more than 6 MB does not reach another function', async () => {
  const call = (bytes: number): Promise<Record<string, unknown>> =>
    given.result('caller', { name: 'shapes', data: { how: 'large', bytes } })
  expect(await call(900_000)).toHaveProperty('res')
  expect(await call(6_400_000)).toMatchObject({ errMsg: expect.stringMatching(/^callFunction:fail .*bytes/) })
})

test('a warm instance keeps what its module holds', async () => {
  const first = await given.result('counter')
  const second = await given.result('counter')
  expect(second).toMatchObject({ pid: first['pid'], calls: Number(first['calls']) + 1 })
})

test('an instance serves one call at a time: calls at once have instances of their own', async () => {
  const data = scriptOf(sleep(90), process.pid)
  const replies = await Promise.all([1, 2, 3].map(() => given.call('probe', data)))
  expect(new Set(replies.map(({ result }) => Object(result)[1].value)).size).toBe(3)
})

test('what one call puts into the environment is there in the next', async () => {
  await given.result('counter', { remember: 'me' })
  expect(await given.result('counter')).toMatchObject({ remembered: 'me' })
})

test('TZ among a function’s variables sets its time zone', async () => {
  expect(await given.result('counter')).toMatchObject({ env: { TZ: 'Asia/Shanghai' } })
})
