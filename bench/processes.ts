import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import * as z from 'zod'
import { type Usage, usageSchema } from './usage'

/** A process of its own, so that what it uses is nobody else's. */
export interface Measured {
  /** What it said when it was ready. */
  ready: unknown
  /** ms from its start to that. */
  startMs: number
  ask<Schema extends z.ZodType>(question: string, input: unknown, answer: Schema): Promise<z.output<Schema>>
  usage(): Promise<Usage>
  stop(): Promise<void>
}

const messageSchema = z.union([
  z.strictObject({ ready: z.unknown() }),
  z.strictObject({ id: z.number(), answer: z.unknown().optional() }),
  z.strictObject({ id: z.number(), fault: z.string() }),
])

/** Starts the processes of bench/processes by their name, and ends those that are left. */
export class Processes {
  private readonly running = new Set<Measured>()

  /** `folder` holds the bundles. */
  constructor(private readonly folder: string) {}

  /** Starts one; resolves when it is ready. Rejects with what it wrote when it ends before. */
  async start(name: string, settings: unknown): Promise<Measured> {
    const startedAt = performance.now()
    const child = fork(join(this.folder, `${name}.cjs`), [JSON.stringify(settings)], {
      execArgv: ['--enable-source-maps', '--single-threaded-gc'],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    const conversation = new Conversation(name, child)
    const ready = await conversation.ready
    const measured: Measured = {
      ready,
      startMs: performance.now() - startedAt,
      ask: async (question, input, answer) => answer.parse(await conversation.ask(question, input)),
      usage: () => measured.ask('usage', undefined, usageSchema),
      stop: async () => {
        this.running.delete(measured)
        await conversation.end()
      },
    }
    this.running.add(measured)
    return measured
  }

  async stop(): Promise<void> {
    await Promise.all([...this.running].map((process) => process.stop()))
  }
}

interface Waiting {
  resolve: (answer: unknown) => void
  reject: (error: Error) => void
}

/** Questions to a child and its answers. */
class Conversation {
  readonly ready: Promise<unknown>
  private readonly ended: Promise<void>
  private readonly waiting = new Map<number, Waiting>()
  private asked = 0
  private said = ''

  constructor(
    private readonly name: string,
    private readonly child: ChildProcess,
  ) {
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.said += text
    })
    this.ready = new Promise((resolve, reject) => this.waiting.set(0, { resolve, reject }))
    child.on('message', (raw) => this.hear(messageSchema.parse(raw)))
    this.ended = new Promise((resolve) => {
      // Not the child's 'close': Node 20 does not emit it where the parent has disconnected.
      child.once('exit', (code, signal) => {
        whenRead(child, () => {
          const error = new Error(`${name} ended (${signal ?? code}): ${this.said}`)
          for (const { reject } of this.waiting.values()) reject(error)
          this.waiting.clear()
          resolve()
        })
      })
    })
  }

  ask(question: string, input: unknown): Promise<unknown> {
    this.asked += 1
    const id = this.asked
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject })
      this.child.send({ id, question, input })
    })
  }

  /** A child ends when it is no longer connected. */
  async end(): Promise<void> {
    if (this.child.connected) this.child.disconnect()
    await this.ended
  }

  private hear(message: z.output<typeof messageSchema>): void {
    const id = 'ready' in message ? 0 : message.id
    const waiting = this.waiting.get(id)
    this.waiting.delete(id)
    if ('ready' in message) waiting?.resolve(message.ready)
    else if ('fault' in message) waiting?.reject(new Error(`${this.name}: ${message.fault}`))
    else waiting?.resolve(message.answer)
  }
}

/** Calls back when everything that an ended child wrote has been read. */
function whenRead({ stderr }: ChildProcess, done: () => void): void {
  if (stderr === null || stderr.closed) done()
  else stderr.once('close', done)
}
