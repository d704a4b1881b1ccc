/** Reminders: for one person, and for many by rows. */
import * as z from 'zod'
import {
  type Card,
  type Fault,
  type Openid,
  type Outcome,
  type SkipReason,
  clockSchema,
  idempotencyKeySchema,
  miniprogramStateSchema,
  nameSchema,
  openidSchema,
  paramsSchema,
  templateKeySchema,
  zoneSchema,
} from './shapes'

/** A time of day of some day on the wall clock of a zone: `2026-12-01T19:00`. */
export const wallSchema = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/, 'a time is YYYY-MM-DDTHH:MM')

export const weekdaySchema = z.enum(['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'])

const repeatSchema = z.strictObject({
  kind: z.literal('repeat'),
  /** Its hour and minute are those of every time; intervals are counted from here. */
  from: wallSchema,
  every: z.int().min(1).max(366),
  unit: z.enum(['minutes', 'hours', 'days', 'weeks', 'months']),
  /** Of a repeat by weeks; without it the weekday of `from`. */
  weekdays: z.array(weekdaySchema).min(1).max(7).optional(),
  /** Of a repeat by months: the last day of each, in place of the day of `from`. */
  lastDay: z.boolean().optional(),
  /** The last time may be this one. */
  until: wallSchema.optional(),
  count: z.int().min(1).max(10_000).optional(),
})

export const scheduleSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('once'), at: wallSchema }),
  z.strictObject({ kind: z.literal('delay'), minutes: z.int().min(1).max(527_040) }),
  repeatSchema,
])

const reminderFields = {
  template: templateKeySchema,
  params: paramsSchema,
  /** The param that tells the time of the reminder: filled in for each. */
  timeParam: z.string().max(60).nullable(),
  schedule: scheduleSchema,
  zone: zoneSchema,
  /** Later than this it is not sent but listed as missed. */
  graceMinutes: z.int().min(1).max(10_080),
  /** Several that are due together, after a standstill or quiet hours: the last of them stands for all, or each goes. */
  catchUp: z.enum(['once', 'each']),
  miniprogramState: miniprogramStateSchema,
}

const reminderIdSchema = z
  .string()
  .regex(/^[a-z0-9]{8,40}$/, 'an id has 8 to 40 lower-case letters or digits')

/** One time of one reminder for one person. */
/** Due time and id of the last one that was listed: several are due at one time. */
const missedCursorSchema = z.string().regex(/^\d+ \S{1,100}$/, 'the cursor of the last reply')
const occurrenceIdSchema = z
  .string()
  .regex(/^[a-z0-9]{8,40}:\d+:[a-z0-9]+$/, 'the id of one time of a reminder')

export const rowKeySchema = z
  .string()
  .regex(/^[\p{L}\p{N}_.:-]{1,64}$/u, 'a row has a key of letters, digits, "_", ".", ":" or "-"')

export type Weekday = z.infer<typeof weekdaySchema>

export type Schedule = z.infer<typeof scheduleSchema>

export type Repeat = z.infer<typeof repeatSchema>

export interface Reminder {
  reminder: string
  openid: Openid
  template: string
  title: string
  schedule: Schedule
  zone: string
  params: Record<string, unknown>
  timeParam: string | null
  graceMinutes: number
  catchUp: 'once' | 'each'
  state: 'on' | 'ended' | 'cancelled'
  /** The next times, epoch ms; none where it has ended or was cancelled. */
  next: number[]
  /** Messages of the template that the person can still be sent; a reminder spends one each time. */
  left: number
  /** What they will see. */
  card: Card
  version: number
  createdAt: number
}

/** One time of a reminder for one person. */
export interface ReminderTime {
  id: string
  openid: Openid
  template: string
  at: number
  state: 'waiting' | 'fired' | 'missed' | 'cancelled'
  words: string
}

export interface ReminderSeries {
  series: string
  name: string
  template: string
  /** The param that holds the time of the event: rows do not bring it. */
  timeParam: string | null
  zone: string
  before: { kind: 'minutes'; minutes: number } | { kind: 'days'; days: number; at: string }
  createdAt: number
}

export interface ReminderRow {
  row: string
  at: string
  /** When its reminders are due, epoch ms. */
  dueAt: number
  people: number
  version: number
}

const wantedFields = {
  to: z.union([z.literal('me'), openidSchema]).default('me'),
  ...reminderFields,
  params: paramsSchema.default({}),
  timeParam: reminderFields.timeParam.default(null),
  zone: zoneSchema.default('Asia/Shanghai'),
  graceMinutes: reminderFields.graceMinutes.default(60),
  catchUp: reminderFields.catchUp.default('once'),
  miniprogramState: miniprogramStateSchema.default('formal'),
}

export const reminderInputs = {
  /** One person's reminder: their own, or another's by staff. The same key makes one. */
  'reminder.create': z.strictObject({ key: idempotencyKeySchema, ...wantedFields }),
  /** What `reminder.create` would make of it; nothing is written. */
  'reminder.preview': z.strictObject(wantedFields),
  /** What is named changes, from the next time on. */
  'reminder.change': z.strictObject({
    reminder: reminderIdSchema,
    version: z.int().min(1),
    change: z.strictObject(reminderFields).partial(),
  }),
  'reminder.cancel': z.strictObject({ reminder: reminderIdSchema }),
  /** The person's own, those that still come. */
  'reminder.mine': z.strictObject({}),
  'reminder.list': z.strictObject({
    openid: openidSchema.optional(),
    limit: z.int().min(1).max(100).default(20),
    before: z.number().int().positive().optional(),
  }),
  /** Of one day of a zone, by template: how many are due, and what became of the others. */
  'reminder.board': z.strictObject({
    day: z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'a day is YYYY-MM-DD'),
    zone: zoneSchema.default('Asia/Shanghai'),
    template: templateKeySchema.optional(),
  }),
  'reminder.missed': z.strictObject({
    limit: z.int().min(1).max(1000).default(100),
    /** Where the last reply stopped. */
    cursor: missedCursorSchema.optional(),
  }),
  /** Sends what was missed, now. */
  'reminder.sendMissed': z.strictObject({ reminders: z.array(occurrenceIdSchema).min(1).max(1000) }),
  /** Reminders of the next days whose person has no grant for them; `cursor` of the last reply goes on. */
  'reminder.undeliverable': z.strictObject({
    days: z.int().min(1).max(60).default(7),
    cursor: z.string().max(200).optional(),
  }),
  /** Reminders for many: rows with a time and people, all with this template, so long before. */
  'reminder.series.create': z.strictObject({
    key: idempotencyKeySchema,
    name: nameSchema,
    template: templateKeySchema,
    timeParam: reminderFields.timeParam.default(null),
    zone: zoneSchema.default('Asia/Shanghai'),
    before: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('minutes'), minutes: z.int().min(0).max(527_040) }),
      /** So many days before, at this time of day: `days: 1, at: '18:00'` is the evening before. */
      z.strictObject({ kind: z.literal('days'), days: z.int().min(0).max(366), at: clockSchema }),
    ]),
    graceMinutes: reminderFields.graceMinutes.default(60),
    miniprogramState: miniprogramStateSchema.default('formal'),
  }),
  'reminder.series.list': z.strictObject({}),
  /** Adds rows, or changes those with the same key: their reminders move. Repeating it changes nothing. */
  'reminder.rows.import': z.strictObject({
    series: reminderIdSchema,
    rows: z
      .array(
        z.strictObject({
          // What is wrong with a row is told of that row: the others are done.
          row: z.string().max(128),
          at: z.string().max(64),
          params: paramsSchema.default({}),
          people: z.array(z.string().max(128)).max(1000),
        }),
      )
      .min(1)
      .max(100),
  }),
  'reminder.rows.list': z.strictObject({
    series: reminderIdSchema,
    cursor: z.string().max(64).optional(),
    limit: z.int().min(1).max(100).default(50),
  }),
  'reminder.rows.remove': z.strictObject({
    series: reminderIdSchema,
    rows: z.array(rowKeySchema).min(1).max(100),
  }),
} as const

export interface ReminderOutputs {
  'reminder.create': Reminder
  'reminder.preview': Pick<Reminder, 'next' | 'left' | 'card'>
  'reminder.change': Reminder
  'reminder.cancel': Reminder
  'reminder.mine': { reminders: Reminder[] }
  'reminder.list': { reminders: Reminder[]; next?: number }
  /** Times of the day by template: those to come, and what became of the others; `more` where there are too many. */
  'reminder.board': {
    templates: {
      template: string
      waiting: number
      missed: number
      cancelled: number
      outcomes: Partial<Record<Outcome, number>>
    }[]
    more: boolean
  }
  'reminder.missed': { reminders: ReminderTime[]; cursor: string | null }
  'reminder.sendMissed': { waiting: number }
  'reminder.undeliverable': {
    reminders: {
      id: string
      openid: Openid
      template: string
      at: number
      reason: SkipReason | 'no-form-id' | 'no-conversation'
      words: string
    }[]
    cursor: string | null
  }
  'reminder.series.create': ReminderSeries
  'reminder.series.list': { series: ReminderSeries[] }
  'reminder.rows.import': {
    added: number
    changed: number
    repeated: number
    refused: { row: string; faults: Fault[] }[]
  }
  'reminder.rows.list': { rows: ReminderRow[]; cursor: string | null }
  'reminder.rows.remove': { removed: number }
}
