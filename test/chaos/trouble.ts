/** Processes of `dispatch` that are killed, or stopped for longer than a lease, while they work. */
import { setTimeout as sleep } from 'node:timers/promises'
import { seeded } from '../../emulator/faults/seeded'

export interface TroubleOptions {
  kills: number
  stops: number
  /** Real ms that a stopped process stands still. */
  stopMs: number
  /** Messages in all: trouble is spread over them. */
  size: number
  seed: number
}

/** What trouble needs to know of the processes. */
export interface Processes {
  working(): Promise<number[]>
  isThere(pid: number): Promise<boolean>
}

const EVERY_MS = 25
/** Some are never asked for: who has no grant, and who is left in doubt. All trouble comes before that. */
const PART = 0.8

interface Act {
  kind: 'kill' | 'stop'
  /** When so many sends were answered. */
  at: number
}

const spread = (kind: Act['kind'], count: number, size: number): Act[] =>
  Array.from({ length: count }, (_, i) => ({ kind, at: Math.floor(((i + 0.5) * PART * size) / count) }))

export class Trouble {
  killed = 0
  stopped = 0
  private readonly acts: Act[]
  private readonly random: () => number
  /** Stopped processes, and the moment (monotonic) at which they go on. */
  private readonly still = new Map<number, number>()

  constructor(
    private readonly processes: Processes,
    private readonly options: TroubleOptions,
  ) {
    const { kills, stops, size, seed } = options
    this.acts = [...spread('kill', kills, size), ...spread('stop', stops, size)].sort((a, b) => a.at - b.at)
    this.random = seeded(seed, 'chaos')
  }

  /** Processes that stand still now. */
  get standing(): number {
    return this.still.size
  }

  /** Whether everything that was to befall has. */
  get isOver(): boolean {
    return this.acts.length === 0 && this.standing === 0
  }

  /** Does what is due by the number of sends answered; call it often. */
  async make(asked: number): Promise<void> {
    await this.wakeDue(performance.now())
    const due = this.acts[0]
    if (due === undefined || asked < due.at) return
    const victims = (await this.processes.working()).filter((pid) => !this.still.has(pid))
    const victim = victims[Math.floor(this.random() * victims.length)]
    if (victim === undefined || !signal(victim, due.kind === 'kill' ? 'SIGKILL' : 'SIGSTOP')) return
    this.acts.shift()
    if (due.kind === 'kill') this.killed += 1
    else {
      this.stopped += 1
      this.still.set(victim, performance.now() + this.options.stopMs)
    }
  }

  /** Lets whoever stands still go on. */
  wakeAll(): Promise<void> {
    return this.wakeDue(Number.POSITIVE_INFINITY)
  }

  /** Lets go on whoever has stood still long enough by this monotonic time. */
  async wakeDue(now: number): Promise<void> {
    for (const [pid, until] of this.still) {
      if (until > now) continue
      this.still.delete(pid)
      // A number may be another process's by now.
      if (await this.processes.isThere(pid)) signal(pid, 'SIGCONT')
    }
  }

  static pause(): Promise<void> {
    return sleep(EVERY_MS)
  }
}

/** False where the process has just ended. */
function signal(pid: number, name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): boolean {
  try {
    return process.kill(pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
    throw error
  }
}
