#!/usr/bin/env node
/** `npm run kills -- --size 100`: the suites that kill the emulator in the middle of writes, that many times. */
import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { install, root } from '../../cli/hongyan.mjs'

const { values } = parseArgs({ options: { size: { type: 'string', default: '100' } } })
const size = Number(values.size)
if (!Number.isInteger(size) || size < 1) {
  process.stderr.write(`--size is a whole number from 1, not ${values.size}\n`)
  process.exit(2)
}
install()
const suites = ['test/emulator/killed-emulator', 'test/database/durability']
const jest = ['node_modules/jest/bin/jest.js', '--runInBand', ...suites]
const env = { ...process.env, HONGYAN_KILLS: String(size) }
process.exitCode = spawnSync(process.execPath, jest, { cwd: root, stdio: 'inherit', env }).status ?? 1
