/** Our runner beside the platform's own bootstrap (@cloudbase/cli): the same function, the same event. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import * as z from 'zod'
import { cell } from '../support/cell'
import { startTestEmulator, type TestEmulator } from '../support/emulator'
import { deploy } from './deploy'
import { type Answer, CONTEXT_DIFFERENCES, CONTEXT_KINDS, MANNERS } from './manners'

if (cell === undefined) throw new Error('this suite is one of npm run matrix, which brings the bootstrap')
const { bootstrap, node, nodePath } = cell

let given: TestEmulator
let functionsDir: string
let remove: () => void
beforeAll(async () => {
  const deployed = deploy(['manners'])
  ;({ functionsDir, remove } = deployed)
  given = await startTestEmulator({ functionsDir })
})
afterAll(async () => {
  await given.stop()
  remove()
})

test('functions run on the Node.js of the cell', async () => {
  const told = await given.result('manners', { manner: 'tells its process' })
  expect(String(told['node'])).toMatch(new RegExp(`^v${escaped(node)}[.]`))
})

interface Ended {
  out: string
  err: string
}

/** Runs one event through the bootstrap, in a process of its own as the CLI does. */
const runBootstrap = (event: unknown, environ = ''): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const child = spawn(nodePath, [bootstrap], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        GLOBAL_USER_FILE_PATH: `${join(functionsDir, 'manners')}/`,
        SCF_FUNCTION_HANDLER: 'index.main',
        SCF_FUNCTION_NAME: 'manners',
        SCF_FUNCTION_ENVIRON: environ,
        SCF_EVENT_BODY: JSON.stringify(event),
      },
    })
    const ended: Ended = { out: '', err: '' }
    child.stdout.on('data', (chunk: Buffer) => (ended.out += chunk.toString('utf8')))
    child.stderr.on('data', (chunk: Buffer) => (ended.err += chunk.toString('utf8')))
    child.on('error', reject)
    child.on('close', () => resolve(ended))
  })

const RESULT = '返回结果：\n'
const faultSchema = z.object({ stackTrace: z.string() })

/** What the bootstrap printed, as an answer: the fault is the last line of stderr, after what it says of it. */
function answerOf({ out, err }: Ended, manner: { work?: boolean }): Answer {
  const [before = '', json] = out.split(RESULT)
  const work = manner.work === undefined ? {} : { work: / was done$/m.test(before) }
  if (json !== undefined) return { result: JSON.parse(json), ...work }
  const fault = faultSchema.parse(JSON.parse(err.trim().split('\n').at(-1) ?? ''))
  const [line = ''] = fault.stackTrace.split('\n')
  // For errors of a callback or promise the stack is printed and the fault has the message alone.
  const named = new RegExp(`^\\w*Error: ${escaped(line)}$`, 'm').exec(err)?.[0]
  return { error: named ?? line, ...work }
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

test.each(MANNERS.map((row) => [row.manner, row] as const))('a function that %s', async (manner, row) => {
  const { manner: named, bootstrap: differs, ...here } = row
  const { why, ...there } = differs ?? { ...here, why: '' }
  expect(named).toBe(manner)
  expect(answerOf(await runBootstrap({ manner }), row)).toEqual(there)
  if (differs !== undefined) expect(why).not.toBe('')
})

test('the context has the same fields, but for those that are told', async () => {
  const ours = await given.result('manners', { manner: 'tells its context' })
  const theirs = resultOf(await runBootstrap({ manner: 'tells its context' }))
  const only = (a: object, b: object) => Object.keys(a).filter((key) => !(key in b))
  expect(only(ours, theirs).sort()).toEqual(Object.keys(CONTEXT_DIFFERENCES.ours).sort())
  expect(only(theirs, ours).sort()).toEqual(Object.keys(CONTEXT_DIFFERENCES.bootstrap).sort())
  const kinds = Object.keys(theirs)
    .filter((key) => typeof ours[key] !== typeof theirs[key])
    .map((field) => ({ field, ours: typeof ours[field], bootstrap: typeof theirs[field] }))
  expect(kinds.sort((a, b) => a.field.localeCompare(b.field))).toEqual(
    [...CONTEXT_KINDS]
      .map(({ field, ours: here, bootstrap: there }) => ({ field, ours: here, bootstrap: there }))
      .sort((a, b) => a.field.localeCompare(b.field)),
  )
})

test('a function sees the variables of the context in its environment', async () => {
  const { environ } = z
    .object({ environ: z.string() })
    .parse(await given.result('manners', { manner: 'tells its context' }))
  const names = environ.split(';').map((pair) => pair.slice(0, pair.indexOf('=')))
  const event = { manner: 'tells its environment', names }
  // Each invocation has a token and a sequence of its own, so the two are compared by the environ of each.
  const theirs = resultOf(await runBootstrap(event, environ))
  expect(theirs).toEqual(
    Object.fromEntries(
      environ.split(';').map((pair) => [pair.slice(0, pair.indexOf('=')), pair.split('=')[1]]),
    ),
  )
  const ours = await given.result('manners', event)
  const steady = names.filter((name) => !/TOKEN|SEQID/.test(name))
  expect(steady.map((name) => [name, ours[name]])).toEqual(steady.map((name) => [name, theirs[name]]))
})

const resultOf = ({ out }: Ended): Record<string, unknown> =>
  z.record(z.string(), z.unknown()).parse(JSON.parse(out.split(RESULT)[1] ?? ''))
