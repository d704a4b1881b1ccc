/**
 * The proof of the ledger: left = granted − spent + returned − revoked, for everybody of a lane, from the evidence
 * itself: prompts and events grant, pages spend, give back and revoke.
 */
import {
  type BookedQuota,
  book,
  isSettled,
  type Movements,
  movementsOf,
  none,
  summed,
  unbookedPages,
} from './books'
import type { Catalogue } from '../template/catalogue'
import {
  type Answer,
  answerSchema,
  type Drift,
  type Openid,
  type Outputs,
  type ParsedInputOf,
} from '../contract'
import { verifyFormIds } from '../formid/ledger'
import type { PushedEvent } from './events'
import { type Evidence, grantsIn } from './grants'
import { between, type Doc, gt, oneOf, type Ports } from '../ports'
import { KEPT, quotaId, quotaRange, readQuotas } from './quotas'

type Needs = Pick<Ports, 'store' | 'clock'>

/** A tool has 5 s for its call (wechat.md §9). */
const CALL_MS = 3_000
/** Pages that closed longer ago are booked as they are met, so that what is read again for each part stays small. */
const RECENT_MS = 60 * 60_000
const READ = 1000

/** What the evidence says of a person. */
interface Proof extends Movements {
  granted: number
  prompts: Evidence[]
}

type Prompt = Doc & { openid: Openid; answers: { [templateId: string]: Answer }; at: number }

/** All documents of these people, however many. */
async function readAll<T extends Doc & { openid: Openid }>(
  { store }: Pick<Ports, 'store'>,
  collection: 'prompts' | 'events',
  openids: readonly Openid[],
  fields: readonly string[],
): Promise<Map<Openid, T[]>> {
  const found = new Map<Openid, T[]>()
  for (let after = ''; ; ) {
    const docs = await store.find<T>(collection, {
      where: { openid: oneOf(openids), ...(after !== '' && { _id: gt(after) }) },
      order: [['_id', 'asc']],
      limit: READ,
      fields: ['openid', ...fields],
    })
    for (const doc of docs) found.set(doc.openid, [...(found.get(doc.openid) ?? []), doc])
    const last = docs.at(-1)
    if (!last || docs.length < READ) return found
    after = last._id
  }
}

const told = ({ _id, openid, answers, at }: Prompt, templateIds: ReadonlySet<string>): Evidence[] =>
  Object.entries(answers)
    .filter(([templateId]) => templateIds.has(templateId))
    .map(([, answer]) => ({ id: _id.slice(openid.length + 1), by: 'phone', at, answer }))

/** The evidence that an event is, as a quota names it (core/subscription/events.ts). */
function pushed({ type, at, answer, revoked }: PushedEvent): Evidence[] {
  const known = answerSchema.safeParse(answer).data
  if (known === undefined || (type !== 'popup' && type !== 'change')) return []
  if (type === 'change' && known !== 'reject') return []
  return [
    {
      id: `${type}:${at / 1_000}`,
      by: 'event',
      at,
      answer: known,
      ...(revoked !== undefined && { revoked }),
    },
  ]
}

const byTime = (a: Evidence, b: Evidence) => a.at - b.at

/** Prompts and events of a template, by person. */
async function evidenceOf(
  ports: Needs,
  catalogue: Catalogue,
  template: string,
  openids: readonly Openid[],
): Promise<(openid: Openid) => Evidence[]> {
  const templateIds = new Set(Object.values(catalogue.get(template).definition.templateIds))
  const prompts = await readAll<Prompt>(ports, 'prompts', openids, ['answers', 'at'])
  const events = await readAll<PushedEvent>(ports, 'events', openids, [
    'type',
    'template',
    'at',
    'answer',
    'revoked',
  ])
  return (openid) =>
    [
      ...(prompts.get(openid) ?? []).flatMap((prompt) => told(prompt, templateIds)),
      ...(events.get(openid) ?? []).filter((event) => event.template === template).flatMap(pushed),
    ].sort(byTime)
}

/** Movements of the pages that no quota has taken over yet, by person, and who is in a page that is open. */
async function readPages(
  ports: Needs,
  template: string,
  lane: number,
): Promise<{ moved: Map<Openid, Movements>; busy: Set<Openid> }> {
  const moved = new Map<Openid, Movements>()
  const busy = new Set<Openid>()
  for await (const page of unbookedPages(ports, template, lane)) {
    // What is half booked, or being put right, is judged when that is done.
    const isUnsettled = page.isOpen || page.booked !== undefined || Boolean(page.lateAt)
    for (const openid of Object.keys(page.people)) if (isUnsettled) busy.add(openid)
    if (isUnsettled) continue
    for (const [openid, movements] of movementsOf(page))
      moved.set(openid, summed(moved.get(openid) ?? none, movements))
  }
  return { moved, busy }
}

/** Takes over from the pages that are old enough. False where the time was over before all were. */
async function bookOld(
  ports: Needs,
  template: string,
  lane: number,
  isOver: () => boolean,
): Promise<boolean> {
  const before = ports.clock.now() - RECENT_MS
  for await (const page of unbookedPages(ports, template, lane)) {
    if (isOver()) return false
    if (page.booked !== undefined || isSettled(page, before)) await book(ports, page)
  }
  return true
}

/** A quota without its own evidence: a thousand of them stay under the 1 MB that a read may give. */
type Glance = Doc & Pick<BookedQuota, 'openid' | 'left' | 'granted' | 'booked'>

function proofOf(
  quota: Glance & { prompts?: Evidence[] },
  pages: Movements,
  evidence: readonly Evidence[],
): Proof {
  // An event whose revocation was not written on it yet: the quota has the amount.
  const known = new Map((quota.prompts ?? []).map((one) => [one.id, one.revoked]))
  const prompts = evidence.map((one): Evidence => {
    const revoked = one.revoked ?? known.get(one.id)
    return { ...one, ...(revoked !== undefined && { revoked }) }
  })
  const byEvents = prompts.reduce((sum, { revoked = 0 }) => sum + revoked, 0)
  const { spent, returned, revoked } = summed(quota.booked ?? none, pages)
  return { granted: grantsIn(prompts), spent, returned, revoked: revoked + byEvents, prompts }
}

const expectedOf = ({ granted, spent, returned, revoked }: Proof) => granted - spent + returned - revoked

function driftOf(quota: Glance, proof: Proof): Drift | null {
  const expected = expectedOf(proof)
  if (quota.left === expected && quota.granted === proof.granted) return null
  const { granted: proven, spent, returned, revoked } = proof
  return {
    openid: quota.openid,
    left: quota.left,
    expected,
    granted: quota.granted,
    proven,
    spent,
    returned,
    revoked,
  }
}

/** Rebuilds what the quota says from its evidence, where it still is as it was read. */
async function repair({ store }: Needs, quota: BookedQuota, proof: Proof): Promise<boolean> {
  const { _id, left, granted, prompts } = quota
  const set = {
    granted: proof.granted,
    left: Math.max(0, expectedOf(proof)),
    prompts: proof.prompts.slice(-KEPT),
  }
  return (await store.update('quotas', { _id, left, granted, prompts }, { set })) > 0
}

type Part = { people: number; drifts: Drift[]; repaired: number; busy: number; cursor: string | null }

/** Whoever has the same before and after the evidence was read did not move meanwhile. */
const isSame = (a: Glance, b: Glance | undefined) =>
  b !== undefined && a.left === b.left && a.granted === b.granted

async function verifyPart(
  ports: Needs,
  catalogue: Catalogue,
  { template, lane, repair: repairs }: ParsedInputOf<'ledger.verify'>,
  cursor: string,
): Promise<Part> {
  const [first, last] = quotaRange(template, lane)
  const quotas = await ports.store.find<Glance>('quotas', {
    where: { _id: between(cursor === '' ? first : quotaId(template, lane, cursor), last) },
    order: [['_id', 'asc']],
    limit: READ,
    fields: ['openid', 'left', 'granted', 'booked'],
  })
  const part: Part = {
    people: quotas.length,
    drifts: [],
    repaired: 0,
    busy: 0,
    cursor: quotas.length < READ ? null : (quotas.at(-1)?.openid ?? null),
  }
  if (quotas.length === 0) return part
  const { moved, busy } = await readPages(ports, template, lane)
  const openids = quotas.map(({ openid }) => openid)
  const evidence = await evidenceOf(ports, catalogue, template, openids)
  const proofFor = (quota: Glance) => proofOf(quota, moved.get(quota.openid) ?? none, evidence(quota.openid))
  const suspects = quotas.filter((quota) => driftOf(quota, proofFor(quota)) !== null)
  const now = await readQuotas(
    ports,
    suspects.map(({ _id }) => _id),
  )
  for (const suspect of suspects) {
    const quota: BookedQuota | undefined = now.get(suspect._id)
    if (!quota || busy.has(suspect.openid) || !isSame(suspect, quota)) {
      part.busy += 1
      continue
    }
    const proof = proofFor(quota)
    const drift = driftOf(quota, proof)
    if (!drift) continue
    part.drifts.push(drift)
    if (repairs && (await repair(ports, quota, proof))) part.repaired += 1
  }
  return part
}

/**
 * Proves the equation for a part of a lane, or names each drift; `cursor` goes on. With `repair` what a quota says is
 * rebuilt from its evidence. Who is moving at the moment is counted as busy, and judged another time. Throws
 * TEMPLATE_UNKNOWN.
 */
export async function verify(
  ports: Needs,
  catalogue: Catalogue,
  input: ParsedInputOf<'ledger.verify'>,
): Promise<Outputs['ledger.verify']> {
  const { template, lane, cursor = '' } = input
  if (catalogue.get(template).definition.channel === 'template') return verifyFormIds(ports, input)
  const end = ports.clock.monotonic() + CALL_MS
  const isOver = () => ports.clock.monotonic() >= end
  const total: Part = { people: 0, drifts: [], repaired: 0, busy: 0, cursor }
  if (!(await bookOld(ports, template, lane, isOver))) return total
  do {
    const part = await verifyPart(ports, catalogue, input, total.cursor ?? '')
    total.people += part.people
    total.drifts.push(...part.drifts)
    total.repaired += part.repaired
    total.busy += part.busy
    total.cursor = part.cursor
  } while (total.cursor !== null && !isOver())
  return total
}
