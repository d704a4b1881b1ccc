/** WeChat as people see it: what it delivered, what was on its way when, and whether two messages to one person met. */
import type { OutgoingMessage, SendAnswer } from '../../core/ports'
import { SEND_TIMEOUT_MS } from '../../core/settings'
import type { Chance } from './chance'
import type { Invocation } from './invocation'
import type { Schedule } from './schedule'

/** A message of an instance whose network is slow; its answer still comes before the SDK gives up. */
const LONG_WAY_MS = [4_000, 9_000] as const

/** Probabilities of one message. */
export interface Rates {
  /** Answers that come too late for the SDK, though the message went. */
  lostAnswer: number
  /** Requests that never arrive. */
  lostRequest: number
  /** -1: nobody can tell whether it went. */
  systemError: number
  minuteLimit: number
  dayLimit: number
  refusedValue: number
  banned: number
}

/** The order number or ticket that a message carries: which send or campaign it is of; of a reminder its time too. */
export function markOf({
  character_string1: mark = '',
  time5,
  date5,
}: Readonly<Record<string, string>>): string {
  return mark.startsWith('R') ? `${mark} ${time5 ?? date5}` : mark
}

/** What has become of the messages of one mark to one person. */
export interface Trail {
  mark: string
  openid: string
  asked: number
  delivered: number
  templateId: string
  /** Its last answer did not arrive, or told nothing. */
  isDoubtful: boolean
  msgid: string
}

/** A message that is leaving an instance. */
export interface Leaving {
  mark: string
  openid: string
  by: Invocation
  /** Whether another to this person is still under way. */
  isSecond: boolean
}

export interface Told {
  met: (fault: string) => void
  leaves: (leaving: Leaving) => void
  delivered: (trail: Trail) => void
  /** 43101 is on its way back. */
  refused: (openid: string, templateId: string) => void
}

/** Grants by template and person. */
class Grants {
  private readonly byTemplate = new Map<string, Map<string, number>>()

  of(openid: string, templateId: string): number {
    return this.byTemplate.get(templateId)?.get(openid) ?? 0
  }

  set(openid: string, templateId: string, count: number): void {
    const people = this.byTemplate.get(templateId) ?? new Map<string, number>()
    this.byTemplate.set(templateId, people.set(openid, count))
  }
}

export class WeChatOnPaper {
  private readonly grants = new Grants()
  /** All that people ever granted. */
  private readonly granted = new Grants()
  private readonly trails = new Map<string, Trail>()
  private readonly underWay = new Set<Leaving>()
  private made = 0

  constructor(
    private readonly schedule: Schedule,
    private readonly chance: Chance,
    private readonly rates: () => Rates,
    private readonly told: Told,
  ) {}

  grant(openid: string, templateId: string, count = 1): void {
    this.grants.set(openid, templateId, this.grants.of(openid, templateId) + count)
    this.granted.set(openid, templateId, this.granted.of(openid, templateId) + count)
  }

  leftOf(openid: string, templateId: string): number {
    return this.grants.of(openid, templateId)
  }

  grantedBy(openid: string, templateId: string): number {
    return this.granted.of(openid, templateId)
  }

  /** The person cancels in WeChat's settings: what was granted is gone, and our ledger does not know. */
  revoke(openid: string, templateId: string): void {
    this.grants.set(openid, templateId, 0)
  }

  /** Messages that have left and are not answered, nor given up. */
  onTheirWay(): Leaving[] {
    return [...this.underWay]
  }

  private isUnderWay(openid: string): boolean {
    for (const other of this.underWay) if (other.openid === openid) return true
    return false
  }

  trail(mark: string, openid: string): Trail | undefined {
    return this.trails.get(`${mark} ${openid}`)
  }

  all(): IterableIterator<Trail> {
    return this.trails.values()
  }

  /** Calls back with the answer, at the latest when the SDK gives up. */
  send(
    message: OutgoingMessage,
    isOneTime: boolean,
    by: Invocation,
    answer: (answer: SendAnswer) => void,
  ): void {
    const { openid, data } = message
    const mark = markOf(data)
    const trail = this.opened(mark, message)
    const isSecond = this.isUnderWay(openid)
    const leaving = { mark, openid, by, isSecond }
    trail.asked += 1
    trail.isDoubtful = false
    this.told.leaves(leaving)
    this.underWay.add(leaving)
    const over = (result: SendAnswer) => {
      this.underWay.delete(leaving)
      answer(result)
    }
    const timeout = () => {
      trail.isDoubtful = true
      this.schedule.after(SEND_TIMEOUT_MS, () => over({ code: -501002, text: 'request timeout' }))
    }
    const rates = this.rates()
    if (this.chance.is(rates.lostRequest)) {
      this.told.met('request lost on its way to WeChat')
      return timeout()
    }
    const isLost = this.chance.is(rates.lostAnswer)
    if (isLost) {
      this.told.met('answer of WeChat lost')
      timeout()
    }
    const { chance } = this
    const way = by.instance.isSluggish() ? chance.whole(...LONG_WAY_MS) : chance.latency(200, 9_000)
    this.schedule.after(way, () => {
      const result = this.judge(message, isOneTime, rates, trail)
      if (!isLost) this.schedule.after(this.chance.latency(100, 900), () => over(result))
    })
  }

  private opened(mark: string, { openid, templateId }: OutgoingMessage): Trail {
    const key = `${mark} ${openid}`
    const known = this.trails.get(key)
    if (known) return known
    const made = { mark, openid, templateId, asked: 0, delivered: 0, isDoubtful: false, msgid: '' }
    this.trails.set(key, made)
    return made
  }

  private refusal(rates: Rates): SendAnswer | undefined {
    const refused = (fault: string, code: number, text: string) => {
      this.told.met(fault)
      return { code, text }
    }
    if (this.chance.is(rates.minuteLimit))
      return refused('minute limit', 45011, 'mustslower retry next minute')
    if (this.chance.is(rates.dayLimit)) return refused('day limit', 45009, 'reach max api daily quota limit')
    if (this.chance.is(rates.banned)) return refused('template banned', 43107, 'subscribe message is banned')
    if (this.chance.is(rates.refusedValue))
      return refused('value refused', 47003, 'argument invalid! data.thing1.value invalid')
    return undefined
  }

  private judge(message: OutgoingMessage, isOneTime: boolean, rates: Rates, trail: Trail): SendAnswer {
    const isUnwell = this.chance.is(rates.systemError)
    if (isUnwell) {
      this.told.met('system error of WeChat')
      trail.isDoubtful = true
      if (this.chance.is(0.5)) return { code: -1, text: 'system error' }
    }
    const refusal = this.refusal(rates)
    if (refusal) return refusal
    const { openid, templateId } = message
    const left = this.grants.of(openid, templateId)
    if (left === 0) {
      this.told.met('43101')
      this.told.refused(openid, templateId)
      return { code: 43101, text: 'user refuse to accept the msg' }
    }
    if (isOneTime) this.grants.set(openid, templateId, left - 1)
    trail.delivered += 1
    trail.msgid = `98${String((this.made += 1)).padStart(17, '0')}`
    this.told.delivered(trail)
    return isUnwell ? { code: -1, text: 'system error' } : { code: 0, text: 'ok', msgid: trail.msgid }
  }
}
