/** `npm run fuzz -- --size 100000 --seed n`: the fuzz suite at any size, with a report. */
import { dirname, join } from 'node:path'
import { SingleBar } from 'cli-progress'
import Table from 'cli-table3'
import { Command, CommanderError, InvalidArgumentError } from 'commander'
import { readFileSync } from 'node:fs'
import * as z from 'zod'
import { type Failure, fuzz, type FuzzReport } from './fuzz'

const SHOWN_FAILURES = 20

function wholeNumber(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 0)
    throw new InvalidArgumentError('a whole number from 0 is wanted')
  return value
}

/** Runs one fuzz run; resolves with the exit code: 0 nothing was found, 1 something was, 2 wrong use. */
export async function main(argv: readonly string[], root: string): Promise<number> {
  const command = new Command('fuzz')
    .description('send mutated requests of the real SDK to an emulator of their own')
    .option('--size <number>', 'how many requests', wholeNumber, 100_000)
    .option('--seed <number>', 'which requests (default: another each time)', wholeNumber)
    .option('--sdk <package>', 'the SDK that is recorded: wx-server-sdk or wx-server-sdk-3', 'wx-server-sdk')
    .exitOverride()
  try {
    command.parse([...argv])
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    throw error
  }
  const {
    size,
    seed = Math.floor(Math.random() * 0x1_0000_0000),
    sdk,
  } = command.opts<{
    size: number
    seed?: number
    sdk: string
  }>()
  const bar = new SingleBar({ format: 'fuzz {bar} {value}/{total}  {eta_formatted} left', hideCursor: true })
  bar.start(size, 0)
  const world = z
    .record(z.string(), z.unknown())
    .parse(JSON.parse(readFileSync(join(root, 'test', 'fixtures', 'world.json'), 'utf8')))
  try {
    const report = await fuzz({
      root,
      sdkFolder: dirname(require.resolve(`${sdk}/package.json`, { paths: [root] })),
      world,
      size,
      seed,
      onProgress: (done) => bar.update(done),
    })
    bar.stop()
    process.stdout.write(`${textOf(report, seed)}\n`)
    return report.failures.length + report.lost.length + report.log.length === 0 ? 0 : 1
  } finally {
    bar.stop()
  }
}

function textOf(
  { requests, corpus, mutations, answers, failures, seconds, log, lost }: FuzzReport,
  seed: number,
): string {
  const table = (head: string, counts: Record<string, number>): string => {
    const rows = new Table({ head: [head, 'requests'], style: { head: [], border: [] } })
    rows.push(...Object.entries(counts).sort(([, a], [, b]) => b - a))
    return rows.toString()
  }
  return [
    table('mutation', mutations),
    table('answer', answers),
    `${requests} requests of ${corpus} recorded ones in ${seconds.toFixed(1)} s (${Math.round(requests / seconds)} a second), seed ${seed}`,
    ...grouped(failures),
    ...(log === '' ? [] : [`the emulator noted:\n${log.slice(0, 4000)}`]),
    `${failures.length} answers wrong, ${lost.length} acknowledged documents lost`,
  ].join('\n')
}

/** One failure of each kind, with how many there are. */
function grouped(failures: readonly Failure[]): string[] {
  const kinds = new Map<string, Failure[]>()
  for (const failure of failures) {
    const kind = failure.why.replace(/[0-9a-f]{6,}|\d+/g, 'n')
    kinds.set(kind, [...(kinds.get(kind) ?? []), failure])
  }
  return [...kinds.values()].slice(0, SHOWN_FAILURES).map((all) => {
    const [{ index, mutation, request, why } = { index: 0, mutation: '', request: '', why: '' }] = all
    return `✗ ${all.length} times: ${why}\n  request ${index} (${mutation}): ${request}`
  })
}
