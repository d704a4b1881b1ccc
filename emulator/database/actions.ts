import { aggregate } from './aggregate'
import type { Catalog } from './catalog'
import { decodeDoc, decodeStored, encode } from './ejson'
import { invalidParam, requestFailed } from './failure'
import { conditionsOf } from './filter'
import { DEFAULT_LIMIT, MAX_LIMIT, RESULT_BYTES } from './limits'
import { insertable, modify, modifyAll, type Modification, type Modified } from './modify'
import { cutter } from './cut'
import type { Match } from './find'
import { compileProjection, type Projection } from './projection'
import { read, REQUESTS } from './requests'
import { orderOf } from './sort'
import type { Sweeps } from './sweep'
import type { Transactions } from './transactions'
import type { Doc } from './values'
import type { View } from './view'
import type { Writer } from './writer'

/** What the actions work on. */
export interface Parts {
  catalog: Catalog
  live: View
  writer: Writer
  sweeps: Sweeps
  transactions: Transactions
  now: () => number
  random: () => number
  newId: () => string
}

type Reply = Record<string, unknown>
type Action = (parts: Parts, body: Record<string, unknown>) => Reply | Promise<Reply>

/** Reads at once; in a transaction from its own view. */
function viewOf({ transactions, live }: Parts, transactionId: string | undefined): View {
  return transactionId ? transactions.get(transactionId) : live
}

/** Writes in the next commit, or at once into the transaction, which is committed by itself. */
async function write<T>(parts: Parts, transactionId: string | undefined, run: (view: View) => T): Promise<T> {
  if (transactionId) return run(parts.transactions.get(transactionId))
  return parts.writer.submit(() => run(parts.live))
}

const queryOf = (text: string | undefined, now: number): Doc =>
  text === undefined ? {} : decodeDoc(text, 'query', now)

/** Refuses a result of more than 1 MB, as the platform does. */
function checkSize(list: readonly string[]): readonly string[] {
  let bytes = 0
  for (const text of list) bytes += text.length > RESULT_BYTES / 3 ? Buffer.byteLength(text) : text.length
  // Characters are bytes at least; only a result near the limit is counted exactly.
  if (bytes > RESULT_BYTES / 3) bytes = list.reduce((sum, text) => sum + Buffer.byteLength(text), 0)
  if (bytes > RESULT_BYTES)
    throw requestFailed(
      `the result holds ${bytes} bytes, more than the ${RESULT_BYTES} allowed; ask for fewer documents or fields`,
    )
  return list
}

const getDocument: Action = (parts, body) => {
  const request = read(REQUESTS.get, body)
  const view = viewOf(parts, request.transactionId)
  const collection = parts.catalog.get(request.collectionName)
  const now = parts.now()
  const skip = request.offset ?? 0
  // A limit of 0 is none.
  const limit = Math.min(request.limit || DEFAULT_LIMIT, MAX_LIMIT)
  const project = shownBy(
    request.projection === undefined
      ? undefined
      : compileProjection(decodeDoc(request.projection, 'projection', now)),
  )
  const found = view.find(collection, {
    conditions: conditionsOf(queryOf(request.query, now)),
    order: request.order === undefined ? [] : orderOf(decodeDoc(request.order, 'order', now)),
    skip,
    limit,
  })
  return { data: { list: checkSize(found.map(project)), offset: skip, limit } }
}

/** What a reply shows of a document: its stored text, or what a projection leaves of it. */
function shownBy(projection: Projection | undefined): (match: Match) => string {
  if (projection === undefined) return ({ body }) => body
  const { apply, names } = projection
  if (names === undefined) return ({ doc, body }) => encode(apply(doc ?? decodeStored(body)))
  const cut = cutter(names)
  return ({ body }) => cut(body)
}

const insertDocument: Action = async (parts, body) => {
  const { collectionName, transactionId, data } = read(REQUESTS.insert, body)
  const collection = parts.catalog.get(collectionName)
  const now = parts.now()
  const docs = data.map((text, i) => insertable(decodeDoc(text, `data[${i}]`, now), parts.newId))
  const insert = (view: View, some: readonly Doc[]): void => {
    for (const doc of some) view.insert(collection, doc)
  }
  if (transactionId === undefined) await parts.sweeps.each(docs, (some) => insert(parts.live, some))
  else await write(parts, transactionId, (view) => insert(view, docs))
  return { data: { insertedIds: docs.map((doc) => doc['_id']) } }
}

async function modification(parts: Parts, body: Record<string, unknown>): Promise<Modified> {
  const { collectionName, transactionId, query, data, multi, merge, upsert } = read(REQUESTS.modify, body)
  const now = parts.now()
  const change: Modification = {
    query: queryOf(query, now),
    data: decodeDoc(data, 'data', now),
    isMulti: multi ?? false,
    isMerge: merge ?? true,
    isUpsert: upsert ?? false,
  }
  const collection = parts.catalog.get(collectionName)
  if (transactionId === undefined && change.isMulti && !change.isUpsert)
    return modifyAll(parts.sweeps, parts.live, collection, change)
  return write(parts, transactionId, (view) => modify(view, collection, change, parts.newId))
}

const modifyDocument: Action = async (parts, body) => {
  const { updated, upsertId } = await modification(parts, body)
  return { data: { updated, upsert_id: upsertId ?? null } }
}

const modifyAndReturnDoc: Action = async (parts, body) => {
  const { updated, doc } = await modification(parts, { ...body, multi: false })
  return { data: { updated, doc: doc === undefined ? null : encode(doc) } }
}

const removeDocument: Action = async (parts, body) => {
  const { collectionName, transactionId, query, multi } = read(REQUESTS.remove, body)
  const collection = parts.catalog.get(collectionName)
  const conditions = conditionsOf(queryOf(query, parts.now()))
  const remove = (view: View, matches: readonly Match[]): number => {
    for (const match of matches) view.remove(collection, match, match.doc ?? decodeStored(match.body))
    return matches.length
  }
  if (transactionId === undefined && multi === true) {
    const deleted = await parts.sweeps.run(collection, conditions, (matches) => remove(parts.live, matches))
    return { data: { deleted } }
  }
  const deleted = await write(parts, transactionId, (view) => {
    const limit = multi ? Number.MAX_SAFE_INTEGER : 1
    return remove(view, view.find(collection, { conditions, order: [], skip: 0, limit }))
  })
  return { data: { deleted } }
}

const calculateDocument: Action = (parts, body) => {
  const { collectionName, query } = read(REQUESTS.count, body)
  const conditions = conditionsOf(queryOf(query, parts.now()))
  return { data: { total: parts.live.count(parts.catalog.get(collectionName), conditions) } }
}

const aggregateDocuments: Action = (parts, body) => {
  const { collectionName, stages } = read(REQUESTS.aggregate, body)
  const docs = aggregate(parts, collectionName, stages)
  return { data: { list: checkSize(docs.map((doc) => encode(doc))) } }
}

const addCollection: Action = ({ catalog }, body) => {
  catalog.create(read(REQUESTS.collection, body).collectionName)
  return {}
}

/** The actions by the name behind `database.` (wire.md §3). */
export const ACTIONS: ReadonlyMap<string, Action> = new Map<string, Action>([
  ['database.getDocument', getDocument],
  ['database.insertDocument', insertDocument],
  ['database.modifyDocument', modifyDocument],
  ['database.modifyAndReturnDoc', modifyAndReturnDoc],
  ['database.removeDocument', removeDocument],
  ['database.calculateDocument', calculateDocument],
  ['database.aggregateDocuments', aggregateDocuments],
  ['database.addCollection', addCollection],
  ['database.startTransaction', ({ transactions }) => ({ transactionId: transactions.start() })],
  [
    'database.commitTransaction',
    async ({ transactions }, body) => {
      await transactions.commit(read(REQUESTS.transaction, body).transactionId)
      return {}
    },
  ],
  [
    'database.abortTransaction',
    ({ transactions }, body) => {
      transactions.abort(read(REQUESTS.transaction, body).transactionId)
      return {}
    },
  ],
])

export function unknownAction(action: string): Error {
  return invalidParam(`unknown action ${JSON.stringify(action)}`)
}
