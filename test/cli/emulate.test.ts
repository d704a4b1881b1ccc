/** `hongyan emulate --exec` and `hongyan data`, as a script runs them. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as z from 'zod'
import { exportData, importData, resetData } from '../../cli/data'
import { emulate, type EmulateOptions } from '../../cli/emulate'
import { CliError, type Output } from '../../cli/output'
import { fixtureWorld } from '../support/emulator'
import { run, startCli } from '../support/cli'

let root: string
let base: string[]
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'hongyan-cli-'))
  const functions = join(root, 'functions')
  mkdirSync(join(functions, 'hello'), { recursive: true })
  writeFileSync(join(functions, 'hello', 'index.js'), 'exports.main = () => "hello"')
  base = ['emulate', '--no-open', '--functions', functions, '--world', fileOf('world.json', fixtureWorld())]
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const quiet: Output = { result: () => {}, step: () => {}, error: () => {} }
const options = (): EmulateOptions => ({
  functions: join(root, 'functions'),
  world: join(root, 'world.json'),
  env: fileOf('env.json', {}),
  open: false,
})

function fileOf(name: string, content: unknown): string {
  const file = join(root, name)
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
  return file
}

/** A command that runs a line of Node with `get` and `post` of the emulator. */
function script(line: string): string {
  const file = fileOf(
    'script.mjs',
    `const url = process.env.HONGYAN_EMULATOR_URL
     const get = (path) => fetch(url + path).then((reply) => reply.json())
     const post = (path, body) => fetch(url + path, { method: 'POST', body: JSON.stringify(body) }).then((r) => r.json())
     ${line}`,
  )
  return `"${process.execPath}" "${file}"`
}

describe('emulate --exec', () => {
  test('runs the command with the emulator’s address and account, and exits with its code', async () => {
    const command = script(`
      const called = await post('/_emulator/call', { name: 'hello', openid: 'oAlice' })
      const { HONGYAN_API, HONGYAN_APPID, HONGYAN_APPSECRET, HONGYAN_ENV } = process.env
      const token = await get('/cgi-bin/token?grant_type=client_credential&appid=' + HONGYAN_APPID + '&secret=' + HONGYAN_APPSECRET)
      console.log(JSON.stringify({ result: called.result, isUrl: HONGYAN_API === url, token: typeof token.access_token, HONGYAN_ENV }))
      process.exitCode = 7`)
    const { code, out } = await run([...base, '--exec', command])
    expect({ code, said: JSON.parse(out) as unknown }).toEqual({
      code: 7,
      said: { result: 'hello', isUrl: true, token: 'string', HONGYAN_ENV: fixtureWorld().env },
    })
  })

  test('without --data it leaves nothing behind, and finds nothing of a run before', async () => {
    const line = `
      await post('/_emulator/prompt', { openid: 'oAlice', tmplIds: ['TPL_ORDER'], answers: { TPL_ORDER: 'accept' }, keep: true })
      console.log(JSON.stringify(await get('/_emulator/settings?openid=oAlice')))`
    const counted = `console.log(JSON.stringify(await get('/_emulator/settings?openid=oAlice')))`
    const before = readdirSync(tmpdir())
    expect((await run([...base, '--exec', script(line)])).out).toContain('TPL_ORDER')
    expect((await run([...base, '--exec', script(counted)])).out).not.toContain('TPL_ORDER')
    const after = readdirSync(tmpdir()).filter((name) => name.startsWith('hongyan-exec-'))
    expect(after.filter((name) => !before.includes(name))).toEqual([])
  })

  test('a signal ends the command, then the emulator', async () => {
    const cli = startCli([...base, '--exec', script(`console.log('up ' + url); setInterval(() => {}, 1000)`)])
    await cli.said('up http://127.0.0.1:')
    const url = /http:\S+/.exec(cli.output())?.[0] ?? ''
    expect(await fetch(`${url}/_emulator/world`)).toMatchObject({ status: 200 })
    cli.stop()
    // 128 and the number of SIGTERM.
    expect((await cli.ended).code).toBe(143)
    await expect(fetch(`${url}/_emulator/world`)).rejects.toThrow('fetch failed')
  })

  test('fault rules of a file are in force from the start', async () => {
    const rules = [{ on: '/cgi-bin/token', effect: { kind: 'errcode', errcode: 45011 } }]
    const faults = fileOf('faults.json', { seed: 3, rules })
    const command = script(`console.log(JSON.stringify(await get('/cgi-bin/token')))`)
    const { out } = await run([...base, '--faults', faults, '--exec', command])
    expect(JSON.parse(out)).toMatchObject({ errcode: 45011 })
  })

  test('a command that there is not exits as the shell does', async () => {
    const { code, err } = await run([...base, '--exec', 'no-such-command-anywhere'])
    expect(code).toBe(127)
    expect(err).toContain('no-such-command-anywhere')
  })
})

describe('what the emulator cannot start with is told by file and field', () => {
  const config = (content: string): void => {
    writeFileSync(join(root, 'functions', 'hello', 'config.json'), content)
  }
  const trigger = (cron: string): string =>
    JSON.stringify({ triggers: [{ name: 'tick', type: 'timer', config: cron }] })
  test.each<[string, () => Partial<EmulateOptions>, RegExp]>([
    ['config.json that is no JSON', () => (config('{"triggers":'), {}), /hello\/config\.json: is not JSON: /],
    [
      'a cron of five fields',
      () => (config(trigger('0 * * * *')), {}),
      /config\.json: triggers\.0\.config: /,
    ],
    ['a cron out of range', () => (config(trigger('0 61 * * * * *')), {}), /triggers\.0\.config: .*61/],
    [
      'a world without people',
      () => ({ world: fileOf('w.json', { ...fixtureWorld(), people: [] }) }),
      /w\.json: people: /,
    ],
    ['a world without an appid', () => ({ world: fileOf('w.json', {}) }), /w\.json: appid: /],
    [
      'variables that are no texts',
      () => ({ env: fileOf('env.json', { '*': { A: 1 } }) }),
      /env\.json: \*\.A: /,
    ],
    [
      'a fault of no kind',
      () => ({ faults: fileOf('f.json', { rules: [{ on: '*', effect: { kind: 'x' } }] }) }),
      /f\.json: rules\.0\.effect/,
    ],
  ])('%s', async (_, change, words) => {
    const refused = emulate({ ...options(), exec: 'true', ...change() }, quiet, new Promise(() => {}))
    // A CliError is what the CLI prints without a stack, and exits with 1 for.
    await expect(refused).rejects.toThrow(CliError)
    await expect(refused).rejects.toThrow(words)
  })
})

test('a port that is taken is told by number', async () => {
  const taken = createServer()
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
  // A server on a port has an AddressInfo once it listens.
  const { port } = taken.address() as AddressInfo
  try {
    const refused = emulate({ ...options(), exec: 'true', port }, quiet, new Promise(() => {}))
    await expect(refused).rejects.toThrow(`port: ${port} is in use`)
  } finally {
    taken.close()
  }
})

describe('data', () => {
  const dataDir = (): string => join(root, 'data')
  const accept = (id: string): string =>
    `await post('/_emulator/prompt', { openid: 'oAlice', tmplIds: ['${id}'], answers: { ${id}: 'accept' }, keep: true })`
  const settings = z.looseObject({ itemSettings: z.record(z.string(), z.string()).optional() })
  const withEmulator = (line: string): Promise<number> =>
    emulate({ ...options(), data: dataDir(), exec: script(line) }, quiet, new Promise(() => {}))
  const change = (id: string): Promise<number> => withEmulator(accept(id))
  /** For which templates the person's choice is kept. */
  const kept = async (): Promise<string[]> => {
    const file = join(root, 'kept.json')
    await withEmulator(
      `await import('node:fs').then((fs) => get('/_emulator/settings?openid=oAlice').then((all) =>
        fs.writeFileSync(${JSON.stringify(file)}, JSON.stringify(all))))`,
    )
    return Object.keys(settings.parse(JSON.parse(readFileSync(file, 'utf8'))).itemSettings ?? {})
  }

  test('an export of a running emulator is what an import brings back', async () => {
    const copy = join(root, 'copy')
    const cli = `"${process.execPath}" "${join(__dirname, '../../cli/hongyan.mjs')}"`
    // As people do it: in another terminal, while the emulator runs.
    const terminal = fileOf(
      'terminal.sh',
      `${cli} data export "${copy}" --data "${dataDir()}" || exit 11
       ${cli} data import "${copy}" --data "${dataDir()}" --force 2> "${root}/refused.txt" && exit 12
       ${cli} data reset --yes --data "${dataDir()}" 2>> "${root}/refused.txt" && exit 13
       exit 0`,
    )
    const code = await withEmulator(`
      ${accept('TPL_ORDER')}
      const { spawnSync } = await import('node:child_process')
      process.exitCode = spawnSync('sh', [${JSON.stringify(terminal)}], { stdio: ['ignore', 'ignore', 'inherit'] }).status`)
    expect(code).toBe(0)
    expect(readFileSync(join(root, 'refused.txt'), 'utf8')).toMatch(
      /^(.*an emulator runs on .*; stop it first\n){2}$/,
    )
    // Nothing of the copy stays in the data folder.
    expect(readdirSync(join(dataDir(), 'exports'))).toEqual([])
    await change('TPL_QUEUE')
    expect((await kept()).sort()).toEqual(['TPL_ORDER', 'TPL_QUEUE'])
    await expect(importData(copy, dataDir(), false)).rejects.toThrow('holds data; --force replaces it')
    expect(await importData(copy, dataDir(), true)).toMatchObject({ folder: dataDir() })
    expect(await kept()).toEqual(['TPL_ORDER'])
  })

  test('reset leaves an empty emulator and what is not the emulator’s', async () => {
    await change('TPL_ORDER')
    fileOf('data/mine.txt', 'not the emulator’s')
    expect(await resetData(dataDir())).toMatchObject({
      files: [{ name: 'documents.db' }, { name: 'wechat.db' }],
    })
    expect(await kept()).toEqual([])
    expect(existsSync(join(dataDir(), 'mine.txt'))).toBe(true)
  })

  test('reset does not ask where nobody is: wrong use, and nothing is deleted', async () => {
    await change('TPL_ORDER')
    const asked = await run(['data', 'reset', '--data', dataDir()])
    expect(asked).toMatchObject({ code: 2, err: expect.stringContaining('--yes resets without asking') })
    expect(await kept()).toEqual(['TPL_ORDER'])
  })

  test('everything durable of a data folder is in an export', async () => {
    await change('TPL_ORDER')
    const durable = readdirSync(dataDir()).filter((name) => !/^lock\.db$|-(wal|shm)$/.test(name))
    await exportData(dataDir(), join(root, 'copy'), false)
    expect(readdirSync(join(root, 'copy')).sort()).toEqual([...durable, 'export.json'].sort())
  })

  test('an export that is damaged, or none, changes nothing', async () => {
    await change('TPL_ORDER')
    const copy = join(root, 'copy')
    await exportData(dataDir(), copy, false)
    await expect(exportData(dataDir(), copy, false)).rejects.toThrow('--force replaces it')
    await expect(exportData(dataDir(), root, true)).rejects.toThrow('is not empty')
    const whole = readFileSync(join(copy, 'wechat.db'))
    // A page in the middle that is no page.
    writeFileSync(join(copy, 'wechat.db'), Buffer.from(whole).fill(0xff, 4096, 8192))
    await expect(importData(copy, dataDir(), true)).rejects.toThrow(
      /wechat\.db (is damaged|cannot be read): /,
    )
    writeFileSync(join(copy, 'wechat.db'), whole.subarray(0, -1))
    await expect(importData(copy, dataDir(), true)).rejects.toThrow('were exported')
    await expect(importData(root, dataDir(), true)).rejects.toThrow('holds no export.json')
    expect(await kept()).toEqual(['TPL_ORDER'])
  })
})
