/** How many messages one invocation may have in doubt: announced and not settled. Its lanes share them. */
export class Permits {
  private readonly waiting: { most: number; resolve: (taken: number) => void }[] = []

  /** Those that can come back. */
  private total: number

  constructor(private free: number) {
    this.total = free
  }

  /** So much is in doubt for good that this invocation may announce nothing more. */
  get isSpent(): boolean {
    return this.total <= 0
  }

  /** As many as are free now, at most `most`; none where others wait already. */
  takeFree(most: number): number {
    if (this.waiting.length > 0) return 0
    const taken = Math.max(0, Math.min(most, this.free))
    this.free -= taken
    return taken
  }

  /** At least one, at most `most`: waits its turn where none is free. None where all are spent. */
  async take(most: number): Promise<number> {
    if (this.isSpent) return 0
    const taken = this.takeFree(most)
    if (taken > 0) return taken
    return new Promise((resolve) => this.waiting.push({ most, resolve }))
  }

  /** Whether somebody waits. */
  get isWanted(): boolean {
    return this.waiting.length > 0
  }

  give(count: number): void {
    this.free += count
    while (this.free > 0) {
      const next = this.waiting.shift()
      if (!next) return
      const taken = Math.min(next.most, this.free)
      this.free -= taken
      next.resolve(taken)
    }
  }

  /** Their messages stay in doubt: they never come back. */
  lose(count: number): void {
    this.total -= count
    if (!this.isSpent) return
    for (const { resolve } of this.waiting.splice(0)) resolve(0)
  }
}
