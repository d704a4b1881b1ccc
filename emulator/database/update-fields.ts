import { encode } from './ejson'
import { invalidParam, requestFailed } from './failure'
import { compare } from './order'
import type { ChangeOf } from './update'
import { copy, isDoc, isInt, isLong, typeName, type Value } from './values'

/** The update operators of single values. The texts are MongoDB's. */

const set: ChangeOf = (operand) => {
  checkStorable(operand)
  return (target) => target.write(copy(operand))
}

/** Field names that MongoDB does not store. */
export function checkStorable(value: Value): void {
  if (Array.isArray(value)) for (const item of value) checkStorable(item)
  else if (isDoc(value))
    for (const [name, field] of Object.entries(value)) {
      if (name.startsWith('$'))
        throw requestFailed(`The dollar ($) prefixed field '${name}' in '${name}' is not valid for storage.`)
      checkStorable(field)
    }
}

const arithmetic =
  (
    operator: '$inc' | '$mul',
    ifMissing: (by: number) => number,
    combine: (a: number, b: number) => number,
  ): ChangeOf =>
  (operand, path) => {
    if (typeof operand !== 'number')
      throw requestFailed(
        `Cannot ${operator === '$inc' ? 'increment' : 'multiply'} with non-numeric argument: {${path}: ${encode(operand)}}`,
      )
    return (target, present, doc) => {
      if (present === undefined) {
        target.write(ifMissing(operand))
        return
      }
      if (typeof present !== 'number')
        throw requestFailed(
          `Cannot apply ${operator} to a value of non-numeric type. {_id: ${encode(doc['_id'] ?? null)}} has the field '${target.name}' of non-numeric type ${typeName(present)}`,
        )
      const result = combine(present, operand)
      // Two whole numbers stay whole: what does not fit into 64 bits is refused.
      if (isWhole(present) && isWhole(operand) && !isWhole(result))
        throw requestFailed(
          `Failed to apply ${operator} operations to current value (${present}) for document {_id: ${encode(doc['_id'] ?? null)}}`,
        )
      target.write(result)
    }
  }

const isWhole = (value: number): boolean => isInt(value) || isLong(value)

const bounded =
  (replaces: (order: number) => boolean): ChangeOf =>
  (operand) => {
    checkStorable(operand)
    return (target, present) => {
      if (present === undefined || replaces(compare(operand, present))) target.write(copy(operand))
    }
  }

type Combine = (a: number, b: number) => number
const BITS: ReadonlyMap<string, Combine> = new Map(
  Object.entries<Combine>({
    and: (a, b) => a & b,
    or: (a, b) => a | b,
    xor: (a, b) => a ^ b,
  }),
)

const bit: ChangeOf = (operand, path) => {
  const steps = isDoc(operand) ? Object.entries(operand) : []
  if (steps.length === 0)
    throw requestFailed(`The $bit modifier is not compatible with ${encode(operand)} at ${path}`)
  const parsed = steps.map(([name, by]) => {
    const combine = BITS.get(name)
    if (combine === undefined || typeof by !== 'number' || !isInt(by))
      throw requestFailed(`The $bit modifier only supports 'and', 'or', and 'xor' of integers: ${name}`)
    return { combine, by }
  })
  return (target, present, doc) => {
    const from = present ?? 0
    if (typeof from !== 'number' || !isInt(from))
      throw requestFailed(
        `Cannot apply $bit to a value of non-integral type._id: ${encode(doc['_id'] ?? null)} has the field ${target.name} of non-integer type ${typeName(present)}`,
      )
    target.write(parsed.reduce((value, { combine, by }) => combine(value, by), from))
  }
}

const unset: ChangeOf = () => (target, present) => {
  if (present !== undefined) target.remove()
}

const currentDate: ChangeOf = (_operand, path) => {
  // The SDK's serverDate arrives as a date; $currentDate itself has no command in it.
  throw invalidParam(`$currentDate on ${path} is not simulated by the emulator; use db.serverDate()`)
}

export const FIELD_CHANGES: Record<string, { of: ChangeOf; creates: boolean }> = {
  $set: { of: set, creates: true },
  $unset: { of: unset, creates: false },
  $inc: {
    of: arithmetic(
      '$inc',
      (by) => by,
      (a, b) => a + b,
    ),
    creates: true,
  },
  $mul: {
    of: arithmetic(
      '$mul',
      () => 0,
      (a, b) => a * b,
    ),
    creates: true,
  },
  $min: { of: bounded((order) => order < 0), creates: true },
  $max: { of: bounded((order) => order > 0), creates: true },
  $bit: { of: bit, creates: true },
  $currentDate: { of: currentDate, creates: true },
}
