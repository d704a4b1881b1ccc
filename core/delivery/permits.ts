/**
 * How many messages one invocation may have in doubt: announced and not settled. Its lanes share them, one page at a
 * time: the page whose turn it is takes all that come back until everybody of it is announced, so that it always has a
 * whole window under way; the next one is claimed and spent by then.
 */
export class Permits {
  /** Those that can come back. */
  private total: number
  private isTaken = false
  private readonly queue: ((isOpen: boolean) => void)[] = []
  private waiting: { most: number; resolve: (taken: number) => void } | undefined
  /** Those who hold permits, told when one is missed. */
  private readonly holders = new Set<() => void>()
  /** Everybody of a page has paid: it can be sent as soon as it is its turn. */
  ready: () => void = () => undefined
  /** Resolves when the first page is ready to be sent. */
  readonly whenReady = new Promise<void>((resolve) => {
    this.ready = resolve
  })

  constructor(private free: number) {
    this.total = free
  }

  /** So much is in doubt for good that this invocation may announce nothing more. */
  get isSpent(): boolean {
    return this.total <= 0
  }

  /** Whether it is some page's turn. */
  get isBusy(): boolean {
    return this.isTaken
  }

  /** Whether the page whose turn it is waits for what another still holds. */
  get isWanted(): boolean {
    return this.waiting !== undefined
  }

  /** Waits for the turn to announce: `first` comes before all others that wait. False where all permits are spent. */
  async enter(isFirst: boolean): Promise<boolean> {
    if (this.isSpent) return false
    if (!this.isTaken) {
      this.isTaken = true
      return true
    }
    return new Promise((resolve) => (isFirst ? this.queue.unshift(resolve) : this.queue.push(resolve)))
  }

  /** Everybody is announced, or nobody more will be: the turn goes to the next page. */
  leave(): void {
    const next = this.queue.shift()
    if (next) next(true)
    else this.isTaken = false
  }

  /** As many as are free now, at most `most`. */
  takeFree(most: number): number {
    const taken = Math.max(0, Math.min(most, this.free))
    this.free -= taken
    return taken
  }

  /** At least one, at most `most`: waits where none is free. None where all are spent. For the page whose turn it is. */
  async take(most: number): Promise<number> {
    const taken = this.takeFree(most)
    if (taken > 0 || this.isSpent) return taken
    return new Promise((resolve) => {
      this.waiting = { most, resolve }
      for (const tell of this.holders) tell()
    })
  }

  /** `tell` is called when somebody begins to wait for permits. Returns what ends that. */
  onWanted(tell: () => void): () => void {
    this.holders.add(tell)
    return () => this.holders.delete(tell)
  }

  give(count: number): void {
    this.free += count
    if (!this.waiting || this.free <= 0) return
    const { most, resolve } = this.waiting
    this.waiting = undefined
    resolve(this.takeFree(most))
  }

  /** Their messages stay in doubt: they never come back. */
  lose(count: number): void {
    this.total -= count
    if (!this.isSpent) return
    this.waiting?.resolve(0)
    this.waiting = undefined
    for (const resolve of this.queue.splice(0)) resolve(false)
  }
}
