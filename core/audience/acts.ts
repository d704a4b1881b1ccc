/** What staff do with lists of people: create, seal, list, remove. */
import { type Campaign, acts } from '../campaign/campaign'
import type { Audience, ParsedInputOf } from '../contract'
import type { Definition } from '../template/definition'
import type { Counted } from './imports'
import { bucketRange, bucketsFor, type ListHeader, listRefusal, requireList } from './lists'
import { between, oneOf, type Ports } from '../ports'
import { madeBefore, repeatable } from '../repeats'
import { audit, type StaffCall } from '../staff'

const audienceOf = ({
  _id,
  name,
  template,
  lanes,
  buckets,
  sealed,
  people,
  createdAt,
}: ListHeader): Audience => ({
  audience: _id,
  name,
  template,
  people: sealed ? people : null,
  sealed,
  lanes,
  buckets,
  createdAt,
})

/** Characters of a text without a `maxLength`, and of a number, a date or a yes. */
const USUAL_TEXT = 60
const OTHER = 24
/** The name of a field, quotes and all; an openid with its own. */
const AROUND = 8
const OPENID = 40

/** Bytes of a row of this template at the most, about: a Chinese character has three. */
function rowBytesOf({ params }: Definition): number {
  return Object.entries(params.properties).reduce((sum, [name, param]) => {
    const isText = param.type === 'string' && param.format === undefined
    const longest = isText
      ? Math.max(...(param.enum?.map(({ length }) => length) ?? [param.maxLength ?? USUAL_TEXT])) * 3
      : OTHER
    return sum + name.length + AROUND + longest
  }, OPENID)
}

const ID_LENGTH = 24

/** `size` fixes over how many documents it is spread. Throws TEMPLATE_UNKNOWN, KEY_REUSED. */
export async function createList(
  { ports, catalogue, settings: { lanes }, by }: StaffCall,
  input: ParsedInputOf<'audience.create'>,
): Promise<Audience> {
  const repeat = repeatable(ports, ID_LENGTH, by, 'audience.create', input)
  const made = await madeBefore<ListHeader>(ports, 'audiences', repeat)
  if (made) return audienceOf(made)
  const { name, size } = input
  const template = input.template === undefined ? null : catalogue.get(input.template)
  const header: ListHeader = {
    ...repeat,
    kind: 'list',
    name,
    template: template?.definition.key ?? null,
    lanes,
    buckets: bucketsFor(size, lanes, template ? rowBytesOf(template.definition) : OPENID),
    isOpen: true,
    sealed: false,
    people: 0,
    largest: 0,
    used: [],
    createdBy: by,
    createdAt: ports.clock.now(),
  }
  await audit(ports, by, 'audience.create', { audience: header._id, name })
  // Refused only where the same call came at the same moment.
  if (await ports.store.insert('audiences', header)) return audienceOf(header)
  return audienceOf((await madeBefore<ListHeader>(ports, 'audiences', repeat)) ?? header)
}

/** One read gives so many documents at most (wechat.md §8). */
const READ = 1000
const LANES_AT_ONCE = 8

type Tally = Pick<ListHeader, 'people' | 'largest' | 'used'>

/** The counts of the buckets between two ids. */
async function countBuckets(
  { store }: Pick<Ports, 'store'>,
  [after, before]: [string, string],
): Promise<Counted[]> {
  const all: Counted[] = []
  for (let from = after; ; ) {
    const found = await store.find<Counted>('audiences', {
      where: { _id: between(from, before) },
      order: [['_id', 'asc']],
      limit: READ,
      fields: ['people', 'bytes', 'lane'],
    })
    all.push(...found)
    const last = found.at(-1)
    if (!last || found.length < READ) return all
    from = last._id
  }
}

/** Buckets carry their own counts: no row is read. Lanes side by side, since a long list has very many buckets. */
async function tally(ports: Pick<Ports, 'store'>, { _id, lanes, buckets }: ListHeader): Promise<Tally> {
  const total: Tally = { people: 0, largest: 0, used: [] }
  const all = Array.from({ length: lanes }, (_, lane) => lane)
  const shares = buckets * lanes <= READ ? [undefined] : all
  for (let at = 0; at < shares.length; at += LANES_AT_ONCE) {
    const some = shares.slice(at, at + LANES_AT_ONCE)
    const found = await Promise.all(some.map((lane) => countBuckets(ports, bucketRange(_id, lane))))
    for (const { people, bytes, lane } of found.flat()) {
      total.people += people
      total.largest = Math.max(total.largest, bytes)
      if (people > 0 && !total.used.includes(lane)) total.used.push(lane)
    }
  }
  return total
}

/** No more rows; only then it can be sent to. Counts it; repeating it counts again. Throws AUDIENCE_UNKNOWN. */
export async function sealList({ ports, by }: StaffCall, id: string): Promise<Audience> {
  const header = await requireList(ports, id)
  // Closed before it is counted: what is appended meanwhile is refused.
  await ports.store.update('audiences', { _id: id }, { set: { isOpen: false } })
  const counted = await tally(ports, header)
  await audit(ports, by, 'audience.seal', { audience: id, name: header.name })
  await ports.store.update('audiences', { _id: id }, { set: { ...counted, sealed: true } })
  return audienceOf({ ...header, ...counted, sealed: true })
}

/** Newest first; the last 1000. */
export async function listLists({ store }: Pick<Ports, 'store'>): Promise<Audience[]> {
  const headers = await store.find<ListHeader>('audiences', {
    where: { kind: 'list' },
    order: [['createdAt', 'desc']],
    limit: READ,
  })
  return headers.map(audienceOf)
}

/** A campaign that may still read the list. */
async function userOf({ store }: Pick<Ports, 'store'>, id: string): Promise<Campaign | undefined> {
  const campaigns = await store.find<Campaign>('campaigns', {
    where: { state: oneOf(['running', ...acts.resume.from, ...acts.unschedule.from]) },
    limit: READ,
    fields: ['name', 'audience', 'exclude'],
  })
  return campaigns.find(
    ({ audience, exclude }) => exclude.includes(id) || (audience.kind === 'list' && audience.audience === id),
  )
}

/**
 * Takes the list away with all its rows; false where it is not there. Throws AUDIENCE_STATE while a campaign that is
 * not over uses it: whom it leaves out must stay left out.
 */
export async function removeList({ ports, by }: StaffCall, id: string): Promise<boolean> {
  const { store } = ports
  const header = await store.get<ListHeader>('audiences', id)
  if (header?.kind !== 'list') return false
  const { isOpen, sealed, name } = header
  // Unfit to be sent to first, so that no campaign begins with it between the look and the removal.
  await store.update('audiences', { _id: id }, { set: { isOpen: false, sealed: false } })
  const user = await userOf(ports, id)
  if (user) {
    await store.update('audiences', { _id: id }, { set: { isOpen, sealed } })
    const reason = { zh: `群发“${user.name}”正在使用它`, en: `campaign "${user.name}" uses it` }
    throw listRefusal(header, reason)
  }
  await audit(ports, by, 'audience.remove', { audience: id, name })
  for (let lane = 0; lane < header.lanes; lane += 1)
    await store.remove('audiences', { _id: between(...bucketRange(id, lane)) })
  return (await store.remove('audiences', { _id: id })) > 0
}
