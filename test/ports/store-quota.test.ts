/** The environment's quota of calls: what it refuses certainly was not done, and is asked again. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Database } from '../../adapters/wx/cloud'
import { WxStore } from '../../adapters/wx/store'
import { startTestEmulator } from '../support/emulator'
import { bundleStoreFunction } from './store-bundle'

const sdkError = (errCode: number, errMsg: string) => Object.assign(new Error(errMsg), { errCode, errMsg })

/** A database of which the first so many calls are refused, and what the store does about it. */
function refusing(times: number, errCode: number, random = () => 0.5) {
  const waits: number[] = []
  let asked = 0
  const collection = {
    async add() {
      asked += 1
      if (asked <= times) throw sdkError(errCode, 'collection.add:fail')
      return { _id: 'one' }
    },
  }
  const database = { command: {}, collection: () => collection } as unknown as Database
  const store = new WxStore(database, { sleep: async (ms) => void waits.push(ms), random })
  return { insert: () => store.insert('quotas', { _id: 'one' }), waits, asked: () => asked }
}

test.each([-501003, -501004])('%i is asked again, each time after a longer wait', async (code) => {
  const { insert, waits } = refusing(5, code)
  expect(await insert()).toBe(true)
  expect(waits).toEqual([100, 200, 400, 800, 1_600])
})

test('waits are spread, so that instances refused together do not come back together', async () => {
  for (const [random, wait] of [
    [0, 50],
    [0.999, 149.9],
  ] as const) {
    const { insert, waits } = refusing(1, -501003, () => random)
    await insert()
    expect(waits[0]).toBeCloseTo(wait)
  }
})

test('after five more tries it gives up, in words', async () => {
  const { insert, asked } = refusing(100, -501003)
  await expect(insert()).rejects.toMatchObject({ code: 'STORE_FAILED' })
  expect(asked()).toBe(6)
})

test('what the database refuses is told with what to do, where its code is known', async () => {
  await expect(refusing(1, -502003).insert()).rejects.toMatchObject({
    code: 'STORE_FAILED',
    facts: {
      reason: 'collection.add:fail',
      advice: { en: expect.stringContaining('rights of the collection') },
    },
  })
})

test.each([-501001, -501002, -502001, -502002])(
  '%i may have been done: it is not asked again',
  async (code) => {
    const { insert, asked } = refusing(1, code)
    await expect(insert()).rejects.toMatchObject({ code: 'STORE_FAILED' })
    expect(asked()).toBe(1)
  },
)

test('through the real SDK, a call over the quota of a second is done in the next one', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hongyan-store-'))
  await bundleStoreFunction(folder)
  const start = Date.parse('2026-11-21T12:00:00+08:00')
  // Time stands still: the quota is used up until the test moves the clock.
  const emulator = await startTestEmulator({
    functionsDir: folder,
    systemNow: () => start,
    world: { quotas: { environmentCallsPerSecond: 2 } },
  })
  try {
    const insert = (_id: string) => emulator.result('store', { method: 'insert', args: ['quotas', { _id }] })
    // The first makes the collection: three calls.
    const inserts = Promise.all(['one', 'two'].map(insert))
    const isOver = async () => {
      const { refusals } = (await emulator.get('/_emulator/stats')) as { refusals: Record<string, number> }
      return Object.values(refusals).some((count) => count > 0)
    }
    while (!(await isOver())) await new Promise((resolve) => setImmediate(resolve))
    const advancing = setInterval(() => void emulator.post('/_emulator/clock', { advanceMs: 1_000 }), 50)
    const done = await inserts.finally(() => clearInterval(advancing))
    expect(done).toEqual([{ value: true }, { value: true }])
  } finally {
    await emulator.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}, 20_000)
