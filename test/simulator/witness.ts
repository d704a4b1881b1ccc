/** Sees every write and every message, holds each against the promises, and keeps what was met on the way. */
import type { Page } from '../../core/delivery/page'
import type { Doc } from '../../core/ports'
import type { Books, Kept, Written } from './books'
import { type Coverage, count, nothing } from './coverage'
import type { Invocation } from './invocation'
import { ofCampaigns, ofProgress, ofSends } from './promises/campaigns'
import { ofLanes } from './promises/lanes'
import { ofQuotas } from './promises/ledger'
import { delivered, leaving } from './promises/messages'
import { ofPages } from './promises/pages'
import { ofReminders, ofRemindersLeaving, remindersAtRest } from './promises/reminders'
import { atRest } from './promises/rest'
import type { Schedule } from './schedule'
import { transitionsOf } from './transitions'
import type { Leaving, Trail } from './wechat'

type Breaks<T> = (event: T, books: Books) => string | undefined
type Checks<T> = readonly { promise: string; breaks: Breaks<T> }[]

const checksOf = <T>(promises: Record<string, Breaks<T>>): Checks<T> =>
  Object.entries(promises).map(([promise, breaks]) => ({ promise, breaks }))

const whenWritten: { [collection in keyof Kept]: Checks<Written<Kept[collection]>> } = {
  pages: checksOf(ofPages),
  quotas: checksOf(ofQuotas),
  sends: checksOf(ofSends),
  reminders: checksOf(ofReminders),
  reminderRules: [],
  progress: checksOf(ofProgress),
  campaigns: checksOf(ofCampaigns),
  lanes: checksOf(ofLanes),
}
const whenDelivered = checksOf(delivered)
const whenLeaving = checksOf({ ...leaving, ...ofRemindersLeaving })
const whenAtRest = Object.entries({ ...atRest, ...remindersAtRest })
const isKept = (collection: string): collection is keyof Kept => collection in whenWritten

/** The fields that a write changed. */
function changeOf({ was, is }: Written<Doc>): string {
  const changed = Object.entries(is).filter(([field, value]) => was?.[field] !== value)
  return `${is._id} ${JSON.stringify(was ? Object.fromEntries(changed) : is)}`
}

export class Witness {
  readonly coverage: Coverage = nothing()
  /** Promise → what broke it; empty where all held. */
  readonly broken: Record<string, string[]> = {}
  /** When the first was. */
  brokenAt: number | null = null
  /** Whose effect the store sees now; null between effects. */
  writer: Invocation | null = null
  /** Whether the world is as it begins: what people had before is given, not written by anybody. */
  isSettled = false
  /** A fault of the simulator itself. */
  private failure: unknown
  private readonly began: number

  constructor(
    private readonly schedule: Schedule,
    private readonly books: () => Books,
    /** Told of every write of a page. */
    private readonly paged: (page: Page) => void,
    private readonly tell?: (line: string) => void,
  ) {
    this.began = schedule.now()
  }

  readonly met = (fault: string): void => {
    count(this.coverage.faults, fault)
    this.story(() => `fault: ${fault}`)
  }

  story(line: () => string): void {
    this.tell?.(`${((this.schedule.now() - this.began) / 1000).toFixed(3)} ${line()}`)
  }

  /** After every step of the schedule. */
  readonly step = (): void => {
    this.coverage.steps += 1
    if (this.failure !== undefined) throw this.failure
  }

  leaves(message: Leaving): void {
    this.story(() => `#${message.by.number} sends ${message.mark} to ${message.openid}`)
    this.books().leaves(message.mark)
    this.check(whenLeaving, message)
  }

  delivered(trail: Trail): void {
    this.check(whenDelivered, trail)
  }

  /** Told by the store of every write. */
  readonly written = (collection: string, was: Doc | null, is: Doc | null): void => {
    // Single sends have a progress of their own, which is of no campaign.
    if (!is || !isKept(collection) || (collection === 'progress' && is['counts'] === undefined)) return
    try {
      this.writtenTo(collection, { was, is, by: this.writer } as Written<never>)
    } catch (error) {
      // Thrown here it would look to the product like a failure of the database.
      this.failure ??= error
    }
  }

  /** Told by an invocation of what it announced and knew better. */
  readonly goesOn = (what: string): void =>
    this.breach('who was told that its lease is lost announces nothing more', [what])

  /** What the product logs as an error is either the store's refusal or a bug. */
  logged(message: string, error: unknown): void {
    this.story(() => `logged: ${message}: ${String(error)}`)
    if (error instanceof Error && error.message.startsWith('STORE_FAILED')) return
    const what = error instanceof Error ? (error.stack ?? '') : String(error)
    this.breach('no bug is met', [`${message}: ${what}`])
  }

  /** When everything has come to rest. */
  rest(): void {
    const books = this.books()
    for (const [promise, holds] of whenAtRest) this.breach(promise, holds(books))
    const { outcomes } = this.coverage
    for (const { delivered: times } of books.wechat.all()) count(outcomes, `delivered ${times}`)
    for (const { counts } of books.kept.progress.values())
      for (const [code, people] of Object.entries(counts)) count(outcomes, code, people)
    for (const { state, outcome, text } of books.kept.reminders.values())
      count(outcomes, `reminder ${state}: ${outcome === 'skipped' ? text : outcome}`)
  }

  private writtenTo<C extends keyof Kept>(collection: C, written: Written<Kept[C]>): void {
    for (const name of transitionsOf(collection, written)) count(this.coverage.transitions, name)
    if (this.tell) this.story(() => `#${written.by?.number ?? 0} writes ${collection} ${changeOf(written)}`)
    this.books().note(collection, written)
    if (!this.isSettled) return
    this.check(whenWritten[collection], written)
    if (collection === 'pages') this.paged(written.is as Page)
  }

  private check<T>(promises: Checks<T>, event: T): void {
    const books = this.books()
    for (const { promise, breaks } of promises) {
      const what = breaks(event, books)
      if (what !== undefined) this.breach(promise, [what])
    }
  }

  private breach(promise: string, what: string[]): void {
    if (what.length === 0) return
    this.brokenAt ??= this.schedule.now() - this.began
    this.broken[promise] ??= what.slice(0, 5)
    this.story(() => `BROKEN ${promise}: ${what.join(', ')}`)
  }
}
