/** `hongyan stop`, `release` and `ledger verify`: the emergency stop, and the proof of what is left. */
import { Command } from 'commander'
import colors from 'picocolors'
import type { DispatchState, Drift, InputOf, Outputs } from '../core/contract'
import { wholeOf } from './arguments'
import { tableOf } from './campaign-text'
import type { Program } from './campaign-steps'
import { EXIT } from './output'
import { barOf } from './progress'
import { emulatorOption, type Staff, staffOf } from './staff'

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
    .action(async ({ note, ...options }: { note?: string; emulator?: string }) => {
      const state = await staffOf(options).call('dispatch.stop', note === undefined ? {} : { note })
      output().result(state, () => stateText(state))
    })
  hongyan
    .command('release')
    .description('take the emergency stop back')
    .addOption(emulatorOption())
    .action(async (options: { emulator?: string }) => {
      const state = await staffOf(options).call('dispatch.release', {})
      output().result(state, () => stateText(state))
    })
}

interface Verified {
  people: number
  repaired: number
  drifts: (Drift & { template: string })[]
}

async function verifyLane(staff: Staff, input: InputOf<'ledger.verify'>): Promise<Outputs['ledger.verify']> {
  return staff.call('ledger.verify', input)
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
    .action(async (options: { template?: string; lane?: number; repair: boolean; emulator?: string }) => {
      const staff = staffOf(options)
      const { lanes } = await staff.call('dispatch.state', {})
      const templates =
        options.template === undefined
          ? (await staff.call('template.list', {})).templates.map(({ template }) => template)
          : [options.template]
      const numbers =
        options.lane === undefined ? Array.from({ length: lanes }, (_, at) => at) : [options.lane]
      const verified: Verified = { people: 0, repaired: 0, drifts: [] }
      const bar = barOf('verifying', isJson())
      const total = templates.length * numbers.length
      let done = 0
      try {
        for (const template of templates)
          for (const lane of numbers) {
            const found = await verifyLane(staff, { template, lane, repair: options.repair })
            verified.people += found.people
            verified.repaired += found.repaired
            verified.drifts.push(...found.drifts.map((drift) => ({ ...drift, template })))
            done += 1
            bar.at(done, total, `${verified.drifts.length} drifts`)
          }
      } finally {
        bar.stop()
      }
      output().result(verified, () =>
        verified.drifts.length === 0
          ? `${colors.green('✓')} the ledger of ${verified.people} quotas adds up`
          : `${driftText(verified.drifts)}\n${verified.repaired} of ${verified.drifts.length} repaired`,
      )
      if (verified.drifts.length > verified.repaired) exit(EXIT.failed)
    })
  return ledger
}
