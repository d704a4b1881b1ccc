/** One thing wrong in a Mini Program's source, where a person can find it. */
export interface Fault {
  /** Path from the project root, as in app.json. */
  file: string
  /** Counted from 1; absent when the whole file is meant. */
  line?: number
  column?: number
  message: string
}

/** The project cannot be built; `faults` says what and where. */
export class BuildError extends Error {
  override name = 'BuildError'

  constructor(readonly faults: Fault[]) {
    super(faults.map(sentenceOf).join('\n'))
  }
}

/** `pages/a/a.wxml:3:7 missing end tag` */
export function sentenceOf(fault: Fault): string {
  const line = fault.line === undefined ? '' : `:${fault.line}`
  const column = fault.column === undefined ? '' : `:${fault.column}`
  return `${fault.file}${line}${column} ${fault.message}`
}

/** Line and column (from 1) of a character offset. */
export function placeOf(source: string, offset: number): { line: number; column: number } {
  const before = source.slice(0, offset).split('\n')
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 }
}
