/** Template files against what WeChat has. */
import type { TemplateAccount, AccountKeyword, AccountTemplate } from '../contract'
import type { Definition } from './definition'
import { type FoundDifference, TEMPLATE_LIMIT } from './library-differences'

export interface Comparison {
  templates: { template: string; templateId: string | null; differences: FoundDifference[] }[]
  /** Of the account, and of templates that no file is for. */
  others: FoundDifference[]
}

const typeOf = (keyword: string) => keyword.replace(/\d+$/, '')

function valuesOf(keyword: string, here: readonly string[], there: readonly string[]): FoundDifference[] {
  const gone = here.filter((value) => !there.includes(value))
  const more = there.filter((value) => !here.includes(value))
  return [
    ...(gone.length > 0 ? [{ kind: 'values-gone' as const, facts: { keyword, values: gone, there } }] : []),
    ...(more.length > 0 ? [{ kind: 'values-new' as const, facts: { keyword, values: more } }] : []),
  ]
}

/** Keywords are paired by name and label, then by label, then by name: a label tells where a text belongs. */
function keywordsOf(definition: Definition, there: readonly AccountKeyword[]): FoundDifference[] {
  const here = Object.entries(definition.keywords).map(([keyword, rest]) => ({ keyword, ...rest }))
  const pairs = new Map<string, AccountKeyword>()
  const isFree = ({ keyword }: AccountKeyword) => ![...pairs.values()].some((one) => one.keyword === keyword)
  type Here = (typeof here)[number]
  const pair = (fits: (one: Here, other: AccountKeyword) => boolean) => {
    for (const one of here) {
      const other = pairs.has(one.keyword)
        ? undefined
        : there.find((found) => isFree(found) && fits(one, found))
      if (other) pairs.set(one.keyword, other)
    }
  }
  pair((one, other) => one.keyword === other.keyword && one.label === other.label)
  pair((one, other) => one.label === other.label)
  pair((one, other) => one.keyword === other.keyword)
  const found = here.flatMap(({ keyword, label, values }): FoundDifference[] => {
    const other = pairs.get(keyword)
    if (!other) return [{ kind: 'keyword-unknown', facts: { here: keyword, label } }]
    if (other.keyword === keyword)
      return [
        ...(other.label === label
          ? []
          : [{ kind: 'label' as const, facts: { keyword, here: label, there: other.label } }]),
        ...(values && other.values ? valuesOf(keyword, values, other.values) : []),
      ]
    const kind = typeOf(other.keyword) === typeOf(keyword) ? 'keyword-renumbered' : 'keyword-retyped'
    return [{ kind, facts: { label, here: keyword, keyword: other.keyword } }]
  })
  const missing = there
    .filter(isFree)
    .map(({ keyword, label }): FoundDifference => ({ kind: 'keyword-missing', facts: { keyword, label } }))
  return [...found, ...missing]
}

function differencesOf(
  definition: Definition,
  at: AccountTemplate | undefined,
  account: TemplateAccount,
): FoundDifference[] {
  const { templateIds, kind, title, library } = definition
  const templateId = templateIds[account.appid]
  if (templateId === undefined) return [{ kind: 'no-id', facts: { appid: account.appid } }]
  if (!at) return [{ kind: 'missing-at-wechat', facts: { templateId } }]
  const category = library?.category
  const isGone = category !== undefined && !account.categories.some(({ id }) => id === category)
  return [
    ...(at.kind === kind ? [] : [{ kind: 'kind' as const, facts: { here: kind, there: at.kind } }]),
    ...(at.title === title ? [] : [{ kind: 'title' as const, facts: { here: title, there: at.title } }]),
    ...keywordsOf(definition, at.keywords),
    ...(isGone
      ? [
          {
            kind: 'category-gone' as const,
            facts: { category, there: account.categories.map(({ id, name }) => `${name} (${id})`) },
          },
        ]
      : []),
  ]
}

/** Template messages of old have no list that these calls give: they are left out. */
export function compare(definitions: readonly Definition[], account: TemplateAccount): Comparison {
  const ours = definitions.filter(({ channel }) => channel === 'subscribe')
  const ids = new Set(ours.map(({ templateIds }) => templateIds[account.appid]))
  const unnamed = account.templates.filter(({ templateId }) => !ids.has(templateId))
  const count = account.templates.length
  return {
    templates: ours.map((definition) => {
      const templateId = definition.templateIds[account.appid] ?? null
      const at = account.templates.find((one) => one.templateId === templateId)
      return { template: definition.key, templateId, differences: differencesOf(definition, at, account) }
    }),
    others: [
      ...unnamed.map(
        ({ templateId, title }): FoundDifference => ({ kind: 'missing-here', facts: { templateId, title } }),
      ),
      ...(count >= TEMPLATE_LIMIT.documented
        ? [{ kind: 'limit' as const, facts: { count, ...TEMPLATE_LIMIT } }]
        : []),
    ],
  }
}
