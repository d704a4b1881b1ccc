import { endOfString } from '../json-text'

/**
 * Cuts fields out of the stored text of a document, in their order, `encode` of the same fields: reading and spelling the
 * whole document again would cost several times as much.
 */
export function cutter(names: readonly string[]): (text: string) => string {
  const wanted = quoted(names)
  return (text) => {
    let kept = ''
    for (const { from, end } of placesOf(text, wanted))
      kept += kept === '' ? text.slice(from, end) : `,${text.slice(from, end)}`
    return `{${kept}}`
  }
}

/** A field in the stored text of a document: its name from `from` on, in quotes; its value from `value` to `end`. */
export interface Place {
  name: string
  from: number
  value: number
  end: number
}

/** Names as a stored text has them. */
export const quoted = (names: Iterable<string>): ReadonlySet<string> =>
  new Set([...names].map((name) => JSON.stringify(name)))

/** Where these of its fields stand in a stored text, in their order; `names` are quoted. */
export function placesOf(text: string, names: ReadonlySet<string>): Place[] {
  const places: Place[] = []
  // Stored texts have no spaces: a document is {"name":value,"name":value}.
  for (let from = 1; places.length < names.size && text.charCodeAt(from) === QUOTE; ) {
    const value = endOfString(text, from) + 2
    const end = endOfValue(text, value)
    const name = text.slice(from, value - 1)
    if (names.has(name)) places.push({ name, from, value, end })
    from = end + 1
  }
  return places
}

const QUOTE = 0x22
const COMMA = 0x2c
const OPENING = 0x7b
const CLOSING = 0x7d

/** The place behind the value that begins at `start`. */
function endOfValue(text: string, start: number): number {
  let level = 0
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) {
      at = endOfString(text, at)
      if (level === 0) return at + 1
    } else if ((code | 0x20) === OPENING) level += 1
    // '[' and '{' are 0x5b and 0x7b, ']' and '}' are 0x5d and 0x7d.
    else if ((code | 0x20) === CLOSING) {
      // A number, true, false or null may end with what it is in.
      if (level === 0) return at
      level -= 1
      if (level === 0) return at + 1
    } else if (code === COMMA && level === 0) return at
  }
  return text.length
}
