/** `npm run bench -- <name>`: a table for people, then one line of JSON for machines. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Command, CommanderError, InvalidArgumentError } from 'commander'
import colors from 'picocolors'
import type { Benchmark } from './benchmark'
import { calls } from './calls'
import { campaign } from './campaign'
import { emulator } from './emulator'
import { engine } from './engine'
import { peers } from './peers'
import { phone } from './phone'
import { Processes } from './processes'
import { jsonOf, machine, tableOf } from './report'
import { reminders } from './reminders'
import { send } from './send'

const BENCHMARKS: Record<string, Benchmark> = {
  calls,
  campaign,
  emulator,
  engine,
  peers,
  phone,
  reminders,
  send,
}

interface Options {
  size?: number
  rounds?: number
}

/** Runs one command line; `processesFolder` holds the bundles of bench/processes. Resolves with the exit code. */
export async function main(argv: readonly string[], processesFolder: string): Promise<number> {
  const bench = new Command('bench').description('figures measured side by side, on this computer')
  bench.exitOverride().showHelpAfterError()
  for (const [name, benchmark] of Object.entries(BENCHMARKS)) {
    const { about, sizeOf, defaults } = benchmark
    bench
      .command(name)
      .description(about)
      .option('--size <n>', `${sizeOf} (default: ${defaults.size})`, countOf)
      .option('--rounds <n>', `how often each figure is measured (default: ${defaults.rounds})`, countOf)
      .exitOverride()
      .action((options: Options) => measure(name, benchmark, options, processesFolder))
  }
  try {
    await bench.parseAsync([...argv])
    return 0
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    throw error
  }
}

async function measure(
  name: string,
  benchmark: Benchmark,
  { size = benchmark.defaults.size, rounds = benchmark.defaults.rounds }: Options,
  processesFolder: string,
): Promise<void> {
  const startedAt = performance.now()
  const facts = { machine: machine(), size, rounds }
  const processes = new Processes(processesFolder)
  const folder = workFolder(dirname(processesFolder))
  const clear = (): void => rmSync(folder, { recursive: true, force: true })
  // The processes end by themselves with the one that started them.
  const interrupted = (): never => {
    clear()
    process.exit(130)
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupted)
  const step = (text: string): void => void process.stderr.write(colors.dim(`${text}\n`))
  try {
    const figures = await benchmark.run({ size, rounds, folder, processes, step })
    const seconds = Math.round((performance.now() - startedAt) / 1000)
    const { node, cores, cpu, loadAtStart } = facts.machine
    process.stdout.write(
      `${colors.bold(name)}  ${size} ${benchmark.sizeOf}, ${rounds} rounds, ${seconds} s, Node ${node}, ${cores} cores (${cpu}), load ${loadAtStart} at the start\n`,
    )
    process.stdout.write(`${tableOf(figures)}\n${jsonOf(name, { ...facts, seconds }, figures)}\n`)
  } finally {
    await processes.stop()
    clear()
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, interrupted)
  }
}

/** Beside the bundles, on the disk of the checkout: a temporary folder may be held in memory, where a flush is free. */
function workFolder(parent: string): string {
  mkdirSync(parent, { recursive: true })
  return mkdtempSync(join(parent, `work-${process.pid}-`))
}

function countOf(text: string): number {
  const count = Number(text)
  if (!Number.isInteger(count) || count < 1) throw new InvalidArgumentError('a whole number from 1 is wanted')
  return count
}
