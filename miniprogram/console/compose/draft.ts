/** A campaign as it is being written: what is typed, and what it makes. */
import type {
  Audience,
  AudienceRule,
  CampaignDetail,
  InputOf,
  Language,
  TemplateSummary,
} from '../../../core/contract'
import { type Field, fieldsOf, paramsOf } from '../../components/param-form/form'
import { readRate } from '../rate'

export type Version = NonNullable<InputOf<'campaign.create'>['miniprogramState']>

/** All of it is text or choice, so that it can be kept on the phone as it is. */
export interface Draft {
  name: string
  template: string
  /** What is in the fields, by template: another template does not lose it. */
  contents: Record<string, Record<string, unknown>>
  kind: AudienceRule['kind']
  tags: string
  allTags: string
  withoutTags: string
  languages: Language[]
  list: string
  /** Of a redrive: whom it is for stays as it was made. */
  outcomes: Extract<AudienceRule, { kind: 'outcomes' }> | null
  exclude: string[]
  rate: string
  isWindowed: boolean
  from: string
  to: string
  zone: string
  testGroup: string
  grace: string
  version: Version
}

export const emptyDraft = (template: string, zone: string): Draft => ({
  name: '',
  template,
  contents: {},
  kind: 'everybody',
  tags: '',
  allTags: '',
  withoutTags: '',
  languages: [],
  list: '',
  outcomes: null,
  exclude: [],
  rate: '',
  isWindowed: false,
  from: '09:00',
  to: '21:00',
  zone,
  testGroup: '',
  grace: '60',
  version: 'formal',
})

/** A new one, of the template and for the list that were asked for, as far as they are there. */
export function newDraft(
  templates: readonly TemplateSummary[],
  lists: readonly Pick<Audience, 'audience' | 'template'>[],
  wanted: { template: string; audience: string },
  zone: string,
): Draft {
  const list = lists.find(({ audience }) => audience === wanted.audience)
  const key = wanted.template || list?.template
  const first = templates.find(({ template }) => template === key) ?? templates[0]
  const draft = emptyDraft(first?.template ?? '', zone)
  return list ? { ...draft, kind: 'list', list: list.audience } : draft
}

export function draftOf(detail: CampaignDetail, zone: string): Draft {
  const { name, template, params, audience, exclude, rate, sendWindow, testGroup, graceMinutes } = detail
  const {
    tags = [],
    allTags = [],
    withoutTags = [],
    languages = [],
  } = audience.kind === 'everybody' ? audience : {}
  return {
    ...emptyDraft(template, zone),
    name,
    contents: { [template]: params },
    kind: audience.kind,
    tags: tags.join(' '),
    allTags: allTags.join(' '),
    withoutTags: withoutTags.join(' '),
    languages: [...languages],
    list: audience.kind === 'list' ? audience.audience : '',
    outcomes: audience.kind === 'outcomes' ? audience : null,
    exclude: [...exclude],
    rate: rate === null ? '' : String(rate),
    ...(sendWindow && { isWindowed: true, ...sendWindow }),
    testGroup: testGroup.join('\n'),
    grace: String(graceMinutes),
    version: detail.miniprogramState,
  }
}

/** The form of its template, filled with what was typed into it before. */
export const fieldsIn = ({ contents, template }: Draft, { fields }: TemplateSummary): Field[] =>
  fieldsOf(fields, contents[template] ?? {})

export const withFields = (draft: Draft, fields: readonly Field[]): Draft => ({
  ...draft,
  contents: { ...draft.contents, [draft.template]: paramsOf(fields) },
})

/** What stands between spaces, commas or line ends. */
export const wordsIn = (text: string): string[] => text.split(/[\s,，、;；]+/).filter((word) => word !== '')

function audienceOf(draft: Draft): AudienceRule {
  if (draft.kind === 'outcomes' && draft.outcomes) return draft.outcomes
  if (draft.kind === 'list') return { kind: 'list', audience: draft.list }
  const some = (name: 'tags' | 'allTags' | 'withoutTags') => {
    const tags = wordsIn(draft[name])
    return tags.length > 0 ? { [name]: tags } : {}
  }
  const { languages } = draft
  return {
    kind: 'everybody',
    ...some('tags'),
    ...some('allTags'),
    ...some('withoutTags'),
    ...(languages.length > 0 && { languages }),
  }
}

export const inputOf = (draft: Draft) => {
  const { name, template, contents, exclude, rate, isWindowed, from, to, zone, testGroup, grace, version } =
    draft
  return {
    name: name.trim(),
    template,
    params: contents[template] ?? {},
    audience: audienceOf(draft),
    exclude,
    testGroup: wordsIn(testGroup),
    rate: readRate(rate) ?? null,
    sendWindow: isWindowed ? { from, to, zone } : null,
    graceMinutes: Number(grace),
    miniprogramState: version,
  } satisfies InputOf<'campaign.create'>
}
