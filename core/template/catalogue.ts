/** The templates that a deployment knows, by key and by WeChat's template id. */
import type { Language, TemplateSummary } from '../contract'
import { ServiceError } from '../errors'
import type { Definition } from './definition'
import { fieldsOf } from './params'
import { DefinitionError, type Template, templateOf } from './template'

export interface TemplateFile {
  file: string
  content: unknown
}

export class Catalogue {
  readonly templates: readonly Template[]
  readonly scenes: readonly string[]
  private readonly byKey: ReadonlyMap<string, Template>

  /** Throws DefinitionError where a file is broken, and Error where two files name one key. */
  constructor(files: readonly TemplateFile[]) {
    this.templates = files.map(({ file, content }) => templateOf(file, content))
    this.byKey = new Map(this.templates.map((template) => [template.definition.key, template]))
    if (this.byKey.size !== files.length) {
      const keys = this.templates.map(({ definition }) => definition.key)
      const twice = keys.filter((key, at) => keys.indexOf(key) !== at)
      throw new Error(`two template files have the key ${twice.join(', ')}; a key names one template`)
    }
    for (const [at, template] of this.templates.entries()) this.checkFallback(files[at]?.file ?? '', template)
    this.scenes = [...new Set(this.templates.flatMap(({ definition }) => definition.scenes))]
  }

  /** A template message and its fallback are rendered from the same params. Throws DefinitionError. */
  private checkFallback(file: string, { definition }: Template): void {
    const key = definition.fallback
    if (key === undefined) return
    const refuse = (rule: string): never => {
      throw new DefinitionError(file, [{ path: 'fallback', problem: 'rule', facts: { rule, got: key } }])
    }
    const fallback = this.byKey.get(key)?.definition
    if (fallback?.channel !== 'subscribe') return refuse('the fallback is a template of channel "subscribe"')
    const namesOf = ({ params }: Definition) => Object.keys(params.properties).sort().join(', ')
    if (namesOf(fallback) !== namesOf(definition))
      refuse(`the fallback has params of the same names: ${namesOf(definition)}`)
  }

  /** Throws TEMPLATE_UNKNOWN. */
  get(key: string): Template {
    const template = this.byKey.get(key)
    if (template) return template
    throw new ServiceError('TEMPLATE_UNKNOWN', { template: key, known: [...this.byKey.keys()] })
  }

  /** WeChat's template id in this Mini Program; throws APPID_UNKNOWN. */
  templateId(template: Template, appid: string): string {
    const { key, templateIds } = template.definition
    const id = templateIds[appid]
    if (id !== undefined) return id
    throw new ServiceError('APPID_UNKNOWN', { appid, template: key, known: Object.keys(templateIds) })
  }

  /**
   * The subscribe templates that have an id in this Mini Program, of one scene or of all: what a prompt can ask for.
   * Throws SCENE_UNKNOWN.
   */
  offered(appid: string, scene?: string): { template: Template; templateId: string }[] {
    if (scene !== undefined && !this.scenes.includes(scene))
      throw new ServiceError('SCENE_UNKNOWN', { scene, known: this.scenes })
    return this.templates.flatMap((template) => {
      const { channel, scenes, templateIds } = template.definition
      const templateId = channel === 'subscribe' ? templateIds[appid] : undefined
      const inScene = scene === undefined || scenes.includes(scene)
      return templateId !== undefined && inScene ? [{ template, templateId }] : []
    })
  }

  /** The only appid that the templates name, where there is just one: callers without a phone have none. */
  soleAppid(): string | undefined {
    const appids = new Set(this.templates.flatMap(({ definition }) => Object.keys(definition.templateIds)))
    return appids.size === 1 ? [...appids][0] : undefined
  }
}

export function summaryOf(template: Template, language: Language): TemplateSummary {
  const { key, channel, kind, scenes, example } = template.definition
  const languages: Language[] = template.languages
  return {
    template: key,
    title: template.title(language),
    channel,
    kind,
    revision: template.revision,
    scenes,
    fields: fieldsOf(template.definition, language),
    example,
    languages,
  }
}
