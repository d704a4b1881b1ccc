import { fieldOf, isDoc, type Doc, type Value } from './values'

/** Dotted paths as MongoDB's queries read them, through arrays of documents. */

export type Path = readonly string[]

export const pathOf = (dotted: string): Path => dotted.split('.')

const INDEX = /^(0|[1-9]\d*)$/

/** The array position that a part of a path names, or undefined. */
export const positionOf = (part: string): number | undefined => (INDEX.test(part) ? Number(part) : undefined)

/**
 * True when `test` holds for any value that the path reaches; `undefined` is tested where it ends in a document (or
 * scalar) without the field. Elements of an array on the way are entered when they are documents; elements that are
 * not documents are passed over, so that `{'a.b': null}` does not match `{a: [1]}`.
 * https://www.mongodb.com/docs/manual/tutorial/query-array-of-documents/
 */
export function anyAt(
  value: Value | undefined,
  path: Path,
  test: (value: Value | undefined) => boolean,
  from = 0,
): boolean {
  if (from === path.length) return test(value)
  const part = path[from] ?? ''
  if (Array.isArray(value)) {
    for (const item of value) if (isDoc(item) && anyAt(item, path, test, from)) return true
    const position = positionOf(part)
    return position !== undefined && position < value.length && anyAt(value[position], path, test, from + 1)
  }
  return anyAt(isDoc(value) ? fieldOf(value, part) : undefined, path, test, from + 1)
}

/**
 * All values that an index or a sort on the path sees: elements of an array count each for itself, an empty array as
 * `undefined`, a missing field as null. `isMany` tells that an array was met.
 */
export function valuesAt(doc: Doc, path: Path): { values: (Value | undefined)[]; isMany: boolean } {
  const values: (Value | undefined)[] = []
  const isMany = gather(doc, path, 0, values)
  return { values: values.length === 0 ? [null] : values, isMany }
}

function gather(value: Value | undefined, path: Path, from: number, into: (Value | undefined)[]): boolean {
  if (Array.isArray(value)) {
    if (from === path.length) {
      if (value.length === 0) into.push(undefined)
      else into.push(...value)
      return true
    }
    const position = positionOf(path[from] ?? '')
    if (position !== undefined && position < value.length) gather(value[position], path, from + 1, into)
    for (const item of value) {
      if (isDoc(item)) gather(item, path, from, into)
      else if (position === undefined) into.push(null)
    }
    return true
  }
  if (from === path.length) {
    into.push(value ?? null)
    return false
  }
  return gather(isDoc(value) ? fieldOf(value, path[from] ?? '') : undefined, path, from + 1, into)
}
