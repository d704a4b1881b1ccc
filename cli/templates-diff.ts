/** `hongyan templates diff`: the files of a folder against WeChat's list, in the language of the terminal. */
import colors from 'picocolors'
import type { Difference, TemplateAccount, TemplateHealth } from '../core/contract'
import { compare } from '../core/template/library-comparison'
import { worded } from '../core/template/library-differences'
import { lang } from './staff'
import type { DefinedFile } from './templates'

export interface Differences {
  templates: TemplateHealth[]
  others: Difference[]
}

export function differencesIn(files: readonly DefinedFile[], account: TemplateAccount): Differences {
  const { templates, others } = compare(
    files.map(({ definition }) => definition),
    account,
  )
  return {
    templates: templates.map((one) => ({
      ...one,
      differences: one.differences.map((difference) => worded(difference, lang)),
    })),
    others: others.map((difference) => worded(difference, lang)),
  }
}

/** Whether messages would fail. */
export const isBroken = ({ templates }: Differences): boolean =>
  templates.some(({ differences }) => differences.some(({ severity }) => severity === 'error'))

const lineOf = ({ severity, message, todo }: Difference): string =>
  `  ${severity === 'error' ? colors.red('✗') : colors.yellow('!')} ${message}\n    ${colors.dim(todo)}`

export function differencesText({ templates, others }: Differences): string {
  const parts = templates.map(({ template, differences }) =>
    differences.length === 0
      ? `${colors.green('✓')} ${template}`
      : [colors.bold(template), ...differences.map(lineOf)].join('\n'),
  )
  return [...parts, ...others.map(lineOf)].join('\n')
}
