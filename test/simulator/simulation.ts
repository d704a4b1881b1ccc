/** One seed: people, campaigns, sends, ticks and faults on virtual time, with every promise checked at every step. */
import { MemoryStore } from '../../adapters/memory/store'
import { Catalogue } from '../../core/catalogue'
import type { WxContext } from '../../core/caller'
import type { Action, Call, Outputs, Reply } from '../../core/contract'
import type { Doc, Ports } from '../../core/ports'
import { answer } from '../../core/service'
import { settingsOf } from '../../core/settings'
import { templates } from '../../templates'
import { Books, type Kept, type Written } from './books'
import { Chance } from './chance'
import { type Coverage, count, nothing } from './coverage'
import { Instance, Pool } from './instance'
import { Invocation, type StoreRates, type Surroundings } from './invocation'
import {
  APPID,
  isOneTime,
  type Kind,
  kindNames,
  kinds,
  longTerm,
  nameOf,
  OWNER,
  paramsOf,
  quotaFor,
} from './people'
import { ofCampaigns, ofProgress, ofSends } from './promises/campaigns'
import { ofQuotas } from './promises/ledger'
import { delivered, leaving } from './promises/messages'
import { ofPages } from './promises/pages'
import { atRest } from './promises/rest'
import { Schedule } from './schedule'
import { Staff } from './staff'
import { transitionsOf } from './transitions'
import { type Leaving, type Rates, WeChatOnPaper } from './wechat'

const SECOND = 1_000
const MINUTE = 60 * SECOND
/** Ten in the morning in Shanghai; some minutes before midnight, where the day's quota ends. */
const MORNING = Date.UTC(2026, 10, 21, 2, 0)
const EVENING = Date.UTC(2026, 10, 21, 15, 52)
/** Faults come in the first minutes; then all must come to rest by the timer alone. */
const TROUBLE_MS = 4 * MINUTE
/** Writes that their callers gave up may still come so long after the trouble. */
const AFTERMATH_MS = 80 * SECOND
const IDLE_MS = 50 * MINUTE
/** The timer fires so often until all is at rest; more is a breach. */
const MOST_TICKS = 400
/** The forced crash comes at one of the first port calls of `dispatch`. */
const FATAL_CALLS = 100

const quietStore: StoreRates = { lostAnswer: 0, lateWrite: 0, failed: 0, crash: 0, pause: 0, jump: 0 }
const quietWeChat: Rates = {
  lostAnswer: 0,
  lostRequest: 0,
  systemError: 0,
  minuteLimit: 0,
  dayLimit: 0,
  refusedValue: 0,
  banned: 0,
}

export interface Result extends Coverage {
  seed: number
  /** Promise → what broke it; empty where all held. */
  broken: Record<string, string[]>
  /** Virtual time of the first breach, from the beginning. */
  atMs: number
}

const catalogue = new Catalogue(templates)
const phone = (openid: string): WxContext => ({ OPENID: openid, APPID, SOURCE: 'wx_client' })

type Checks<T> = [promise: string, breaks: (event: T, books: Books) => string | undefined][]

const checks: { [collection in keyof Kept]: Checks<Written<Kept[collection]>> } = {
  pages: Object.entries(ofPages),
  quotas: Object.entries(ofQuotas),
  sends: Object.entries(ofSends),
  progress: Object.entries(ofProgress),
  campaigns: Object.entries(ofCampaigns),
  lanes: [],
}
const whenDelivered = Object.entries(delivered)
const whenLeaving = Object.entries(leaving)
const isKept = (collection: string): collection is keyof Kept => collection in checks

class Simulation {
  private readonly coverage = nothing()
  private readonly broken: Record<string, string[]> = {}
  private readonly chance: Chance
  private readonly began: number
  private readonly schedule: Schedule
  private readonly settings
  private readonly store: MemoryStore
  private readonly wechat: WeChatOnPaper
  private readonly books: Books
  private readonly staff: Staff
  private readonly dispatch: Pool
  private readonly around: Surroundings
  private readonly people: string[]
  private writer: Invocation | null = null
  private isTrouble = true
  private isOver = false
  /** A fault of the simulator itself. */
  private failure: unknown
  private brokenAt = 0
  private made = 0
  private dispatchCalls = 0

  constructor(
    private readonly seed: number,
    private readonly tell?: (line: string) => void,
  ) {
    this.chance = new Chance(seed)
    const { chance } = this
    const isEvening = chance.is(0.05)
    this.began = isEvening ? EVENING : MORNING
    this.schedule = new Schedule(this.began)
    const { schedule } = this
    this.people = Array.from({ length: chance.whole(40, 44) }, (_, at) => nameOf(at))
    this.settings = settingsOf({
      HONGYAN_OWNER: OWNER,
      HONGYAN_LANES: String(chance.of([2, 2, 3, 4])),
      HONGYAN_WINDOW: String(chance.of([2, 4, 8, 100])),
      HONGYAN_PARALLEL: String(chance.of([3, 100])),
      HONGYAN_INSTANCES: String(chance.whole(1, 3)),
      HONGYAN_TICK_MS: String(chance.of([15, 45, 45]) * SECOND),
      ...(isEvening && { HONGYAN_DAY_LIMIT: String(chance.whole(40, 70)) }),
    })
    const ahead = chance.whole(-2_000, 2_000)
    const watch = (collection: string, was: Doc | null, is: Doc | null) => this.written(collection, was, is)
    this.store = new MemoryStore({ now: () => schedule.now() + ahead }, watch)
    const scale = chance.of([0.3, 1, 1, 2, 4])
    const rates = ratesAt(scale)
    const met = (fault: string) => {
      count(this.coverage.faults, fault)
      this.story(`fault: ${fault}`)
    }
    this.wechat = new WeChatOnPaper(schedule, chance, () => (this.isTrouble ? rates.wechat : quietWeChat), {
      met,
      leaves: (message) => this.leaves(message),
      delivered: (trail) => this.check(whenDelivered, trail),
    })
    this.books = new Books(this.settings, this.wechat, schedule.now, ahead, isOneTime)
    this.dispatch = new Pool(schedule, chance, chance.whole(2, 4))
    const fatalAt = chance.whole(1, FATAL_CALLS)
    this.around = {
      schedule,
      chance,
      store: this.store,
      wechat: this.wechat,
      rates: () => (this.isTrouble ? rates.store : quietStore),
      met,
      crashed: (call) => count(this.coverage.crashed, call),
      isFatal: ({ name }) => name === 'dispatch' && (this.dispatchCalls += 1) === fatalAt,
      writing: (invocation) => {
        this.writer = invocation
      },
      interrupted: () => this.books.interruptions.push(schedule.now()),
      longTerm,
    }
    this.staff = new Staff(schedule, chance, this.books, (action, input) =>
      this.call('staff', action, input, phone(OWNER), 20 * SECOND),
    )
  }

  async run(): Promise<Result> {
    this.settle()
    this.plan()
    const each = () => {
      this.coverage.steps += 1
      if (this.failure !== undefined) throw this.failure
    }
    await this.schedule.runUntil(this.began + TROUBLE_MS, each)
    this.isTrouble = false
    void this.rest()
    await this.schedule.runUntil(Number.POSITIVE_INFINITY, each, () => this.isOver)
    for (const [promise, holds] of Object.entries(atRest)) this.breach(promise, holds(this.books))
    for (const { delivered: times } of this.wechat.all()) count(this.coverage.outcomes, `delivered ${times}`)
    for (const { counts } of this.books.kept.progress.values())
      for (const [code, people] of Object.entries(counts ?? {})) count(this.coverage.outcomes, code, people)
    const { seed, broken, brokenAt, coverage } = this
    return { ...coverage, seeds: 1, seed, broken, atMs: brokenAt === 0 ? 0 : brokenAt - this.began }
  }

  /** People as earlier days left them; now and then WeChat knows of a cancellation that we do not. */
  private settle(): void {
    for (const openid of this.people) {
      for (const kind of kindNames) {
        if (this.chance.is(0.1)) continue
        const quota = quotaFor(this.chance, openid, kind, this.settings.lanes, this.began)
        void this.store.insert('quotas', quota)
        if (quota.granted > 0 && !this.chance.is(0.05))
          this.wechat.grant(openid, kinds[kind].templateId, quota.granted)
      }
    }
  }

  /** Everything that people, staff and the timer will do, drawn beforehand. */
  private plan(): void {
    const { chance, schedule, staff } = this
    const end = this.began + TROUBLE_MS - MINUTE
    const within = (run: () => void) => schedule.after(chance.whole(SECOND, TROUBLE_MS - MINUTE), run)
    for (let taps = chance.whole(2, 5); taps > 0; taps -= 1)
      within(() => void this.tap(this.somebody(), chance.of(kindNames)))
    for (let revoked = chance.whole(0, 4); revoked > 0; revoked -= 1)
      within(() => this.wechat.revoke(this.somebody(), kinds['order-shipped'].templateId))
    for (let sends = chance.whole(2, 5); sends > 0; sends -= 1) within(() => void this.send())
    for (const number of [1, 2])
      schedule.after(chance.whole(SECOND, 90 * SECOND), () => void staff.runCampaign(number, end))
    for (let minute = 0; minute * MINUTE < TROUBLE_MS; minute += 1) this.timer(minute)
  }

  private somebody(): string {
    return nameOf(this.chance.whole(0, this.people.length - 1))
  }

  private tick(lanes?: readonly number[]): Promise<unknown> {
    const source = lanes ? 'wx_client,scf' : 'wx_trigger'
    return this.call(
      'dispatch',
      'dispatch.tick',
      lanes ? { lanes: [...lanes] } : {},
      { SOURCE: source },
      MINUTE,
    )
  }

  /** The timer fires each minute: twice, late or not at all, as long as there is trouble. */
  private timer(minute: number): void {
    const met = (fault: string) => count(this.coverage.faults, fault)
    if (this.chance.is(0.15)) return met('tick missed')
    const isDoubled = this.chance.is(0.15)
    if (isDoubled) met('tick doubled')
    for (let ticks = isDoubled ? 2 : 1; ticks > 0; ticks -= 1) {
      const late = this.chance.is(0.2) ? this.chance.whole(0, 40 * SECOND) : 0
      if (late > 0) met('tick late')
      this.schedule.after(minute * MINUTE + late, () => void this.tick())
    }
  }

  /** The trouble is over: a person looks after what stands still, and the timer does the rest. */
  private async rest(): Promise<void> {
    await this.schedule.wait(AFTERMATH_MS)
    let isAtRest = false
    for (let ticks = 0; ticks < MOST_TICKS; ticks += 1) {
      await this.staff.goOn()
      await this.tick()
      // A tick thaws what an instance was frozen with: nothing may come of that either.
      const wasAtRest = isAtRest
      isAtRest = this.isAtRest()
      if (wasAtRest && isAtRest) break
      await this.schedule.wait(this.untilDue())
    }
    this.isOver = true
  }

  /** A timer may come late: while nothing is due it skips minutes, but looks often enough to be known to be alive. */
  private untilDue(): number {
    const lanes = [...this.books.kept.lanes.values()].filter(({ fence }) => fence !== undefined)
    const next = Math.min(...lanes.map(({ nextAt, holder }) => (holder === '' ? nextAt : 0)))
    return Math.max(MINUTE, Math.min(next - this.schedule.now(), IDLE_MS))
  }

  private isAtRest(): boolean {
    const { kept, open } = this.books
    return (
      open.size === 0 &&
      // A correction that died half-way is finished by a scan.
      [...kept.pages.values()].every(({ lateAt }) => lateAt === 0) &&
      [...kept.sends.values()].every(({ state }) => state === 'done') &&
      [...kept.campaigns.values()].every(({ state }) => ['draft', 'finished', 'cancelled'].includes(state))
    )
  }

  /** A person accepts, and the page records it until it is told that it is written down. */
  private async tap(openid: string, kind: Kind): Promise<void> {
    const { scene, templateId } = kinds[kind]
    this.wechat.grant(openid, templateId)
    const promptId = `prompt-${(this.made += 1)}`
    const input = { promptId, scene, answers: { [templateId]: 'accept' as const } }
    for (let tries = 0; tries < 8; tries += 1) {
      const reply = await this.call('subscriber', 'subscription.record', input, phone(openid), 20 * SECOND)
      if (reply?.ok) return
      await this.schedule.wait(this.chance.whole(SECOND, MINUTE))
    }
  }

  /** Staff send, and ask again with the same key until they have an answer; now and then twice at once. */
  private async send(): Promise<void> {
    const kind = this.chance.of(kindNames)
    const number = (this.made += 1)
    const mark = kind === 'order-shipped' ? `HY${number}` : `A${number}`
    const input = {
      key: `key-0000${number}`,
      to: this.somebody(),
      template: kind,
      params: paramsOf(kind, mark),
    }
    const once = () => this.staff.insist('send.one', input, 4)
    await Promise.all(this.chance.is(0.1) ? [once(), once()] : [once()])
  }

  /** One invocation; undefined where it died or ran out of time, as its caller sees it. */
  private call<A extends Action>(
    name: 'dispatch' | 'staff' | 'subscriber',
    action: A,
    input: Call<A>['input'],
    context: WxContext,
    timeoutMs: number,
  ): Promise<Reply<Outputs[A]> | undefined> {
    const { schedule, chance } = this
    const instance = name === 'dispatch' ? this.dispatch.take() : new Instance(schedule, chance)
    if (!instance) {
      count(this.coverage.faults, 'no instance was free')
      return Promise.resolve(undefined)
    }
    const invocation = new Invocation(this.around, name, (this.made += 1), instance)
    this.story(`#${invocation.number} is called: ${action} ${JSON.stringify(input)}`)
    instance.thaw(invocation)
    const deployment = {
      ports: this.portsOf(invocation),
      open: () => ({ catalogue, settings: this.settings }),
    }
    return new Promise((resolve) => {
      let isReturned = false
      schedule.after(timeoutMs, () => {
        if (isReturned) return
        this.story(`#${invocation.number} is out of time`)
        invocation.interrupt()
        // Out of time: the platform ends the instance, or freezes it with its work until the next call.
        if (chance.is(0.5)) instance.kill()
        else instance.freeze(invocation)
        if (!instance.isDead) count(this.coverage.faults, 'invocation frozen at its timeout')
        resolve(undefined)
      })
      void answer(deployment, [action], { action, input }, context).then((reply) => {
        isReturned = true
        this.story(`#${invocation.number} returns ${JSON.stringify(reply).slice(0, 300)}`)
        instance.end(invocation)
        resolve(reply)
      })
    })
  }

  private portsOf(invocation: Invocation): Ports {
    const { schedule, chance } = this
    return {
      ...invocation.ports(),
      random: () => `random-${(this.made += 1)}`,
      log: { info: () => undefined, error: (message, error) => this.bug(message, error) },
      wake: {
        wake: (lanes, within) =>
          new Promise((resolve) => {
            const awake = () => invocation.instance.deliver(() => resolve())
            schedule.after(within, awake)
            if (this.isTrouble && chance.is(0.2)) return count(this.coverage.faults, 'wake-up lost')
            void this.tick(lanes).then(awake)
          }),
      },
    }
  }

  /** What is thrown is either the store's refusal or a bug. */
  private bug(message: string, error: unknown): void {
    this.story(`logged: ${message}: ${String(error)}`)
    if (error instanceof Error && error.message.startsWith('STORE_FAILED')) return
    this.breach('no bug is met', [
      `${message}: ${error instanceof Error ? (error.stack ?? '') : String(error)}`,
    ])
  }

  private story(line: string): void {
    this.tell?.(`${((this.schedule.now() - this.began) / SECOND).toFixed(3)} ${line}`)
  }

  private leaves(message: Leaving): void {
    this.story(`#${message.by.number} sends ${message.mark} to ${message.openid}`)
    this.books.leaves(message.mark)
    this.check(whenLeaving, message)
  }

  private written(collection: string, was: Doc | null, is: Doc | null): void {
    // Single sends have a progress of their own, which is of no campaign.
    if (!is || !isKept(collection) || (collection === 'progress' && is['counts'] === undefined)) return
    try {
      this.writtenTo(collection, { was, is, by: this.writer } as Written<never>)
    } catch (error) {
      // Thrown here it would look to the product like a failure of the database.
      this.failure ??= error
    }
  }

  private writtenTo<C extends keyof Kept>(collection: C, written: Written<Kept[C]>): void {
    for (const transition of transitionsOf(collection, written)) count(this.coverage.transitions, transition)
    if (this.tell) this.story(`#${written.by?.number ?? 0} writes ${collection} ${changeOf(written)}`)
    this.books.note(collection, written)
    this.check(checks[collection], written)
  }

  private check<T>(promises: Checks<T>, event: T): void {
    for (const [promise, breaks] of promises) {
      const what = breaks(event, this.books)
      if (what !== undefined) this.breach(promise, [what])
    }
  }

  private breach(promise: string, what: string[]): void {
    if (what.length === 0) return
    if (Object.keys(this.broken).length === 0) this.brokenAt = this.schedule.now()
    this.broken[promise] ??= what.slice(0, 5)
    this.story(`BROKEN ${promise}: ${what.join(', ')}`)
  }
}

/** The fields that a write changed. */
function changeOf({ was, is }: Written<Doc>): string {
  const changed = Object.entries(is).filter(([field, value]) => was?.[field] !== value)
  return `${is._id} ${JSON.stringify(was ? Object.fromEntries(changed) : is)}`
}

const ratesAt = (scale: number): { store: StoreRates; wechat: Rates } => ({
  store: {
    lostAnswer: 0.004 * scale,
    lateWrite: 0.004 * scale,
    failed: 0.004 * scale,
    crash: 0.003 * scale,
    pause: 0.002 * scale,
    jump: 0.003 * scale,
  },
  wechat: {
    lostAnswer: 0.02 * scale,
    lostRequest: 0.01 * scale,
    systemError: 0.01 * scale,
    minuteLimit: 0.01 * scale,
    dayLimit: 0.0005 * scale,
    refusedValue: 0.01 * scale,
    banned: 0.001 * scale,
  },
})

/** Runs one seed; `tell` is told its story, line by line. */
export const simulate = (seed: number, tell?: (line: string) => void): Promise<Result> =>
  new Simulation(seed, tell).run()
