/** Setting, changing and cancelling a person's reminders: by the person, or by those who may send to them. */
import { checkTexts, type Typed, typedIn } from '../check/texts'
import { openidOf } from '../caller'
import type { Language, Openid, Outputs, ParsedInputOf, Reminder as Told } from '../contract'
import { ServiceError } from '../errors'
import { canonical, hash } from '../hash'
import { checkLanes, laneOf } from '../delivery/lanes'
import { paramsOf } from '../template/params'
import { DEFAULT_LANGUAGE, languageOf } from '../person/people'
import { lt, oneOf, type Value } from '../ports'
import { quotaId, readQuotas } from '../subscription/quotas'
import { following } from './recurrence'
import type { PersonRule, Reminder } from './reminder'
import { make, messageAt, withdrawAll } from './making'
import { keepRevisions, referenceTo } from '../template/reference'
import { templateAt } from '../template/revisions'
import { authorise } from '../roles'
import { LANGUAGES } from '../sentences'
import { plan } from './schedule'
import { audit, roleOf, type StaffCall } from '../staff'
import { leftOf } from '../subscription/subscription'
import type { Template } from '../template/template'
import { instantOf } from '../time'

const MINUTE = 60_000
/** What is due within this may be under way: a change or its clock could come too late for it. */
const UNDER_WAY_MS = MINUTE
/** Times that are told of each reminder. */
const TOLD = 3

export type ReminderCall = StaffCall

/**
 * People set reminders for themselves, of templates that are meant for it: of any other they could write themselves a
 * message that looks like ours. Everything else is for those who may send. Throws NOT_ALLOWED.
 */
async function mayFor(
  { caller, ports, settings }: ReminderCall,
  openid: Openid,
  template?: Template,
): Promise<void> {
  const isOwn = caller.kind === 'user' && caller.openid === openid
  if (isOwn && (!template || template.definition.reminder)) return
  const role = caller.kind === 'user' ? await roleOf(ports, settings, openidOf(caller)) : null
  authorise('send.one', caller, role)
}

/** Throws INPUT_INVALID where there is no such param, or none that could hold a time. */
export function checkTimeParam(template: Template, timeParam: string | null, action: string): void {
  if (timeParam === null) return
  const { properties } = template.definition.params
  const param = properties[timeParam]
  if (param?.type === 'string' && param.format !== undefined) return
  const allowed = Object.entries(properties).flatMap(([name, one]) =>
    one.type === 'string' && one.format !== undefined ? [name] : [],
  )
  throw new ServiceError('INPUT_INVALID', { action }, [
    {
      path: 'input.timeParam',
      problem: 'not-listed',
      facts: { allowed: allowed.join(', '), got: timeParam },
    },
  ])
}

async function checkLimit({ ports, settings }: ReminderCall, openid: Openid): Promise<void> {
  const max = settings.reminders
  const where = { openid, state: 'on' }
  const found = await ports.store.find('reminderRules', { where, limit: max, fields: ['_id'] })
  if (found.length >= max) throw new ServiceError('REMINDER_LIMIT', { openid, max })
}

type Wanted = ParsedInputOf<'reminder.preview'>

const receiverOf = ({ caller }: ReminderCall, { to }: Wanted): Openid => (to === 'me' ? openidOf(caller) : to)

/** What a reminder would be. Throws what `reminder.create` would refuse, but for its limit. */
async function checked(
  call: ReminderCall,
  openid: Openid,
  input: Wanted,
  action: 'reminder.create' | 'reminder.preview',
) {
  const { ports, catalogue } = call
  const template = catalogue.get(input.template)
  checkTimeParam(template, input.timeParam, action)
  const now = ports.clock.now()
  const { first, recurrence } = plan(input.schedule, input.zone, now, { action })
  // Who sets one for themselves and was never seen reads the language of the phone.
  const unseen: Language = input.to === 'me' ? LANGUAGES[call.lang] : DEFAULT_LANGUAGE
  const language: Language = (await languageOf(ports, openid)) ?? unseen
  const { timeParam, zone } = input
  const params = withoutTime(input.params, timeParam)
  const message = messageAt(template, { params, timeParam, zone }, first.at, language)
  return { template, now, first, recurrence, language, params, card: template.card(message, language) }
}

export async function previewReminder(
  call: ReminderCall,
  input: Wanted,
): Promise<Outputs['reminder.preview']> {
  const openid = receiverOf(call, input)
  await mayFor(call, openid, call.catalogue.get(input.template))
  const { template, first, recurrence, card } = await checked(call, openid, input, 'reminder.preview')
  const later = recurrence ? following(recurrence, first, Infinity, TOLD - 1) : []
  const id = quotaId(template.definition.key, laneOf(openid, call.settings.lanes), openid)
  const quotas = await readQuotas(call.ports, [id])
  return { next: [first, ...later].map(({ at }) => at), left: leftOf(template, quotas.get(id)), card }
}

/** Sets a reminder; the same key sets one. Everything is checked before anything is written. */
export async function createReminder(
  call: ReminderCall,
  input: ParsedInputOf<'reminder.create'>,
): Promise<Told> {
  const { ports, catalogue, settings, by } = call
  const { key, to: _to, ...wanted } = input
  const openid = receiverOf(call, input)
  await mayFor(call, openid, catalogue.get(input.template))
  const _id = hash(`reminder\n${by}\n${key}`, 32)
  const asked = hash(canonical({ openid, ...wanted }))
  const before = await ports.store.get<PersonRule>('reminderRules', _id)
  if (before) return again(call, before, asked)
  const { template, now, first, recurrence, language, params } = await checked(
    call,
    openid,
    input,
    'reminder.create',
  )
  const { timeParam, zone } = input
  await checkLimit(call, openid)
  await checkTexts(call, typedFor(call, openid, 'input.params', typedIn(template.definition, params)))
  await checkLanes(ports, settings.lanes)
  const rule: PersonRule = {
    _id,
    kind: 'person',
    openid,
    lane: laneOf(openid, settings.lanes),
    language,
    ...referenceTo(catalogue, template, call.appid()),
    params,
    timeParam,
    zone,
    schedule: input.schedule,
    recurrence,
    first,
    catchUp: input.catchUp,
    graceMs: input.graceMinutes * MINUTE,
    miniprogramState: input.miniprogramState,
    by,
    asked,
    createdAt: now,
    version: 1,
    state: 'on',
    made: false,
  }
  await keepRevisions(ports, catalogue, template)
  if (!(await ports.store.insert('reminderRules', rule)))
    return again(call, await requireRule(call, _id), asked)
  if (by !== openid) await audit(ports, by, 'reminder.create', { reminder: _id, openid })
  await make(ports, catalogue, settings, rule)
  return tellOne(call, rule)
}

/** Words that somebody typed for themselves, or staff for somebody. */
const typedFor = ({ caller }: ReminderCall, openid: Openid, path: string, texts: Typed['texts']): Typed => ({
  path,
  texts,
  by: caller.openid === openid ? 'user' : 'staff',
})

/** What fills the time in is not asked for. */
const withoutTime = (params: Record<string, unknown>, timeParam: string | null) =>
  paramsOf(Object.fromEntries(Object.entries(params).filter(([name]) => name !== timeParam)))

async function again(call: ReminderCall, rule: PersonRule, asked: string): Promise<Told> {
  if (rule.asked !== asked) throw new ServiceError('KEY_REUSED', { sendId: rule._id })
  if (!rule.made) await make(call.ports, call.catalogue, call.settings, rule)
  return tellOne(call, rule)
}

async function requireRule({ ports }: Pick<StaffCall, 'ports'>, id: string): Promise<PersonRule> {
  const rule = await ports.store.get<PersonRule>('reminderRules', id)
  if (rule?.kind === 'person') return rule
  throw new ServiceError('REMINDER_UNKNOWN', { reminder: id })
}

const reasons = {
  over: { zh: '它已经结束或取消', en: 'it has ended or was cancelled' },
  changed: { zh: '它已被修改，请重新读取', en: 'it was changed meanwhile; read it again' },
  now: { zh: '它正在发出，请一分钟后再试', en: 'it is going out now; try again in a minute' },
} as const

const refuse = (reminder: string, why: keyof typeof reasons): never => {
  throw new ServiceError('REMINDER_STATE', { reminder, reason: reasons[why] })
}

/** Changes what is named; the times stay as they are unless schedule or zone are among it. */
export async function changeReminder(
  call: ReminderCall,
  { reminder, version, change }: ParsedInputOf<'reminder.change'>,
): Promise<Told> {
  const { ports, catalogue, settings, by } = call
  const rule = await requireRule(call, reminder)
  await mayFor(call, rule.openid)
  if (rule.state !== 'on') refuse(reminder, 'over')
  if (rule.version !== version) refuse(reminder, 'changed')
  const now = ports.clock.now()
  const waiting = await ports.store.find<Reminder>('reminders', {
    where: { rule: reminder, state: 'waiting' },
    order: [['dueAt', 'asc']],
    limit: 1,
  })
  const [next] = waiting
  if (!next) return refuse(reminder, 'over')
  if (next.dueAt <= now + UNDER_WAY_MS) refuse(reminder, 'now')
  const { graceMinutes, schedule, zone = rule.zone, ...rest } = change
  const template = catalogue.get(change.template ?? rule.template)
  await mayFor(call, rule.openid, template)
  const timeParam = change.timeParam === undefined ? rule.timeParam : change.timeParam
  checkTimeParam(template, timeParam, 'reminder.change')
  const isMoved = schedule !== undefined || zone !== rule.zone
  const path = 'input.change.schedule'
  const planned = isMoved
    ? plan(schedule ?? rule.schedule, zone, now, { action: 'reminder.change', path })
    : { first: null, recurrence: rule.recurrence }
  const { channel: _channel, fallback: _fallback, ...stays } = rule
  const changed: PersonRule = {
    ...stays,
    ...rest,
    ...referenceTo(catalogue, template, call.appid()),
    params: withoutTime(change.params ?? rule.params, timeParam),
    timeParam,
    schedule: schedule ?? rule.schedule,
    zone,
    ...planned,
    graceMs: graceMinutes === undefined ? rule.graceMs : graceMinutes * MINUTE,
    version: version + 1,
    made: false,
  }
  messageAt(template, changed, planned.first?.at ?? next.at, rule.language)
  if (change.params) {
    const texts = typedIn(template.definition, changed.params)
    await checkTexts(call, typedFor(call, rule.openid, 'input.change.params', texts))
  }
  await keepRevisions(ports, catalogue, template)
  const { _id, ...fields } = changed
  const set = fields as Record<string, Value>
  const unset = ['channel', 'fallback'].filter((field) => !(field in set))
  if ((await ports.store.update('reminderRules', { _id, version, state: 'on' }, { set, unset })) === 0)
    refuse(reminder, 'changed')
  if (by !== rule.openid) await audit(ports, by, 'reminder.change', { reminder, openid: rule.openid })
  await make(ports, catalogue, settings, changed)
  return tellOne(call, changed)
}

/** Nothing of it comes any more; what is under way at this moment may still arrive. Repeatable. */
export async function cancelReminder(
  call: ReminderCall,
  { reminder }: ParsedInputOf<'reminder.cancel'>,
): Promise<Told> {
  const { ports, by } = call
  const rule = await requireRule(call, reminder)
  await mayFor(call, rule.openid)
  if (by !== rule.openid) await audit(ports, by, 'reminder.cancel', { reminder, openid: rule.openid })
  await ports.store.update('reminderRules', { _id: reminder }, { set: { state: 'cancelled' } })
  await withdrawAll(ports, reminder)
  return tellOne(call, { ...rule, state: 'cancelled' })
}

const tellOne = async (call: StaffCall, rule: PersonRule): Promise<Told> => {
  const [told] = await tell(call, [rule])
  if (!told) throw new Error(`reminder ${rule._id} is not told of`)
  return told
}

/** The quota that pays for a reminder; of a template message that of its fallback, since formIds end within days. */
const payingQuota = ({ template, fallback, lane, openid }: PersonRule) =>
  quotaId(fallback?.template ?? template, lane, openid)

/** When one that comes once is, or was: a change of its words alone does not say it again. */
const onceAt = ({ schedule, zone }: PersonRule): number | null =>
  schedule.kind === 'once' ? instantOf(schedule.at, zone) : null

/** Reminders in words: two reads for all. */
async function tell(call: StaffCall, rules: readonly PersonRule[]): Promise<Told[]> {
  const { ports, catalogue } = call
  const on = rules.filter(({ state }) => state !== 'cancelled')
  const waiting = await ports.store.find<Reminder>('reminders', {
    where: { rule: oneOf(on.map(({ _id }) => _id)), state: 'waiting' },
    order: [['at', 'asc']],
    limit: 1000,
  })
  const quotas = await readQuotas(ports, rules.map(payingQuota))
  return Promise.all(
    rules.map(async (rule): Promise<Told> => {
      const { _id, template: key, openid, language, recurrence } = rule
      const template = await templateAt(ports, catalogue, key, rule.revision)
      const own = waiting.filter((one) => one.rule === _id && one.version === rule.version)
      const last = own.at(-1)
      const later =
        recurrence && last && rule.state === 'on' ? following(recurrence, last, Infinity, TOLD) : []
      const next = [...own, ...later].map(({ at }) => at).slice(0, TOLD)
      const at = next[0] ?? rule.first?.at ?? onceAt(rule) ?? rule.createdAt
      return {
        reminder: _id,
        openid,
        template: key,
        title: template.title(LANGUAGES[call.lang]),
        schedule: rule.schedule,
        zone: rule.zone,
        params: rule.params,
        timeParam: rule.timeParam,
        graceMinutes: rule.graceMs / MINUTE,
        catchUp: rule.catchUp,
        state: rule.state,
        next,
        left: leftOf(template, quotas.get(payingQuota(rule))),
        card: template.card(messageAt(template, rule, at, language), language),
        version: rule.version,
        createdAt: rule.createdAt,
      }
    }),
  )
}

/** The caller's own that still come, the next first. */
export async function myReminders(call: ReminderCall): Promise<Outputs['reminder.mine']> {
  const where = { openid: openidOf(call.caller), state: 'on' }
  const rules = await call.ports.store.find<PersonRule>('reminderRules', { where, limit: 1000 })
  const told = await tell(call, rules)
  const firstOf = ({ next, createdAt }: Told) => next[0] ?? createdAt
  return { reminders: told.sort((a, b) => firstOf(a) - firstOf(b)) }
}

/** People's reminders, the newest first; of one person where named. */
export async function listReminders(
  call: StaffCall,
  { openid, limit, before }: ParsedInputOf<'reminder.list'>,
): Promise<Outputs['reminder.list']> {
  const rules = await call.ports.store.find<PersonRule>('reminderRules', {
    where: {
      kind: 'person',
      ...(openid !== undefined && { openid }),
      ...(before !== undefined && { createdAt: lt(before) }),
    },
    order: [['createdAt', 'desc']],
    limit,
  })
  const next = rules.length === limit ? rules.at(-1)?.createdAt : undefined
  return { reminders: await tell(call, rules), ...(next !== undefined && { next }) }
}
