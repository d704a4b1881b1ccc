/** Reminders of a seed: people set and cancel their own, staff import rows for many and change them. */
import type { InputOf, Schedule as Times } from '../../core/contract'
import { formatTime } from '../../core/time'
import type { Books } from './books'
import type { Chance } from './chance'
import { phone } from './crowd'
import type { Functions } from './functions'
import { insist } from './insisting'
import { type Kind, kindNames, OWNER, paramsOf } from './people'
import type { Schedule } from './schedule'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const DAY = 24 * 60 * MINUTE
const WALL = 'YYYY-MM-DDTHH:mm'
/** Two change their clocks, on different days. */
export const ZONES = ['Asia/Shanghai', 'Europe/Berlin', 'America/New_York'] as const
/** The param of each template that tells the time. */
const TIME_PARAMS: Readonly<Record<Kind, string>> = { 'order-shipped': 'shippedAt', 'queue-call': 'calledAt' }

/** Params of a reminder: the time among them, which tells its messages apart, is filled in for each. */
function timeless(kind: Kind, mark: string): Record<string, string | number> {
  const params: [string, string | number][] = Object.entries(paramsOf(kind, mark))
  return Object.fromEntries(params.filter(([name]) => name !== TIME_PARAMS[kind]))
}

/** What a person asks for. */
export interface Wish {
  openid: string
  kind: Kind
  zone: string
  schedule: Times
  graceMinutes: number
  catchUp: 'once' | 'each'
}

export class Reminding {
  constructor(
    readonly schedule: Schedule,
    readonly chance: Chance,
    private readonly functions: Functions,
    private readonly books: Books,
  ) {}

  /** The person sets it, or staff for them, and asks again with the same key until it is told; resolves with its id. */
  async set({ openid, kind, ...rest }: Wish): Promise<string | undefined> {
    const number = this.functions.next()
    const timeParam = TIME_PARAMS[kind]
    const params = timeless(kind, `R${number}`)
    const input = { key: `key-0000${number}`, template: kind, params, timeParam, ...rest }
    // Of the other template only staff set reminders.
    const isOwn = kind === 'order-shipped'
    const ask = () =>
      isOwn
        ? this.functions.call('subscriber', 'reminder.create', input, phone(openid))
        : this.functions.call('staff', 'reminder.create', { ...input, to: openid }, phone(OWNER))
    const told = await insist(this, ask, this.patience())
    if (told) this.books.acknowledgedRules.add(told.reminder)
    return told?.reminder
  }

  async cancel(openid: string, reminder: string): Promise<void> {
    await insist(this, () =>
      this.functions.call('subscriber', 'reminder.cancel', { reminder }, phone(openid)),
    )
  }

  /** One that is due within minutes; now and then it comes again, or is cancelled about when it is due. */
  async setSoon(openid: string): Promise<void> {
    const { chance, schedule } = this
    const zone = chance.of(ZONES)
    const from = formatTime(schedule.now() + chance.whole(-8, 2) * MINUTE, zone, WALL)
    const again: Times = { kind: 'repeat', from, every: 5, unit: 'minutes', count: chance.whole(2, 3) }
    const reminder = await this.set({
      openid,
      kind: chance.of(kindNames),
      zone,
      schedule: chance.is(0.5) ? again : { kind: 'delay', minutes: chance.whole(1, 2) },
      graceMinutes: chance.of([1, 3, 60]),
      catchUp: chance.of(['once', 'each']),
    })
    if (!reminder || !chance.is(0.25)) return
    await schedule.wait(chance.whole(SECOND, 2 * MINUTE))
    await this.cancel(openid, reminder)
  }

  /** One event with its people, a minute or two before it; now and then it is moved, or called off. */
  async remindAll(people: readonly string[]): Promise<void> {
    const { chance, schedule } = this
    const kind = chance.of(kindNames)
    const number = this.functions.next()
    const series = await this.asStaff('reminder.series.create', {
      key: `key-0000${number}`,
      name: `R${number}`,
      template: kind,
      timeParam: TIME_PARAMS[kind],
      before: { kind: 'minutes', minutes: 5 },
      graceMinutes: chance.of([1, 60]),
    })
    if (!series) return
    const params = timeless(kind, `R${number}`)
    const importAt = (minutes: number) => {
      const at = formatTime(schedule.now() + minutes * MINUTE, 'Asia/Shanghai', WALL)
      const rows = [{ row: 'class', at, params, people: [...people] }]
      return this.asStaff('reminder.rows.import', { series: series.series, rows })
    }
    await importAt(chance.whole(6, 7))
    if (!chance.is(0.4)) return
    await schedule.wait(chance.whole(SECOND, 100 * SECOND))
    if (chance.is(0.5)) await importAt(chance.whole(7, 8))
    else await this.asStaff('reminder.rows.remove', { series: series.series, rows: ['class'] })
  }

  /** An event of the coming days with its people, reminded the evening before. */
  async remindEarly(people: readonly string[]): Promise<void> {
    const { chance, schedule } = this
    const number = this.functions.next()
    const zone = chance.of(ZONES)
    const series = await this.asStaff('reminder.series.create', {
      key: `key-0000${number}`,
      name: `R${number}`,
      template: 'queue-call',
      timeParam: TIME_PARAMS['queue-call'],
      zone,
      before: { kind: 'days', days: 1, at: chance.of(['02:30', '18:00']) },
      graceMinutes: chance.of([2, 600]),
    })
    if (!series) return
    const params = timeless('queue-call', `R${number}`)
    const at = `${formatTime(schedule.now() + chance.whole(3, 9) * DAY, zone, 'YYYY-MM-DD')}T10:00`
    const rows = [{ row: 'class', at, params, people: [...people] }]
    await this.asStaff('reminder.rows.import', { series: series.series, rows })
  }

  /** Who gives up leaves what an invocation had begun. */
  private patience(): number {
    return this.chance.of([1, 2, 6])
  }

  private asStaff<A extends 'reminder.series.create' | 'reminder.rows.import' | 'reminder.rows.remove'>(
    action: A,
    input: InputOf<A>,
  ) {
    return insist(this, () => this.functions.call('staff', action, input, phone(OWNER)), this.patience())
  }
}
