/** `npm run chaos`: Hongyan's bundles on the emulator while processes are killed and stopped. */
import { writeFileSync } from 'node:fs'
import { SingleBar } from 'cli-progress'
import { Command, CommanderError, InvalidArgumentError } from 'commander'
import { breachesOf, doubtsOf, isKept, jsonOf, tableOf } from './report'
import { type ChaosOptions, runChaos, type State } from './run'

interface Flags extends Omit<ChaosOptions, 'stopMs' | 'limitMs'> {
  stopSeconds: number
  limitMinutes: number
  doubts?: string
}

function whole(least: number) {
  return (text: string): number => {
    const count = Number(text)
    if (Number.isInteger(count) && count >= least) return count
    throw new InvalidArgumentError(`a whole number from ${least} is wanted`)
  }
}

function share(text: string): number {
  const part = Number(text)
  if (part >= 0 && part < 1) return part
  throw new InvalidArgumentError('a share from 0 and below 1 is wanted')
}

const PHASES: Record<State['phase'], string> = {
  people: 'subscribing people',
  campaign: 'sending',
  settling: 'waiting for the last',
  reading: 'reading what everybody says',
}

const LINE_EVERY_MS = 20_000

/** A bar on a terminal; elsewhere a line for each phase, and now and then how far it is. */
function teller(): { tell(state: State): void; end(): void } {
  let phase: State['phase'] | undefined
  const isNew = (state: State) => phase !== (phase = state.phase)
  let lineAt = 0
  const line = (state: State): void => {
    if (!isNew(state) && performance.now() < lineAt) return
    lineAt = performance.now() + LINE_EVERY_MS
    const { done, of, killed, stopped } = state
    process.stderr.write(`${PHASES[state.phase]}: ${done} of ${of}, killed ${killed}, stopped ${stopped}\n`)
  }
  if (!process.stderr.isTTY) return { tell: line, end: () => undefined }
  const format = '{what} {bar} {value}/{total}  killed {killed}  stopped {stopped}'
  const bar = new SingleBar({ format, stream: process.stderr, hideCursor: true, clearOnComplete: true })
  return {
    tell(state) {
      const { done, of, killed, stopped } = state
      if (isNew(state)) bar.start(of, done, { what: PHASES[state.phase].padEnd(27), killed, stopped })
      else bar.update(done, { killed, stopped })
    },
    end: () => bar.stop(),
  }
}

async function chaos(flags: Flags): Promise<boolean> {
  const { stopSeconds, limitMinutes, doubts, ...rest } = flags
  const options = { ...rest, stopMs: stopSeconds * 1000, limitMs: limitMinutes * 60_000 }
  const { tell, end } = teller()
  const result = await runChaos(options, tell).finally(end)
  const { breaches } = result.verdict
  if (breaches.length > 0) process.stderr.write(`${breachesOf(breaches)}\n`)
  if (doubts !== undefined) writeFileSync(doubts, `${doubtsOf(result)}\n`)
  process.stdout.write(`${tableOf(result, options)}\n${jsonOf(result, options)}\n`)
  return isKept(result, options)
}

/** Runs one command line; resolves with the exit code: 1 where a promise was broken or the run was not as asked. */
export async function main(argv: readonly string[]): Promise<number> {
  let kept = true
  const command = new Command('chaos')
    .description(
      'a campaign while processes die, stand still and lose answers: what WeChat delivered against what is reported',
    )
    .option('--size <n>', 'people of the campaign', whole(10), 20_000)
    .option('--kills <n>', 'processes of dispatch killed while they work', whole(0), 50)
    .option('--stops <n>', 'processes of dispatch stopped for longer than a lease', whole(0), 20)
    .option('--stop-seconds <n>', 'how long; a lease and its margin are 40 s', whole(1), 45)
    .option('--pauses <n>', 'times that staff pause the campaign', whole(0), 5)
    .option('--seed <n>', 'of faults and victims', whole(0), 1)
    .option('--lanes <n>', 'lanes', whole(1), 64)
    .option('--instances <n>', 'processes of dispatch at once', whole(1), 8)
    .option('--rate <n>', 'messages per second', whole(1), 400)
    .option('--lost-writes <share>', 'answers of the database that dispatch never gets', share, 0.01)
    .option('--limit-minutes <n>', 'a run that does not end is given up', whole(1), 30)
    .option('--doubts <file>', 'writes everybody in doubt to a file')
    .exitOverride()
    .showHelpAfterError()
    .action(async (flags: Flags) => {
      kept = await chaos(flags)
    })
  try {
    await command.parseAsync([...argv])
    return kept ? 0 : 1
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    throw error
  }
}
