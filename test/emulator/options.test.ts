import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadProject } from '../../emulator/functions/project'
import { Runtimes } from '../../emulator/functions/runtimes'
import { checkOptions, type EmulatorOptions } from '../../emulator/options'
import { fixtureWorld } from '../support/emulator'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'options-test-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const options = (changes: Partial<EmulatorOptions> = {}): EmulatorOptions => ({
  functionsDir: root,
  dataDir: join(root, 'data'),
  port: 0,
  world: fixtureWorld(),
  ...changes,
})

function fileOf(name: string, content: string): string {
  const file = join(root, name)
  mkdirSync(join(file, '..'), { recursive: true })
  writeFileSync(file, content)
  return file
}

test('options are filled up with defaults', () => {
  const checked = checkOptions(options())
  expect(checked).toMatchObject({ nodePath: process.execPath, instancesPerFunction: 8, functionEnv: {} })
  expect(checked.world).toMatchObject({ era: 'today', behaviour: { cloudCallReturnsMsgid: true } })
})

test.each<[string, Partial<EmulatorOptions>, RegExp]>([
  [
    'a folder that is not there',
    { functionsDir: '/nowhere/at/all' },
    /^options: functionsDir: .* is not a folder$/,
  ],
  ['a port out of range', { port: 70_000 }, /^options: port: /],
  ['two worlds', { worldFile: 'world.json' }, /worldFile and world are both given/],
  ['no instances', { instancesPerFunction: 0 }, /^options: instancesPerFunction: /],
])('%s is refused by name', (_, changes, reason) => {
  expect(() => checkOptions(options(changes))).toThrow(reason)
})

test('an unknown option is refused by name', () => {
  const misspelt = { ...options(), prot: 1 }
  expect(() => checkOptions(misspelt)).toThrow(/^options: .*prot/)
})

test('a world is missing', () => {
  const { world: _, ...rest } = options()
  expect(() => checkOptions(rest)).toThrow(/neither worldFile nor world is given/)
})

test.each<[string, string, RegExp]>([
  ['no JSON', '{', /world\.json: is not JSON: /],
  ['a wrong appid', JSON.stringify(fixtureWorld({ appid: 'x' })), /world\.json: appid: must look like wx/],
  [
    'an openid of digits only',
    JSON.stringify(fixtureWorld({ people: [{ openid: '12345', nickname: 'x' }] })),
    /world\.json: people\.0\.openid: must hold a letter/,
  ],
  [
    'one person twice',
    JSON.stringify(
      fixtureWorld({
        people: [
          { openid: 'oA', nickname: 'x' },
          { openid: 'oA', nickname: 'y' },
        ],
      }),
    ),
    /world\.json: people\.1\.openid: oA is there twice/,
  ],
  [
    'a template without a slot',
    JSON.stringify(
      fixtureWorld({ templates: [{ priTmplId: 'T', title: 't', type: 2, content: 'nothing' }] }),
    ),
    /world\.json: templates\.0\.content: must hold at least one/,
  ],
  ['an unknown field', JSON.stringify({ ...fixtureWorld(), peeple: [] }), /world\.json: .*peeple/],
])('a world file with %s is refused with file, field and reason', (_, content, reason) => {
  const worldFile = fileOf('world.json', content)
  const { world: _world, ...rest } = options()
  expect(() => checkOptions({ ...rest, worldFile })).toThrow(reason)
})

const runtimes = new Runtimes(process.execPath, undefined)

describe('a folder of functions', () => {
  test('is loaded with timeout, permissions and triggers', () => {
    fileOf('tick/index.js', 'exports.main = () => {}')
    fileOf(
      'tick/config.json',
      JSON.stringify({
        timeout: 20,
        permissions: { openapi: ['subscribeMessage.send'] },
        triggers: [{ name: 'everyMinute', type: 'timer', config: '0 * * * * * *' }],
      }),
    )
    const [loaded] = [...loadProject(root, runtimes).values()]
    expect(loaded).toMatchObject({ name: 'tick', timeoutSeconds: 20, memoryMB: 256 })
    expect([...(loaded?.openapi ?? [])]).toEqual(['subscribeMessage.send'])
    expect(loaded?.triggers.map(({ name }) => name)).toEqual(['everyMinute'])
  })

  test('takes the main module from package.json, and passes over what is no function', () => {
    fileOf('plain/package.json', '{ "main": "lib/start" }')
    fileOf('plain/lib/start.js', 'exports.main = () => {}')
    fileOf('node_modules/x/index.js', '')
    fileOf('notes/readme.txt', '')
    fileOf('loose.js', '')
    expect([...loadProject(root, runtimes).values()].map(({ name, main }) => [name, main])).toEqual([
      ['plain', join(root, 'plain/lib/start.js')],
    ])
  })

  test.each<[string, string, RegExp]>([
    ['is not JSON', '{', /f[/\\]config\.json: is not JSON/],
    ['has a timeout of words', '{ "timeout": "3s" }', /f[/\\]config\.json: timeout: /],
    ['has a timeout that is too long', '{ "timeout": 901 }', /f[/\\]config\.json: timeout: /],
    [
      'has a cron with six fields',
      '{ "triggers": [{ "name": "a", "type": "timer", "config": "* * * * * *" }] }',
      /f[/\\]config\.json: triggers\.0\.config: cron .* has 6 fields; wanted 7/,
    ],
    [
      'has a trigger of another type',
      '{ "triggers": [{ "name": "a", "type": "cos", "config": "" }] }',
      /f[/\\]config\.json: triggers\.0\.type: /,
    ],
    [
      'has a trigger name that begins with a digit',
      '{ "triggers": [{ "name": "1a", "type": "timer", "config": "* * * * * * *" }] }',
      /f[/\\]config\.json: triggers\.0\.name: must be 1-60/,
    ],
    ['names an unknown runtime', '{ "runtime": "Nodejs12.16" }', /config\.json: runtime: .*"Nodejs16\.13"/],
    [
      'names a runtime that is not installed',
      '{ "runtime": "Nodejs16.13" }',
      /config\.json: runtime: Nodejs16\.13 is not installed .*npx hongyan runtimes install Nodejs16\.13/,
    ],
    [
      'permits a word instead of a list',
      '{ "permissions": { "openapi": "x" } }',
      /config\.json: permissions\.openapi: /,
    ],
  ])('config.json that %s is refused with file, field and reason', (_, config, reason) => {
    fileOf('f/index.js', 'exports.main = () => {}')
    fileOf('f/config.json', config)
    expect(() => loadProject(root, runtimes)).toThrow(reason)
  })

  test('a function without its module is named', () => {
    fileOf('f/config.json', '{}')
    expect(() => loadProject(root, runtimes)).toThrow(/f: index\.js: is missing/)
  })
})
