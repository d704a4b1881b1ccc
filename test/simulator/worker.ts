/** Runs seeds in a thread of its own: what a bundle of the simulator, planted or not, is made of. */
import { parentPort, workerData } from 'node:worker_threads'
import { breachesOf, type Coverage, isBroken, merge, nothing } from './coverage'
import { simulate } from './simulation'
import { simulateYear } from './year'

export interface Order {
  from: number
  /** Seeds from `from` on, each `stride`-th. */
  count: number
  stride: number
  /** Whether the first seed that breaks a promise ends it. */
  untilBroken: boolean
  /** Whether a seed is a year of reminders, and not some minutes of everything. */
  isYear: boolean
}

export interface Report {
  coverage: Coverage
  /** Each seed that broke a promise, with its story. */
  broken: { seed: number; breaches: string[] }[]
  isLast: boolean
}

/** Seeds between two reports. */
const BATCH = 25

async function run(
  { from, count, stride, untilBroken, isYear }: Order,
  tell: (report: Report) => void,
): Promise<void> {
  let report: Report = { coverage: nothing(), broken: [], isLast: false }
  for (let at = 0; at < count; at += 1) {
    const result = await (isYear ? simulateYear : simulate)(from + at * stride)
    merge(report.coverage, result)
    if (isBroken(result)) {
      report.broken.push({ seed: result.seed, breaches: breachesOf(result) })
      if (untilBroken) break
    }
    if (report.coverage.seeds < BATCH) continue
    tell(report)
    report = { coverage: nothing(), broken: [], isLast: false }
  }
  tell({ ...report, isLast: true })
}

const port = parentPort
if (port) void run(workerData as Order, (report) => port.postMessage(report))
