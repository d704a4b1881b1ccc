/** core on memory ports: a stepped clock, a WeChat that counts grants, and an order of calls that can be cut short. */
import { MemoryStore } from '../../adapters/memory/store'
import { MemoryTemplates } from '../../adapters/memory/templates'
import type { WxContext } from '../../core/caller'
import { Catalogue, type TemplateFile } from '../../core/template/catalogue'
import type { Action, InputOf, Outputs, Reply } from '../../core/contract'
import type {
  Clock,
  Log,
  OpenApi,
  OutgoingMessage,
  Ports,
  SendAnswer,
  Store,
  TextVerdict,
  TypedText,
} from '../../core/ports'
import type { Service } from '../../core/request'
import { answer } from '../../core/service'
import { settingsOf } from '../../core/settings'
import { templates } from '../../templates'

export const APPID = 'wx5a1e0c7d9b3f2468'
export const OWNER = 'oChenDianzhang'
export const ALICE = 'oAliceSubscriber'

export class SteppedClock implements Clock {
  constructor(private time = Date.UTC(2026, 10, 21, 7, 30)) {}
  now = () => this.time
  monotonic = () => this.time
  advance(ms: number) {
    this.time += ms
  }
  async sleep(ms: number) {
    this.advance(ms)
  }
}

/** WeChat at the port: one accept is one message; what it delivered is what people saw. */
export class CountingWeChat implements OpenApi {
  readonly templates = new MemoryTemplates()
  readonly delivered: OutgoingMessage[] = []
  readonly asked: OutgoingMessage[] = []
  /** Answers given before any counting, first come first served. */
  readonly answers: SendAnswer[] = []
  /** Texts that were shown to the check, and words that it takes offence at. */
  readonly checked: TypedText[] = []
  readonly sensitive: string[] = []
  /** Verdicts given before any look, first come first served. */
  readonly verdicts: TextVerdict[] = []
  /** FormIds and what is left of them; only where there are any are template messages taken. */
  readonly formIds = new Map<string, { openid: string; uses: number }>()
  isWithdrawn = false
  private readonly grants = new Map<string, number>()

  grant(openid: string, templateId: string, count = 1) {
    const key = `${openid} ${templateId}`
    this.grants.set(key, (this.grants.get(key) ?? 0) + count)
  }

  async send(message: OutgoingMessage): Promise<SendAnswer> {
    this.asked.push(message)
    const scripted = this.answers.shift()
    if (scripted) return scripted
    if (message.channel === 'template') return this.byFormId(message)
    if (message.channel === 'customer') return this.accept(message)
    const key = `${message.openid} ${message.templateId}`
    const left = this.grants.get(key) ?? 0
    if (left === 0) return { code: 43101, text: 'user refuse to accept the msg' }
    this.grants.set(key, left - 1)
    return this.accept(message)
  }

  async check(text: TypedText): Promise<TextVerdict> {
    this.checked.push(text)
    const isRisky = this.sensitive.some((word) => text.content.includes(word))
    return this.verdicts.shift() ?? { suggest: isRisky ? 'risky' : 'pass' }
  }

  private byFormId(message: OutgoingMessage): SendAnswer {
    if (this.isWithdrawn) return { code: 45103, text: 'This API has been unsupported' }
    const formId = this.formIds.get(message.formId ?? '')
    if (formId?.openid !== message.openid) return { code: 41028, text: 'invalid form id' }
    if (formId.uses === 0) return { code: 41029, text: 'form id used count reach limit' }
    formId.uses -= 1
    return this.accept(message)
  }

  private accept(message: OutgoingMessage): SendAnswer {
    this.delivered.push(message)
    return { code: 0, text: 'ok', msgid: `98${String(this.delivered.length).padStart(17, '0')}` }
  }
}

/** A store whose every call goes through `around`, which is told the method and the collection. */
export function wrapped(store: Store, around: <T>(call: string, run: () => Promise<T>) => Promise<T>): Store {
  return {
    get: (collection, id) => around(`get ${collection}`, () => store.get(collection, id)),
    find: (collection, find) => around(`find ${collection}`, () => store.find(collection, find)),
    insert: (collection, doc) => around(`insert ${collection}`, () => store.insert(collection, doc)),
    insertAll: (collection, docs) =>
      around(`insertAll ${collection}`, () => store.insertAll(collection, docs)),
    update: (collection, where, change) =>
      around(`update ${collection}`, () => store.update(collection, where, change)),
    remove: (collection, where) => around(`remove ${collection}`, () => store.remove(collection, where)),
  }
}

/** A store that tells each of its calls: `find lanes`. */
export const counted = (store: Store, told: (call: string) => void) =>
  wrapped(store, (call, run) => {
    told(call)
    return run()
  })

/** Thrown by a store whose process has died: nothing after it happens. */
export class Died extends Error {}

/** A store that dies at call number `calls` and at all after it: before the effect, or after it (a lost answer). */
export function mortal(
  store: Store,
  calls: number,
  dies: 'before' | 'after',
): { store: Store; made: () => number } {
  let made = 0
  const dying = wrapped(store, async (_call, run) => {
    made += 1
    if (made > calls || (made === calls && dies === 'before')) throw new Died()
    const result = await run()
    if (made === calls) throw new Died()
    return result
  })
  return { store: dying, made: () => made }
}

export interface Given {
  clock: SteppedClock
  store: MemoryStore
  wechat: CountingWeChat
  logged: { message: string; error?: unknown }[]
  /** When wake-ups that were asked for would come. */
  woken: number[]
  service: Service
  /** Answers one call; `wake` is off unless asked for, so that a test ticks when it wants to. */
  call<A extends Action>(
    action: A,
    input: InputOf<A>,
    context?: WxContext,
    store?: Store,
  ): Promise<Reply<Outputs[A]>>
  tick(store?: Store): Promise<Reply<Outputs['dispatch.tick']>>
}

const phone = (openid: string): WxContext => ({ OPENID: openid, APPID, SOURCE: 'wx_client' })
export const as = {
  alice: phone(ALICE),
  owner: phone(OWNER),
  phone,
  tool: { SOURCE: 'wx_http' },
  timer: { SOURCE: 'wx_trigger' },
}

export function given({
  wakes = false,
  env = {},
  files = templates,
}: {
  wakes?: boolean
  env?: Record<string, string>
  /** Template files, where those of this repository do not do. */
  files?: readonly TemplateFile[]
} = {}): Given {
  const clock = new SteppedClock()
  const store = new MemoryStore(clock)
  const wechat = new CountingWeChat()
  const logged: Given['logged'] = []
  const log: Log = {
    info: (message) => void logged.push({ message }),
    error: (message, error) => void logged.push({ message, error }),
  }
  const woken: Given['woken'] = []
  let made = 0
  const random = () => `random${(made += 1)}`
  const opened = {
    catalogue: new Catalogue(files),
    settings: settingsOf({ HONGYAN_OWNER: OWNER, HONGYAN_LANES: '2', ...env }),
  }
  const open = () => opened
  const ports: Ports = {
    store,
    openApi: wechat,
    clock,
    random,
    log,
    wake: {
      wake: async () => void (wakes && (await tick())),
      wakeAt: async (delayMs) => void woken.push(clock.now() + delayMs),
    },
  }
  const answerWith = <A extends Action>(with_: Ports, action: A, input: InputOf<A>, context: WxContext) =>
    answer<A>({ ports: with_, open }, [action], { action, input, lang: 'en' }, context)
  const tick = (other: Store = store) => answerWith({ ...ports, store: other }, 'dispatch.tick', {}, as.timer)
  return {
    clock,
    store,
    wechat,
    logged,
    woken,
    service: { ports, ...open() },
    call: (action, input, context = as.alice, other: Store = store) =>
      answerWith({ ...ports, store: other }, action, input, context),
    tick,
  }
}

/** The data of a reply that must be one. */
export function dataOf<T>(reply: Reply<T>): T {
  if (reply.ok) return reply.data
  throw new Error(`refused: ${reply.error.code} ${reply.error.message}`)
}

/** The error of a reply that must be a refusal. */
export function errorOf<T>(reply: Reply<T>) {
  if (!reply.ok) return reply.error
  throw new Error(`not refused: ${JSON.stringify(reply.data)}`)
}
