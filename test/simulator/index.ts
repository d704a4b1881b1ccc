/** `npm run simulate`: many seeds and their coverage, the story of one, or how soon each planted fault is found. */
import { availableParallelism } from 'node:os'
import { Command, InvalidArgumentError } from 'commander'
import { Presets, SingleBar } from 'cli-progress'
import { bundleWorker } from './bundle'
import { breachesOf, type Coverage, isBroken } from './coverage'
import { planted, type PlantedFault } from './planted'
import { runSeeds } from './seeds'
import { simulate } from './simulation'
import { simulateYear } from './year'

interface Options {
  seeds: number
  from: number
  threads: number
  plant?: string | true
  story?: number
  year?: boolean
}

/** Breaches that are printed. */
const MOST_STORIES = 20
/** A planted fault that this many seeds do not find is not found. */
const MOST_SEEDS = 3_000

const whole = (text: string) => {
  const number = Number(text)
  if (!Number.isSafeInteger(number) || number < 0)
    throw new InvalidArgumentError('a whole number from 0 is wanted')
  return number
}

const out = (line: string) => void process.stdout.write(`${line}\n`)

/** The last line of each command: one JSON object. */
const total = (facts: Record<string, unknown>) => out(JSON.stringify(facts))

function printCoverage({ faults, crashed, transitions, outcomes }: Coverage): void {
  for (const [title, counts] of Object.entries({ faults, crashed, transitions, outcomes })) {
    out(`\n${title}`)
    for (const [name, count] of Object.entries(counts).sort(([, a], [, b]) => b - a))
      out(`${String(count).padStart(9)}  ${name}`)
  }
}

const cpuSeconds = (since?: NodeJS.CpuUsage) => {
  const { user, system } = process.cpuUsage(since)
  return (user + system) / 1e6
}

async function runMany({ seeds, from, threads, year: isYear = false }: Options): Promise<number> {
  const bundle = await bundleWorker('worker')
  const bar = new SingleBar({ stream: process.stderr, clearOnComplete: true }, Presets.shades_classic)
  if (process.stderr.isTTY) bar.start(seeds, 0)
  const before = process.cpuUsage()
  const { coverage, broken } = await runSeeds(bundle, { from, seeds, threads, isYear }, (run) =>
    bar.update(run),
  )
  const spent = cpuSeconds(before)
  bar.stop()
  printCoverage(coverage)
  for (const { breaches } of broken.slice(0, MOST_STORIES)) process.stderr.write(`${breaches.join('\n')}\n`)
  const { seeds: run, steps } = coverage
  const per = { msPerSeed: Number(((spent * 1000) / run).toFixed(1)), stepsPerSeed: Math.round(steps / run) }
  total({
    name: isYear ? 'year' : 'simulate',
    from,
    seeds: run,
    threads,
    cpuSeconds: Number(spent.toFixed(1)),
    ...per,
    broken: broken.map(({ seed }) => seed),
  })
  return broken.length > 0 ? 1 : 0
}

/** The first seed that breaks a promise without the guard, and none with it; and how many seeds that took. */
async function detect(fault: PlantedFault, from: number): Promise<{ seeds: number; breach: string } | null> {
  const bundle = await bundleWorker(`planted-${planted.indexOf(fault)}`, fault)
  for (let at = from; at < from + MOST_SEEDS; ) {
    const wish = { from: at, seeds: from + MOST_SEEDS - at, threads: 1, untilBroken: true }
    const [first] = (await runSeeds(bundle, wish)).broken
    if (!first) return null
    if (!isBroken(await simulate(first.seed)))
      return { seeds: first.seed - from + 1, breach: first.breaches[0] ?? '' }
    at = first.seed + 1
  }
  return null
}

/** Every fault must be found; prints by which promise, and after how many seeds. */
async function plantAll({ plant, from, threads }: Options): Promise<number> {
  const chosen = planted.filter(({ name }) => plant === true || name.includes(plant ?? ''))
  const seedsToDetection: Record<string, number | null> = {}
  const queue = [...chosen]
  const next = async (): Promise<void> => {
    const fault = queue.shift()
    if (!fault) return
    const found = await detect(fault, from)
    seedsToDetection[fault.name] = found?.seeds ?? null
    out(`${String(found?.seeds ?? 'none').padStart(5)}  ${fault.name}\n         ${found?.breach ?? ''}`)
    return next()
  }
  await Promise.all(Array.from({ length: threads }, next))
  const missed = Object.keys(seedsToDetection).filter((name) => seedsToDetection[name] === null)
  total({ name: 'plant', faults: chosen.length, missed, seedsToDetection })
  return missed.length > 0 ? 1 : 0
}

async function tellStory(seed: number, isYear: boolean): Promise<number> {
  const result = await (isYear ? simulateYear : simulate)(seed, out)
  for (const breach of breachesOf(result)) out(breach)
  return breachesOf(result).length > 0 ? 1 : 0
}

/** Exit code 1 where a promise was broken, or a planted fault was not found. */
export function main(argv: readonly string[]): Promise<number> {
  const command = new Command('simulate')
    .option('--seeds <number>', 'how many', whole, 1000)
    .option('--from <number>', 'the first', whole, 1)
    .option('--threads <number>', 'seeds run at once', whole, availableParallelism())
    .option('--story <seed>', 'tell everything that happens in one seed', whole)
    .option('--year', 'seeds of a year of reminders in three time zones')
    .option('--plant [name]', 'remove guards of the protocol, one at a time, and look how soon that is found')
    .parse([...argv])
  const options = command.opts<Options>()
  if (options.story !== undefined) return tellStory(options.story, options.year ?? false)
  return options.plant === undefined ? runMany(options) : plantAll(options)
}
