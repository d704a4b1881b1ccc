/** Who gets a campaign, in words. */
import type { Audience, AudienceRule } from '../../core/contract'
import { languages as known } from '../pages/preferences/options'
import { call } from '../services/cloud'
import { fill, inPhoneLanguage } from '../words/language'
import { count } from './figures'
import { words } from './words'

type Everybody = Extract<AudienceRule, { kind: 'everybody' }>

function everybody({ tags = [], allTags = [], withoutTags = [], languages = [] }: Everybody): string {
  const w = inPhoneLanguage(words)
  const joined = (some: readonly string[]) => some.join(w.comma)
  const named = languages.map((language) => known.find(({ value }) => value === language)?.name ?? language)
  return [
    w.everybody,
    ...(tags.length > 0 ? [fill(w.anyTag, { tags: joined(tags) })] : []),
    ...(allTags.length > 0 ? [fill(w.allTag, { tags: joined(allTags) })] : []),
    ...(withoutTags.length > 0 ? [fill(w.noTag, { tags: joined(withoutTags) })] : []),
    ...(named.length > 0 ? [fill(w.inLanguages, { languages: joined(named) })] : []),
  ].join(w.semicolon)
}

/** `名单“会员”（1,200 人）`; one that is still imported has no number yet. */
export const listText = ({ name, people }: Pick<Audience, 'name' | 'people'>): string =>
  fill(inPhoneLanguage(words).list, { name, count: people === null ? '?' : count(people) })

/** Names lists and campaigns where they can be read; what cannot is named without its name. */
export async function audienceText(rule: AudienceRule): Promise<string> {
  const w = inPhoneLanguage(words)
  switch (rule.kind) {
    case 'everybody':
      return everybody(rule)
    case 'list': {
      const audiences = await lists()
      const list = audiences.find(({ audience }) => audience === rule.audience)
      return list ? listText(list) : w.someList
    }
    case 'outcomes': {
      const outcomes = rule.outcomes.map((outcome) => w.outcomes[outcome]).join(w.comma)
      try {
        const { name } = await call('staff', 'campaign.get', { campaign: rule.campaign })
        return fill(w.redriven, { name, outcomes })
      } catch (error) {
        console.warn('campaign.get', error)
        return fill(w.redrivenGone, { outcomes })
      }
    }
    default: {
      const unknown: never = rule
      throw new Error(`no such audience: ${JSON.stringify(unknown)}`)
    }
  }
}

/** The imported lists; none where they cannot be read now. */
async function lists(): Promise<Audience[]> {
  try {
    return (await call('staff', 'audience.list', {})).audiences
  } catch (error) {
    console.warn('audience.list', error)
    return []
  }
}

/** The names of these lists, those that are gone by their id. */
export async function listNames(ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return []
  const audiences = await lists()
  return ids.map((id) => audiences.find(({ audience }) => audience === id)?.name ?? id)
}
