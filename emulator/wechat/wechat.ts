import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../clock'
import type { Faults } from '../faults'
import type { World } from '../world'
import { CloudIds } from './cloud-ids'
import { type CustomerAct, CustomerWindows } from './customer-windows'
import { DelayedTasks } from './delayed-tasks'
import type { Desk, Done, OpenApi } from './desk'
import { errorJson, replyJson, WeChatError } from './errcodes'
import { FormIds } from './form-ids'
import { GroupCommit } from './group-commit'
import { LoginCodes } from './login-codes'
import { type Deliver, MessagePush } from './message-push'
import { type Message, Messages } from './messages'
import { OPEN_APIS } from './open-apis'
import { Pages } from './pages'
import { People } from './people'
import { Prompts } from './prompts'
import { Quotas } from './quotas'
import type { Store } from './store'
import { Subscriptions } from './subscriptions'
import { Templates } from './templates'
import { Tokens } from './tokens'

export interface WeChatOptions {
  world: World
  store: Store
  /** Something of the store was committed. */
  onCommit: () => void
  pages: readonly string[]
  clock: Clock
  random: () => number
  onMessage: (message: Message) => void
  faults: Faults
  /** A delayed function call was ordered. */
  onDelayedTask: () => void
  /** Runs a function that an event is pushed to. */
  deliver: Deliver
  /** Hears the errcode of each answered call. */
  onAnswer: (api: string, errcode: number) => void
}

const MOCK_FORM_ID = 'the formId is a mock one'

const decimal = (random: () => number, digits: number): string =>
  Array.from({ length: digits }, () => 1 + Math.floor(random() * 9)).join('')

/** WeChat's side: the account, its people, what they granted and received, and the open APIs. */
export class WeChat {
  readonly people: People
  readonly prompts: Prompts
  readonly messages: Messages
  readonly formIds: FormIds
  readonly tokens: Tokens
  readonly loginCodes: LoginCodes
  readonly pages: Pages
  readonly quotas: Quotas
  readonly delayedTasks: DelayedTasks
  readonly push: MessagePush
  readonly cloudIds: CloudIds
  private readonly customerWindows: CustomerWindows
  private readonly writes: GroupCommit
  private readonly desk: Desk
  private readonly openApis = new Map(OPEN_APIS.map((api) => [api.name, api]))
  /** Whom a subscribe message is on its way to. */
  private readonly underWay = new Set<unknown>()

  constructor(private readonly options: WeChatOptions) {
    const { world, store, clock, random } = options
    const now = (): number => clock.now()
    this.writes = new GroupCommit(store, options.onCommit)
    this.people = new People(world)
    this.pages = new Pages(options.pages)
    this.messages = new Messages(store)
    this.formIds = new FormIds(store, this.writes, now, random)
    this.tokens = new Tokens(store, this.writes, world, now, random)
    this.loginCodes = new LoginCodes(world, now, random)
    this.quotas = new Quotas(world.quotas, now)
    this.delayedTasks = new DelayedTasks(store, options.onDelayedTask)
    this.customerWindows = new CustomerWindows(store, now)
    this.cloudIds = new CloudIds({ store, writes: this.writes, appid: world.appid, clock, random })
    this.push = new MessagePush({
      targets: world.messagePush,
      tries: world.behaviour.pushTries,
      clock,
      faults: options.faults,
      deliver: options.deliver,
    })
    const templates = new Templates(world, store)
    const subscriptions = new Subscriptions(store)
    this.prompts = new Prompts(this.writes, templates, subscriptions, this.push, world.behaviour)
    this.desk = {
      world,
      clock,
      random,
      people: this.people,
      templates,
      pages: this.pages,
      subscriptions,
      messages: this.messages,
      formIds: this.formIds,
      customerWindows: this.customerWindows,
      delayedTasks: this.delayedTasks,
    }
  }

  /** Whether there is such an open API (by its cloud call name). */
  has(api: string): boolean {
    return this.openApis.has(api)
  }

  /** Calls an open API by its cloud call name, with WeChat's own parameter names; gives WeChat's JSON. */
  async call(api: string, params: Record<string, unknown>, door: 'cloud' | 'https'): Promise<string> {
    const openApi = this.openApis.get(api)
    if (openApi === undefined) throw new Error(`${api} is not an open API`)
    try {
      const { reply = {}, message } = await this.run(openApi, params, door)
      this.options.onAnswer(api, 0)
      if (message !== undefined) this.deliver(message)
      const { msgid, ...rest } = reply
      const isShown = door === 'https' || this.options.world.behaviour.cloudCallReturnsMsgid
      return replyJson(msgid !== undefined && isShown ? { ...rest, msgid } : rest)
    } catch (error) {
      if (!(error instanceof WeChatError)) throw error
      this.options.onAnswer(api, error.errcode)
      return this.refusal(error)
    }
  }

  /** The person did something that lets the account write to him; `text` is what he wrote. */
  async openCustomerWindow(openid: string, act: CustomerAct, text: string): Promise<void> {
    await this.writes.run(() => this.customerWindows.open(openid, act))
    if (act === 'message') this.push.written(openid, text, decimal(this.options.random, 17))
    if (act === 'enter') this.push.entered(openid)
  }

  /** What a submitted form, or a payment, gives. Forms of today give a text that pays for nothing (wechat.md §4.1). */
  formId(openid: string, kind: 'form' | 'payment'): Promise<string> {
    const isMock = kind === 'form' && this.options.world.era === 'today'
    return isMock ? Promise.resolve(MOCK_FORM_ID) : this.formIds.issue(openid, kind)
  }

  /** WeChat's JSON for an error. */
  refusal(error: WeChatError): string {
    return errorJson(error, this.options.random)
  }

  private async run(
    openApi: OpenApi,
    params: Record<string, unknown>,
    door: 'cloud' | 'https',
  ): Promise<Done> {
    this.quotas.takeApi(openApi.name, door)
    const { touser } = params
    if (openApi.name !== 'subscribeMessage.send')
      return this.writes.run(() => openApi.call(this.desk, params))
    if (this.options.world.behaviour.concurrentSendsAreRefused && this.underWay.has(touser))
      throw new WeChatError(43108)
    this.underWay.add(touser)
    try {
      const { sendTakesMs } = this.options.world.behaviour
      if (sendTakesMs > 0) await sleep(sendTakesMs, undefined, { ref: false })
      return await this.writes.run(() => openApi.call(this.desk, params))
    } finally {
      this.underWay.delete(touser)
    }
  }

  private deliver(message: Message): void {
    this.options.onMessage(message)
    if (message.channel === 'subscribe') this.push.sent(message.openid, message.templateId, message.msgid)
  }
}
