import type { Clock } from '../clock'
import type { Faults } from '../faults'
import type { Choice } from './subscriptions'

/** Runs a function with an event that WeChat pushes; resolves with what it returned as JSON text, if it did. */
export type Deliver = (functionName: string, event: string, openid: string) => Promise<string | undefined>

export interface MessagePushOptions {
  /** Which function hears which event. */
  targets: Record<string, string>
  /** How often one event is pushed at most while nobody answers `success` (wechat.md §6). */
  tries: number
  clock: Clock
  faults: Faults
  deliver: Deliver
}

/** The account's original id; nothing in the world depends on it. */
const ACCOUNT = 'gh_0123456789ab'

/** What WeChat pushes about subscriptions (wechat.md §6), one event after the other. */
export class MessagePush {
  private queue: Promise<void> = Promise.resolve()

  constructor(private readonly options: MessagePushOptions) {}

  /** The person answered a prompt. */
  popup(openid: string, answers: [templateId: string, answer: string][]): void {
    if (answers.length === 0) return
    this.push('subscribe_msg_popup_event', openid, () =>
      asList(
        answers.map(([TemplateId, SubscribeStatusString]) => ({
          TemplateId,
          SubscribeStatusString,
          PopupScene: '0',
        })),
      ),
    )
  }

  /** The person refused templates in the settings; WeChat pushes refusals only. */
  change(openid: string, choices: [templateId: string, choice: Choice | null][]): void {
    const refused = choices.filter(([, choice]) => choice === 'reject')
    if (refused.length === 0) return
    this.push('subscribe_msg_change_event', openid, () =>
      asList(refused.map(([TemplateId]) => ({ TemplateId, SubscribeStatusString: 'reject' }))),
    )
  }

  /** A message reached the person. */
  sent(openid: string, templateId: string, msgid: string): void {
    this.push('subscribe_msg_sent_event', openid, () => ({
      TemplateId: templateId,
      MsgID: msgid,
      ErrorCode: '0',
      ErrorStatus: 'success',
    }))
  }

  /** Resolves when everything that was to be pushed has been. */
  async settled(): Promise<void> {
    for (let queue: Promise<void> | undefined; queue !== this.queue; ) {
      queue = this.queue
      await queue
    }
  }

  private push(event: string, openid: string, list: () => unknown): void {
    const functionName = this.options.targets[event]
    if (functionName === undefined) return
    const text = JSON.stringify({
      ToUserName: ACCOUNT,
      FromUserName: openid,
      // Documented as text; it arrives as a number (wechat.md §6).
      CreateTime: Math.floor(this.options.clock.now() / 1000),
      MsgType: 'event',
      Event: event,
      List: list(),
    })
    const effect = this.options.faults.orderOf({ name: `push:${event}`, person: () => openid })
    if (effect?.kind === 'miss') return
    for (let times = effect?.kind === 'double' ? 2 : 1; times > 0; times--)
      this.enqueue(functionName, text, openid)
  }

  private enqueue(functionName: string, text: string, openid: string): void {
    this.queue = this.queue.then(async () => {
      for (let tries = 0; tries < this.options.tries; tries++) {
        const answer = await this.options.deliver(functionName, text, openid)
        if (answer === '"success"' || answer === '""') return
      }
    })
  }
}

/** `List` is an object when there is one item, a list when there are several (wechat.md §6). */
function asList<T>(items: T[]): T | T[] {
  const [only] = items
  return items.length === 1 && only !== undefined ? only : items
}
