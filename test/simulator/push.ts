/** WeChat's message push: lost, late, doubled, and tried again where nobody answers (wechat.md §6). */
import type { Call } from '../../core/contract'
import type { Chance } from './chance'
import type { Schedule } from './schedule'

const SECOND = 1_000
/** WeChat waits so long for an answer, and tries so often. */
const ANSWER_MS = 5 * SECOND
const TRIES = 3

type Item = { TemplateId: string } & Record<string, string>

/** Hands one event to the function; true where it was acknowledged. */
export type Receiver = (openid: string, event: Call<'event.receive'>['input']) => Promise<boolean>

export class MessagePush {
  constructor(
    private readonly schedule: Schedule,
    private readonly chance: Chance,
    private readonly receive: Receiver,
    private readonly met: (fault: string) => void,
    /** Whether faults are still to come. */
    private readonly isTrouble: () => boolean,
  ) {}

  popup = (openid: string, TemplateId: string): void =>
    this.push('popup', openid, { TemplateId, SubscribeStatusString: 'accept', PopupScene: '0' })

  change = (openid: string, TemplateId: string): void =>
    this.push('change', openid, { TemplateId, SubscribeStatusString: 'reject' })

  sent = (openid: string, TemplateId: string, MsgID: string): void =>
    this.push('sent', openid, { TemplateId, MsgID, ErrorCode: '0', ErrorStatus: 'success' })

  private push(kind: 'popup' | 'change' | 'sent', openid: string, item: Item): void {
    const { chance, met } = this
    const event = {
      MsgType: 'event' as const,
      Event: `subscribe_msg_${kind}_event`,
      FromUserName: openid,
      CreateTime: Math.floor(this.schedule.now() / SECOND),
      List: [item],
    }
    const isFaulty = this.isTrouble()
    if (isFaulty && chance.is(0.12)) return met(`${kind} event lost`)
    const isDoubled = isFaulty && chance.is(0.12)
    if (isDoubled) met(`${kind} event doubled`)
    for (let times = isDoubled ? 2 : 1; times > 0; times -= 1) {
      const isLate = isFaulty && chance.is(0.12)
      if (isLate) met(`${kind} event late`)
      const wait = isLate ? chance.whole(10 * SECOND, 180 * SECOND) : chance.latency(40, 2 * SECOND)
      this.schedule.after(wait, () => void this.deliver(openid, event))
    }
  }

  private async deliver(openid: string, event: Call<'event.receive'>['input']): Promise<void> {
    for (let tries = 0; tries < TRIES; tries += 1) {
      if (await this.receive(openid, event)) return
      await this.schedule.wait(ANSWER_MS)
    }
  }
}
