import { placesOf, quoted } from './cut'
import { decodeStored, encode } from './ejson'
import type { Condition } from './filter'
import { type Index, isAffected } from './index-keys'
import { positionOf } from './paths'
import { fieldOf, type Doc } from './values'

/** What a change needs of a stored document. */
export interface Excerpt {
  /** Its fields that conditions, change and index keys name; the `_id` always. */
  doc: Doc
  /** The text of the whole document with these fields as they are now; the others stay as they are spelled. */
  spell: (doc: Doc) => string
}

/** Of shorter texts all is read at once as quickly. */
const WORTH_CUTTING = 2_000

/** Changed, such a field would go to the front: fields named like positions come first, in their order. */
const isLikePosition = (name: string): boolean => positionOf(name) !== undefined

/**
 * Reads excerpts of stored texts for a change of these fields (first names): undefined where the whole document is to be
 * read. What comes of an excerpt is the text that reading, changing and spelling the whole document gives.
 */
export function excerptsFor(
  conditions: readonly Condition[],
  changed: ReadonlySet<string>,
  indexes: readonly Index[],
): (text: string) => Excerpt | undefined {
  const asked = conditions.map((condition) =>
    condition.kind === 'field' ? firstOf(condition.path) : undefined,
  )
  const keys = indexes
    .filter((index) => isAffected(index, changed))
    .flatMap((index) => index.keys.map(([path]) => firstOf(path)))
  const named = asked.filter((name) => name !== undefined)
  // A test of the whole document may ask for any field.
  if (named.length < asked.length || [...changed].some(isLikePosition)) return () => undefined
  const names = quoted(['_id', ...changed, ...named, ...keys])
  return (text) =>
    text.length >= WORTH_CUTTING && text.startsWith('{"_id":') ? excerptOf(text, names, changed) : undefined
}

const firstOf = (path: string): string => path.split('.', 1)[0] ?? path

function excerptOf(text: string, names: ReadonlySet<string>, changed: ReadonlySet<string>): Excerpt {
  const places = placesOf(text, names)
  const doc = decodeStored(`{${places.map(({ from, end }) => text.slice(from, end)).join(',')}}`)
  const before = Object.keys(doc)
  const isThere = new Set(before)
  return {
    doc,
    spell(now) {
      let spelled = ''
      let at = 0
      for (const [i, { from, value, end }] of places.entries()) {
        const name = before[i] ?? ''
        if (!changed.has(name)) continue
        const field = fieldOf(now, name)
        // The comma before it goes too: it is not the first.
        spelled += field === undefined ? text.slice(at, from - 1) : text.slice(at, value) + encode(field)
        at = end
      }
      spelled += text.slice(at, -1)
      for (const name of Object.keys(now)) {
        const field = isThere.has(name) ? undefined : fieldOf(now, name)
        if (field !== undefined) spelled += `,${JSON.stringify(name)}:${encode(field)}`
      }
      return `${spelled}}`
    },
  }
}
