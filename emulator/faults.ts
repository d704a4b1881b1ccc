import * as z from 'zod'

/** What happens instead of, or around, one call, firing or push. */
const effectSchema = z.discriminatedUnion('kind', [
  /** WeChat answers this errcode and does nothing (open APIs). */
  z.strictObject({
    kind: z.literal('errcode'),
    errcode: z.int(),
    errmsg: z.string().default('fault on demand'),
  }),
  /** The gateway answers this code and does nothing, for example DATABASE_REQUEST_FAILED. */
  z.strictObject({
    kind: z.literal('code'),
    code: z.string().min(1),
    message: z.string().default('fault on demand'),
  }),
  /** It takes longer: real milliseconds, evenly spread. */
  z.strictObject({ kind: z.literal('delay'), minMs: z.number().min(0), maxMs: z.number().min(0) }),
  /** The connection breaks before it is done, or after it was done and before the answer. */
  z.strictObject({ kind: z.literal('drop'), when: z.enum(['before', 'after']) }),
  /** No answer ever comes; `after`: though it was done. */
  z.strictObject({ kind: z.literal('hang'), when: z.enum(['before', 'after']) }),
  /** The instance that calls is killed, before or after it is done. */
  z.strictObject({ kind: z.literal('kill'), when: z.enum(['before', 'after']) }),
  /** A timer firing or a push does not happen, happens twice, or (a timer) happens later. */
  z.strictObject({ kind: z.literal('miss') }),
  z.strictObject({ kind: z.literal('double') }),
  z.strictObject({ kind: z.literal('late'), ms: z.int().min(1) }),
])
export type Effect = z.output<typeof effectSchema>

const ruleSchema = z.strictObject({
  /**
   * What it is about: an action of the gateway (`database.getDocument`), an open API (`subscribeMessage.send`),
   * `timer:<function>` or `push:<event>`; a `*` at the end stands for anything.
   */
  on: z.string().min(1),
  /** How likely it is each time. */
  rate: z.number().min(0).max(1).default(1),
  /** Only for these: the receiver of a message, else the caller's person. */
  openids: z.array(z.string()).optional(),
  /** The first so many are spared. */
  skip: z.int().min(0).default(0),
  /** At most so many times. */
  times: z.int().min(1).optional(),
  effect: effectSchema,
})

export const faultsSchema = z.strictObject({
  /** A run with the same seed and the same calls has the same faults. */
  seed: z.int().min(0).default(1),
  rules: z.array(ruleSchema),
})
export type FaultPlan = z.output<typeof faultsSchema>

interface Rule {
  plan: FaultPlan['rules'][number]
  seen: number
  done: number
}

/** Faults on demand, by rules; none at the start. */
export class Faults {
  private rules: Rule[] = []
  private random = seeded(1)

  /** Replaces every rule. */
  set({ seed, rules }: FaultPlan): void {
    this.random = seeded(seed)
    this.rules = rules.map((plan) => ({ plan, seen: 0, done: 0 }))
  }

  /** The rules, with how often each was looked at and came about. */
  list(): (FaultPlan['rules'][number] & { seen: number; done: number })[] {
    return this.rules.map(({ plan, seen, done }) => ({ ...plan, seen, done }))
  }

  /** What befalls this one; of several rules that fit, the first that comes about. `person` is asked when needed. */
  pick(on: string, person: () => string | undefined = () => undefined): Effect | undefined {
    for (const rule of this.rules) {
      const { plan } = rule
      if (!fits(plan.on, on)) continue
      if (plan.openids !== undefined && !plan.openids.includes(person() ?? '')) continue
      rule.seen += 1
      if (rule.seen <= plan.skip || (plan.times !== undefined && rule.done >= plan.times)) continue
      if (plan.rate < 1 && this.random() >= plan.rate) continue
      rule.done += 1
      return plan.effect
    }
    return undefined
  }

  /** A whole number of milliseconds within the bounds of a delay. */
  delayOf({ minMs, maxMs }: { minMs: number; maxMs: number }): number {
    return Math.round(minMs + this.random() * Math.max(0, maxMs - minMs))
  }
}

function fits(pattern: string, on: string): boolean {
  return pattern.endsWith('*') ? on.startsWith(pattern.slice(0, -1)) : pattern === on
}

/** mulberry32: small, even, and the same everywhere. */
function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }
}
