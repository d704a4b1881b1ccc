/**
 * More levels of arrays and objects than any request has (documents may have 100, in a text within a text), and far
 * fewer than what overflows the stack of whoever walks through the value.
 */
const MAX_LEVELS = 500

/** JSON.parse for what comes from outside. Throws a SyntaxError, also on a text that is nested too deeply. */
export function parseJson(text: string): unknown {
  // A text that is shorter cannot be deeper.
  if (text.length > 2 * MAX_LEVELS && levelsOf(text) > MAX_LEVELS)
    throw new SyntaxError(`more than ${MAX_LEVELS} levels of nesting`)
  return JSON.parse(text) as unknown
}

const QUOTE = 0x22
const BACKSLASH = 0x5c

/** How deep brackets and braces are nested, those within strings left out. */
function levelsOf(text: string): number {
  let level = 0
  let deepest = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === QUOTE) i = endOfString(text, i)
    // '[' and '{' are 0x5b and 0x7b, ']' and '}' are 0x5d and 0x7d.
    else if ((code | 0x20) === 0x7b) deepest = Math.max(deepest, ++level)
    else if ((code | 0x20) === 0x7d) level -= 1
  }
  return deepest
}

/** Where the string that begins at `start` has its closing quote; the end of the text when it has none. */
export function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let before = end - 1
    while (text.charCodeAt(before) === BACKSLASH) before -= 1
    // An even number of backslashes escapes nothing.
    if ((end - before) % 2 === 1) return end
  }
  return text.length
}
