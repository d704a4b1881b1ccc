import { encode } from './ejson'
import { requestFailed } from './failure'
import { positionOf } from './paths'
import { fieldOf, isDoc, type Doc, type Value } from './values'

/** One field (or array element) that an update writes. */
export interface Target {
  name: string
  /** True for an element of an array. */
  isElement: boolean
  read(): Value | undefined
  write(value: Value): void
  /** Takes the field away; an element becomes null, so that those behind it keep their places. */
  remove(): void
}

// MongoDB pads an array with at most this many nulls.
const MAX_PADDING = 1_500_000

/**
 * The field at the end of `parts`, or undefined when the way there is missing and not to be made. Throws when it leads
 * through a scalar and is to be made ("Cannot create field").
 */
export function parentOf(doc: Doc, parts: readonly string[], creates: boolean): Target | undefined {
  let at: Value = doc
  for (const [i, part] of parts.entries()) {
    const target = targetIn(at, part, parts[i - 1], creates)
    if (target === undefined || i === parts.length - 1) return target
    let next = target.read()
    if (next === undefined) {
      if (!creates) return undefined
      next = {}
      target.write(next)
    }
    at = next
  }
  return undefined
}

function targetIn(
  parent: Value,
  part: string,
  parentName: string | undefined,
  creates: boolean,
): Target | undefined {
  if (isDoc(parent)) return fieldTarget(parent, part)
  if (Array.isArray(parent)) {
    const position = positionOf(part)
    if (position !== undefined) return elementTarget(parent, position)
  }
  if (!creates) return undefined
  throw requestFailed(`Cannot create field '${part}' in element {${parentName ?? ''}: ${encode(parent)}}`)
}

function fieldTarget(parent: Doc, name: string): Target {
  return {
    name,
    isElement: false,
    read: () => fieldOf(parent, name),
    write(value) {
      if (name === '__proto__' || name.startsWith('$'))
        throw requestFailed(`The field '${name}' is not valid for storage.`)
      parent[name] = value
    },
    remove: () => void delete parent[name],
  }
}

function elementTarget(parent: Value[], position: number): Target {
  return {
    name: String(position),
    isElement: true,
    read: () => parent[position],
    write(value) {
      if (position - parent.length > MAX_PADDING)
        throw requestFailed(`can't backfill more than ${MAX_PADDING} elements`)
      while (parent.length < position) parent.push(null)
      parent[position] = value
    },
    remove() {
      if (position < parent.length) parent[position] = null
    },
  }
}

/** The paths that `a.$.b` (the element that the query matched) and `a.$[].b` (each element) stand for in this document. */
export function readPath(
  doc: Doc,
  path: string,
  positional: (arrayPath: string) => number | undefined,
): readonly (readonly string[])[] {
  if (!path.includes('$')) return [path.split('.')]
  let paths: string[][] = [[]]
  for (const part of path.split('.')) {
    if (part === '$') {
      paths = paths.map((before) => [...before, String(matchedPosition(before.join('.'), positional))])
    } else if (part === '$[]') {
      paths = paths.flatMap((before) => everyPosition(doc, before).map((position) => [...before, position]))
    } else if (part.startsWith('$[')) {
      throw requestFailed(`No array filter found for identifier '${part.slice(2, -1)}' in path '${path}'`)
    } else {
      paths = paths.map((before) => [...before, part])
    }
  }
  return paths
}

function matchedPosition(arrayPath: string, positional: (arrayPath: string) => number | undefined): number {
  const position = positional(arrayPath)
  if (position !== undefined) return position
  throw requestFailed('The positional operator did not find the match needed from the query.')
}

function everyPosition(doc: Doc, parts: readonly string[]): string[] {
  const array = parentOf(doc, parts, false)?.read()
  if (array === undefined)
    throw requestFailed(
      `The path '${parts.join('.')}' must exist in the document in order to apply array updates.`,
    )
  if (!Array.isArray(array))
    throw requestFailed(
      `Cannot apply array updates to non-array element ${parts.at(-1) ?? ''}: ${encode(array)}`,
    )
  return array.map((_, position) => String(position))
}
