/** Campaigns as staff write them: drafts, copies and redrives, and how one is read. */
import { checkTexts, typedIn } from '../check/texts'
import { acts, type Campaign } from './campaign'
import { readCampaign, stateError, swap } from './state'
import type { CampaignSummary, Language, Outputs, ParsedInputOf } from '../contract'
import { ServiceError } from '../errors'
import { requireList } from '../audience/lists'
import { lt, type Ports } from '../ports'
import { type Params, paramsOf } from '../template/params'
import { madeBefore, type Repeatable, repeatable } from '../repeats'
import { settledForRedrive } from './redrive'
import { findProgress, progressOf } from './reports'
import { keepRevision, templateAt } from '../template/revisions'
import { type Lang, LANGUAGES } from '../sentences'
import { audit, type StaffCall } from '../staff'
import type { Rendered, Template } from '../template/template'
import { isZone } from '../time'
import { reasonWords } from './words'

type Draft = Omit<ParsedInputOf<'campaign.create'>, 'key'>

/** The message by language, rendered once for everybody; null where each row of a list brings its own params. */
function messagesOf(template: Template, params: unknown, isByRow: boolean): Campaign['messages'] {
  if (!isByRow)
    return Object.fromEntries(
      template.languages.map((language): [Language, Rendered] => [
        language,
        template.render(params, language),
      ]),
    )
  // What all rows share is checked by itself: the example stands in for what the rows will bring.
  template.render({ ...template.definition.example, ...(params as Params) })
  return null
}

/** Throws INPUT_INVALID where the zone of the send window is none. */
function checkZone({ sendWindow }: Pick<Draft, 'sendWindow'>, action: string): void {
  if (sendWindow === null || isZone(sendWindow.zone)) return
  const facts = { like: 'Asia/Shanghai', got: sendWindow.zone }
  throw new ServiceError('INPUT_INVALID', { action }, [
    { path: 'input.sendWindow.zone', problem: 'like', facts },
  ])
}

/** Whether rows of its list bring params; throws where a list or a campaign that it names is not there or not fit. */
async function checkAudience(ports: Pick<Ports, 'store'>, draft: Draft): Promise<boolean> {
  const { audience, exclude, template } = draft
  for (const id of exclude) await requireList(ports, id)
  if (audience.kind === 'outcomes') await readCampaign(ports, audience.campaign)
  if (audience.kind !== 'list') return false
  const list = await requireList(ports, audience.audience)
  if (list.template === null || list.template === template) return list.template !== null
  const reason = {
    zh: `它的参数属于模板 ${list.template}，不是 ${template}`,
    en: `its params are of template ${list.template}, not of ${template}`,
  }
  throw new ServiceError('AUDIENCE_STATE', { audience: list._id, name: list.name, reason })
}

/** The fields of a draft, checked: the template, its params in every language, the audience, the lists. */
async function checked(call: StaffCall, draft: Draft, action: string) {
  const template = call.catalogue.get(draft.template)
  const { key, channel, fallback } = template.definition
  if (channel === 'template')
    throw new ServiceError('TEMPLATE_CHANNEL', { template: key, instead: fallback ? ` ${fallback}` : '' })
  const templateId = call.catalogue.templateId(template, call.appid())
  checkZone(draft, action)
  const isByRow = await checkAudience(call.ports, draft)
  const messages = messagesOf(template, draft.params, isByRow)
  const texts = typedIn(template.definition, draft.params)
  await checkTexts(call, { path: 'input.params', texts, by: 'staff' })
  await keepRevision(call.ports, template)
  const { graceMinutes, params, ...fields } = draft
  return {
    ...fields,
    params: paramsOf(params),
    messages,
    templateId,
    revision: template.revision,
    oneTime: template.definition.kind === 'one-time',
    graceMs: graceMinutes * 60_000,
  }
}

type Fields = Awaited<ReturnType<typeof checked>>

const ID_LENGTH = 16

async function insert(
  { ports, by }: StaffCall,
  what: string,
  repeat: Repeatable,
  fields: Fields,
  served: string[],
): Promise<Campaign> {
  const now = ports.clock.now()
  const campaign: Campaign = {
    ...fields,
    // All that a draft begins with, whatever a copy had.
    ...repeat,
    state: 'draft',
    served,
    tested: false,
    startAt: null,
    startedAt: null,
    confirmedAt: null,
    finishedAt: null,
    reason: null,
    lanes: [],
    expected: null,
    createdBy: by,
    createdAt: now,
    version: 1,
  }
  await audit(ports, by, what, { campaign: campaign._id, name: campaign.name })
  if (await ports.store.insert('campaigns', campaign)) return campaign
  // The same call, at the same moment.
  const made = await madeBefore<Campaign>(ports, 'campaigns', repeat)
  if (made) return made
  throw new Error(`campaign ${campaign._id} was refused as a repeat and is not there`)
}

/** What the key of the input made before, or else what is made now. Throws KEY_REUSED. */
async function once(
  { ports, by }: StaffCall,
  what: string,
  input: { key?: string | undefined },
  make: (repeat: Repeatable) => Promise<Campaign>,
): Promise<Campaign> {
  const repeat = repeatable(ports, ID_LENGTH, by, what, input)
  return (await madeBefore<Campaign>(ports, 'campaigns', repeat)) ?? make(repeat)
}

/** Writes a draft. Throws TEMPLATE_UNKNOWN, PARAMS_INVALID, KEYWORD_INVALID, AUDIENCE_UNKNOWN, AUDIENCE_STATE. */
export async function create(call: StaffCall, input: ParsedInputOf<'campaign.create'>): Promise<Campaign> {
  return once(call, 'campaign.create', input, async (repeat) => {
    const { key: _key, ...draft } = input
    return insert(call, 'campaign.create', repeat, await checked(call, draft, 'campaign.create'), [])
  })
}

const draftOf = (campaign: Campaign): Draft => ({
  name: campaign.name,
  template: campaign.template,
  params: campaign.params,
  audience: campaign.audience,
  exclude: campaign.exclude,
  testGroup: campaign.testGroup,
  rate: campaign.rate,
  sendWindow: campaign.sendWindow,
  graceMinutes: campaign.graceMs / 60_000,
  miniprogramState: campaign.miniprogramState,
})

/** Changes what is named of a draft. Throws CAMPAIGN_CHANGED where it is not the version that was read. */
export async function edit(call: StaffCall, input: ParsedInputOf<'campaign.edit'>): Promise<Campaign> {
  const { ports, by } = call
  const campaign = await readCampaign(ports, input.campaign)
  if (campaign.state !== 'draft') throw stateError(campaign, 'edit', acts.edit.from)
  const changed = (version: number) =>
    new ServiceError('CAMPAIGN_CHANGED', {
      campaign: campaign._id,
      name: campaign.name,
      version,
      got: input.version,
    })
  if (campaign.version !== input.version) throw changed(campaign.version)
  const fields = await checked(call, { ...draftOf(campaign), ...input.change }, 'campaign.edit')
  await audit(ports, by, 'campaign.edit', {
    campaign: campaign._id,
    changed: Object.keys(input.change).join(', '),
  })
  const edited = await swap(ports, campaign, { ...fields, tested: false })
  if (edited) return edited
  throw changed((await readCampaign(ports, campaign._id)).version)
}

const NAME_LENGTH = 60
const named = (name: string, more: string) =>
  `${[...name].slice(0, NAME_LENGTH - more.length).join('')}${more}`

/** Another draft of it, of the template as it is deployed now; `unserved` leaves out whom it, and those it cloned, served. */
export async function clone(call: StaffCall, input: ParsedInputOf<'campaign.clone'>): Promise<Campaign> {
  const { campaign: id, name, unserved } = input
  return once(call, 'campaign.clone', input, async (repeat) => {
    const original = await readCampaign(call.ports, id)
    const draft = { ...draftOf(original), name: name ?? named(original.name, ' (2)') }
    const fields = await checked(call, draft, 'campaign.clone')
    const served = unserved ? [...original.served, ...(original.startedAt === null ? [] : [id])] : []
    return insert(call, 'campaign.clone', repeat, fields, served)
  })
}

/**
 * A draft that sends the same message, as it was approved, to those with these outcomes. Throws CAMPAIGN_STATE, and
 * REDRIVE_EARLY while outcomes may still change.
 */
export async function redrive(call: StaffCall, input: ParsedInputOf<'campaign.redrive'>): Promise<Campaign> {
  const { campaign: id, outcomes, name } = input
  return once(call, 'campaign.redrive', input, async (repeat) => {
    const { asked: _asked, ...original } = await readCampaign(call.ports, id)
    await settledForRedrive(call.ports, call.settings, original, outcomes)
    const audience = { kind: 'outcomes' as const, campaign: id, outcomes: [...new Set(outcomes)] }
    const redriven = { ...original, name: name ?? named(original.name, ' ↻'), audience, testGroup: [] }
    return insert(call, 'campaign.redrive', repeat, redriven, [])
  })
}

function summaryOf(
  { catalogue, lang }: Pick<StaffCall, 'catalogue' | 'lang'>,
  campaign: Campaign,
): CampaignSummary {
  const { _id, name, state, template, reason, rate, startAt, startedAt, finishedAt } = campaign
  const { createdBy, createdAt, version } = campaign
  const deployed = catalogue.templates.find(({ definition }) => definition.key === template)
  return {
    campaign: _id,
    name,
    state,
    template,
    title: deployed?.title(LANGUAGES[lang]) ?? template,
    ...(reason && { reason: reasonWords(reason, lang) }),
    rate,
    startAt,
    startedAt,
    finishedAt,
    createdBy,
    createdAt,
    version,
  }
}

const readers: Readonly<Record<Lang, Language>> = { zh: 'zh_CN', en: 'en_US' }

/** Everything about one campaign. Two reads: the campaign (unless it is given) and its progress. */
export async function detailOf(call: StaffCall, campaign: Campaign): Promise<Outputs['campaign.get']> {
  const { ports, catalogue, lang } = call
  const { dayLimit } = call.settings
  const { params, audience, exclude, served, testGroup, sendWindow, graceMs, miniprogramState } = campaign
  const language = campaign.messages?.[readers[lang]] ? readers[lang] : 'zh_CN'
  const rendered = campaign.messages?.[language]
  const template = rendered && (await templateAt(ports, catalogue, campaign.template, campaign.revision))
  const progress = await findProgress(ports, [campaign])
  return {
    ...summaryOf(call, campaign),
    params,
    audience,
    exclude,
    served,
    testGroup,
    sendWindow,
    graceMinutes: graceMs / 60_000,
    miniprogramState,
    ...(template && rendered && { card: template.card(rendered, language) }),
    progress: progressOf(campaign, progress, { now: ports.clock.now(), dayLimit, lang }),
  }
}

/** The newest first, each with its progress. */
export async function list(
  call: StaffCall,
  { state, limit, before }: ParsedInputOf<'campaign.list'>,
): Promise<Outputs['campaign.list']> {
  const { ports, settings, lang } = call
  const campaigns = await ports.store.find<Campaign>('campaigns', {
    where: { ...(state && { state }), ...(before !== undefined && { createdAt: lt(before) }) },
    order: [['createdAt', 'desc']],
    limit,
  })
  const progress = await findProgress(ports, campaigns)
  const now = ports.clock.now()
  const rows = campaigns.map((campaign) => ({
    ...summaryOf(call, campaign),
    progress: progressOf(campaign, progress, { now, dayLimit: settings.dayLimit, lang }),
  }))
  const next = campaigns.length === limit ? campaigns.at(-1)?.createdAt : undefined
  return { campaigns: rows, ...(next !== undefined && { next }) }
}
