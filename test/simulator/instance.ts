/** Instances of a function: each has a clock of its own, can be killed, stopped for a while, and stands still between calls. */
import type { Chance } from './chance'
import type { Schedule } from './schedule'

/** A call of a function as its instance knows it. */
export interface Resident {
  interrupt(): void
}

export class Instance {
  isDead = false
  /** The call that it works on. */
  private call: Resident | null = null
  /** It, and those before it that did not end. */
  private readonly residents = new Set<Resident>()
  /** Its wall clock less the true time. */
  skewMs: number
  private resumesAt = 0
  private reachesUntil = 0
  private reachesFrom = 0
  private fastFrom = 0
  private swiftFrom = 0
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
    this.interrupt()
    this.isDead = true
    this.frozen = null
  }

  /** SIGSTOP: answers wait until it goes on; the clocks do not. It goes on with a network that is slow for a while. */
  pause(ms: number, sluggishMs: number): void {
    this.interrupt()
    this.resumesAt = Math.max(this.resumesAt, this.schedule.now() + ms)
    this.swiftFrom = this.resumesAt + sluggishMs
  }

  /** Whether what it sends now is long on its way. */
  isSluggish(): boolean {
    return this.schedule.now() < this.swiftFrom
  }

  /** The database is out of its reach, for so long. */
  cutOff(ms: number, from = this.schedule.now()): void {
    this.reachesUntil = from
    this.reachesFrom = from + ms
  }

  isCutOff(): boolean {
    const now = this.schedule.now()
    return now >= this.reachesUntil && now < this.reachesFrom
  }

  /** Its calls reach the database late for so long, and then for so long not at all. */
  slowDown(ms: number, cutOffMs: number): void {
    this.fastFrom = this.schedule.now() + ms
    this.cutOff(cutOffMs, this.fastFrom)
  }

  isSlow(): boolean {
    return this.schedule.now() < this.fastFrom
  }

  get isBusy(): boolean {
    return this.call !== null
  }

  /** This call has returned. */
  end(call: Resident): void {
    this.residents.delete(call)
    this.freeze(call)
  }

  /** This call is over, for now. One that was thawed and returns late ends nothing. */
  freeze(call: Resident): void {
    if (this.call !== call) return
    this.call = null
    this.frozen ??= []
  }

  thaw(call: Resident): void {
    this.call = call
    this.residents.add(call)
    const waiting = this.frozen ?? []
    this.frozen = null
    for (const run of waiting) this.schedule.after(0, () => this.deliver(run))
  }

  private interrupt(): void {
    for (const resident of this.residents) resident.interrupt()
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
  private instances: Instance[] = []

  constructor(
    private readonly schedule: Schedule,
    private readonly chance: Chance,
    private readonly most: number,
  ) {}

  /** A warm one or a new one; undefined where all are busy. */
  take(): Instance | undefined {
    this.instances = this.instances.filter(({ isDead }) => !isDead)
    const alive = this.instances
    const [first, ...rest] = alive.filter(({ isBusy }) => !isBusy)
    const isCold = !first || (alive.length < this.most && this.chance.is(0.5))
    if (isCold && alive.length >= this.most) return undefined
    const instance = isCold ? new Instance(this.schedule, this.chance) : this.chance.of([first, ...rest])
    if (isCold) this.instances.push(instance)
    return instance
  }
}
