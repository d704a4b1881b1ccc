/** Who of an audience gets the message, and why each other does not: one rule for the run and for the dry run. */
import type { Campaign } from '../campaign/campaign'
import type { AudienceRule, Language, Openid, SkipReason } from '../contract'
import type { Quota, Standing } from '../subscription/quotas'
import { quietUntil } from '../person/quiet'
import type { Frequency } from '../template/definition'
import type { Rendered } from '../template/template'

/** One person of the audience as its reader found them. */
export type Candidate = {
  openid: Openid
  /** Their quota of the template, as it was read; absent where they have none. */
  quota?: Standing
  /** Their own message, where the audience is a list with params. */
  own?: Rendered
  /** What the reader knows to be wrong with them already. */
  wrong?: 'invalid-params'
  /** The page of the doubt whose grant is used again (a redrive of `unknown`). */
  spentBy?: string
}

/** What a person is judged by. */
export type Selection = {
  campaign: Pick<Campaign, '_id' | 'audience' | 'served' | 'testGroup' | 'startedAt' | 'oneTime'>
  frequency: Frequency | null
  /** People of the lists to be left out, as far as they can be among these candidates. */
  excluded: ReadonlySet<Openid>
  /** Epoch ms. */
  now: number
}

/** Sent to, put off until a time, or left out for a reason. */
export type Judgement =
  | { kind: 'send'; language: Language }
  | { kind: 'later'; at: number; language: Language }
  | { kind: 'skip'; reason: SkipReason }

const DAY = 24 * 60 * 60_000

/** Pages that spent a grant of this person and did not give it back. */
export const servedBy = ({
  spent = [],
  returned = [],
}: Partial<Pick<Quota, 'spent' | 'returned'>>): string[] => spent.filter((page) => !returned.includes(page))

function matches(rule: AudienceRule, { tags, language }: Pick<Quota, 'tags' | 'language'>): boolean {
  if (rule.kind !== 'everybody') return true
  const { tags: any, allTags = [], withoutTags = [], languages } = rule
  return (
    (any === undefined || any.some((tag) => tags.includes(tag))) &&
    allTags.every((tag) => tags.includes(tag)) &&
    !withoutTags.some((tag) => tags.includes(tag)) &&
    (languages === undefined || languages.includes(language))
  )
}

/** Messages of this template that the person got within the days of the cap. */
function sentWithin(
  { spent = [], spentAt = [], returned = [] }: Standing,
  days: number,
  now: number,
): number {
  return spent.filter((page, at) => !returned.includes(page) && (spentAt[at] ?? 0) > now - days * DAY).length
}

type Known = Candidate & { quota: Standing }

type Rule = {
  reason: SkipReason
  holds: (candidate: Known, by: Selection) => boolean
}

/** In this order; the first that holds is the reason. */
const rules: readonly Rule[] = [
  { reason: 'no-match', holds: ({ quota }, { campaign }) => !matches(campaign.audience, quota) },
  {
    reason: 'late',
    holds: ({ quota }, { campaign: { startedAt } }) => startedAt !== null && quota.createdAt > startedAt,
  },
  { reason: 'excluded', holds: ({ openid }, { excluded }) => excluded.has(openid) },
  { reason: 'test-group', holds: ({ openid }, { campaign }) => campaign.testGroup.includes(openid) },
  {
    reason: 'served',
    holds: ({ quota, spentBy }, { campaign }) =>
      spentBy === undefined &&
      campaign.served.some((id) => servedBy(quota).some((page) => page.startsWith(`${id}:`))),
  },
  { reason: 'unreachable', holds: ({ quota }) => quota.unreachable !== undefined },
  { reason: 'banned', holds: ({ quota }) => quota.answer === 'ban' },
  { reason: 'muted', holds: ({ quota }) => quota.muted },
  {
    reason: 'declined',
    holds: ({ quota, spentBy }) => quota.left === 0 && spentBy === undefined && quota.answer === 'reject',
  },
  {
    reason: 'revoked',
    holds: ({ quota, spentBy }) =>
      quota.left === 0 && spentBy === undefined && quota.revokedAt === quota.granted,
  },
  { reason: 'no-grant', holds: ({ quota, spentBy }) => quota.left === 0 && spentBy === undefined },
  {
    reason: 'capped',
    holds: ({ quota }, { frequency, now }) =>
      frequency !== null && sentWithin(quota, frequency.days, now) >= frequency.max,
  },
]

/** Who was never asked, or never answered, has no quota document. */
const NO_QUOTA: SkipReason = 'never-subscribed'
const isKnown = (candidate: Candidate): candidate is Known => candidate.quota !== undefined

/** Rules that hold for a single message too; quiet hours do not: what was asked for one person goes at once. */
const single: readonly SkipReason[] = [
  'unreachable',
  'banned',
  'muted',
  'declined',
  'revoked',
  'no-grant',
  'capped',
]
const NOBODY: Selection['campaign'] = {
  _id: '',
  audience: { kind: 'everybody' },
  served: [],
  testGroup: [],
  startedAt: null,
  oneTime: true,
}

/** Why a single message to this person is not sent; undefined where it is. */
export function judgeSingle(
  openid: Openid,
  quota: Standing | undefined,
  frequency: Frequency | null,
  now: number,
): SkipReason | undefined {
  if (!quota) return NO_QUOTA
  const selection: Selection = { campaign: NOBODY, frequency, excluded: new Set(), now }
  return rules.find(({ reason, holds }) => single.includes(reason) && holds({ openid, quota }, selection))
    ?.reason
}

/** What becomes of one person. Pure: the run and the dry run come to the same from the same documents. */
export function judge(candidate: Candidate, selection: Selection): Judgement {
  const { wrong } = candidate
  if (wrong) return { kind: 'skip', reason: wrong }
  if (!isKnown(candidate)) {
    if (selection.excluded.has(candidate.openid)) return { kind: 'skip', reason: 'excluded' }
    return { kind: 'skip', reason: NO_QUOTA }
  }
  const { quota } = candidate
  const rule = rules.find(({ holds }) => holds(candidate, selection))
  if (rule) return { kind: 'skip', reason: rule.reason }
  const until = quietUntil(quota.quiet, selection.now)
  return until === null
    ? { kind: 'send', language: quota.language }
    : { kind: 'later', at: until, language: quota.language }
}
