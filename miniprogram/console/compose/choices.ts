/** What can be chosen on the page, with what the draft has chosen. */
import type { Audience, Language } from '../../../core/contract'
import { languages, type Option, zoneOptions } from '../../pages/preferences/options'
import { fill, inPhoneLanguage } from '../../words/language'
import { listText } from '../audience'
import { words as shared } from '../words'
import type { Draft, Version } from './draft'
import { words } from './words'

export interface ListChoice extends Audience {
  label: string
  /** Chosen to be left out. */
  isOut: boolean
  /** Its content is for another template: it cannot be sent to with this one. */
  isUnfit: boolean
}

/** Lists that are whole: one that is still imported cannot be sent to. */
export const listChoices = (audiences: readonly Audience[]): ListChoice[] =>
  audiences
    .filter(({ sealed }) => sealed)
    .map((list) => ({ ...list, label: listText(list), isOut: false, isUnfit: false }))

/** What other parts of the page follow from; the rest is text, and stands where it is typed. */
export const chosen = new Set<keyof Draft>([
  'template',
  'kind',
  'list',
  'exclude',
  'languages',
  'from',
  'to',
  'zone',
  'version',
])

export const versions: Version[] = ['formal', 'trial', 'developer']
export const versionNames = (): string[] =>
  versions.map((version) => inPhoneLanguage(shared).versions[version])

export interface Choices {
  lists: ListChoice[]
  /** The chosen list brings each person's own content. */
  isByRow: boolean
  languages: (Option<Language> & { isOn: boolean })[]
  zones: Option[]
  zoneAt: number
  /** The end of the hours as a person reads it: over midnight it is tomorrow's. */
  until: string
  versionAt: number
}

export function choicesOf(draft: Draft, known: readonly ListChoice[]): Choices {
  const zones = zoneOptions(draft.zone)
  const lists = known.map((list) => ({
    ...list,
    isOut: draft.exclude.includes(list.audience),
    isUnfit: list.template !== null && list.template !== draft.template,
  }))
  const list = lists.find(({ audience }) => audience === draft.list)
  const { nextDay } = inPhoneLanguage(words)
  return {
    lists,
    isByRow: draft.kind === 'list' && list !== undefined && list.template !== null,
    languages: languages.map((one) => ({ ...one, isOn: draft.languages.includes(one.value) })),
    zones,
    zoneAt: zones.findIndex(({ value }) => value === draft.zone),
    until: draft.to < draft.from ? fill(nextDay, { time: draft.to }) : draft.to,
    versionAt: versions.indexOf(draft.version),
  }
}
