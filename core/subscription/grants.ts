/**
 * What a person answered to a prompt, told by the phone and by WeChat's event: two pieces of evidence for one grant.
 * Either may be lost, late or doubled.
 */
import type { Answer, Openid } from '../contract'
import { ServiceError } from '../errors'
import { canonical } from '../hash'
import { checkLanes, laneOf } from '../delivery/lanes'
import { DEFAULT_LANGUAGE, readSubscriber, type Subscriber } from '../person/people'
import type { Ports } from '../ports'
import { KEPT, type Profile, type Quota, quotaId } from './quotas'

/** Who told of an answer: the page that asked, or WeChat's message push. */
export type Teller = 'phone' | 'event'

/** One answer as it was told; epoch ms. */
export type Evidence = {
  id: string
  by: Teller
  at: number
  answer: Answer
  /** Grants that a refusal in WeChat's settings took away. */
  revoked?: number
}

/** An answer of one person for one template, as somebody tells it. */
export interface Told {
  openid: Openid
  /** The template's key. */
  template: string
  /** Names the piece of evidence among those of this person and template: a repeat is known by it. */
  promptId: string
  by: Teller
  at: number
  answer: Answer
}

/** A phone's report and WeChat's event that are no further apart are of one prompt (design section 4). */
const SAME_PROMPT_MS = 2 * 60_000

/** A refusal dated so little before an accept came after it: WeChat's clock has whole seconds, and is not ours. */
const SAME_MOMENT_MS = 5_000

/** Others told of the same person and template at the same moment; each of them can only win once. */
const TRIES = 8

/** `acceptWithAudio`, `acceptWithAlert` and their like are accepts too (wechat.md §5). */
export const isGrant = (answer: Answer) => answer.startsWith('accept')

/**
 * How many grants the evidence proves: as many as were told of, less those that both told of. Reports and events are
 * paired greedily in the order of time, which gives as many pairs as there can be; so the order in which they arrive
 * does not count, and one more piece adds one grant or none.
 */
export function grantsIn(evidence: readonly Pick<Evidence, 'by' | 'at' | 'answer'>[]): number {
  const timesOf = (teller: Teller) =>
    evidence
      .filter(({ by, answer }) => by === teller && isGrant(answer))
      .map(({ at }) => at)
      .sort((a, b) => a - b)
  const phone = timesOf('phone')
  const events = timesOf('event')
  let next = 0
  let pairs = 0
  for (const at of phone) {
    while (next < events.length && (events[next] ?? at) < at - SAME_PROMPT_MS) next += 1
    if (next < events.length && (events[next] ?? at) <= at + SAME_PROMPT_MS) {
      pairs += 1
      next += 1
    }
  }
  return phone.length + events.length - pairs
}

/** The answer that stands: the latest one, by the time of the answer and not of its telling. */
const latestOf = (evidence: readonly [Evidence, ...Evidence[]]): Answer =>
  evidence.reduce((last, one) => (last.at > one.at ? last : one)).answer

/**
 * Writes one told answer down. Evidence that is known adds nothing, nor does the second word on a prompt; a refusal is
 * kept too, so that its reason can be told. Throws STORE_FAILED where others were always faster.
 */
export async function grant(ports: Pick<Ports, 'store' | 'clock'>, lanes: number, told: Told): Promise<void> {
  const { promptId: id, by, at, answer } = told
  const evidence: Evidence = { id, by, at, answer }
  await write(ports, lanes, told, ({ prompts }) => {
    const added = grantsIn([...prompts, evidence]) - grantsIn(prompts)
    return { evidence, granted: added, left: added }
  })
}

/**
 * The person refused the template in WeChat's settings: what was granted until then is void; grants tapped since
 * survive, should the event be late. Resolves with how many were taken: a repeat takes nothing more and gives the same
 * number.
 */
export async function revokeByEvent(
  ports: Pick<Ports, 'store' | 'clock'>,
  lanes: number,
  told: Omit<Told, 'by' | 'answer'>,
): Promise<number> {
  const { promptId: id, at } = told
  const written = await write(ports, lanes, told, ({ prompts, left, granted }) => {
    const since = grantsIn(prompts.filter((one) => one.at > at + SAME_MOMENT_MS))
    const revoked = Math.max(0, left - since)
    const evidence: Evidence = { id, by: 'event', at, answer: 'reject', revoked }
    const isAll = since === 0
    return {
      evidence,
      left: 0 - revoked,
      isOfLeft: true,
      ...(isAll && { set: { revokedAt: granted, answer: 'reject' } }),
    }
  })
  return written.revoked ?? 0
}

interface Writing {
  evidence: Evidence
  granted?: number
  left: number
  set?: { revokedAt: number; answer: Answer }
  /** Whether `left` must still be as it was read: what is taken away is all there is. */
  isOfLeft?: boolean
}

/**
 * Reads the quota, works out what the evidence changes, and writes it where no other evidence came between: a
 * compare-and-set on the evidence itself, which spends do not disturb. Resolves with the evidence as it stands.
 */
async function write(
  ports: Pick<Ports, 'store' | 'clock'>,
  lanes: number,
  { openid, template, promptId }: Pick<Told, 'openid' | 'template' | 'promptId'>,
  writingOf: (quota: Quota) => Writing,
): Promise<Evidence> {
  const { store } = ports
  const lane = laneOf(openid, lanes)
  const _id = quotaId(template, lane, openid)
  for (let tries = 0; tries < TRIES; tries += 1) {
    const quota = await store.get<Quota>('quotas', _id)
    const known = quota?.prompts.find(({ id }) => id === promptId)
    if (known) return known
    const before = quota ?? empty({ _id, openid, template, lane, createdAt: ports.clock.now() })
    const { evidence, granted = 0, left, set = {}, isOfLeft = false } = writingOf(before)
    const answer = latestOf([evidence, ...before.prompts])
    if (!quota) {
      const first = { ...before, granted, left, answer, prompts: [evidence] }
      if (await create(ports, lanes, first)) return evidence
      continue
    }
    const { id, revoked = 0 } = evidence
    const written = await store.update(
      'quotas',
      { _id, prompts: quota.prompts, ...(isOfLeft && { left: quota.left }) },
      {
        set: { answer, ...set },
        inc: { granted, left },
        push: {
          prompts: { value: evidence, keep: KEPT },
          ...(revoked > 0 && { revoked: { value: id, keep: KEPT } }),
        },
        ...(isGrant(evidence.answer) && { unset: ['unreachable'] }),
      },
    )
    if (written > 0) return evidence
  }
  throw new ServiceError('STORE_FAILED', { collection: 'quotas', reason: `${_id} changed ${TRIES} times` })
}

const empty = (of: Pick<Quota, '_id' | 'openid' | 'template' | 'lane' | 'createdAt'>): Quota => ({
  ...of,
  ...profileOf(null, of.template),
  granted: 0,
  left: 0,
  prompts: [],
  spent: [],
  spentAt: [],
  returned: [],
  revoked: [],
  revokedAt: -1,
  answer: 'reject',
})

const profileOf = (subscriber: Subscriber | null, template: string): Profile => ({
  tags: subscriber?.tags ?? [],
  muted: subscriber?.muted?.includes(template) ?? false,
  quiet: subscriber?.quiet ?? null,
  language: subscriber?.language ?? DEFAULT_LANGUAGE,
})

/**
 * Inserts a quota with the person's profile. Who changes the profile writes the subscriber first and their quotas
 * next: read again after the insert, so that a change that saw no quota is not lost. Throws LANES_MISMATCH: a function
 * that counts lanes differently finds nobody's quota, and comes here.
 */
async function create(ports: Pick<Ports, 'store' | 'clock'>, lanes: number, quota: Quota): Promise<boolean> {
  const { store } = ports
  await checkLanes(ports, lanes)
  const read = async () => profileOf(await readSubscriber(ports, quota.openid), quota.template)
  const profile = await read()
  if (!(await store.insert('quotas', { ...quota, ...profile }))) return false
  const now = await read()
  if (canonical(now) !== canonical(profile)) await store.update('quotas', { _id: quota._id }, { set: now })
  return true
}
