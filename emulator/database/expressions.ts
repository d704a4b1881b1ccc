import { Query } from 'mingo'
import { invalidParam } from './failure'
import { type Doc, isDoc, type Value } from './values'

/** Runs something of the query library; what it refuses is a refusal, not a fault of ours. */
export function withLibrary<T>(run: () => T): T {
  try {
    return run()
  } catch (cause) {
    throw invalidParam(cause instanceof Error ? cause.message : String(cause))
  }
}

/** `$expr`: an aggregation expression as a condition. */
export function aggregationTest(expression: Value): (doc: Doc) => boolean {
  if (!isDoc(expression) && typeof expression !== 'string') throw invalidParam('$expr needs an expression')
  const query = withLibrary(() => new Query({ $expr: expression }, { scriptEnabled: false }))
  return (doc) => withLibrary(() => query.test(doc))
}
