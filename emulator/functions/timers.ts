import type { EmulatorClock } from '../clock'
import type { Faults } from '../faults'
import type { FunctionCall, Functions } from './functions'
import type { CloudFunction, Trigger } from './project'

/** Calls that are ordered for a moment, beside the triggers of config.json. */
export interface OrderedCalls {
  next(): number | undefined
  /** Takes what is due at or before `now`, in order. */
  take(now: number): FunctionCall[]
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
  private isMoving = false
  /** Firings that a fault has put off. */
  private late: { at: number; call: FunctionCall }[] = []
  private readonly running = new Set<Promise<unknown>>()

  constructor(
    private readonly clock: EmulatorClock,
    private readonly functions: Functions,
    private readonly ordered: OrderedCalls,
    private readonly faults: Faults,
    private readonly onFault: (error: unknown) => void,
    /** Hears where a move goes before it begins. */
    private readonly onTarget: (target: number) => void,
  ) {
    this.firedUpTo = clock.now()
  }

  /** Something was ordered: it may be due before what is planned. */
  replan(): void {
    this.plan()
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
    this.isMoving = true
    for (let due = this.nextDue(); due !== undefined && due <= target; due = this.nextDue()) {
      if (this.isStopped) return
      // Real time may have overtaken a due moment; time never goes back for it.
      if (due > this.clock.now()) this.clock.set(due)
      for (const calls of this.takeDue(due)) await Promise.all(calls.map((call) => this.fire(call)))
    }
    if (target > this.clock.now() || target < this.firedUpTo) this.clock.set(target)
    this.firedUpTo = target
    this.isMoving = false
    this.plan()
  }

  private plan(): void {
    clearTimeout(this.planned)
    if (this.isStopped || this.isMoving) return
    const due = this.nextDue()
    const wait =
      due === undefined ? LONGEST_WAIT_MS : Math.min(Math.max(0, due - this.clock.now()), LONGEST_WAIT_MS)
    this.planned = setTimeout(() => this.fireDue(), wait)
    this.planned.unref()
  }

  private fireDue(): void {
    const now = this.clock.now()
    for (let due = this.nextDue(); due !== undefined && due <= now; due = this.nextDue()) {
      for (const call of this.takeDue(due).flat()) {
        // The platform does not wait for one firing before the next.
        const fired = this.fire(call).finally(() => this.running.delete(fired))
        this.running.add(fired)
      }
    }
    this.plan()
  }

  /** When the next call is due, given that everything up to `firedUpTo` has been fired. */
  private nextDue(): number | undefined {
    const moments = this.late.map(({ at }) => at)
    let first = Math.min(this.ordered.next() ?? Infinity, ...moments)
    for (const { triggers } of this.functions.list())
      for (const { cron } of triggers) {
        const at = cron.next(this.firedUpTo)
        if (at !== undefined && at < first) first = at
      }
    return first === Infinity ? undefined : first
  }

  /**
   * The calls due at a moment, those of one firing together; from then on it counts as fired. An ordered call may be
   * late, a trigger is not.
   */
  private takeDue(at: number): FunctionCall[][] {
    const triggered =
      at > this.firedUpTo
        ? this.functions
            .list()
            .flatMap((definition) => definition.triggers.map((trigger) => ({ definition, trigger })))
            .filter(({ trigger }) => trigger.cron.next(at - 1) === at)
        : []
    this.firedUpTo = Math.max(at, this.firedUpTo)
    const late = this.late.filter((one) => one.at <= at)
    this.late = this.late.filter((one) => one.at > at)
    return [
      ...triggered.map(({ definition, trigger }) => this.underFault(timerCall(definition, trigger, at), at)),
      ...late.map(({ call }) => [call]),
      ...this.ordered.take(at).map((call) => this.underFault(call, at)),
    ]
  }

  private underFault(call: FunctionCall, at: number): FunctionCall[] {
    const effect = this.faults.orderOf({ name: `timer:${call.name}` })
    if (effect?.kind === 'late') this.late.push({ at: at + effect.ms, call })
    if (effect?.kind === 'miss' || effect?.kind === 'late') return []
    return effect?.kind === 'double' ? [call, call] : [call]
  }

  private async fire(call: FunctionCall): Promise<void> {
    try {
      await this.functions.invoke(call)
    } catch (error) {
      this.onFault(error)
    }
  }
}

/** The platform's timer event (wechat.md §7); a timer has no person. */
function timerCall(definition: CloudFunction, trigger: Trigger, at: number): FunctionCall {
  return {
    name: definition.name,
    event: JSON.stringify({
      Message: '',
      Time: new Date(at).toISOString().replace(/\.000Z$/, 'Z'),
      TriggerName: trigger.name,
      Type: 'Timer',
    }),
    identity: {},
    source: 'wx_trigger',
  }
}
