import { encode } from './ejson'
import { requestFailed } from './failure'
import { compileElement, isOperators } from './filter'
import { compare, equal } from './order'
import { orderOf, Sorter } from './sort'
import type { ChangeOf } from './update'
import { checkStorable } from './update-fields'
import { copy, isDoc, typeName, type Doc, type Value } from './values'

/** The update operators of arrays. The texts are MongoDB's. */

interface PushModifiers {
  each: Value[]
  position: number | undefined
  slice: number | undefined
  sort: ((items: Value[]) => Value[]) | undefined
}

const PUSH_MODIFIERS: ReadonlySet<string> = new Set(['$each', '$position', '$slice', '$sort'])

function pushModifiers(operand: Value): PushModifiers {
  if (!isDoc(operand) || operand['$each'] === undefined) {
    checkStorable(operand)
    return { each: [operand], position: undefined, slice: undefined, sort: undefined }
  }
  const { $each, $position, $slice, $sort } = operand
  const unknown = Object.keys(operand).find((name) => !PUSH_MODIFIERS.has(name))
  if (unknown !== undefined) throw requestFailed(`Unrecognized clause in $push: ${unknown}`)
  if (!Array.isArray($each))
    throw requestFailed(
      `The argument to $each in $push must be an array but it was of type: ${typeName($each)}`,
    )
  checkStorable($each)
  return {
    each: $each,
    position: wholeNumber('$position', $position),
    slice: wholeNumber('$slice', $slice),
    sort: $sort === undefined ? undefined : sorting($sort),
  }
}

function wholeNumber(name: string, value: Value | undefined): number | undefined {
  if (value === undefined) return undefined
  if (typeof value === 'number' && Number.isInteger(value)) return value
  throw requestFailed(`The value for ${name} must be an integer value, not of type: ${typeName(value)}`)
}

function sorting(spec: Value): (items: Value[]) => Value[] {
  if (spec === 1 || spec === -1) return (items) => items.sort((a, b) => compare(a, b) * spec)
  if (!isDoc(spec) || Object.keys(spec).length === 0)
    throw requestFailed(
      'The $sort is invalid: use 1/-1 to sort the whole element, or {field:1/-1} to sort embedded fields',
    )
  const order = orderOf(spec)
  return (items) => {
    const sorter = new Sorter<{ doc: Doc; item: Value }>(order, items.length)
    for (const item of items) sorter.add({ doc: isDoc(item) ? item : {}, item })
    return sorter.sorted().map(({ item }) => item)
  }
}

const push: ChangeOf = (operand) => {
  const { each, position, slice, sort } = pushModifiers(operand)
  return (target, present, doc) => {
    const array = arrayOr(present, () =>
      requestFailed(
        `The field '${target.name}' must be an array but is of type ${typeName(present)} in document {_id: ${encode(doc['_id'] ?? null)}}`,
      ),
    )
    let items = [...array]
    const at =
      position === undefined ? items.length : position < 0 ? Math.max(0, items.length + position) : position
    items.splice(at, 0, ...each.map((item) => copy(item)))
    if (sort !== undefined) items = sort(items)
    if (slice !== undefined) items = slice < 0 ? items.slice(slice) : items.slice(0, slice)
    target.write(items)
  }
}

/** The present array, an empty one for a missing field; anything else is refused. */
function arrayOr(present: Value | undefined, refusal: () => Error): Value[] {
  if (present === undefined) return []
  if (Array.isArray(present)) return present
  throw refusal()
}

const addToSet: ChangeOf = (operand) => {
  const isList = isDoc(operand) && operand['$each'] !== undefined
  const each = isList ? operand['$each'] : [operand]
  if (!Array.isArray(each))
    throw requestFailed(
      `The argument to $each in $addToSet must be an array but it was of type ${typeName(each)}`,
    )
  checkStorable(each)
  return (target, present) => {
    const items = [
      ...arrayOr(present, () =>
        requestFailed(
          `Cannot apply $addToSet to non-array field. Field named '${target.name}' has non-array type ${typeName(present)}`,
        ),
      ),
    ]
    for (const value of each) if (!items.some((item) => equal(item, value))) items.push(copy(value))
    target.write(items)
  }
}

const pop: ChangeOf = (operand, path) => {
  if (operand !== 1 && operand !== -1) throw requestFailed(`$pop expects 1 or -1, found: ${encode(operand)}`)
  return (target, present) => {
    if (present === undefined) return
    if (!Array.isArray(present))
      throw requestFailed(`Path '${path}' contains an element of non-array type '${typeName(present)}'`)
    target.write(operand === 1 ? present.slice(0, -1) : present.slice(1))
  }
}

const removing =
  (removes: (operand: Value) => (item: Value) => boolean): ChangeOf =>
  (operand) => {
    const isRemoved = removes(operand)
    return (target, present) => {
      if (present === undefined) return
      if (!Array.isArray(present)) throw requestFailed('Cannot apply $pull to a non-array value')
      target.write(present.filter((item) => !isRemoved(item)))
    }
  }

/** A document is a query of the elements, not an equality: further fields of an element do not matter. */
function pulled(condition: Value): (item: Value) => boolean {
  if (isDoc(condition) || isOperators(condition) || condition instanceof RegExp)
    return compileElement(condition)
  return (item) => equal(item, condition)
}

function listed(values: Value): (item: Value) => boolean {
  if (!Array.isArray(values))
    throw requestFailed(`$pullAll requires an array argument but was given a ${typeName(values)}`)
  return (item) => values.some((value) => equal(item, value))
}

export const ARRAY_CHANGES: Record<string, { of: ChangeOf; creates: boolean }> = {
  $push: { of: push, creates: true },
  $addToSet: { of: addToSet, creates: true },
  $pop: { of: pop, creates: false },
  $pull: { of: removing(pulled), creates: false },
  $pullAll: { of: removing(listed), creates: false },
}
