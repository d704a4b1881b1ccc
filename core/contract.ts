/** What each action takes and returns. The Mini Program, the CLI and the functions share these types. */
import * as z from 'zod'

/** A person, in this Mini Program. WeChat documents no alphabet; 28 characters are usual, 64 is generous. */
export const openidSchema = z
  .string()
  .regex(/^[A-Za-z0-9_-]{6,64}$/, 'an openid has 6 to 64 letters, digits, "-" or "_"')
export const templateKeySchema = z
  .string()
  .regex(/^[a-z][a-z0-9-]{1,47}$/, 'a template key is lower-case-with-dashes')
/** Made by the sender: the same key sends once, however often the call is repeated. */
export const idempotencyKeySchema = z.string().min(8).max(128)
export const languageSchema = z.enum(['zh_CN', 'en_US', 'zh_HK', 'zh_TW'])
export const miniprogramStateSchema = z.enum(['developer', 'trial', 'formal'])
export const roleSchema = z.enum(['owner', 'operator', 'viewer'])
/** Statuses of wx.requestSubscribeMessage, wechat.md §5. */
export const answerSchema = z.enum([
  'accept',
  'reject',
  'ban',
  'filter',
  'acceptWithAudio',
  'acceptWithAlert',
  'acceptWithForcePush',
])
const paramsSchema = z.record(z.string(), z.unknown())
/** WeChat's tmplIds of one prompt: 5 at the most (wechat.md §5). */
const MAX_PROMPT_TEMPLATES = 5

export const idSchema = z.string().regex(/^[a-z0-9]{8,40}$/, 'an id has 8 to 40 lower-case letters or digits')
const nameSchema = z.string().trim().min(1).max(60)
export const tagSchema = z
  .string()
  .regex(/^[\p{L}\p{N}_:-]{1,40}$/u, 'a tag has 1 to 40 letters, digits, "_", "-" or ":"')
const clockSchema = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day is HH:MM')
/** Messages per second; fractions too: 0.5 is one every two seconds. */
const rateSchema = z.number().min(0.01).max(10_000)
/** Hours in which nothing is sent; over midnight where `from` is after `to`. */
export const quietSchema = z.strictObject({ from: clockSchema, to: clockSchema, zone: z.string().max(64) })
export const outcomeSchema = z.enum([
  'sent',
  'refused',
  'invalid',
  'failed',
  'skipped',
  'deferred',
  'unknown',
])
export const campaignStateSchema = z.enum([
  'draft',
  'scheduled',
  'running',
  'paused',
  'finished',
  'cancelled',
])
/** Why somebody of the audience gets nothing; in the order in which they are asked (core/selection.ts). */
export const skipReasonSchema = z.enum([
  'invalid-params',
  'no-match',
  'late',
  'excluded',
  'test-group',
  'served',
  'never-subscribed',
  'unreachable',
  'banned',
  'muted',
  'declined',
  'revoked',
  'no-grant',
  'capped',
])
export const audienceRuleSchema = z.discriminatedUnion('kind', [
  /** Everybody with a quota of the template, by tags and languages where given. */
  z.strictObject({
    kind: z.literal('everybody'),
    /** At least one of these. */
    tags: z.array(tagSchema).max(20).optional(),
    /** All of these. */
    allTags: z.array(tagSchema).max(20).optional(),
    withoutTags: z.array(tagSchema).max(20).optional(),
    languages: z.array(languageSchema).max(4).optional(),
  }),
  /** An imported list. */
  z.strictObject({ kind: z.literal('list'), audience: idSchema }),
  /** Those for whom another campaign had these outcomes: a redrive. */
  z.strictObject({
    kind: z.literal('outcomes'),
    campaign: idSchema,
    outcomes: z.array(outcomeSchema).min(1),
  }),
])
/** No defaults here: an edit changes only what it names. */
const campaignFields = {
  name: nameSchema,
  template: templateKeySchema,
  params: paramsSchema,
  audience: audienceRuleSchema,
  /** Lists whose people are left out. */
  exclude: z.array(idSchema).max(10),
  /** Get it first; then a person has to say go on. */
  testGroup: z.array(openidSchema).max(50),
  /** Messages per second; null is as fast as the platform allows. */
  rate: rateSchema.nullable(),
  /** Hours of the day in which it may go out. */
  sendWindow: quietSchema.nullable(),
  /** A start that is missed by more than this asks a person first. */
  graceMinutes: z.number().int().min(1).max(10_080),
  miniprogramState: miniprogramStateSchema,
}
const campaignSchema = z.strictObject({
  ...campaignFields,
  params: paramsSchema.default({}),
  exclude: campaignFields.exclude.default([]),
  testGroup: campaignFields.testGroup.default([]),
  rate: campaignFields.rate.default(null),
  sendWindow: campaignFields.sendWindow.default(null),
  graceMinutes: campaignFields.graceMinutes.default(60),
  miniprogramState: miniprogramStateSchema.default('formal'),
})
/** A time of day of some day on the wall clock of a zone: `2026-12-01T19:00`. */
const wallSchema = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/, 'a time is YYYY-MM-DDTHH:MM')
const zoneSchema = z.string().min(1).max(64)
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
const occurrenceIdSchema = z
  .string()
  .regex(/^[a-z0-9]{8,40}:\d+:[a-z0-9]+$/, 'the id of one time of a reminder')
const rowKeySchema = z
  .string()
  .regex(/^[\p{L}\p{N}_.:-]{1,64}$/u, 'a row has a key of letters, digits, "_", ".", ":" or "-"')

/** How many will get it, as the dry run found: the time that is left is told by it. */
const expectedSchema = z.int().min(0).max(100_000_000).optional()

/** The input of every action, by name. Unknown keys are refused by name. */
export const inputs = {
  'subscription.offer': z.strictObject({ scene: z.string().min(1).max(64).optional() }),
  'subscription.record': z.strictObject({
    promptId: z.string().regex(/^[A-Za-z0-9_-]{8,64}$/, 'a promptId has 8 to 64 letters, digits, "-" or "_"'),
    scene: z.string().min(1).max(64),
    answers: z
      .record(z.string().min(1).max(128), answerSchema)
      .refine((answers) => Object.keys(answers).length > 0, 'at least one answer')
      .refine(
        (answers) => Object.keys(answers).length <= MAX_PROMPT_TEMPLATES,
        `at most ${MAX_PROMPT_TEMPLATES} answers, as many as one prompt can have`,
      ),
    /** How long ago the person answered, where a page tells it late: WeChat's event has told it meanwhile. */
    agoMs: z
      .int()
      .min(0)
      .max(30 * 24 * 3_600_000)
      .default(0),
  }),
  'subscription.mine': z.strictObject({}),
  'message.mine': z.strictObject({
    limit: z.int().min(1).max(50).default(20),
    before: z.number().int().positive().optional(),
  }),
  whoami: z.strictObject({}),
  'template.list': z.strictObject({}),
  'template.preview': z.strictObject({
    template: templateKeySchema,
    params: paramsSchema,
    language: languageSchema.optional(),
  }),
  'send.one': z.strictObject({
    key: idempotencyKeySchema,
    /** An openid, or `me`: the person who calls. */
    to: z.union([z.literal('me'), openidSchema]),
    template: templateKeySchema,
    params: paramsSchema,
    language: languageSchema.optional(),
    miniprogramState: miniprogramStateSchema.default('formal'),
  }),
  'campaign.create': campaignSchema,
  'campaign.edit': z.strictObject({
    campaign: idSchema,
    version: z.int().min(1),
    change: z.strictObject(campaignFields).partial(),
  }),
  /** Another draft of it; `unserved` leaves out whom it has served. */
  'campaign.clone': z.strictObject({
    campaign: idSchema,
    name: nameSchema.optional(),
    unserved: z.boolean().default(true),
  }),
  'campaign.list': z.strictObject({
    state: campaignStateSchema.optional(),
    limit: z.int().min(1).max(100).default(20),
    before: z.number().int().positive().optional(),
  }),
  'campaign.get': z.strictObject({ campaign: idSchema }),
  /** Who would get it, without sending: a part at a time; `cursor` of the last reply goes on. */
  'campaign.dryRun': z.strictObject({
    campaign: idSchema,
    cursor: z.string().max(200).optional(),
    /** Names of one reason only, or of those who would get it. */
    names: z.union([z.literal('sendable'), skipReasonSchema]).optional(),
  }),
  'campaign.schedule': z.strictObject({
    campaign: idSchema,
    startAt: z.number().int().positive(),
    expected: expectedSchema,
  }),
  'campaign.unschedule': z.strictObject({ campaign: idSchema }),
  'campaign.start': z.strictObject({ campaign: idSchema, expected: expectedSchema }),
  'campaign.pause': z.strictObject({ campaign: idSchema }),
  'campaign.resume': z.strictObject({ campaign: idSchema }),
  'campaign.cancel': z.strictObject({ campaign: idSchema }),
  /** While it runs only these can change. */
  'campaign.adjust': z.strictObject({
    campaign: idSchema,
    rate: rateSchema.nullable().optional(),
    name: nameSchema.optional(),
  }),
  /** Those with these outcomes once more, as a campaign of its own. */
  'campaign.redrive': z.strictObject({
    campaign: idSchema,
    outcomes: z.array(z.enum(['failed', 'invalid', 'refused', 'skipped', 'unknown'])).min(1),
    name: nameSchema.optional(),
  }),
  /** Who got it, who did not, and why; by code or outcome, paged. */
  'campaign.deliveries': z.strictObject({
    campaign: idSchema,
    outcome: outcomeSchema.optional(),
    code: z.union([z.int(), z.string().max(40)]).optional(),
    cursor: z.string().max(200).optional(),
    limit: z.int().min(1).max(1000).default(100),
  }),
  'audience.create': z.strictObject({
    name: nameSchema,
    /** About how many people it will have; fixes how it is spread. */
    size: z.int().min(1).max(20_000_000),
    /** The template whose params the rows bring; without it rows are openids alone. */
    template: templateKeySchema.optional(),
  }),
  /** Adds rows; a person who is in it already is replaced. Repeating it changes nothing. */
  'audience.append': z.strictObject({
    audience: idSchema,
    rows: z
      .array(z.strictObject({ openid: z.string().max(128), params: paramsSchema.optional() }))
      .min(1)
      .max(2000),
  }),
  /** No more rows; only then it can be sent to. */
  'audience.seal': z.strictObject({ audience: idSchema }),
  'audience.list': z.strictObject({}),
  'audience.remove': z.strictObject({ audience: idSchema }),
  /** Everything that was sent to this person. */
  'person.deliveries': z.strictObject({ openid: openidSchema }),
  'person.tag': z.strictObject({
    openids: z.array(openidSchema).min(1).max(1000),
    add: z.array(tagSchema).max(20).default([]),
    remove: z.array(tagSchema).max(20).default([]),
  }),
  /** In parts: `cursor` of the last reply goes on. */
  'person.export': z.strictObject({ openid: openidSchema, cursor: z.string().max(64).optional() }),
  'person.erase': z.strictObject({ openid: openidSchema, cursor: z.string().max(64).optional() }),
  'preference.get': z.strictObject({}),
  'preference.set': z.strictObject({
    language: languageSchema.optional(),
    quiet: quietSchema.nullable().optional(),
    mute: z.array(templateKeySchema).max(100).optional(),
    unmute: z.array(templateKeySchema).max(100).optional(),
  }),
  /** One person's reminder: their own, or another's by staff. The same key makes one. */
  'reminder.create': z.strictObject({
    key: idempotencyKeySchema,
    to: z.union([z.literal('me'), openidSchema]).default('me'),
    ...reminderFields,
    params: paramsSchema.default({}),
    timeParam: reminderFields.timeParam.default(null),
    zone: zoneSchema.default('Asia/Shanghai'),
    graceMinutes: reminderFields.graceMinutes.default(60),
    catchUp: reminderFields.catchUp.default('once'),
    miniprogramState: miniprogramStateSchema.default('formal'),
  }),
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
    before: z.number().int().positive().optional(),
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
          row: rowKeySchema,
          at: wallSchema,
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
  /** Proves left = granted − spent + returned − revoked for the people of one lane, or names each drift. */
  'ledger.verify': z.strictObject({
    template: templateKeySchema,
    lane: z.int().min(0).max(998),
    repair: z.boolean().default(false),
    /** Where the last call stopped; without it from the beginning. */
    cursor: z.string().max(64).optional(),
  }),
  /** Reduces old pages to counts and exceptions; `more` tells whether to call again. */
  'retention.run': z.strictObject({ olderThanDays: z.int().min(1).max(3650).default(180) }),
  /** Lets nothing more go out, at once. */
  'dispatch.stop': z.strictObject({ note: z.string().max(200).optional() }),
  /** Takes the stop back; campaigns that it paused wait for `campaign.resume`. */
  'dispatch.release': z.strictObject({}),
  'dispatch.state': z.strictObject({}),
  /** What WeChat pushed: popup, change and sent events (wechat.md §6). */
  'event.receive': z.looseObject({
    MsgType: z.literal('event'),
    Event: z.string().min(1).max(64),
    FromUserName: openidSchema,
    /** Seconds; documented as a text, and a number when it comes. */
    CreateTime: z.coerce.number().int().positive(),
  }),
  'staff.list': z.strictObject({}),
  'staff.grant': z.strictObject({
    openid: openidSchema,
    role: roleSchema,
    name: z.string().trim().min(1).max(40).optional(),
  }),
  'staff.revoke': z.strictObject({ openid: openidSchema }),
  'dispatch.tick': z.strictObject({ lanes: z.array(z.int().min(0).max(998)).max(999).optional() }),
} as const

export type Action = keyof typeof inputs
/** What a caller may write (defaults left out). */
export type InputOf<A extends Action> = z.input<(typeof inputs)[A]>
/** What a handler gets (defaults filled in). */
export type ParsedInputOf<A extends Action> = z.output<(typeof inputs)[A]>

export type Openid = string
export type Language = z.infer<typeof languageSchema>
export type Role = z.infer<typeof roleSchema>
export type Answer = z.infer<typeof answerSchema>
export type MiniprogramState = z.infer<typeof miniprogramStateSchema>
export type Kind = 'one-time' | 'long-term'

/** One line of a message card, as the receiver sees it. */
export type CardLine = { keyword: string; label: string; value: string }

/** A message card: what WeChat shows in 服务通知. */
export type Card = {
  title: string
  lines: CardLine[]
  /** The page a tap opens, with its query; absent = the card does not jump. */
  page?: string
}

/** One template as a person who may subscribe sees it. */
export interface Offer {
  template: string
  templateId: string
  title: string
  kind: Kind
  scenes: string[]
  /** Messages this person can still be sent; for a long-term template whether it was accepted (1 or 0). */
  left: number
  example: Card
}

/** One field of the form that a sender fills in. */
export interface ParamField {
  name: string
  title: string
  type: 'string' | 'number' | 'integer' | 'boolean'
  format?: 'date-time' | 'date'
  required: boolean
  options?: string[]
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  placeholder?: string
}

export interface TemplateSummary {
  template: string
  title: string
  kind: Kind
  revision: string
  scenes: string[]
  fields: ParamField[]
  example: Record<string, unknown>
  languages: Language[]
}

/** `deferred` is a later page; `unknown` is in doubt and listed by name (design section 5). */
export type Outcome = z.infer<typeof outcomeSchema>
export type SkipReason = z.infer<typeof skipReasonSchema>
export type CampaignState = z.infer<typeof campaignStateSchema>
export type AudienceRule = z.infer<typeof audienceRuleSchema>
export type QuietHours = z.infer<typeof quietSchema>

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

export interface CampaignSummary {
  campaign: string
  name: string
  state: CampaignState
  template: string
  title: string
  /** Why it is paused, in words of the caller's language; absent otherwise. */
  reason?: string
  rate: number | null
  startAt: number | null
  startedAt: number | null
  finishedAt: number | null
  createdBy: string
  createdAt: number
  version: number
}

/** From two reads, however large the campaign. */
export interface CampaignProgress {
  /** People by outcome; exact. */
  outcomes: Partial<Record<Outcome, number>>
  /** By errcode or mark, each with its words. */
  codes: { code: number | string; outcome: Outcome; count: number; words: string }[]
  /** People of the audience that have been read. */
  people: number
  /** Messages accepted in the last full minutes, per second; null before there are any. */
  perSecond: number | null
  /** About how many are still to come, where it is known. */
  remaining: number | null
  /** Milliseconds until it will be finished, at this rate. */
  etaMs: number | null
  /** What is left of the day's quota; null where none is set. */
  quotaLeft: number | null
  lanes: { total: number; done: number }
  /** [start of the interval in epoch ms, messages accepted in it]. */
  timeline: { intervalMs: number; sent: [number, number][] }
}

export interface CampaignDetail extends CampaignSummary {
  params: Record<string, unknown>
  audience: AudienceRule
  exclude: string[]
  /** Campaigns whose served people are left out. */
  served: string[]
  testGroup: Openid[]
  sendWindow: QuietHours | null
  graceMinutes: number
  miniprogramState: MiniprogramState
  /** As people will see it; absent where a list brings the params. */
  card?: Card
  progress: CampaignProgress
}

export interface DryRun {
  /** Of the part that was read now. */
  sendable: number
  /** To be sent later: quiet hours. */
  deferred: number
  skipped: Partial<Record<SkipReason, number>>
  /** The first people of each, by name. */
  names: { openid: Openid; reason: SkipReason | 'sendable'; words: string }[]
  /** Where to go on; null when everybody has been looked at. */
  cursor: string | null
  /** For what has been counted in this part: minutes at the rate, database and function calls, messages. */
  estimate: { minutes: number; calls: number }
}

export interface DeliveryRow {
  openid: Openid
  outcome: Outcome
  code: number | string
  words: string
  at: number
  /** The campaign, where it was one. */
  campaign?: string
  template?: string
  msgid?: string
}

export interface Audience {
  audience: string
  name: string
  template: string | null
  /** People in it, each once; null before it is sealed. */
  people: number | null
  sealed: boolean
  /** Over how many lanes, and buckets of each, its rows are spread. */
  lanes: number
  buckets: number
  createdAt: number
}

export interface Preferences {
  language: Language
  quiet: QuietHours | null
  muted: string[]
}

/** What a quota says, and what its evidence proves. */
export interface Drift {
  openid: Openid
  left: number
  /** proven − spent + returned − revoked */
  expected: number
  granted: number
  /** Grants by the evidence. */
  proven: number
  spent: number
  returned: number
  revoked: number
}

export interface DispatchState {
  /** How many lanes people are spread over. */
  lanes: number
  /** Nothing goes out while it is set. */
  stopped: { at: number; by: string; note?: string } | null
  /** Work made before this waits for a person: the timer stood still, or a copy of the database was restored. */
  confirmBefore: number | null
}

export interface SendState {
  sendId: string
  state: 'waiting' | 'done'
  outcome?: Outcome
  /** WeChat's errcode; 0 = sent. Absent where WeChat was never asked. */
  code?: number
  /** The outcome in words, in the caller's language. */
  words: string
  card: Card
}

export interface StaffMember {
  openid: Openid
  role: Role
  name?: string
  /** Named by HONGYAN_OWNER at deployment; cannot be revoked here. */
  fixed: boolean
}

export interface MineMessage {
  id: string
  template: string
  sentAt: number
  card: Card
}

/** What each action returns as `data`. */
export interface Outputs {
  'subscription.offer': { scenes: string[]; offers: Offer[] }
  'subscription.record': { recorded: boolean; left: Record<string, number> }
  'subscription.mine': {
    quotas: { template: string; title: string; kind: Kind; left: number; granted: number }[]
  }
  'message.mine': { messages: MineMessage[]; next?: number }
  whoami: {
    openid: string | null
    appid: string | null
    unionid: string | null
    source: string
    role: Role | null
  }
  'template.list': { templates: TemplateSummary[] }
  'template.preview': { card: Card; revision: string }
  'send.one': SendState
  'campaign.create': CampaignDetail
  'campaign.edit': CampaignDetail
  'campaign.clone': CampaignDetail
  'campaign.list': { campaigns: (CampaignSummary & { progress: CampaignProgress })[]; next?: number }
  'campaign.get': CampaignDetail
  'campaign.dryRun': DryRun
  'campaign.schedule': CampaignDetail
  'campaign.unschedule': CampaignDetail
  'campaign.start': CampaignDetail
  'campaign.pause': CampaignDetail
  'campaign.resume': CampaignDetail
  'campaign.cancel': CampaignDetail
  'campaign.adjust': CampaignDetail
  'campaign.redrive': CampaignDetail
  'campaign.deliveries': { deliveries: DeliveryRow[]; cursor: string | null }
  'audience.create': Audience
  /** Each row is in one of the four; `repeated` was in it as it is, or comes again in the same call. */
  'audience.append': {
    added: number
    replaced: number
    repeated: number
    refused: { openid: string; faults: Fault[] }[]
  }
  'audience.seal': Audience
  'audience.list': { audiences: Audience[] }
  'audience.remove': { removed: boolean }
  'person.deliveries': { deliveries: DeliveryRow[] }
  'person.tag': { tagged: number }
  /** The first part has all but some deliveries; further parts have those. */
  'person.export': { person: Record<string, unknown> & { deliveries: DeliveryRow[] }; cursor: string | null }
  /** What was taken away, by kind. `open` pages are at work with the person: repeat it when they are closed. */
  'person.erase': { erased: Record<string, number>; open: number; cursor: string | null }
  'preference.get': Preferences
  'preference.set': Preferences
  'reminder.create': Reminder
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
  'reminder.missed': { reminders: ReminderTime[]; next?: number }
  'reminder.sendMissed': { waiting: number }
  'reminder.undeliverable': {
    reminders: {
      id: string
      openid: Openid
      template: string
      at: number
      reason: SkipReason
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
  /** Of the people that were looked at now; `busy` were moving and are judged another time. */
  'ledger.verify': {
    people: number
    drifts: Drift[]
    repaired: number
    busy: number
    /** Where to go on; null when everybody of the lane has been looked at. */
    cursor: string | null
  }
  'retention.run': { compacted: number; more: boolean }
  'dispatch.stop': DispatchState
  'dispatch.release': DispatchState
  'dispatch.state': DispatchState
  'event.receive': { received: boolean }
  'staff.list': { staff: StaffMember[] }
  'staff.grant': StaffMember
  'staff.revoke': { openid: Openid; revoked: boolean }
  'dispatch.tick': TickReport
}

/** What one tick did; counts of messages by outcome. */
export interface TickReport {
  lanes: number
  /** Lanes whose work broke off; what is open in them is recovered when their lease has ended. */
  broken: number
  pages: number
  recovered: number
  outcomes: Partial<Record<Outcome, number>>
}

export const errorCodes = [
  'REQUEST_INVALID',
  'ACTION_UNKNOWN',
  'INPUT_INVALID',
  'NOT_ALLOWED',
  'OPENID_MISSING',
  'APPID_UNKNOWN',
  'SCENE_UNKNOWN',
  'TEMPLATE_UNKNOWN',
  'TEMPLATE_NOT_OFFERED',
  'PARAMS_INVALID',
  'KEYWORD_INVALID',
  'KEY_REUSED',
  'CAMPAIGN_UNKNOWN',
  /** What was asked is not possible in the state that it is in. */
  'CAMPAIGN_STATE',
  /** Changed by somebody else meanwhile. */
  'CAMPAIGN_CHANGED',
  /** Messages of it may still get another outcome. */
  'REDRIVE_EARLY',
  'AUDIENCE_UNKNOWN',
  'AUDIENCE_STATE',
  'REMINDER_UNKNOWN',
  /** It has ended, was cancelled, or was changed by somebody else meanwhile. */
  'REMINDER_STATE',
  /** The person has as many as one may have. */
  'REMINDER_LIMIT',
  'SERIES_UNKNOWN',
  'DISPATCH_STOPPED',
  'OWNER_FIXED',
  'LANES_MISMATCH',
  'SETTINGS_INVALID',
  'STORE_FAILED',
  'INTERNAL',
] as const
export type ErrorCode = (typeof errorCodes)[number]

/** One thing wrong with what came in, found together with all the others. */
export interface Fault {
  /** Where: `params.orderId`, `thing1`. */
  path: string
  problem: string
  /** A sentence in the caller's language: what came, what is allowed. */
  message: string
}

export interface ReplyError {
  code: ErrorCode
  /** A sentence in the caller's language: what was wrong and what is allowed. */
  message: string
  facts: Record<string, unknown> & { faults?: Fault[] }
}

export type Reply<T> = { ok: true; data: T } | { ok: false; error: ReplyError }

/** What a caller sends to a function. `lang` chooses the language of sentences (default Chinese). */
export interface Call<A extends Action = Action> {
  action: A
  input: InputOf<A>
  lang?: 'zh' | 'en'
}
