/** Rows that come into a list: checked one by one, and each written once however often it is sent. */
import { type Fault, type Openid, openidSchema, type Outputs, type ParsedInputOf } from '../contract'
import { type FoundFault, ServiceError } from '../errors'
import { laneOf } from '../delivery/lanes'
import {
  BUCKET_BYTES,
  type Bucket,
  bucketId,
  bucketOf,
  type ListHeader,
  listRefusal,
  requireList,
} from './lists'
import { type Params, paramsOf } from '../template/params'
import { type Doc, oneOf, type Ports, type Value } from '../ports'
import { faultOf } from '../sentences'
import type { StaffCall } from '../staff'
import type { Template } from '../template/template'

const isSealed = { zh: '它已封存，不能再增加', en: 'it is sealed: no more rows can be added' }
const wasSealed = {
  zh: '写入期间它被封存，这些行可能在其中，也可能不在',
  en: 'it was sealed while these rows were written: some of them may be in it',
}
const noParams = { zh: '这个名单只有 openid，不带参数', en: 'this list has openids alone, no params' }
const isFull = {
  zh: '名单比创建时说的大，放不下了；请按实际人数新建名单',
  en: 'the list has more people than it was made for; make another of the real size',
}

type Refused = Outputs['audience.append']['refused'][number]
type Wanted = ParsedInputOf<'audience.append'>['rows'][number]

/** What a campaign shares is not known yet: the example stands in for required params that a row leaves out. */
function paramFaults(template: Template, params: Params): FoundFault[] {
  const { example, params: schema } = template.definition
  const missing = schema.required.filter((name) => !(name in params))
  const standIn = Object.fromEntries(missing.map((name) => [name, example[name]]))
  for (const language of template.languages) {
    try {
      template.render({ ...standIn, ...params }, language)
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error
      return error.faults
    }
  }
  return []
}

/** All that is wrong with a row. */
function faultsIn({ openid, params }: Wanted, template: Template | null): FoundFault[] {
  const faults: FoundFault[] = []
  // Rows are kept by openid, in a plain object that has fields of its own: `constructor`.
  const wellFormed = openidSchema.safeParse(openid).success && !(openid in {})
  if (!wellFormed)
    faults.push({
      path: 'openid',
      problem: 'like',
      facts: { like: 'oGZUI0egBJY1zhBYw2KhdUfwVJJE', got: openid },
    })
  if (template) faults.push(...paramFaults(template, (params ?? {}) as Params))
  else if (params && Object.keys(params).length > 0)
    faults.push({
      path: 'params',
      problem: 'rule',
      facts: { rule: noParams, got: Object.keys(params).join(', ') },
    })
  return faults
}

/** A bucket as it is written: its counts are exact, since each write is a compare-and-set on `version`. */
export type Counted = Bucket & { version: number; people: number; bytes: number }
type Touched = Pick<Counted, 'lane' | 'bucket'> & { _id: string; rows: Map<Openid, Params> }
type Written = { added: number; replaced: number; repeated: number; full: Openid[] }

/** Others may write the same bucket at the same time. */
const TRIES = 20
/** Rows of which the present state is read together, and buckets written at once. */
const READ_ROWS = 500
const AT_ONCE = 10

/** Quotes and all of a row, beside its openid and its params. */
const AROUND = 8
const bytesOf = (openid: Openid, row: Params) =>
  openid.length + AROUND + Buffer.byteLength(JSON.stringify(row))

type Before = Doc & Partial<Pick<Counted, 'version' | 'people' | 'bytes' | 'rows'>>

/** What the touched buckets hold of these people, and nothing else of them. */
function readTouched({ store }: Pick<Ports, 'store'>, touched: readonly Touched[]): Promise<Before[]> {
  const rows = touched.flatMap(({ rows: people }) => [...people.keys()].map((openid) => `rows.${openid}`))
  const fields = ['version', 'people', 'bytes', ...rows]
  const where = { _id: oneOf(touched.map(({ _id }) => _id)) }
  return store.find<Before>('audiences', { where, limit: touched.length, fields })
}

/** What a bucket becomes; rows that find no room are named. */
function merged(
  { rows }: Touched,
  before: Before | undefined,
): Written & { fresh: [Openid, Params][]; bytes: number } {
  const result: Written & { fresh: [Openid, Params][]; bytes: number } = {
    added: 0,
    replaced: 0,
    repeated: 0,
    full: [],
    fresh: [],
    bytes: before?.bytes ?? 0,
  }
  for (const [openid, row] of rows) {
    const known = before?.rows?.[openid]
    const grown = result.bytes + bytesOf(openid, row) - (known ? bytesOf(openid, known) : 0)
    if (known && JSON.stringify(known) === JSON.stringify(row)) result.repeated += 1
    else if (grown > BUCKET_BYTES) result.full.push(openid)
    else {
      result.fresh.push([openid, row])
      result.bytes = grown
      result[known ? 'replaced' : 'added'] += 1
    }
  }
  return result
}

/** Writes the rows of one bucket; `before` is how it was read, where it was. Throws STORE_FAILED. */
async function writeBucket(
  ports: Pick<Ports, 'store'>,
  list: string,
  touched: Touched,
  before: Before | undefined,
): Promise<Written> {
  const { _id, lane, bucket } = touched
  let now = before
  for (let tries = 0; tries < TRIES; tries += 1) {
    const { fresh, bytes, ...written } = merged(touched, now)
    if (fresh.length === 0) return written
    const counts = { version: (now?.version ?? 0) + 1, people: (now?.people ?? 0) + written.added, bytes }
    if (now) {
      const rows = Object.fromEntries(fresh.map(([openid, row]): [string, Value] => [`rows.${openid}`, row]))
      const where = { _id, version: now.version ?? 0 }
      if ((await ports.store.update('audiences', where, { set: { ...counts, ...rows } })) > 0) return written
    } else if (
      await ports.store.insert('audiences', {
        _id,
        list,
        lane,
        bucket,
        ...counts,
        rows: Object.fromEntries(fresh),
      })
    )
      return written
    now = (await readTouched(ports, [touched]))[0]
  }
  throw new ServiceError('STORE_FAILED', { collection: 'audiences', reason: `${_id} changed ${TRIES} times` })
}

/** Buckets in groups of which the rows are read together. */
function groupsOf(touched: readonly Touched[]): Touched[][] {
  const groups: Touched[][] = []
  let rows = READ_ROWS
  for (const bucket of touched) {
    if (rows + bucket.rows.size > READ_ROWS) {
      groups.push([])
      rows = 0
    }
    groups.at(-1)?.push(bucket)
    rows += bucket.rows.size
  }
  return groups
}

function touchedBy(header: ListHeader, rows: ReadonlyMap<Openid, Params>): Touched[] {
  const touched = new Map<string, Touched>()
  for (const [openid, row] of rows) {
    const lane = laneOf(openid, header.lanes)
    const bucket = bucketOf(openid, header)
    const _id = bucketId(header._id, lane, bucket)
    const one = touched.get(_id) ?? { _id, lane, bucket, rows: new Map<Openid, Params>() }
    one.rows.set(openid, row)
    touched.set(_id, one)
  }
  return [...touched.values()]
}

/**
 * Adds rows; who is in it already is replaced, and repeating it changes nothing. Every row is counted once, as added,
 * replaced, repeated (in it as it is, or again further down) or refused; refused ones are named with all their faults,
 * and the others stored. Throws AUDIENCE_UNKNOWN, AUDIENCE_STATE.
 */
export async function appendToList(
  { ports, catalogue, lang }: StaffCall,
  { audience, rows }: ParsedInputOf<'audience.append'>,
): Promise<Outputs['audience.append']> {
  const header = await requireList(ports, audience)
  if (!header.isOpen) throw listRefusal(header, isSealed)
  const template = header.template === null ? null : catalogue.get(header.template)
  const refused: Refused[] = []
  const refuse = (openid: string, faults: readonly FoundFault[]) =>
    refused.push({ openid, faults: faults.map((fault): Fault => faultOf(fault, lang)) })
  const wanted = new Map<Openid, Params>()
  for (const row of rows) {
    const faults = faultsIn(row, template)
    if (faults.length > 0) refuse(row.openid, faults)
    else wanted.set(row.openid, paramsOf(row.params ?? {}))
  }
  const total = { added: 0, replaced: 0, repeated: rows.length - refused.length - wanted.size }
  for (const group of groupsOf(touchedBy(header, wanted))) {
    const before = new Map((await readTouched(ports, group)).map((bucket) => [bucket._id, bucket]))
    for (let at = 0; at < group.length; at += AT_ONCE) {
      const some = group.slice(at, at + AT_ONCE)
      const written = await Promise.all(
        some.map((one) => writeBucket(ports, audience, one, before.get(one._id))),
      )
      for (const { added, replaced, repeated, full } of written) {
        total.added += added
        total.replaced += replaced
        total.repeated += repeated
        for (const openid of full)
          refuse(openid, [{ path: 'openid', problem: 'rule', facts: { rule: isFull, got: openid } }])
      }
    }
  }
  // A seal that came between has counted without them, and a campaign may have read past them.
  if (!(await requireList(ports, audience)).isOpen) throw listRefusal(header, wasSealed)
  return { ...total, refused }
}
