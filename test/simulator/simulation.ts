/** One seed: people, campaigns, sends, reminders, ticks and faults on virtual time, with every promise checked at every step. */
import type { Page } from '../../core/delivery/page'
import { Chance } from './chance'
import { kindNames, paramsOf } from './people'
import { ratesOf } from './rates'
import { type Result, World } from './world'

const SECOND = 1_000
const MINUTE = 60 * SECOND
/** Ten in the morning in Shanghai; some minutes before midnight, where the day's quota ends. */
const MORNING = Date.UTC(2026, 10, 21, 2, 0)
const EVENING = Date.UTC(2026, 10, 21, 15, 52)
/** Faults come in the first minutes; then all must come to rest by the timer alone. */
const TROUBLE_MS = 4 * MINUTE
/** Writes that their callers gave up may still come so long after the trouble. */
const AFTERMATH_MS = 80 * SECOND
/** The timer fires so often until all is at rest; more is a breach. */
const MOST_TICKS = 400
/** The crash that every seed has comes at one of the first port calls of `dispatch`. */
const FATAL_CALLS = 100

class Simulation {
  private readonly chance: Chance
  private readonly world: World
  private isOver = false

  constructor(
    private readonly seed: number,
    tell?: (line: string) => void,
  ) {
    const chance = new Chance(seed)
    this.chance = chance
    const isEvening = chance.is(0.03)
    const hearsWeChat = chance.is(0.15)
    this.world = new World({
      chance,
      start: isEvening ? EVENING : MORNING,
      people: chance.whole(40, 44),
      hearsWeChat,
      rates: ratesOf(chance),
      env: {
        HONGYAN_LANES: String(chance.of([2, 2, 3, 4])),
        HONGYAN_WINDOW: String(chance.of([2, 4, 8, 100])),
        HONGYAN_PARALLEL: String(chance.of([3, 100])),
        HONGYAN_INSTANCES: String(chance.whole(1, 3)),
        HONGYAN_TICK_MS: String(chance.of([15, 45, 45]) * SECOND),
        HONGYAN_RECEIPTS: hearsWeChat ? 'on' : 'off',
        HONGYAN_WAKEUPS: chance.of(['on', 'off']),
        ...(isEvening && { HONGYAN_DAY_LIMIT: String(chance.whole(40, 70)) }),
      },
      fatalCall: chance.whole(1, FATAL_CALLS),
      paged: (page) => this.meddle(page),
      tell,
    })
  }

  async run(): Promise<Result> {
    const { world } = this
    const { schedule, witness } = world
    world.crowd.settle(world.database)
    witness.isSettled = true
    this.plan()
    await schedule.runUntil(schedule.now() + TROUBLE_MS, witness.step)
    world.isTrouble = false
    void this.rest()
    await schedule.runUntil(Number.POSITIVE_INFINITY, witness.step, () => this.isOver)
    witness.rest()
    return world.result(this.seed)
  }

  /** Everything that people, staff and the timer will do, drawn beforehand. */
  private plan(): void {
    const { chance } = this
    const { schedule, staff, crowd, reminding } = this.world
    const end = schedule.now() + TROUBLE_MS - MINUTE
    const within = (run: () => void) => schedule.after(chance.whole(SECOND, TROUBLE_MS - MINUTE), run)
    for (let taps = chance.whole(1, 3); taps > 0; taps -= 1) within(() => void crowd.tap())
    for (let refusals = chance.whole(0, 3); refusals > 0; refusals -= 1) within(() => crowd.refuse())
    for (let sends = chance.whole(2, 4); sends > 0; sends -= 1) within(() => void this.send())
    for (let own = chance.whole(0, 2); own > 0; own -= 1)
      schedule.after(chance.whole(SECOND, 2 * MINUTE), () => void reminding.setSoon(crowd.somebody()))
    schedule.after(
      chance.whole(SECOND, MINUTE),
      () => void reminding.remindAll(crowd.some(chance.whole(3, 6))),
    )
    for (const number of [1, 2])
      schedule.after(chance.whole(SECOND, 90 * SECOND), () => void staff.runCampaign(number, end))
    for (let minute = 0; minute * MINUTE < TROUBLE_MS; minute += 1) this.world.timer(minute)
  }

  /** Now and then somebody of a page taps or refuses while it is under way: the moments that a spend has to stand. */
  private meddle({ people, template }: Page): void {
    const { chance, world } = this
    const { crowd, schedule } = world
    if (!world.isTrouble || !chance.is(0.06)) return
    const [first, ...rest] = Object.keys(people)
    if (first === undefined) return
    const openid = chance.of([first, ...rest])
    const kind = kindNames.find((one) => one === template)
    schedule.after(0, () => (chance.is(0.5) ? crowd.refuse(openid) : void crowd.tap(openid, kind)))
  }

  /** Staff send, and ask again with the same key until they have an answer; now and then twice at once. */
  private async send(): Promise<void> {
    const kind = this.chance.of(kindNames)
    const { functions, crowd, staff } = this.world
    const number = functions.next()
    const mark = kind === 'order-shipped' ? `HY${number}` : `A${number}`
    const to = crowd.somebody()
    const input = { key: `key-0000${number}`, to, template: kind, params: paramsOf(kind, mark) }
    const once = () => staff.insist('send.one', input, 4)
    await Promise.all(this.chance.is(0.1) ? [once(), once()] : [once()])
  }

  /** The trouble is over: a person looks after what stands still, and the timer does the rest. */
  private async rest(): Promise<void> {
    const { schedule, staff, functions } = this.world
    await schedule.wait(AFTERMATH_MS)
    let isAtRest = false
    for (let ticks = 0; ticks < MOST_TICKS; ticks += 1) {
      await staff.goOn()
      await functions.tick()
      // A tick thaws what an instance was frozen with: nothing may come of that either.
      const wasAtRest = isAtRest
      isAtRest = this.world.isAtRest()
      if (wasAtRest && isAtRest) break
      await schedule.wait(this.world.untilDue())
    }
    this.isOver = true
  }
}

/** Runs one seed; `tell` is told its story, line by line. */
export const simulate = (seed: number, tell?: (line: string) => void): Promise<Result> =>
  new Simulation(seed, tell).run()
