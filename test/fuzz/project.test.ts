import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { loadFunction } from '../../emulator/functions/project'
import { Runtimes } from '../../emulator/functions/runtimes'
import { parseCron } from '../../emulator/functions/cron'
import { seeded } from '../../emulator/faults/seeded'
import { SettingsError } from '../../emulator/settings-error'
import { diceOf } from './dice'
import { changeJson } from './nasty'

const CONFIG = JSON.stringify({
  permissions: { openapi: ['subscribeMessage.send'] },
  triggers: [{ name: 'tick', type: 'timer', config: '0 */5 8-18 1,15 * MON-FRI *' }],
  timeout: 20,
  memorySize: 256,
  envVariables: { A: 'b' },
})

let root: string
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'fuzz-project-'))
  mkdirSync(join(root, 'f'))
  writeFileSync(join(root, 'f', 'index.js'), 'exports.main = () => 1')
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** What loading the function with this config.json throws. */
function faultOf(config: string): unknown {
  writeFileSync(join(root, 'f', 'config.json'), config)
  try {
    loadFunction('f', join(root, 'f'), new Runtimes(process.execPath, undefined))
  } catch (error) {
    return error
  }
  return undefined
}

test('a config.json that is broken anywhere is taken, or refused with its file and the reason', () => {
  let refused = 0
  for (let index = 0; index < 300; index++) {
    const dice = diceOf(seeded(1, `config ${index}`))
    const text = dice.chance(0.2) ? CONFIG.slice(0, dice.below(CONFIG.length)) : changeJson(CONFIG, dice)
    const fault = faultOf(text ?? '')
    if (fault === undefined) continue
    refused += 1
    expect(fault).toBeInstanceOf(SettingsError)
    expect(fault).toMatchObject({ file: join(root, 'f', 'config.json'), reason: expect.stringMatching(/./) })
  }
  expect(refused).toBeGreaterThan(50)
})

test('any text is a cron or a reason why it is none', () => {
  const part = fc.constantFrom(
    '*',
    '?',
    'L',
    'W',
    '#',
    '-',
    ',',
    '/',
    '0',
    '5',
    '59',
    '60',
    '99999999999',
    'MON',
    'x',
    ' ',
  )
  fc.assert(
    fc.property(
      fc.array(part, { maxLength: 20 }).map((parts) => parts.join('')),
      (text) => {
        let reason = ''
        try {
          // A cron that is taken also tells its next moment, or that there is none, in finite time.
          parseCron(text).next(0)
        } catch (error) {
          reason = error instanceof Error ? error.message : ''
          expect(reason).not.toBe('')
        }
      },
    ),
    { numRuns: 500 },
  )
})
