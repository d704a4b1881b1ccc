/** `hongyan templates push`: what is to be done at WeChat so that every file has its template there, and doing it. */
import colors from 'picocolors'
import type { TemplateAccount } from '../core/contract'
import type { Definition } from '../core/template/definition'
import { isSame } from '../core/template/library'
import { CliError, type Output } from './output'
import type { Staff } from './staff'
import { writeTemplateId } from './template-files'
import { type DefinedFile, definitionsIn } from './templates'
import { type Differences, differencesIn } from './templates-diff'

interface Adding {
  tid: string
  keywords: number[]
  scene: string
}

export type Step = { file: string; title: string } & (
  | { act: 'add'; adding: Adding }
  /** It is at WeChat already: only its id is written down. */
  | { act: 'adopt'; templateId: string }
  | { act: 'impossible' }
)

export interface Plan {
  appid: string
  steps: Step[]
}

const MAX_SCENE = 15

function stepOf(
  { file, definition }: DefinedFile,
  { templates }: TemplateAccount,
  taken: ReadonlySet<string | undefined>,
  scene?: string,
): Step {
  const { title, library } = definition
  const same = templates.find((at) => isSame(definition, at) && !taken.has(at.templateId))
  if (same) return { file, title, act: 'adopt', templateId: same.templateId }
  if (!library) return { file, title, act: 'impossible' }
  const { tid, keywords } = library
  const described = library.scene ?? scene ?? [...title].slice(0, MAX_SCENE).join('')
  return { file, title, act: 'add', adding: { tid, keywords, scene: described } }
}

/** Files whose template WeChat has need nothing. */
export function planOf(files: readonly DefinedFile[], account: TemplateAccount, scene?: string): Plan {
  const { appid, templates } = account
  const idOf = ({ templateIds }: Definition) => templateIds[appid]
  const isThere = (definition: Definition) =>
    templates.some(({ templateId }) => templateId === idOf(definition))
  const ours = files.filter(({ definition }) => definition.channel === 'subscribe')
  const taken = new Set(ours.map(({ definition }) => idOf(definition)))
  const steps: Step[] = []
  for (const one of ours.filter(({ definition }) => !isThere(definition))) {
    const step = stepOf(one, account, taken, scene)
    // One template of the account is of one file.
    if (step.act === 'adopt') taken.add(step.templateId)
    steps.push(step)
  }
  return { appid, steps }
}

function lineOf(step: Step): string {
  const of = `${step.title}  ${colors.dim(step.file)}`
  switch (step.act) {
    case 'add':
      return `${colors.green('+')} ${of}  tid ${step.adding.tid}, keywords ${step.adding.keywords.join(', ')}, “${step.adding.scene}”`
    case 'adopt':
      return `${colors.green('=')} ${of}  is there: ${step.templateId}`
    case 'impossible':
      return `${colors.red('✗')} ${of}  is not at WeChat, and the file has no "library" to add it from`
    default: {
      const unreachable: never = step
      throw new Error(`no step is ${JSON.stringify(unreachable)}`)
    }
  }
}

export const planText = ({ appid, steps }: Plan): string =>
  steps.length === 0
    ? `${colors.green('✓')} ${appid} has the template of every file`
    : steps.map(lineOf).join('\n')

/** WeChat has it already (wechat.md §3): the answer of an earlier try was lost. */
const EXISTS = 200_022

async function idOf(
  staff: Staff,
  { file, title, adding }: Step & { act: 'add' },
  folder: string,
): Promise<string> {
  try {
    return (await staff.call('template.add', adding)).templateId
  } catch (error) {
    if (!(error instanceof CliError) || error.facts['errcode'] !== EXISTS) throw error
    const { account } = await staff.call('template.health', {})
    const mine = definitionsIn(folder).find((one) => one.file === file)
    const same = mine && account.templates.find((at) => isSame(mine.definition, at))
    if (same) return same.templateId
    throw new CliError(
      `${title}: WeChat has it already, but with other keywords than ${file} names`,
      error.facts,
      {
        cause: error,
      },
    )
  }
}

/** Each id is written as soon as it is known: a second run does what is left. Gives what differs then. */
export async function applyPlan(
  staff: Staff,
  { appid, steps }: Plan,
  folder: string,
  output: Output,
): Promise<Differences & Plan> {
  for (const step of steps) {
    if (step.act === 'impossible') continue
    const templateId = step.act === 'adopt' ? step.templateId : await idOf(staff, step, folder)
    writeTemplateId(folder, step.file, appid, templateId)
    output.step(`${colors.green('✓')} ${step.file}  ${templateId}`)
  }
  const { account } = await staff.call('template.health', {})
  return { appid, steps, ...differencesIn(definitionsIn(folder), account) }
}
