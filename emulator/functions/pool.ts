import type { Ending, Instance, InstanceCall, InstanceState } from './instance'

/** An unused instance is given up after this time, as the platform does after some minutes. */
const IDLE_MS = 5 * 60_000

export interface PoolOptions {
  /** The function's. */
  name: string
  start: () => Instance
  maxInstances: number
  freezes: boolean
}

/** The warm instances of one version of one function: one invocation at a time in each, cold starts on demand. */
export class Pool {
  private readonly instances = new Set<Instance>()
  private readonly idle: Instance[] = []
  private readonly idleTimers = new Map<Instance, NodeJS.Timeout>()
  private readonly waiting: ((instance: Instance | undefined) => void)[] = []
  private readonly ending = new Set<Promise<void>>()
  private isRetired = false
  private isStopped = false

  constructor(private readonly options: PoolOptions) {}

  get name(): string {
    return this.options.name
  }

  get size(): number {
    return this.instances.size
  }

  /** The processes that live, in the order in which they were started. */
  list(): { pid: number; state: InstanceState }[] {
    return [...this.instances].flatMap(({ pid, state, isAlive }) =>
      pid === undefined || !isAlive ? [] : [{ pid, state }],
    )
  }

  async invoke(call: InstanceCall, timeoutMs: number): Promise<Ending> {
    const instance = await this.acquire()
    if (instance === undefined) return { kind: 'exit', why: 'the emulator was stopped' }
    instance.thaw()
    call.onStart(() => void instance.kill())
    const ending = await instance.invoke(call, timeoutMs)
    this.release(instance, ending)
    return ending
  }

  /** Tells every running invocation that time has moved. */
  moveTime(offsetMs: number): void {
    for (const instance of this.instances) instance.moveTime(offsetMs)
  }

  /** Takes no further use of these instances: idle ones end now, busy ones when they are done. */
  retire(): void {
    this.isRetired = true
    for (const instance of this.idle.splice(0)) this.end(instance)
  }

  /** Ends every instance; resolves when all are gone. */
  async stop(): Promise<void> {
    this.isStopped = true
    this.retire()
    for (const resolve of this.waiting.splice(0)) resolve(undefined)
    for (const instance of this.instances) this.end(instance)
    await Promise.all(this.ending)
  }

  /** An instance that is free; undefined when the pool was stopped meanwhile. */
  private async acquire(): Promise<Instance | undefined> {
    if (this.isStopped) return undefined
    for (;;) {
      // The one used last is the warmest.
      const instance = this.idle.pop()
      if (instance === undefined) break
      clearTimeout(this.idleTimers.get(instance))
      if (instance.isAlive) return instance
      this.end(instance)
    }
    if (this.instances.size < this.options.maxInstances) return this.startOne()
    return new Promise((resolve) => this.waiting.push(resolve))
  }

  private startOne(): Instance {
    const instance = this.options.start()
    this.instances.add(instance)
    return instance
  }

  private release(instance: Instance, ending: Ending): void {
    if (this.isRetired || !this.isReusable(instance, ending)) {
      this.end(instance)
      const next = this.waiting.shift()
      if (next !== undefined) next(this.startOne())
      return
    }
    const next = this.waiting.shift()
    if (next !== undefined) {
      next(instance)
      return
    }
    if (this.options.freezes) instance.freeze()
    this.idle.push(instance)
    const timer = setTimeout(() => {
      this.idle.splice(this.idle.indexOf(instance), 1)
      this.end(instance)
    }, IDLE_MS)
    timer.unref()
    this.idleTimers.set(instance, timer)
  }

  /** Work that timed out may come to its end after a thaw; twice in a row it is taken for stuck. */
  private isReusable(instance: Instance, ending: Ending): boolean {
    if (!instance.isAlive || ending.kind === 'exit') return false
    return ending.kind !== 'timeout' || (this.options.freezes && instance.timeouts < 2)
  }

  private end(instance: Instance): void {
    clearTimeout(this.idleTimers.get(instance))
    this.idleTimers.delete(instance)
    if (!this.instances.delete(instance)) return
    const ended = instance.kill().finally(() => this.ending.delete(ended))
    this.ending.add(ended)
  }
}
