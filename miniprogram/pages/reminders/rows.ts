/** Reminders as the page lists them. */
import type { Card, Offer, Reminder } from '../../../core/contract'
import { fill, inPhoneLanguage } from '../../words/language'
import { phoneZone, zoneOptions } from '../preferences/options'
import { nowIn, timeText, wallAt } from './clock'
import { coveredTimes } from './grants'
import { repeatText } from './schedule'
import { words } from './words'

export interface Row {
  reminder: string
  template: string
  /** What it is about: the first line of its card. */
  what: string
  title: string
  time: string
  rhythm: string
  /** What is to be known of its grants; empty where all is well. */
  note: string
  isWarning: boolean
  /** Whether its template is one that people set themselves. */
  canChange: boolean
  /** What stands below while it is open. */
  more: { card: Card; next: string[] } | null
}

/** A time as it is read: with its zone where that is not the phone's. */
export function toldTime(at: number, zone: string): string {
  const w = inPhoneLanguage(words)
  const time = timeText(wallAt(at, zone), nowIn(zone))
  if (zone === phoneZone()) return time
  return fill(w.inZone, { time, zone: zoneOptions(zone).find(({ value }) => value === zone)?.name ?? zone })
}

export function moreOf({ card, next, zone }: Reminder): Row['more'] {
  return { card, next: next.slice(1).map((at) => toldTime(at, zone)) }
}

/** What is open stays open. */
export function rowsOf(
  reminders: readonly Reminder[],
  offers: readonly Offer[],
  before: readonly Row[],
): Row[] {
  const w = inPhoneLanguage(words)
  const offerOf = (key: string) => offers.find(({ template }) => template === key)
  const kindOf = (template: string) => offerOf(template)?.kind ?? 'one-time'
  const covered = coveredTimes(reminders, kindOf)
  const isOpen = new Set(before.filter(({ more }) => more !== null).map(({ reminder }) => reminder))
  return reminders.map((one) => {
    const { reminder, template, title, schedule, zone, next, card, createdAt } = one
    const count = covered.get(reminder) ?? 0
    const isRepeating = schedule.kind === 'repeat' && next.length > 1
    const some = isRepeating && kindOf(template) === 'one-time' && count < next.length
    return {
      reminder,
      template,
      what: card.lines[0]?.value ?? title,
      title,
      time: toldTime(next[0] ?? createdAt, zone),
      rhythm: repeatText(schedule),
      note: count === 0 ? w.uncovered : some ? fill(w.coveredSome, { count }) : '',
      isWarning: count === 0,
      canChange: offerOf(template)?.reminder !== undefined,
      more: isOpen.has(reminder) ? moreOf(one) : null,
    }
  })
}
