/** The form of a draft, as the page shows it. */
import type { Offer } from '../../../core/contract'
import { type Field, isComplete, isTooLong, placed, withFaults } from '../../components/param-form/form'
import { CallFailure } from '../../services/cloud'
import { inPhoneLanguage } from '../../words/language'
import { phoneZone, zoneOptions } from '../preferences/options'
import { dayOf, nowIn } from './clock'
import { type Draft, emptyDraft, fieldsIn, isRemindable, readKept, type Remindable, wantedOf } from './draft'
import { repeatChoices, whenChoices } from './schedule'
import { words } from './words'

/** The draft that there is, that of last time, or a new one; null where there is nothing to set. */
export function draftFor(offers: readonly Offer[], before: Draft | null): Draft | null {
  const remindable = offers.filter(isRemindable)
  const isKnown = (draft: Draft | null) => remindable.some(({ template }) => template === draft?.template)
  if (isKnown(before)) return before
  const kept = readKept()
  if (isKnown(kept)) return kept
  const [first] = remindable
  return first ? emptyDraft(first.template, phoneZone()) : null
}

export function formOf(draft: Draft, offer: Remindable, offers: readonly Offer[]) {
  const { template, when, date, time, repeat, zone, of } = draft
  const zones = zoneOptions(zone)
  return {
    templates: offers.filter(isRemindable).map((one) => ({ value: one.template, name: one.title })),
    template,
    fields: fieldsIn(draft, offer),
    whens: whenChoices(zone, of !== null),
    when,
    today: dayOf(nowIn(zone)),
    date,
    time,
    repeats: repeatChoices(of?.schedule ?? null),
    repeat,
    zones,
    zoneAt: zones.findIndex(({ value }) => value === zone),
    isChanging: of !== null,
  }
}

/** What is still to be done before it can be set; empty where nothing is. */
export function missingIn(draft: Draft, offer: Remindable, fields: readonly Field[]): string {
  const w = inPhoneLanguage(words)
  if (wantedOf(draft, offer) === null) return w.pickTime
  if (isTooLong(fields)) return w.tooLong
  return isComplete(fields) ? '' : w.incomplete
}

/** Faults where a person looks for them: at their fields, and in sentences for the rest. Null where there are none. */
export function faultsIn(
  error: unknown,
  fields: readonly Field[],
): { fields: Field[]; wrong: string[] } | null {
  if (!(error instanceof CallFailure) || error.faults.length === 0) return null
  const others = error.faults.filter(({ path }) => !path.startsWith('params.'))
  return {
    fields: withFaults(fields, placed(error.faults).fields),
    wrong: others.map(({ path, message }) =>
      message.startsWith(`${path} `) ? message.slice(path.length + 1) : message,
    ),
  }
}

/** One more message of a template that was just allowed. */
export const withGrant = (offers: readonly Offer[], template: string): Offer[] =>
  offers.map((one) => (one.template === template ? { ...one, left: one.left + 1 } : one))
