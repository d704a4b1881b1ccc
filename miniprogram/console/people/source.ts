/** Where the people of a page come from: what became of a campaign, or a dry run of it. */
import type { InputOf, Outcome, SkipReason } from '../../../core/contract'
import { timeOf } from '../../pages/messages/items'
import { call } from '../../services/cloud'
import { fill, inPhoneLanguage } from '../../words/language'
import { sentence } from '../sentence'
import { words } from './words'

export interface Person {
  id: string
  openid: string
  words: string
  time: string
}

/** A part of them; `cursor` goes on, null at the end. */
export interface Part {
  people: Person[]
  cursor: string | null
}
export type Source = (cursor: string | null) => Promise<Part>

const LIMIT = 50

/** What the page is asked for, as its address says it. */
export interface Query {
  campaign?: string
  outcome?: string
  code?: string
  reason?: string
  reminders?: string
}

function deliveriesOf(campaign: string, { outcome, code = '' }: Query): Source {
  const wanted = {
    campaign,
    limit: LIMIT,
    ...(outcome && { outcome: outcome as Outcome }),
    ...(code !== '' && { code: /^-?\d+$/.test(code) ? Number(code) : code }),
  }
  return async (cursor) => {
    const input: InputOf<'campaign.deliveries'> = cursor === null ? wanted : { ...wanted, cursor }
    const { deliveries, cursor: next } = await call('staff', 'campaign.deliveries', input)
    const now = Date.now()
    const people = deliveries.map(({ openid, words, at }, place) => ({
      id: `${openid} ${at} ${place}`,
      openid,
      words: sentence(words),
      time: timeOf(at, now),
    }))
    return { people, cursor: next }
  }
}

function dryRunOf(campaign: string, reason: SkipReason | 'sendable'): Source {
  return async (cursor) => {
    const input = { campaign, names: reason, ...(cursor !== null && { cursor }) }
    const { names, cursor: next } = await call('staff', 'campaign.dryRun', input)
    const people = names.map(({ openid, words }) => ({
      id: openid,
      openid,
      words: sentence(words),
      time: '',
    }))
    return { people, cursor: next }
  }
}

/** Reminders that cannot be delivered as things are: each is one person and a reason. */
function undeliverable(): Source {
  let titles = new Map<string, string>()
  return async (cursor) => {
    if (titles.size === 0) {
      const { templates } = await call('staff', 'template.list', {})
      titles = new Map(templates.map(({ template, title }) => [template, title]))
    }
    const input = cursor === null ? {} : { cursor }
    const { reminders, cursor: next } = await call('staff', 'reminder.undeliverable', input)
    const { ofTemplate } = inPhoneLanguage(words)
    const now = Date.now()
    const people = reminders.map(({ id, openid, template, at, words: why }) => ({
      id,
      openid,
      words: fill(ofTemplate, { title: titles.get(template) ?? template, why: sentence(why) }),
      time: timeOf(at, now),
    }))
    return { people, cursor: next }
  }
}

export function sourceOf(query: Query): Source {
  const { campaign = '', reason, reminders } = query
  if (reminders !== undefined) return undeliverable()
  return reason === undefined
    ? deliveriesOf(campaign, query)
    : dryRunOf(campaign, reason as SkipReason | 'sendable')
}
