import { invalidParam, notSimulated, requestFailed } from './failure'
import { compileElement, compileFilter, isOperators } from './filter'
import { fieldOf, isDoc, type Doc, type Value } from './values'

export interface Projection {
  /** Makes a reply's document of a stored one; fields keep their order. Shares values with its argument. */
  apply(doc: Doc): Doc
  /** The names that are kept, where whole fields are and nothing else is asked. */
  names: readonly string[] | undefined
}

/** What becomes of one field: kept, dropped, gone into, or cut by an array operator. */
type Rule = boolean | ((value: Value) => Value | undefined) | Tree

interface Tree extends Map<string, Rule> {}

/**
 * A projection as `field()` sends it: https://www.mongodb.com/docs/manual/tutorial/project-fields-from-query-results/.
 * Fields are all kept or all dropped; `_id` is kept unless it is dropped by name.
 */
export function compileProjection(spec: Doc): Projection {
  const tree: Tree = new Map()
  let mode: boolean | undefined
  for (const [path, wanted] of Object.entries(spec)) {
    const rule = ruleOf(path, wanted)
    if (typeof rule === 'boolean' && path !== '_id') {
      if (mode !== undefined && mode !== rule)
        throw requestFailed(
          `Cannot do ${rule ? 'inclusion' : 'exclusion'} on field ${path} in ${rule ? 'exclusion' : 'inclusion'} projection`,
        )
      mode = rule
    }
    if (isOperators(wanted) && wanted['$elemMatch'] !== undefined) mode ??= true
    place(tree, path.split('.'), rule, path)
  }
  // {_id: 1} alone includes, {_id: 0} alone excludes.
  const includes = mode ?? tree.get('_id') === true
  if (includes && !tree.has('_id')) tree.set('_id', true)
  const isCut = includes && [...tree.values()].every((rule) => rule === true)
  return { apply: (doc) => project(doc, tree, includes), names: isCut ? [...tree.keys()] : undefined }
}

function ruleOf(path: string, wanted: Value): Rule {
  if (path.split('.').some((part) => part === '' || part.startsWith('$')))
    throw notSimulated(`the projection of ${path}`)
  if (typeof wanted === 'boolean') return wanted
  if (typeof wanted === 'number') return wanted !== 0
  if (isOperators(wanted)) {
    const [operator = ''] = Object.keys(wanted)
    if (operator === '$slice') return slicer(wanted['$slice'] ?? null)
    if (operator === '$elemMatch') return firstMatching(wanted['$elemMatch'] ?? null)
    throw notSimulated(`the projection operator ${operator}`)
  }
  throw invalidParam(`the projection of ${path} is ${JSON.stringify(wanted)}; it is true or false`)
}

function slicer(operand: Value): (value: Value) => Value {
  const [first, second] = Array.isArray(operand) ? operand : [operand]
  if (typeof first !== 'number' || (second !== undefined && (typeof second !== 'number' || second <= 0)))
    throw invalidParam('$slice is a number, or a pair of what to skip and what to take')
  return (value) => {
    if (!Array.isArray(value)) return value
    if (typeof second !== 'number') return first < 0 ? value.slice(first) : value.slice(0, first)
    const start = first < 0 ? Math.max(0, value.length + first) : first
    return value.slice(start, start + second)
  }
}

function firstMatching(condition: Value): (value: Value) => Value | undefined {
  if (!isDoc(condition)) throw invalidParam('$elemMatch needs an Object')
  const test = isOperators(condition) ? compileElement(condition) : onDocs(compileFilter(condition))
  return (value) => {
    const found = Array.isArray(value) ? value.find(test) : undefined
    return found === undefined ? undefined : [found]
  }
}

const onDocs = (test: (doc: Doc) => boolean) => (value: Value) => isDoc(value) && test(value)

function place(tree: Tree, path: readonly string[], rule: Rule, whole: string): void {
  const [name = '', ...rest] = path
  const present = tree.get(name)
  if (rest.length === 0) {
    if (present instanceof Map) throw requestFailed(`Path collision at ${whole}`)
    tree.set(name, rule)
    return
  }
  if (present !== undefined && !(present instanceof Map)) throw requestFailed(`Path collision at ${whole}`)
  const below: Tree = present instanceof Map ? present : new Map()
  tree.set(name, below)
  place(below, rest, rule, whole)
}

function project(doc: Doc, tree: Tree, includes: boolean): Doc {
  const out: Doc = {}
  for (const name of Object.keys(doc)) {
    const value = fieldOf(doc, name)
    if (value === undefined) continue
    const kept = apply(value, tree.get(name), includes)
    if (kept !== undefined) out[name] = kept
  }
  return out
}

function apply(value: Value, rule: Rule | undefined, includes: boolean): Value | undefined {
  if (rule === undefined) return includes ? undefined : value
  if (typeof rule === 'boolean') return rule ? value : undefined
  if (typeof rule === 'function') return rule(value)
  if (isDoc(value)) return project(value, rule, includes)
  if (!Array.isArray(value)) return includes ? undefined : value
  // Each document of an array is projected for itself; of other elements nothing is included.
  return value
    .map((item) =>
      isDoc(item) || Array.isArray(item) ? apply(item, rule, includes) : includes ? undefined : item,
    )
    .filter((item): item is Value => item !== undefined)
}
