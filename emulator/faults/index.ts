import { drawDelay } from './delay'
import type { CallFault, Disorder } from './effects'
import { type FaultPlan, Rule, type RuleFacts } from './rules'
import type { Subject } from './subject'

export type { CallFault, Disorder, Refusal } from './effects'
export { type FaultPlan, faultsSchema } from './rules'
export type { Subject } from './subject'

/** What befalls one call: how long it is held up, and at most one fault. */
export interface Mishap {
  beforeMs: number
  afterMs: number
  fault?: CallFault
}

/** Faults on demand, by rules; none at the start. */
export class Faults {
  private rules: Rule[] = []
  private seed: number
  private readonly waits = new Map<NodeJS.Timeout, (isOver: boolean) => void>()
  private isStopped = false

  /** `defaultSeed` is that of rules that come without one. */
  constructor(private readonly defaultSeed: number) {
    this.seed = defaultSeed
  }

  /** Puts rules in the place of those in force, or behind them. */
  set({ seed = this.defaultSeed, rules, add }: FaultPlan): void {
    const kept = add ? this.rules : []
    this.seed = seed
    this.rules = [
      ...kept,
      ...rules.map((plan, index) => new Rule(plan, plan.name ?? `rule-${kept.length + index + 1}`, seed)),
    ]
  }

  clear(): void {
    this.rules = []
  }

  list(): { seed: number; rules: RuleFacts[] } {
    return { seed: this.seed, rules: this.rules.map((rule) => rule.facts()) }
  }

  /** What befalls this call, if anything. Delays add up; of other faults the first that comes about. */
  callOf(subject: Subject): Mishap | undefined {
    let mishap: Mishap | undefined
    for (const rule of this.rules) {
      const { effect } = rule
      if (!('when' in effect) || (effect.kind !== 'delay' && mishap?.fault !== undefined)) continue
      if (!rule.befalls(subject)) continue
      mishap ??= { beforeMs: 0, afterMs: 0 }
      if (effect.kind !== 'delay') mishap.fault = effect
      else if (effect.when === 'before') mishap.beforeMs += drawDelay(effect, rule.random)
      else mishap.afterMs += drawDelay(effect, rule.random)
    }
    return mishap
  }

  /** What befalls a firing or a push, if anything: the first that comes about. */
  orderOf(subject: Subject): Disorder | undefined {
    for (const rule of this.rules) {
      const { effect } = rule
      if (!('when' in effect) && rule.befalls(subject)) return effect
    }
    return undefined
  }

  /** Lets real time pass; false when the emulator was stopped meanwhile. */
  wait(ms: number): Promise<boolean> {
    if (this.isStopped) return Promise.resolve(false)
    if (ms <= 0) return Promise.resolve(true)
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.waits.delete(timer)
        resolve(true)
      }, ms)
      this.waits.set(timer, resolve)
    })
  }

  /** Ends every wait. */
  stop(): void {
    this.isStopped = true
    for (const [timer, resolve] of this.waits) {
      clearTimeout(timer)
      resolve(false)
    }
    this.waits.clear()
  }
}
