/** `hongyan templates find`: a template of the public library, and a file for it before the account has it. */
import colors from 'picocolors'
import type { Outputs } from '../core/contract'
import { draftOf } from '../core/template/library-draft'
import { CliError } from './output'
import { writeDraft } from './templates-pull'

type Found = Outputs['template.find']['found'][number]

export interface TakeOptions {
  folder: string
  take: number[]
  key?: string
  scene: string
}

/** A file that `push` adds to the account. Throws CliError where the title is not one template, or a keyword is not there. */
export function taken(found: readonly Found[], { folder, take, key, scene }: TakeOptions): string {
  const [one] = found
  if (!one || found.length > 1)
    throw new CliError(`${found.length} public templates have this title; one is wanted`, {
      tids: found.map(({ tid }) => tid),
    })
  const chosen = take.flatMap((kid) => one.keywords.find((keyword) => keyword.kid === kid) ?? [])
  if (chosen.length < take.length)
    throw new CliError(`${one.title} has the keywords ${one.keywords.map(({ kid }) => kid).join(', ')}`, {
      take,
    })
  const keywords = chosen.map(({ kid, name, example, type }) => ({
    keyword: `${type}${kid}`,
    label: name,
    example,
  }))
  const { title, kind, tid, category } = one
  const draft = draftOf(
    { templateId: `tid ${tid}`, title, kind, keywords },
    { scene, ...(key !== undefined && { key }), library: { tid, keywords: take, category } },
  )
  const written = writeDraft(folder, draft)
  if ('reason' in written) throw new CliError(`${title}: ${written.reason}`, { tid })
  return written.file
}

export function foundText({ found, isWhole }: Outputs['template.find']): string {
  const lines = found.flatMap(({ tid, title, kind, keywords }) => [
    `${colors.bold(title)}  tid ${tid}  ${colors.dim(kind)}`,
    ...keywords.map(
      ({ kid, name, type, example }) => `  ${kid}  ${name}  ${colors.dim(`${type}  ${example}`)}`,
    ),
  ])
  if (lines.length === 0)
    lines.push(`${colors.yellow('?')} no public template of the account’s categories has this title`)
  return isWhole ? lines.join('\n') : [...lines, 'There are more titles than were looked through.'].join('\n')
}
