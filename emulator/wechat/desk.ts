import type { Clock } from '../clock'
import type { World } from '../world'
import type { CustomerWindows } from './customer-windows'
import type { DelayedTasks } from './delayed-tasks'
import type { ApiReply } from './errcodes'
import type { FormIds } from './form-ids'
import type { Message, Messages } from './messages'
import type { Pages } from './pages'
import type { People } from './people'
import type { Subscriptions } from './subscriptions'
import type { Templates } from './templates'

/** WeChat's side as an open API sees it: each runs in the transaction that is open. */
export interface Desk {
  world: World
  clock: Clock
  random: () => number
  people: People
  pages: Pages
  templates: Templates
  subscriptions: Subscriptions
  messages: Messages
  formIds: FormIds
  customerWindows: CustomerWindows
  delayedTasks: DelayedTasks
}

/** What an open API did: fields of its reply beside errcode 0, and the message it delivered. */
export interface Done {
  reply?: ApiReply
  message?: Message
}

/** An open API by its names on both doors. */
export interface OpenApi {
  /** The cloud call's name, which config.json permits. */
  name: string
  /** The path of the HTTPS call. */
  path: string
  method: 'GET' | 'POST'
  source: string
  /** Takes WeChat's own parameter names; throws a WeChatError before it writes anything. */
  call: (desk: Desk, params: Record<string, unknown>) => Done
}
