import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { RUNTIME_NAMES, RUNTIMES, runtimePath, Runtimes } from '../../emulator/functions/runtimes'
import { startTestEmulator } from '../support/emulator'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'runtimes-test-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

/** Puts a program where a runtime is looked for: this Node.js, which a variable tells apart. */
function install(runtime: keyof typeof RUNTIMES): void {
  const path = runtimePath(join(root, 'runtimes'), runtime)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `#!/bin/sh\nRUNTIME=${runtime} exec '${process.execPath}' "$@"\n`)
  chmodSync(path, 0o755)
}

function deploy(name: string, config: Record<string, unknown>): void {
  const folder = join(root, 'functions', name)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'index.js'), 'exports.main = () => ({ runtime: process.env.RUNTIME })\n')
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config))
}

// The programs are a line of shell.
const whereShellIs = process.platform === 'win32' ? describe.skip : describe

whereShellIs('a project with runtimes', () => {
  test('each function runs on the runtime of its config.json, the others on the default', async () => {
    install('Nodejs16.13')
    install('Nodejs18.15')
    deploy('old', { runtime: 'Nodejs16.13' })
    deploy('middle', { runtime: 'Nodejs18.15' })
    deploy('any', {})
    const given = await startTestEmulator({
      functionsDir: join(root, 'functions'),
      runtimesDir: join(root, 'runtimes'),
    })
    try {
      expect(await given.result('old')).toEqual({ runtime: 'Nodejs16.13' })
      expect(await given.result('middle')).toEqual({ runtime: 'Nodejs18.15' })
      expect(await given.result('any')).toEqual({})
    } finally {
      await given.stop()
    }
  })

  test('a runtime that is changed on disk is what the next call runs on', async () => {
    install('Nodejs16.13')
    install('Nodejs18.15')
    deploy('moving', { runtime: 'Nodejs16.13' })
    const given = await startTestEmulator({
      functionsDir: join(root, 'functions'),
      runtimesDir: join(root, 'runtimes'),
    })
    try {
      await given.result('moving')
      deploy('moving', { runtime: 'Nodejs18.15', timeout: 5 })
      expect(await given.result('moving')).toEqual({ runtime: 'Nodejs18.15' })
    } finally {
      await given.stop()
    }
  })
})

test('an emulator does not start with a function whose runtime is missing, and says what to run', async () => {
  deploy('old', { runtime: 'Nodejs16.13' })
  await expect(
    startTestEmulator({ functionsDir: join(root, 'functions'), runtimesDir: join(root, 'runtimes') }),
  ).rejects.toThrow(
    /old[/\\]config\.json: runtime: Nodejs16\.13 is not installed .*; run: npx hongyan runtimes install Nodejs16\.13/,
  )
})

test('the Node.js at hand serves a runtime of its own release line', () => {
  const [major, minor] = process.versions.node.split('.')
  const own = RUNTIME_NAMES.find((name) => name === `Nodejs${major}.${minor}`)
  const runtimes = new Runtimes('/somewhere/else', undefined)
  expect(runtimes.pathOf(undefined)).toBe('/somewhere/else')
  for (const name of RUNTIME_NAMES)
    if (name === own) expect(runtimes.pathOf(name)).toBe(process.execPath)
    else expect(() => runtimes.pathOf(name)).toThrow(/is not installed/)
})

test('every runtime stands for a release of its own line', () => {
  for (const [name, release] of Object.entries(RUNTIMES))
    expect(`Nodejs${release}`.startsWith(`${name}.`)).toBe(true)
})
