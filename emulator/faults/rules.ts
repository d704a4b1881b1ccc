import * as z from 'zod'
import { befalls, type Effect, EFFECTS, effectSchema } from './effects'
import { seeded } from './seeded'
import { familiesOf, familyOf, hits, type Subject } from './subject'

const names = z.array(z.string().min(1)).min(1).optional()

/** What happens to what, how often, and to whom. */
const ruleSchema = z
  .strictObject({
    /** How the rule is called where its counts are shown; rules of the same name draw the same. */
    name: z.string().min(1).optional(),
    /** What it is about (see Subject); a `*` at the end stands for anything. */
    on: z.string().min(1),
    /** How likely it is each time. */
    rate: z.number().min(0).max(1).default(1),
    /** Only for these: the receiver of a message, else the person for whom the caller runs. */
    openids: names,
    /** Only for messages of these templates. */
    templates: names,
    /** Only for these collections. */
    collections: names,
    /** Only for calls that these functions make. */
    functions: names,
    /** The first so many are spared: with `times: 1` the fault befalls the call number `skip + 1`. */
    skip: z.int().min(0).default(0),
    /** At most so many times. */
    times: z.int().min(1).optional(),
    effect: effectSchema,
  })
  .superRefine(({ on, effect }, context) => {
    const families = familiesOf(on)
    const wanted = EFFECTS[effect.kind].befalls
    if (families.size === 0)
      context.addIssue({
        code: 'custom',
        path: ['on'],
        message: `${on} is no action, open API, timer:<function> or push:<event>`,
      })
    else if (!wanted.some((family) => families.has(family)))
      context.addIssue({
        code: 'custom',
        path: ['effect', 'kind'],
        message: `${effect.kind} cannot befall ${on}`,
      })
  })

export const faultsSchema = z.strictObject({
  /** A run with the same seed and the same calls has the same faults; the emulator's own unless given. */
  seed: z.int().min(0).max(0xffff_ffff).optional(),
  /** Puts the rules behind those in force; without it they take their place. */
  add: z.boolean().default(false),
  rules: z.array(ruleSchema),
})
export type FaultPlan = z.output<typeof faultsSchema>

/** A rule as it is shown: with how often it was looked at, and how often it came about. */
export type RuleFacts = FaultPlan['rules'][number] & { name: string; seen: number; done: number }

/** One rule in force. It draws from a stream of its own, so that no rule changes what befalls under another. */
export class Rule {
  readonly effect: Effect
  readonly random: () => number
  private seen = 0
  private done = 0

  constructor(
    private readonly plan: FaultPlan['rules'][number],
    private readonly name: string,
    seed: number,
  ) {
    this.effect = plan.effect
    this.random = seeded(seed, name)
  }

  /** True when it comes about this time; each question counts. */
  befalls(subject: Subject): boolean {
    if (!this.isAbout(subject)) return false
    const { skip, times = Infinity, rate } = this.plan
    this.seen += 1
    if (this.seen <= skip || this.done >= times) return false
    if (rate < 1 && this.random() >= rate) return false
    this.done += 1
    return true
  }

  facts(): RuleFacts {
    return { ...this.plan, name: this.name, seen: this.seen, done: this.done }
  }

  private isAbout({ name, person, template, collection, caller }: Subject): boolean {
    const { on, openids, templates, collections, functions, effect } = this.plan
    return (
      hits(on, name) &&
      befalls(effect, familyOf(name), caller !== undefined) &&
      isAmong(collections, () => collection) &&
      isAmong(functions, () => caller) &&
      isAmong(openids, person) &&
      isAmong(templates, template)
    )
  }
}

function isAmong(wanted: string[] | undefined, ask: (() => string | undefined) | undefined): boolean {
  return wanted === undefined || wanted.includes(ask?.() ?? '')
}
