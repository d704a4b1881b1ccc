/** Reminders: the rules that make them, and one document for each time of each person. */
import type { Language, MiniprogramState, Openid, Repeat, Schedule } from '../contract'
import type { Item, Kind } from '../delivery/items'
import type { Doc } from '../ports'
import type { TemplateRef } from '../template/reference'

/** How a repeating reminder comes again, in a zone. */
export type Recurrence = Repeat & { zone: string }

/** One time of a recurrence. `wall` is what its rule says, `at` (epoch ms) when that is: clocks may be changed that day. */
export type Occurrence = { number: number; wall: string; at: number }

/** One message to one person at one time. Its id is derived from rule, version and number: a repeat is refused. */
/** `dueAt` may be put off, `at` never. */
export type Reminder = Item &
  Occurrence & {
    rule: string
    /** Of the rule; what was made for an older one is cancelled. */
    version: number
    graceMs: number
    /** Staff asked for it after it was missed: it goes at once. */
    byHand?: boolean
    state: 'waiting' | 'fired' | 'missed' | 'cancelled'
  }

type Common = Doc &
  TemplateRef & {
    timeParam: string | null
    zone: string
    graceMs: number
    miniprogramState: MiniprogramState
    by: string
    createdAt: number
    /** Grows with every change: who changes an older one is told. */
    version: number
    state: 'on' | 'ended' | 'cancelled'
    /** Reminders of this version have been made. Where it is false a crash came between: the next scan makes them. */
    made: boolean
  }

/** A person's own rule. */
export type PersonRule = Common & {
  kind: 'person'
  openid: Openid
  lane: number
  language: Language
  params: { [name: string]: string | number | boolean }
  schedule: Schedule
  /** How it comes again; null where it comes once. */
  recurrence: Recurrence | null
  /** The first time of this version. */
  /** Null where a change leaves the times as they are: those of the version before are taken over. */
  first: Occurrence | null
  catchUp: 'once' | 'each'
  /** Hash of what was asked: the same key with something else is refused. */
  asked: string
}

/** Reminders for many: what all rows of it have in common. */
export type SeriesRule = Common & {
  kind: 'series'
  name: string
  before: { kind: 'minutes'; minutes: number } | { kind: 'days'; days: number; at: string }
  asked: string
}

/** One row of a series: an event, and who is to be reminded of it. */
export type RowRule = Common & {
  kind: 'row'
  series: string
  row: string
  /** The event, on the wall clock of the series' zone, and when that is. */
  event: string
  eventAt: number
  /** Hash of the row as it was given: the same again changes nothing. */
  content: string
  dueAt: number
  params: { [name: string]: string | number | boolean }
  people: Openid[]
}

export type Rule = PersonRule | SeriesRule | RowRule

export const reminders: Kind = {
  origin: 'reminder',
  collection: 'reminders',
  endOf: (code) => (code === 'missed' ? 'missed' : code === 'withdrawn' ? 'cancelled' : 'fired'),
}

export const reminderId = (rule: string, version: number, which: number | string) =>
  `${rule}:${version}:${which}`
