import { decodeStored } from './ejson'
import type { Condition } from './filter'
import { fieldOf, isDoc, type Doc, type Value } from './values'

/**
 * Which element of an array the query matched: the first that meets one of the conditions on it. It is what `$` stands
 * for in an update (https://www.mongodb.com/docs/manual/reference/operator/update/positional/).
 */
export function positionalIndex(
  conditions: readonly Condition[],
  body: string,
): (arrayPath: string) => number | undefined {
  return (arrayPath) => {
    // Read anew, and only for the few updates that ask: others have changed the document by then.
    const array = valueAt(decodeStored(body), arrayPath)
    if (!Array.isArray(array)) return undefined
    for (const condition of conditions) {
      if (condition.kind !== 'field') continue
      if (condition.path !== arrayPath && !condition.path.startsWith(`${arrayPath}.`)) continue
      const position = array.findIndex((element) => condition.test(withArray(arrayPath, [element])))
      if (position >= 0) return position
    }
    return undefined
  }
}

function valueAt(doc: Doc, path: string): Value | undefined {
  let at: Value | undefined = doc
  for (const part of path.split('.')) at = isDoc(at) ? fieldOf(at, part) : undefined
  return at
}

/** A document that has nothing but an array at a path. */
function withArray(path: string, array: Value[]): Doc {
  return path.split('.').reduceRight<Value>((value, part) => ({ [part]: value }), array) as Doc
}
