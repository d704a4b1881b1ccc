/** Asks again and again while a page is looked at and something moves. */

/** While it goes well; each failure doubles it, so that a phone without a network does not ask on and on. */
const EVERY_MS = 2_000
const SLOWEST_MS = 30_000

export class Polling {
  private timer = 0
  private every = EVERY_MS
  private isOn = false

  /** `ask` resolves with whether something still moves; it throws where it could not be asked. */
  constructor(private readonly ask: () => Promise<boolean>) {}

  /** Asks after a while, unless it does so already. */
  start(): void {
    if (this.isOn) return
    this.isOn = true
    this.every = EVERY_MS
    this.wait()
  }

  stop(): void {
    this.isOn = false
    clearTimeout(this.timer)
  }

  private wait(): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => void this.turn(), this.every) as unknown as number
  }

  private async turn(): Promise<void> {
    try {
      const isMoving = await this.ask()
      this.every = EVERY_MS
      if (!isMoving) this.isOn = false
    } catch (error) {
      console.warn('polling', error)
      this.every = Math.min(SLOWEST_MS, this.every * 2)
    }
    // Stopped while it was asking: it stays stopped.
    if (this.isOn) this.wait()
  }
}
