import { encode } from './ejson'
import { invalidOperator, invalidParam, requestFailed } from './failure'
import { ARRAY_CHANGES } from './update-arrays'
import { FIELD_CHANGES } from './update-fields'
import { parentOf, readPath, type Target } from './update-path'
import { equal } from './order'
import { positionOf } from './paths'
import { type Doc, isDoc, type Value } from './values'

export interface Update {
  /** Changes a document in place. Throws what MongoDB answers, with the document half changed: drop it then. */
  apply(doc: Doc, positions: PositionalIndex): void
  /** The first names of all paths that it changes. */
  fields: ReadonlySet<string>
}

/** Says which element of an array the query matched: what `$` in a path stands for. */
export type PositionalIndex = (arrayPath: string) => number | undefined

/** Changes the field that `target` names; `present` is its value. */
export type Change = (target: Target, present: Value | undefined, doc: Doc) => void

/** Makes the change of one operator and operand; throws when the operand is none. */
export type ChangeOf = (operand: Value, path: string) => Change

interface Step {
  path: string
  operator: string
  /** Whether a missing way to the field is made; `$unset`, `$pop`, `$pull` have nothing to do then. */
  creates: boolean
  change: Change
}

const CHANGES: Record<string, { of: ChangeOf; creates: boolean } | undefined> = {
  ...FIELD_CHANGES,
  ...ARRAY_CHANGES,
}

/**
 * Makes an update of operators: https://www.mongodb.com/docs/manual/reference/operator/update/. New fields come in the
 * order of their names, as since MongoDB 5.0.
 */
export function compileUpdate(operators: Doc, isInsert = false): Update {
  const steps: Step[] = []
  const renames: (readonly [from: string, to: string])[] = []
  for (const [operator, fields] of Object.entries(operators)) {
    if (!operator.startsWith('$'))
      throw invalidParam(`an update holds operators only; ${operator} is a field beside them`)
    if (!isDoc(fields))
      throw invalidParam(`Modifiers operate on fields but we found type ${typeof fields}: ${operator}`)
    for (const [path, operand] of Object.entries(fields)) {
      checkPath(path)
      if (operator === '$rename') {
        renames.push(renameOf(path, operand))
        continue
      }
      if (operator === '$setOnInsert' && !isInsert) continue
      const known = operator.startsWith('$')
        ? CHANGES[operator === '$setOnInsert' ? '$set' : operator]
        : undefined
      if (known === undefined) throw invalidOperator(`Unknown modifier: ${operator}`)
      steps.push({ path, operator, creates: known.creates, change: known.of(operand, path) })
    }
  }
  const paths = [...steps.map(({ path }) => path), ...renames.flat()]
  refuseConflicts(paths)
  steps.sort((a, b) => comparePaths(a.path, b.path))
  return {
    apply(doc, positions) {
      const id = doc['_id']
      for (const [from, to] of renames) rename(doc, from, to)
      for (const step of steps) apply(doc, step, positions)
      if (id !== undefined && !(doc['_id'] !== undefined && equal(id, doc['_id'])))
        throw requestFailed("Performing an update on the path '_id' would modify the immutable field '_id'")
    },
    fields: new Set(paths.map((path) => path.split('.', 1)[0] ?? path)),
  }
}

function checkPath(path: string): void {
  if (path === '') throw requestFailed('An empty update path is not valid.')
  if (path.split('.').includes(''))
    throw requestFailed(`The update path '${path}' contains an empty field name, which is not allowed.`)
}

/** No two operators may touch a field or what is inside of it. */
function refuseConflicts(paths: string[]): void {
  const sorted = [...paths]
    .map((path) => path.split('.'))
    .sort((a, b) => (a.join('\0') < b.join('\0') ? -1 : 1))
  for (const [i, path] of sorted.entries()) {
    const next = sorted[i + 1]
    if (next !== undefined && path.every((part, at) => part === next[at]))
      throw requestFailed(
        `Updating the path '${next.join('.')}' would create a conflict at '${path.join('.')}'`,
      )
  }
}

/** By parts; positions of an array as numbers. */
function comparePaths(a: string, b: string): number {
  const left = a.split('.')
  const right = b.split('.')
  for (const [i, part] of left.entries()) {
    const other = right[i]
    if (other === undefined) return 1
    if (part === other) continue
    const x = positionOf(part)
    const y = positionOf(other)
    if (x !== undefined && y !== undefined) return x - y
    return part < other ? -1 : 1
  }
  return left.length - right.length
}

function apply(doc: Doc, { path, creates, change }: Step, positions: PositionalIndex): void {
  for (const parts of readPath(doc, path, positions)) {
    const target = parentOf(doc, parts, creates)
    if (target !== undefined) change(target, target.read(), doc)
  }
}

function renameOf(from: string, to: Value): readonly [string, string] {
  if (typeof to !== 'string')
    throw requestFailed(`The 'to' field for $rename must be a string: ${from}: ${encode(to)}`)
  checkPath(to)
  if (from === to)
    throw requestFailed(`The source and target field for $rename must differ: ${from}: "${to}"`)
  return [from, to]
}

function rename(doc: Doc, from: string, to: string): void {
  const source = parentOf(doc, from.split('.'), false)
  const value = source?.read()
  if (source === undefined || value === undefined) return
  if (source.isElement || crossesArray(doc, from))
    throw requestFailed(`The source field cannot be an array element, '${from}' in doc has an array field`)
  if (crossesArray(doc, to))
    throw requestFailed(`The destination field cannot be an array element, '${to}' in doc has an array field`)
  source.remove()
  parentOf(doc, to.split('.'), true)?.write(value)
}

function crossesArray(doc: Doc, path: string): boolean {
  let at: Value | undefined = doc
  for (const part of path.split('.').slice(0, -1)) {
    at = isDoc(at) ? at[part] : undefined
    if (Array.isArray(at)) return true
  }
  return false
}
