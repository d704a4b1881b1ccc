import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import * as z from 'zod'
import { build } from '../../cli/build'
import { sample } from '../../cli/emulate'
import type { Action, InputOf, Outputs } from '../../core/contract'
import type { WorldInput } from '../../emulator/world'
import type { BenchmarkContext } from '../benchmark'
import { deploy } from '../deploy'
import { readJson } from '../json'
import type { Measured } from '../processes'
import { cpuMsOf } from './instances'
import { openidOf } from './people'

const LOOK_MS = 20

/** Our functions as they are deployed, and functions of benchmarks beside them. */
export interface Deployed {
  functionsDir: string
  databaseFile: string
}

export async function deployService(folder: string, names: readonly string[]): Promise<Deployed> {
  const { functionsDir, databaseFile } = await build({ out: join(folder, 'build') })
  await deploy(functionsDir, names)
  return { functionsDir, databaseFile }
}

export interface ServiceOptions {
  world: WorldInput
  /** Most instances of one function. */
  instances: number
  /** Environment variables of every function, beside those of the sample account. */
  env?: Record<string, string>
  /** Milliseconds that WeChat takes for a send; 0 is none. */
  latencyMs?: number
}

const statsSchema = z.object({
  calls: z.record(z.string(), z.number()),
  sends: z.record(z.string(), z.number()),
  refusals: z.record(z.string(), z.number()),
})
export type Stats = z.output<typeof statsSchema>

const instancesSchema = z.object({
  instances: z.array(z.object({ function: z.string(), pid: z.number(), state: z.string() })),
})

const callSchema = z.union([
  z.object({ ok: z.literal(true), result: z.unknown() }),
  z.object({ ok: z.literal(false), errMsg: z.string() }),
])
const replySchema = z.union([
  z.object({ ok: z.literal(true), data: z.unknown() }),
  z.object({ ok: z.literal(false), error: z.looseObject({ code: z.string(), message: z.string() }) }),
])

/** The service on an emulator in a process of its own. */
export class RunningService {
  private constructor(
    private readonly emulator: Measured,
    readonly url: string,
  ) {}

  static async start(
    { processes, folder }: BenchmarkContext,
    { functionsDir, databaseFile }: Deployed,
    name: string,
    { world, instances, env = {}, latencyMs = 0 }: ServiceOptions,
  ): Promise<RunningService> {
    const home = join(folder, name)
    mkdirSync(home, { recursive: true })
    // Files: a command line is too short for a world of many people.
    const worldFile = join(home, 'world.json')
    writeFileSync(worldFile, JSON.stringify(world))
    const sampleEnv = z.record(z.string(), z.record(z.string(), z.string())).parse(readJson(sample.env))
    const emulator = await processes.start('emulator', {
      functionsDir,
      databaseFile,
      worldFile,
      dataDir: join(home, 'data'),
      instancesPerFunction: instances,
      functionEnv: { ...sampleEnv, '*': { ...sampleEnv['*'], ...env } },
    })
    const { url } = z.object({ url: z.string() }).parse(emulator.ready)
    const service = new RunningService(emulator, url)
    if (latencyMs > 0)
      await service.addFault({ on: 'subscribeMessage.send', effect: { kind: 'delay', ms: latencyMs } })
    return service
  }

  /** Puts a fault rule behind those in force (docs/emulator.md). */
  async addFault(rule: Record<string, unknown>): Promise<void> {
    await this.post('/_emulator/faults', { add: true, rules: [rule] })
  }

  async clearFaults(): Promise<void> {
    await this.post('/_emulator/faults', { rules: [] })
  }

  /** Resolves when WeChat has pushed all events. */
  async settle(): Promise<void> {
    await this.post('/_emulator/settle', {})
  }

  /** Everybody has `count` grants with WeChat. */
  async grantAll(tmplId: string, count: number): Promise<void> {
    await this.post('/_emulator/grants', { tmplId, count })
  }

  /** Calls a function as another function of the environment would, or as `source`; gives its result. */
  async call(name: string, data: Record<string, unknown>, source = 'scf'): Promise<unknown> {
    const reply = callSchema.parse(await this.post('/_emulator/call', { name, data, source }))
    if (!reply.ok) throw new Error(`calling ${name} failed: ${reply.errMsg}`)
    return reply.result
  }

  /** An action of staff, as a tool that has the access token calls it; gives its data. */
  async staff<A extends Action>(action: A, input: InputOf<A>): Promise<Outputs[A]> {
    const reply = replySchema.parse(await this.call('staff', { action, input, lang: 'en' }, 'wx_http'))
    if (!reply.ok) throw new Error(`${action} was refused: ${reply.error.code}: ${reply.error.message}`)
    return reply.data as Outputs[A]
  }

  async stats(): Promise<Stats> {
    return statsSchema.parse(await this.get('/_emulator/stats'))
  }

  /** What WeChat delivered to person number `i`. */
  async messages(i: number): Promise<{ at: number }[]> {
    const found = await this.get(`/_emulator/messages?openid=${openidOf(i)}`)
    return z.object({ messages: z.array(z.object({ at: z.number() })) }).parse(found).messages
  }

  /** Moves the emulator's clock: timers fire on the way. */
  async moveTo(now: number): Promise<void> {
    await this.post('/_emulator/clock', { now })
  }

  async now(): Promise<number> {
    const moved = await this.post('/_emulator/clock', { advanceMs: 0 })
    return z.object({ now: z.number() }).parse(moved).now
  }

  /** CPU of the emulator's own process, and of the instances that live (null where the system does not tell). */
  async cpu(): Promise<{ emulatorMs: number; instancesMs: number | null }> {
    const { cpuMs } = await this.emulator.usage()
    return { emulatorMs: cpuMs, instancesMs: cpuMsOf((await this.instances()).map(({ pid }) => pid)) }
  }

  /** The processes of functions. */
  async instances(): Promise<z.output<typeof instancesSchema>['instances']> {
    return instancesSchema.parse(await this.get('/_emulator/instances')).instances
  }

  /** Resolves when no function is at work. */
  async atRest(): Promise<void> {
    while ((await this.instances()).some(({ state }) => state === 'running')) await wait(LOOK_MS)
  }

  stop(): Promise<void> {
    return this.emulator.stop()
  }

  /** What the emulator's own interface answers. */
  async get(path: string): Promise<unknown> {
    const response = await fetch(`${this.url}${path}`)
    if (!response.ok) throw new Error(`${path} was answered ${response.status}: ${await response.text()}`)
    return response.json()
  }

  private async post(path: string, body: unknown): Promise<unknown> {
    const response = await fetch(`${this.url}${path}`, { method: 'POST', body: JSON.stringify(body) })
    const text = await response.text()
    if (!response.ok) throw new Error(`${path} was answered ${response.status}: ${text}`)
    return JSON.parse(text)
  }
}
