/** One seed of a year: reminders in three time zones, with ticks doubled, late and missed, crashes, and wake-ups lost. */
import type { Schedule as Times } from '../../core/contract'
import { formatTime } from '../../core/time'
import { Chance } from './chance'
import { ratesOf } from './rates'
import { type Wish, ZONES } from './reminding'
import { type Result, World } from './world'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const YEAR_MS = 365 * DAY
/** Rules end before the year does, so that all of it comes to rest. */
const LAST_MS = YEAR_MS - 10 * DAY
const PEOPLE = 9
const OWN = 6
const FATAL_CALLS = 2_000
const MOST_TICKS = 400
const AFTERMATH_MS = 80 * SECOND
const WALL = 'YYYY-MM-DDTHH:mm'
const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const
/** The timer is silent for so long some times a year: then a person has to look before anything goes. */
const SILENCE_MS = [2 * HOUR, 2 * DAY] as const

class Year {
  private readonly chance: Chance
  private readonly world: World
  private readonly end: number
  private silentUntil = 0
  private isOver = false

  constructor(
    private readonly seed: number,
    tell?: (line: string) => void,
  ) {
    const chance = new Chance(seed)
    this.chance = chance
    const start = Date.UTC(2027, chance.whole(0, 11), chance.whole(1, 28), chance.whole(0, 23))
    this.end = start + YEAR_MS
    this.world = new World({
      chance,
      start,
      people: PEOPLE,
      hearsWeChat: false,
      rates: ratesOf(chance),
      env: {
        HONGYAN_LANES: String(chance.of([2, 3])),
        HONGYAN_WINDOW: String(chance.of([2, 100])),
        HONGYAN_INSTANCES: String(chance.whole(1, 3)),
        HONGYAN_WAKEUPS: chance.of(['on', 'off']),
      },
      fatalCall: chance.whole(1, FATAL_CALLS),
      paged: () => undefined,
      tell,
    })
  }

  async run(): Promise<Result> {
    const { world, end } = this
    const { schedule, witness } = world
    world.crowd.settle(world.database)
    witness.isSettled = true
    this.plan()
    await schedule.runUntil(end, witness.step)
    world.isTrouble = false
    void this.rest()
    await schedule.runUntil(Number.POSITIVE_INFINITY, witness.step, () => this.isOver)
    witness.rest()
    return world.result(this.seed)
  }

  private plan(): void {
    const { chance } = this
    const { schedule, crowd, reminding } = this.world
    const within = (ms: number, run: () => void) => schedule.after(chance.whole(SECOND, ms), run)
    for (let own = OWN; own > 0; own -= 1) within(DAY, () => void this.remind())
    for (let rows = chance.whole(2, 4); rows > 0; rows -= 1)
      within(LAST_MS - 10 * DAY, () => void reminding.remindEarly(crowd.some(chance.whole(2, 4))))
    for (let taps = chance.whole(5, 10); taps > 0; taps -= 1) within(LAST_MS, () => void crowd.tap())
    for (let silences = chance.whole(0, 3); silences > 0; silences -= 1) within(LAST_MS, () => this.silence())
    void this.timer()
  }

  /** A person sets a reminder for the year; now and then they cancel it some day. */
  private async remind(): Promise<void> {
    const { chance } = this
    const { schedule, crowd, reminding } = this.world
    const wish = this.wish(crowd.somebody())
    const reminder = await reminding.set(wish)
    if (!reminder || !chance.is(0.2)) return
    await schedule.wait(chance.whole(DAY, LAST_MS))
    await reminding.cancel(wish.openid, reminder)
  }

  private wish(openid: string): Wish {
    const { chance } = this
    const zone = chance.of(ZONES)
    return {
      openid,
      // Grants for a whole year are seldom there: who has none left is listed as that.
      kind: chance.is(0.8) ? 'queue-call' : 'order-shipped',
      zone,
      schedule: this.times(zone),
      graceMinutes: chance.of([2, 60, 600]),
      catchUp: chance.of(['once', 'each']),
    }
  }

  /** Most of what clocks do is done in the first hours of a day. */
  private times(zone: string): Times {
    const { chance } = this
    const now = this.world.schedule.now()
    const two = (number: number) => String(number).padStart(2, '0')
    const hour = chance.is(0.6) ? chance.whole(0, 3) : chance.whole(0, 23)
    const day = formatTime(now + chance.whole(-20, 2) * DAY, zone, 'YYYY-MM-DD')
    const from = `${day}T${two(hour)}:${two(chance.of([0, 15, 30, 45]))}`
    const until = formatTime(this.end - YEAR_MS + LAST_MS, zone, WALL)
    const repeat = { kind: 'repeat', from, until } as const
    const unit = chance.of(['days', 'days', 'weeks', 'months', 'hours'] as const)
    const [first, ...rest] = WEEKDAYS.filter(() => chance.is(0.4))
    switch (unit) {
      case 'days':
        return { ...repeat, unit, every: chance.whole(1, 3) }
      case 'weeks':
        return { ...repeat, unit, every: chance.whole(1, 2), ...(first && { weekdays: [first, ...rest] }) }
      case 'months':
        return { ...repeat, unit, every: chance.whole(1, 2), ...(chance.is(0.5) && { lastDay: true }) }
      case 'hours':
        return { ...repeat, unit, every: chance.whole(25, 70) }
      default: {
        const unreachable: never = unit
        throw new Error(`no such unit: ${String(unreachable)}`)
      }
    }
  }

  private silence(): void {
    this.world.witness.met('timer silent')
    this.silentUntil = this.world.schedule.now() + this.chance.whole(...SILENCE_MS)
  }

  /** Each minute where something is due, and seldom where nothing is. */
  private async timer(): Promise<void> {
    const { schedule, staff } = this.world
    while (schedule.now() < this.end) {
      if (schedule.now() < this.silentUntil) await schedule.wait(this.silentUntil - schedule.now())
      this.world.timer(0)
      await schedule.wait(this.world.untilDue())
      await staff.goOn()
    }
  }

  /** The year is over: the timer does the rest. */
  private async rest(): Promise<void> {
    const { schedule, staff, functions } = this.world
    await schedule.wait(AFTERMATH_MS)
    for (let ticks = 0; ticks < MOST_TICKS && !this.world.isAtRest(); ticks += 1) {
      await staff.goOn()
      await functions.tick()
      await schedule.wait(this.world.untilDue())
    }
    this.isOver = true
  }
}

/** Runs one seed of a year; `tell` is told its story, line by line. */
export const simulateYear = (seed: number, tell?: (line: string) => void): Promise<Result> =>
  new Year(seed, tell).run()
