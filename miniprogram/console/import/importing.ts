/** Rows on their way into a list, a part at a time: what is sent twice is in the list once. */
import type { Audience, Outputs } from '../../../core/contract'
import { call } from '../../services/cloud'
import type { Keys } from '../../services/keys'
import type { Row, Wrong } from './rows'

/** Rows of one call, and characters of them: a call may bring 100 KB (wechat.md §8), and a character has up to three. */
const AT_ONCE = 200
const CHARACTERS = 30_000

export interface Tally {
  added: number
  replaced: number
  repeated: number
  refused: Wrong[]
}

/** What is made of the list where it is not there yet. */
export interface Wanted {
  name: string
  template: string
}

type Appended = Outputs['audience.append']

export class Importing {
  readonly tally: Tally = { added: 0, replaced: 0, repeated: 0, refused: [] }
  /** Rows that the service has answered for. */
  done = 0

  constructor(
    readonly rows: readonly Row[],
    /** The list; null until it is made. */
    public audience: string | null,
  ) {}

  get isOver(): boolean {
    return this.done === this.rows.length
  }

  /** The list, made once however often this is asked. Throws CallFailure. */
  async open(keys: Keys, { name, template }: Wanted): Promise<string> {
    if (this.audience !== null) return this.audience
    const input = { name, size: Math.max(1, this.rows.length), ...(template && { template }) }
    const ask = (key: string): Promise<Audience> => call('staff', 'audience.create', { ...input, key })
    const { audience } = await keys.ask(input, ask)
    this.audience = audience
    return audience
  }

  /** The next part. Throws CallFailure: then it is sent again by the next call. */
  async next(audience: string): Promise<void> {
    const part = this.rows.slice(this.done, this.done + this.fitting())
    const rows = part.map(({ row }) => row)
    const { added, replaced, repeated, refused } = await call('staff', 'audience.append', { audience, rows })
    this.done += part.length
    this.tally.added += added
    this.tally.replaced += replaced
    this.tally.repeated += repeated
    this.tally.refused.push(...placed(part, refused))
  }

  /** How many of the rows that are left go into one call; one at least. */
  private fitting(): number {
    let characters = 0
    let count = 0
    for (const { row } of this.rows.slice(this.done, this.done + AT_ONCE)) {
      characters += JSON.stringify(row).length
      if (count > 0 && characters > CHARACTERS) break
      count += 1
    }
    return count
  }
}

/** Refused rows by their line: those of one openid in their order. */
function placed(part: readonly Row[], refused: Appended['refused']): Wrong[] {
  const taken = new Set<Row>()
  return refused.map(({ openid, faults }) => {
    const from = part.find((one) => one.row.openid === openid && !taken.has(one))
    if (from) taken.add(from)
    return { line: from?.line ?? 0, words: faults.map(({ message }) => message).join('; ') }
  })
}
