/** A campaign: one message to an audience. What its document holds, and which state may follow which. */
import type { AudienceRule, CampaignState, Language, MiniprogramState, Openid } from '../contract'
import type { Doc } from '../ports'
import type { Rendered } from '../template/template'

/** When messages may go out, in the wall time of `zone`; `from` after `to` goes over midnight. */
export type SendWindow = { from: string; to: string; zone: string }

/** Why a campaign stands still: a person's word, an errcode, or a guard that asks a person first. */
export type PauseReason = {
  why: 'staff' | 'stopped' | 'answers' | 'test-group' | 'late-start' | 'start-failed' | 'restored'
  /** WeChat's errcode where answers were the reason. */
  code?: number
  /** Messages of one page that met it. */
  count?: number
  /** The refusal, where it could not be started. */
  error?: string
}

export type Campaign = Doc & {
  name: string
  state: CampaignState
  template: string
  templateId: string
  /** The template as it was approved: an edit of the file changes nothing here. */
  revision: string
  oneTime: boolean
  /** Shared by everybody; rows of a list may have their own, merged over these. */
  params: { [name: string]: string | number | boolean }
  /** Rendered when the campaign was written, by language; null where a list brings params of its own. */
  messages: { [language in Language]?: Rendered } | null
  audience: AudienceRule
  /** Lists whose people are left out. */
  exclude: string[]
  /** Campaigns whose served people are left out: a clone goes on where they stopped. */
  served: string[]
  /** Gets the message first; then a person has to say go on. */
  testGroup: Openid[]
  tested: boolean
  miniprogramState: MiniprogramState
  /** Messages per second, fractions too; null is as fast as the platform allows. */
  rate: number | null
  sendWindow: SendWindow | null
  /** Scheduled for; null is by hand. */
  startAt: number | null
  /** A start that is later than this asks a person first. */
  graceMs: number
  /** Grants and quotas made later are not in. */
  startedAt: number | null
  /** When a person last said start or go on. */
  confirmedAt: number | null
  finishedAt: number | null
  reason: PauseReason | null
  /** Lanes that have people of it. */
  lanes: number[]
  /** About how many people it will come to, where that is known. */
  expected: number | null
  createdBy: string
  createdAt: number
  /** Grows with every change by staff: who changes an older one is told. */
  version: number
  /** What was asked with the idempotency key that made it (core/repeats.ts). */
  asked?: string
}

/** Acts of staff on a campaign: from which states each is possible, and where it leads. */
export const acts = {
  edit: { from: ['draft'], to: 'draft' },
  schedule: { from: ['draft', 'scheduled'], to: 'scheduled' },
  unschedule: { from: ['scheduled'], to: 'draft' },
  start: { from: ['draft', 'scheduled'], to: 'running' },
  pause: { from: ['running', 'scheduled'], to: 'paused' },
  resume: { from: ['paused'], to: 'running' },
  cancel: { from: ['draft', 'scheduled', 'running', 'paused'], to: 'cancelled' },
  finish: { from: ['running'], to: 'finished' },
} as const satisfies Record<string, { from: readonly CampaignState[]; to: CampaignState }>

export type Act = keyof typeof acts

/** A group of a closed page, of so many people, that is to be tried again at `at`. */
export type Later = { page: string; group: number; at: number; count: number }

/** One campaign in one lane, changed by the holder of the lane only; every change raises `version`. */
export type Progress = Doc & {
  campaign: string
  lane: number
  version: number
  /** Pages made of the audience so far. */
  sequence: number
  /** Where the audience goes on: opaque, made by its reader; '' is the beginning. */
  cursor: string
  /** The audience has been read to its end. */
  read: boolean
  /** Nothing is left to read and nothing to try again. */
  done: boolean
  /** People by what became of them: errcodes and marks (core/delivery/outcomes.ts). Absolute, never added to twice. */
  counts: { [code: string]: number }
  later: Later[]
  /** [minute of the epoch, messages accepted by WeChat], oldest first; `minutes` of the epoch in one entry. */
  timeline: { minutes: number; sent: [number, number][] }
  /** Doubts cleared up later that `counts` has in it, by page; `at` is when the last of a page was. */
  corrected: { page: string; at: number; places: number[] }[]
  updatedAt: number
}

const lanePart = (lane: number) => String(lane).padStart(4, '0')

export const progressId = (campaign: string, lane: number) => `${campaign}:${lanePart(lane)}`
export const campaignPageId = (campaign: string, lane: number, sequence: number) =>
  `${campaign}:${lanePart(lane)}:${String(sequence).padStart(7, '0')}`
/** Another try of a group of people of a page. */
export const retryId = (page: string, group: number) => `${page}.r${group}`
