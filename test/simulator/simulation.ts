/** One seed: people, prompts, sends, ticks and faults on virtual time, with every promise checked at every step. */
import { MemoryStore } from '../../adapters/memory/store'
import { Catalogue } from '../../core/catalogue'
import type { WxContext } from '../../core/caller'
import type { Action, Call, Outputs, Reply } from '../../core/contract'
import type { Ports } from '../../core/ports'
import { answer } from '../../core/service'
import { settingsOf } from '../../core/settings'
import { templates } from '../../templates'
import { Chance } from './chance'
import { always, atRest, type Books, booksOf } from './invariants'
import { Invocation, type StoreRates } from './invocation'
import { Schedule } from './schedule'
import { type Rates, WeChatOnPaper } from './wechat'

const MINUTE = 60_000
/** Faults come in the first minutes; then all must come to rest by the timer alone. */
const TROUBLE_MS = 10 * MINUTE
const REST_MS = 25 * MINUTE
const APPID = 'wx5a1e0c7d9b3f2468'
const OWNER = 'oOwnerOfTheShop'

const kinds = {
  'order-shipped': {
    scene: 'order',
    templateId: 'kR3vYw8Qm2LxZt0Hs6NcJp4Fd9Ga7Be1UoXiTrVyWqE',
    isOneTime: true,
  },
  'queue-call': {
    scene: 'queue',
    templateId: 'pW5nDs1Gy8KbMu3Ia6Ov9Ce2Rj7Lt4Xq0ZfHwBkYgTo',
    isOneTime: false,
  },
} as const
type Kind = keyof typeof kinds

const paramsOf = (kind: Kind, number: number) =>
  kind === 'order-shipped'
    ? {
        orderNumber: `HY${number}`,
        goods: '茶',
        total: 1,
        carrier: '顺丰速运',
        shippedAt: '2026-11-21T15:30',
      }
    : { ticket: `A${number}`, ahead: 0, state: '请到窗口', window: '三号', calledAt: '2026-11-21T10:05' }
const markOf = (kind: Kind, number: number) => (kind === 'order-shipped' ? `HY${number}` : `A${number}`)

const quietStore: StoreRates = { lostAnswer: 0, lateWrite: 0, failed: 0, crash: 0, pause: 0, jump: 0 }
const quietWeChat: Rates = { lostAnswer: 0, lostRequest: 0, minuteLimit: 0, refusedValue: 0 }

export interface Result {
  seed: number
  /** Promise → what broke it; empty where all held. */
  broken: Record<string, string[]>
  faults: Record<string, number>
  /** Sends by what became of them. */
  outcomes: Record<string, number>
  steps: number
  /** Virtual time of the first breach. */
  at: number
}

const shared = new Catalogue(templates)

/** What `answer` is asked to do: another dispatch for the simulator's planted faults. */
export interface Product {
  answer: typeof answer
}

export class Simulation {
  private readonly schedule = new Schedule()
  private readonly chance: Chance
  private readonly store: MemoryStore
  private readonly wechat: WeChatOnPaper
  private readonly faults: Record<string, number> = {}
  private readonly broken: Record<string, string[]> = {}
  private readonly accepted = new Map<string, string>()
  private readonly people: string[]
  private readonly settings
  private storeRates: StoreRates
  private wechatRates: Rates
  private isTrouble = true
  private before: Books
  /** Set by every effect: where nothing changed, every promise still holds. */
  private isChanged = false
  private steps = 0
  private brokenAt = 0
  private made = 0

  constructor(
    private readonly seed: number,
    private readonly product: Product = { answer },
  ) {
    this.chance = new Chance(seed)
    const { chance } = this
    const databaseSkew = chance.whole(-2_000, 2_000)
    this.store = new MemoryStore({ now: () => this.schedule.now() + databaseSkew })
    this.before = booksOf(this.store)
    this.people = Array.from({ length: chance.whole(8, 40) }, (_, at) => `oPerson${at}`)
    const lanes = chance.whole(1, 4)
    const window = chance.of([1, 2, 3, 100])
    this.settings = settingsOf({
      HONGYAN_OWNER: OWNER,
      HONGYAN_LANES: String(lanes),
      HONGYAN_WINDOW: String(window),
    })
    const scale = chance.of([0, 1, 1, 2, 4])
    this.storeRates = {
      lostAnswer: 0.006 * scale,
      lateWrite: 0.006 * scale,
      failed: 0.006 * scale,
      crash: 0.008 * scale,
      pause: 0.004 * scale,
      jump: 0.004 * scale,
    }
    this.wechatRates = {
      lostAnswer: 0.02 * scale,
      lostRequest: 0.01 * scale,
      minuteLimit: 0.03 * scale,
      refusedValue: 0.02 * scale,
    }
    const met = (fault: string) => void (this.faults[fault] = (this.faults[fault] ?? 0) + 1)
    this.met = met
    this.wechat = new WeChatOnPaper(
      this.schedule,
      chance,
      () => (this.isTrouble ? this.wechatRates : quietWeChat),
      met,
      this.changed,
    )
  }

  private readonly met: (fault: string) => void
  private readonly changed = () => {
    this.isChanged = true
  }

  async run(): Promise<Result> {
    this.plan()
    const each = () => this.check()
    await this.schedule.runUntil(TROUBLE_MS, each)
    this.isTrouble = false
    await this.schedule.runUntil(TROUBLE_MS + REST_MS, each)
    this.checkRest()
    const { seed, broken, faults, steps, brokenAt: at } = this
    return { seed, broken, faults, outcomes: this.outcomes(), steps, at }
  }

  private outcomes(): Record<string, number> {
    const counts: Record<string, number> = {}
    for (const { outcome = 'waiting' } of this.before.sends.values())
      counts[outcome] = (counts[outcome] ?? 0) + 1
    return counts
  }

  /** Everything that people, staff and the timer will do, drawn beforehand. */
  private plan(): void {
    const { chance, schedule, people } = this
    for (const openid of people) {
      for (let prompts = chance.whole(0, 6); prompts > 0; prompts -= 1)
        schedule.after(chance.whole(0, TROUBLE_MS - MINUTE), () => void this.tap(openid, this.kind()))
      if (chance.is(0.1))
        schedule.after(chance.whole(0, TROUBLE_MS), () =>
          this.wechat.revoke(openid, kinds['order-shipped'].templateId),
        )
    }
    for (let sends = chance.whole(5, people.length * 2); sends > 0; sends -= 1)
      schedule.after(chance.whole(MINUTE, TROUBLE_MS - MINUTE), () => void this.send())
    for (let minute = 1; minute * MINUTE < TROUBLE_MS + REST_MS; minute += 1) this.timer(minute)
  }

  private kind(): Kind {
    return this.chance.of(['order-shipped', 'order-shipped', 'queue-call'])
  }

  /** The timer fires each minute: twice, late or not at all, as long as there is trouble. */
  private timer(minute: number): void {
    const isTrouble = minute * MINUTE < TROUBLE_MS
    if (isTrouble && this.chance.is(0.15)) return this.met('tick missed')
    const ticks = isTrouble && this.chance.is(0.15) ? 2 : 1
    if (ticks === 2) this.met('tick doubled')
    for (let tick = 0; tick < ticks; tick += 1) {
      const late = isTrouble && this.chance.is(0.2) ? this.chance.whole(0, 40_000) : 0
      this.schedule.after(
        minute * MINUTE + late,
        () => void this.call('dispatch.tick', {}, { SOURCE: 'wx_trigger' }, MINUTE),
      )
    }
  }

  /** A person accepts, and the page records it until it is told that it is written down. */
  private async tap(openid: string, kind: Kind): Promise<void> {
    const { scene, templateId } = kinds[kind]
    this.wechat.grant(openid, templateId)
    const input = {
      promptId: `prompt-${(this.made += 1)}`,
      scene,
      answers: { [templateId]: 'accept' as const },
    }
    for (let tries = 0; tries < 8; tries += 1) {
      const reply = await this.call(
        'subscription.record',
        input,
        { OPENID: openid, APPID, SOURCE: 'wx_client' },
        20_000,
      )
      if (reply?.ok) return
      await this.schedule.wait(this.chance.whole(1_000, 60_000))
    }
  }

  /** Staff send, and ask again with the same key until they have an answer; now and then twice at once. */
  private async send(): Promise<void> {
    const [first = '', ...rest] = this.people
    const to = this.chance.of([first, ...rest])
    const number = (this.made += 1)
    const kind = this.kind()
    const input = { key: `key-000000${number}`, to, template: kind, params: paramsOf(kind, number) }
    const once = async () => {
      const reply = await this.call('send.one', input, { OPENID: OWNER, APPID, SOURCE: 'wx_client' }, 20_000)
      if (reply?.ok) this.accepted.set(markOf(kind, number), reply.data.sendId)
      return reply?.ok
    }
    for (let tries = 0; tries < 4; tries += 1) {
      const answers = await Promise.all(this.chance.is(0.1) ? [once(), once()] : [once()])
      if (answers.some(Boolean)) return
      await this.schedule.wait(this.chance.whole(1_000, 30_000))
    }
  }

  /** One invocation; undefined where it died or ran out of time, as its caller sees it. */
  private async call<A extends Action>(
    action: A,
    input: Call<A>['input'],
    context: WxContext,
    timeoutMs: number,
  ): Promise<Reply<Outputs[A]> | undefined> {
    const invocation = new Invocation(
      {
        schedule: this.schedule,
        chance: this.chance,
        store: this.store,
        wechat: this.wechat,
        rates: () => (this.isTrouble ? this.storeRates : quietStore),
        met: this.met,
        changed: this.changed,
        longTerm: new Set([kinds['queue-call'].templateId]),
      },
      timeoutMs,
    )
    const ports: Ports = {
      ...invocation.ports(),
      random: () => `random-${(this.made += 1)}`,
      log: { info: () => undefined, error: (message, error) => this.bug(message, error) },
      wake: {
        wake: async (lanes, within) => {
          if (this.isTrouble && this.chance.is(0.2)) return this.met('wake-up lost')
          const woken = this.call('dispatch.tick', { lanes: [...lanes] }, { SOURCE: 'wx_client,scf' }, MINUTE)
          await Promise.race([woken, this.schedule.wait(within)])
        },
      },
    }
    const opened = { catalogue: shared, settings: this.settings }
    const reply = this.product.answer({ ports, open: () => opened }, [action], { action, input }, context)
    return Promise.race([reply, this.schedule.wait(timeoutMs + 1).then(() => undefined)])
  }

  /** What is thrown is either the store's refusal or a bug. */
  private bug(message: string, error: unknown): void {
    if (error instanceof Error && error.message.startsWith('STORE_FAILED')) return
    this.breach('no bug is met', [
      `${message}: ${error instanceof Error ? (error.stack ?? '') : String(error)}`,
    ])
  }

  private check(): void {
    this.steps += 1
    if (!this.isChanged) return
    this.isChanged = false
    const now = booksOf(this.store)
    for (const [promise, holds] of Object.entries(always))
      this.breach(promise, holds(now, this.before, this.wechat))
    this.before = now
  }

  private checkRest(): void {
    const met = (...names: string[]) => names.reduce((sum, name) => sum + (this.faults[name] ?? 0), 0)
    // A kill or a pause leaves one window in doubt, and so does a database that lost a write or an answer under way.
    const interrupted = met('instance killed', 'instance paused', 'database call failed')
    const late = met('write applied after its caller gave up', 'answer of the database lost')
    const lost = met('answer of WeChat lost', 'request lost on its way to WeChat')
    const end = {
      books: booksOf(this.store),
      wechat: this.wechat,
      accepted: this.accepted,
      doubtAllowed: (interrupted + late) * this.settings.window + lost,
    }
    for (const [promise, holds] of Object.entries(atRest)) this.breach(promise, holds(end))
  }

  private breach(promise: string, what: string[]): void {
    if (what.length === 0) return
    if (Object.keys(this.broken).length === 0) this.brokenAt = this.schedule.now()
    this.broken[promise] ??= what.slice(0, 5)
  }
}

export const simulate = (seed: number, product?: Product): Promise<Result> =>
  new Simulation(seed, product).run()
