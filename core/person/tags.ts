/** Tags: what audiences are chosen by. Kept with the person, and copied to their quotas. */
import type { Openid, ParsedInputOf } from '../contract'
import { type FoundFault, ServiceError } from '../errors'
import type { Subscriber } from './people'
import { oneOf, type Ports } from '../ports'
import { audit, type StaffCall } from '../staff'

/** Tags of one person that staff gave. */
export const MAX_TAGS = 50
/** Tags with it are groups, which WeChat alone names (core/open-data/groups.ts). */
export const GROUP_PREFIX = 'group:'
export const isGroup = (tag: string) => tag.startsWith(GROUP_PREFIX)
const TRIES = 8
/** Subscribers made at once, where people are tagged who were never seen. */
const AT_ONCE = 20
/** People that a refusal names. */
const NAMED = 20

type Needs = Pick<Ports, 'store'>
type Wanted = Pick<ParsedInputOf<'person.tag'>, 'add' | 'remove'>
type Tagged = { before: readonly string[] | null; after: string[] }

/** As it was read; null for a person who is not there, undefined tags for one who has none. */
async function readTags({ store }: Needs, openids: readonly Openid[]): Promise<Map<Openid, Subscriber>> {
  const where = { _id: oneOf(openids) }
  const found = await store.find<Subscriber>('subscribers', {
    where,
    limit: openids.length,
    fields: ['tags'],
  })
  return new Map(found.map((subscriber) => [subscriber._id, subscriber]))
}

const changed = (tags: readonly string[], { add, remove }: Wanted): string[] =>
  [...new Set([...tags.filter((tag) => !remove.includes(tag)), ...add])].sort()

const tooMany = {
  zh: `每人最多 ${MAX_TAGS} 个标签，此人会有`,
  en: `a person has ${MAX_TAGS} tags at most; this one would have`,
}

const notByHand = {
  zh: `“${GROUP_PREFIX}”开头的标签是群，只由微信给出`,
  en: `a tag that begins with "${GROUP_PREFIX}" is a group, which WeChat alone gives`,
}

function refuseGroups({ add }: Wanted): void {
  const faults = add.flatMap((tag, at): FoundFault[] =>
    isGroup(tag) ? [{ path: `input.add.${at}`, problem: 'rule', facts: { rule: notByHand, got: tag } }] : [],
  )
  if (faults.length > 0) throw new ServiceError('INPUT_INVALID', { action: 'person.tag' }, faults)
}

/** People by what they had and will have: one update for all of whom both are the same. */
function groupsOf(people: ReadonlyMap<Openid, Tagged>): Map<string, Tagged & { openids: Openid[] }> {
  const groups = new Map<string, Tagged & { openids: Openid[] }>()
  for (const [openid, tagged] of people) {
    const key = JSON.stringify([tagged.before, tagged.after])
    const group = groups.get(key) ?? { ...tagged, openids: [] }
    group.openids.push(openid)
    groups.set(key, group)
  }
  return groups
}

/**
 * Adds tags to these people and takes others away; who was never seen is tagged too. Resolves with how many people
 * have the tags now. Throws INPUT_INVALID, before anything is written, naming whoever would have too many.
 */
export async function tag(
  call: StaffCall,
  { openids: named, add, remove }: ParsedInputOf<'person.tag'>,
): Promise<{ tagged: number }> {
  const { ports, by } = call
  const openids = [...new Set(named)]
  const wanted = { add, remove }
  refuseGroups(wanted)
  await retag(ports, openids, wanted, async (people) => {
    refuseTooMany(named, people)
    await audit(ports, by, 'person.tag', {
      people: String(openids.length),
      add: add.join(' '),
      remove: remove.join(' '),
    })
  })
  return { tagged: openids.length }
}

/**
 * Changes the tags of these people, each named once, whoever asks for it; `before` is told what they will have, and
 * may refuse that. Until each is as wanted both where they are kept and where audiences are read from.
 */
export async function retag(
  ports: Needs,
  openids: readonly Openid[],
  wanted: Wanted,
  before: (people: ReadonlyMap<Openid, Tagged>) => Promise<void> = async () => undefined,
): Promise<void> {
  let open = openids
  for (let tries = 0; open.length > 0; tries += 1) {
    if (tries === TRIES)
      throw new ServiceError('STORE_FAILED', {
        collection: 'subscribers',
        reason: `tags changed ${TRIES} times`,
      })
    const found = await readTags(ports, open)
    const people = new Map(
      open.map((openid): [Openid, Tagged] => {
        const tags = found.get(openid)?.tags ?? null
        return [openid, { before: tags, after: changed(tags ?? [], wanted) }]
      }),
    )
    if (tries === 0) await before(people)
    await writeSubscribers(ports, found, people)
    open = await copyToQuotas(ports, people, wanted)
  }
}

function refuseTooMany(named: readonly Openid[], people: ReadonlyMap<Openid, Tagged>): void {
  const faults = named.flatMap((openid, at): FoundFault[] => {
    const count = people.get(openid)?.after.filter((one) => !isGroup(one)).length ?? 0
    if (count <= MAX_TAGS) return []
    return [{ path: `input.openids.${at}`, problem: 'rule', facts: { rule: tooMany, got: count } }]
  })
  if (faults.length > 0)
    throw new ServiceError('INPUT_INVALID', { action: 'person.tag' }, faults.slice(0, NAMED))
}

async function writeSubscribers(
  { store }: Needs,
  found: ReadonlyMap<Openid, Subscriber>,
  people: ReadonlyMap<Openid, Tagged>,
): Promise<void> {
  for (const { before, after, openids } of groupsOf(people).values()) {
    const known = openids.filter((openid) => found.has(openid))
    const unseen = after.length > 0 ? openids.filter((openid) => !found.has(openid)) : []
    // Somebody who is tagged differently meanwhile is left alone, and looked at again.
    if (known.length > 0)
      await store.update(
        'subscribers',
        { _id: oneOf(known), tags: before && [...before] },
        { set: { tags: after } },
      )
    for (let at = 0; at < unseen.length; at += AT_ONCE)
      await Promise.all(
        unseen
          .slice(at, at + AT_ONCE)
          .map((openid) => store.insert('subscribers', { _id: openid, tags: after })),
      )
  }
}

/** Resolves with those who are not as wanted yet: somebody else tagged them meanwhile. */
async function copyToQuotas(
  ports: Needs,
  people: ReadonlyMap<Openid, Tagged>,
  wanted: Wanted,
): Promise<Openid[]> {
  const { store } = ports
  const byTags = new Map<string, { tags: string[]; openids: Openid[] }>()
  for (const [openid, { after: tags }] of people) {
    const group = byTags.get(JSON.stringify(tags)) ?? { tags, openids: [] }
    group.openids.push(openid)
    byTags.set(JSON.stringify(tags), group)
  }
  for (const { tags, openids } of byTags.values())
    await store.update('quotas', { openid: oneOf(openids) }, { set: { tags } })
  const now = await readTags(ports, [...people.keys()])
  return [...people].flatMap(([openid, { after }]) => {
    const tags = now.get(openid)?.tags ?? []
    const isCopied = JSON.stringify(tags) === JSON.stringify(after)
    const isWanted = JSON.stringify(tags) === JSON.stringify(changed(tags, wanted))
    return isCopied && isWanted ? [] : [openid]
  })
}
