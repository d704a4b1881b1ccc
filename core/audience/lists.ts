/**
 * Imported lists of people. Rows are spread over bucket documents by openid, so that a person is in a list once, and
 * read in one order that never changes: bucket by bucket, and by openid within.
 */
import type { Openid } from '../contract'
import { ServiceError } from '../errors'
import { hash } from '../hash'
import type { Params } from '../template/params'
import { type Doc, oneOf, type Ports } from '../ports'
import type { Sentence } from '../sentences'

/** A bucket document holds no more than this; openids alone come to a tenth of it. */
export const BUCKET_BYTES = 200_000
/** Rows of a bucket, about, and the bytes that they should stay below on average: hashing spreads them unevenly. */
const BUCKET_ROWS = 300
const USUAL_BYTES = 100_000

export type ListHeader = Doc & {
  kind: 'list'
  name: string
  /** The template whose params the rows bring; null where rows are openids alone. */
  template: string | null
  lanes: number
  /** Buckets of each lane. */
  buckets: number
  /** Whether rows may be added. */
  isOpen: boolean
  /** Counted, and fit to be sent to: from then on its rows stay as they are. */
  sealed: boolean
  /** Known when it is sealed, as are the bytes of its largest bucket and the lanes that have rows. */
  people: number
  largest: number
  used: number[]
  createdBy: string
  createdAt: number
  /** What was asked with the idempotency key that made it (core/repeats.ts). */
  asked?: string
}

export type Bucket = Doc & { list: string; lane: number; bucket: number; rows: { [openid: Openid]: Params } }

const part = (number: number, digits: number) => String(number).padStart(digits, '0')
export const bucketId = (list: string, lane: number, bucket: number) =>
  `${list}:${part(lane, 4)}:${part(bucket, 5)}`

/** The ids of the buckets of a lane, or of all lanes: after the first, before the second. */
export const bucketRange = (list: string, lane?: number): [after: string, before: string] => {
  const prefix = lane === undefined ? list : `${list}:${part(lane, 4)}`
  return [`${prefix}:`, `${prefix};`]
}

/** The bucket of a person within their lane. Rows that are appended in this order touch the fewest documents. */
export const bucketOf = (openid: Openid, { buckets }: Pick<ListHeader, 'buckets'>): number =>
  Number.parseInt(hash(`bucket ${openid}`, 8), 16) % buckets

/** How many buckets a lane needs for a list of so many people whose rows have so many bytes at the most. */
export function bucketsFor(size: number, lanes: number, rowBytes: number): number {
  const rows = Math.max(1, Math.min(BUCKET_ROWS, Math.floor(USUAL_BYTES / rowBytes)))
  return Math.max(1, Math.ceil(size / lanes / rows))
}

/** Throws AUDIENCE_UNKNOWN. */
export async function requireList({ store }: Pick<Ports, 'store'>, id: string): Promise<ListHeader> {
  const header = await store.get<ListHeader>('audiences', id)
  if (header?.kind === 'list') return header
  throw new ServiceError('AUDIENCE_UNKNOWN', { audience: id })
}

/** The refusal of what is not possible with the list as it is. */
export const listRefusal = ({ _id, name }: ListHeader, reason: Sentence) =>
  new ServiceError('AUDIENCE_STATE', { audience: _id, name, reason })

/** Lanes that have rows of a sealed list. */
export const lanesOf = ({ used }: ListHeader): number[] => [...used].sort((a, b) => a - b)

/** Bytes of buckets that are read together: for a page, and where nothing but openids is kept of them. */
const PAGE_BYTES = 256_000
/** Well under the 1 MB that a read may give (wechat.md §8). */
const READ_BYTES = 800_000

/** How many buckets make up so many bytes. Of a list that is not sealed the largest bucket is not known. */
const together = ({ sealed, largest }: ListHeader, bytes: number) =>
  Math.max(1, Math.floor(bytes / (sealed ? Math.max(largest, 1) : BUCKET_BYTES)))

export type ListRow = { openid: Openid; params: Params; bucket: number }
export type Place = { bucket: number; openid: Openid }

/**
 * Up to `limit` rows of the lane after a place; `next` is where to go on, null at the end. One read wherever it finds
 * anybody.
 */
export async function rowsOf(
  { store }: Pick<Ports, 'store'>,
  header: ListHeader,
  lane: number,
  after: Place | null,
  limit: number,
): Promise<{ rows: ListRow[]; next: Place | null }> {
  const usual = header.people / Math.max(1, header.used.length) / header.buckets
  const wanted = Math.ceil(limit / Math.max(1, usual)) + 1
  const count = Math.min(together(header, PAGE_BYTES), wanted)
  for (let first = after?.bucket ?? 0; first < header.buckets; first += count) {
    const end = Math.min(first + count, header.buckets)
    const ids = Array.from({ length: end - first }, (_, at) => bucketId(header._id, lane, first + at))
    const found = await store.find<Bucket>('audiences', {
      where: { _id: oneOf(ids) },
      order: [['_id', 'asc']],
      limit: ids.length,
    })
    const rows: ListRow[] = []
    for (const { bucket, rows: people } of found) {
      const openids = Object.keys(people).sort()
      const begun = bucket === after?.bucket ? openids.findIndex((openid) => openid > after.openid) : 0
      if (begun < 0) continue
      for (const openid of openids.slice(begun)) {
        const params = people[openid]
        if (params) rows.push({ openid, params, bucket })
      }
    }
    const last = rows[Math.min(rows.length, limit) - 1]
    if (!last) continue
    const isEnd = rows.length <= limit && end === header.buckets
    return { rows: rows.slice(0, limit), next: isEnd ? null : { bucket: last.bucket, openid: last.openid } }
  }
  return { rows: [], next: null }
}

/** Who is in the buckets that have been read, by bucket id; oldest first. */
export type Buckets = Map<string, ReadonlySet<Openid>>
/** People that are remembered at once: about 30 MB. The buckets read first are forgotten, and read again if need be. */
const KEPT_PEOPLE = 300_000

function forget(known: Buckets, needed: ReadonlySet<string>): void {
  let people = 0
  for (const members of known.values()) people += members.size
  for (const [id, members] of known) {
    if (people <= KEPT_PEOPLE) return
    if (needed.has(id)) continue
    known.delete(id)
    people -= members.size
  }
}

/**
 * Who of these people of a lane is in the list. Reads the buckets that can hold them, once for a `known` that the
 * caller keeps. Throws AUDIENCE_UNKNOWN: a list that is gone must not let anybody through.
 */
export async function membersAmong(
  ports: Pick<Ports, 'store'>,
  id: string,
  lane: number,
  openids: readonly Openid[],
  known: Buckets,
): Promise<Set<Openid>> {
  const header = await requireList(ports, id)
  const bucketIdOf = (openid: Openid) => bucketId(id, lane, bucketOf(openid, header))
  const needed = new Set(openids.map(bucketIdOf))
  const wanted = [...needed].filter((bucket) => !known.has(bucket))
  const count = Math.min(together(header, READ_BYTES), 1000)
  for (let first = 0; first < wanted.length; first += count) {
    const ids = wanted.slice(first, first + count)
    const found = await ports.store.find<Bucket>('audiences', {
      where: { _id: oneOf(ids) },
      limit: ids.length,
    })
    const rows = new Map(found.map((bucket) => [bucket._id, bucket.rows]))
    for (const bucket of ids) known.set(bucket, new Set(Object.keys(rows.get(bucket) ?? {})))
  }
  forget(known, needed)
  return new Set(openids.filter((openid) => known.get(bucketIdOf(openid))?.has(openid)))
}
