/** Events on their way to the service, a part at a time: what is sent twice is there once. */
import { call } from '../../services/cloud'
import type { Event, Wrong } from './events'

/** Of one call: it ends within the service's time, and with all params it is less than the 100 KB that a call may bring. */
const AT_ONCE = { events: 20, people: 400 }

export class Importing {
  readonly tally = { added: 0, changed: 0, repeated: 0 }
  /** Events that the service has answered for. */
  done = 0

  constructor(
    readonly series: string,
    readonly events: readonly Event[],
    readonly refused: Wrong[],
  ) {}

  get isOver(): boolean {
    return this.done === this.events.length
  }

  /** The next part. Throws CallFailure: then it is sent again by the next call. */
  async next(): Promise<void> {
    const part = this.part()
    const rows = part.map(({ row, at, params, people }) => ({ row, at, params, people }))
    const { series, tally } = this
    const { added, changed, repeated, refused } = await call('staff', 'reminder.rows.import', {
      series,
      rows,
    })
    this.done += part.length
    tally.added += added
    tally.changed += changed
    tally.repeated += repeated
    for (const { row, faults } of refused) {
      const lines = part.find((event) => event.row === row)?.lines ?? []
      this.refused.push({ row, lines, words: faults.map(({ message }) => message).join('; ') })
    }
  }

  private part(): Event[] {
    const part: Event[] = []
    let people = 0
    for (const event of this.events.slice(this.done, this.done + AT_ONCE.events)) {
      people += event.people.length
      if (part.length > 0 && people > AT_ONCE.people) break
      part.push(event)
    }
    return part
  }
}
