/** One finished invocation, as the platform's log shows it. */
export interface LogRow {
  id: number
  /** When it began: ms since 1970, moved time. */
  at: number
  function: string
  requestId: string
  source: string
  openid?: string
  durationMs: number
  memoryMB: number
  status: 'ok' | 'error' | 'timeout'
  lines: string[]
  /** The JSON it returned, cut short. */
  result?: string
  error?: string
}

/** Rows that are kept; older ones are forgotten. */
const KEPT_ROWS = 2000
const KEPT_RESULT_CHARACTERS = 500
/** Output of one invocation that is kept, in characters. */
const KEPT_OUTPUT = 64 * 1024

/** The last invocations, in order, and who wants to hear of new ones. */
export class FunctionLog {
  private rows: LogRow[] = []
  private nextId = 1

  constructor(private readonly onRow: (row: LogRow) => void) {}

  add(row: Omit<LogRow, 'id'>): LogRow {
    const kept: LogRow = { id: this.nextId++, ...row }
    if (kept.result !== undefined && kept.result.length > KEPT_RESULT_CHARACTERS)
      kept.result = `${kept.result.slice(0, KEPT_RESULT_CHARACTERS)}…`
    this.rows.push(kept)
    // Twice the length before a cut, so that a row costs no copy of the list.
    if (this.rows.length >= 2 * KEPT_ROWS) this.rows = this.rows.slice(-KEPT_ROWS)
    this.onRow(kept)
    return kept
  }

  /** Rows with an id above `after`, oldest first, at most as many as are kept. */
  after(id: number): LogRow[] {
    return this.rows.filter((row) => row.id > id).slice(-KEPT_ROWS)
  }
}

/** Gathers what one invocation writes, and splits it into lines. */
export class Output {
  private text = ''
  private isCut = false

  readonly write = (text: string): void => {
    if (this.isCut) return
    this.text += text
    if (this.text.length <= KEPT_OUTPUT) return
    this.isCut = true
    this.text = `${this.text.slice(0, KEPT_OUTPUT)}\n… the rest of the output is not kept\n`
  }

  lines(): string[] {
    return this.text === '' ? [] : this.text.replace(/\n$/, '').split('\n')
  }
}
