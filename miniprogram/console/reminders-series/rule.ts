/** A rule as it is being written, and those that there are. */
import type { InputOf, ReminderSeries, TemplateSummary } from '../../../core/contract'
import { fill, inPhoneLanguage } from '../../words/language'
import { words } from './words'

/** All of it is text or choice, as it is typed. */
export interface Draft {
  name: string
  template: string
  timeParam: string | null
  kind: ReminderSeries['before']['kind']
  days: string
  at: string
  minutes: string
  zone: string
}

export const emptyDraft = (zone: string): Draft => ({
  name: '',
  template: '',
  timeParam: null,
  kind: 'days',
  days: '1',
  at: '18:00',
  minutes: '120',
  zone,
})

/** As many as the service takes (core/contract/reminder.ts). */
const MOST = { days: 366, minutes: 527_040 }

/** The params that can hold the time of an event. */
export const timeParamsOf = (
  template: TemplateSummary | undefined,
): { value: string | null; name: string }[] => [
  ...(template?.fields ?? [])
    .filter(({ format }) => format !== undefined)
    .map(({ name, title }) => ({ value: name, name: title })),
  { value: null, name: inPhoneLanguage(words).noTimeParam },
]

export function faultsOf({ name, kind, days, minutes }: Draft): Record<string, string> {
  const w = inPhoneLanguage(words)
  const typed = { days, minutes }[kind]
  const isNumber = /^\d{1,6}$/.test(typed) && Number(typed) <= MOST[kind]
  return {
    ...(name.trim() === '' && { name: w.unnamed }),
    ...(!isNumber && { [kind]: fill(w.noNumber, { most: MOST[kind] }) }),
  }
}

export function inputOf({ name, template, timeParam, kind, days, at, minutes, zone }: Draft) {
  const before = kind === 'days' ? { kind, days: Number(days), at } : { kind, minutes: Number(minutes) }
  return { name: name.trim(), template, timeParam, before, zone } satisfies Omit<
    InputOf<'reminder.series.create'>,
    'key'
  >
}

export function beforeText(before: ReminderSeries['before']): string {
  const w = inPhoneLanguage(words)
  if (before.kind === 'minutes') return fill(w.byMinutes, { minutes: before.minutes })
  return fill(before.days === 0 ? w.sameDay : w.byDays, { days: before.days, at: before.at })
}
