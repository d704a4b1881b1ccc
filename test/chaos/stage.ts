/** Hongyan's bundles on the emulator, with the people of the campaign, and what the emulator and Hongyan tell of them. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { EJSON } from 'bson'
import * as z from 'zod'
import type { Action, InputOf, Outputs, Reply } from '../../core/contract'
import { sampleWorld, startHongyan, type Hongyan, people as staff } from '../support/hongyan'
import { ACCEPTS, documentsOf, GRANTS, type Person, TEMPLATE, TEMPLATE_ID, textOf } from './people'
import type { Balance, Delivery } from './verdict'

export interface StageOptions {
  people: readonly Person[]
  lanes: number
  /** Instances of one function; more calls wait. */
  instances: number
  /** Messages of one invocation that may be in doubt. */
  window: number
  /** Real ms that WeChat takes for a send. */
  sendTakesMs: number
  /** Share of the database's answers to dispatch that are lost after the call took effect. */
  lostWrites: number
  seed: number
  progress: (done: number, of: number) => void
}

/** Every five seconds: what waits for a timer must not make the run long. */
const CRON = '*/5 * * * * * *'
const AT_ONCE = 1000
/** Each action may be repeated: what it did the first time it does not do again. */
const TRIES = 5
/** Share of WeChat's answers that are lost after the send took effect, and of timers that fire twice. */
const LOST_ANSWERS = 0.1
const DOUBLED_TIMERS = 0.5

const calledSchema = z.union([
  z.object({ ok: z.literal(true), result: z.unknown() }),
  z.object({ ok: z.literal(false), errMsg: z.string() }),
])
const instancesSchema = z.object({
  instances: z.array(z.object({ function: z.string(), pid: z.int().positive(), state: z.string() })),
})
const statsSchema = z.object({
  calls: z.record(z.string(), z.number()),
  sends: z.record(z.string(), z.number()),
})
const faultsSchema = z.object({ rules: z.array(z.object({ name: z.string(), done: z.number() })) })
const messagesSchema = z.object({
  messages: z.array(
    z.object({
      id: z.number(),
      openid: z.string(),
      lines: z.array(z.object({ key: z.string(), value: z.string() })),
    }),
  ),
})
const foundSchema = z.object({ data: z.object({ list: z.array(z.string()) }) })
const quotaSchema = z.object({ openid: z.string(), template: z.string(), left: z.number() })

/** The keyword that holds the order number, which is the task here. */
const TASK_KEY = 'character_string1'

export const paramsOf = (task: string) => ({
  orderNumber: task,
  goods: '云南手冲咖啡豆',
  total: 68,
  carrier: '顺丰速运',
  shippedAt: '2026-11-21T15:30',
})

export class Refused extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message)
  }
}

/** Whether it was done is not known. */
export class NoAnswer extends Error {}

export class Stage {
  private constructor(
    private readonly hongyan: Hongyan,
    private readonly people: readonly Person[],
  ) {}

  static async start(options: StageOptions): Promise<Stage> {
    const { people, lanes, instances, window, sendTakesMs } = options
    const hongyan = await startHongyan({
      instancesPerFunction: instances,
      faultSeed: options.seed,
      functionEnv: {
        '*': { HONGYAN_OWNER: staff.owner, HONGYAN_LANES: String(lanes), HONGYAN_WINDOW: String(window) },
      },
      world: {
        people: [...sampleWorld.people, ...people.map(({ openid, nickname }) => ({ openid, nickname }))],
        behaviour: { sendTakesMs },
      },
      also: async (functionsDir) => hasten(join(functionsDir, 'dispatch', 'config.json')),
    })
    const stage = new Stage(hongyan, people)
    try {
      await stage.seed(lanes, options.progress)
      await stage.setFaults(options)
    } catch (error) {
      await hongyan.stop()
      throw error
    }
    return stage
  }

  stop(): Promise<void> {
    return this.hongyan.stop()
  }

  /**
   * An action of staff, as a tool calls it: asked again where no answer came, or the database gave none. Throws Refused and
   * NoAnswer.
   */
  async staff<A extends Action>(action: A, input: InputOf<A>): Promise<Outputs[A]> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.staffOnce(action, input)
      } catch (error) {
        if (!(error instanceof NoAnswer) || tries === TRIES) throw error
      }
    }
  }

  private async staffOnce<A extends Action>(action: A, input: InputOf<A>): Promise<Outputs[A]> {
    const call = { name: 'staff', data: { action, input, lang: 'en' }, source: 'wx_http' }
    const called = calledSchema.parse(await this.hongyan.test.post('/_emulator/call', call))
    if (!called.ok) throw new NoAnswer(`${action}: ${called.errMsg}`)
    const reply = called.result as Reply<Outputs[A]>
    if (reply.ok) return reply.data
    const { code, message } = reply.error
    if (code === 'STORE_FAILED') throw new NoAnswer(`${action}: ${message}`)
    throw new Refused(code, `${action} was refused: ${code}: ${message}`)
  }

  /** Processes of `dispatch` that work. */
  async working(): Promise<number[]> {
    const { instances } = instancesSchema.parse(await this.hongyan.test.get('/_emulator/instances'))
    return instances
      .filter((one) => one.function === 'dispatch' && one.state === 'running')
      .map(({ pid }) => pid)
  }

  async isThere(pid: number): Promise<boolean> {
    const { instances } = instancesSchema.parse(await this.hongyan.test.get('/_emulator/instances'))
    return instances.some((one) => one.pid === pid)
  }

  /** Sends that WeChat has answered, and calls of any kind. */
  async counts(): Promise<{ asked: number; calls: number }> {
    const { calls, sends } = statsSchema.parse(await this.hongyan.test.get('/_emulator/stats'))
    const sum = (counts: Record<string, number>) => Object.values(counts).reduce((all, one) => all + one, 0)
    return { asked: sum(sends), calls: sum(calls) }
  }

  /** How often each fault came about, by the name of its rule. */
  async faults(): Promise<Record<string, number>> {
    const { rules } = faultsSchema.parse(await this.hongyan.test.get('/_emulator/faults'))
    return Object.fromEntries(rules.map(({ name, done }) => [name, done]))
  }

  advance(ms: number): Promise<void> {
    return this.hongyan.advance(ms)
  }

  /** Every message that reached somebody. */
  async delivered(): Promise<Delivery[]> {
    const all: Delivery[] = []
    for (let after = 0; ; ) {
      const { messages } = messagesSchema.parse(
        await this.hongyan.test.get(`/_emulator/messages?after=${after}`),
      )
      if (messages.length === 0) return all
      for (const { id, openid, lines } of messages) {
        const task = lines.find(({ key }) => key === TASK_KEY)?.value
        if (task === undefined) throw new Error(`message ${id} has no ${TASK_KEY}`)
        all.push({ task, openid })
        after = Math.max(after, id)
      }
    }
  }

  /** What Hongyan says is left of everybody's grants. */
  async balances(): Promise<Balance[]> {
    const granted = new Map(this.people.map(({ openid, kind }) => [openid, GRANTS[kind]]))
    const balances: Balance[] = []
    for (let offset = 0; ; offset += AT_ONCE) {
      const query = {
        query: '{}',
        queryType: 'WHERE',
        order: '{"_id":{"$numberInt":"1"}}',
        offset,
        limit: AT_ONCE,
      }
      const found = await this.gateway({ action: 'database.getDocument', collectionName: 'quotas', ...query })
      const { list } = foundSchema.parse(found).data
      for (const text of list) {
        const { openid, template, left } = quotaSchema.parse(EJSON.parse(text))
        const had = granted.get(openid)
        if (had !== undefined && template === TEMPLATE) balances.push({ openid, granted: had, left })
      }
      if (list.length < AT_ONCE) return balances
    }
  }

  private async seed(lanes: number, progress: StageOptions['progress']): Promise<void> {
    const documents = await documentsOf(this.people, lanes)
    for (const [collectionName, docs] of Object.entries(documents))
      for (let from = 0; from < docs.length; from += AT_ONCE) {
        const data = docs.slice(from, from + AT_ONCE).map(textOf)
        await this.gateway({ action: 'database.insertDocument', collectionName, data })
        if (collectionName === 'quotas') progress(Math.min(docs.length, from + AT_ONCE), docs.length)
      }
    for (const [kind, count] of Object.entries(ACCEPTS)) {
      const openids = this.people.filter((person) => person.kind === kind).map(({ openid }) => openid)
      if (count > 0)
        await this.hongyan.test.post('/_emulator/grants', { tmplId: TEMPLATE_ID, openids, count })
    }
  }

  private async setFaults({ seed, lostWrites }: StageOptions): Promise<void> {
    const after = { kind: 'drop', when: 'after' }
    const functions = ['dispatch']
    const rules = [
      { name: 'lost answer', on: 'subscribeMessage.send', rate: LOST_ANSWERS, effect: after },
      { name: 'doubled timer', on: 'timer:dispatch', rate: DOUBLED_TIMERS, effect: { kind: 'double' } },
      { name: 'lost write', on: 'database.*', functions, rate: lostWrites, effect: after },
    ]
    await this.hongyan.test.post('/_emulator/faults', { seed, rules })
  }

  /** A request of the gateway that no function makes. Throws a refusal. */
  private async gateway(body: Record<string, unknown>): Promise<unknown> {
    const reply = await this.hongyan.test.post('/admin', body)
    const refusal = z.object({ code: z.string(), message: z.string() }).safeParse(reply)
    if (refusal.success)
      throw new Error(`${String(body['action'])}: ${refusal.data.code}: ${refusal.data.message}`)
    return reply
  }
}

/** The timer of `dispatch` fires more often than it is deployed with. */
function hasten(file: string): void {
  const config = z
    .looseObject({ triggers: z.array(z.looseObject({ config: z.string() })) })
    .parse(JSON.parse(readFileSync(file, 'utf8')))
  const triggers = config.triggers.map((trigger) => ({ ...trigger, config: CRON }))
  writeFileSync(file, JSON.stringify({ ...config, triggers }))
}
