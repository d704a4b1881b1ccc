#!/usr/bin/env node
/**
 * `npm test`: installs what is missing, checks types, lint and boundaries, builds, and runs every suite. Ends with
 * the share of each suite and a line `N passed, N failed` from jest's own results. Arguments go to jest.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { install, root } from './hongyan.mjs'

const results = join(root, 'dist', 'test-results.json')

/** Runs a command in the project; its output is seen as it comes. True where it succeeded. */
function run(name, command, args) {
  process.stderr.write(`\n— ${name}\n`)
  const started = performance.now()
  const shell = process.platform === 'win32'
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    shell,
    env: { ...process.env, TZ: 'UTC' },
  })
  process.stderr.write(`  ${name}: ${((performance.now() - started) / 1000).toFixed(1)} s\n`)
  return status === 0
}

/** The suites by folder of test/, longest first: how `npm test` spends its time. */
function shares(report) {
  const seconds = new Map()
  for (const { name, startTime, endTime } of report.testResults) {
    const suite = relative(join(root, 'test'), name).split(sep)[0]
    seconds.set(suite, (seconds.get(suite) ?? 0) + (endTime - startTime) / 1000)
  }
  const all = [...seconds.values()].reduce((sum, one) => sum + one, 0)
  const row = ([suite, time]) =>
    `  ${suite.padEnd(14)} ${time.toFixed(1).padStart(7)} s ${((100 * time) / all).toFixed(0).padStart(4)} %`
  return [...seconds]
    .sort((a, b) => b[1] - a[1])
    .map(row)
    .join('\n')
}

install()
mkdirSync(join(root, 'dist'), { recursive: true })
rmSync(results, { force: true })
const selected = process.argv.slice(2)
const checked = run('check', 'npm', ['run', '--silent', 'check'])
const built = run('build', process.execPath, ['cli/hongyan.mjs', 'build'])
const jest = ['node_modules/jest/bin/jest.js', '--json', `--outputFile=${results}`, ...selected]
const ran = built && run('tests', process.execPath, jest)

let failed = [checked, built].filter((ok) => !ok).length
let passed = 0
let skipped = 0
try {
  const report = JSON.parse(readFileSync(results, 'utf8'))
  passed = report.numPassedTests
  skipped = report.numPendingTests + report.numTodoTests
  // A suite that could not run has no tests that failed; it counts as one.
  failed += report.numFailedTests + report.numRuntimeErrorTestSuites
  process.stderr.write(`\n— share of each suite (processes run three at a time)\n${shares(report)}\n`)
} catch (error) {
  process.stderr.write(`no results of jest: ${error.message}\n`)
  failed += 1
}
process.stdout.write(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`)
process.exitCode = checked && ran && failed === 0 ? 0 : 1
