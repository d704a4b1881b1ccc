/** `npm run simulate`: many seeds, their coverage, and every breach with the seed that replays it. */
import { Command, InvalidArgumentError } from 'commander'
import { Presets, SingleBar } from 'cli-progress'
import { merge, type Coverage } from './coverage'
import { type Result, simulate } from './simulation'

const whole = (text: string) => {
  const number = Number(text)
  if (!Number.isSafeInteger(number) || number < 0)
    throw new InvalidArgumentError('a whole number from 0 is wanted')
  return number
}

const breachesOf = ({ seed, broken, at }: Result) =>
  Object.entries(broken).map(
    ([promise, what]) => `seed ${seed} at ${(at / 1000).toFixed(1)} s: ${promise}: ${what.join(', ')}`,
  )

/** Exit code 1 where a promise was broken; the last line printed is one JSON object. */
export async function main(argv: readonly string[]): Promise<number> {
  const command = new Command('simulate')
    .option('--seeds <number>', 'how many', whole, 1000)
    .option('--from <number>', 'the first', whole, 1)
    .parse([...argv])
  const { seeds, from } = command.opts<{ seeds: number; from: number }>()
  const bar = new SingleBar({ stream: process.stderr, clearOnComplete: true }, Presets.shades_classic)
  if (process.stderr.isTTY) bar.start(seeds, 0)
  const coverage: Coverage = { seeds: 0, steps: 0, faults: {}, outcomes: {} }
  const broken: number[] = []
  const cpu = process.cpuUsage()
  for (let seed = from; seed < from + seeds; seed += 1) {
    const result = await simulate(seed)
    merge(coverage, result)
    if (Object.keys(result.broken).length > 0) {
      broken.push(seed)
      process.stderr.write(`${breachesOf(result).join('\n')}\n`)
    }
    bar.increment()
  }
  bar.stop()
  const { user, system } = process.cpuUsage(cpu)
  const cpuSeconds = (user + system) / 1e6
  for (const [name, count] of Object.entries({ ...coverage.faults, ...coverage.outcomes }))
    process.stdout.write(`${String(count).padStart(9)}  ${name}\n`)
  process.stdout.write(`${JSON.stringify({ name: 'simulate', ...coverage, broken, cpuSeconds })}\n`)
  return broken.length > 0 ? 1 : 0
}
