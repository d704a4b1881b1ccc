/** The door of every function: a call comes in, is checked once, and a reply goes out. Nothing is ever thrown. */
import * as z from 'zod'
import { audienceActions } from './actions/audience'
import { campaignActions } from './actions/campaign'
import { conversationActions } from './actions/conversation'
import { formidActions } from './actions/formid'
import { ledgerActions } from './actions/ledger'
import { libraryActions } from './actions/library'
import { loginActions } from './actions/login'
import { openDataActions } from './actions/open-data'
import { personActions } from './actions/person'
import { reminderActions } from './actions/reminder'
import { sendingActions } from './actions/sending'
import { staffActions } from './actions/staff'
import { subscriptionActions } from './actions/subscription'
import { templateActions } from './actions/template'
import { callerOf, type Caller, openidOf, type WxContext } from './caller'
import { type Action, inputs, type Outputs, type ParsedInputOf, type Reply } from './contract'
import { ServiceError } from './errors'
import { faultsOf } from './faults'
import { type HandedIn, isFilledIn } from './open-data/handed-in'
import type { Deployment, Handlers, Service } from './request'
import { authorise, needsRole } from './roles'
import { errorOf, type Lang } from './sentences'
import { roleOf } from './staff'

const handlers: Handlers<Action> = {
  ...audienceActions,
  ...campaignActions,
  ...conversationActions,
  ...formidActions,
  ...ledgerActions,
  ...libraryActions,
  ...loginActions,
  ...openDataActions,
  ...personActions,
  ...reminderActions,
  ...sendingActions,
  ...staffActions,
  ...subscriptionActions,
  ...templateActions,
}

/** What WeChat puts into an event beside the caller's own keys (wechat.md §7). */
const injected = ['userInfo', 'tcbContext']
const callSchema = z.strictObject({
  action: z.string(),
  input: z.unknown().optional(),
  lang: z.enum(['zh', 'en']).default('zh'),
  openData: z.unknown().optional(),
})

const isInjected = (event: object) => injected.some((key) => key in event)

function callOf(event: unknown): z.output<typeof callSchema> {
  const given =
    typeof event === 'object' && event !== null && !Array.isArray(event) && isInjected(event)
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
  { input, lang, openData }: { input: unknown; lang: Lang; openData: HandedIn },
): Promise<Outputs[A]> {
  const asksRole = caller.kind === 'user' && caller.openid !== undefined && needsRole(action)
  const role = asksRole ? await roleOf(service.ports, service.settings, openidOf(caller)) : null
  authorise(action, caller, role)
  const parsed = inputs[action].safeParse(input ?? {})
  if (!parsed.success)
    throw new ServiceError('INPUT_INVALID', { action }, faultsOf(parsed.error, 'input', input ?? {}))
  const checked = parsed.data as ParsedInputOf<A>
  return handlers[action]({ caller, role, lang, input: checked, openData, ...service })
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
    const { action: name, input, lang, openData: value } = callOf(event)
    const action = actions.find((known) => known === name)
    if (!action) throw new ServiceError('ACTION_UNKNOWN', { action: name, allowed: actions })
    const openData = { value, isFilled: isFilledIn(context.OPEN_DATA_INFO) }
    const service = { ports: deployment.ports, ...deployment.open() }
    return { ok: true, data: await run(service, action, caller, { input, lang, openData }) }
  } catch (error) {
    return replyTo(deployment, error, event)
  }
}
