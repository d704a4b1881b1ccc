import type { Row } from './rows'

/** What a document was before a write; undefined when it was not there. */
export type Before = Row | undefined

interface Entry {
  /** Which commit changed it. */
  commit: number
  before: Before
}

/**
 * What documents were before the writes that open transactions do not see. Kept in memory, and only while one is open:
 * a transaction does not outlive the process.
 */
export class History {
  private commits = 0
  private readonly open = new Map<symbol, number>()
  private readonly entries = new Map<string, Map<string, Entry[]>>()
  private pending: { collection: string; id: string; before: Before }[] = []

  /** Opens a view of the documents as they are now. */
  openSnapshot(): Snapshot {
    const key = Symbol('snapshot')
    const at = this.commits
    this.open.set(key, at)
    return {
      changedSince: (collection) => this.changedSince(collection, at),
      close: () => {
        this.open.delete(key)
        if (this.open.size === 0) this.entries.clear()
      },
    }
  }

  /** Whether anybody would miss what is not noted. */
  get isKept(): boolean {
    return this.open.size > 0
  }

  /** Tells of a write, before its commit. */
  note(collection: string, id: string, before: Before): void {
    if (this.isKept) this.pending.push({ collection, id, before })
  }

  /** How many writes wait for their commit: what `forget` goes back to. */
  mark(): number {
    return this.pending.length
  }

  /** The writes behind a mark were undone. */
  forget(mark: number): void {
    this.pending.length = mark
  }

  /** The pending writes were committed. */
  commit(): void {
    if (this.pending.length === 0) return
    this.commits += 1
    for (const { collection, id, before } of this.pending) {
      const ofCollection = this.entries.get(collection) ?? new Map<string, Entry[]>()
      this.entries.set(collection, ofCollection)
      ofCollection.set(id, [...(ofCollection.get(id) ?? []), { commit: this.commits, before }])
    }
    this.pending = []
  }

  private changedSince(collection: string, at: number): Map<string, Before> {
    const changed = new Map<string, Before>()
    for (const [id, entries] of this.entries.get(collection) ?? []) {
      const first = entries.find(({ commit }) => commit > at)
      if (first !== undefined) changed.set(id, first.before)
    }
    // Written earlier in the same commit.
    for (const { collection: name, id, before } of this.pending)
      if (name === collection && !changed.has(id)) changed.set(id, before)
    return changed
  }
}

/** The documents as they were at one moment. */
export interface Snapshot {
  /** The documents of a collection that others changed since, as they were then, by the key of their `_id`. */
  changedSince(collection: string): Map<string, Before>
  close(): void
}
