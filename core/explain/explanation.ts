/** One error of WeChat, of CloudBase or of an SDK, in words: what it means, why it comes, what to do. */
import type { Sentence } from '../sentences'

export interface Explanation {
  /** A number, or the name that stands in its place. One code has one explanation. */
  code: number | string
  /** The beginning of a sentence: lower case in English, no full stop. */
  meaning: Sentence
  cause: Sentence
  todo: Sentence
  /** Sections of docs/facts, or where else it is known from. */
  source: string
  /** Found in the text of an error that carries no code, or one that says nothing. */
  text?: RegExp
}

type Both = readonly [zh: string, en: string]
const both = ([zh, en]: Both): Sentence => ({ zh, en })

/** A row of a table: `meaning`, `cause` and `todo` are each Chinese and English. */
export const explained = (
  code: number | string,
  source: string,
  meaning: Both,
  cause: Both,
  todo: Both,
  text?: RegExp,
): Explanation => ({
  code,
  source,
  meaning: both(meaning),
  cause: both(cause),
  todo: both(todo),
  ...(text && { text }),
})
