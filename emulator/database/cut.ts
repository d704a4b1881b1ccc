import { endOfString } from '../json-text'

/**
 * Cuts fields out of the stored text of a document, in their order, `encode` of the same fields: reading and spelling the
 * whole document again would cost several times as much.
 */
export function cutter(names: readonly string[]): (text: string) => string {
  const wanted = new Set(names.map((name) => JSON.stringify(name)))
  return (text) => {
    let kept = ''
    let left = wanted.size
    // Stored texts have no spaces: a document is {"name":value,"name":value}.
    for (let from = 1; left > 0 && text.charCodeAt(from) === QUOTE; ) {
      const colon = endOfString(text, from) + 1
      const end = endOfValue(text, colon + 1)
      if (wanted.has(text.slice(from, colon))) {
        kept += kept === '' ? text.slice(from, end) : `,${text.slice(from, end)}`
        left -= 1
      }
      from = end + 1
    }
    return `{${kept}}`
  }
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
