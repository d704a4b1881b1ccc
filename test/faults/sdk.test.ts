/** Faults as a function meets them through the unmodified SDK, beyond what test/emulator/faults.test.ts promises. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import * as z from 'zod'
import { DEFAULT_SDK, sdkPackageOf, startTestEmulator, type TestEmulator } from '../support/emulator'

const FIXTURES = join(__dirname, '..', 'fixtures', 'functions')
let root: string
let given: TestEmulator
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'faults-test-'))
  for (const name of ['notify', 'tick', 'open-api'])
    cpSync(join(FIXTURES, name), join(root, 'functions', name), { recursive: true })
  cpSync(join(__dirname, 'functions'), join(root, 'functions'), { recursive: true })
  mkdirSync(join(root, 'node_modules'))
  const sdk = dirname(require.resolve(`${sdkPackageOf(DEFAULT_SDK)}/package.json`))
  symlinkSync(sdk, join(root, 'node_modules', 'wx-server-sdk'))
  given = await startTestEmulator({ functionsDir: join(root, 'functions') })
  for (const collectionName of ['orders', 'todos'])
    await given.post('/admin', { action: 'database.addCollection', collectionName })
})
afterEach(() => fetch(`${given.url}/_emulator/faults`, { method: 'DELETE' }))
afterAll(async () => {
  await given.stop()
  rmSync(root, { recursive: true, force: true })
})

const faults = (...rules: unknown[]): Promise<unknown> => given.post('/_emulator/faults', { rules })
const notify = (templateId = 'TPL_ORDER'): Promise<Record<string, unknown>> =>
  given.result('notify', { message: { templateId } })
const toldSchema = z.array(
  z.object({
    collection: z.string(),
    ms: z.number(),
    errCode: z.number().optional(),
    errMsg: z.string().optional(),
  }),
)
const spanSchema = z.object({ at: z.number(), durationMs: z.number() })
const write = async (...collections: string[]) =>
  toldSchema.parse((await given.result('ledger', { collections }))['told'])
const count = async (collectionName: string): Promise<unknown> =>
  z
    .object({ data: z.object({ total: z.number() }) })
    .parse(await given.post('/admin', { action: 'database.calculateDocument', collectionName })).data.total

test('an errcode for chosen templates leaves the others alone', async () => {
  await given.accept('oAlice', 'TPL_ORDER')
  await faults({ on: '*', templates: ['TPL_QUEUE'], effect: { kind: 'errcode', errcode: 43107 } })
  expect(await notify('TPL_QUEUE')).toMatchObject({ errCode: 43107 })
  expect(await notify()).toMatchObject({ errCode: 0 })
})

test('WeChat can answer -1 though the message went', async () => {
  await given.accept('oAlice', 'TPL_ORDER')
  const before = (await given.messages('oAlice')).length
  await faults({ on: 'subscribeMessage.send', effect: { kind: 'errcode', errcode: -1, when: 'after' } })
  expect(await notify()).toMatchObject({ errCode: -1, errMsg: expect.stringContaining('system error') })
  expect(await given.messages('oAlice')).toHaveLength(before + 1)
})

test('a platform code reaches the function as the platform’s own', async () => {
  await faults({ on: 'subscribeMessage.send', effect: { kind: 'platform-code', errorCode: -604102 } })
  expect(await notify()).toEqual({ errCode: -604102, errMsg: 'system error: error code: -604102' })
})

test('a database error for one collection leaves the others alone, and writes nothing', async () => {
  const before = await count('orders')
  await faults({
    on: 'database.insertDocument',
    collections: ['orders'],
    effect: { kind: 'code', code: 'SERVER_TIMEOUT' },
  })
  expect(await write('orders', 'todos')).toEqual([
    {
      collection: 'orders',
      ms: expect.any(Number),
      errCode: -501002,
      errMsg: expect.stringContaining('server timeout'),
    },
    { collection: 'todos', ms: expect.any(Number) },
  ])
  expect(await count('orders')).toBe(before)
})

test('a write whose answer is an error may have taken place', async () => {
  const before = Number(await count('orders'))
  const effect = { kind: 'code', code: 'DATABASE_REQUEST_FAILED', when: 'after' }
  await faults({ on: 'database.insertDocument', times: 1, effect })
  expect(await write('orders')).toMatchObject([{ errCode: -502001 }])
  expect(await count('orders')).toBe(before + 1)
})

test('database actions are held up on their way there and back, others are not', async () => {
  await faults(
    { on: 'database.*', collections: ['orders'], effect: { kind: 'delay', ms: 30 } },
    { on: 'database.*', collections: ['orders'], effect: { kind: 'delay', ms: 30, when: 'after' } },
  )
  const [slow, fast] = await write('orders', 'todos')
  expect(slow?.ms).toBeGreaterThanOrEqual(59)
  expect(fast?.ms).toBeLessThan(slow?.ms ?? 0)
})

test('the answer of a refusal is lost as any other', async () => {
  await faults({ on: 'database.insertDocument', effect: { kind: 'drop' } })
  const [lost] = await write('nowhere')
  expect(lost).toMatchObject({ errCode: -501001, errMsg: expect.stringContaining('socket hang up') })
})

test('an instance dies at its third write of a kind, before or after it', async () => {
  for (const [when, written] of [
    ['before', 2],
    ['after', 3],
  ] as const) {
    const before = Number(await count('todos'))
    await faults({
      on: 'database.insertDocument',
      functions: ['ledger'],
      skip: 2,
      times: 1,
      effect: { kind: 'kill', when },
    })
    const killed = await given.call('ledger', { collections: ['todos', 'todos', 'todos', 'todos'] })
    expect(killed).toMatchObject({ ok: false, errMsg: expect.stringContaining('SIGKILL') })
    expect(await count('todos')).toBe(before + written)
    // The next call finds a new instance.
    expect(await write('todos')).toEqual([{ collection: 'todos', ms: expect.any(Number) }])
  }
})

test('a doubled timer runs both firings at once, in two instances', async () => {
  await faults({ on: 'timer:tick', times: 1, effect: { kind: 'double' } })
  const before = (await given.logs()).length
  await given.post('/_emulator/clock', { advanceMs: 3_600_000 })
  const fired = (await given.logs()).slice(before)
  expect(fired.map((row) => row['function'])).toEqual(['tick', 'tick'])
  const spans = fired.map((row) => spanSchema.parse(row))
  // Each began before the other was over.
  expect(Math.max(...spans.map(({ at }) => at))).toBeLessThan(
    Math.min(...spans.map(({ at, durationMs }) => at + durationMs)),
  )
})

test('a delayed task can be missed as a timer can', async () => {
  const ordered = { env: 'hongyan-test', function_name: 'ledger', delay_time: 10, data: '{}' }
  const order = (): Promise<Record<string, unknown>> =>
    given.result('open-api', { api: 'cloudbase.addDelayedFunctionTask', convertCase: false, params: ordered })
  const runs = async (): Promise<number> =>
    (await given.logs()).filter((row) => row['function'] === 'ledger' && row['source'] === 'wx_trigger')
      .length
  await faults({ on: 'timer:ledger', times: 1, effect: { kind: 'miss' } })
  for (const expected of [0, 1]) {
    expect(await order()).toMatchObject({ errCode: 0 })
    await given.post('/_emulator/clock', { advanceMs: 11_000 })
    expect(await runs()).toBe(expected)
  }
})

test('over HTTPS a chosen template is refused, and nobody is killed', async () => {
  await faults(
    { on: '*', effect: { kind: 'kill' } },
    { on: 'subscribeMessage.send', templates: ['TPL_QUEUE'], effect: { kind: 'errcode', errcode: 45009 } },
  )
  const body = { touser: 'oAlice', template_id: 'TPL_QUEUE', data: {} }
  expect(await given.post('/cgi-bin/message/subscribe/send?access_token=x', body)).toMatchObject({
    errcode: 45009,
  })
})

test('DELETE takes every rule back', async () => {
  await faults({ on: '*', effect: { kind: 'drop' } })
  const reply = await fetch(`${given.url}/_emulator/faults`, { method: 'DELETE' })
  expect(await reply.json()).toEqual({ seed: 1, rules: [] })
  expect(await write('todos')).toEqual([{ collection: 'todos', ms: expect.any(Number) }])
})
