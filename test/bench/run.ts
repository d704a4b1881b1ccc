/** A benchmark as a person runs it, and what its last line says. */
import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'

const root = join(__dirname, '..', '..')

export interface Run {
  pid: number | undefined
  code: number | null
  out: string
  err: string
}

export function bench(...args: string[]): Promise<Run> {
  const child = spawn(process.execPath, ['bench/run.mjs', ...args], {
    cwd: root,
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', NO_COLOR: '1' },
  })
  const run: Run = { pid: child.pid, code: null, out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    run.out += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    run.err += text
  })
  return new Promise((resolve) => {
    child.on('close', (code) => resolve({ ...run, code }))
  })
}

const reportSchema = z.looseObject({
  name: z.string(),
  machine: z.looseObject({ node: z.string(), cores: z.number() }),
  size: z.number(),
  rounds: z.number(),
  figures: z.record(
    z.string(),
    z.looseObject({
      value: z.number().min(0),
      unit: z.string(),
      ratio: z.number().optional(),
      goal: z.string().optional(),
    }),
  ),
})
export type Report = z.output<typeof reportSchema>

/** The last line of a run that ended well; throws with what it wrote otherwise. */
export function reportOf(run: Run): Report {
  if (run.code !== 0) throw new Error(`the benchmark ended with ${run.code}: ${run.err}`)
  return reportSchema.parse(JSON.parse(run.out.trimEnd().split('\n').at(-1) ?? ''))
}

/** Names of the figures that have a goal. */
export const judgedOf = ({ figures }: Report): string[] =>
  Object.keys(figures).filter((name) => figures[name]?.goal !== undefined)

/** Folders that a run has left behind. */
export const leftBy = ({ pid }: Run): string[] =>
  readdirSync(join(root, 'dist', 'bench')).filter((name) => name.startsWith(`work-${pid}-`))
