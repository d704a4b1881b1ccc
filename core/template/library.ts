/** Managing the account's templates at WeChat: what differs, what the public library has, adding and deleting. */
import type { AccountTemplate, Outputs, ParsedInputOf } from '../contract'
import { audit, type StaffCall } from '../staff'
import { compare } from './library-comparison'
import { worded } from './library-differences'

/** Titles that WeChat gives at once (wechat.md §3). */
const TITLES_AT_ONCE = 30
/** A function called over the HTTP API answers within 5 s (wechat.md §9): 1 200 titles are looked through. */
const MOST_PAGES = 40
const PAGES_AT_ONCE = 10

export async function templateHealth({
  ports,
  catalogue,
  lang,
  appid,
}: StaffCall): Promise<Outputs['template.health']> {
  const library = ports.openApi.templates
  const id = appid()
  const [templates, categories] = await Promise.all([library.list(), library.categories()])
  const account = { appid: id, templates, categories }
  const found = compare(
    catalogue.templates.map(({ definition }) => definition),
    account,
  )
  return {
    account,
    templates: found.templates.map((one) => ({
      ...one,
      differences: one.differences.map((difference) => worded(difference, lang)),
    })),
    others: found.others.map((difference) => worded(difference, lang)),
  }
}

/** The public templates of exactly this title. `isWhole` is false where there are more titles than are looked through. */
export async function findInLibrary(
  { ports }: StaffCall,
  { title }: ParsedInputOf<'template.find'>,
): Promise<Outputs['template.find']> {
  const library = ports.openApi.templates
  const ids = (await library.categories()).map(({ id }) => id)
  if (ids.length === 0) return { found: [], isWhole: true }
  const page = (at: number) =>
    library.titles({ categories: ids, start: at * TITLES_AT_ONCE, limit: TITLES_AT_ONCE })
  const first = await page(0)
  const pages = Math.ceil(first.count / TITLES_AT_ONCE)
  const titles = [...first.titles]
  for (let at = 1; at < Math.min(pages, MOST_PAGES); at += PAGES_AT_ONCE) {
    const until = Math.min(at + PAGES_AT_ONCE, pages, MOST_PAGES)
    const more = await Promise.all(Array.from({ length: until - at }, (_, more) => page(at + more)))
    titles.push(...more.flatMap((one) => one.titles))
  }
  const same = titles.filter((one) => one.title === title)
  const found = await Promise.all(
    same.map(async (one) => ({ ...one, keywords: await library.keywords(one.tid) })),
  )
  return { found, isWhole: pages <= MOST_PAGES }
}

/** Adding the same again is refused by WeChat with 200022: nothing is there twice. */
export async function addTemplate(
  { ports, by }: StaffCall,
  { tid, keywords, scene }: ParsedInputOf<'template.add'>,
): Promise<Outputs['template.add']> {
  const templateId = await ports.openApi.templates.add({ tid, keywords, scene })
  await audit(ports, by, 'template.add', { tid, keywords: keywords.join(','), templateId })
  return { templateId }
}

/** Written down first: what was deleted must be known even where the answer is lost. */
export async function removeTemplate(
  { ports, by }: StaffCall,
  { templateId }: ParsedInputOf<'template.remove'>,
): Promise<Outputs['template.remove']> {
  await audit(ports, by, 'template.remove', { templateId })
  await ports.openApi.templates.remove(templateId)
  return { removed: true }
}

/** Whether a template of the account is what a file describes: the same title and, by label and type, the same keywords. */
export function isSame(
  { title, keywords }: { title: string; keywords: Record<string, { label: string }> },
  at: AccountTemplate,
): boolean {
  const signs = (all: { keyword: string; label: string }[]) =>
    all
      .map(({ keyword, label }) => `${label} ${keyword.replace(/\d+$/, '')}`)
      .sort()
      .join('\n')
  const here = Object.entries(keywords).map(([keyword, { label }]) => ({ keyword, label }))
  return title === at.title && signs(here) === signs(at.keywords)
}
