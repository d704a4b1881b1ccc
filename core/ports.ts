/** What core needs from the world. Adapters implement these; every one comes in as an argument. */
import type {
  AccountTemplate,
  Category,
  Language,
  LibraryKeyword,
  LibraryTitle,
  MiniprogramState,
} from './contract'

/** What the store holds: JSON. Times are epoch milliseconds, except in fields written by ServerTime. */
export type Value = string | number | boolean | null | Value[] | { [key: string]: Value | undefined }
export type Doc = { _id: string } & { [field: string]: Value | undefined }

/**
 * The database's own time plus an offset, resolved by the database: the holder of a lease and its taker-over must
 * read one clock. A field written with it may only be compared with it.
 */
export class ServerTime {
  constructor(readonly offsetMs: number = 0) {}
}

/** A document to insert: its top-level fields may be ServerTime. */
export type NewDoc = { _id: string } & { [field: string]: Value | ServerTime | undefined }

/** A condition other than equality. A class, so that an embedded document is never mistaken for one. */
export class Test {
  constructor(
    readonly op: 'ne' | 'lt' | 'lte' | 'gt' | 'gte' | 'in' | 'between',
    readonly value: Value | ServerTime,
  ) {}
}
export const ne = (value: Value) => new Test('ne', value)
export const lt = (value: Value | ServerTime) => new Test('lt', value)
export const lte = (value: Value) => new Test('lte', value)
export const gt = (value: Value) => new Test('gt', value)
export const gte = (value: Value) => new Test('gte', value)
export const oneOf = (values: readonly Value[]) => new Test('in', [...values])
/** After the first and before the second, neither included: a range of ids. */
export const between = (after: string, before: string) => new Test('between', [after, before])

/** Field (dots reach inside) to the value it must equal (in an array: contain) or the test it must pass. */
export type Where = Record<string, Value | Test>

/** What an update does, each part by field. `set` replaces whole values; `push` keeps the last `keep` items. */
export interface Change {
  set?: Record<string, Value | ServerTime>
  inc?: Record<string, number>
  min?: Record<string, number>
  push?: Record<string, { value: Value; keep: number }>
  /** Fields (dots reach inside) that are taken away. */
  unset?: string[]
}

export interface Find {
  where: Where
  order?: [field: string, direction: 'asc' | 'desc'][]
  /** At most 1000: a function's `get` is clamped there (wechat.md §8). */
  limit: number
  /** Only these fields, and `_id`; dots reach inside. All where it is left out. */
  fields?: readonly string[]
}

/** The document database. Only what CloudBase really has: an insert that refuses, a conditional update, its own time. */
export interface Store {
  get<T extends Doc>(collection: string, id: string): Promise<T | null>
  find<T extends Doc>(collection: string, find: Find): Promise<T[]>
  /** False where a document with this `_id` is there already; nothing is written then. */
  insert(collection: string, doc: NewDoc): Promise<boolean>
  /**
   * Inserts those whose `_id` is not there yet and leaves the others as they are: afterwards each is there once. No
   * transaction: where it throws, some may be there. 1000 at most.
   */
  insertAll(collection: string, docs: readonly NewDoc[]): Promise<void>
  /** How many documents met `where` and were updated, each atomically. */
  update(collection: string, where: Where, change: Change): Promise<number>
  remove(collection: string, where: Where): Promise<number>
}

/** One message on its way to WeChat. */
export interface OutgoingMessage {
  openid: string
  /** Where it is no subscribe message: a template message of old, or one of customer service. */
  channel?: 'template' | 'customer'
  /** WeChat's template id for the appid; empty in customer service. */
  templateId: string
  /** Values by keyword; in customer service the message itself: its `kind` and its fields. */
  data: Record<string, string>
  page?: string
  /** Of template messages: what pays for it, and the keyword that is printed large. */
  formId?: string
  emphasis?: string
  language: Language
  miniprogramState: MiniprogramState
}

/** WeChat's answer, or the error code of whatever stood between (wechat.md §1.3, §11). 0 = accepted. */
export interface SendAnswer {
  code: number
  text: string
  msgid?: string
}

/** Text, and who typed it: WeChat judges by person. */
export interface TypedText {
  openid: string
  /** 2500 characters at the most. */
  content: string
}

/** WeChat's judgement; or the code of whatever stood between. */
export type TextVerdict = { suggest: 'pass' | 'review' | 'risky' } | { code: number; text: string }

export interface OpenApi {
  /** Never rejects: what goes wrong is an answer with a code. */
  send(message: OutgoingMessage): Promise<SendAnswer>
  /** WeChat's security check. Never rejects. */
  check(text: TypedText): Promise<TextVerdict>
  readonly templates: TemplateLibrary
}

/**
 * The account's templates and the public library (wechat.md §3). What WeChat refuses rejects with WECHAT_REFUSED, and so
 * does what got lost on the way: whether a template was added is then told by the list.
 */
export interface TemplateLibrary {
  list(): Promise<AccountTemplate[]>
  categories(): Promise<Category[]>
  /** `limit` is 30 at the most; `count` is how many there are in all. */
  titles(page: { categories: readonly number[]; start: number; limit: number }): Promise<{
    count: number
    titles: LibraryTitle[]
  }>
  keywords(tid: string): Promise<LibraryKeyword[]>
  /** Gives the id of the new template. */
  add(wanted: { tid: string; keywords: readonly number[]; scene: string }): Promise<string>
  remove(templateId: string): Promise<void>
}

export interface Clock {
  /** Epoch milliseconds. */
  now(): number
  /** Milliseconds that only grow, whatever happens to the wall clock. */
  monotonic(): number
  sleep(ms: number): Promise<void>
}

/** A random string of letters and digits, unique for all practical purposes. */
export type Random = () => string

export interface Log {
  info(message: string, facts?: Record<string, unknown>): void
  error(message: string, error: unknown, facts?: Record<string, unknown>): void
}

/** Asks `dispatch` to work these lanes now. Best effort: the timer is the safety net. */
export interface Wake {
  wake(lanes: readonly number[], timeoutMs: number): Promise<void>
  /** Asks for a tick of all lanes that are due then, in so many milliseconds. */
  wakeAt(delayMs: number): Promise<void>
}

/** Keeps what nobody may read in the database. `of` names whom it is of: it opens for them alone. */
export interface Secrets {
  seal(text: string, of: string): string
  /** Null where it was sealed with another key, of somebody else, or was changed. */
  open(sealed: string, of: string): string | null
}

/** The data of each cloudID in the order asked, or WeChat's code for the first that it refused (wechat.md §10). */
export type OpenDataAnswer = { data: Record<string, unknown>[] } | { code: number }

export interface OpenData {
  /** What WeChat has for cloudIDs of the person who calls. Never rejects: what goes wrong is a code. */
  ask(cloudIds: readonly string[]): Promise<OpenDataAnswer>
}

/** How a person logs in where CloudBase belongs to no Mini Program. */
export interface Logins {
  /** Whose a code of wx.login is, by WeChat's word; or an errcode of WeChat, or NOT_SENT. Never rejects. */
  exchange(code: string): Promise<{ openid: string } | { code: number; text: string }>
  /** Whether CloudBase takes it as an id. */
  mayHold(openid: string): boolean
  /** By which CloudBase knows its holder as this person. */
  ticket(openid: string): string
}

export interface Ports {
  store: Store
  openApi: OpenApi
  clock: Clock
  random: Random
  log: Log
  wake: Wake
  /** Absent where the deployment has no key. */
  secrets?: Secrets
  /** There in the function `login` alone. */
  logins?: Logins
  /** Absent where there are no cloud calls. */
  openData?: OpenData
}
