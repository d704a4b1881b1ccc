/** Asks again and again while a page is looked at and something moves. */
import type { CampaignProgress, CampaignState } from '../../core/contract'

export type Pace = 'quick' | 'slow' | 'stop'

/** Each question is a function call and two reads of the database, which are billed. */
const EVERY_MS = { quick: 2_000, slow: 15_000 }
/** Without an answer each waits twice as long as the one before. */
const SLOWEST_MS = 30_000
/** A start that is nearer than this is waited for. */
const NEAR_MS = 60_000

interface Moving {
  state: CampaignState
  startAt: number | null
  progress: Pick<CampaignProgress, 'perSecond'>
}

/** How often a campaign is worth a look: one that only waits (for its time, for people's quiet hours) seldom. */
export function paceOf({ state, startAt, progress }: Moving, now: number): Pace {
  if (state === 'running') return progress.perSecond === 0 ? 'slow' : 'quick'
  if (state !== 'scheduled') return 'stop'
  return startAt !== null && startAt - now < NEAR_MS ? 'quick' : 'slow'
}

export function fastest(paces: readonly Pace[]): Pace {
  if (paces.includes('quick')) return 'quick'
  return paces.includes('slow') ? 'slow' : 'stop'
}

export class Polling {
  private timer = 0
  private every = EVERY_MS.quick
  private isOn = false

  /** `ask` throws where it could not be asked. */
  constructor(private readonly ask: () => Promise<Pace>) {}

  /** What was seen by other means: from now on it asks at this pace. */
  go(pace: Pace): void {
    this.stop()
    if (pace === 'stop') return
    this.isOn = true
    this.every = EVERY_MS[pace]
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
      const pace = await this.ask()
      if (pace === 'stop') this.isOn = false
      else this.every = EVERY_MS[pace]
    } catch (error) {
      console.warn('polling', error)
      this.every = Math.max(this.every, Math.min(SLOWEST_MS, this.every * 2))
    }
    // Stopped while it was asking: it stays stopped.
    if (this.isOn) this.wait()
  }
}
