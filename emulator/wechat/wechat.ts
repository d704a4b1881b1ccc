import type { Clock } from '../clock'
import type { World } from '../world'
import { errorJson, replyJson, WeChatError } from './errcodes'
import { FormIds } from './form-ids'
import { GroupCommit } from './group-commit'
import { type Message, Messages } from './messages'
import { Pages } from './pages'
import { People } from './people'
import { Prompts } from './prompts'
import type { Store } from './store'
import { sendSubscribeMessage } from './subscribe-message'
import { Subscriptions } from './subscriptions'
import { sendTemplateMessage } from './template-message'
import { Templates } from './templates'
import { Tokens } from './tokens'

export interface WeChatOptions {
  world: World
  store: Store
  pages: readonly string[]
  clock: Clock
  random: () => number
  onMessage: (message: Message) => void
  /** Hears the errcode of each answered call. */
  onAnswer: (api: string, errcode: number) => void
}

/** An open API: what it delivered, in the transaction that is open. */
type OpenApi = (params: Record<string, unknown>) => Message

/** WeChat's side: the account, its people, what they granted and received, and the open APIs. */
export class WeChat {
  readonly people: People
  readonly prompts: Prompts
  readonly messages: Messages
  readonly formIds: FormIds
  readonly tokens: Tokens
  readonly pages: Pages
  private readonly writes: GroupCommit
  private readonly openApis: ReadonlyMap<string, OpenApi>

  constructor(private readonly options: WeChatOptions) {
    const { world, store, clock, random } = options
    const { behaviour, era } = world
    const now = (): number => clock.now()
    this.writes = new GroupCommit(store)
    this.people = new People(world)
    this.pages = new Pages(options.pages)
    this.messages = new Messages(store)
    this.formIds = new FormIds(store, this.writes, now, random)
    this.tokens = new Tokens(store, this.writes, world, now, random)
    const templates = new Templates(world)
    const subscriptions = new Subscriptions(store)
    this.prompts = new Prompts(this.writes, templates, subscriptions, behaviour)
    const desk = {
      clock,
      behaviour,
      era,
      people: this.people,
      templates,
      pages: this.pages,
      subscriptions,
      messages: this.messages,
      formIds: this.formIds,
    }
    this.openApis = new Map<string, OpenApi>([
      ['subscribeMessage.send', (params) => sendSubscribeMessage(desk, params)],
      ['templateMessage.send', (params) => sendTemplateMessage(desk, params)],
    ])
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
      const message = await this.writes.run(() => openApi(params))
      this.options.onMessage(message)
      this.options.onAnswer(api, 0)
      const isShown = door === 'https' || this.options.world.behaviour.cloudCallReturnsMsgid
      return replyJson(message.channel === 'subscribe' && isShown ? { msgid: BigInt(message.msgid) } : {})
    } catch (error) {
      if (!(error instanceof WeChatError)) throw error
      this.options.onAnswer(api, error.errcode)
      return errorJson(error, this.options.random)
    }
  }

  /** WeChat's JSON for an error. */
  refusal(error: WeChatError): string {
    return errorJson(error, this.options.random)
  }
}
