import type { Parts } from './actions'
import type { Collection } from './collection'
import { decode, decodeStored } from './ejson'
import { runStage, withNow } from './expressions'
import { invalidOperator, invalidParam, notSimulated } from './failure'
import { compileFilter, conditionsOf } from './filter'
import { orderOf, Sorter, type Order } from './sort'
import { isDoc, type Doc, type Value } from './values'

interface Stage {
  name: string
  value: Value
}

/** What a pipeline reads other collections and chance from. */
interface Source {
  docs: (collection: string) => Doc[]
  random: () => number
}

const ALL = Number.MAX_SAFE_INTEGER

/** Runs a pipeline as `aggregate()…end()` sends it: each stage's value is EJSON, or plain JSON (wire.md §3). */
export function aggregate(
  parts: Pick<Parts, 'catalog' | 'live' | 'now' | 'random'>,
  collectionName: string,
  stages: readonly { stageKey: string; stageValue: string }[],
): Doc[] {
  const now = parts.now()
  const pipeline = stages.map(({ stageKey, stageValue }) => ({
    name: stageKey,
    value: withNow(decode(stageValue, stageKey, now), now),
  }))
  const collection = parts.catalog.get(collectionName)
  const { docs, rest } = readFirst(parts, collection, pipeline)
  const source: Source = {
    random: parts.random,
    // A collection that there is not is an empty one to $lookup, as in MongoDB.
    docs: (name) =>
      parts.catalog.has(name)
        ? [...parts.catalog.get(name).rows.scan()].flat().map(({ body }) => decodeStored(body))
        : [],
  }
  return runPipeline(docs, rest, source)
}

/** What a pipeline begins with is asked of the store: match, then sort, then limit use an index where there is one. */
function readFirst(
  { live }: Pick<Parts, 'live'>,
  collection: Collection,
  pipeline: readonly Stage[],
): { docs: Doc[]; rest: readonly Stage[] } {
  let used = 0
  const take = (name: string): Value | undefined => {
    const stage = pipeline[used]
    if (stage?.name !== name) return undefined
    used += 1
    return stage.value
  }
  const match = take('$match')
  const sort = take('$sort')
  const limit = take('$limit')
  const found = live.find(collection, {
    conditions: match === undefined ? [] : conditionsOf(docOf('$match', match)),
    order: sort === undefined ? [] : orderOf(docOf('$sort', sort)),
    skip: 0,
    limit: limit === undefined ? ALL : positive('$limit', limit),
  })
  return { docs: found.map(({ doc, body }) => doc ?? decodeStored(body)), rest: pipeline.slice(used) }
}

function runPipeline(docs: Doc[], pipeline: readonly Stage[], source: Source): Doc[] {
  return pipeline.reduce((before, { name, value }) => {
    const own = OWN.get(name)
    if (own !== undefined) return own(before, value, source)
    if (LIBRARY.has(name)) return runStage(before, { [name]: value })
    if (NOT_SIMULATED.has(name)) throw notSimulated(`the stage ${name}`)
    throw invalidOperator(`Unrecognized pipeline stage name: '${name}'`)
  }, docs)
}

/** Stages that the query library runs. */
const LIBRARY: ReadonlySet<string> = new Set([
  '$addFields',
  '$bucketAuto',
  '$group',
  '$replaceRoot',
  '$replaceWith',
  '$set',
  '$sortByCount',
  '$unset',
  '$unwind',
])

const NOT_SIMULATED: ReadonlySet<string> = new Set([
  '$geoNear',
  '$graphLookup',
  '$merge',
  '$out',
  '$redact',
  '$search',
  '$setWindowFields',
  '$unionWith',
])

type Run = (docs: Doc[], value: Value, source: Source) => Doc[]

/** Stages that are run here: they share order and conditions with queries, or need chance and other collections. */
const OWN: ReadonlyMap<string, Run> = new Map(
  Object.entries<Run>({
    $match: (docs, value) => docs.filter(compileFilter(docOf('$match', value))),
    $sort: (docs, value) => sorted(docs, orderOf(docOf('$sort', value))),
    $limit: (docs, value) => docs.slice(0, positive('$limit', value)),
    $skip: (docs, value) => docs.slice(whole('$skip', value)),
    $count: (docs, value) => {
      if (typeof value !== 'string' || value === '' || value.startsWith('$') || value.includes('.'))
        throw invalidParam('the count field must be a non-empty string without $ and .')
      return docs.length === 0 ? [] : [{ [value]: docs.length }]
    },
    $sample: (docs, value, { random }) => {
      const rest = [...docs]
      const size = positive('$sample', docOf('$sample', value)['size'] ?? null)
      const picked: Doc[] = []
      while (picked.length < size && rest.length > 0)
        picked.push(...rest.splice(Math.floor(random() * rest.length), 1))
      return picked
    },
    // The library puts an _id last; MongoDB puts it first.
    $project: (docs, value) => runStage(docs, { $project: docOf('$project', value) }).map(idFirst),
    // The library also returns buckets that nothing fell into; MongoDB does not.
    $bucket: (docs, value) =>
      runStage(docs, { $bucket: counted(docOf('$bucket', value)) })
        .filter((bucket) => bucket[BUCKET_COUNT] !== 0)
        .map((bucket) => Object.fromEntries(Object.entries(bucket).filter(([name]) => name !== BUCKET_COUNT)))
        .map(idFirst),
    $facet: (docs, value, source) => [
      Object.fromEntries(
        Object.entries(docOf('$facet', value)).map(([name, stages]) => [
          name,
          runPipeline(docs, stagesOf(stages), source),
        ]),
      ),
    ],
    $lookup: (docs, value, source) => {
      const { from, pipeline, ...rest } = docOf('$lookup', value)
      if (typeof from !== 'string') throw invalidParam("$lookup needs 'from', the name of a collection")
      const lookup: Doc = { from: source.docs(from), ...rest, ...(pipeline !== undefined && { pipeline }) }
      return runStage(docs, { $lookup: lookup })
    },
  }),
)

const idFirst = (doc: Doc): Doc => (doc['_id'] === undefined ? doc : { _id: doc['_id'], ...doc })

const BUCKET_COUNT = '\0count'

function counted(bucket: Doc): Doc {
  const output = isDoc(bucket['output'] ?? null)
    ? docOf('output', bucket['output'] ?? null)
    : { count: { $sum: 1 } }
  return { ...bucket, output: { ...output, [BUCKET_COUNT]: { $sum: 1 } } }
}

function sorted(docs: readonly Doc[], order: Order): Doc[] {
  const sorter = new Sorter<{ doc: Doc }>(order, docs.length)
  for (const doc of docs) sorter.add({ doc })
  return sorter.sorted().map(({ doc }) => doc)
}

function stagesOf(value: Value): Stage[] {
  if (!Array.isArray(value)) throw invalidParam('a pipeline is an array of stages')
  return value.map((stage) => {
    const [[name, argument] = [], ...more] = isDoc(stage) ? Object.entries(stage) : []
    if (name === undefined || argument === undefined || more.length > 0)
      throw invalidParam('a pipeline stage holds exactly one field')
    return { name, value: argument }
  })
}

function docOf(name: string, value: Value): Doc {
  if (isDoc(value)) return value
  throw invalidParam(`${name} needs a document`)
}

function whole(name: string, value: Value): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value
  throw invalidParam(`${name} needs a whole number of 0 or more`)
}

function positive(name: string, value: Value): number {
  const number = whole(name, value)
  if (number === 0) throw invalidParam(`the limit of ${name} must be positive`)
  return number
}
