/** `hongyan answer`: customer service from a terminal. */
import { randomUUID } from 'node:crypto'
import { Command } from 'commander'
import colors from 'picocolors'
import type { Program } from './campaign-steps'
import { EXIT } from './output'
import { type Called, dataOption, emulatorOption, lang, staffOf } from './staff'

const left = {
  zh: (messages: number) => `还可以发 ${messages} 条`,
  en: (messages: number) => `${messages} more may be sent`,
}[lang]

/** Answers somebody who has written to customer service; refused in words where WeChat allows no answer. */
export function answerCommand({ output, exit }: Pick<Program, 'output' | 'exit'>): Command {
  return new Command('answer')
    .description('answer somebody who has written to customer service; the same --key sends once')
    .requiredOption('--to <openid>', 'who gets it')
    .requiredOption('--text <text>', 'what to say')
    .option('--key <text>', 'idempotency key (default: a new one)')
    .addOption(emulatorOption())
    .addOption(dataOption())
    .action(
      async ({
        to,
        text,
        key = randomUUID(),
        ...called
      }: Called & { to: string; text: string; key?: string }) => {
        const staff = staffOf(called)
        const sent = await staff.call('conversation.send', { key, to, message: { kind: 'text', text } })
        const mark = sent.outcome === 'sent' ? colors.green('✓') : colors.red('✗')
        output().result(
          { ...sent, key },
          () => `${mark} ${sent.words}  ${colors.dim(left(sent.conversation.left))}`,
        )
        if (sent.outcome !== 'sent') exit(EXIT.failed)
      },
    )
}
