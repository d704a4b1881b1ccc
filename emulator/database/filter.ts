import { aggregationTest } from './expressions'
import { invalidOperator, invalidParam, notSimulated } from './failure'
import { CONDITIONS, equals, type LeafTest, orElement } from './conditions'
import { anyAt, pathOf } from './paths'
import { type Doc, isDoc, type Value } from './values'

/** Says whether a document is selected. */
export type Test = (doc: Doc) => boolean

/** One condition on one path, or a test of the whole document: a filter is a list of which all must hold. */
export type Condition =
  | { kind: 'field'; path: string; operator: string; operand: Value; test: Test }
  | { kind: 'whole'; test: Test }

/** Turns a query document into its conditions. Throws on what is no query (-502002, -501007). */
export function conditionsOf(query: Doc): Condition[] {
  const conditions: Condition[] = []
  for (const [name, operand] of Object.entries(query)) {
    if (name === '$and') {
      for (const clause of clausesOf(name, operand)) conditions.push(...conditionsOf(clause))
    } else if (name.startsWith('$')) {
      const logic = LOGIC[name]
      if (logic === undefined) throw unknownOperator(name)
      conditions.push({ kind: 'whole', test: logic(operand) })
    } else {
      conditions.push(...fieldConditions(name, operand))
    }
  }
  return conditions
}

/** One test of all conditions. */
export function testOf(conditions: readonly Condition[]): Test {
  const [first, ...rest] = conditions
  if (first === undefined) return () => true
  if (rest.length === 0) return first.test
  return (doc) => conditions.every(({ test }) => test(doc))
}

export const compileFilter = (query: Doc): Test => testOf(conditionsOf(query))

function unknownOperator(name: string): Error {
  return NOT_SIMULATED.has(name)
    ? notSimulated(`the query operator ${name}`)
    : invalidOperator(`unknown operator: ${name}`)
}

const NOT_SIMULATED: ReadonlySet<string> = new Set([
  '$near',
  '$nearSphere',
  '$geoWithin',
  '$geoIntersects',
  '$text',
  '$where',
  '$jsonSchema',
  '$rand',
  '$sampleRate',
])

function clausesOf(name: string, operand: Value): Doc[] {
  if (!Array.isArray(operand) || operand.length === 0) throw invalidParam(`${name} must be a nonempty array`)
  return operand.map((clause) => {
    if (!isDoc(clause)) throw invalidParam(`${name} entries need to be full objects`)
    return clause
  })
}

const LOGIC: Record<string, ((operand: Value) => Test) | undefined> = {
  $or(operand) {
    const tests = clausesOf('$or', operand).map(compileFilter)
    return (doc) => tests.some((test) => test(doc))
  },
  $nor(operand) {
    const tests = clausesOf('$nor', operand).map(compileFilter)
    return (doc) => !tests.some((test) => test(doc))
  },
  $expr: (operand) => aggregationTest(operand),
  $comment: () => () => true,
}

/** True when a value stands for operators (`{$gt: 1}`), not for an embedded document to be equal to. */
export function isOperators(value: Value): value is Doc {
  if (!isDoc(value)) return false
  const [first] = Object.keys(value)
  return first?.startsWith('$') ?? false
}

function fieldConditions(path: string, operand: Value): Condition[] {
  if (operand instanceof RegExp) return [fieldCondition(path, '$regex', operand, {})]
  if (!isOperators(operand)) return [fieldCondition(path, '$eq', operand, {})]
  const conditions: Condition[] = []
  for (const [operator, argument] of Object.entries(operand)) {
    // n: _.gt(1).and(_.lt(5)) sends its logic below the field (wire.md §3).
    const within = operator.startsWith('$') ? WITHIN_FIELD[operator] : undefined
    if (within !== undefined) conditions.push(...within(path, argument))
    else if (!operator.startsWith('$')) throw unknownOperator(operator)
    else if (operator !== '$options') conditions.push(fieldCondition(path, operator, argument, operand))
    else if (operand['$regex'] === undefined) throw invalidParam('$options needs a $regex')
  }
  return conditions
}

/** `{field: {$or: [{$lt: 1}, {$gt: 5}]}}`: MongoDB itself has no such form; the platform spreads it to the field. */
const WITHIN_FIELD: Record<string, ((path: string, operand: Value) => Condition[]) | undefined> = {
  $and: (path, operand) => branches('$and', path, operand).flatMap((branch) => conditionsOf(branch)),
  $or: (path, operand) => conditionsOf({ $or: branches('$or', path, operand) }),
  $nor: (path, operand) => conditionsOf({ $nor: branches('$nor', path, operand) }),
}

function branches(name: string, path: string, operand: Value): Doc[] {
  if (!Array.isArray(operand) || operand.length === 0) throw invalidParam(`${name} must be a nonempty array`)
  return operand.map((condition) => ({ [path]: condition }))
}

function fieldCondition(path: string, operator: string, operand: Value, siblings: Doc): Condition {
  return { kind: 'field', path, operator, operand, test: fieldTest(path, operator, operand, siblings) }
}

function fieldTest(dotted: string, operator: string, operand: Value, siblings: Doc): Test {
  const path = pathOf(dotted)
  if (operator === '$not') return negated(notTest(dotted, operand))
  const opposite = OPPOSITE[operator]
  if (opposite !== undefined) return negated(fieldTest(dotted, opposite, operand, siblings))
  if (operator === '$all') return allTest(dotted, operand)
  if (operator === '$exists') {
    const found: Test = (doc) => anyAt(doc, path, (value) => value !== undefined)
    return isTrue(operand) ? found : negated(found)
  }
  const { test, byElement } = leafTest(operator, operand, siblings)
  const leaf = byElement ? orElement(test) : test
  return (doc) => anyAt(doc, path, leaf)
}

function leafTest(operator: string, operand: Value, siblings: Doc): { test: LeafTest; byElement: boolean } {
  const condition = CONDITIONS[operator]
  if (condition === undefined) throw unknownOperator(operator)
  const test = condition.of(operand, { siblings, compileFilter, compileSingle, isOperators })
  return { test, byElement: condition.byElement }
}

/** Operators that one element is to meet by itself (`$elemMatch`): an array in an array is not looked into. */
function compileSingle(operators: Doc): LeafTest {
  const tests = Object.entries(operators)
    .filter(([operator]) => operator !== '$options')
    .map(([operator, operand]) => singleTest(operator, operand, operators))
  return (value) => tests.every((test) => test(value))
}

function singleTest(operator: string, operand: Value, siblings: Doc): LeafTest {
  if (!operator.startsWith('$')) throw unknownOperator(operator)
  const opposite = OPPOSITE[operator]
  if (opposite !== undefined) {
    const test = singleTest(opposite, operand, siblings)
    return (value) => !test(value)
  }
  if (operator === '$not') {
    if (!isOperators(operand) && !(operand instanceof RegExp)) throw needsOperators()
    const test = compileSingle(isOperators(operand) ? operand : { $regex: operand })
    return (value) => !test(value)
  }
  if (operator === '$exists') return () => isTrue(operand)
  if (operator === '$all') {
    const tests = listOf('$all', operand).map((item) => singleTest('$eq', item, {}))
    return (value) => tests.length > 0 && tests.every((test) => test(value))
  }
  return leafTest(operator, operand, siblings).test
}

const OPPOSITE: Record<string, string | undefined> = { $ne: '$eq', $nin: '$in' }

const negated =
  (test: Test): Test =>
  (doc) =>
    !test(doc)

const isTrue = (operand: Value): boolean => operand !== false && operand !== null && operand !== 0

const needsOperators = (): Error => invalidOperator('$not needs a regex or a document of operators')

function notTest(path: string, operand: Value): Test {
  if (operand instanceof RegExp) return fieldTest(path, '$regex', operand, {})
  if (!isOperators(operand)) throw needsOperators()
  return testOf(fieldConditions(path, operand))
}

function listOf(name: string, operand: Value): Value[] {
  if (Array.isArray(operand)) return operand
  throw invalidParam(`${name} needs an array`)
}

/** `$all` is the conjunction of what it lists; of nothing, nothing is selected. */
function allTest(path: string, operand: Value): Test {
  const items = listOf('$all', operand)
  if (items.length === 0) return () => false
  return testOf(
    items.flatMap((item) =>
      isOperators(item) && item['$elemMatch'] !== undefined
        ? fieldConditions(path, item)
        : item instanceof RegExp
          ? [fieldCondition(path, '$regex', item, {})]
          : [fieldCondition(path, '$eq', item, {})],
    ),
  )
}

/** A test of one value, as `$pull` and `$elemMatch` put a condition to elements of an array. */
export function compileElement(condition: Value): (element: Value) => boolean {
  if (isOperators(condition) || condition instanceof RegExp) {
    // The element is judged like a field of that name: an array in it is looked into, as MongoDB's $pull does.
    const test = testOf(fieldConditions('element', condition))
    return (element) => test({ element })
  }
  if (isDoc(condition)) {
    const test = compileFilter(condition)
    return (element) => isDoc(element) && test(element)
  }
  const same = equals(condition)
  return (element) => same(element)
}
