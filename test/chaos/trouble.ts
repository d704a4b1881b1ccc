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
/** A tick that finds nothing to do is over before. */
const BUSY_MS = 300
/**
 * Some are never asked for: who has no grant, and who is left in doubt; and the last may be asked for by ticks that are
 * over before they count as busy. All trouble comes before that.
 */
const PART = 0.6

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
  /** Working processes, and since when (monotonic). */
  private readonly since = new Map<number, number>()
  private asked = 0
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

  /** Does what is due by the number of sends answered, to somebody who sends; call it often. */
  async make(asked: number): Promise<void> {
    const now = performance.now()
    await this.wakeDue(now)
    const isSending = asked > this.asked
    this.asked = asked
    const busy = await this.busy(now)
    const due = this.acts[0]
    if (due === undefined || asked < due.at || !isSending) return
    const victim = busy[Math.floor(this.random() * busy.length)]
    if (victim === undefined || !signal(victim, due.kind === 'kill' ? 'SIGKILL' : 'SIGSTOP')) return
    this.acts.shift()
    if (due.kind === 'kill') this.killed += 1
    else {
      this.stopped += 1
      this.still.set(victim, now + this.options.stopMs)
    }
  }

  /** Who has worked for so long that it found something to do. */
  private async busy(now: number): Promise<number[]> {
    const working = await this.processes.working()
    for (const pid of this.since.keys()) if (!working.includes(pid)) this.since.delete(pid)
    for (const pid of working) if (!this.since.has(pid)) this.since.set(pid, now)
    return working.filter((pid) => !this.still.has(pid) && now - (this.since.get(pid) ?? now) > BUSY_MS)
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
