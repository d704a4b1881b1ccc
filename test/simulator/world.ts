/** What a seed plays in: a database, WeChat, functions and people on virtual time, and the witness of it all. */
import { MemoryDatabase } from '../../adapters/memory/database'
import type { Page } from '../../core/delivery/page'
import { settingsOf } from '../../core/settings'
import { Books } from './books'
import type { Chance } from './chance'
import { type Coverage, count } from './coverage'
import { Crowd, phone } from './crowd'
import { Functions } from './functions'
import { APPID, isOneTime, type Kind, kindNames, kinds, longTerm, OWNER } from './people'
import { MessagePush } from './push'
import { type FaultRates, quiet } from './rates'
import { Reminding } from './reminding'
import { Schedule } from './schedule'
import { Staff } from './staff'
import { WeChatOnPaper } from './wechat'
import { Witness } from './witness'

const SECOND = 1_000
const MINUTE = 60 * SECOND
/** A lease that was late has ended by then, and what was sent late in it is under way no longer. */
const LATE_MS = 20 * SECOND
/** While nothing is due: often enough for the timer to be known to be alive. */
const IDLE_MS = 50 * MINUTE

export interface Result extends Coverage {
  seed: number
  /** Promise → what broke it; empty where all held. */
  broken: Record<string, string[]>
  /** Virtual time of the first breach, from the beginning. */
  atMs: number
}

/** What is drawn of a world beforehand. */
export interface Setting {
  chance: Chance
  /** Epoch ms. */
  start: number
  people: number
  /** Whether WeChat pushes its events to us. */
  hearsWeChat: boolean
  rates: FaultRates
  env: Record<string, string>
  /** Which port call of `dispatch` is its instance's last. */
  fatalCall: number
  /** Told of every write of a page. */
  paged: (page: Page) => void
  tell: ((line: string) => void) | undefined
}

export class World {
  readonly chance: Chance
  readonly schedule: Schedule
  readonly witness: Witness
  readonly database: MemoryDatabase
  readonly books: Books
  readonly functions: Functions
  readonly crowd: Crowd
  readonly staff: Staff
  readonly reminding: Reminding
  /** Whether faults are still to come. */
  isTrouble = true

  constructor({ chance, start, people, hearsWeChat, rates: troubled, env, fatalCall, paged, tell }: Setting) {
    this.chance = chance
    const schedule = new Schedule(start)
    this.schedule = schedule
    const witness = new Witness(schedule, () => this.books, paged, tell)
    this.witness = witness
    const settings = settingsOf({ HONGYAN_OWNER: OWNER, ...env })
    const ahead = chance.whole(-2_000, 2_000)
    this.database = new MemoryDatabase({ now: () => schedule.now() + ahead }, witness.written)
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
    let dispatchCalls = 0
    const around = {
      schedule,
      chance,
      database: this.database,
      wechat,
      rates: () => rates().store,
      met: witness.met,
      crashed: (call: string) => count(witness.coverage.crashed, call),
      isFatal: ({ name }: { name: string }) => name === 'dispatch' && (dispatchCalls += 1) === fatalCall,
      writing: (invocation: Witness['writer']) => {
        witness.writer = invocation
      },
      interrupted: () => void this.books.interruptions.push(schedule.now()),
      late: (ms: number) => this.tickWhileLate(ms),
      goesOn: witness.goesOn,
      longTerm,
    }
    const functions = new Functions(around, witness, settings, isTrouble, (number) =>
      this.books.begins(number),
    )
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
    this.crowd = new Crowd(schedule, chance, functions, wechat, this.books, hearsWeChat ? push : null, people)
    this.staff = new Staff(schedule, chance, this.books, (action, input) =>
      functions.call('staff', action, input, phone(OWNER)),
    )
    this.reminding = new Reminding(schedule, chance, functions, this.books)
  }

  /** The timer fires at this minute: twice, late or not at all. */
  timer(minute: number): void {
    const { chance } = this
    const { met } = this.witness
    if (chance.is(0.15)) return met('tick missed')
    const isDoubled = chance.is(0.15)
    if (isDoubled) met('tick doubled')
    for (let ticks = isDoubled ? 2 : 1; ticks > 0; ticks -= 1) {
      const late = chance.is(0.2) ? chance.whole(0, 40 * SECOND) : 0
      if (late > 0) met('tick late')
      this.schedule.after(minute * MINUTE + late, () => void this.functions.tick())
    }
  }

  /** Others look for lanes whose leases have just ended while what an instance sent late in them is under way. */
  private tickWhileLate(ms: number): void {
    const { chance } = this
    if (chance.is(0.5)) this.schedule.after(ms + chance.whole(0, LATE_MS), () => void this.functions.tick())
  }

  /** A timer may come late: while nothing is due it skips minutes. */
  untilDue(): number {
    const lanes = [...this.books.kept.lanes.values()].filter(({ fence }) => fence !== undefined)
    const next = Math.min(...lanes.map(({ nextAt, holder }) => (holder === '' ? nextAt : 0)))
    return Math.max(MINUTE, Math.min(next - this.schedule.now(), IDLE_MS))
  }

  isAtRest(): boolean {
    const { kept, open } = this.books
    const isDone = ({ state }: { state: string }) => state !== 'waiting'
    return (
      open.size === 0 &&
      // A correction that died half-way is finished by a scan.
      [...kept.pages.values()].every(({ lateAt }) => lateAt === 0) &&
      [...kept.sends.values()].every(isDone) &&
      [...kept.reminders.values()].every(isDone) &&
      [...kept.reminderRules.values()].every(({ made }) => made) &&
      [...kept.campaigns.values()].every(({ state }) => ['draft', 'finished', 'cancelled'].includes(state))
    )
  }

  /** What was met, and which promises were broken. */
  result(seed: number): Result {
    const { coverage, broken, brokenAt } = this.witness
    return { ...coverage, seeds: 1, seed, broken, atMs: brokenAt ?? 0 }
  }
}
