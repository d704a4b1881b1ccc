/**
 * The Store of the engine's benchmark. People are generated as they are asked for, and what core writes about each of
 * them is taken and forgotten; lanes, campaigns, progress and budgets, which the protocol reads back, are kept.
 */
import * as z from 'zod'
import { MemoryStore } from '../../adapters/memory/store'
import {
  type Change,
  type Clock,
  type Doc,
  type Find,
  type NewDoc,
  type Store,
  Test,
  type Where,
} from '../../core/ports'
import { type Quota, quotaId, quotaRange } from '../../core/subscription/quotas'
import { type Bucket, bucketId } from '../../core/audience/lists'
import { KEY, paramsOf } from './template'

/** Collections whose documents are forgotten: what is written about people. */
const FORGOTTEN = new Set(['pages', 'quotas'])

/** Rows of a bucket, as core spreads them. */
export const PER_BUCKET = 300

/** Digits of a number within an openid: in the order of numbers. */
const DIGITS = 9
const personOf = (lane: number, at: number): string =>
  `oLane${String(lane).padStart(3, '0')}Person${String(at).padStart(DIGITS, '0')}`

/** Their order in the lane. */
const placeOf = (openid: string): number => Number(openid.slice(-DIGITS))

export class SinkStore implements Store {
  private readonly kept: MemoryStore
  constructor(
    clock: Pick<Clock, 'now'>,
    private readonly peopleOfLane: (lane: number) => number,
  ) {
    this.kept = new MemoryStore(clock)
  }

  async get<T extends Doc>(collection: string, id: string): Promise<T | null> {
    if (FORGOTTEN.has(collection))
      throw new Error(`${collection} ${id} was read back; the sink has forgotten it`)
    return this.kept.get<T>(collection, id)
  }

  async find<T extends Doc>(collection: string, find: Find): Promise<T[]> {
    if (collection === 'quotas') return this.people(find) as unknown as T[]
    if (collection === 'audiences') return this.buckets(find) as unknown as T[]
    if (FORGOTTEN.has(collection)) return []
    return this.kept.find<T>(collection, find)
  }

  async insert(collection: string, doc: NewDoc): Promise<boolean> {
    return FORGOTTEN.has(collection) || this.kept.insert(collection, doc)
  }

  async insertAll(collection: string, docs: readonly NewDoc[]): Promise<void> {
    for (const doc of docs) await this.insert(collection, doc)
  }

  async update(collection: string, where: Where, change: Change): Promise<number> {
    if (!FORGOTTEN.has(collection)) return this.kept.update(collection, where, change)
    return where['_id'] instanceof Test ? idsOf(where).ids.length : 1
  }

  async remove(collection: string, where: Where): Promise<number> {
    return this.kept.remove(collection, where)
  }

  /** Buckets of the list, with the params of everybody in them. */
  private buckets({ where }: Find): Bucket[] {
    return idsOf(where).ids.map((id) => {
      const [list = '', ...numbers] = id.split(':')
      const [lane = 0, bucket = 0] = numbers.map(Number)
      const from = bucket * PER_BUCKET
      const to = Math.min(this.peopleOfLane(lane), from + PER_BUCKET)
      const rows: Bucket['rows'] = {}
      for (let at = from; at < to; at += 1) rows[personOf(lane, at)] = paramsOf(at)
      return { _id: bucketId(list, lane, bucket), list, lane, bucket, rows }
    })
  }

  /** The next people of a lane, as the reader of an audience asks for them; or those with these ids. */
  private people({ where, limit }: Find): Quota[] {
    const { op, ids } = idsOf(where)
    if (op === 'in') return ids.map(quotaOf)
    const [after = '', before = ''] = ids
    const lane = Number(before.slice(-5, -1))
    const [first] = quotaRange(KEY, lane)
    const from = after === first ? 0 : placeOf(after) + 1
    const to = Math.min(this.peopleOfLane(lane), from + limit)
    return Array.from({ length: to - from }, (_, at) =>
      quotaOf(quotaId(KEY, lane, personOf(lane, from + at))),
    )
  }
}

/** The sink finds people and buckets by their ids alone: some, or those between two. */
function idsOf({ _id: test }: Where): { op: Test['op']; ids: string[] } {
  if (!(test instanceof Test)) throw new Error('the sink finds by ids alone')
  return { op: test.op, ids: z.array(z.string()).parse(test.value) }
}

function quotaOf(_id: string): Quota {
  const [template = '', lane, openid = ''] = _id.split(':')
  return {
    _id,
    openid,
    template,
    lane: Number(lane),
    granted: 1,
    left: 1,
    prompts: [{ id: `${openid}:prompt0`, by: 'phone', at: 1, answer: 'accept' }],
    spent: [],
    spentAt: [],
    returned: [],
    revoked: [],
    revokedAt: -1,
    answer: 'accept',
    tags: [],
    muted: false,
    quiet: null,
    language: 'zh_CN',
    createdAt: 1,
  }
}
