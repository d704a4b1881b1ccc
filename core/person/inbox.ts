/** What a person was sent: single messages, reminders, and those of campaigns. */
import type { Campaign } from '../campaign/campaign'
import type { Catalogue } from '../template/catalogue'
import type { Language, MineMessage, Openid, Outputs, ParsedInputOf } from '../contract'
import { type PersonDelivery, pagesOfPerson } from './deliveries'
import { ownMessage, type Page } from '../delivery/page'
import { asItGoes } from '../delivery/fallback'
import { lt, oneOf, type Ports } from '../ports'
import { templateAt } from '../template/revisions'
import type { Reminder } from '../reminder/reminder'
import type { Send } from '../delivery/sends'
import type { Rendered } from '../template/template'

type Reading = Pick<Ports, 'store'>

async function sentOf(
  { store }: Reading,
  openid: Openid,
  limit: number,
  before?: number,
): Promise<MineMessage[]> {
  const sends = await store.find<Send>('sends', {
    where: { openid, outcome: 'sent', ...(before !== undefined && { doneAt: lt(before) }) },
    order: [['doneAt', 'desc']],
    limit,
  })
  return sends
    .map(asItGoes)
    .map(({ _id, template, doneAt = 0, card }) => ({ id: _id, template, sentAt: doneAt, card }))
}

/** The newest of each message: several reminders can have been one (core/reminder/digest.ts). */
function oncePerMessage(reminders: readonly Reminder[]): Map<string, Reminder[]> {
  const found = new Map<string, Reminder[]>()
  for (const one of reminders) {
    const key = one.pageId ?? one._id
    found.set(key, [...(found.get(key) ?? []), one])
  }
  return found
}

async function remindersOf(
  ports: Reading,
  catalogue: Catalogue,
  openid: Openid,
  limit: number,
  before?: number,
): Promise<MineMessage[]> {
  const reminders = await ports.store.find<Reminder>('reminders', {
    where: { openid, outcome: 'sent', ...(before !== undefined && { doneAt: lt(before) }) },
    order: [['doneAt', 'desc']],
    limit,
  })
  const messages = oncePerMessage(reminders)
  const several = [...messages].flatMap(([id, { length }]) => (length > 1 ? [id] : []))
  const pages = several.length > 0 ? await ownOf(ports, openid, several) : new Map<string, Rendered>()
  return Promise.all(
    [...messages].flatMap(([pageId, ones]) => {
      const together = pages.get(pageId)
      return (together ? ones.slice(0, 1) : ones)
        .map(asItGoes)
        .map(async ({ _id, template: key, revision, doneAt = 0, data, page, language }) => {
          const template = await templateAt(ports, catalogue, key, revision)
          const alone = { data, ...(page !== undefined && { page }) }
          return { id: _id, template: key, sentAt: doneAt, card: template.card(together ?? alone, language) }
        })
    }),
  )
}

/** What the person got by these pages, as long as the pages name them. */
async function ownOf({ store }: Reading, openid: Openid, ids: string[]): Promise<Map<string, Rendered>> {
  const pages = await store.find<Page>('pages', {
    where: { _id: oneOf(ids) },
    limit: ids.length,
    fields: [`people.${openid}`, 'own', 'ownAt'],
  })
  return new Map(
    pages.flatMap((page) => {
      const message = ownMessage(page, page.people?.[openid] ?? -1)
      return message ? [[page._id, message] as const] : []
    }),
  )
}

const languageAt = ({ languages }: Page, place = -1): Language =>
  (Object.keys(languages) as Language[]).find((language) => languages[language]?.includes(place)) ?? 'zh_CN'

/** The message as it went: the campaign's in the person's language, or their own of a list. */
async function renderedOf(
  { store }: Reading,
  campaign: Campaign | undefined,
  { page, place }: PersonDelivery,
  language: Language,
): Promise<Rendered | undefined> {
  if (campaign?.messages) return campaign.messages[language] ?? campaign.messages.zh_CN
  if (place === undefined) return undefined
  const [own] = await store.find<Page>('pages', { where: { _id: page._id }, limit: 1, fields: ['own'] })
  return own?.own?.[place]
}

async function ofCampaigns(
  ports: Reading,
  catalogue: Catalogue,
  openid: Openid,
  limit: number,
  before?: number,
): Promise<MineMessage[]> {
  const delivered = (await pagesOfPerson(ports, openid))
    .filter(({ page, code }) => code === 0 && page.source === 'campaign')
    .filter(({ page }) => before === undefined || (page.closedAt ?? page.openedAt) < before)
    .slice(0, limit)
  const ids = [
    ...new Set(delivered.flatMap(({ page }) => (page.campaign === undefined ? [] : [page.campaign]))),
  ]
  if (ids.length === 0) return []
  const campaigns = await ports.store.find<Campaign>('campaigns', {
    where: { _id: oneOf(ids) },
    limit: ids.length,
    fields: ['messages'],
  })
  const messages: MineMessage[] = []
  for (const one of delivered) {
    const { page, place } = one
    const language = languageAt(page, place)
    const campaign = campaigns.find(({ _id }) => _id === page.campaign)
    const rendered = await renderedOf(ports, campaign, one, language)
    if (!rendered) continue
    const template = await templateAt(ports, catalogue, page.template, page.revision)
    const card = template.card(rendered, language)
    messages.push({ id: page._id, template: page.template, sentAt: page.closedAt ?? page.openedAt, card })
  }
  return messages
}

/** The newest first. Of campaigns those that the person's quotas remember: the last 20 of each template. */
export async function messagesOf(
  ports: Reading,
  catalogue: Catalogue,
  openid: Openid,
  { limit, before }: ParsedInputOf<'message.mine'>,
): Promise<Outputs['message.mine']> {
  const [single, reminders, campaigns] = await Promise.all([
    sentOf(ports, openid, limit, before),
    remindersOf(ports, catalogue, openid, limit, before),
    ofCampaigns(ports, catalogue, openid, limit, before),
  ])
  const messages = [...single, ...reminders, ...campaigns].sort((a, b) => b.sentAt - a.sentAt).slice(0, limit)
  const next = messages.length === limit ? messages.at(-1)?.sentAt : undefined
  return next === undefined ? { messages } : { messages, next }
}
