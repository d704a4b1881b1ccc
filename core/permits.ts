/** How many messages one invocation may have in doubt: announced and not settled. Its lanes share them. */
export class Permits {
  private readonly waiting: { most: number; resolve: (taken: number) => void }[] = []

  constructor(private free: number) {}

  /** As many as are free now, at most `most`; none where others wait already. */
  takeFree(most: number): number {
    if (this.waiting.length > 0) return 0
    const taken = Math.max(0, Math.min(most, this.free))
    this.free -= taken
    return taken
  }

  /** At least one, at most `most`: waits its turn where none is free. */
  async take(most: number): Promise<number> {
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
}
