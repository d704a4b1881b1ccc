/** The commands of `hongyan reminder`: messages to one person at a time. */
import { randomUUID } from 'node:crypto'
import { Command, InvalidArgumentError } from 'commander'
import colors from 'picocolors'
import type { InputOf, Outputs, Schedule } from '../core/contract'
import { formatTime } from '../core/time'
import { allOf, wholeOf } from './arguments'
import type { Program } from './campaign-steps'
import { confirmed } from './data'
import { CliError, EXIT } from './output'
import { barOf } from './progress'
import { boardText, remindersText, reminderText, timesText } from './reminder-text'
import { type Called, dataOption, emulatorOption, jsonOf, type Staff, staffOf } from './staff'

const ZONE = 'Asia/Shanghai'
const UNITS = ['minutes', 'hours', 'days', 'weeks', 'months'] as const

interface When {
  at?: string
  in?: number
  every?: { every: number; unit: (typeof UNITS)[number] }
  on?: string[]
  lastDay?: boolean
  until?: string
  count?: number
}

/** `day`, `2 weeks` */
function rhythmOf(text: string): NonNullable<When['every']> {
  const [, number = '1', name = ''] = /^(?:(\d+)\s*)?([a-z]+?)s?$/.exec(text.trim()) ?? []
  const unit = UNITS.find((one) => one === `${name}s`)
  if (!unit) throw new InvalidArgumentError('a rhythm is written day, week, month, "2 weeks" or "30 minutes"')
  return { every: Number(number), unit }
}

/** The schedule that the options name; undefined where they name none. What the service refuses it refuses by name. */
function scheduleOf({ at, in: minutes, every, on, lastDay, until, count }: When): Schedule | undefined {
  if (every) {
    if (at === undefined) throw new CliError('--every begins at a time: add --at 2026-12-01T19:00')
    return {
      kind: 'repeat',
      from: at,
      ...every,
      ...(on && { weekdays: on as Extract<Schedule, { kind: 'repeat' }>['weekdays'] }),
      ...(lastDay === true && { lastDay }),
      ...(until !== undefined && { until }),
      ...(count !== undefined && { count }),
    }
  }
  if (on || lastDay === true || until !== undefined || count !== undefined)
    throw new CliError('--on, --last-day, --until and --count are for --every')
  if (at !== undefined && minutes !== undefined) throw new CliError('either --at or --in, not both')
  if (minutes !== undefined) return { kind: 'delay', minutes }
  return at === undefined ? undefined : { kind: 'once', at }
}

interface Content {
  template?: string
  params?: Record<string, unknown>
  timeParam?: string
  zone?: string
  grace?: number
  catchUp?: string
  state?: string
}

/** What is named of it, as the actions take it. */
const contentOf = ({ template, params, timeParam, zone, grace, catchUp, state }: Content) => ({
  ...(template !== undefined && { template }),
  ...(params && { params }),
  ...(timeParam !== undefined && { timeParam }),
  ...(zone !== undefined && { zone }),
  ...(grace !== undefined && { graceMinutes: grace }),
  ...(catchUp !== undefined && { catchUp }),
  ...(state !== undefined && { miniprogramState: state }),
})

type Missed = Outputs['reminder.missed']['reminders']

/** What was missed, the latest first, up to `most`. */
async function missedOf(staff: Staff, most: number): Promise<Missed> {
  const found = new Map<string, Missed[number]>()
  for (let cursor: string | null = ''; cursor !== null && found.size < most; ) {
    const limit = Math.min(CALL, most)
    const part: Outputs['reminder.missed'] = await staff.call('reminder.missed', {
      limit,
      ...(cursor && { cursor }),
    })
    for (const one of part.reminders) found.set(one.id, one)
    cursor = part.cursor
  }
  return [...found.values()].slice(0, most)
}

/** Times of one call: as many as the actions take. */
const CALL = 1000

type Sent = { asked: number; waiting: number }

async function sendThese(staff: Staff, ids: readonly string[], sent: Sent): Promise<number> {
  let waiting = 0
  for (let at = 0; at < ids.length; at += CALL) {
    const reminders = ids.slice(at, at + CALL)
    waiting += (await staff.call('reminder.sendMissed', { reminders })).waiting
  }
  sent.asked += ids.length
  sent.waiting += waiting
  return waiting
}

/** All that was missed: what was sent is missed no more, so that the next look finds the rest. */
async function sendAll(staff: Staff, isJson: boolean): Promise<Sent> {
  const bar = barOf('sending what was missed', isJson)
  const sent: Sent = { asked: 0, waiting: 0 }
  try {
    for (;;) {
      const { reminders } = await staff.call('reminder.missed', { limit: CALL })
      const ids = reminders.map(({ id }) => id)
      // Nothing of it goes: somebody else sends them at this moment.
      if (ids.length === 0 || (await sendThese(staff, ids, sent)) === 0) return sent
      bar.at(sent.waiting, 0, `${sent.waiting} go out`)
    }
  } finally {
    bar.stop()
  }
}

type Undeliverable = Outputs['reminder.undeliverable']['reminders']

async function undeliverableOf(staff: Staff, days: number, isJson: boolean): Promise<Undeliverable> {
  const bar = barOf('looking at reminders', isJson)
  const found: Undeliverable = []
  try {
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const input = { days, ...(cursor !== undefined && { cursor }) }
      const part: Outputs['reminder.undeliverable'] = await staff.call('reminder.undeliverable', input)
      found.push(...part.reminders)
      cursor = part.cursor
      bar.at(0, 0, `${found.length} cannot be delivered`)
    }
  } finally {
    bar.stop()
  }
  return found
}

export function reminderCommand(program: Program): Command {
  const reminder = new Command('reminder').description('messages to one person at a time')
  const { output, isJson, exit } = program
  const on = (name: string, about: string) =>
    reminder.command(name).description(about).addOption(emulatorOption()).addOption(dataOption())

  const described = (command: Command) =>
    command
      .option('--params <json>', 'what the template asks for: JSON, @file, or @- for stdin', jsonOf)
      .option('--time-param <name>', 'the param that is filled with the time of the reminder')
      .option('--at <time>', 'when, on the wall clock of --zone: 2026-12-01T19:00')
      .option('--in <minutes>', 'so many minutes from now', wholeOf)
      .option('--every <rhythm>', 'again and again from --at on: day, week, month, "2 weeks"', rhythmOf)
      .option('--on <weekdays>', 'with --every week: MO,WE,FR', allOf)
      .option('--last-day', 'with --every month: the last day of each')
      .option('--until <time>', 'the last may be at this time')
      .option('--count <times>', 'so many times', wholeOf)
      .option('--zone <name>', `the time zone (default: ${ZONE})`)
      .option('--grace <minutes>', 'later than this it is missed, not sent', wholeOf)
      .option('--catch-up <how>', 'once: the last of several missed stands for all; each: each goes')
      .option('--state <state>', 'formal, trial or developer')

  described(
    on('create', 'set a reminder; the same --key sets one, however often it is repeated')
      .requiredOption('--to <openid>', 'who is reminded')
      .requiredOption('--template <key>', 'the key of the template')
      .option('--key <text>', 'idempotency key (default: a new one)'),
  ).action(async (options: Called & When & Content & { to: string; key?: string }) => {
    const schedule = scheduleOf(options)
    if (!schedule) throw new CliError('a time is wanted: --at 2026-12-01T19:00 or --in 30')
    const { to, key = randomUUID() } = options
    const input = { key, to, schedule, ...contentOf(options) } as InputOf<'reminder.create'>
    const made = await staffOf(options).call('reminder.create', input)
    output().result({ ...made, key }, () => reminderText(made))
  })

  described(on('change <id>', 'change what is named of it, from the next time on'))
    .option('--template <key>', 'another template')
    .option('--version <number>', 'the version that is changed (default: the newest)', wholeOf)
    .action(async (id: string, options: Called & When & Content & { version?: number }) => {
      const staff = staffOf(options)
      const schedule = scheduleOf(options)
      const change = { ...contentOf(options), ...(schedule && { schedule }) }
      if (Object.keys(change).length === 0) throw new CliError('nothing to change was named')
      const version = options.version ?? (await versionOf(staff, id))
      const input = { reminder: id, version, change } as InputOf<'reminder.change'>
      const changed = await staff.call('reminder.change', input)
      output().result(changed, () => reminderText(changed))
    })

  on('cancel <id>', 'it does not come any more').action(async (id: string, options: Called) => {
    const cancelled = await staffOf(options).call('reminder.cancel', { reminder: id })
    output().result(cancelled, () => reminderText(cancelled))
  })

  on('list', 'people’s reminders, the newest first')
    .option('--openid <openid>', 'only those of this person')
    .option('--limit <count>', 'how many', wholeOf, 20)
    .action(async ({ openid, limit, ...options }: Called & { openid?: string; limit: number }) => {
      const input = { limit, ...(openid !== undefined && { openid }) }
      const found = await staffOf(options).call('reminder.list', input)
      output().result(found, () => remindersText(found.reminders))
    })

  on('board', 'one day by template: due, sent, skipped, missed')
    .option('--day <date>', 'the day: 2026-12-01 (default: today)')
    .option('--zone <name>', 'whose day it is', ZONE)
    .option('--template <key>', 'only this template')
    .action(
      async ({ day, zone, template, ...options }: Called & Content & { day?: string; zone: string }) => {
        const today = formatTime(Date.now(), zone, 'YYYY-MM-DD')
        const input = { day: day ?? today, zone, ...(template !== undefined && { template }) }
        const found = await staffOf(options).call('reminder.board', input)
        output().result({ day: input.day, zone, ...found }, () => boardText(found))
      },
    )

  on('missed', 'what was too late to be sent, the latest first')
    .option('--limit <count>', 'at most so many', wholeOf, 100)
    .option('--zone <name>', 'times are shown in this zone', ZONE)
    .action(async ({ limit, zone, ...options }: Called & { limit: number; zone: string }) => {
      const reminders = await missedOf(staffOf(options), limit)
      output().result({ reminders }, () => timesText(reminders, zone, 'none was missed'))
    })

  on('send-missed [ids...]', 'send what was missed, now')
    .option('--all', 'all that was missed', false)
    .option('--yes', 'do not ask', false)
    .action(async (ids: string[], options: Called & { all: boolean; yes: boolean }) => {
      const staff = staffOf(options)
      if (options.all === ids.length > 0) throw new CliError('name what to send, or add --all')
      const what = options.all ? 'all that was missed' : `${ids.length} reminders`
      if (process.stdin.isTTY && !options.yes && !(await confirmed(`Send ${what} now?`)))
        throw new CliError('nothing was done')
      const sent: Sent = { asked: 0, waiting: 0 }
      if (!options.all) await sendThese(staff, ids, sent)
      const { asked, waiting } = options.all ? await sendAll(staff, isJson()) : sent
      output().result({ asked, waiting }, () => `${colors.green('✓')} ${waiting} of ${asked} go out now`)
      if (waiting < asked) exit(EXIT.failed)
    })

  on('undeliverable', 'reminders of the next days that nobody could deliver as things are')
    .option('--days <count>', 'how far ahead', wholeOf, 7)
    .option('--zone <name>', 'times are shown in this zone', ZONE)
    .action(async ({ days, zone, ...options }: Called & { days: number; zone: string }) => {
      const reminders = await undeliverableOf(staffOf(options), days, isJson())
      output().result({ reminders }, () => timesText(reminders, zone, 'all can be delivered'))
    })

  return reminder
}

/** The newest version of a reminder. Throws CliError where it is not among the newest that can be listed. */
async function versionOf(staff: Staff, id: string): Promise<number> {
  for (let before: number | undefined; ; ) {
    const input = { limit: 100, ...(before !== undefined && { before }) }
    const { reminders, next } = await staff.call('reminder.list', input)
    const found = reminders.find(({ reminder }) => reminder === id)
    if (found) return found.version
    if (next === undefined) throw new CliError(`there is no reminder ${id}`, { reminder: id })
    before = next
  }
}
