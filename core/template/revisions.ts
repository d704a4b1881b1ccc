/** Templates as they were when a campaign was made: an edit or a deployment changes nothing of what was approved. */
import type { Catalogue } from './catalogue'
import { definitionSchema } from './definition'
import type { Doc, Ports } from '../ports'
import { type Template, templateOf } from './template'

/** The definition is JSON text: names in it may begin with `$`, which names in a document may not. */
type Revision = Doc & { template: string; revision: string; definition: string }

const revisionId = (template: string, revision: string) => `${template}:${revision}`

/** Definitions as text: each send, campaign and reminder writes its template down. */
const texts = new WeakMap<Template, string>()

function textOf(template: Template): string {
  const text = texts.get(template) ?? JSON.stringify(template.definition)
  texts.set(template, text)
  return text
}

/** Writes this revision down; repeating it changes nothing. */
export async function keepRevision({ store }: Pick<Ports, 'store'>, template: Template): Promise<void> {
  const { key } = template.definition
  const definition = textOf(template)
  const { revision } = template
  await store.insert('revisions', { _id: revisionId(key, revision), template: key, revision, definition })
}

const compiled = new Map<string, Template>()

/** The template in this revision: the deployed one where it is the same, else as it was written down. */
export async function templateAt(
  { store }: Pick<Ports, 'store'>,
  catalogue: Catalogue,
  key: string,
  revision: string,
): Promise<Template> {
  const deployed = catalogue.templates.find(({ definition }) => definition.key === key)
  if (deployed?.revision === revision) return deployed
  const id = revisionId(key, revision)
  const known = compiled.get(id)
  if (known) return known
  const found = await store.get<Revision>('revisions', id)
  if (!found) throw new Error(`revision ${revision} of template ${key} is neither deployed nor written down`)
  const template = templateOf(id, definitionSchema.parse(JSON.parse(found.definition)))
  compiled.set(id, template)
  return template
}
