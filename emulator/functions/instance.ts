import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { type InstanceFrame, readFrames, writeFrame } from './frames'
import type { CloudFunction } from './project'

/** How one invocation of an instance ended. */
export type Ending =
  | { kind: 'result'; json: string; memoryMB: number }
  | { kind: 'error'; text: string; memoryMB: number }
  | { kind: 'timeout' }
  | { kind: 'exit'; why: string }

/** What goes to an instance for one invocation; `event` is JSON text. */
export interface InstanceCall {
  event: string
  head: {
    requestId: string
    context: Record<string, unknown>
    env: Record<string, string>
    unset: string[]
    offsetMs: number
  }
  onOutput: (text: string) => void
  /** Hears how to kill the instance once one has the call. */
  onStart: (kill: () => void) => void
}

/** What an instance is doing: loading its module, running an invocation, or waiting for the next. */
export type InstanceState = 'loading' | 'running' | 'idle'

interface Running {
  call: InstanceCall
  settle: (ending: Ending) => void
}

const BOOTSTRAP = join(__dirname, 'bootstrap.cjs')
/** Loading a function may take this long; the platform's own limit for initialization is of this order. */
const LOAD_LIMIT_MS = 30_000

/** One warm instance: a child process that holds one function and runs one invocation at a time. */
export class Instance {
  private readonly child: ChildProcess
  private readonly channel: Duplex
  private running: Running | undefined
  private loadTimer: NodeJS.Timeout | undefined
  private exitReason: string | undefined
  private readonly ready: Promise<void>
  private isReady = false
  private isStopped = false
  /** Resolves when the process is gone. */
  readonly exited: Promise<void>
  /** How many invocations in a row timed out: work that is stuck never ends by itself. */
  timeouts = 0

  constructor(
    readonly definition: CloudFunction,
    env: Record<string, string>,
  ) {
    // There may be more instances than cores: threads that helped one collect its garbage would keep another from its work.
    this.child = spawn(definition.nodePath, ['--single-threaded-gc', BOOTSTRAP, definition.main], {
      cwd: definition.folder,
      env,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    })
    const channel = this.child.stdio[3]
    if (!isDuplex(channel)) throw new Error('a child process was started without its channel')
    this.channel = channel
    this.ready = new Promise((resolve) => {
      readFrames(
        channel,
        (frame) => {
          if (frame.type === 'ready') {
            this.isReady = true
            clearTimeout(this.loadTimer)
            resolve()
          } else this.onFrame(frame)
        },
        (fault) => {
          this.exitReason = fault.message
          this.child.kill('SIGKILL')
        },
      )
    })
    this.loadTimer = setTimeout(() => {
      this.exitReason = `loading took longer than ${LOAD_LIMIT_MS / 1000} seconds`
      this.child.kill('SIGKILL')
    }, LOAD_LIMIT_MS)
    // What Node itself writes (a crash report) does not go through the channel.
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on('data', (chunk: Buffer) => this.running?.call.onOutput(chunk.toString('utf8')))
    // The channel breaks when the child dies; its exit is what is reported.
    channel.on('error', (error) => {
      this.exitReason ??= error.message
    })
    this.exited = new Promise((resolve) => {
      this.child.once('error', (error) => {
        this.exitReason ??= error.message
        this.onExit('could not be started')
        resolve()
      })
      // 'close', not 'exit': by then everything the child wrote has been read.
      this.child.once('close', (code, signal) => {
        this.onExit(
          signal === null ? `process exited with code ${code ?? 0}` : `process was killed by ${signal}`,
        )
        resolve()
      })
    })
  }

  get pid(): number | undefined {
    return this.child.pid
  }

  get state(): InstanceState {
    if (this.running !== undefined) return 'running'
    return this.isReady ? 'idle' : 'loading'
  }

  get isAlive(): boolean {
    return this.exitReason === undefined && this.child.exitCode === null && this.child.signalCode === null
  }

  /** Runs one invocation; resolves when it returned, failed, timed out, or the process died. */
  async invoke(call: InstanceCall, timeoutMs: number): Promise<Ending> {
    if (!this.isReady) await Promise.race([this.ready, this.exited])
    if (!this.isAlive) return { kind: 'exit', why: this.exitReason ?? 'process has ended' }
    const { event, head } = call
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.running?.settle({ kind: 'timeout' }), timeoutMs)
      this.running = {
        call,
        settle: (ending) => {
          clearTimeout(timer)
          this.running = undefined
          this.timeouts = ending.kind === 'timeout' ? this.timeouts + 1 : 0
          resolve(ending)
        },
      }
      // The event is JSON already: it goes in as it is.
      writeFrame(
        this.channel,
        `${JSON.stringify({ type: 'invoke', ...head }).slice(0, -1)},"event":${event}}`,
      )
    })
  }

  /** Tells a running invocation that time has moved. */
  moveTime(offsetMs: number): void {
    if (this.running !== undefined && this.isAlive)
      writeFrame(this.channel, JSON.stringify({ type: 'clock', offsetMs }))
  }

  /** Stops the process where it stands; its pending work goes on after `thaw`. */
  freeze(): void {
    if (this.isAlive && !this.isStopped) this.isStopped = this.child.kill('SIGSTOP')
  }

  thaw(): void {
    if (this.isStopped) this.isStopped = !this.child.kill('SIGCONT')
  }

  /** Ends the process; resolves when it is gone. */
  async kill(): Promise<void> {
    clearTimeout(this.loadTimer)
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill('SIGKILL')
    // A process that the function started may still hold these; 'close' does not wait for it then.
    for (const stream of [this.child.stdout, this.child.stderr, this.channel]) stream?.destroy()
    await this.exited
  }

  private onFrame(frame: Exclude<InstanceFrame, { type: 'ready' }>): void {
    const running = this.running
    if (running === undefined) return
    if (frame.type === 'output') running.call.onOutput(frame.text)
    // A late result belongs to an invocation that timed out.
    else if (frame.requestId === running.call.head.requestId)
      running.settle(
        frame.error === undefined
          ? { kind: 'result', json: frame.json ?? 'null', memoryMB: frame.memoryMB }
          : { kind: 'error', text: frame.error, memoryMB: frame.memoryMB },
      )
  }

  private onExit(why: string): void {
    clearTimeout(this.loadTimer)
    this.exitReason = this.exitReason === undefined ? why : `${why} (${this.exitReason})`
    this.running?.settle({ kind: 'exit', why: this.exitReason })
  }
}

function isDuplex(value: unknown): value is Duplex {
  return typeof value === 'object' && value !== null && 'write' in value && 'on' in value
}
