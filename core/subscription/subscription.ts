/** What people may subscribe to, what they answered, and what they have left. */
import type { Answer, Kind, Language, Openid, Outputs, ParsedInputOf } from '../contract'
import type { Catalogue } from '../template/catalogue'
import { ServiceError } from '../errors'
import { grant, type Told } from './grants'
import type { Doc, Ports } from '../ports'
import { laneOf } from '../delivery/lanes'
import { see } from '../person/people'
import { type Quota, quotaId, quotasOf, readQuotas } from './quotas'
import type { Settings } from '../settings'
import { fieldsOf } from '../template/params'
import type { Template } from '../template/template'

/** One-time: messages still to come. Long-term: 1 where it is accepted, since nothing is spent. */
export function leftOf(template: Template, quota: Quota | undefined): number {
  if (!quota) return 0
  return template.definition.kind === 'one-time' ? quota.left : Math.min(quota.left, 1)
}

export interface Person {
  openid: Openid
  appid: string
}

/** Reminders that wait for this person, by template. */
async function waitingFor({ store }: Pick<Ports, 'store'>, openid: Openid): Promise<Map<string, number>> {
  const waiting = await store.find<Doc & { template: string }>('reminders', {
    where: { openid, state: 'waiting' },
    limit: 1000,
    fields: ['template'],
  })
  const counts = new Map<string, number>()
  for (const { template } of waiting) counts.set(template, (counts.get(template) ?? 0) + 1)
  return counts
}

/** Those of them that no grant is there for. */
function missingOf(kind: Kind, waiting: number, left: number): number {
  if (kind === 'long-term') return left > 0 ? 0 : waiting
  return Math.max(0, waiting - left)
}

/** The templates of a scene (or of all), with what this person has left of each. */
export async function offer(
  ports: Pick<Ports, 'store'>,
  catalogue: Catalogue,
  settings: Settings,
  { openid, appid, language }: Person & { language: Language },
  scene?: string,
): Promise<Outputs['subscription.offer']> {
  const offered = catalogue.offered(appid, scene)
  const lane = laneOf(openid, settings.lanes)
  const idOf = (template: Template) => quotaId(template.definition.key, lane, openid)
  const [quotas, waiting] = await Promise.all([
    readQuotas(
      ports,
      offered.map(({ template }) => idOf(template)),
    ),
    waitingFor(ports, openid),
  ])
  const offers = offered.map(({ template, templateId }) => {
    const { key, kind, scenes, example, reminder } = template.definition
    const left = leftOf(template, quotas.get(idOf(template)))
    return {
      template: key,
      templateId,
      title: template.title(language),
      kind,
      scenes,
      left,
      example: template.card(template.render(example, language), language),
      missing: missingOf(kind, waiting.get(key) ?? 0, left),
      ...(reminder && {
        reminder: {
          ...reminder,
          fields: fieldsOf(template.definition, language).filter(({ name }) => name !== reminder.time),
        },
      }),
    }
  })
  return { scenes: [...catalogue.scenes], offers }
}

type Prompt = Doc & {
  openid: Openid
  appid: string
  scene: string
  answers: Record<string, Answer>
  at: number
}

/**
 * Writes an answered prompt down and adds its grants. Repeating it adds nothing: the prompt is the evidence, each
 * quota remembers the last that it was told of, and a prompt whose grants are all there says so. Throws
 * TEMPLATE_NOT_OFFERED before anything is written.
 */
export async function record(
  ports: Pick<Ports, 'store' | 'clock'>,
  catalogue: Catalogue,
  settings: Settings,
  { openid, appid, language }: Person & { language: Language },
  { promptId, scene, answers, agoMs }: ParsedInputOf<'subscription.record'>,
): Promise<Outputs['subscription.record']> {
  const offered = new Map(
    catalogue.offered(appid, scene).map(({ templateId, template }) => [templateId, template]),
  )
  const unknown = Object.keys(answers).filter((templateId) => !offered.has(templateId))
  if (unknown.length > 0) throw new ServiceError('TEMPLATE_NOT_OFFERED', { scene, templateIds: unknown })
  // A promptId is made by a page: below the openid, so that nobody can use up another person's.
  const _id = `${openid}:${promptId}`
  const at = ports.clock.now() - agoMs
  const prompt: Prompt = { _id, openid, appid, scene, answers, at, applied: false }
  const recorded = await ports.store.insert('prompts', prompt)
  // Before the grants: a new quota copies the person's language.
  await see(ports, openid, language)
  // What counts is what was written first; a repeat with other answers changes nothing.
  const evidence = recorded ? prompt : ((await ports.store.get<Prompt>('prompts', _id)) ?? prompt)
  if (!evidence.applied) {
    for (const [templateId, answer] of Object.entries(evidence.answers)) {
      const template = offered.get(templateId)
      if (!template) continue
      const { key } = template.definition
      const told: Told = { openid, template: key, promptId, by: 'phone', at: evidence.at, answer }
      await grant(ports, settings.lanes, told)
    }
    await ports.store.update('prompts', { _id }, { set: { applied: true } })
  }
  const { quotas } = await mine(ports, catalogue, openid)
  return { recorded, left: Object.fromEntries(quotas.map(({ template, left }) => [template, left])) }
}

export async function mine(
  ports: Pick<Ports, 'store'>,
  catalogue: Catalogue,
  openid: Openid,
): Promise<Outputs['subscription.mine']> {
  const quotas = new Map((await quotasOf(ports, openid)).map((quota) => [quota.template, quota]))
  return {
    quotas: catalogue.templates.flatMap((template) => {
      const { key, title, kind } = template.definition
      const quota = quotas.get(key)
      return quota
        ? [{ template: key, title, kind, left: leftOf(template, quota), granted: quota.granted }]
        : []
    }),
  }
}
