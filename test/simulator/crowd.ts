/** What people do in a seed: they have tapped before, tap again, and refuse in WeChat's settings. */
import type { MemoryDatabase } from '../../adapters/memory/database'
import type { WxContext } from '../../core/caller'
import { quotaId } from '../../core/subscription/quotas'
import type { Books } from './books'
import type { Chance } from './chance'
import type { Functions } from './functions'
import { APPID, type Kind, kindNames, kinds, laneFor, nameOf, quotaFor } from './people'
import type { MessagePush } from './push'
import type { Schedule } from './schedule'
import type { WeChatOnPaper } from './wechat'

const SECOND = 1_000
const MINUTE = 60 * SECOND
/** A page tells a tap again until it is told that it is written down, or is closed. */
const TRIES = 8

export const phone = (openid: string): WxContext => ({ OPENID: openid, APPID, SOURCE: 'wx_client' })

export class Crowd {
  constructor(
    private readonly schedule: Schedule,
    private readonly chance: Chance,
    private readonly functions: Functions,
    private readonly wechat: WeChatOnPaper,
    private readonly books: Books,
    /** Where WeChat pushes its events to us. */
    private readonly push: MessagePush | null,
    private readonly size: number,
  ) {}

  /** So many of them, beginning with anybody. */
  some(count: number): string[] {
    const first = this.chance.whole(0, this.size - 1)
    return Array.from({ length: count }, (_, at) => nameOf((first + at) % this.size))
  }

  somebody(): string {
    return nameOf(this.chance.whole(0, this.size - 1))
  }

  /** People as earlier days left them; now and then WeChat knows of a cancellation that we do not. */
  settle(database: MemoryDatabase): void {
    const { chance, wechat, books } = this
    for (let number = 0; number < this.size; number += 1) {
      const openid = nameOf(number)
      for (const kind of kindNames) {
        if (chance.is(0.1)) continue
        const quota = quotaFor(chance, openid, kind, books.settings.lanes, this.schedule.now())
        const { templateId } = kinds[kind]
        wechat.grant(openid, templateId, quota.granted)
        database.insert('quotas', quota)
        if (chance.is(0.1)) wechat.revoke(openid, templateId)
      }
    }
  }

  /** A person accepts, and the page tells it until it is told that it is written down. */
  async tap(openid = this.somebody(), kind: Kind = this.chance.of(kindNames)): Promise<void> {
    const { chance, schedule } = this
    const { scene, templateId } = kinds[kind]
    this.wechat.grant(openid, templateId)
    this.push?.popup(openid, templateId)
    const answeredAt = schedule.now()
    const promptId = `prompt-${this.functions.next()}`
    for (let tries = 0; tries < TRIES; tries += 1) {
      const agoMs = schedule.now() - answeredAt
      const input = { promptId, scene, answers: { [templateId]: 'accept' as const }, agoMs }
      const reply = await this.functions.call('subscriber', 'subscription.record', input, phone(openid))
      if (reply?.ok) return this.acknowledge(openid, kind)
      await schedule.wait(chance.whole(SECOND, MINUTE))
    }
  }

  /** A person refuses in WeChat's settings, and may think better of it. */
  refuse(openid = this.somebody()): void {
    const { chance, schedule } = this
    const { templateId } = kinds['order-shipped']
    this.wechat.revoke(openid, templateId)
    if (this.push) {
      this.push.change(openid, templateId)
      this.books.refusals.add(openid)
    }
    if (chance.is(0.5))
      schedule.after(chance.latency(20 * SECOND, 2 * MINUTE), () => void this.tap(openid, 'order-shipped'))
  }

  private acknowledge(openid: string, kind: Kind): void {
    const { acknowledgedTaps, settings } = this.books
    const id = quotaId(kind, laneFor(openid, settings.lanes), openid)
    acknowledgedTaps.set(id, (acknowledgedTaps.get(id) ?? 0) + 1)
  }
}
