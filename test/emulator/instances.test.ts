import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { startTestEmulator, type TestEmulator } from '../support/emulator'

const counterSchema = z.object({
  calls: z.number(),
  late: z.number(),
  pid: z.number(),
  remembered: z.string().optional(),
  env: z.record(z.string(), z.string()),
})

const instancesSchema = z.strictObject({
  instances: z.array(z.strictObject({ function: z.string(), pid: z.number(), state: z.string() })),
})

let given: TestEmulator
let started: TestEmulator[]
beforeEach(() => {
  started = []
})
afterEach(() => Promise.all(started.map((one) => one.stop())))

async function start(options: Parameters<typeof startTestEmulator>[0] = {}): Promise<void> {
  given = await startTestEmulator({ functions: ['counter', 'slow'], ...options })
  started.push(given)
}
const count = async (data: Record<string, unknown> = {}): Promise<z.output<typeof counterSchema>> =>
  counterSchema.parse(await given.result('counter', data))

const instances = async () => instancesSchema.parse(await given.get('/_emulator/instances')).instances

test('a warm instance keeps its module and what it put into the environment', async () => {
  await start()
  const first = await count({ remember: 'me' })
  const second = await count()
  expect(second).toMatchObject({ calls: 2, pid: first.pid, remembered: 'me' })
})

test('calls at once run in instances of their own, one call at a time in each', async () => {
  await start()
  const replies = await Promise.all([1, 2, 3].map(() => count()))
  expect(new Set(replies.map(({ pid }) => pid)).size).toBe(3)
  expect(replies.map(({ calls }) => calls)).toEqual([1, 1, 1])
})

test('more calls than instances wait their turn', async () => {
  await start({ instancesPerFunction: 2 })
  const replies = await Promise.all(Array.from({ length: 7 }, () => count()))
  expect(new Set(replies.map(({ pid }) => pid)).size).toBe(2)
  expect(replies).toHaveLength(7)
})

test('every process of a function is listed with what it is doing, and no longer when it is gone', async () => {
  await start()
  const { pid } = await count()
  const answered = given.call('slow', { ms: 300 })
  await until(async () => (await instances()).some(({ state }) => state === 'running'))
  const [waiting, busy] = await instances()
  expect(waiting).toEqual({ function: 'counter', pid, state: 'idle' })
  if (busy === undefined) throw new Error('the busy instance is not listed')
  expect(busy).toMatchObject({ function: 'slow', state: 'running' })
  process.kill(busy.pid, 'SIGKILL')
  expect(await answered).toMatchObject({ errCode: -504002 })
  expect(await instances()).toEqual([waiting])
})

test('nothing of the emulator’s own environment reaches a function', async () => {
  process.env['HONGYAN_TEST_SECRET'] = 'do not tell'
  try {
    await start({ functionEnv: { '*': { SHARED: 'a=b;c' }, counter: { OWN: '1' }, slow: { OTHER: '2' } } })
    const { env } = await count()
    expect(new Set(Object.keys(env))).toEqual(
      new Set([
        'OWN',
        'PATH',
        'SCF_NAMESPACE',
        'SHARED',
        'TCB_CONTEXT_CNFG',
        'TCB_CONTEXT_KEYS',
        'TCB_ENV',
        'TCB_SEQID',
        'TCB_SESSIONTOKEN',
        'TCB_SOURCE',
        'TENCENTCLOUD_REGION',
        'TENCENTCLOUD_RUNENV',
        'TENCENTCLOUD_SECRETID',
        'TENCENTCLOUD_SECRETKEY',
        'TENCENTCLOUD_SESSIONTOKEN',
        'TRIGGER_SRC',
        'TZ',
        'WX_API_TOKEN',
        'WX_APPID',
        'WX_CLIENTIP',
        'WX_CONTEXT_KEYS',
        'WX_OPENID',
        'WX_UNIONID',
      ]),
    )
    expect(env).toMatchObject({ TZ: 'UTC', SHARED: 'a=b;c', WX_OPENID: 'oAlice' })
  } finally {
    delete process.env['HONGYAN_TEST_SECRET']
  }
})

const stateOf = (pid: number): string =>
  /^State:\s+(\S)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '?'

test('code that changed on disk is what the next call runs', async () => {
  await start()
  await count()
  appendFileSync(join(given.functionsDir, 'counter/index.js'), '\nexports.main = async () => "changed"\n')
  expect(await given.call('counter')).toMatchObject({ ok: true, result: 'changed' })
})

test.each([
  ['runs on', true, 'ok'],
  ['is killed where the world says so', false, 'error'],
])('what a function called when it timed out %s', async (_, calleesOutliveCallers, status) => {
  await start({ functions: ['impatient', 'patient'], world: { behaviour: { calleesOutliveCallers } } })
  expect(await given.call('impatient')).toMatchObject({ ok: false, errCode: -504003 })
  const callee = async (): Promise<unknown> =>
    (await given.logs()).find((row) => row['function'] === 'patient')?.['status']
  await until(async () => (await callee()) !== undefined)
  expect(await callee()).toBe(status)
})

test('a data folder belongs to one emulator at a time', async () => {
  await start()
  const second = startTestEmulator({ dataDir: given.dataDir, functions: ['slow'] })
  await expect(second).rejects.toThrow(/^options: dataDir: .* is in use by another emulator/)
  given = await given.restart()
  started.push(given)
  expect(await given.call('counter')).toMatchObject({ ok: true })
})

test('a port that is taken is told by name', async () => {
  await start()
  const second = startTestEmulator({ port: given.emulator.port, functions: ['slow'] })
  await expect(second).rejects.toThrow(/^options: port: \d+ is in use; choose another$/)
})

// SIGSTOP and /proc.
const onLinux = process.platform === 'linux' ? describe : describe.skip

onLinux('processes', () => {
  test('an instance stands still after it returned, and its pending work goes on in the next call', async () => {
    await start()
    const { pid } = await count({ later: 1 })
    await until(() => stateOf(pid) === 'T')
    // The pending timer did not run while the instance stood still; it runs when it is thawed, before the call or after.
    await count()
    expect(await count()).toMatchObject({ pid, late: 1 })
  })

  test('an instance that timed out is used again once its work has ended', async () => {
    await start()
    expect(await given.call('slow', { ms: 1100 })).toMatchObject({ errCode: -504003 })
    expect(await given.call('slow', { ms: 1 })).toMatchObject({ ok: true })
  })

  test('an instance that is stuck is given up after its second timeout', async () => {
    await start()
    expect(await given.call('slow', { ms: 60_000, spin: true })).toMatchObject({ errCode: -504003 })
    expect(await given.call('slow', { ms: 1 })).toMatchObject({ errCode: -504003 })
    expect(await given.call('slow', { ms: 1 })).toMatchObject({ ok: true })
  })

  test('where instances are not frozen, pending work goes on by itself', async () => {
    await start({ world: { behaviour: { freezesInstances: false } } })
    const { pid } = await count()
    expect(stateOf(pid)).not.toBe('T')
  })

  test('stopping ends every instance, busy, idle and frozen', async () => {
    await start()
    const idle = await Promise.all([count(), count()])
    const busy = given.call('slow', { ms: 900 }).catch((error: unknown) => error)
    await until(async () => JSON.stringify(await given.get('/_emulator/stats')) !== '')
    await given.emulator.stop()
    await busy
    for (const { pid } of idle) expect(() => stateOf(pid)).toThrow(/ENOENT/)
  })
})

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    if (await condition()) return
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  throw new Error('the condition did not come true')
}
