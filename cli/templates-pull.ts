/** `hongyan templates pull`: a file for each template of the account that has none. */
import colors from 'picocolors'
import type { AccountTemplate, Outputs } from '../core/contract'
import { faultOf } from '../core/sentences'
import { type Draft, draftOf, type Undraftable } from '../core/template/library-draft'
import { DefinitionError, templateOf } from '../core/template/template'
import { CliError, type Output } from './output'
import { lang, type Staff } from './staff'
import { nameInIndex, writeTemplate } from './template-files'
import { definitionsIn } from './templates'

export interface PullOptions {
  folder: string
  key?: string
  scene: string
  origin: boolean
}

export interface Pulled {
  written: { file: string; title: string; templateId: string; tid?: string }[]
  skipped: { templateId: string; title: string; reason: string }[]
}

const reasons = {
  kind: {
    zh: '种类未知：不是一次性，也不是长期订阅',
    en: 'of an unknown kind: neither one-time nor long-term',
  },
  'keyword-type': { zh: '关键词类型未知：', en: 'has a keyword of an unknown type: ' },
} as const

const reasonOf = (one: Undraftable): string =>
  one.reason === 'keyword-type' ? `${reasons[one.reason][lang]}${one.keyword}` : reasons[one.reason][lang]

/** Where it is from in the public library: the one template of its title that has all of its keywords. */
function originOf(
  { keywords }: AccountTemplate,
  { found }: Outputs['template.find'],
): Draft['library'] | undefined {
  const origins = found.flatMap(({ tid, category, keywords: known }) => {
    const kids = keywords.map(
      ({ keyword, label }) =>
        known.find(({ name, type }) => name === label && keyword.replace(/\d+$/, '') === type)?.kid,
    )
    const all = kids.filter((kid) => kid !== undefined)
    return all.length === keywords.length && all.length >= 2 && all.length <= 5
      ? [{ tid, keywords: all, category }]
      : []
  })
  return origins.length === 1 ? origins[0] : undefined
}

/** The templates that are asked for, of those that no file is for. Throws CliError naming what there is not. */
function wantedOf(unnamed: readonly AccountTemplate[], ids: readonly string[]): readonly AccountTemplate[] {
  const unknown = ids.filter((id) => !unnamed.some(({ templateId }) => templateId === id))
  if (unknown.length > 0)
    throw new CliError(`no template without a file has the id ${unknown.join(', ')}`, {
      unknown,
      known: unnamed.map(({ templateId, title }) => `${templateId} ${title}`),
    })
  return ids.length === 0 ? unnamed : unnamed.filter(({ templateId }) => ids.includes(templateId))
}

/** Asks WeChat, then writes file after file; what is there already stays as it is. */
export async function pull(
  staff: Staff,
  ids: readonly string[],
  { folder, key, scene, origin }: PullOptions,
  output: Output,
): Promise<Pulled> {
  const { account } = await staff.call('template.health', {})
  const { appid } = account
  const named = new Set(definitionsIn(folder).map(({ definition }) => definition.templateIds[appid]))
  const wanted = wantedOf(
    account.templates.filter(({ templateId }) => !named.has(templateId)),
    ids,
  )
  if (key !== undefined && wanted.length > 1)
    throw new CliError(`--key is for one template; ${wanted.length} have no file: name one by its id`, {
      templates: wanted.map(({ templateId, title }) => `${templateId} ${title}`),
    })
  const pulled: Pulled = { written: [], skipped: [] }
  for (const template of wanted) {
    const { templateId, title } = template
    output.step(`${title}  ${templateId}`)
    const library = origin ? originOf(template, await staff.call('template.find', { title })) : undefined
    const draft = draftOf(template, {
      appid,
      scene,
      ...(key !== undefined && { key }),
      ...(library && { library }),
    })
    const one = writeDraft(folder, draft)
    if ('reason' in one) pulled.skipped.push({ templateId, title, ...one })
    else pulled.written.push({ ...one, title, templateId, ...(library && { tid: library.tid }) })
  }
  return pulled
}

/** Writes a draft that passes the check and names it in index.ts; or gives the reason why not. Throws CliError. */
export function writeDraft(
  folder: string,
  draft: Draft | Undraftable,
): { file: string } | { reason: string } {
  if ('reason' in draft) return { reason: reasonOf(draft) }
  const reason = faultsOf(draft)
  if (reason !== null) return { reason }
  const file = writeTemplate(folder, draft.key, draft)
  nameInIndex(folder, file)
  return { file }
}

/** What `templates check` would say of it; null where it passes. */
function faultsOf(draft: Draft): string | null {
  try {
    templateOf(`${draft.key}.json`, draft)
    return null
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error
    return error.faults.map((fault) => faultOf(fault, lang).message).join('; ')
  }
}

export function pulledText({ written, skipped }: Pulled): string {
  const lines = [
    ...written.map(
      ({ file, title, tid }) =>
        `${colors.green('✓')} ${file}  ${title}${tid === undefined ? '' : colors.dim(`  tid ${tid}`)}`,
    ),
    ...skipped.map(
      ({ title, templateId, reason }) => `${colors.red('✗')} ${title} (${templateId}): ${reason}`,
    ),
  ]
  return lines.length === 0
    ? `${colors.green('✓')} every template of the account has a file`
    : lines.join('\n')
}
