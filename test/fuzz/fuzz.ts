/** A fuzz run: mutants of a corpus against an emulator of its own, in batches, with what must hold after each. */
import { seeded } from '../../emulator/faults/seeded'
import { otherDoors, startRecorder } from './corpus'
import { diceOf } from './dice'
import { type Mutant, mutate } from './mutations'
import { Sender, type WireRequest } from './request'
import { startTarget, type Target } from './target'
import { judge } from './verdict'
import { Witness } from './witness'

export interface FuzzOptions {
  root: string
  sdkFolder: string
  world: { [name: string]: unknown }
  size: number
  /** The same seed sends the same mutants, but for tokens and boundaries that the SDK draws itself. */
  seed: number
  onProgress?: (done: number) => void
}

/** A request that was answered as none may be. */
export interface Failure {
  /** Its number in the run; with the seed it tells the mutant. */
  index: number
  mutation: string
  request: string
  why: string
}

export interface FuzzReport {
  requests: number
  corpus: number
  mutations: Record<string, number>
  /** How often which code was answered. */
  answers: Record<string, number>
  failures: Failure[]
  seconds: number
  /** Faults that the emulator itself has noted. */
  log: string
  /** Documents acknowledged before some batch and gone after it, or after a SIGKILL at the end. */
  lost: number[]
}

const BATCH = 1000
const CONCURRENCY = 16
const WITNESSES_PER_BATCH = 5

export async function fuzz(options: FuzzOptions): Promise<FuzzReport> {
  const { root, sdkFolder, size, seed, onProgress } = options
  // Limits of calls a minute are promises of their own; here they would hide every other answer.
  const world = { ...options.world, quotas: { cloudCallsPerMinute: 1_000_000_000 } }
  const recorder = await startRecorder()
  let target: Target | undefined
  try {
    target = await startTarget({ root, sdkFolder, world, gatewayUrl: recorder.url })
    const { port, url } = target
    recorder.passTo(port)
    const corpus = [...(await sayEverything(url, recorder.recorded)), ...(await otherDoors(url, world))]
    const report: FuzzReport = {
      requests: 0,
      corpus: corpus.length,
      mutations: {},
      answers: {},
      failures: [],
      seconds: 0,
      log: '',
      lost: [],
    }
    const started = performance.now()
    await attack(target, corpus, { size, seed, onProgress }, report)
    report.seconds = (performance.now() - started) / 1000
    report.log = faultsIn(target.said())
    return report
  } finally {
    await target?.stop()
    await recorder.stop()
  }
}

async function attack(
  target: Target,
  corpus: readonly WireRequest[],
  { size, seed, onProgress }: Pick<FuzzOptions, 'size' | 'seed' | 'onProgress'>,
  report: FuzzReport,
): Promise<void> {
  const sender = new Sender(target.port, CONCURRENCY)
  const witness = new Witness(() => target.url)
  const one = async (index: number): Promise<void> => {
    const { mutation, mutant } = mutate(corpus, diceOf(seeded(seed, `request ${index}`)))
    const reply = 'bytes' in mutant ? await sender.sendRaw(mutant) : await sender.send(mutant)
    const verdict = judge(mutant, reply)
    count(report.mutations, mutation)
    if (verdict.ok) count(report.answers, verdict.code)
    else report.failures.push({ index, mutation, request: describe(mutant), why: verdict.why })
    report.requests += 1
  }
  try {
    await witness.begin()
    for (let first = 0; first < size && target.isAlive; first += BATCH) {
      await witness.write(WITNESSES_PER_BATCH)
      const last = Math.min(first + BATCH, size)
      let next = first
      const worker = async (): Promise<void> => {
        while (next < last && target.isAlive) await one(next++)
      }
      await Promise.all(Array.from({ length: CONCURRENCY }, worker))
      if (!target.isAlive) throw new Error(`the emulator died in requests ${first}–${last}: ${target.said()}`)
      report.lost.push(...(await witness.missing()))
      onProgress?.(last)
    }
    await target.restart()
    report.lost.push(...(await witness.missing()))
  } finally {
    sender.close()
  }
}

/** Has the SDK say everything it can, once; gives what it said. */
async function sayEverything(url: string, recorded: readonly WireRequest[]): Promise<readonly WireRequest[]> {
  const accept = { openid: 'oAlice', tmplIds: ['TPL_ORDER'], answers: { TPL_ORDER: 'accept' } }
  await fetch(`${url}/_emulator/prompt`, { method: 'POST', body: JSON.stringify(accept) })
  const call = { name: 'talker', openid: 'oAlice' }
  const reply = await fetch(`${url}/_emulator/call`, { method: 'POST', body: JSON.stringify(call) })
  const text = await reply.text()
  if (!text.includes('"ok":true')) throw new Error(`the SDK could not be recorded: ${text}`)
  return [...recorded]
}

/** What the emulator notes beside its start. */
function faultsIn(said: string): string {
  const quiet = /^(built |npm warn |$)/
  return said
    .split('\n')
    .filter((line) => !quiet.test(line))
    .join('\n')
}

function count(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1
}

function describe(mutant: Mutant): string {
  if ('bytes' in mutant) return JSON.stringify(mutant.bytes.toString('latin1', 0, 500))
  const { method, path, headers, body } = mutant
  return `${method} ${path} ${JSON.stringify(headers)} ${JSON.stringify(body.toString('latin1', 0, 1500))}`
}
