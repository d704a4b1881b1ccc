/** WeChat as people see it: what it delivered, and whether two messages to one person were under way at once. */
import type { OutgoingMessage, SendAnswer } from '../../core/ports'
import { SEND_TIMEOUT_MS } from '../../core/settings'
import type { Chance } from './chance'
import type { Schedule } from './schedule'

export interface Rates {
  /** Answers that come too late for the SDK, though the message went. */
  lostAnswer: number
  /** Requests that never arrive. */
  lostRequest: number
  minuteLimit: number
  refusedValue: number
}

/** The order number or ticket that a message carries: which send it is. */
export const markOf = ({ data }: OutgoingMessage) => data['character_string1'] ?? ''

export class WeChatOnPaper {
  readonly delivered: { mark: string; openid: string; at: number }[] = []
  readonly grants = new Map<string, number>()
  readonly violations: string[] = []
  private readonly underWay = new Map<string, number>()

  constructor(
    private readonly schedule: Schedule,
    private readonly chance: Chance,
    private readonly rates: () => Rates,
    private readonly met: (fault: string) => void,
    private readonly changed: () => void,
  ) {}

  grant(openid: string, templateId: string): void {
    const key = `${openid} ${templateId}`
    this.grants.set(key, (this.grants.get(key) ?? 0) + 1)
  }

  /** The person cancels in WeChat's settings: what was granted is gone, and our ledger does not know. */
  revoke(openid: string, templateId: string): void {
    this.grants.set(`${openid} ${templateId}`, 0)
  }

  /** Calls back with the answer, at the latest when the SDK gives up. */
  send(message: OutgoingMessage, isOneTime: boolean, answer: (answer: SendAnswer) => void): void {
    const { openid } = message
    const others = this.underWay.get(openid) ?? 0
    if (others > 0) this.changed()
    if (others > 0)
      this.violations.push(`two messages to ${openid} are under way at once: ${markOf(message)}`)
    this.underWay.set(openid, others + 1)
    let isOver = false
    const over = (result: SendAnswer) => {
      if (isOver) return
      isOver = true
      this.underWay.set(openid, (this.underWay.get(openid) ?? 1) - 1)
      answer(result)
    }
    this.schedule.after(SEND_TIMEOUT_MS, () => over({ code: -501002, text: 'request timeout' }))
    const rates = this.rates()
    if (this.chance.is(rates.lostRequest)) return this.met('request lost on its way to WeChat')
    this.schedule.after(this.chance.latency(200, 9_000), () => {
      const result = this.judge(message, isOneTime, rates)
      if (this.chance.is(rates.lostAnswer)) this.met('answer of WeChat lost')
      else this.schedule.after(this.chance.latency(100, 900), () => over(result))
    })
  }

  private judge(message: OutgoingMessage, isOneTime: boolean, rates: Rates): SendAnswer {
    if (this.chance.is(rates.minuteLimit)) {
      this.met('minute limit')
      return { code: 45011, text: 'mustslower retry next minute' }
    }
    if (this.chance.is(rates.refusedValue)) {
      this.met('value refused')
      return { code: 47003, text: 'argument invalid! data.thing1.value invalid' }
    }
    const key = `${message.openid} ${message.templateId}`
    const left = this.grants.get(key) ?? 0
    if (left === 0) {
      this.met('43101')
      return { code: 43101, text: 'user refuse to accept the msg' }
    }
    if (isOneTime) this.grants.set(key, left - 1)
    this.changed()
    this.delivered.push({ mark: markOf(message), openid: message.openid, at: this.schedule.now() })
    return { code: 0, text: 'ok', msgid: String(this.delivered.length) }
  }
}
