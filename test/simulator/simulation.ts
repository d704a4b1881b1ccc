/** One seed: people, campaigns, sends, ticks and faults on virtual time, with every promise checked at every step. */
import { MemoryDatabase } from '../../adapters/memory/database'
import type { Page } from '../../core/delivery/page'
import { settingsOf } from '../../core/settings'
import { Books } from './books'
import { Chance } from './chance'
import { type Coverage, count } from './coverage'
import { Crowd, phone } from './crowd'
import { Functions } from './functions'
import { APPID, isOneTime, type Kind, kindNames, kinds, longTerm, OWNER, paramsOf } from './people'
import { MessagePush } from './push'
import { quiet, ratesOf } from './rates'
import { Schedule } from './schedule'
import { Staff } from './staff'
import { WeChatOnPaper } from './wechat'
import { Witness } from './witness'

const SECOND = 1_000
const MINUTE = 60 * SECOND
/** Ten in the morning in Shanghai; some minutes before midnight, where the day's quota ends. */
const MORNING = Date.UTC(2026, 10, 21, 2, 0)
const EVENING = Date.UTC(2026, 10, 21, 15, 52)
/** Faults come in the first minutes; then all must come to rest by the timer alone. */
const TROUBLE_MS = 4 * MINUTE
/** Writes that their callers gave up may still come so long after the trouble. */
const AFTERMATH_MS = 80 * SECOND
/** While nothing is due: often enough for the timer to be known to be alive. */
const IDLE_MS = 50 * MINUTE
/** The timer fires so often until all is at rest; more is a breach. */
const MOST_TICKS = 400
/** The crash that every seed has comes at one of the first port calls of `dispatch`. */
const FATAL_CALLS = 100

export interface Result extends Coverage {
  seed: number
  /** Promise → what broke it; empty where all held. */
  broken: Record<string, string[]>
  /** Virtual time of the first breach, from the beginning. */
  atMs: number
}

class Simulation {
  private readonly chance: Chance
  private readonly schedule: Schedule
  private readonly witness: Witness
  private readonly database: MemoryDatabase
  private readonly books: Books
  private readonly functions: Functions
  private readonly crowd: Crowd
  private readonly staff: Staff
  private isTrouble = true
  private isOver = false

  constructor(
    private readonly seed: number,
    tell?: (line: string) => void,
  ) {
    const chance = new Chance(seed)
    this.chance = chance
    const isEvening = chance.is(0.03)
    const hearsWeChat = chance.is(0.15)
    const schedule = new Schedule(isEvening ? EVENING : MORNING)
    this.schedule = schedule
    const witness = new Witness(
      schedule,
      () => this.books,
      (page) => this.meddle(page),
      tell,
    )
    this.witness = witness
    const settings = settingsOf({
      HONGYAN_OWNER: OWNER,
      HONGYAN_LANES: String(chance.of([2, 2, 3, 4])),
      HONGYAN_WINDOW: String(chance.of([2, 4, 8, 100])),
      HONGYAN_PARALLEL: String(chance.of([3, 100])),
      HONGYAN_INSTANCES: String(chance.whole(1, 3)),
      HONGYAN_TICK_MS: String(chance.of([15, 45, 45]) * SECOND),
      HONGYAN_RECEIPTS: hearsWeChat ? 'on' : 'off',
      ...(isEvening && { HONGYAN_DAY_LIMIT: String(chance.whole(40, 70)) }),
    })
    const ahead = chance.whole(-2_000, 2_000)
    this.database = new MemoryDatabase({ now: () => schedule.now() + ahead }, witness.written)
    const troubled = ratesOf(chance)
    const isTrouble = () => this.isTrouble
    const rates = () => (this.isTrouble ? troubled : quiet)
    const wechat = new WeChatOnPaper(schedule, chance, () => rates().wechat, {
      met: witness.met,
      leaves: (message) => witness.leaves(message),
      delivered: (trail) => {
        witness.delivered(trail)
        if (hearsWeChat) push.sent(trail.openid, trail.templateId, trail.msgid)
      },
      refused: (openid, templateId) => {
        const kind = kindNames.find((one) => kinds[one].templateId === templateId)
        // Now and then at the moment in which the person subscribes again.
        if (this.isTrouble && chance.is(0.2)) void this.crowd.tap(openid, kind)
      },
    })
    this.books = new Books(settings, wechat, schedule.now, ahead, isOneTime, (openid, kind) =>
      wechat.grantedBy(openid, kinds[kind as Kind].templateId),
    )
    const fatalAt = chance.whole(1, FATAL_CALLS)
    let dispatchCalls = 0
    const around = {
      schedule,
      chance,
      database: this.database,
      wechat,
      rates: () => rates().store,
      met: witness.met,
      crashed: (call: string) => count(witness.coverage.crashed, call),
      isFatal: ({ name }: { name: string }) => name === 'dispatch' && (dispatchCalls += 1) === fatalAt,
      writing: (invocation: Witness['writer']) => {
        witness.writer = invocation
      },
      interrupted: () => void this.books.interruptions.push(schedule.now()),
      longTerm,
    }
    const functions = new Functions(around, witness, settings, isTrouble)
    this.functions = functions
    const push = new MessagePush(
      schedule,
      chance,
      async (openid, event) =>
        (await functions.call('events', 'event.receive', event, { OPENID: openid, APPID, SOURCE: '' }))
          ?.ok === true,
      witness.met,
      isTrouble,
    )
    this.crowd = new Crowd(schedule, chance, functions, wechat, this.books, hearsWeChat ? push : null)
    this.staff = new Staff(schedule, chance, this.books, (action, input) =>
      functions.call('staff', action, input, phone(OWNER)),
    )
  }

  async run(): Promise<Result> {
    const { schedule, witness, seed } = this
    this.crowd.settle(this.database)
    this.plan()
    await schedule.runUntil(schedule.now() + TROUBLE_MS, witness.step)
    this.isTrouble = false
    void this.rest()
    await schedule.runUntil(Number.POSITIVE_INFINITY, witness.step, () => this.isOver)
    witness.rest()
    const { coverage, broken, brokenAt } = witness
    return { ...coverage, seeds: 1, seed, broken, atMs: brokenAt ?? 0 }
  }

  /** Everything that people, staff and the timer will do, drawn beforehand. */
  private plan(): void {
    const { chance, schedule, staff, crowd } = this
    const end = schedule.now() + TROUBLE_MS - MINUTE
    const within = (run: () => void) => schedule.after(chance.whole(SECOND, TROUBLE_MS - MINUTE), run)
    for (let taps = chance.whole(1, 3); taps > 0; taps -= 1) within(() => void crowd.tap())
    for (let refusals = chance.whole(0, 3); refusals > 0; refusals -= 1) within(() => crowd.refuse())
    for (let sends = chance.whole(2, 4); sends > 0; sends -= 1) within(() => void this.send())
    for (const number of [1, 2])
      schedule.after(chance.whole(SECOND, 90 * SECOND), () => void staff.runCampaign(number, end))
    for (let minute = 0; minute * MINUTE < TROUBLE_MS; minute += 1) this.timer(minute)
  }

  /** Now and then somebody of a page taps or refuses while it is under way: the moments that a spend has to stand. */
  private meddle({ people, template }: Page): void {
    const { chance, crowd, schedule } = this
    if (!this.isTrouble || !chance.is(0.06)) return
    const [first, ...rest] = Object.keys(people)
    if (first === undefined) return
    const openid = chance.of([first, ...rest])
    const kind = kindNames.find((one) => one === template)
    schedule.after(0, () => (chance.is(0.5) ? crowd.refuse(openid) : void crowd.tap(openid, kind)))
  }

  /** The timer fires each minute: twice, late or not at all, as long as there is trouble. */
  private timer(minute: number): void {
    const { met } = this.witness
    if (this.chance.is(0.15)) return met('tick missed')
    const isDoubled = this.chance.is(0.15)
    if (isDoubled) met('tick doubled')
    for (let ticks = isDoubled ? 2 : 1; ticks > 0; ticks -= 1) {
      const late = this.chance.is(0.2) ? this.chance.whole(0, 40 * SECOND) : 0
      if (late > 0) met('tick late')
      this.schedule.after(minute * MINUTE + late, () => void this.functions.tick())
    }
  }

  /** Staff send, and ask again with the same key until they have an answer; now and then twice at once. */
  private async send(): Promise<void> {
    const kind = this.chance.of(kindNames)
    const number = this.functions.next()
    const mark = kind === 'order-shipped' ? `HY${number}` : `A${number}`
    const to = this.crowd.somebody()
    const input = { key: `key-0000${number}`, to, template: kind, params: paramsOf(kind, mark) }
    const once = () => this.staff.insist('send.one', input, 4)
    await Promise.all(this.chance.is(0.1) ? [once(), once()] : [once()])
  }

  /** The trouble is over: a person looks after what stands still, and the timer does the rest. */
  private async rest(): Promise<void> {
    await this.schedule.wait(AFTERMATH_MS)
    let isAtRest = false
    for (let ticks = 0; ticks < MOST_TICKS; ticks += 1) {
      await this.staff.goOn()
      await this.functions.tick()
      // A tick thaws what an instance was frozen with: nothing may come of that either.
      const wasAtRest = isAtRest
      isAtRest = this.isAtRest()
      if (wasAtRest && isAtRest) break
      await this.schedule.wait(this.untilDue())
    }
    this.isOver = true
  }

  /** A timer may come late: while nothing is due it skips minutes. */
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
}

/** Runs one seed; `tell` is told its story, line by line. */
export const simulate = (seed: number, tell?: (line: string) => void): Promise<Result> =>
  new Simulation(seed, tell).run()
