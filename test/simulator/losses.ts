/** What one invocation was told of its leases: it can know that a lane is lost before the store has to refuse it. */
import type { MemoryDatabase } from '../../adapters/memory/database'
import { laneId } from '../../core/delivery/lanes'
import type { Page } from '../../core/delivery/page'
import { type Change, Test, type Where } from '../../core/ports'

/** The ids that a condition names. */
function idsIn({ _id }: Where): string[] {
  const named = _id instanceof Test ? _id.value : _id
  return (Array.isArray(named) ? named : [named]).filter((id) => typeof id === 'string')
}

export class Losses {
  private readonly lost = new Set<string>()

  constructor(private readonly database: Pick<MemoryDatabase, 'get'>) {}

  /** An update is asked for. Gives what is wrong with it. */
  asks(collection: string, where: Where, { inc }: Change): string | undefined {
    // A lane that is taken anew may be had again.
    if (collection === 'lanes' && inc?.['fence'] !== undefined)
      for (const id of idsIn(where)) this.lost.delete(id)
    if (collection !== 'pages' || where['stop'] !== false || this.lost.size === 0) return undefined
    const [_id = ''] = idsIn(where)
    const page = this.database.get('pages', _id) as Page | null
    const lane = page?.lanes.map(laneId).find((id) => this.lost.has(id))
    return lane && `${_id} is announced after ${lane} was lost`
  }

  /** An update was answered: a holder that renews finds that it has less than it believes, or it has all. */
  hears(collection: string, where: Where, { set, inc }: Change, updated: number): void {
    const isRenewal = collection === 'lanes' && typeof where['holder'] === 'string' && inc === undefined
    if (!isRenewal || set?.['leaseUntil'] === undefined || set['holder'] !== undefined) return
    const ids = idsIn(where)
    if (updated < ids.length) for (const id of ids) this.lost.add(id)
  }
}
