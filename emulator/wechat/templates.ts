import * as z from 'zod'
import type { LegacyTemplate, Template, World } from '../world'
import { templateSchema } from './template-schema'
import type { Store } from './store'

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

const rowSchema = z.object({ id: z.string(), template: z.string() })

/** The message templates of the account: the world's, with what was added and removed since, on disk. */
export class Templates {
  private readonly subscribe: Map<string, { template: Template; known: KnownTemplate }>
  private readonly legacy: Map<string, KnownLegacyTemplate>
  private readonly put

  constructor(world: World, store: Store) {
    this.put = store.prepare(
      'INSERT INTO templates VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET template = excluded.template',
    )
    this.subscribe = new Map(world.templates.map((template) => [template.priTmplId, entryOf(template)]))
    this.legacy = new Map(
      world.legacyTemplates.map((template) => [template.template_id, knownLegacy(template)]),
    )
    for (const row of store.prepare('SELECT id, template FROM templates ORDER BY rowid').all()) {
      const { id, template } = rowSchema.parse(row)
      if (template === REMOVED) this.subscribe.delete(id)
      else this.subscribe.set(id, entryOf(templateSchema.parse(JSON.parse(template))))
    }
  }

  find(id: unknown): KnownTemplate | undefined {
    return typeof id === 'string' ? this.subscribe.get(id)?.known : undefined
  }

  findLegacy(id: unknown): KnownLegacyTemplate | undefined {
    return typeof id === 'string' ? this.legacy.get(id) : undefined
  }

  list(): Template[] {
    return [...this.subscribe.values()].map(({ template }) => template)
  }

  add(template: Template): void {
    this.put.run(template.priTmplId, JSON.stringify(template))
    this.subscribe.set(template.priTmplId, entryOf(template))
  }

  remove(id: string): void {
    this.put.run(id, REMOVED)
    this.subscribe.delete(id)
  }
}

/** What is kept in place of a template that was removed. */
const REMOVED = 'null'

function entryOf(template: Template): { template: Template; known: KnownTemplate } {
  return { template, known: knownTemplate(template) }
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
