/** The CLI as a person or a script starts it. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { main } from '../../cli/index'

const root = join(__dirname, '..', '..')

/** What a command line said, and how it ended. */
export interface Run {
  code: number | null
  out: string
  err: string
}

/** Starts `hongyan`; `said` resolves when its output holds a text. */
export function startCli(args: string[], env: Record<string, string> = {}) {
  const clean = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', NO_COLOR: '1' }
  const child = spawn(process.execPath, ['cli/hongyan.mjs', ...args], {
    cwd: root,
    env: { ...clean, ...env },
  })
  const run: Run = { code: null, out: '', err: '' }
  const waiting: { text: string; met: () => void }[] = []
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    run.out += text
    for (const { text: wanted, met } of waiting) if (run.out.includes(wanted)) met()
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    run.err += text
  })
  const ended = new Promise<Run>((resolve) => {
    child.on('close', (code) => resolve({ ...run, code }))
  })
  return {
    ended,
    said: (text: string) => Promise.race([new Promise<void>((met) => waiting.push({ text, met })), ended]),
    stop: () => child.kill('SIGTERM'),
    output: () => run.out,
  }
}
/** Runs a command line to its end. */
export const run = (args: string[], env?: Record<string, string>) => startCli(args, env).ended

/**
 * The same in this process, for suites of many command lines: no start of Node and no bundling for each. What commands
 * read of the environment is set meanwhile. Colours are taken off: CI and FORCE_COLOR of whoever runs the tests turn
 * them on in this process before a test can say anything.
 */
export async function runHere(args: readonly string[], env: Record<string, string> = {}): Promise<Run> {
  const run: Run = { code: null, out: '', err: '' }
  const before = { ...process.env }
  const spies = (['stdout', 'stderr'] as const).map((stream) =>
    jest.spyOn(process[stream], 'write').mockImplementation((text) => {
      run[stream === 'stdout' ? 'out' : 'err'] += stripVTControlCharacters(String(text))
      return true
    }),
  )
  Object.assign(process.env, env)
  try {
    run.code = await main(['node', 'hongyan', ...args])
  } finally {
    for (const spy of spies) spy.mockRestore()
    process.env = before
  }
  return run
}
