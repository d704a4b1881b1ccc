import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as z from 'zod'
import { SDK_VERSIONS, startTestEmulator, type TestEmulator } from '../support/emulator'
import { type Chain, cloud, db, event, type Fault, type Probe, scriptOf, startProbe } from './probe'

const HOUR = 3_600_000
const at = (time: string): number => Date.parse(`${time}+08:00`)

describe('triggers', () => {
  let folder: string
  let given: TestEmulator | undefined
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'conformance-'))
  })
  afterEach(async () => {
    await given?.stop()
    given = undefined
    rmSync(folder, { recursive: true, force: true })
  })

  /** An emulator with one function that has one trigger. */
  async function startAt(time: string, config: string, name = 'everyDay'): Promise<TestEmulator> {
    mkdirSync(join(folder, 'fired'))
    writeFileSync(join(folder, 'fired/index.js'), 'exports.main = async (event) => event')
    writeFileSync(
      join(folder, 'fired/config.json'),
      JSON.stringify({ triggers: [{ name, type: 'timer', config }] }),
    )
    given = await startTestEmulator({ functionsDir: folder, systemNow: () => at(time) })
    return given
  }
  /** When it fired, in China's time. */
  const fired = async (): Promise<string[]> =>
    ((await given?.logs()) ?? []).map((row) =>
      new Date(Number(row['at']) + 8 * HOUR).toISOString().slice(0, 19),
    )

  // wechat.md §7: expressions of the trigger page, and what it says they mean.
  test.each<[string, string, string, number, string[]]>([
    [
      '*/5 * * * * * * fires every five seconds',
      '*/5 * * * * * *',
      '2026-11-21T10:00:02',
      9_000,
      ['2026-11-21T10:00:05', '2026-11-21T10:00:10'],
    ],
    [
      '0 0 2 1 * * * fires at 02:00 of the first of each month, in UTC+8',
      '0 0 2 1 * * *',
      '2026-10-30T10:00:00',
      40 * 24 * HOUR,
      ['2026-11-01T02:00:00', '2026-12-01T02:00:00'],
    ],
    [
      '0 15 10 * * MON-FRI * fires at 10:15 of each weekday',
      '0 15 10 * * MON-FRI *',
      '2026-11-20T10:15:00',
      4 * 24 * HOUR,
      ['2026-11-23T10:15:00', '2026-11-24T10:15:00'],
    ],
    [
      '0 */30 9-17 * * * * fires each half hour from nine to half past five',
      '0 */30 9-17 * * * *',
      '2026-11-21T17:10:00',
      16 * HOUR,
      ['2026-11-21T17:30:00', '2026-11-22T09:00:00'],
    ],
    [
      '0 0 8 23 * SUN * fires on the 23rd and on each Sunday',
      '0 0 8 23 * SUN *',
      '2026-11-21T09:00:00',
      9 * 24 * HOUR,
      ['2026-11-22T08:00:00', '2026-11-23T08:00:00', '2026-11-29T08:00:00'],
    ],
    ['a year in the past never fires', '0 0 8 * * * 2020', '2026-11-21T09:00:00', 48 * HOUR, []],
  ])('%s', async (_title, config, from, advanceMs, times) => {
    await (await startAt(from, config)).post('/_emulator/clock', { advanceMs })
    expect(await fired()).toEqual(times)
  })

  test.each<[string, string, string]>([
    ['a trigger of six fields is refused at start, by file and field', '0 0 2 1 * *', 'everyDay'],
    ['a trigger whose name begins with a digit is refused at start', '0 0 2 1 * * *', '1st'],
    ['a trigger whose name has 61 characters is refused at start', '0 0 2 1 * * *', 'a'.repeat(61)],
    ['a trigger with a value out of its range is refused at start', '0 60 2 1 * * *', 'everyDay'],
  ])('%s', async (_title, config, name) => {
    await expect(startAt('2026-11-21T10:00:00', config, name)).rejects.toThrow(
      /fired[/\\]config\.json: triggers\.0\./,
    )
  })
})

describe.each(SDK_VERSIONS)('on SDK %s', (sdk) => {
  let given: Probe
  beforeAll(async () => {
    given = await startProbe({ sdk, functions: ['tick'] })
    await given.accept('oAlice', 'TPL_BUS')
  })
  afterAll(() => given.stop())

  const advance = (advanceMs: number): Promise<unknown> => given.post('/_emulator/clock', { advanceMs })
  /** What the last firing of a function gave. */
  const last = async (name: string): Promise<Record<string, unknown>> => {
    const row = (await given.logs()).filter((one) => one['function'] === name).at(-1)
    return JSON.parse(z.string().parse(row?.['result']))
  }

  test('a timer’s event is {Message, Time, TriggerName, Type}, Time in UTC', async () => {
    await advance(HOUR)
    expect((await last('tick'))['event']).toEqual({
      Message: '',
      Time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:00:00Z$/),
      TriggerName: 'everyHour',
      Type: 'Timer',
    })
  })

  test('a timer has SOURCE wx_trigger and no OPENID', async () => {
    await advance(HOUR)
    expect((await last('tick'))['wxContext']).toEqual({ ENV: 'hongyan-test', SOURCE: 'wx_trigger' })
  })

  test('a function that a timer fires may use cloud calls', async () => {
    const message = { touser: 'oAlice', templateId: 'TPL_BUS', data: { thing1: { value: '1路' } } }
    expect(
      await given.post('/_emulator/call', {
        name: 'probe',
        source: 'wx_trigger',
        data: scriptOf(cloud.openapi.subscribeMessage.send(message)),
      }),
    ).toMatchObject({ result: [{ value: { errCode: 0 } }] })
  })

  test('a function that a timer fires sees the time it was fired for', async () => {
    await advance(24 * HOUR)
    const { event: timer, now } = await last('tick')
    expect(Number(now) - Date.parse(Object(timer).Time)).toBeGreaterThanOrEqual(0)
    expect(Number(now) - Date.parse(Object(timer).Time)).toBeLessThan(60_000)
  })

  test('serverDate follows the moved clock', async () => {
    const orders = db.collection(await given.fresh())
    await advance(48 * HOUR)
    await given.run(orders.add({ data: { _id: 'A', at: db.serverDate() } }))
    const { data } = Object(await given.run(orders.doc('A').get()))
    expect(Math.abs(Date.parse(data.at) - given.emulator.clock.now())).toBeLessThan(5000)
  })

  describe('cloudbase.addDelayedFunctionTask', () => {
    const order = (changes: Record<string, unknown> = {}): Chain =>
      cloud.openapi.cloudbase.addDelayedFunctionTask({
        env: 'hongyan-test',
        functionName: 'probe',
        delayTime: 6,
        data: JSON.stringify({ ...scriptOf(event, cloud.getWXContext()), order: 1 }),
        ...changes,
      })
    const refusal = (changes: Record<string, unknown>): Promise<Fault> => given.fault(order(changes))
    const calls = async (): Promise<Record<string, unknown>[]> =>
      (await given.logs()).filter(
        (row) => row['function'] === 'probe' && /"order":1/.test(String(row['result'])),
      )

    test('a delayed task is called once, when its time has come, with its data as event', async () => {
      const before = (await calls()).length
      await given.run(order())
      await advance(5000)
      expect(await calls()).toHaveLength(before)
      await advance(1000)
      await advance(60_000)
      const made = (await calls()).slice(before)
      expect(made).toHaveLength(1)
      expect(JSON.parse(String(made[0]?.['result']))).toMatchObject([
        { value: { order: 1 } },
        { value: { SOURCE: 'wx_trigger' } },
      ])
    })

    test('a delay may be 6 seconds to 30 days', async () => {
      expect(await given.run(order({ functionName: 'tick' }))).toMatchObject({ errCode: 0 })
      expect(await given.run(order({ functionName: 'tick', delayTime: 30 * 86_400 }))).toMatchObject({
        errCode: 0,
      })
      expect(await refusal({ delayTime: 5 })).toMatchObject({ errCode: -501000 })
      expect(await refusal({ delayTime: 30 * 86_400 + 1 })).toMatchObject({ errCode: -501000 })
    })

    test('a delayed task whose data is no JSON text is -501000', async () => {
      expect(await refusal({ data: '{' })).toMatchObject({ errCode: -501000 })
    })
  })
})

test('delayedTaskSource says where a delayed task comes from', async () => {
  const given = await startProbe({ world: { behaviour: { delayedTaskSource: 'wx_unknown' } } })
  try {
    const data = JSON.stringify(scriptOf(cloud.getWXContext()))
    const task = { env: 'hongyan-test', functionName: 'probe', delayTime: 6, data }
    await given.run(cloud.openapi.cloudbase.addDelayedFunctionTask(task))
    await given.post('/_emulator/clock', { advanceMs: 6000 })
    expect((await given.logs()).at(-1)).toMatchObject({ source: 'wx_unknown' })
  } finally {
    await given.stop()
  }
})
