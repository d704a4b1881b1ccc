/** The door of every function: a call comes in, is checked once, and a reply goes out. Nothing is ever thrown. */
import * as z from 'zod'
import { callerOf, type Caller, openidOf, type WxContext } from './caller'
import { type Catalogue, summaryOf } from './catalogue'
import { type Action, inputs, type Outputs, type ParsedInputOf, type Reply, type Role } from './contract'
import type { Campaign } from './campaign'
import { adjust, beginDue, cancel, pause, resume, schedule, start, unschedule } from './campaign-acts'
import { readCampaign } from './campaign-state'
import { clone, create, detailOf, edit, list, redrive } from './campaigns'
import { deliveriesOf } from './deliveries'
import { tick } from './dispatch'
import { dryRun } from './dryrun'
import { releaseAll, stateOfDispatch, stopAll } from './emergency'
import { erasePerson } from './erasure'
import { ServiceError } from './errors'
import { receive } from './events'
import { faultsOf } from './faults'
import { messagesOf } from './inbox'
import { verify } from './ledger'
import { createList, listLists, removeList, sealList } from './list-acts'
import { appendToList } from './list-import'
import { sendOne } from './messages'
import { deliveriesTo } from './person-deliveries'
import type { Ports } from './ports'
import { getPreferences, setPreferences } from './preferences'
import { exportPerson } from './privacy'
import {
  cancelReminder,
  changeReminder,
  createReminder,
  listReminders,
  myReminders,
  type ReminderCall,
} from './reminder-acts'
import { board, missed, sendMissed, undeliverable } from './reminder-reports'
import { createSeries, importRows, listRows, listSeries, removeRows } from './reminder-series'
import { runRetention } from './retention'
import { authorise, needsRole } from './roles'
import { errorOf, type Lang, LANGUAGES } from './sentences'
import type { Settings } from './settings'
import { grantRole, listStaff, revokeRole, roleOf, type StaffCall } from './staff'
import { mine, offer, type Person, record } from './subscription'
import { tag } from './tags'

export interface Service {
  ports: Ports
  catalogue: Catalogue
  settings: Settings
}

/** A service that may turn out to be set up wrongly: that too is a reply. */
export interface Deployment {
  ports: Ports
  open(): Pick<Service, 'catalogue' | 'settings'>
}

interface Request<A extends Action> extends Service {
  caller: Caller
  role: Role | null
  lang: Lang
  input: ParsedInputOf<A>
}

type Handlers = { [A in Action]?: (request: Request<A>) => Promise<Outputs[A]> }

/** The Mini Program that is spoken of: the phone's, or the one that the deployment sends as. */
function appidOf({ caller, settings, catalogue }: Request<Action>): string {
  const appid = caller.appid ?? settings.appid ?? catalogue.soleAppid()
  if (appid !== undefined) return appid
  throw new ServiceError('APPID_UNKNOWN', { appid: 'unknown', template: '*', known: [] })
}

const personOf = (request: Request<Action>): Person => ({
  openid: openidOf(request.caller),
  appid: appidOf(request),
})
const nameOf = ({ caller }: Request<Action>) => caller.openid ?? caller.kind
const staffCallOf = (r: Request<Action>): StaffCall => ({
  ports: r.ports,
  catalogue: r.catalogue,
  settings: r.settings,
  by: nameOf(r),
  lang: r.lang,
  appid: () => appidOf(r),
})

const reminderCallOf = (r: Request<Action>): ReminderCall => ({ ...staffCallOf(r), caller: r.caller })

/** The handler of something done to a campaign: its reply is the campaign as it is then. */
const detailed =
  <Input>(act: (call: StaffCall, input: Input) => Promise<Campaign>) =>
  async (r: Request<Action> & { input: Input }) => {
    const call = staffCallOf(r)
    return detailOf(call, await act(call, r.input))
  }

const handlers: Handlers = {
  'subscription.offer': (r) =>
    offer(r.ports, r.catalogue, r.settings, { ...personOf(r), language: LANGUAGES[r.lang] }, r.input.scene),
  'subscription.record': (r) =>
    record(r.ports, r.catalogue, r.settings, { ...personOf(r), language: LANGUAGES[r.lang] }, r.input),
  'subscription.mine': (r) => mine(r.ports, r.catalogue, openidOf(r.caller)),
  'message.mine': (r) => messagesOf(r.ports, r.catalogue, openidOf(r.caller), r.input),
  async whoami({ caller, ports, settings }) {
    const { openid = null, appid = null, unionid = null, source } = caller
    return {
      openid,
      appid,
      unionid,
      source,
      role: openid === null ? null : await roleOf(ports, settings, openid),
    }
  },
  'template.list': async ({ catalogue, lang }) => ({
    templates: catalogue.templates.map((template) => summaryOf(template, LANGUAGES[lang])),
  }),
  async 'template.preview'({ catalogue, input }) {
    const template = catalogue.get(input.template)
    const rendered = template.render(input.params, input.language)
    return { card: template.card(rendered, input.language), revision: template.revision }
  },
  async 'send.one'(r) {
    const to = r.input.to === 'me' ? openidOf(r.caller) : r.input.to
    const sender = { by: nameOf(r), appid: appidOf(r), lang: r.lang }
    return sendOne(r.ports, r.catalogue, r.settings, sender, to, r.input)
  },
  'campaign.create': detailed(create),
  'campaign.edit': detailed(edit),
  'campaign.clone': detailed(clone),
  'campaign.redrive': detailed(redrive),
  'campaign.list': (r) => list(staffCallOf(r), r.input),
  'campaign.get': detailed((call, { campaign }) => readCampaign(call.ports, campaign)),
  'campaign.dryRun': (r) => dryRun(staffCallOf(r), r.input),
  'campaign.schedule': detailed(schedule),
  'campaign.unschedule': detailed(unschedule),
  'campaign.start': detailed(start),
  'campaign.pause': detailed(pause),
  'campaign.resume': detailed(resume),
  'campaign.cancel': detailed(cancel),
  'campaign.adjust': detailed(adjust),
  'campaign.deliveries': (r) => deliveriesOf(r.ports, r.input, r.lang),
  'audience.create': (r) => createList(staffCallOf(r), r.input),
  'audience.append': (r) => appendToList(staffCallOf(r), r.input),
  'audience.seal': (r) => sealList(staffCallOf(r), r.input.audience),
  'audience.list': async (r) => ({ audiences: await listLists(r.ports) }),
  'audience.remove': async (r) => ({ removed: await removeList(staffCallOf(r), r.input.audience) }),
  'person.deliveries': (r) => deliveriesTo(r.ports, r.input.openid, r.lang),
  'person.tag': (r) => tag(staffCallOf(r), r.input),
  'person.export': (r) => exportPerson(staffCallOf(r), r.input),
  'person.erase': (r) => erasePerson(staffCallOf(r), r.input),
  'preference.get': (r) => getPreferences(r.ports, openidOf(r.caller)),
  'preference.set': (r) => setPreferences(r.ports, r.catalogue, openidOf(r.caller), r.input),
  'reminder.create': (r) => createReminder(reminderCallOf(r), r.input),
  'reminder.change': (r) => changeReminder(reminderCallOf(r), r.input),
  'reminder.cancel': (r) => cancelReminder(reminderCallOf(r), r.input),
  'reminder.mine': (r) => myReminders(reminderCallOf(r)),
  'reminder.list': (r) => listReminders(staffCallOf(r), r.input),
  'reminder.board': (r) => board(staffCallOf(r), r.input),
  'reminder.missed': (r) => missed(staffCallOf(r), r.input),
  'reminder.sendMissed': (r) => sendMissed(staffCallOf(r), r.input),
  'reminder.undeliverable': (r) => undeliverable(staffCallOf(r), r.input),
  'reminder.series.create': (r) => createSeries(staffCallOf(r), r.input),
  'reminder.series.list': (r) => listSeries(staffCallOf(r)),
  'reminder.rows.import': (r) => importRows(staffCallOf(r), r.input),
  'reminder.rows.list': (r) => listRows(staffCallOf(r), r.input),
  'reminder.rows.remove': (r) => removeRows(staffCallOf(r), r.input),
  'ledger.verify': (r) => verify(r.ports, r.catalogue, r.input),
  'retention.run': (r) => runRetention(r.ports, r.input),
  'dispatch.stop': (r) => stopAll(staffCallOf(r), r.input),
  'dispatch.release': (r) => releaseAll(staffCallOf(r)),
  'dispatch.state': (r) => stateOfDispatch(staffCallOf(r)),
  'event.receive': (r) => receive(r.ports, r.catalogue, r.settings, personOf(r), r.input),
  'staff.list': async (r) => ({ staff: await listStaff(r.ports, r.settings) }),
  'staff.grant': (r) => grantRole(r.ports, r.settings, nameOf(r), r.input),
  async 'staff.revoke'(r) {
    const { openid } = r.input
    return { openid, revoked: await revokeRole(r.ports, r.settings, nameOf(r), openid) }
  },
  'dispatch.tick': (r) => {
    const begin = (campaign: Campaign) => beginDue(staffCallOf(r), campaign)
    return tick(r.ports, r.catalogue, r.settings, begin, r.input.lanes)
  },
}

/** What WeChat puts into an event beside the caller's own keys (wechat.md §7). */
const injected = ['userInfo', 'tcbContext']
const callSchema = z.strictObject({
  action: z.string(),
  input: z.unknown().optional(),
  lang: z.enum(['zh', 'en']).default('zh'),
})

function callOf(event: unknown): z.output<typeof callSchema> {
  const given =
    typeof event === 'object' && event !== null && !Array.isArray(event)
      ? Object.fromEntries(Object.entries(event).filter(([key]) => !injected.includes(key)))
      : event
  const parsed = callSchema.safeParse(given)
  if (!parsed.success) throw new ServiceError('REQUEST_INVALID', {}, faultsOf(parsed.error, '', given))
  return parsed.data
}

/** The language that words are wanted in, however broken the rest of the call is. */
function langOf(event: unknown): Lang {
  return typeof event === 'object' && event !== null && Reflect.get(event, 'lang') === 'en' ? 'en' : 'zh'
}

async function run<A extends Action>(
  service: Service,
  action: A,
  caller: Caller,
  input: unknown,
  lang: Lang,
): Promise<Outputs[A]> {
  const asksRole = caller.kind === 'user' && caller.openid !== undefined && needsRole(action)
  const role = asksRole ? await roleOf(service.ports, service.settings, openidOf(caller)) : null
  authorise(action, caller, role)
  const parsed = inputs[action].safeParse(input ?? {})
  if (!parsed.success)
    throw new ServiceError('INPUT_INVALID', { action }, faultsOf(parsed.error, 'input', input ?? {}))
  const checked = parsed.data as ParsedInputOf<A>
  const handler = handlers[action]
  if (!handler) throw new ServiceError('ACTION_UNKNOWN', { action, allowed: Object.keys(handlers) })
  return handler({ ...service, caller, role, lang, input: checked })
}

/** The reply to something that was thrown: a refusal in words, or a bug that is logged whole and named by reference. */
function replyTo({ ports }: Pick<Service, 'ports'>, error: unknown, event: unknown): Reply<never> {
  const lang = langOf(event)
  if (error instanceof ServiceError) return { ok: false, error: errorOf(error, lang) }
  const reference = ports.random()
  ports.log.error('a call failed for a reason of ours', error, { reference })
  return { ok: false, error: errorOf(new ServiceError('INTERNAL', { reference }), lang) }
}

/** Answers one call to a function that has these actions. `event` and `context` are as the platform gives them. */
export async function answer<A extends Action>(
  deployment: Deployment,
  actions: readonly A[],
  event: unknown,
  context: WxContext,
): Promise<Reply<Outputs[A]>> {
  try {
    const caller = callerOf(context)
    const { action: name, input, lang } = callOf(event)
    const action = actions.find((known) => known === name)
    if (!action) throw new ServiceError('ACTION_UNKNOWN', { action: name, allowed: actions })
    const service = { ports: deployment.ports, ...deployment.open() }
    return { ok: true, data: await run(service, action, caller, input, lang) }
  } catch (error) {
    return replyTo(deployment, error, event)
  }
}
