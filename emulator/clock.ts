/** What the parts of the emulator ask for the time. */
export interface Clock {
  /** Milliseconds since 1970, moved time included. */
  now(): number
  /** This time minus the machine's, in milliseconds: what another process adds to its own clock. */
  offset(): number
}

/** The emulator's time: real time plus an offset that can be moved. */
export class EmulatorClock implements Clock {
  private offsetMs: number
  private readonly listeners = new Set<(now: number) => void>()

  constructor(
    private readonly systemNow: () => number,
    offsetMs = 0,
  ) {
    this.offsetMs = offsetMs
  }

  now(): number {
    return this.systemNow() + this.offsetMs
  }

  offset(): number {
    // Two readings of one clock may differ by a millisecond; the offset itself is exact.
    return this.systemNow === Date.now ? this.offsetMs : this.now() - Date.now()
  }

  /** How far time was moved: this time minus the time source's. */
  moved(): number {
    return this.offsetMs
  }

  advance(ms: number): void {
    this.set(this.now() + ms)
  }

  /** Moves time to `now` (ms since 1970), forwards or backwards, and tells the listeners. */
  set(now: number): void {
    this.offsetMs = now - this.systemNow()
    for (const listener of this.listeners) listener(now)
  }

  /** Calls `listener` after each move; returns how to stop it. */
  onMove(listener: (now: number) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }
}
