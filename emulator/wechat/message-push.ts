import type { Clock } from '../clock'
import type { Faults } from '../faults'
import { fieldsOf } from '../record'
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

/**
 * What WeChat pushes about subscriptions (wechat.md §6) and from customer service (§4.3), one event after the other.
 */
export class MessagePush {
  private queue: Promise<void> = Promise.resolve()

  constructor(private readonly options: MessagePushOptions) {}

  /** The person answered a prompt. */
  popup(openid: string, answers: [templateId: string, answer: string][]): void {
    if (answers.length === 0) return
    this.pushList('subscribe_msg_popup_event', openid, () =>
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
    this.pushList('subscribe_msg_change_event', openid, () =>
      asList(refused.map(([TemplateId]) => ({ TemplateId, SubscribeStatusString: 'reject' }))),
    )
  }

  /** A message reached the person. */
  sent(openid: string, templateId: string, msgid: string): void {
    this.pushList('subscribe_msg_sent_event', openid, () => ({
      TemplateId: templateId,
      MsgID: msgid,
      ErrorCode: '0',
      ErrorStatus: 'success',
    }))
  }

  /** The person wrote to customer service: pushed to the function that is named for `text`. */
  written(openid: string, text: string, id: string): void {
    this.push('text', openid, () => ({ MsgType: 'text', Content: text, MsgId: id }))
  }

  /** The person came into customer service, and has not written yet. */
  entered(openid: string): void {
    const Event = 'user_enter_tempsession'
    this.push(Event, openid, () => ({ MsgType: 'event', Event, SessionFrom: '' }))
  }

  /** Resolves when everything that was to be pushed has been. */
  async settled(): Promise<void> {
    for (let queue: Promise<void> | undefined; queue !== this.queue; ) {
      queue = this.queue
      await queue
    }
  }

  private pushList(event: string, openid: string, list: () => unknown): void {
    this.push(event, openid, () => ({ MsgType: 'event', Event: event, List: list() }))
  }

  /** `name` is what a function is named for: an event, or the type of a message. */
  private push(name: string, openid: string, body: () => Record<string, unknown>): void {
    const functionName = this.options.targets[name]
    if (functionName === undefined) return
    const text = JSON.stringify({
      ToUserName: ACCOUNT,
      FromUserName: openid,
      // Documented as text; it arrives as a number (wechat.md §6).
      CreateTime: Math.floor(this.options.clock.now() / 1000),
      ...body(),
    })
    const effect = this.options.faults.orderOf({ name: `push:${name}`, person: () => openid })
    if (effect?.kind === 'miss') return
    for (let times = effect?.kind === 'double' ? 2 : 1; times > 0; times--)
      this.enqueue(functionName, text, openid)
  }

  private enqueue(functionName: string, text: string, openid: string): void {
    this.queue = this.queue.then(async () => {
      for (let tries = 0; tries < this.options.tries; tries++) {
        const answer = await this.options.deliver(functionName, text, openid)
        if (answer !== undefined && isTaken(answer)) return
      }
    })
  }
}

/** `success`, nothing, or the order to hand a message on to the staff of customer service (wechat.md §4.3). */
function isTaken(answer: string): boolean {
  if (answer === '"success"' || answer === '""') return true
  const parsed: unknown = JSON.parse(answer)
  return fieldsOf(parsed)['MsgType'] === 'transfer_customer_service'
}

/** `List` is an object when there is one item, a list when there are several (wechat.md §6). */
function asList<T>(items: T[]): T | T[] {
  const [only] = items
  return items.length === 1 && only !== undefined ? only : items
}
