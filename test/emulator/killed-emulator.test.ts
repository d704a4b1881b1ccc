import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { build, type Plugin } from 'esbuild'
import * as z from 'zod'
import { fixtureWorld, startTestEmulator } from '../support/emulator'

const root = resolve(__dirname, '../..')
/** `npm run kills -- --size 100` asks for more. */
const KILLS = Number(process.env['HONGYAN_KILLS'] ?? 10)
const GRANTS_PER_LIFE = 40
const world = fixtureWorld()

/** In a bundle each file still knows its own folder. */
const ownFolders: Plugin = {
  name: 'own-folders',
  setup(options) {
    options.onLoad({ filter: /emulator\/.*\.ts$/ }, ({ path }) => ({
      contents: `const __dirname = ${JSON.stringify(dirname(path))};${readFileSync(path, 'utf8')}`,
      loader: 'ts',
    }))
  },
}

let work = ''
let bundle = ''
beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), 'killed-emulator-'))
  bundle = join(work, 'emulator.cjs')
  await build({
    entryPoints: [join(root, 'emulator/index.ts')],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    target: 'node20',
    packages: 'external',
    plugins: [ownFolders],
    banner: {
      js: `require = require('node:module').createRequire(${JSON.stringify(join(root, 'package.json'))});`,
    },
  })
})
afterAll(() => rmSync(work, { recursive: true, force: true }))

/** An emulator in a process of its own; resolves when it listens. */
async function startProcess(dataDir: string): Promise<{ url: string; kill: () => Promise<void> }> {
  const functionsDir = join(root, 'test/fixtures/functions')
  const options = join(work, 'options.json')
  writeFileSync(options, JSON.stringify({ functionsDir, dataDir, port: 0, world }))
  const script = `require(${JSON.stringify(bundle)})
    .startEmulator(JSON.parse(require('node:fs').readFileSync(${JSON.stringify(options)}, 'utf8')))
    .then(({ url }) => console.log(url))`
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await once(createInterface(child.stdout), 'line')
  return {
    url: z.string().parse(line),
    async kill() {
      const closed = once(child, 'close')
      child.kill('SIGKILL')
      await closed
    },
  }
}

const post = async (url: string, body: unknown): Promise<unknown> =>
  (await fetch(url, { method: 'POST', body: JSON.stringify(body) })).json()

test(
  'an emulator killed in the middle of sends has lost nothing it answered, and spent nothing unsent',
  async () => {
    const dataDir = join(work, 'data')
    const answered = new Set<string>()
    let accepted = 0
    for (let kill = 0; kill < KILLS; kill++) {
      const { url, kill: end } = await startProcess(dataDir)
      const token = z.object({ access_token: z.string() }).parse(
        await post(`${url}/cgi-bin/stable_token`, {
          grant_type: 'client_credential',
          appid: world.appid,
          secret: world.appsecret,
        }),
      ).access_token
      const people = ['oAlice', 'oBob', 'oCarol']
      for (; accepted < GRANTS_PER_LIFE * (kill + 1); accepted++)
        await post(`${url}/_emulator/prompt`, {
          openid: people[accepted % people.length],
          tmplIds: ['TPL_ORDER'],
          answers: { TPL_ORDER: 'accept' },
        })
      let left = 5 + ((kill * 7) % 23)
      // One sender for each person, until the emulator is gone.
      const senders = people.map(async (touser) => {
        for (;;) {
          const reply = await fetch(`${url}/cgi-bin/message/subscribe/send?access_token=${token}`, {
            method: 'POST',
            body: JSON.stringify({ touser, template_id: 'TPL_ORDER', data: DATA }),
          }).then(
            (one) => one.text(),
            () => undefined,
          )
          const msgid = /"msgid":(\d+)/.exec(reply ?? '')?.[1]
          if (msgid === undefined) return
          answered.add(msgid)
          if (left-- === 0) await end()
        }
      })
      await Promise.all(senders)
    }

    const given = await startTestEmulator({ dataDir, functions: ['notify'] })
    try {
      const kept: unknown[] = []
      let unspent = 0
      for (const openid of ['oAlice', 'oBob', 'oCarol']) {
        kept.push(...(await given.messages(openid)).map(({ msgid }) => msgid))
        while ((await given.result('notify', {}, openid))['errCode'] === 0) unspent += 1
      }
      expect(answered.size).toBeGreaterThan(5 * KILLS)
      expect(kept).toEqual(expect.arrayContaining([...answered]))
      expect(kept.length + unspent).toBe(accepted)
    } finally {
      await given.stop()
    }
  },
  30_000 + KILLS * 3_000,
)

const DATA = {
  thing1: { value: '毛巾' },
  character_string2: { value: 'A-1' },
  date3: { value: '2019年10月1日' },
}

const onLinux = process.platform === 'linux' ? describe : describe.skip

onLinux('processes', () => {
  test('a killed emulator leaves no instance behind, not even one that stands still', async () => {
    const { url, kill } = await startProcess(join(work, 'other'))
    const reply = await post(`${url}/_emulator/call`, { name: 'counter', openid: 'oAlice' })
    const { pid } = z.object({ result: z.object({ pid: z.number() }) }).parse(reply).result
    const state = (): string | undefined =>
      existsSync(`/proc/${pid}`)
        ? /^State:\s+(\S)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
        : undefined
    await until(() => state() === 'T')
    await kill()
    await until(() => state() === undefined || state() === 'Z')
  })
})

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 1000; tries++) {
    if (condition()) return
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  throw new Error('the condition did not come true')
}
