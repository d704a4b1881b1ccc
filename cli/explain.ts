/** `hongyan explain …`: an error of WeChat, of CloudBase or of an SDK in words, by its code or by its whole text. */
import { Command } from 'commander'
import colors from 'picocolors'
import { explanationsIn, near, placeOf } from '../core/explain/everything'
import type { Explanation } from '../core/explain/explanation'
import { errorsPage } from './errors-page'
import { EXIT, type Output } from './output'
import { lang } from './staff'

const words = {
  zh: {
    why: '原因',
    todo: '处理',
    from: '出处',
    unknown: '没有收录',
    near: '相近的：',
    else: '换成错误的完整文字再查；仍没有时，带上 rid 到微信开放社区询问',
  },
  en: {
    why: 'why',
    todo: 'do',
    from: 'source',
    unknown: 'is not known',
    near: 'Near it:',
    else: 'Give the whole text of the error; if that is not known either, ask the WeChat community, with the rid',
  },
} as const

function textOf({ code, meaning, cause, todo, source }: Explanation): string {
  const w = words[lang]
  return [
    `${colors.bold(String(code))}  ${meaning[lang]}`,
    `  ${colors.dim(w.why)}  ${cause[lang]}`,
    `  ${colors.dim(w.todo)}  ${todo[lang]}`,
    `  ${colors.dim(`${w.from}  ${source}`)}`,
  ].join('\n')
}

const lineOf = ({ code, meaning }: Explanation): string => `  ${code}  ${meaning[lang]}`

function unknownText(given: string, close: readonly Explanation[]): string {
  const w = words[lang]
  const place = /^-\d+$/.test(given) ? placeOf(Number(given)) : null
  return [
    `${colors.yellow('?')} ${given} ${w.unknown}${place ? ` (${place[lang]})` : ''}`,
    ...(close.length > 0 ? [w.near, ...close.map(lineOf)] : [`  ${colors.dim(w.todo)}  ${w.else}`]),
  ].join('\n')
}

const plain = ({ text: _text, ...rest }: Explanation) => rest

export function explainCommand(output: () => Output, exit: (code: number) => void): Command {
  return new Command('explain')
    .description('explain an error: its code, or its whole text as it was printed')
    .argument('[error...]', 'for example 43101, or "errCode: -502005 database collection not exists"')
    .option('--page', 'print docs/errors.md: every error that is known')
    .action((given: string[], { page }: { page?: boolean }, command: Command) => {
      if (page) {
        process.stdout.write(errorsPage())
        return
      }
      const text = given.join(' ').trim()
      if (text === '') command.error('error: give a code or the text of an error: hongyan explain 43101')
      const found = explanationsIn(text)
      const close = found.length > 0 ? [] : near(text)
      output().result({ given: text, found: found.map(plain), near: close.map(plain) }, () =>
        found.length > 0 ? found.map(textOf).join('\n\n') : unknownText(text, close),
      )
      if (found.length === 0) exit(EXIT.failed)
    })
}
