/** The commands of `hongyan campaign`. */
import { randomUUID } from 'node:crypto'
import { Command, Option } from 'commander'
import colors from 'picocolors'
import type { CampaignState, InputOf, Outputs, SkipReason } from '../core/contract'
import { instantOf } from '../core/time'
import { allOf, codeOf, hoursOf, rateOf, wholeOf } from './arguments'
import { dryRunOf, type Program, reported, type Wanted, watch, writeCsv } from './campaign-steps'
import { cardText, deliveriesText, detailText, dryRunText, type Found, listText } from './campaign-text'
import { confirmed } from './data'
import { CliError, EXIT } from './output'
import { type Called, dataOption, emulatorOption, jsonOf, staffOf } from './staff'

type Detail = Outputs['campaign.get']
const ZONE = 'Asia/Shanghai'

interface Written extends Called {
  name?: string
  template?: string
  params?: Record<string, unknown>
  list?: string
  tags?: string[]
  allTags?: string[]
  withoutTags?: string[]
  languages?: string[]
  exclude?: string[]
  testGroup?: string[]
  rate?: number | null
  hours?: { from: string; to: string }
  zone: string
  grace?: number
  state?: string
}

/** The audience that the options name; what the service refuses it refuses by name. */
function audienceOf({ list, tags, allTags, withoutTags, languages }: Written): unknown {
  if (list !== undefined) return { kind: 'list', audience: list }
  return {
    kind: 'everybody',
    ...(tags && { tags }),
    ...(allTags && { allTags }),
    ...(withoutTags && { withoutTags }),
    ...(languages && { languages }),
  }
}

const draftOf = (options: Written): InputOf<'campaign.create'> =>
  ({
    name: options.name,
    template: options.template,
    params: options.params ?? {},
    audience: audienceOf(options),
    exclude: options.exclude,
    testGroup: options.testGroup,
    rate: options.rate,
    ...(options.hours && { sendWindow: { ...options.hours, zone: options.zone } }),
    graceMinutes: options.grace,
    miniprogramState: options.state,
  }) as InputOf<'campaign.create'>

/** People that a run comes to: whom its rule does not match it leaves in the database. */
const expectedOf = ({ sendable, deferred, skipped }: Found): number =>
  Object.entries(skipped).reduce(
    (sum, [reason, count]) => (reason === 'no-match' ? sum : sum + count),
    sendable + deferred,
  )

/** Asks before something that cannot be taken back; a script is not asked. */
async function agreed(question: string, isSure: boolean): Promise<void> {
  if (isSure || !process.stdin.isTTY) return
  if (!(await confirmed(question))) throw new CliError('nothing was done')
}

interface Keyed {
  key?: string
}
const keyOf = ({ key = randomUUID() }: Keyed) => ({ key })

export function campaignCommand(program: Program): Command {
  const campaign = new Command('campaign').description('messages to many: write, try, start, follow, report')
  const { output, isJson, exit } = program
  const tell = (detail: Detail) => output().result(detail, () => detailText(detail))
  const on = (name: string, description: string) =>
    campaign.command(name).description(description).addOption(emulatorOption()).addOption(dataOption())

  const written = (command: Command) =>
    command
      .option('--list <id>', 'the people of this list (`hongyan audience import`) instead of everybody')
      .option('--tags <tags>', 'people with at least one of these tags', allOf)
      .option('--all-tags <tags>', 'people with all of these tags', allOf)
      .option('--without-tags <tags>', 'people with none of these tags', allOf)
      .option('--languages <tags>', 'people of these languages: zh_CN, en_US, zh_HK, zh_TW', allOf)
      .option('--exclude <lists>', 'leave out the people of these lists', allOf)
      .option('--test-group <openids>', 'get it first; then `resume` says go on', allOf)
      .option('--rate <rate>', 'messages per second, such as 50 or 0.5; max is as fast as allowed', rateOf)
      .option('--hours <from-to>', 'hours of the day in which it may go out: 09:00-21:00', hoursOf)
      .option('--zone <name>', 'the time zone of --hours', ZONE)
      .option('--grace <minutes>', 'a start missed by more than this asks a person first', wholeOf)
      .option('--state <state>', 'formal, trial or developer')

  /** Repeated with the same key after an answer was lost, it makes one. */
  const keyed = (command: Command) =>
    command.option('--key <text>', 'idempotency key: the same one makes one (default: a new one)')

  written(keyed(on('create', 'write a draft')))
    .requiredOption('--name <text>', 'what staff call it')
    .requiredOption('--template <key>', 'the key of the template')
    .option('--params <json>', 'what the template asks for: JSON, @file, or @- for stdin', jsonOf)
    .action(async (options: Written & Keyed) => {
      const input = Object.fromEntries(
        Object.entries(draftOf(options)).filter(([, value]) => value !== undefined),
      ) as InputOf<'campaign.create'>
      tell(await staffOf(options).call('campaign.create', { ...input, ...keyOf(options) }))
    })

  on('list', 'the newest campaigns')
    .option('--state <state>', 'only those that are draft, scheduled, running, paused, finished or cancelled')
    .option('--limit <count>', 'how many', wholeOf, 20)
    .action(async ({ state, limit, ...options }: Called & { state?: CampaignState; limit: number }) => {
      const found = await staffOf(options).call('campaign.list', { limit, ...(state && { state }) })
      output().result(found, () => listText(found.campaigns))
    })

  on('show <id>', 'one campaign, its message and its progress')
    .option('--watch', 'follow it until it stands still', false)
    .action(async (id: string, options: Called & { watch: boolean }) => {
      const staff = staffOf(options)
      tell(
        options.watch ? await watch(staff, id, program) : await staff.call('campaign.get', { campaign: id }),
      )
    })

  on('dry-run <id>', 'who would get it and why others would not, without sending')
    .option('--names <reason>', 'all names of one reason, or of those who are `sendable`')
    .action(async (id: string, { names, ...options }: Called & { names?: SkipReason | 'sendable' }) => {
      const found = await dryRunOf(staffOf(options), id, isJson(), names)
      output().result(found, () =>
        names === undefined
          ? dryRunText(found)
          : found.names.map(({ openid, words }) => `${openid}  ${colors.dim(words)}`).join('\n'),
      )
    })

  on('start <id>', 'look who would get it, ask, and start it')
    .option('--yes', 'do not ask', false)
    .option('--no-dry-run', 'do not look before')
    .option('--watch', 'follow it until it stands still', false)
    .action(async (id: string, options: Called & { yes: boolean; dryRun: boolean; watch: boolean }) => {
      const staff = staffOf(options)
      // What is started is what was looked at: an edit meanwhile is refused.
      const { version, name, card } = await staff.call('campaign.get', { campaign: id })
      const found = options.dryRun ? await dryRunOf(staff, id, isJson()) : undefined
      if (found) output().step(dryRunText(found))
      if (process.stdin.isTTY && !options.yes) {
        if (card) output().step(cardText(card))
        await agreed(`Start "${name}"?`, false)
      }
      const expected = found && expectedOf(found)
      const started = await staff.call('campaign.start', {
        campaign: id,
        version,
        ...(expected !== undefined && { expected }),
      })
      const ended = options.watch ? await watch(staff, id, program) : started
      tell(ended)
      if (options.watch && ended.state !== 'finished') exit(EXIT.failed)
    })

  on('schedule <id> <time>', 'start it at a time: 2026-11-22T10:00')
    .option('--zone <name>', 'the time zone that the time is meant in', ZONE)
    .action(async (id: string, time: string, { zone, ...options }: Called & { zone: string }) => {
      const startAt = instantOf(time, zone)
      if (startAt === null) throw new CliError(`"${time}" is no time; one such as 2026-11-22T10:00 is wanted`)
      tell(await staffOf(options).call('campaign.schedule', { campaign: id, startAt }))
    })

  const act = (
    name: string,
    action: 'campaign.unschedule' | 'campaign.pause' | 'campaign.resume',
    about: string,
  ) =>
    on(`${name} <id>`, about).action(async (id: string, options: Called) => {
      tell(await staffOf(options).call(action, { campaign: id }))
    })
  act('unschedule', 'campaign.unschedule', 'make it a draft again')
  act('pause', 'campaign.pause', 'hold it: nobody more is sent to')
  act('resume', 'campaign.resume', 'go on where it stopped')

  on('cancel <id>', 'end it for good')
    .option('--yes', 'do not ask', false)
    .action(async (id: string, options: Called & { yes: boolean }) => {
      await agreed(`Cancel ${id} for good?`, options.yes)
      tell(await staffOf(options).call('campaign.cancel', { campaign: id }))
    })

  on('rate <id>', 'change its rate, while it runs too')
    .argument('<rate>', 'messages per second, such as 50 or 0.5; max is as fast as allowed', rateOf)
    .action(async (id: string, rate: number | null, options: Called) => {
      tell(await staffOf(options).call('campaign.adjust', { campaign: id, rate }))
    })

  keyed(on('clone <id>', 'another draft of it, without those it has served'))
    .option('--name <text>', 'what staff call it')
    .option('--all', 'with those it has served, too', false)
    .action(
      async (id: string, { name, all, ...options }: Called & Keyed & { name?: string; all: boolean }) => {
        const input = { campaign: id, unserved: !all, ...(name !== undefined && { name }), ...keyOf(options) }
        tell(await staffOf(options).call('campaign.clone', input))
      },
    )

  keyed(on('redrive <id>', 'a draft that sends once more to those with some outcomes'))
    .requiredOption('--outcomes <names>', 'failed, invalid, refused, skipped, unknown', allOf)
    .option('--name <text>', 'what staff call it')
    .action(
      async (
        id: string,
        { outcomes, name, ...options }: Called & Keyed & { outcomes: string[]; name?: string },
      ) => {
        const input = { campaign: id, outcomes, ...(name !== undefined && { name }), ...keyOf(options) }
        tell(await staffOf(options).call('campaign.redrive', input as InputOf<'campaign.redrive'>))
      },
    )

  on('report <id>', 'who got it, who did not, and why')
    .addOption(new Option('--outcome <name>', 'sent, refused, invalid, failed, skipped, deferred or unknown'))
    .option('--code <code>', 'one errcode, or one reason such as no-grant', codeOf)
    .option('--limit <count>', 'at most so many people (default: all with --csv, else 100)', wholeOf)
    .option('--csv <file>', 'write CSV; - is stdout')
    .action(async (id: string, options: Called & Wanted & { csv?: string }) => {
      const staff = staffOf(options)
      if (options.csv !== undefined) return writeCsv(staff, id, options, program, options.csv)
      const deliveries: Outputs['campaign.deliveries']['deliveries'] = []
      for await (const rows of reported(staff, id, options, options.limit ?? 100)) deliveries.push(...rows)
      output().result({ deliveries }, () => deliveriesText(deliveries))
    })

  return campaign
}
