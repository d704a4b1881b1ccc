/** Many seeds, spread over threads. */
import { setFlagsFromString } from 'node:v8'
import { Worker } from 'node:worker_threads'
import { merge, nothing } from './coverage'
import type { Order, Report } from './worker'

/**
 * Functions are inlined less: what V8 makes of them is as fast, and compiling takes 5.5 s of CPU in the first 2 600 seeds
 * instead of 9.3.
 */
const V8_FLAGS = ['--max-inlined-bytecode-size=150', '--max-inlined-bytecode-size-cumulative=200']

function runThread(bundle: string, order: Order, told: (report: Report) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(bundle, { workerData: order })
    worker.on('message', (report: Report) => told(report))
    worker.on('error', reject)
    worker.on('exit', (code) => {
      if (code === 0) resolve()
      else reject(new Error(`a thread of the simulator ended with ${code}`))
    })
  })
}

export interface Wish {
  from: number
  seeds: number
  threads: number
  /** Whether the first seed that breaks a promise ends its thread. */
  untilBroken?: boolean
  /** Whether each is a year of reminders. */
  isYear?: boolean
}

/** All reports as one; `progress` is told how many seeds have been run. */
export async function runSeeds(
  bundle: string,
  { from, seeds, threads, untilBroken = false, isYear = false }: Wish,
  progress: (seeds: number) => void = () => undefined,
): Promise<Report> {
  for (const flag of V8_FLAGS) setFlagsFromString(flag)
  const all: Report = { coverage: nothing(), broken: [], isLast: true }
  const told = ({ coverage, broken }: Report) => {
    merge(all.coverage, coverage)
    all.broken.push(...broken)
    progress(all.coverage.seeds)
  }
  const orders = Array.from({ length: Math.min(threads, seeds) }, (_, at): Order => {
    const count = Math.ceil((seeds - at) / threads)
    return { from: from + at, count, stride: threads, untilBroken, isYear }
  })
  await Promise.all(orders.map((order) => runThread(bundle, order, told)))
  all.broken.sort((a, b) => a.seed - b.seed)
  return all
}
