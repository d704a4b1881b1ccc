/** A reminder as it is being set or changed: what is chosen and typed, and what it asks of the service. */
import type { InputOf, Offer, Reminder, Schedule } from '../../../core/contract'
import { type Field, fieldsOf, paramsOf } from '../../components/param-form/form'
import { scheduleOf, type Repeat, wallOf, type When } from './schedule'
import { wallAt } from './clock'

/** A template that people may set reminders of. */
export type Remindable = Offer & Required<Pick<Offer, 'reminder'>>

export const isRemindable = (offer: Offer): offer is Remindable => offer.reminder !== undefined

/** All of it is text or choice, so that it can be kept on the phone as it is. */
export interface Draft {
  template: string
  /** What is in the fields, by template: another template does not lose it. */
  contents: Record<string, Record<string, unknown>>
  when: When
  /** Of a time that is picked. */
  date: string
  time: string
  repeat: Repeat
  zone: string
  /** The reminder that is changed; null sets a new one. */
  of: { reminder: string; version: number; schedule: Schedule; next: number } | null
}

export const emptyDraft = (template: string, zone: string): Draft => ({
  template,
  contents: {},
  when: 'evening',
  date: '',
  time: '',
  repeat: 'once',
  zone,
  of: null,
})

export function draftOf({
  reminder,
  version,
  template,
  schedule,
  params,
  zone,
  next,
  createdAt,
}: Reminder): Draft {
  return {
    ...emptyDraft(template, zone),
    contents: { [template]: params },
    when: 'kept',
    repeat: 'kept',
    of: { reminder, version, schedule, next: next[0] ?? createdAt },
  }
}

export const fieldsIn = ({ contents, template }: Draft, { reminder }: Remindable): Field[] =>
  fieldsOf(reminder.fields, contents[template] ?? {})

export const withFields = (draft: Draft, fields: readonly Field[]): Draft => ({
  ...draft,
  contents: { ...draft.contents, [draft.template]: paramsOf(fields) },
})

/** The time that is chosen; null while one is still to be picked. */
export function wallIn({ when, date, time, zone, of }: Draft): string | null {
  if (when === 'kept') return wallAt(of?.next ?? Date.now(), zone)
  if (when !== 'picked') return wallOf(when, zone)
  return date !== '' && time !== '' ? `${date}T${time}` : null
}

export type Wanted = InputOf<'reminder.preview'>

/** Null while a time is still to be picked. */
export function wantedOf(draft: Draft, { reminder }: Remindable): Wanted | null {
  const wall = wallIn(draft)
  if (wall === null) return null
  const { template, contents, repeat, zone, of } = draft
  const schedule = scheduleOf(wall, repeat, of?.schedule ?? null)
  return { template, params: contents[template] ?? {}, timeParam: reminder.time, schedule, zone }
}

/** What is to be changed: times that were left alone are not asked for anew. */
export function changeOf(draft: Draft, wanted: Wanted): InputOf<'reminder.change'>['change'] {
  const { template, params = {}, schedule, timeParam = null, zone = draft.zone } = wanted
  const isMoved = draft.when !== 'kept' || draft.repeat !== 'kept'
  return { template, params, timeParam, ...(isMoved && { schedule, zone }) }
}

/** What a change is of after the reminder was read again; where it is gone, a new one with the same content. */
export function rebased(draft: Draft, now: Reminder | undefined): Draft {
  const { of, when, repeat } = draft
  if (of && now) return { ...draft, of: { ...of, version: now.version } }
  return {
    ...draft,
    of: null,
    when: when === 'kept' ? 'evening' : when,
    repeat: repeat === 'kept' ? 'once' : repeat,
  }
}

const KEY = 'reminderDraft'

/** What was typed and not set yet, kept on the phone: closing WeChat loses nothing. */
export function readKept(): Draft | null {
  const stored: unknown = wx.getStorageSync(KEY)
  // An older version of the page may have kept less.
  const wanted = Object.keys(emptyDraft('', ''))
  const isKept = typeof stored === 'object' && stored !== null && wanted.every((key) => key in stored)
  return isKept ? (stored as Draft) : null
}

export function keep(draft: Draft): void {
  try {
    wx.setStorageSync(KEY, draft)
  } catch (error) {
    // A full storage: it is on the page all the same, it only does not outlive it.
    console.warn('setStorage', error)
  }
}

export const forget = (): void => wx.removeStorageSync(KEY)
