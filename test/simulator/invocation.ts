/** One invocation of a function: its ports, on virtual time, with everything that can go wrong between them. */
import { ServiceError } from '../../core/errors'
import type { MemoryDatabase } from '../../adapters/memory/database'
import { MemoryTemplates } from '../../adapters/memory/templates'
import type { Change, Clock, Doc, Find, OpenApi, Ports, Store, Where } from '../../core/ports'
import type { Chance } from './chance'
import type { Instance } from './instance'
import { Losses } from './losses'
import type { Schedule } from './schedule'
import type { WeChatOnPaper } from './wechat'

/** Probabilities of one port call. */
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

/** Stops from which a holder comes back late in its lease, and after another has taken the lane. */
const WITHIN_LEASE_MS = [12_000, 32_000] as const
const BEYOND_LEASE_MS = [35_000, 100_000] as const

/** A stop while messages are under way, or wait for their turn, is the one that a lease has to stand. */
const HURTS: ReadonlySet<string> = new Set(['send', 'sleep'])
/** What an instance sends just after such a stop is long on its way. */
const SLUGGISH_MS = 5_000
/** A call that failed may be the first of many. */
const CUT_OFF = 0.2
/** Or the first of many that come late, each before it is given up. */
const SLOW = 0.3
const SLOW_MS = [2_000, 9_000] as const
const SLOW_LOSES = 0.2
const CUT_OFF_MS = [1_000, 45_000] as const

/** More documents than there are. */
const ALL = 1_000_000
/** Between two documents of one update the database may be busy with others. */
const HALTS = 0.05
const HALT_MS = [1, 3_000] as const

export interface Surroundings {
  schedule: Schedule
  chance: Chance
  database: MemoryDatabase
  wechat: WeChatOnPaper
  rates: () => StoreRates
  met: (fault: string) => void
  /** An instance was killed while this port call was awaited. */
  crashed: (call: string) => void
  /** Whether the crash that every seed has comes at this port call. */
  isFatal: (invocation: Invocation) => boolean
  /** Whose effect the store sees now; null between effects. */
  writing: (invocation: Invocation | null) => void
  /** An invocation was interrupted, or had no answer of the database. */
  interrupted: () => void
  /** An instance with messages under way was stopped, and goes on after so many milliseconds, late in its lease. */
  late: (ms: number) => void
  /** Something was announced in a lane by who had been told that it was lost. */
  goesOn: (what: string) => void
  longTerm: ReadonlySet<string>
}

/** What a call does in the database; `done` is told when all of it is. */
type Effect<T> = (done: (value: T) => void) => void

/** Made once: where the simulator stood when a call failed says nothing, and costs more than the call. */
const failures = {
  refused: new ServiceError('STORE_FAILED', { reason: 'refused' }),
  timeout: new ServiceError('STORE_FAILED', { reason: 'timeout' }),
} as const

export class Invocation {
  /** Whether anything came in between that can leave its messages in doubt. */
  isInterrupted = false
  /** Messages of it that were settled as in doubt. */
  doubts = 0
  private readonly losses: Losses

  constructor(
    private readonly around: Surroundings,
    readonly name: string,
    readonly number: number,
    readonly instance: Instance,
  ) {
    this.losses = new Losses(around.database)
  }

  ports(): Omit<Ports, 'wake' | 'log' | 'random'> {
    return { store: this.store(), openApi: this.openApi(), clock: this.clock() }
  }

  interrupt(): void {
    this.isInterrupted = true
    this.around.interrupted()
  }

  private clock(): Clock {
    const { schedule } = this.around
    return {
      now: () => schedule.now() + this.instance.skewMs,
      monotonic: () => schedule.now(),
      sleep: (ms) =>
        new Promise((resolve) => {
          schedule.after(ms, () => this.instance.deliver(() => resolve()))
          this.strike('sleep')
        }),
    }
  }

  private openApi(): OpenApi {
    const { wechat, longTerm } = this.around
    return {
      send: (message) =>
        new Promise((resolve) => {
          const isOneTime = !longTerm.has(message.templateId)
          wechat.send(message, isOneTime, this, (answer) => this.instance.deliver(() => resolve(answer)))
          this.strike('send')
        }),
      check: async () => ({ suggest: 'pass' }),
      templates: new MemoryTemplates(),
    }
  }

  private store(): Store {
    const { database } = this.around
    return {
      get: <T extends Doc>(collection: string, id: string) =>
        this.call('get', collection, false, () => database.get(collection, id) as T | null),
      find: <T extends Doc>(collection: string, find: Find) =>
        this.call('find', collection, false, () => database.find<T>(collection, find)),
      insert: (collection, doc) =>
        this.call('insert', collection, true, () => database.insert(collection, doc)),
      insertAll: (collection, docs) =>
        this.call('insertAll', collection, true, () => database.insertAll(collection, docs)),
      update: (collection, where, change) => {
        const wrong = this.losses.asks(collection, where, change)
        if (wrong !== undefined) this.around.goesOn(wrong)
        return this.ask(
          'update',
          collection,
          true,
          (done) => this.updateEach(collection, where, change, done),
          (updated) => this.losses.hears(collection, where, change, updated),
        )
      },
      remove: (collection, where) =>
        this.call('remove', collection, true, () => database.remove(collection, where)),
    }
  }

  /** What happens at once. */
  private call<T>(verb: string, collection: string, writes: boolean, run: () => T): Promise<T> {
    return this.ask(verb, collection, writes, (done) => done(this.written(run)))
  }

  private written<T>(run: () => T): T {
    const { writing } = this.around
    writing(this)
    const value = run()
    writing(null)
    return value
  }

  /** Each document by itself, as databases do: what others do comes between. */
  private updateEach(
    collection: string,
    where: Where,
    change: Change,
    done: (updated: number) => void,
  ): void {
    const { database, schedule, chance } = this.around
    const found = database.find(collection, { where, limit: ALL })
    const one: Where = { _id: '', ...where }
    let at = 0
    let updated = 0
    const next = () => {
      const doc = found[at]
      if (!doc) return done(updated)
      one._id = doc._id
      at += 1
      updated += this.written(() => database.update(collection, one, change))
      if (at === found.length) done(updated)
      else schedule.aside(chance.is(HALTS) ? chance.whole(...HALT_MS) : 0, next)
    }
    next()
  }

  /** `hears` is told what the caller is told, before it. */
  private ask<T>(
    verb: string,
    collection: string,
    writes: boolean,
    effect: Effect<T>,
    hears: (value: T) => void = () => undefined,
  ): Promise<T> {
    const { schedule, chance, rates, met } = this.around
    const unheard = () => effect(() => undefined)
    const { lostAnswer, lateWrite, failed } = rates()
    return new Promise((resolve, reject) => {
      const isSlow = this.instance.isSlow()
      const there = isSlow ? chance.whole(...SLOW_MS) : chance.latency(15, 400)
      const back = chance.latency(15, 400)
      const giveUp = (reason: keyof typeof failures) => {
        this.interrupt()
        this.instance.deliver(() => reject(failures[reason]))
      }
      if (this.instance.isCutOff() || chance.is(failed)) {
        met('database call failed')
        schedule.after(there + back, () => giveUp('refused'))
        if (chance.is(CUT_OFF)) {
          met('instance cut off from the database')
          this.instance.cutOff(chance.whole(...CUT_OFF_MS))
        } else if (chance.is(SLOW)) {
          met('database slow for an instance')
          this.instance.slowDown(chance.whole(...CUT_OFF_MS), chance.whole(...CUT_OFF_MS))
        }
      } else if (writes && chance.is(lateWrite)) {
        met('write applied after its caller gave up')
        schedule.after(STORE_TIMEOUT_MS, () => giveUp('timeout'))
        schedule.aside(STORE_TIMEOUT_MS + chance.whole(1, 60_000), unheard)
      } else if (chance.is(isSlow ? SLOW_LOSES : lostAnswer)) {
        met('answer of the database lost')
        schedule.aside(there, unheard)
        schedule.after(STORE_TIMEOUT_MS, () => giveUp('timeout'))
      } else {
        const deliver = (value: T) => {
          hears(value)
          resolve(value)
        }
        const answer = (value: T) => schedule.after(back, () => this.instance.deliver(() => deliver(value)))
        schedule.aside(there, () => effect(answer))
      }
      this.strike(verb, collection)
    })
  }

  /** Crashes and pauses come while something is awaited: the only places where anything else can happen. */
  private strike(verb: string, collection?: string): void {
    const { schedule, chance, rates, met, crashed, isFatal, late } = this.around
    const { crash, pause, jump } = rates()
    if (isFatal(this) || chance.is(crash)) {
      met('instance killed')
      crashed(collection === undefined ? verb : `${verb} ${collection}`)
      schedule.aside(chance.whole(0, 40), () => this.instance.kill())
    } else if (chance.is(HURTS.has(verb) ? 5 * pause : pause)) {
      met('instance paused')
      const isWithin = chance.is(0.5)
      const length = isWithin ? chance.whole(...WITHIN_LEASE_MS) : chance.whole(...BEYOND_LEASE_MS)
      const isLate = isWithin && HURTS.has(verb)
      if (isLate) late(length)
      schedule.aside(chance.whole(0, 40), () => this.instance.pause(length, isLate ? SLUGGISH_MS : 0))
    } else if (chance.is(jump)) {
      met('clock jumped')
      this.instance.skewMs += chance.whole(-30_000, 30_000)
    }
  }
}
