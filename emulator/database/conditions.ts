import { regexOf } from './ejson'
import { invalidParam } from './failure'
import { compare, equal, RANK, rankOf } from './order'
import { type Doc, isDoc, isInt, isLong, type Value } from './values'

/** Judges the value at the end of a path; `undefined` is a missing field. */
export type LeafTest = (value: Value | undefined) => boolean

/** What a condition needs of the filter it stands in. */
export interface FilterParts {
  siblings: Doc
  compileFilter: (query: Doc) => (doc: Doc) => boolean
  /** Operators as a test of one value, arrays not looked into. */
  compileSingle: (operators: Doc) => LeafTest
  isOperators: (value: Value) => value is Doc
}

interface Condition {
  of: (operand: Value, parts: FilterParts) => LeafTest
  /** Whether an array also meets it by one of its elements. */
  byElement: boolean
}

/** Holds for the value itself or for an element of it, when it is an array. */
export const orElement =
  (test: LeafTest): LeafTest =>
  (value) =>
    test(value) || (Array.isArray(value) && value.some(test))

/** Equality of one value, without looking into arrays. A missing field is equal to null. */
export const equals = (operand: Value): ((value: Value | undefined) => boolean) => {
  if (operand === null) return (value) => value === undefined || value === null
  if (typeof operand === 'string' || typeof operand === 'boolean') return (value) => value === operand
  return (value) => value !== undefined && equal(value, operand)
}

/**
 * The comparison operators select values of the operand's own type only; null stands for missing fields as well, and
 * NaN is neither below nor above anything.
 * https://www.mongodb.com/docs/manual/reference/method/db.collection.find/#type-bracketing
 */
function comparison(operand: Value, holds: (order: number) => boolean): LeafTest {
  if (operand === null) return holds(0) ? equals(null) : () => false
  if (operand instanceof RegExp) throw invalidParam('a regular expression has no greater or less')
  if (typeof operand === 'number' && Number.isNaN(operand)) return holds(0) ? equals(operand) : () => false
  const rank = rankOf(operand)
  return (value) =>
    value !== undefined &&
    rankOf(value) === rank &&
    !(rank === RANK.number && Number.isNaN(value)) &&
    holds(compare(value, operand))
}

function pattern(operand: Value, { siblings }: FilterParts): LeafTest {
  const options = siblings['$options']
  const regex =
    operand instanceof RegExp
      ? regexOf(operand.source, typeof options === 'string' ? options : operand.flags)
      : typeof operand === 'string'
        ? regexOf(operand, typeof options === 'string' ? options : '')
        : undefined
  if (regex === undefined) throw invalidParam('$regex has to be a string')
  return matches(regex)
}

const matches = (regex: RegExp) => (value: Value | undefined) =>
  typeof value === 'string'
    ? regex.test(value)
    : value instanceof RegExp && value.source === regex.source && value.flags === regex.flags

function oneOf(operand: Value, { isOperators }: FilterParts): LeafTest {
  if (!Array.isArray(operand)) throw invalidParam('$in needs an array')
  if (operand.some((item) => isOperators(item))) throw invalidParam('cannot nest $ under $in')
  const texts = new Set(operand.filter((item) => typeof item === 'string'))
  const others = operand
    .filter((item) => typeof item !== 'string')
    .map((item) => (item instanceof RegExp ? matches(item) : equals(item)))
  return (value) => (typeof value === 'string' && texts.has(value)) || others.some((test) => test(value))
}

function elementMatching(
  operand: Value,
  { compileFilter, compileSingle, isOperators }: FilterParts,
): LeafTest {
  if (!isDoc(operand)) throw invalidParam('$elemMatch needs an Object')
  if (!isOperators(operand) || LOGIC.has(Object.keys(operand)[0] ?? '')) {
    const test = compileFilter(operand)
    // An array inside an array is judged by its positions.
    return (value) =>
      Array.isArray(value) &&
      value.some((item) =>
        isDoc(item) ? test(item) : Array.isArray(item) && test(Object.fromEntries(item.entries())),
      )
  }
  const test = compileSingle(operand)
  return (value) => Array.isArray(value) && value.some(test)
}

const LOGIC: ReadonlySet<string> = new Set(['$and', '$or', '$nor'])

function remainder(operand: Value): LeafTest {
  if (!Array.isArray(operand) || operand.length !== 2)
    throw invalidParam('malformed mod, it needs a divisor and a remainder')
  const [divisor, rest] = operand
  if (typeof divisor !== 'number' || typeof rest !== 'number')
    throw invalidParam('malformed mod, divisor and remainder are numbers')
  const by = Math.trunc(divisor)
  if (by === 0 || !Number.isFinite(by)) throw invalidParam('divisor cannot be 0')
  // Fractions are cut off, and 0 equals -0.
  const wanted = Math.trunc(rest)
  return (value) => typeof value === 'number' && Number.isFinite(value) && Math.trunc(value) % by === wanted
}

type TypeTest = (value: Value) => boolean

const isNumber: TypeTest = (value) => typeof value === 'number'
const isIntValue: TypeTest = (value) => typeof value === 'number' && isInt(value)
const isLongValue: TypeTest = (value) => typeof value === 'number' && isLong(value)
const isDouble: TypeTest = (value) => isNumber(value) && !isIntValue(value) && !isLongValue(value)
const ofRank =
  (rank: number): TypeTest =>
  (value) =>
    rankOf(value) === rank
const never: TypeTest = () => false

/**
 * Names and numbers of types: https://www.mongodb.com/docs/manual/reference/operator/query/type/. A number's type is
 * what the SDK sends it as (wire.md §3): whole in 32 bits int, whole in 64 bits long, else double.
 */
const TYPES: ReadonlyMap<string, TypeTest> = new Map(
  Object.entries<TypeTest>({
    double: isDouble,
    1: isDouble,
    string: ofRank(RANK.string),
    2: ofRank(RANK.string),
    object: ofRank(RANK.object),
    3: ofRank(RANK.object),
    array: ofRank(RANK.array),
    4: ofRank(RANK.array),
    binData: never,
    5: never,
    objectId: never,
    7: never,
    bool: ofRank(RANK.boolean),
    8: ofRank(RANK.boolean),
    date: ofRank(RANK.date),
    9: ofRank(RANK.date),
    null: ofRank(RANK.null),
    10: ofRank(RANK.null),
    regex: ofRank(RANK.regex),
    11: ofRank(RANK.regex),
    int: isIntValue,
    16: isIntValue,
    timestamp: never,
    17: never,
    long: isLongValue,
    18: isLongValue,
    decimal: never,
    19: never,
    number: isNumber,
  }),
)

function ofType(operand: Value): LeafTest {
  const tests = (Array.isArray(operand) ? operand : [operand]).map((name) => {
    const test = typeof name === 'string' || typeof name === 'number' ? TYPES.get(String(name)) : undefined
    if (test === undefined) throw invalidParam(`unknown type name alias: ${JSON.stringify(name)}`)
    return test
  })
  return (value) => value !== undefined && tests.some((test) => test(value))
}

function ofSize(operand: Value): LeafTest {
  if (typeof operand !== 'number' || !Number.isInteger(operand) || operand < 0)
    throw invalidParam('$size must be a whole number of 0 or more')
  return (value) => Array.isArray(value) && value.length === operand
}

const byElement = (of: Condition['of']): Condition => ({ of, byElement: true })
const ofTheArray = (of: Condition['of']): Condition => ({ of, byElement: false })

/** The operators that judge one value; negations and `$all`, `$exists` are made of them in filter.ts. */
export const CONDITIONS: Record<string, Condition | undefined> = {
  $eq: byElement(equals),
  $gt: byElement((operand) => comparison(operand, (order) => order > 0)),
  $gte: byElement((operand) => comparison(operand, (order) => order >= 0)),
  $lt: byElement((operand) => comparison(operand, (order) => order < 0)),
  $lte: byElement((operand) => comparison(operand, (order) => order <= 0)),
  $in: byElement(oneOf),
  $regex: byElement(pattern),
  $mod: byElement(remainder),
  $type: byElement(ofType),
  $size: ofTheArray(ofSize),
  $elemMatch: ofTheArray(elementMatching),
}
