import { join } from 'node:path'
import type { Clock } from '../clock'
import { hex } from '../hex'
import type { World } from '../world'
import { contextOf } from './context'
import { type Account, instanceEnvironment, invocationEnvironment } from './environment'
import { type Identity, PHONE_SOURCES } from './identity'
import { type Ending, Instance, type InstanceState } from './instance'
import { type Invocation, Invocations } from './invocations'
import { FunctionLog, type LogRow, Output } from './log'
import { Keeper } from './keeper'
import { Pool } from './pool'
import { type CloudFunction, hasChanged, loadFunction, loadProject } from './project'
import { Runtimes } from './runtimes'

export interface FunctionsOptions {
  functionsDir: string
  functionEnv: Record<string, Record<string, string>>
  nodePath: string
  runtimesDir: string | undefined
  instancesPerFunction: number
  world: World
  clock: Clock
  random: () => number
  onLog: (row: LogRow) => void
  onFault: (reason: string) => void
}

/** One call of a function. */
export interface FunctionCall {
  name: string
  /** The event as JSON text. */
  event: string
  identity: Identity
  source: string
  /** The request id of the function that calls. */
  caller?: string
}

/** How a call ended. `missing` and `denied` never reached the function. */
export type Outcome = { requestId: string } & (
  | { kind: 'result'; json: string }
  | { kind: 'error'; text: string }
  | { kind: 'timeout'; text: string }
  | { kind: 'too-large'; bytes: number }
  | { kind: 'missing' }
  | { kind: 'denied' }
)

/** A result may have 6 MB on its way between functions (wechat.md §8: SCF's synchronous response). */
const MAX_RESULT_BYTES = 6 * 1024 * 1024

/** The cloud functions of one project: loads them, keeps instances warm, runs calls, writes the log. */
export class Functions {
  readonly invocations = new Invocations()
  readonly log: FunctionLog
  private readonly runtimes: Runtimes
  private readonly project: Map<string, CloudFunction>
  private readonly pools = new Map<string, { definition: CloudFunction; pool: Pool }>()
  private readonly retired = new Set<Pool>()
  private readonly keeper: Keeper
  /** Running invocations that a function called, and that function's request id. */
  private readonly callees = new Map<Invocation, string>()
  private gatewayUrl = ''
  private isStopped = false

  constructor(private readonly options: FunctionsOptions) {
    this.runtimes = new Runtimes(options.nodePath, options.runtimesDir)
    this.project = loadProject(options.functionsDir, this.runtimes)
    this.log = new FunctionLog(options.onLog)
    this.keeper = new Keeper(options.onFault)
  }

  /** Says where the gateway listens; before that no function can be called. */
  connect(gatewayUrl: string): void {
    this.gatewayUrl = gatewayUrl
  }

  list(): CloudFunction[] {
    return [...this.project.values()]
  }

  /** The function as it is on disk now: changed code is taken up at the next call. */
  find(name: string): CloudFunction | undefined {
    const known = this.project.get(name)
    if (known !== undefined && !hasChanged(known)) return known
    if (!/^[a-zA-Z0-9][a-zA-Z0-9_-]*$/.test(name)) return undefined
    let loaded: CloudFunction | undefined
    try {
      loaded = loadFunction(name, join(this.options.functionsDir, name), this.runtimes)
    } catch (cause) {
      // A rebuild in progress leaves a function half written; what was loaded last still runs.
      if (known !== undefined) return known
      throw cause
    }
    if (loaded === undefined) this.project.delete(name)
    else this.project.set(name, loaded)
    return loaded
  }

  /** Runs one call to its end. Never rejects for what the function does. */
  async invoke(call: FunctionCall): Promise<Outcome> {
    const { random } = this.options
    const requestId = hex(random, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
    if (this.isStopped) return { requestId, kind: 'error', text: 'Error: the emulator was stopped' }
    const definition = this.find(call.name)
    if (definition === undefined) return { requestId, kind: 'missing' }
    const isPhone = PHONE_SOURCES.has(call.source) || call.identity.login !== undefined
    if (isPhone && call.caller === undefined && !this.mayPhoneCall(call)) return { requestId, kind: 'denied' }

    const { clock, world } = this.options
    const token = hex(random, 32)
    const sequenceId = `${clock.now()}_${hex(random, 16)}_${hex(random, 8)}`
    const invocation: Invocation = { requestId, definition, identity: call.identity, source: call.source }
    this.invocations.add(token, sequenceId, invocation)
    if (call.caller !== undefined) this.callees.set(invocation, call.caller)
    const { env, unset } = invocationEnvironment(this.account(), { ...call, token, sequenceId })
    const output = new Output()
    const at = clock.now()
    const startedAt = performance.now()
    const ending = await this.poolOf(definition).invoke(
      {
        event: call.event,
        onOutput: output.write,
        onStart: (kill) => {
          invocation.kill = kill
        },
        head: {
          requestId,
          env,
          unset,
          offsetMs: clock.offset(),
          context: contextOf(definition, world.env, requestId, env),
        },
      },
      definition.timeoutSeconds * 1000,
    )
    delete invocation.kill
    this.callees.delete(invocation)
    if (ending.kind === 'timeout' && !world.behaviour.calleesOutliveCallers) this.killCallees(requestId)
    const outcome: Outcome = { requestId, ...outcomeOf(ending, definition) }
    this.log.add({
      at,
      function: definition.name,
      requestId,
      source: call.source,
      ...(call.identity.openid === undefined ? {} : { openid: call.identity.openid }),
      durationMs: Math.round(performance.now() - startedAt),
      memoryMB: 'memoryMB' in ending ? ending.memoryMB : 0,
      status: outcome.kind === 'result' ? 'ok' : outcome.kind === 'timeout' ? 'timeout' : 'error',
      lines: output.lines(),
      ...(outcome.kind === 'result' ? { result: outcome.json } : { error: errorOf(outcome) }),
    })
    return outcome
  }

  /** The processes of all functions. */
  instances(): { function: string; pid: number; state: InstanceState }[] {
    const pools = [...[...this.pools.values()].map(({ pool }) => pool), ...this.retired]
    return pools.flatMap((pool) => pool.list().map((one) => ({ function: pool.name, ...one })))
  }

  /** Tells running invocations that time has moved. */
  moveTime(offsetMs: number): void {
    for (const { pool } of this.pools.values()) pool.moveTime(offsetMs)
  }

  /** Ends every instance. */
  async stop(): Promise<void> {
    this.isStopped = true
    const pools = [...this.retired, ...[...this.pools.values()].map(({ pool }) => pool)]
    await Promise.all(pools.map((pool) => pool.stop()))
    await this.keeper.stop()
  }

  private killCallees(requestId: string): void {
    for (const [callee, caller] of this.callees) if (caller === requestId) callee.kill?.()
  }

  private mayPhoneCall({ name, identity }: FunctionCall): boolean {
    const rule = this.options.world.securityRules[name] ?? this.options.world.securityRules['*']
    const isKnown = identity.openid !== undefined || identity.login !== undefined
    return rule === undefined || rule.invoke === 'auth != null' ? isKnown : rule.invoke
  }

  private account(): Account {
    const { env, standalone } = this.options.world
    return { env, gatewayUrl: this.gatewayUrl, isStandalone: standalone !== undefined }
  }

  private poolOf(definition: CloudFunction): Pool {
    const held = this.pools.get(definition.name)
    if (held?.definition === definition) return held.pool
    if (held !== undefined) {
      held.pool.retire()
      this.retired.add(held.pool)
      for (const pool of this.retired) if (pool.size === 0) this.retired.delete(pool)
    }
    const { instancesPerFunction } = this.options
    const pool = new Pool({
      name: definition.name,
      maxInstances: instancesPerFunction,
      freezes: this.freezes(),
      start: () => this.startInstance(definition),
    })
    this.pools.set(definition.name, { definition, pool })
    return pool
  }

  /** `{emulator}` in a value is the emulator's own address, which nobody knows before it listens. */
  private addressed(variables: Record<string, string> = {}): Record<string, string> {
    const { origin } = new URL(this.gatewayUrl)
    return Object.fromEntries(
      Object.entries(variables).map(([name, value]) => [name, value.replaceAll('{emulator}', origin)]),
    )
  }

  private startInstance(definition: CloudFunction): Instance {
    const { functionEnv } = this.options
    const configured = [definition.env, functionEnv['*'], functionEnv[definition.name]]
    const env = instanceEnvironment(
      this.account(),
      ...configured.map((variables) => this.addressed(variables)),
    )
    const instance = new Instance(definition, env)
    const { pid } = instance
    if (this.freezes() && pid !== undefined) {
      this.keeper.watch(pid)
      void instance.exited.then(() => this.keeper.release(pid))
    }
    return instance
  }

  /** Windows cannot stop a process where it stands. */
  private freezes(): boolean {
    return this.options.world.behaviour.freezesInstances && process.platform !== 'win32'
  }
}

type Unnumbered<T> = T extends unknown ? Omit<T, 'requestId'> : never

function outcomeOf(ending: Ending, definition: CloudFunction): Unnumbered<Outcome> {
  if (ending.kind === 'error') return { kind: 'error', text: ending.text }
  if (ending.kind === 'timeout')
    return { kind: 'timeout', text: `Invoking task timed out after ${definition.timeoutSeconds} seconds` }
  if (ending.kind === 'exit')
    return { kind: 'error', text: `Error: ${definition.name}: ${ending.why} before the function returned` }
  const bytes = Buffer.byteLength(ending.json)
  return bytes > MAX_RESULT_BYTES ? { kind: 'too-large', bytes } : { kind: 'result', json: ending.json }
}

function errorOf(outcome: Outcome): string {
  if (outcome.kind === 'too-large')
    return `the result has ${outcome.bytes} bytes; ${MAX_RESULT_BYTES} are allowed`
  return 'text' in outcome ? outcome.text : outcome.kind
}
