/** `hongyan …`: what teams and tools do from a terminal. */
import { randomUUID } from 'node:crypto'
import { Command, CommanderError, InvalidArgumentError } from 'commander'
import colors from 'picocolors'
import type { Action, Call, Outputs, Reply, SendState } from '../core/contract'
import { answerCommand } from './answer'
import { audienceCommand } from './audience'
import { build } from './build'
import { campaignCommand } from './campaign'
import type { Program } from './campaign-steps'
import { addStopCommands, ledgerCommand } from './control'
import { addDataCommands } from './data-commands'
import { emulate, type EmulateOptions, sample } from './emulate'
import { explainCommand } from './explain'
import { invoke } from './http-api'
import { EXIT, type Output, outputOf } from './output'
import { reminderCommand } from './reminder'
import { runtimesCommand } from './runtimes'
import { seriesCommand } from './series'
import { accountFor, type Called, dataOf, dataOption, emulatorOption, jsonOf, lang } from './staff'
import { buildStandalone } from './standalone'
import { templatesCommand } from './templates-commands'

function portOf(text: string): number {
  const port = Number(text)
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidArgumentError('a port is a whole number from 0 (any free one) to 65535')
  return port
}

const MARKS: Record<string, string> = {
  sent: colors.green('✓'),
  unknown: colors.yellow('?'),
  waiting: colors.yellow('…'),
}

function sendText({ outcome, state, words, sendId, card }: SendState): string {
  const mark = MARKS[outcome ?? state] ?? colors.red('✗')
  const lines = card.lines.map(({ label, value }) => `    ${colors.dim(label)}  ${value}`)
  return [`${mark} ${words}  ${colors.dim(sendId)}`, `  ${colors.bold(card.title)}`, ...lines].join('\n')
}

/** The commands. `until` ends `emulate`; `exit` takes the exit code of a command that did not succeed wholly. */
function program(until: () => Promise<unknown>, exit: (code: number) => void): Command {
  const hongyan = new Command('hongyan')
    .description('subscribe and template messages for WeChat Mini Programs')
    .option('--json', 'print one JSON object instead of words')
    .showHelpAfterError()
    .configureHelp({ showGlobalOptions: true })
  const output = (): Output =>
    outputOf(hongyan.opts<{ json?: boolean }>().json === true, {
      out: (text) => process.stdout.write(text),
      err: (text) => process.stderr.write(text),
    })

  hongyan
    .command('build')
    .description('check the templates and bundle the cloud functions into dist/cloudfunctions')
    .option(
      '--standalone <env>',
      'also write dist/standalone: the Mini Program for an environment of its own',
    )
    .option('--region <region>', 'where that environment is', 'ap-shanghai')
    .action(async ({ standalone: env, region }: { standalone?: string; region: string }) => {
      const built = await build()
      const standalone = env === undefined ? undefined : await buildStandalone({ env, region })
      const line = (name: string, bytes: number) =>
        `${colors.green('✓')} ${name}  ${(bytes / 1024).toFixed(0)} KB`
      output().result({ ...built, ...(standalone && { standalone }) }, () =>
        [
          ...built.functions.map(({ name, bytes }) => line(name, bytes)),
          ...(standalone ? [line(`${standalone.folder}: js-sdk`, standalone.sdkBytes)] : []),
        ].join('\n'),
      )
    })

  hongyan
    .command('emulate')
    .description('run CloudBase, WeChat and the phone on this computer')
    .option('--functions <folder>', 'run these built functions instead of this project’s')
    .option('--miniprogram <folder>', 'show this Mini Program in the phone')
    .option('--database <file>', 'collections and indexes that exist from the start, as JSON')
    .option('--world <file>', 'WeChat’s side: appid, people, templates', sample.world)
    .option('--env-file <file>', 'environment variables by function, as JSON', sample.env)
    .option('--data <folder>', `where documents are kept (default: ${sample.data}; with --exec a fresh one)`)
    .option('--port <number>', '0 is any free one (default: 8601; with --exec 0)', portOf)
    .option('--faults <file>', 'fault rules in force from the start, as JSON')
    .option('--standalone', 'as an environment of CloudBase that belongs to no Mini Program')
    .option('--exec <command>', 'run a command against the emulator, then stop; exits as the command does')
    .option('--no-open', 'do not open a browser')
    .action(async ({ envFile, ...options }: Omit<EmulateOptions, 'env'> & { envFile: string }) => {
      exit(await emulate({ ...options, env: envFile }, output(), until()))
    })

  hongyan
    .command('send')
    .description('send one message; the same --key sends once, however often it is repeated')
    .requiredOption('--to <openid>', 'who gets it')
    .requiredOption('--template <key>', 'the key of the template')
    .requiredOption('--params <json>', 'what the template asks for: JSON, @file, or @- for stdin', jsonOf)
    .option('--key <text>', 'idempotency key (default: a new one)')
    .option('--language <tag>', 'zh_CN, en_US, zh_HK or zh_TW (default: the person’s)')
    .option('--state <state>', 'formal, trial or developer', 'formal')
    .addOption(emulatorOption())
    .addOption(dataOption())
    .action(async (options: Record<'to' | 'template' | 'state', string> & SendOptions) => {
      const { to, template, params, key = randomUUID(), language, state } = options
      const input = { to, template, params, key, miniprogramState: state, ...(language && { language }) }
      // What the service refuses it refuses by name; the CLI does not check twice.
      const call = { action: 'send.one', input, lang } as Call<'send.one'>
      const account = accountFor(options)
      const sent = dataOf(await invoke(account, 'staff', call))
      output().result({ ...sent, key }, () => sendText(sent))
      if (sent.outcome !== 'sent') exit(EXIT.failed)
    })

  hongyan
    .command('call <function> <action>')
    .description('call any action of a function and print its reply')
    .argument('[input]', 'JSON, @file or @-', jsonOf, {})
    .addOption(emulatorOption())
    .addOption(dataOption())
    .action(async (name: string, action: string, input: Record<string, unknown>, options: Called) => {
      const call = { action, input, lang } as Call
      const reply: Reply<Outputs[Action]> = await invoke(accountFor(options), name, call)
      const data = dataOf(reply)
      output().result(data, () => JSON.stringify(data, null, 2))
    })

  const shared: Program = {
    output,
    isJson: () => hongyan.opts<{ json?: boolean }>().json === true,
    exit,
    until,
  }
  hongyan.addCommand(answerCommand(shared))
  hongyan.addCommand(campaignCommand(shared))
  hongyan.addCommand(audienceCommand(shared))
  hongyan.addCommand(reminderCommand(shared))
  hongyan.addCommand(seriesCommand(shared))
  hongyan.addCommand(ledgerCommand(shared))
  addStopCommands(hongyan, shared)
  addDataCommands(hongyan, output)

  hongyan.addCommand(runtimesCommand(output))
  hongyan.addCommand(explainCommand(output, exit))

  hongyan.addCommand(templatesCommand(output, exit))

  return hongyan
}

interface SendOptions extends Called {
  params: Record<string, unknown>
  key?: string
  language?: string
}

/**
 * For commands that end in order: the emulator stops its instances and closes its documents. Asked for by those alone;
 * any other command ends at once.
 */
const signalled = () =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, resolve)
  })

/** Runs one command line; resolves with the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  let code: number = EXIT.done
  const hongyan = program(signalled, (failed) => {
    code = failed
  })
  const every = (command: Command): Command[] => [command, ...command.commands.flatMap(every)]
  for (const command of every(hongyan)) command.exitOverride()
  try {
    await hongyan.parseAsync([...argv])
    return code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage
    const json = hongyan.opts<{ json?: boolean }>().json === true
    outputOf(json, { out: (t) => process.stdout.write(t), err: (t) => process.stderr.write(t) }).error(error)
    return EXIT.failed
  }
}
