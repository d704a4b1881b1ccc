/** What WeChat pushes about subscriptions (wechat.md §6): written down once, and then acted on. */
import * as z from 'zod'
import type { Catalogue } from '../template/catalogue'
import { answerSchema, type Openid, type ParsedInputOf } from '../contract'
import { ServiceError } from '../errors'
import { type Act, hear } from '../conversation/conversations'
import { grant, revokeByEvent } from './grants'
import type { Doc, Ports } from '../ports'
import { settleByReceipt } from '../delivery/receipts'
import type { Settings } from '../settings'

/** One item of an event: one template. Fields are there where the type has them. */
export type PushedEvent = Doc & {
  type: 'popup' | 'change' | 'sent' | 'written' | 'entered' | 'other'
  openid: Openid
  /** When it happened by WeChat's clock, in whole seconds: epoch ms. */
  at: number
  receivedAt: number
  /** What follows from it has been done. */
  applied: boolean
  templateId?: string
  /** Our key, where the template is one of ours. */
  template?: string
  /** popup and change: `accept`, `reject`, or what WeChat may come to say. */
  answer?: string
  /** change: grants that were taken away. */
  revoked?: number
  /** sent: the message, and 0 where it reached the person. */
  msgid?: string
  code?: number
  /** sent: the page whose doubt it settled. */
  settles?: string
  /** other: the event as it came, cut to a size. */
  text?: string
}

type Details = Pick<PushedEvent, 'type' | 'templateId' | 'answer' | 'msgid' | 'code' | 'text'>

/** Numbers where samples have texts, and texts where they have numbers (wechat.md §6). */
const textSchema = z.union([z.string(), z.number()]).transform(String).pipe(z.string().min(1).max(128))
/** `List` is an object where there is one item (wechat.md §6). */
const listOf = (item: z.ZodType<Details>) => z.union([z.array(item).min(1), item.transform((only) => [only])])

const answered = (type: 'popup' | 'change') =>
  listOf(
    z
      .looseObject({ TemplateId: textSchema, SubscribeStatusString: textSchema })
      .transform(({ TemplateId: templateId, SubscribeStatusString: answer }) => ({
        type,
        templateId,
        answer,
      })),
  )
const sent = listOf(
  z
    .looseObject({ TemplateId: textSchema, MsgID: textSchema, ErrorCode: z.coerce.number().int() })
    .transform(({ TemplateId: templateId, MsgID: msgid, ErrorCode: code }) => ({
      type: 'sent' as const,
      templateId,
      msgid,
      code,
    })),
)

/** The events, and the field that wraps `List` in the XML form, which libraries keep in JSON too. */
const kinds: Readonly<Record<string, { wrapper: string; list: z.ZodType<Details[]> }>> = {
  subscribe_msg_popup_event: { wrapper: 'SubscribeMsgPopupEvent', list: answered('popup') },
  subscribe_msg_change_event: { wrapper: 'SubscribeMsgChangeEvent', list: answered('change') },
  subscribe_msg_sent_event: { wrapper: 'SubscribeMsgSentEvent', list: sent },
}
const wrappedSchema = z.looseObject({ List: z.unknown() })

/** What a person does in customer service opens the conversation; what they wrote is not kept. */
function actOf({ MsgType, Event }: Input): Act | undefined {
  if (MsgType !== 'event') return 'written'
  return Event === 'user_enter_tempsession' ? 'entered' : undefined
}

/** How much of an unknown event is kept. */
const KEPT_TEXT = 2_000

/** The items of an event; one that is `other` where it is none of the three, or none that can be read. */
function itemsOf(input: Input): Details[] {
  const act = actOf(input)
  if (act) return [{ type: act, msgid: textSchema.safeParse(input['MsgId']).data }]
  const kind = kinds[input.Event]
  const list = input['List'] ?? wrappedSchema.safeParse(kind && input[kind.wrapper]).data?.List
  const items = kind?.list.safeParse(list).data
  if (items) return items
  const { userInfo: _userInfo, tcbContext: _tcbContext, ...rest } = input
  return [{ type: 'other', text: JSON.stringify(rest).slice(0, KEPT_TEXT) }]
}

type Input = ParsedInputOf<'event.receive'>
export type EventPorts = Pick<Ports, 'store' | 'clock'>

/**
 * Writes an event down and does what follows from it; a repeat, or one that broke off half way, comes to the same.
 * Unknown events are kept and acknowledged. Throws INPUT_INVALID where the event is of another person than the call.
 */
export async function receive(
  ports: EventPorts,
  catalogue: Catalogue,
  settings: Settings,
  { openid, appid }: { openid: Openid; appid: string },
  input: Input,
): Promise<{ received: boolean }> {
  const { FromUserName, CreateTime, MsgType, Event } = input
  if (FromUserName !== openid) {
    const facts = { allowed: [openid], got: FromUserName }
    const fault = { path: 'input.FromUserName', problem: 'not-listed', facts }
    throw new ServiceError('INPUT_INVALID', { action: 'event.receive' }, [fault])
  }
  const keys = new Map(
    catalogue.offered(appid).map(({ template, templateId }) => [templateId, template.definition.key]),
  )
  let received = false
  for (const details of itemsOf(input)) {
    const { templateId = '', msgid = '' } = details
    const template = keys.get(templateId)
    const event: PushedEvent = {
      // What WeChat pushes again has the same (wechat.md §6).
      _id: `${openid}:${CreateTime}:${Event || MsgType}:${templateId}:${msgid}`,
      ...details,
      ...(template !== undefined && { template }),
      openid,
      at: CreateTime * 1_000,
      receivedAt: ports.clock.now(),
      applied: false,
    }
    received = (await once(ports, settings, event)) || received
  }
  return { received }
}

/** True where the event is new. */
async function once(ports: EventPorts, settings: Settings, event: PushedEvent): Promise<boolean> {
  const { store } = ports
  if (event.type === 'sent') return receipt(ports, settings, event)
  const follows = following(event)
  const isNew = await store.insert('events', { ...event, applied: follows === undefined })
  if (follows === undefined) return isNew
  const known = isNew ? event : ((await store.get<PushedEvent>('events', event._id)) ?? event)
  if (known.applied) return false
  const facts = await follows(ports, settings.lanes, known)
  await store.update('events', { _id: event._id }, { set: { ...facts, applied: true } })
  return isNew
}

/** One for each message: written once, and looked at again when it is pushed again; what it settles it says itself. */
async function receipt(ports: EventPorts, settings: Settings, event: PushedEvent): Promise<boolean> {
  const { template } = event
  const isNew = await ports.store.insert('events', { ...event, applied: true })
  if (template === undefined || !settings.receipts) return isNew
  const known = isNew ? event : ((await ports.store.get<PushedEvent>('events', event._id)) ?? event)
  await settleByReceipt(ports, settings.lanes, { ...known, template })
  return isNew
}

type Ours = PushedEvent & { template: string }
type Follow<E> = (ports: EventPorts, lanes: number, event: E) => Promise<{ revoked?: number }>

/** Of one template a person has one event of a type in a second: no two prompts can be answered that fast. */
const toldOf = ({ openid, template, at, type }: Ours) => ({
  openid,
  template,
  at,
  promptId: `${type}:${at / 1_000}`,
})

/** What follows from an event; undefined where nothing does. Each can be repeated. */
function following({ type, template }: PushedEvent): Follow<PushedEvent> | undefined {
  if (type === 'written' || type === 'entered') return heard(type)
  const ofTemplate = follow[type]
  if (ofTemplate === undefined || template === undefined) return undefined
  return (ports, lanes, event) => ofTemplate(ports, lanes, { ...event, template })
}

const heard =
  (act: Act): Follow<PushedEvent> =>
  async (ports, _lanes, { openid, at }) => {
    await hear(ports, openid, act, at)
    return {}
  }

/** By type, of templates that are ours. */
const follow: { [type in PushedEvent['type']]?: Follow<Ours> } = {
  async popup(ports, lanes, event) {
    const answer = answerSchema.safeParse(event.answer).data
    if (answer !== undefined) await grant(ports, lanes, { ...toldOf(event), by: 'event', answer })
    return {}
  },
  async change(ports, lanes, event) {
    // Only refusals are pushed today; an accept in the settings is no grant of a message (wechat.md §6).
    if (event.answer !== 'reject') return {}
    return { revoked: await revokeByEvent(ports, lanes, toldOf(event)) }
  },
}
