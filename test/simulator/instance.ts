/** Instances of a function: each has a clock of its own, can be killed, stopped for a while, and stands still between calls. */
import type { Chance } from './chance'
import type { Schedule } from './schedule'

export class Instance {
  isDead = false
  isBusy = false
  /** Its wall clock less the true time. */
  skewMs: number
  private resumesAt = 0
  /** What waits for the next call, since the platform freezes an instance that has returned or timed out. */
  private frozen: (() => void)[] | null = null

  constructor(
    private readonly schedule: Schedule,
    chance: Chance,
  ) {
    this.skewMs = chance.whole(-1500, 1500)
  }

  /** SIGKILL: no answer reaches it any more; what it has asked for happens. */
  kill(): void {
    this.isDead = true
    this.frozen = null
  }

  /** SIGSTOP: answers wait until it goes on; the clocks do not. */
  pause(ms: number): void {
    this.resumesAt = Math.max(this.resumesAt, this.schedule.now() + ms)
  }

  freeze(): void {
    this.isBusy = false
    this.frozen ??= []
  }

  thaw(): void {
    this.isBusy = true
    const waiting = this.frozen ?? []
    this.frozen = null
    for (const run of waiting) this.schedule.after(0, () => this.deliver(run))
  }

  /** Brings something to it as soon as it can notice. */
  deliver(run: () => void): void {
    if (this.isDead) return
    const wait = this.resumesAt - this.schedule.now()
    if (this.frozen) this.frozen.push(run)
    else if (wait > 0) this.schedule.after(wait, () => this.deliver(run))
    else run()
  }
}

/** The instances of one function: one call at a time in each, and no more of them than the platform allows. */
export class Pool {
  private readonly instances: Instance[] = []

  constructor(
    private readonly schedule: Schedule,
    private readonly chance: Chance,
    private readonly most: number,
  ) {}

  /** A warm one or a new one; undefined where all are busy. */
  take(): Instance | undefined {
    const alive = this.instances.filter(({ isDead }) => !isDead)
    const [first, ...rest] = alive.filter(({ isBusy }) => !isBusy)
    const isCold = !first || (alive.length < this.most && this.chance.is(0.5))
    if (isCold && alive.length >= this.most) return undefined
    const instance = isCold ? new Instance(this.schedule, this.chance) : this.chance.of([first, ...rest])
    if (isCold) this.instances.push(instance)
    instance.thaw()
    return instance
  }
}
