/**
 * Sending a page. A window slides over its people: one compare-and-set settles whatever has been answered and
 * announces who goes next, so that never more than the window are announced and not settled, and one slow answer holds
 * nobody up. Only what was announced may have gone when an instance dies.
 */
import { SLACK_MS, type Turns } from './budgets'
import { type Halt, haltOf } from './halts'
import type { Lease } from './lease'
import type { Messages } from './outgoing'
import {
  advance,
  type Answer,
  type Answers,
  fieldsOf,
  ownCopy,
  type Page,
  type PagePorts,
  payersOf,
  peopleOf,
  settledBy,
  step,
} from './page'
import type { Permits } from './permits'
import { spend } from '../subscription/quotas'
import { RENEW_MS } from '../settings'

/** What a page is worked with. */
export interface Work {
  ports: PagePorts
  lease: Lease
  permits: Permits
  /** Most messages in doubt at once, of this page alone. */
  window: number
  /** The turns that there was room for when it was planned. */
  room: Turns
  /**
   * Reserves turns for so many, of whom some have been counted in the day's quota already; none where the time is
   * over. Asked when they can be used: turns of a page that waits for another would pass.
   */
  reserve: (count: number, counted: number) => Promise<Turns>
  /** Whether it comes before pages that wait: single messages do. */
  isFirst: boolean
  /** Whether an answer that all others would get too ends the page: a campaign then waits for a person. */
  haltsOnBlame: boolean
  /** Whether the tick's time is over. */
  isOver: () => boolean
  message: Messages
}

/**
 * A page that has nothing under way any more; or one that another holder has, with what was answered all the same.
 * `held` permits are still out: what was answered last is in doubt until it is written.
 */
export type Worked = { page: Page; fresh: Answers; held: number } & (
  | { state: 'answered'; halt?: Halt }
  | { state: 'lost'; cause?: unknown }
)

/**
 * Part of the window that is answered before the next step: the rest is under way while the store is written. More is
 * fewer steps a page (14 at 0.7, 12 at 0.8), and a shorter way for the store's answer.
 */
const ANSWERED_PART = 0.8
/** A rate is kept within a window of so many milliseconds. */
const RATE_WINDOW_MS = 2_000
/** WeChat's words are kept up to here: they name the field that is wrong. */
const MAX_TEXT = 200
/**
 * Sends that begin together. They are prepared side by side, and the first of a hundred would leave when all are: so
 * the network, and what has been answered, come between.
 */
const BEGUN_TOGETHER = 8
/** Timers are no finer. */
const WORTH_WAITING_MS = 5

class Sending {
  private readonly fresh: Answers = new Map()
  private halt: Halt | undefined
  private bug: { error: unknown } | undefined
  /** Under way: announced and not answered. */
  private pending = 0
  /** Whether it is this page's turn to announce. */
  private hasTurn = false
  /** Permits taken: never fewer than are announced and not settled. */
  private held = 0
  /** What the page waits for. */
  private waiting: { holds: () => boolean; resolve: () => void } | undefined
  private readonly people: readonly (string | undefined)[]
  private readonly window: number
  private turns: Turns
  /** The place that has the first of the turns. */
  private turnsFrom: number
  /** Before this place everybody is counted in the day's quota. */
  private countedTo = 0
  /** Sends since others were let go first: over steps, since those of a page with few permits are small. */
  private begun = 0
  /** Places that turned out to have no grant. */
  private readonly unspent = new Set<number>()
  /** As it stands in the store, as far as we know. */
  private readonly page: Page

  constructor(
    private readonly work: Work,
    page: Page,
  ) {
    this.page = ownCopy(page)
    this.people = peopleOf(page)
    this.turns = { ...work.room, count: 0 }
    this.turnsFrom = page.announced
    this.window = Math.min(work.window, Math.max(1, Math.ceil(RATE_WINDOW_MS / work.room.everyMs)))
  }

  async run(): Promise<Worked> {
    let lost: { cause?: unknown } | undefined
    const forget = this.work.permits.onWanted(() => this.changed())
    try {
      if (!(await this.loop())) lost = {}
    } catch (cause) {
      lost = { cause }
    }
    this.leave()
    // What is under way reports to nobody else: it is waited for, whoever holds the page now.
    await this.until(() => this.pending === 0)
    forget()
    const { page, fresh, held, halt } = this
    return lost
      ? { state: 'lost', page, fresh, held, ...lost }
      : { state: 'answered', page, fresh, held, ...(halt && { halt }) }
  }

  /** False where the page was lost. */
  private async loop(): Promise<boolean> {
    const { ports, lease } = this.work
    let verdict = await this.spend()
    this.work.permits.ready()
    for (;;) {
      await this.until(() => this.pending === 0 || this.isEnough())
      if (this.bug) throw this.bug.error
      const next = await this.next()
      if (!(await lease.keep())) return false
      if (next === 'over' && this.pending === 0) return true
      const count = typeof next === 'number' ? next : 0
      if (count === 0 && this.fresh.size === 0) continue
      const { page } = this
      const { announced: from } = page
      const places = [...this.fresh.keys()]
      const settled = settledBy(this.fresh)
      const announced = from + count
      const set = { announced, ...verdict }
      const written = { announced, ...verdict, ...fieldsOf(page, settled) }
      const result = await step(ports, lease, page, count > 0, written)
      if (result === 'lost') return false
      if (result === 'stopped') {
        this.halt = { why: 'stopped' }
        continue
      }
      verdict = {}
      for (const place of places) this.fresh.delete(place)
      advance(page, settled, set)
      this.begin(from, announced)
      if (announced === page.size) this.leave()
      const inDoubt = this.pending + [...this.fresh.keys()].filter((place) => !this.unspent.has(place)).length
      this.work.permits.give(this.held - inDoubt)
      this.held = inDoubt
    }
  }

  /** Enough is answered to be worth a step. Where nothing more is announced, only if another page waits for permits. */
  private isEnough(): boolean {
    if (this.halt || this.bug) return false
    if (this.page.announced === this.page.size && !this.work.permits.isWanted) return false
    return this.fresh.size >= Math.ceil(this.held * ANSWERED_PART)
  }

  /** Everybody's grant, before anybody is announced: who has none is settled with the first step. */
  private async spend(): Promise<Pick<Page, 'granted' | 'left'> | Record<string, never>> {
    const { page, work } = this
    if (page.step > 0) return {}
    const payers = payersOf(page, this.people)
    if (payers.length === 0) return {}
    const ids = payers.map(({ id }) => id)
    const spent = await spend(work.ports, page, ids, work.ports.clock.now())
    if (!spent) return {}
    const byPlace = (known: readonly number[]) =>
      Array.from({ length: page.size }, (_, place) => known[place] ?? 0)
    const granted = byPlace(page.granted)
    const left = byPlace(page.left)
    for (const { place, id } of payers) {
      const had = spent.get(id)
      if (had) {
        granted[place] = had.granted
        left[place] = had.left
      } else {
        this.unspent.add(place)
        this.fresh.set(place, { code: 'no-grant' })
      }
    }
    Object.assign(page, { granted, left })
    return { granted, left }
  }

  private leave(): void {
    if (this.hasTurn) this.work.permits.leave()
    this.hasTurn = false
  }

  private halted(): boolean {
    if (!this.halt && this.work.isOver()) this.halt = { why: 'over' }
    return this.halt !== undefined
  }

  /** How many are announced next; that there is something to settle first; or that nobody more is announced. */
  private async next(): Promise<number | 'settle' | 'over'> {
    const { work } = this
    const { announced: place, size } = this.page
    if (place === size || this.halted()) return 'over'
    const isOthers = !this.hasTurn && work.permits.isBusy
    if (!isOthers) await this.renew(place)
    if (this.halted()) return 'over'
    const wait = isOthers ? 0 : this.waitFor(place)
    if (!isOthers && wait <= WORTH_WAITING_MS) return this.announce(place)
    // Who waits holds no permit: the page whose turn it is may be waiting for it.
    if (this.pending > 0 || this.fresh.size > 0) return this.answered()
    this.leave()
    if (wait > 0) await work.ports.clock.sleep(Math.min(wait, RENEW_MS / 2))
    else this.hasTurn = await work.permits.enter(work.isFirst)
    // Turns may have passed meanwhile, and so may the lease.
    return (await work.lease.keep()) ? this.next() : 'over'
  }

  /** All that is under way is answered, or enough of it while somebody waits for the permits. */
  private async answered(): Promise<'settle'> {
    this.leave()
    const isEnough = () =>
      this.pending === 0 || (this.work.permits.isWanted && this.fresh.size >= this.held * ANSWERED_PART)
    await this.until(isEnough)
    return 'settle'
  }

  /** Turns from this place on. One that has long passed is no good: a page that was held up must not make a burst. */
  private async renew(place: number): Promise<void> {
    const isLate = this.work.lease.databaseNow() - this.dueAt(place) > SLACK_MS
    const isUsedUp = place - this.turnsFrom >= this.turns.count
    if (!isLate && !isUsedUp) return
    this.turns = await this.work.reserve(this.page.size - place, Math.max(0, this.countedTo - place))
    this.turnsFrom = place
    this.countedTo = Math.max(this.countedTo, place + this.turns.count)
    if (this.turns.count === 0) this.halt = { why: 'over' }
  }

  /** As many as the turns, the window and the permits allow. */
  private async announce(place: number): Promise<number | 'over'> {
    const { work } = this
    if (!this.hasTurn) this.hasTurn = await work.permits.enter(work.isFirst)
    if (this.halted()) return 'over'
    const inTurn = Math.min(this.page.size - place, this.turns.count - (place - this.turnsFrom))
    // The step settles all that is answered: what stays in doubt with the new ones is under way.
    const wanted = Math.min(inTurn, this.window - this.pending)
    const more = this.pending + wanted - this.held
    if (more > 0) {
      const isIdle = this.pending === 0 && this.held === 0
      this.held += isIdle ? await work.permits.take(more) : work.permits.takeFree(more)
    }
    return this.halted() ? 'over' : Math.max(0, Math.min(wanted, this.held - this.pending))
  }

  private dueAt(place: number): number {
    return this.turns.at + (place - this.turnsFrom) * this.turns.everyMs
  }

  private waitFor(place: number): number {
    return this.dueAt(place) - this.work.lease.databaseNow()
  }

  /** Everybody who was announced now. */
  private begin(from: number, to: number): void {
    const places: number[] = []
    for (let place = from; place < to; place += 1) if (!this.unspent.has(place)) places.push(place)
    this.pending += places.length
    this.startAll(places).catch((error: unknown) => {
      this.bug ??= { error }
      this.changed()
    })
  }

  private async startAll(places: readonly number[]): Promise<void> {
    for (const place of places) {
      if (this.begun === BEGUN_TOGETHER) {
        this.begun = 0
        await this.work.ports.clock.sleep(0)
      }
      this.begun += 1
      void this.start(place)
    }
  }

  /** Never rejects. */
  private async start(place: number): Promise<void> {
    try {
      const answer = await this.send(place)
      this.fresh.set(place, answer)
      const halt = haltOf(answer.code)
      if (halt && (halt.why !== 'blame' || this.work.haltsOnBlame)) this.halt ??= halt
    } catch (error) {
      // The port never rejects: what is thrown is a bug, and whether the message went is not known.
      this.bug ??= { error }
    }
    this.pending -= 1
    this.changed()
  }

  private async send(place: number): Promise<Answer> {
    const { page, people, work } = this
    const { lease, ports } = work
    const openid = people[place]
    if (openid === undefined) throw new Error(`page ${page._id} has nobody at ${place}`)
    const wait = this.waitFor(place)
    if (wait > WORTH_WAITING_MS) await ports.clock.sleep(wait)
    // Past the deadline another holder may be at work, and WeChat refuses two sends to one person at once (43108).
    if (!lease.isValid()) return { code: 'held' }
    const { code, text, msgid } = await ports.openApi.send(work.message(place, openid))
    const answer: Answer = { code }
    if (code !== 0) answer.text = text.slice(0, MAX_TEXT)
    if (msgid !== undefined) answer.msgid = msgid
    return answer
  }

  /** Waits until this holds. It is asked after each answer: nobody is woken for an answer that is not enough. */
  private async until(holds: () => boolean): Promise<void> {
    if (holds()) return
    await new Promise<void>((resolve) => {
      this.waiting = { holds, resolve }
    })
  }

  private changed(): void {
    if (!this.waiting?.holds()) return
    this.waiting.resolve()
    this.waiting = undefined
  }
}

/** Sends what the page has not announced yet; resolves when nothing of it is under way any more. */
export const sendPage = (work: Work, page: Page): Promise<Worked> => new Sending(work, page).run()
