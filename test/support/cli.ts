/** The CLI as a person or a script starts it. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'

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
