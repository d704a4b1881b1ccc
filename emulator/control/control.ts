import * as z from 'zod'
import type { EmulatorClock } from '../clock'
import { type Faults, faultsSchema } from '../faults'
import type { Functions } from '../functions/functions'
import type { Timers } from '../functions/timers'
import { type Answer, type Call, json, jsonText, RequestError } from '../http'
import { parseJson } from '../json-text'
import type { Stats } from '../stats'
import type { WeChat } from '../wechat/wechat'
import type { World } from '../world'
import { callFunction, callSchema } from './phone-calls'

/** What the emulator's own interface needs of its parts. */
export interface ControlParts {
  world: World
  clock: EmulatorClock
  functions: Functions
  timers: Timers
  wechat: WeChat
  stats: Stats
  faults: Faults
  documents: DataView
}

/** What the studio shows of the database. */
export interface DataView {
  has(collection: string): boolean
  collections(): readonly { name: string }[]
  sample(collection: string, limit: number): unknown[]
}

/** Documents that one look at a collection shows. */
const SAMPLE_SIZE = 100

type Handler = (parts: ControlParts, call: Call) => Answer | Promise<Answer>

const choice = z.enum(['accept', 'reject'])
// Wrong ids are WeChat's to judge (10001, 10004, 20001 …), so anything may come.
const promptOpenSchema = z.strictObject({
  openid: z.string(),
  tmplIds: z.unknown(),
  baseLibrary: z.string().optional(),
})
const promptSchema = z.strictObject({
  openid: z.string(),
  tmplIds: z.unknown(),
  answers: z.record(z.string(), choice).default({}),
  keep: z.boolean().default(false),
})
const settingsSchema = z.strictObject({
  mainSwitch: z.boolean().optional(),
  itemSettings: z.record(z.string(), choice.nullable()).optional(),
})
/** The end of the year 9999: later moments are written with more digits, which few programs read. */
const END_OF_TIME = 253_402_300_799_999
const clockSchema = z.union([
  z.strictObject({ advanceMs: z.number().min(0).max(END_OF_TIME) }),
  z.strictObject({ now: z.int().min(0).max(END_OF_TIME) }),
])
const formIdSchema = z.strictObject({ openid: z.string(), kind: z.enum(['form', 'payment']).default('form') })
const grantsSchema = z.strictObject({
  openids: z.array(z.string()).optional(),
  tmplId: z.string(),
  count: z.int().min(1).max(10_000).default(1),
})
const personSchema = z.strictObject({ openid: z.string() })
const cloudIdSchema = z.strictObject({ openid: z.string(), data: z.record(z.string(), z.unknown()) })
const customerSchema = z.strictObject({
  openid: z.string(),
  act: z.enum(['message', 'enter', 'menu', 'follow', 'scan']),
  text: z.string().min(1).max(600).default('您好'),
})

/** The emulator's own interface, `/_emulator/…`: what phones, the studio, tests and tools use. */
export const CONTROL: Record<string, Handler> = {
  'POST /_emulator/call': async (parts, call) => {
    const reply = await callFunction(parts, bodyOf(call, callSchema))
    if (!reply.ok) return json(reply)
    // The result is JSON text already: it goes in as it is.
    const { result, ...rest } = reply
    return jsonText(`${JSON.stringify(rest).slice(0, -1)},"result":${result}}`)
  },

  'GET /_emulator/world': ({ world, clock, functions, wechat }) =>
    json({
      appid: world.appid,
      env: world.env,
      miniprogramVersion: 'develop',
      people: wechat.people.list(),
      templates: world.templates,
      functions: functions.list().map(({ name, triggers, openapi, timeoutSeconds }) => ({
        name,
        triggers: triggers.map((trigger) => ({ name: trigger.name, config: trigger.config })),
        openapi: [...openapi],
        timeoutSeconds,
      })),
      pages: wechat.pages.list(),
      now: clock.now(),
    }),

  'POST /_emulator/prompt/open': ({ wechat }, call) => {
    const { openid, tmplIds } = bodyOf(call, promptOpenSchema)
    return json(wechat.prompts.open(personOf(wechat, openid), tmplIds))
  },

  'POST /_emulator/prompt': async ({ wechat }, call) => {
    const { openid, tmplIds, answers, keep } = bodyOf(call, promptSchema)
    return json(await wechat.prompts.answer(personOf(wechat, openid), tmplIds, answers, keep))
  },

  // Seeds many grants at once, for everybody unless people are named.
  'POST /_emulator/grants': async ({ wechat }, call) => {
    const { openids, tmplId, count } = bodyOf(call, grantsSchema)
    const people =
      openids?.map((openid) => personOf(wechat, openid)) ?? wechat.people.list().map((one) => one.openid)
    if (!(await wechat.prompts.seed(people, tmplId, count)))
      throw new RequestError(400, 'UNKNOWN_TEMPLATE', `there is no template ${tmplId}`)
    return json({ people: people.length, count })
  },

  'GET /_emulator/settings': ({ wechat }, call) =>
    json(wechat.prompts.settings(personOf(wechat, queryOf(call, 'openid')))),

  'POST /_emulator/settings': async ({ wechat }, call) => {
    const openid = personOf(wechat, queryOf(call, 'openid'))
    await wechat.prompts.changeSettings(openid, bodyOf(call, settingsSchema))
    return json(wechat.prompts.settings(openid))
  },

  'GET /_emulator/messages': ({ wechat }, call) => {
    const openid = call.query.get('openid')
    return json({
      messages: wechat.messages.read(openid === null ? undefined : personOf(wechat, openid), afterOf(call)),
    })
  },

  'POST /_emulator/formid': async ({ wechat }, call) => {
    const { openid, kind } = bodyOf(call, formIdSchema)
    return json({ formId: await wechat.formId(personOf(wechat, openid), kind) })
  },

  // wx.login.
  'POST /_emulator/login': ({ wechat, clock }, call) => {
    const openid = personOf(wechat, bodyOf(call, personSchema).openid)
    wechat.people.see(openid, clock.now())
    return json({ code: wechat.loginCodes.give(openid) })
  },

  'POST /_emulator/cloudid': async ({ wechat }, call) => {
    const { openid, data } = bodyOf(call, cloudIdSchema)
    return json({ cloudID: await wechat.cloudIds.issue(personOf(wechat, openid), data) })
  },

  'POST /_emulator/customer': async ({ wechat }, call) => {
    const { openid, act, text } = bodyOf(call, customerSchema)
    await wechat.openCustomerWindow(personOf(wechat, openid), act, text)
    return json({})
  },

  // For tests and tools: answers when WeChat has pushed everything that it was about to push.
  'POST /_emulator/settle': async ({ wechat }) => {
    await wechat.push.settled()
    return json({})
  },

  'POST /_emulator/clock': async ({ timers }, call) => {
    const move = bodyOf(call, clockSchema)
    const target = (now: number): number => {
      if ('now' in move) return move.now
      if (now + move.advanceMs <= END_OF_TIME) return now + move.advanceMs
      throw new RequestError(400, 'INVALID_BODY', 'advanceMs leads beyond the year 9999')
    }
    return json({ now: await timers.moveTo(target) })
  },

  'GET /_emulator/faults': ({ faults }) => json(faults.list()),

  'POST /_emulator/faults': ({ faults }, call) => {
    faults.set(bodyOf(call, faultsSchema))
    return json(faults.list())
  },

  'DELETE /_emulator/faults': ({ faults }) => {
    faults.clear()
    return json(faults.list())
  },

  'GET /_emulator/data': ({ documents }, call) => {
    const collection = call.query.get('collection')
    if (collection === null) return json({ collections: documents.collections() })
    if (!documents.has(collection))
      throw new RequestError(
        400,
        'UNKNOWN_COLLECTION',
        `there is no collection ${JSON.stringify(collection)}`,
      )
    return json({ documents: documents.sample(collection, SAMPLE_SIZE) })
  },

  'GET /_emulator/stats': ({ stats }) => json(stats.read()),

  'GET /_emulator/instances': ({ functions }) => json({ instances: functions.instances() }),

  'GET /_emulator/logs': ({ functions }, call) => json({ logs: functions.log.after(afterOf(call)) }),
}

/** A body checked by its schema; a fault is a RequestError that names the field. */
function bodyOf<Schema extends z.ZodType>(call: Call, schema: Schema): z.output<Schema> {
  let value: unknown
  try {
    value = parseJson(call.body.toString('utf8'))
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new RequestError(400, 'NOT_JSON', `the body (${call.body.length} bytes) is not JSON: ${why}`)
  }
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const field = (issue?.path ?? []).map(String).join('.')
  throw new RequestError(
    400,
    'INVALID_BODY',
    `${field === '' ? 'the body' : field}: ${issue?.message ?? 'not valid'}`,
  )
}

function personOf(wechat: WeChat, openid: string): string {
  if (!wechat.people.has(openid))
    throw new RequestError(400, 'UNKNOWN_PERSON', `openid ${openid} is none of the world's people`)
  return openid
}

function queryOf(call: Call, name: string): string {
  const value = call.query.get(name)
  if (value === null) throw new RequestError(400, 'INVALID_QUERY', `${name} is missing from the query`)
  return value
}

/** `after`, an id from which on rows are wanted; 0 when it is not given. */
function afterOf(call: Call): number {
  const value = Number(call.query.get('after') ?? 0)
  if (!Number.isSafeInteger(value) || value < 0)
    throw new RequestError(
      400,
      'INVALID_QUERY',
      `after is ${call.query.get('after')}; wanted a whole number from 0`,
    )
  return value
}
