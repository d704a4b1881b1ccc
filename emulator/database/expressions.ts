import { aggregate, Context, Query } from 'mingo'
import { isRecord } from '../record'
import { invalidParam } from './failure'
import { copy, isDoc, type Doc, type Value } from './values'

/** The query library, which evaluates expressions and some stages of pipelines. */

/** Runs something of the library; what it refuses is a refusal, not a fault of ours. */
function withLibrary<T>(run: () => T): T {
  try {
    return run()
  } catch (cause) {
    throw invalidParam(cause instanceof Error ? cause.message : String(cause))
  }
}

/** The value of an expression for a document, by the library. */
function evaluated(doc: Record<string, unknown>, expression: unknown): unknown {
  const [result] = aggregate([doc], [{ $project: { _id: 0, value: expression } }], OPTIONS)
  return result?.['value']
}

/** `$indexOfCP`, which the library lacks: a position counted in characters, -1 for none, null for no text. */
function indexOfCharacters(...[doc, operands]: unknown[]): number | null {
  if (!Array.isArray(operands) || operands.length < 2)
    throw invalidParam('$indexOfCP takes a text, what to find in it, and where to start and to end')
  const [text, part, start, end] = operands.map((operand) => evaluated(isRecord(doc) ? doc : {}, operand))
  if (text === null || text === undefined) return null
  if (typeof text !== 'string' || typeof part !== 'string')
    throw invalidParam('$indexOfCP requires strings as its first two arguments')
  const from = typeof start === 'number' ? start : 0
  const characters = [...text]
  const within = characters.slice(from, typeof end === 'number' ? end : characters.length).join('')
  const [before = ''] = within.split(part, 1)
  return within.includes(part) ? from + Array.from(before).length : -1
}

const OPTIONS = {
  // A script in a query would run in the emulator's own process.
  scriptEnabled: false,
  context: Context.init({ expression: { $indexOfCP: indexOfCharacters } }),
} as const

/** Runs one stage. It may change the documents given: they belong to this pipeline alone. */
export function runStage(docs: Doc[], stage: Doc): Doc[] {
  return withLibrary(() => aggregate(docs, [stage], OPTIONS)).map((result) => {
    const value = valueOf(result)
    if (isDoc(value)) return value
    throw invalidParam(`a stage gave ${typeof result} in the place of a document`)
  })
}

/** What the library made, as a value: a missing field is left out of a document, and null in an array. */
function valueOf(made: unknown): Value | undefined {
  if (made === null || typeof made === 'string' || typeof made === 'number' || typeof made === 'boolean')
    return made
  if (Array.isArray(made)) return made.map((item) => valueOf(item) ?? null)
  if (made instanceof Date) return Number.isNaN(made.getTime()) ? null : made
  if (made instanceof RegExp) return made
  if (!isRecord(made)) return undefined
  const doc: Doc = {}
  for (const [name, field] of Object.entries(made)) {
    const value = valueOf(field)
    if (value !== undefined) doc[name] = value
  }
  return doc
}

/** The same expression with the emulator's time in the place of `$$NOW`; what is literal stays. */
export function withNow(expression: Value, now: number): Value {
  if (expression === '$$NOW') return new Date(now)
  if (Array.isArray(expression)) return expression.map((item) => withNow(item, now))
  if (!isDoc(expression)) return expression
  const doc: Doc = {}
  for (const [name, value] of Object.entries(expression))
    doc[name] = name === '$literal' ? copy(value) : withNow(value, now)
  return doc
}

/** `$expr`: an aggregation expression as a condition. */
export function aggregationTest(expression: Value): (doc: Doc) => boolean {
  if (!isDoc(expression) && typeof expression !== 'string') throw invalidParam('$expr needs an expression')
  const query = withLibrary(() => new Query({ $expr: expression }, OPTIONS))
  return (doc) => withLibrary(() => query.test(doc))
}
