#!/usr/bin/env node
/**
 * `npm run matrix [sdk …] [node …]`: runs the suites that drive functions on every wx-server-sdk and every Node.js that
 * functions run on, and holds our runner to the platform's own bootstrap. Prints a table; exits 0 when all passed.
 * What it needs from npm beyond this project's packages goes into node_modules/.cache.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import Table from 'cli-table3'
import { install, root } from './hongyan.mjs'

const cache = join(root, 'node_modules', '.cache', 'hongyan')

/** Versions of the SDK: those of this project by the name of their package, others by what npm is asked for. */
const SDKS = [
  { sdk: '2.6.3', npm: 'wx-server-sdk@2.6.3' },
  { sdk: '3.0.1', name: 'wx-server-sdk-3' },
  { sdk: '4.0.2', name: 'wx-server-sdk' },
]

/** Runtimes that functions of the platform run on (toolchain.md §0). */
const NODES = [
  { node: '16.13', runtime: 'Nodejs16.13' },
  { node: '18.15', runtime: 'Nodejs18.15' },
  { node: '20.19', runtime: 'Nodejs20.19' },
]

/** Holds the platform's own bootstrap, for Node.js functions (toolchain.md §8). */
const BOOTSTRAP = { npm: '@cloudbase/cli@2.12.10', file: 'runtime/nodejs/bootstrap.js' }

/** The suites that drive functions; the others do not depend on SDK or Node.js. */
const SUITES = [
  'test/matrix/.*[.]test',
  'test/functions/',
  'test/ports/',
  'test/emulator/(calls|http-api|instances|messages|open-apis|open-data|prompts|pushes|timers)[.]test',
]

/** What does not depend on the SDK runs once for each Node.js. */
const ONCE = ['test/matrix/.*[.]matrix']

const isWindows = process.platform === 'win32'

/** Runs a command in the project and gives its exit code; what it writes goes to stderr. */
const run = (command, args, env = {}) =>
  spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    env: { ...process.env, TZ: 'UTC', ...env },
    shell: isWindows,
  }).status

function need(command, args) {
  if (run(command, args) === 0) return
  process.stderr.write(`npm run matrix: ${[command, ...args].join(' ')} failed; nothing was tested\n`)
  process.exit(1)
}

/** The folder of a package in the cache, brought from npm when it is not there. */
function packageFolder(wanted) {
  const name = wanted.slice(0, wanted.lastIndexOf('@'))
  const room = join(cache, 'packages', wanted.replace('/', '+'))
  const folder = join(room, 'node_modules', ...name.split('/'))
  if (existsSync(join(folder, 'package.json'))) return folder
  mkdirSync(room, { recursive: true })
  const quiet = ['--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  need(isWindows ? 'npm.cmd' : 'npm', ['install', '--prefix', room, ...quiet, wanted])
  return folder
}

/** Where the command of the runtimes has put a Node.js. */
function nodePathOf(runtime) {
  const { stdout } = spawnSync(process.execPath, ['cli/hongyan.mjs', 'runtimes', '--json'], { cwd: root })
  return JSON.parse(stdout).runtimes.find((one) => one.runtime === runtime).path
}

/** Runs the suites in one cell; gives what came of it. */
function runCell({ sdk, sdkPackage, node, nodePath, bootstrap }, suites) {
  const results = join(cache, `matrix-${sdk}-${node}.json`)
  rmSync(results, { force: true })
  const jest = ['node_modules/jest/bin/jest.js', '--silent', '--json', `--outputFile=${results}`]
  const select = ['--testMatch', '**/*.test.ts', '**/*.matrix.ts', '--testPathPatterns', ...suites]
  const started = performance.now()
  run(process.execPath, [...jest, ...select], {
    HONGYAN_MATRIX_CELL: JSON.stringify({ sdk, sdkPackage, node, nodePath, bootstrap }),
  })
  const seconds = (performance.now() - started) / 1000
  if (!existsSync(results)) return { passed: 0, failed: 1, seconds, faults: ['jest gave no results'] }
  const report = JSON.parse(readFileSync(results, 'utf8'))
  const faults = report.testResults.flatMap(({ name, message, assertionResults }) => {
    const file = relative(root, name)
    const failed = assertionResults.filter(({ status }) => status === 'failed')
    return failed.length > 0 || message === ''
      ? failed.map(({ fullName }) => `${file}: ${fullName}`)
      : [`${file}: ${message.trim().split('\n')[0]}`]
  })
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + report.numRuntimeErrorTestSuites,
    seconds,
    faults,
  }
}

const asked = process.argv.slice(2)
const known = [...SDKS.map(({ sdk }) => sdk), ...NODES.map(({ node }) => node)]
const strange = asked.filter((one) => !known.includes(one))
if (strange.length > 0) {
  process.stderr.write(
    `npm run matrix: ${strange.join(', ')} is not in the matrix; it has ${known.join(', ')}\n`,
  )
  process.exit(2)
}
/** What is asked for of one side of the matrix; all of it when nothing is. */
const selected = (rows, key) => {
  const named = rows.filter((row) => asked.includes(row[key]))
  return named.length > 0 ? named : rows
}

install()
const nodes = selected(NODES, 'node')
need(process.execPath, ['cli/hongyan.mjs', 'runtimes', 'install', ...nodes.map(({ runtime }) => runtime)])
const bootstrap = join(packageFolder(BOOTSTRAP.npm), BOOTSTRAP.file)

const table = new Table({
  head: ['wx-server-sdk', 'Node.js', 'passed', 'failed', 'seconds'],
  colAligns: ['left', 'left', 'right', 'right', 'right'],
  style: { head: [], border: [], compact: true },
})
const faults = []
for (const [index, { sdk, name, npm }] of selected(SDKS, 'sdk').entries()) {
  const suites = index === 0 ? [...SUITES, ...ONCE] : SUITES
  const sdkPackage = name ?? packageFolder(npm)
  for (const { node, runtime } of nodes) {
    process.stderr.write(`\n— wx-server-sdk ${sdk} on Node.js ${node}\n`)
    const ended = runCell({ sdk, sdkPackage, node, nodePath: nodePathOf(runtime), bootstrap }, suites)
    table.push([sdk, node, ended.passed, ended.failed, ended.seconds.toFixed(1)])
    faults.push(...ended.faults.map((fault) => `${sdk} on ${node}: ${fault}`))
    if (ended.failed > 0 && ended.faults.length === 0) faults.push(`${sdk} on ${node}: see the output above`)
  }
}
process.stdout.write(`\n${table.toString()}\n`)
for (const fault of faults) process.stdout.write(`✗ ${fault}\n`)
process.exitCode = faults.length === 0 ? 0 : 1
