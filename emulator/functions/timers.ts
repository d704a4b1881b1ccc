import type { EmulatorClock } from '../clock'
import type { Functions } from './functions'
import type { CloudFunction, Trigger } from './project'

interface Due {
  at: number
  definition: CloudFunction
  trigger: Trigger
}

/** setTimeout counts in 32 bits; a timer further away is looked at again after this time. */
const LONGEST_WAIT_MS = 3_600_000

/**
 * Fires the timer triggers of config.json: in real time by themselves, and when time is moved, everything that
 * became due, each firing once, in order, at its own moment.
 */
export class Timers {
  private planned: NodeJS.Timeout | undefined
  /** The moment up to which everything due has been fired. */
  private firedUpTo: number
  private moves: Promise<void> = Promise.resolve()
  private isStopped = false
  private readonly running = new Set<Promise<unknown>>()

  constructor(
    private readonly clock: EmulatorClock,
    private readonly functions: Functions,
    private readonly onFault: (error: unknown) => void,
    /** Hears where a move goes before it begins. */
    private readonly onTarget: (target: number) => void,
  ) {
    this.firedUpTo = clock.now()
  }

  /** Begins to fire in real time. */
  start(): void {
    this.firedUpTo = this.clock.now()
    this.plan()
  }

  /**
   * Moves time to `target` and resolves when everything that became due has been run, one firing after the other.
   * Moves are made one at a time. Moved backwards, time fires nothing.
   */
  async moveTo(target: (now: number) => number): Promise<number> {
    const moved = this.moves.then(() => this.move(target(this.clock.now())))
    this.moves = moved.catch(() => {})
    await moved
    return this.clock.now()
  }

  /** Fires no more; resolves when the firings under way are over. */
  async stop(): Promise<void> {
    this.isStopped = true
    clearTimeout(this.planned)
    await this.moves
    await Promise.all(this.running)
  }

  private async move(target: number): Promise<void> {
    clearTimeout(this.planned)
    this.onTarget(target)
    for (;;) {
      if (this.isStopped) return
      const due = this.nextDue()
      if (due === undefined || due.at > target) break
      // Real time may have overtaken a due moment; time never goes back for it.
      if (due.at > this.clock.now()) this.clock.set(due.at)
      this.firedUpTo = due.at
      for (const one of this.dueAt(due.at)) await this.fire(one)
    }
    if (target > this.clock.now() || target < this.firedUpTo) this.clock.set(target)
    this.firedUpTo = target
    this.plan()
  }

  private plan(): void {
    clearTimeout(this.planned)
    if (this.isStopped) return
    const due = this.nextDue()
    const wait =
      due === undefined ? LONGEST_WAIT_MS : Math.min(Math.max(0, due.at - this.clock.now()), LONGEST_WAIT_MS)
    this.planned = setTimeout(() => this.fireDue(), wait)
    this.planned.unref()
  }

  private fireDue(): void {
    const now = this.clock.now()
    for (;;) {
      const due = this.nextDue()
      if (due === undefined || due.at > now) break
      this.firedUpTo = due.at
      for (const one of this.dueAt(due.at)) {
        // The platform does not wait for one firing before the next.
        const fired = this.fire(one).finally(() => this.running.delete(fired))
        this.running.add(fired)
      }
    }
    this.plan()
  }

  private nextDue(): Due | undefined {
    let first: Due | undefined
    for (const definition of this.functions.list())
      for (const trigger of definition.triggers) {
        const at = trigger.cron.next(this.firedUpTo)
        if (at !== undefined && (first === undefined || at < first.at)) first = { at, definition, trigger }
      }
    return first
  }

  private dueAt(at: number): Due[] {
    return this.functions
      .list()
      .flatMap((definition) => definition.triggers.map((trigger) => ({ at, definition, trigger })))
      .filter(({ trigger }) => trigger.cron.next(at - 1) === at)
  }

  private async fire({ at, definition, trigger }: Due): Promise<void> {
    try {
      await this.functions.invoke({
        name: definition.name,
        event: JSON.stringify({
          Message: '',
          Time: new Date(at).toISOString().replace(/\.000Z$/, 'Z'),
          TriggerName: trigger.name,
          Type: 'Timer',
        }),
        identity: {},
        source: 'wx_trigger',
      })
    } catch (error) {
      this.onFault(error)
    }
  }
}
