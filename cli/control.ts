/** `hongyan stop`, `release` and `ledger verify`: the emergency stop, and the proof of what is left. */
import { Command } from 'commander'
import colors from 'picocolors'
import type { DispatchState, Drift, Outputs } from '../core/contract'
import { wholeOf } from './arguments'
import { tableOf } from './campaign-text'
import type { Program } from './campaign-steps'
import { EXIT } from './output'
import { barOf } from './progress'
import { type Called, dataOption, emulatorOption, type Staff, staffOf } from './staff'

const stateText = ({ stopped }: DispatchState): string =>
  stopped === null
    ? `${colors.green('✓')} messages go out; paused campaigns wait for \`hongyan campaign resume\``
    : `${colors.red('■')} nothing goes out since ${new Date(stopped.at).toLocaleString('sv-SE')}, by ${stopped.by}${
        stopped.note === undefined ? '' : `: ${stopped.note}`
      }`

/** Adds `stop` and `release`. */
export function addStopCommands(hongyan: Command, { output }: Program): void {
  hongyan
    .command('stop')
    .description('the emergency stop: nothing more goes out, campaigns are paused')
    .option('--note <text>', 'why; everybody who asks is told')
    .addOption(emulatorOption())
    .addOption(dataOption())
    .action(async ({ note, ...options }: Called & { note?: string }) => {
      const state = await staffOf(options).call('dispatch.stop', note === undefined ? {} : { note })
      output().result(state, () => stateText(state))
    })
  hongyan
    .command('release')
    .description('take the emergency stop back')
    .addOption(emulatorOption())
    .addOption(dataOption())
    .action(async (options: Called) => {
      const state = await staffOf(options).call('dispatch.release', {})
      output().result(state, () => stateText(state))
    })
}

interface Verified {
  people: number
  repaired: number
  /** People who are being sent to just now: nothing is said of them. */
  busy: number
  drifts: (Drift & { template: string })[]
}

/** One lane of one template, part by part. */
async function verifyLane(
  staff: Staff,
  input: { template: string; lane: number; repair: boolean },
  verified: Verified,
): Promise<void> {
  let cursor: string | null = ''
  while (cursor !== null) {
    const found: Outputs['ledger.verify'] = await staff.call('ledger.verify', {
      ...input,
      ...(cursor !== '' && { cursor }),
    })
    verified.people += found.people
    verified.repaired += found.repaired
    verified.busy += found.busy
    verified.drifts.push(...found.drifts.map((drift) => ({ ...drift, template: input.template })))
    cursor = found.cursor
  }
}

function verifiedText({ people, repaired, busy, drifts }: Verified): string {
  const rest = busy === 0 ? '' : `; ${busy} are being sent to just now and were left out`
  if (drifts.length === 0) return `${colors.green('✓')} the ledger of ${people} quotas adds up${rest}`
  return `${driftText(drifts)}\n${repaired} of ${drifts.length} repaired${rest}`
}

const driftText = (drifts: Verified['drifts']): string =>
  tableOf(
    ['openid', 'template', 'left', 'expected', 'granted', 'spent', 'returned', 'revoked'],
    drifts.map(({ openid, template, left, expected, granted, spent, returned, revoked }) => [
      openid,
      template,
      left,
      expected,
      granted,
      spent,
      returned,
      revoked,
    ]),
    [2, 3, 4, 5, 6, 7],
  )

export function ledgerCommand({ output, isJson, exit }: Program): Command {
  const ledger = new Command('ledger').description('what people have left, and the proof of it')
  ledger
    .command('verify')
    .description('prove left = granted − spent + returned − revoked for everybody, or name each drift')
    .option('--template <key>', 'one template (default: all)')
    .option('--lane <number>', 'one lane (default: all)', wholeOf)
    .option('--repair', 'put each drift right', false)
    .addOption(emulatorOption())
    .addOption(dataOption())
    .action(async (options: Called & { template?: string; lane?: number; repair: boolean }) => {
      const staff = staffOf(options)
      const { lanes } = await staff.call('dispatch.state', {})
      const templates =
        options.template === undefined
          ? (await staff.call('template.list', {})).templates.map(({ template }) => template)
          : [options.template]
      const numbers =
        options.lane === undefined ? Array.from({ length: lanes }, (_, at) => at) : [options.lane]
      const verified: Verified = { people: 0, repaired: 0, busy: 0, drifts: [] }
      const bar = barOf('verifying', isJson())
      const total = templates.length * numbers.length
      let done = 0
      try {
        for (const template of templates)
          for (const lane of numbers) {
            await verifyLane(staff, { template, lane, repair: options.repair }, verified)
            done += 1
            bar.at(done, total, `${verified.drifts.length} drifts`)
          }
      } finally {
        bar.stop()
      }
      output().result(verified, () => verifiedText(verified))
      if (verified.drifts.length > verified.repaired) exit(EXIT.failed)
    })
  return ledger
}
