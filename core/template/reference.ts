/** A template as documents name it, so that what was made with it goes as it was then. */
import type { Ports } from '../ports'
import type { Catalogue } from './catalogue'
import { keepRevision } from './revisions'
import type { Template } from './template'

type SubscribeRef = {
  template: string
  /** WeChat's, in the Mini Program that it is sent as. */
  templateId: string
  revision: string
  oneTime: boolean
}

export type TemplateRef = SubscribeRef & {
  /** A template message of old; and what goes where it cannot. */
  channel?: 'template'
  fallback?: SubscribeRef
}

/** Throws APPID_UNKNOWN. */
export function referenceTo(catalogue: Catalogue, template: Template, appid: string): TemplateRef {
  const named = (one: Template): SubscribeRef => ({
    template: one.definition.key,
    templateId: catalogue.templateId(one, appid),
    revision: one.revision,
    oneTime: one.definition.kind === 'one-time',
  })
  const { channel, fallback } = template.definition
  if (channel === 'subscribe') return named(template)
  return {
    ...named(template),
    channel,
    ...(fallback !== undefined && { fallback: named(catalogue.get(fallback)) }),
  }
}

/** Writes its revision down, and that of its fallback. */
export async function keepRevisions(
  ports: Pick<Ports, 'store'>,
  catalogue: Catalogue,
  template: Template,
): Promise<void> {
  await keepRevision(ports, template)
  const { fallback } = template.definition
  if (fallback !== undefined) await keepRevision(ports, catalogue.get(fallback))
}
