import * as z from 'zod'
import { DELAY_HELP, delayFields, isDelay } from './delay'
import type { Family } from './subject'

/** Before the call does anything, or after it was done and before it is answered. */
const when = z.enum(['before', 'after'])

/** What each kind of fault is made of, and what it can befall. */
export const EFFECTS = {
  /** WeChat answers this errcode; `after`: though it did what was asked. The text is WeChat's unless given. */
  errcode: {
    schema: z.strictObject({
      kind: z.literal('errcode'),
      errcode: z.int(),
      errmsg: z.string().optional(),
      when: when.default('before'),
    }),
    befalls: ['wechat'],
  },
  /** The platform answers this number to a cloud call, for example -604102 (wechat.md §1.3). */
  'platform-code': {
    schema: z.strictObject({
      kind: z.literal('platform-code'),
      errorCode: z.int(),
      when: when.default('before'),
    }),
    befalls: ['wechat'],
  },
  /** The gateway answers this code, for example DATABASE_REQUEST_FAILED or SERVER_TIMEOUT (wire.md §3.1). */
  code: {
    schema: z.strictObject({
      kind: z.literal('code'),
      code: z.string().min(1),
      message: z.string().default('fault on demand'),
      when: when.default('before'),
    }),
    befalls: ['action', 'wechat'],
  },
  /** It takes longer, on its way there or back. Delays of several rules add up, and leave other faults room. */
  delay: {
    schema: z
      .strictObject({ kind: z.literal('delay'), when: when.default('before'), ...delayFields })
      .refine(isDelay, { error: DELAY_HELP }),
    befalls: ['action', 'wechat'],
  },
  /** The connection breaks. */
  drop: {
    schema: z.strictObject({ kind: z.literal('drop'), when: when.default('after') }),
    befalls: ['action', 'wechat'],
  },
  /** No answer ever comes; whoever asked gives up by himself. */
  hang: {
    schema: z.strictObject({ kind: z.literal('hang'), when: when.default('after') }),
    befalls: ['action', 'wechat'],
  },
  /** The instance that calls is killed with SIGKILL. */
  kill: {
    schema: z.strictObject({ kind: z.literal('kill'), when: when.default('after') }),
    befalls: ['action', 'wechat'],
  },
  /** A timer does not fire, an event is not pushed. */
  miss: { schema: z.strictObject({ kind: z.literal('miss') }), befalls: ['timer', 'push'] },
  /** A timer fires twice at once, an event is pushed twice. */
  double: { schema: z.strictObject({ kind: z.literal('double') }), befalls: ['timer', 'push'] },
  /** A timer fires later, in the emulator's time. */
  late: { schema: z.strictObject({ kind: z.literal('late'), ms: z.int().min(1) }), befalls: ['timer'] },
} as const satisfies Record<string, { schema: z.ZodType; befalls: readonly Family[] }>

export const effectSchema = z.discriminatedUnion('kind', [
  EFFECTS.errcode.schema,
  EFFECTS['platform-code'].schema,
  EFFECTS.code.schema,
  EFFECTS.delay.schema,
  EFFECTS.drop.schema,
  EFFECTS.hang.schema,
  EFFECTS.kill.schema,
  EFFECTS.miss.schema,
  EFFECTS.double.schema,
  EFFECTS.late.schema,
])
export type Effect = z.output<typeof effectSchema>

/** A fault of a call that is more than a delay. */
export type CallFault = Exclude<Extract<Effect, { when: unknown }>, { kind: 'delay' }>
/** Those that are an answer. */
export type Refusal = Extract<Effect, { kind: 'errcode' | 'platform-code' | 'code' }>
/** What befalls a firing or a push. */
export type Disorder = Extract<Effect, { kind: 'miss' | 'double' | 'late' }>

/** Whether an effect can befall something of a family; only what a function calls has an instance to be killed. */
export function befalls(effect: Effect, family: Family, hasCaller: boolean): boolean {
  const families: readonly Family[] = EFFECTS[effect.kind].befalls
  return families.includes(family) && (effect.kind !== 'kill' || hasCaller)
}
