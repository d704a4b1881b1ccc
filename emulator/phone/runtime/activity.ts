/** What page code did, as a developer wants to see it: API calls, setData, pages, warnings. */
export interface ActivityRow {
  /** Grows by one with each row of this phone. */
  id: number
  /** ms since 1970, the computer's time. */
  at: number
  kind: 'api' | 'setData' | 'page' | 'warning'
  text: string
  /** Only setData: the size of what was set, as JSON. */
  bytes?: number
  /** Only API calls: from the call to the answer. */
  durationMs?: number
  isFailed?: boolean
}

/** Rows that are kept; older ones are forgotten. */
const KEPT = 400

/** The last things that happened on one phone. */
export class Activity {
  readonly rows: ActivityRow[] = []
  private nextId = 1

  add(row: Omit<ActivityRow, 'id' | 'at'>): void {
    this.rows.push({ id: this.nextId, at: Date.now(), ...row })
    this.nextId += 1
    if (this.rows.length > KEPT) this.rows.shift()
  }
}
