/** Campaigns: how they are written, started, steered and followed. */
import * as z from 'zod'
import {
  type Card,
  type MiniprogramState,
  type Openid,
  type Outcome,
  type QuietHours,
  type SkipReason,
  idempotencyKeySchema,
  idSchema,
  languageSchema,
  miniprogramStateSchema,
  nameSchema,
  openidSchema,
  outcomeSchema,
  paramsSchema,
  quietSchema,
  skipReasonSchema,
  tagSchema,
  templateKeySchema,
} from './shapes'
import type { DeliveryRow } from './person'

/** Messages per second; fractions too: 0.5 is one every two seconds. */
const rateSchema = z.number().min(0.01).max(10_000)

export const campaignStateSchema = z.enum([
  'draft',
  'scheduled',
  'running',
  'paused',
  'finished',
  'cancelled',
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

/** Made by the sender: the same key makes one, however often the call is repeated. */
const keySchema = idempotencyKeySchema.optional()

/** The version that was read: where the campaign is another by now, the act is refused. */
const versionSchema = z.int().min(1).optional()

/** How many will get it, as the dry run found: the time that is left is told by it. */
const expectedSchema = z.int().min(0).max(100_000_000).optional()

export type CampaignState = z.infer<typeof campaignStateSchema>

export type AudienceRule = z.infer<typeof audienceRuleSchema>

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

export const campaignInputs = {
  'campaign.create': campaignSchema.extend({ key: keySchema }),
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
    key: keySchema,
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
    version: versionSchema,
  }),
  'campaign.unschedule': z.strictObject({ campaign: idSchema }),
  'campaign.start': z.strictObject({
    campaign: idSchema,
    expected: expectedSchema,
    version: versionSchema,
  }),
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
    key: keySchema,
  }),
  /** Who got it, who did not, and why; by code or outcome, paged. */
  'campaign.deliveries': z.strictObject({
    campaign: idSchema,
    outcome: outcomeSchema.optional(),
    code: z.union([z.int(), z.string().max(40)]).optional(),
    cursor: z.string().max(200).optional(),
    limit: z.int().min(1).max(1000).default(100),
  }),
} as const

export interface CampaignOutputs {
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
}
