import type { LegacyTemplate, Template, World } from '../world'

/** One keyword of a template's content: `单号:{{character_string1.DATA}}`. */
export interface Keyword {
  key: string
  label: string
  enumValues?: readonly string[]
}

export interface KnownTemplate {
  id: string
  title: string
  type: 2 | 3
  isBanned: boolean
  example: string
  keywords: readonly Keyword[]
}

export interface KnownLegacyTemplate {
  id: string
  title: string
  keywords: readonly Keyword[]
}

/** The message templates of the account. */
export class Templates {
  private readonly subscribe: Map<string, KnownTemplate>
  private readonly legacy: Map<string, KnownLegacyTemplate>

  constructor(world: World) {
    this.subscribe = new Map(world.templates.map((template) => [template.priTmplId, knownTemplate(template)]))
    this.legacy = new Map(
      world.legacyTemplates.map((template) => [template.template_id, knownLegacy(template)]),
    )
  }

  find(id: unknown): KnownTemplate | undefined {
    return typeof id === 'string' ? this.subscribe.get(id) : undefined
  }

  findLegacy(id: unknown): KnownLegacyTemplate | undefined {
    return typeof id === 'string' ? this.legacy.get(id) : undefined
  }
}

function knownTemplate(template: Template): KnownTemplate {
  // keywordCode carries the .DATA suffix (wechat.md §3).
  const enums = new Map(
    template.keywordEnumValueList?.map((one) => [one.keywordCode.replace(/\.DATA$/, ''), one.enumValueList]),
  )
  return {
    id: template.priTmplId,
    title: template.title,
    type: template.type,
    isBanned: template.banned ?? false,
    example: template.example,
    keywords: parseContent(template.content).map((keyword) => {
      const enumValues = enums.get(keyword.key)
      return enumValues === undefined ? keyword : { ...keyword, enumValues }
    }),
  }
}

function knownLegacy(template: LegacyTemplate): KnownLegacyTemplate {
  return { id: template.template_id, title: template.title, keywords: parseContent(template.content) }
}

/** Reads labels and keys from a template's content, in order. */
function parseContent(content: string): Keyword[] {
  return [...content.matchAll(/([^\n{}]*)\{\{\s*([^{}]+?)\.DATA\s*\}\}/g)].map(
    ([, label = '', key = '']) => ({
      key,
      label: label.replace(/[:：]\s*$/, '').trim(),
    }),
  )
}
