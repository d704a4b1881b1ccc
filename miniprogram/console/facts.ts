/** What was decided about a campaign, as rows of a page. */
import type { CampaignDetail } from '../../core/contract'
import { timeOf } from '../pages/messages/items'
import { fill, inPhoneLanguage } from '../words/language'
import { audienceText, listNames } from './audience'
import { colleague } from './colleagues'
import { limit } from './figures'
import { words } from './words'

export interface Fact {
  key: string
  name: string
  value: string
}

/** The names that only other calls know; they do not change while one looks on. */
export interface Names {
  audience: string
  excluded: string[]
  by: string
}

export async function namesOf({ audience, exclude, createdBy }: CampaignDetail): Promise<Names> {
  const names = [audienceText(audience), listNames(exclude), colleague(createdBy)] as const
  const [text, excluded, by] = await Promise.all(names)
  return { audience: text, excluded, by }
}

export function factsOf(detail: CampaignDetail, names: Names, now: number): Fact[] {
  const w = inPhoneLanguage(words)
  const { title, served, testGroup, rate, sendWindow, startAt, createdAt } = detail
  const { miniprogramState } = detail
  const at = (time: number) => timeOf(time, now)
  const fact = (key: keyof (typeof words.zh)['facts'], value: string | false): Fact[] =>
    value === false ? [] : [{ key, name: w.facts[key], value }]
  return [
    ...fact('template', title),
    ...fact('audience', names.audience),
    ...fact('exclude', names.excluded.length > 0 && names.excluded.join(w.comma)),
    ...fact('served', served.length > 0 && w.servedOut),
    ...fact('testGroup', testGroup.length > 0 && fill(w.people, { count: testGroup.length })),
    ...fact('rate', limit(rate)),
    ...fact('window', sendWindow !== null && `${sendWindow.from}–${sendWindow.to} · ${sendWindow.zone}`),
    ...fact('startAt', startAt !== null && at(startAt)),
    ...fact('version', miniprogramState !== 'formal' && w.versions[miniprogramState]),
    ...fact('made', fill(w.madeBy, { time: at(createdAt), by: names.by })),
  ]
}
