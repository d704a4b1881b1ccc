/** Template management in memory: for unit tests. Refuses as WeChat does (wechat.md §3). */
import type { AccountTemplate, Category, LibraryKeyword, LibraryTitle } from '../../core/contract'
import { refusal } from '../../core/explain/refusal'
import type { TemplateLibrary } from '../../core/ports'

export type PublicTemplate = LibraryTitle & { keywords: LibraryKeyword[] }

export class MemoryTemplates implements TemplateLibrary {
  readonly account: AccountTemplate[] = []
  readonly ofAccount: Category[] = []
  readonly library: PublicTemplate[] = []

  async list(): Promise<AccountTemplate[]> {
    return [...this.account]
  }

  async categories(): Promise<Category[]> {
    return [...this.ofAccount]
  }

  async titles({ categories, start, limit }: Parameters<TemplateLibrary['titles']>[0]) {
    if (categories.length === 0) throw refusal('getPubTemplateTitleList', 200018, 'ids missing')
    const found = this.library.filter(({ category }) => categories.includes(category))
    const titles = found.slice(start, start + limit).map(({ keywords: _keywords, ...title }) => title)
    return { count: found.length, titles }
  }

  async keywords(tid: string): Promise<LibraryKeyword[]> {
    return [...this.publicTemplate('getPubTemplateKeyWordsById', tid).keywords]
  }

  async add({ tid, keywords: kids }: Parameters<TemplateLibrary['add']>[0]): Promise<string> {
    const { title, kind, keywords } = this.publicTemplate('addTemplate', tid)
    const chosen = kids.flatMap((kid) => keywords.find((one) => one.kid === kid) ?? [])
    if (chosen.length !== kids.length) throw refusal('addTemplate', 200020, 'invalid kidList')
    const added = chosen.map(({ kid, name, example, type }) => ({
      keyword: `${type}${kid}`,
      label: name,
      example,
    }))
    const signs = (all: { keyword: string }[]) => all.map(({ keyword }) => keyword).join(' ')
    if (this.account.some((one) => one.title === title && signs(one.keywords) === signs(added)))
      throw refusal('addTemplate', 200022, 'template has added already')
    const templateId = `added-${tid}-${kids.join('-')}`
    this.account.push({ templateId, title, kind, keywords: added })
    return templateId
  }

  async remove(templateId: string): Promise<void> {
    const at = this.account.findIndex((one) => one.templateId === templateId)
    if (at < 0) throw refusal('deleteTemplate', 200014, 'no such template')
    this.account.splice(at, 1)
  }

  private publicTemplate(api: string, tid: string): PublicTemplate {
    const found = this.library.find((one) => one.tid === tid)
    if (!found) throw refusal(api, 200014, 'invalid tid')
    return found
  }
}
