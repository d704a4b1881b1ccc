import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { buildSync } from 'esbuild'
import { openDatabase } from '../../emulator/database'
import { fieldsOf } from '../../emulator/record'

const KILLS = 6
const root = resolve(__dirname, '../..')
let work = ''
let bundle = ''

beforeAll(() => {
  // Inside of the project, so that the driver of the store is found from there.
  work = mkdtempSync(join(tmpdir(), 'durability-test-'))
  bundle = join(work, 'database.cjs')
  buildSync({
    entryPoints: [join(root, 'emulator/database/index.ts')],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    target: 'node20',
    external: ['libsql'],
    banner: {
      js: `require = require('node:module').createRequire(${JSON.stringify(join(root, 'package.json'))});`,
    },
  })
})
afterAll(() => rmSync(work, { recursive: true, force: true }))

/** Lets a child write until it has acknowledged about so many writes, kills it, and gives what it acknowledged. */
async function writeAndKill(dir: string, durability: string, acknowledged: number): Promise<string[]> {
  const child: ChildProcess = spawn(
    process.execPath,
    [join(__dirname, 'writing-child.cjs'), bundle, dir, durability],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let out = ''
  let faults = ''
  child.stderr?.on('data', (chunk: Buffer) => (faults += chunk.toString()))
  child.stdout?.on('data', (chunk: Buffer) => {
    out += chunk.toString()
    if (out.length > acknowledged * 15) child.kill('SIGKILL')
  })
  const [, signal] = (await once(child, 'close')) as [number | null, string | null]
  expect({ signal, faults }).toEqual({ signal: 'SIGKILL', faults: '' })
  // The last line may be cut off: it was not acknowledged in full.
  return out.split('\n').slice(0, -1)
}

test.each(['process', 'power'] as const)(
  'what was acknowledged is there after SIGKILL in the middle of writes (%s)',
  async (durability) => {
    const dir = join(work, durability)
    const ids: string[] = []
    const sums = new Map<string, number>()
    for (let kill = 0; kill < KILLS / 2; kill++) {
      for (const line of await writeAndKill(dir, durability, 40 + 60 * kill)) {
        const [word = '', name = '', count = ''] = line.split(' ')
        if (word === 'sum') sums.set(name, Number(count))
        else ids.push(word)
      }
    }
    const database = openDatabase({ dir, now: Date.now, random: Math.random })
    const read = async (collectionName: string, query: object): Promise<unknown> =>
      fieldsOf(
        (await database.handle('database.getDocument', { collectionName, query: JSON.stringify(query) }))[
          'data'
        ],
      )['list']
    const missing: string[] = []
    for (const _id of ids) {
      const n = Number(_id.split('-').at(-1))
      const found = (await read('log', { _id })) as unknown[]
      const byIndex = await database.handle('database.calculateDocument', {
        collectionName: 'log',
        query: JSON.stringify({ _id, n: { $gte: n } }),
      })
      if (found.length !== 1 || fieldsOf(byIndex['data'])['total'] !== 1) missing.push(_id)
    }
    expect(ids.length).toBeGreaterThan(100)
    expect(missing).toEqual([])
    for (const [_id, count] of sums) {
      const [text] = (await read('sums', { _id })) as string[]
      const { sum = 0 } = JSON.parse(text ?? '{}') as { sum?: number }
      expect(sum).toBeGreaterThanOrEqual(count)
      // Each document is written before it is added up: the kill came between the two, or it did not.
      const written = await database.handle('database.calculateDocument', {
        collectionName: 'log',
        query: JSON.stringify({ lane: _id }),
      })
      expect([sum, sum + 1]).toContain(fieldsOf(written['data'])['total'])
    }
    await database.close()
  },
)
