/** One invocation of a function: its ports, on virtual time, with everything that can go wrong between them. */
import { ServiceError } from '../../core/errors'
import type { Clock, OpenApi, Ports, Store } from '../../core/ports'
import type { Chance } from './chance'
import type { Schedule } from './schedule'
import type { WeChatOnPaper } from './wechat'

export interface StoreRates {
  /** The effect is there, the answer is not. */
  lostAnswer: number
  /** The caller is told that it failed, and the effect comes later all the same. */
  lateWrite: number
  failed: number
  crash: number
  pause: number
  jump: number
}

/** How long the SDK waits for the database before it gives up. */
const STORE_TIMEOUT_MS = 10_000

export interface Surroundings {
  schedule: Schedule
  chance: Chance
  store: Store
  wechat: WeChatOnPaper
  rates: () => StoreRates
  met: (fault: string) => void
  /** Told of every effect on the store. */
  changed: () => void
  longTerm: ReadonlySet<string>
}

const failure = (reason: string) => new ServiceError('STORE_FAILED', { reason })

export class Invocation {
  private isDead = false
  private resumesAt = 0
  /** Instances have clocks of their own, which jump. */
  private skewMs: number

  constructor(
    private readonly around: Surroundings,
    timeoutMs: number,
  ) {
    this.skewMs = around.chance.whole(-1500, 1500)
    around.schedule.after(timeoutMs, () => this.kill())
  }

  /** SIGKILL, or the end of its time: no answer reaches it any more; what it has asked for happens. */
  kill(): void {
    this.isDead = true
  }

  /** SIGSTOP: answers wait until it goes on; the clocks do not. */
  pause(ms: number): void {
    this.resumesAt = Math.max(this.resumesAt, this.around.schedule.now() + ms)
  }

  jump(ms: number): void {
    this.skewMs += ms
  }

  ports(): Omit<Ports, 'wake' | 'log' | 'random'> {
    return { store: this.store(), openApi: this.openApi(), clock: this.clock() }
  }

  private clock(): Clock {
    const { schedule } = this.around
    return {
      now: () => schedule.now() + this.skewMs,
      monotonic: () => schedule.now(),
      sleep: (ms) => new Promise((resolve) => schedule.after(ms, () => this.deliver(() => resolve()))),
    }
  }

  private openApi(): OpenApi {
    return {
      send: (message) =>
        new Promise((resolve) => {
          const isOneTime = !this.around.longTerm.has(message.templateId)
          this.around.wechat.send(message, isOneTime, (answer) => this.deliver(() => resolve(answer)))
          this.strike()
        }),
    }
  }

  private store(): Store {
    const { store } = this.around
    return {
      get: (collection, id) => this.call(false, () => store.get(collection, id)),
      find: (collection, find) => this.call(false, () => store.find(collection, find)),
      insert: (collection, doc) => this.call(true, () => store.insert(collection, doc)),
      update: (collection, where, change) => this.call(true, () => store.update(collection, where, change)),
      remove: (collection, where) => this.call(true, () => store.remove(collection, where)),
    }
  }

  private call<T>(writes: boolean, run: () => Promise<T>): Promise<T> {
    const { schedule, chance, rates, met, changed } = this.around
    const effect = () => {
      if (writes) changed()
      return run()
    }
    const { lostAnswer, lateWrite, failed } = rates()
    return new Promise((resolve, reject) => {
      const there = chance.latency(15, 400)
      const back = chance.latency(15, 400)
      const giveUp = (reason: string) => this.deliver(() => reject(failure(reason)))
      if (chance.is(failed)) {
        met('database call failed')
        schedule.after(there + back, () => giveUp('refused'))
      } else if (writes && chance.is(lateWrite)) {
        met('write applied after its caller gave up')
        schedule.after(STORE_TIMEOUT_MS, () => giveUp('timeout'))
        schedule.after(STORE_TIMEOUT_MS + chance.whole(1, 60_000), () => void effect())
      } else if (writes && chance.is(lostAnswer)) {
        met('answer of the database lost')
        schedule.after(there, () => void effect())
        schedule.after(STORE_TIMEOUT_MS, () => giveUp('timeout'))
      } else {
        schedule.after(there, () => {
          void effect().then((value) => schedule.after(back, () => this.deliver(() => resolve(value))))
        })
      }
      this.strike()
    })
  }

  /** Crashes and pauses come while something is awaited: the only places where anything else can happen. */
  private strike(): void {
    const { schedule, chance, rates, met } = this.around
    const { crash, pause, jump } = rates()
    if (chance.is(crash)) {
      met('instance killed')
      schedule.after(chance.whole(0, 40), () => this.kill())
    } else if (chance.is(pause)) {
      met('instance paused')
      const length = chance.whole(5_000, 100_000)
      schedule.after(chance.whole(0, 40), () => this.pause(length))
    } else if (chance.is(jump)) {
      met('clock jumped')
      this.jump(chance.whole(-30_000, 30_000))
    }
  }

  private deliver(run: () => void): void {
    if (this.isDead) return
    const wait = this.resumesAt - this.around.schedule.now()
    if (wait > 0) this.around.schedule.after(wait, () => this.deliver(run))
    else run()
  }
}
