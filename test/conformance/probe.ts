import * as z from 'zod'
import {
  type SdkVersion,
  startTestEmulator,
  type TestEmulator,
  type TestEmulatorOptions,
} from '../support/emulator'

type Words<Text extends string> = Text extends `${infer Word} ${infer Rest}` ? Word | Words<Rest> : Text

/** The names that tests use on the SDK's objects. */
type Name =
  | Words<'get set add update remove count end doc where collection orderBy skip limit field createCollection'>
  | Words<'serverDate RegExp Geo Point command aggregate database runTransaction startTransaction commit rollback'>
  | Words<'eq neq gt gte lt lte in nin and or nor not exists mod size all elemMatch expr geoNear'>
  | Words<'inc mul min max rename push pop shift unshift pull pullAll addToSet match group sort project unwind'>
  | Words<'addFields replaceRoot sortByCount bucket lookup sample sum avg first last concat multiply cond'>
  | Words<'callFunction openapi getWXContext getOpenData subscribeMessage templateMessage security'>
  | Words<'uniformMessage customerServiceMessage cloudbase send subscribMessage msgSecCheck addTemplate'>
  | Words<'addDelayedFunctionTask deleteTemplate getCategory getTemplateList getPubTemplateKeyWordsById'>
  | Words<'getPubTemplateTitleList getTimezoneOffset env pid getTempFileURL'>

/** A chain of SDK calls, recorded where it is written and run in a function: `db.collection('x').doc('A').get()`. */
export interface Chain extends Record<Name, Chain> {
  (...args: unknown[]): Chain
}

function record(path: readonly unknown[]): Chain {
  const recorder = new Proxy(() => {}, {
    get: (_, name) =>
      name === 'toJSON' ? () => ({ '=': path }) : name === 'then' ? undefined : record([...path, name]),
    apply: (_, __, args: unknown[]) => record([...path.slice(0, -1), [path.at(-1), ...args]]),
  })
  return recorder as unknown as Chain
}

export const cloud = record(['cloud'])
export const db = record(['db'])
export const _ = record(['_'])
export const $ = record(['$'])
/** The argument of a callback: the transaction. */
export const t = record(['t'])
export const date = record(['date'])
export const event = record(['event'])
export const context = record(['context'])
export const process = record(['process'])
/** `sleep(ms)`: a promise. */
export const sleep = record(['sleep'])
/** A value that an earlier `keep` of the same instance left. */
export const kept = (name: string): Chain => record(['kept', name])

/** A chain that is run, and how. */
interface Step {
  chain: unknown
  /** Keeps what the chain gives for later calls, instead of giving it back. */
  keep?: string
  /** In a callback: the last of its runs that this step is part of. */
  until?: number
}

const chainOf = (chain: Chain): unknown =>
  z.object({ '=': z.unknown() }).parse(JSON.parse(JSON.stringify(chain)))['=']
const stepOf = (step: Chain | Step): Step => (typeof step === 'function' ? { chain: chainOf(step) } : step)

export const keep = (name: string, chain: Chain): Step => ({ chain: chainOf(chain), keep: name })
/** Only in the first run of a callback. */
export const once = (chain: Chain): Step => ({ chain: chainOf(chain), until: 1 })
/** A callback that runs steps; it gives how often it was run, and what the last run's steps gave. */
export const steps = (...list: (Chain | Step)[]): unknown => ({ '=>': list.map(stepOf) })

const faultSchema = z.looseObject({
  errCode: z.number().optional(),
  errMsg: z.string().optional(),
  code: z.union([z.string(), z.number()]).optional(),
  name: z.string().optional(),
  message: z.string().optional(),
})
/** What a function catches. */
export type Fault = z.output<typeof faultSchema>

const outcomesSchema = z.array(
  z.union([z.strictObject({ error: z.unknown() }), z.object({ value: z.unknown() })]),
)
type Outcomes = z.output<typeof outcomesSchema>

/** The event that has the function `probe` run chains. */
export const scriptOf = (...list: (Chain | Step)[]): Record<string, unknown> => ({ script: list.map(stepOf) })

export interface Probe extends TestEmulator {
  /** Runs chains in one call of the function, one after the other, and gives what the last one gave. */
  run(...list: (Chain | Step)[]): Promise<unknown>
  /** The same for another person than oAlice. */
  runAs(openid: string, ...list: (Chain | Step)[]): Promise<unknown>
  /** Runs chains of which the last one must fail, and gives what it threw. */
  fault(...list: (Chain | Step)[]): Promise<Fault>
  /** What was thrown where that is no error of the SDK's shape. */
  thrown(...list: (Chain | Step)[]): Promise<unknown>
  /** Runs chains at the same time; gives each outcome. */
  atOnce(...list: Chain[]): Promise<Outcomes>
  /** Makes a collection of its own and gives its name. */
  fresh(...docs: Record<string, unknown>[]): Promise<string>
}

/** An emulator with the function `probe`, and whatever else is named. */
export async function startProbe(options: TestEmulatorOptions & { sdk?: SdkVersion } = {}): Promise<Probe> {
  const given = await startTestEmulator({
    ...options,
    functions: ['probe', ...(options.functions ?? [])],
    // The probe gives a msgid back on every SDK.
    world: { ...options.world, behaviour: { cloudCallReturnsMsgid: true, ...options.world?.behaviour } },
  })
  let collections = 0
  const call = async (openid: string, list: (Chain | Step)[], more = {}): Promise<Outcomes> => {
    const reply = await given.call('probe', { ...scriptOf(...list), ...more }, openid)
    if (!reply.ok) throw new Error(`the probe failed: ${reply.errMsg}`)
    return outcomesSchema.parse(reply.result)
  }
  const runAs: Probe['runAs'] = async (openid, ...list) => {
    const outcomes = await call(openid, list)
    return outcomes.map(valueOf).at(-1)
  }
  const thrown: Probe['thrown'] = async (...list) => {
    const outcomes = await call('oAlice', list)
    const last = outcomes.at(-1)
    outcomes.slice(0, -1).forEach(valueOf)
    if (last === undefined || !('error' in last))
      throw new Error(`nothing was thrown: ${JSON.stringify(last)}`)
    return last.error
  }
  const run: Probe['run'] = (...list) => runAs('oAlice', ...list)
  return {
    ...given,
    run,
    runAs,
    thrown,
    fault: async (...list) => faultSchema.parse(await thrown(...list)),
    atOnce: (...list) => call('oAlice', list, { atOnce: true }),
    async fresh(...docs) {
      const name = `orders-${(collections += 1)}`
      await run(
        db.createCollection(name),
        ...(docs.length === 0 ? [] : [db.collection(name).add({ data: docs })]),
      )
      return name
    },
  }
}

function valueOf(outcome: Outcomes[number]): unknown {
  if ('error' in outcome) throw new Error(`a chain failed: ${JSON.stringify(outcome.error)}`)
  return outcome.value
}
