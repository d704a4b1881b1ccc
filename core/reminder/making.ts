/** The documents that a rule makes: first the new ones, then the older ones are cancelled, then it is said. */
import type { Catalogue } from '../template/catalogue'
import type { Language, Openid } from '../contract'
import { hash } from '../hash'
import { laneOf, noteAll } from '../delivery/lanes'
import type { Params } from '../template/params'
import type { Subscriber } from '../person/people'
import { DEFAULT_LANGUAGE } from '../person/people'
import { lt, oneOf, type Ports } from '../ports'
import { type Occurrence, type PersonRule, type Reminder, reminderId, type RowRule } from './reminder'
import { templateAt } from '../template/revisions'
import type { Settings } from '../settings'
import type { Rendered, Template } from '../template/template'
import { formatTime } from '../time'
import { wakeAt } from './wake-ups'

type Writing = Pick<Ports, 'store' | 'clock' | 'wake'>
type Made = Pick<PersonRule, 'params' | 'timeParam' | 'zone'>

/** The params of one time: the one that tells it is filled in as the clock of the zone shows it. */
export function paramsAt({ definition }: Template, { params, timeParam, zone }: Made, at: number): Params {
  if (timeParam === null) return params
  const param = definition.params.properties[timeParam]
  const isDate = param?.type === 'string' && param.format === 'date'
  return { ...params, [timeParam]: formatTime(at, zone, isDate ? 'YYYY-MM-DD' : 'YYYY-MM-DDTHH:mm') }
}

/** The message of one time. Throws what its rendering refuses. */
export const messageAt = (template: Template, made: Made, at: number, language: Language): Rendered =>
  template.render(paramsAt(template, made, at), language)

/** The template of a rule as it was when the rule was made, and what goes where its message cannot. */
interface RuleTemplates {
  template: Template
  fallback?: Template
}

async function templatesOf(
  ports: Pick<Ports, 'store'>,
  catalogue: Catalogue,
  rule: PersonRule | RowRule,
): Promise<RuleTemplates> {
  const template = await templateAt(ports, catalogue, rule.template, rule.revision)
  if (!rule.fallback) return { template }
  return {
    template,
    fallback: await templateAt(ports, catalogue, rule.fallback.template, rule.fallback.revision),
  }
}

/** What a reminder's document holds of its message. */
const messagesAt = (
  { template, fallback }: RuleTemplates,
  rule: PersonRule | RowRule,
  at: number,
  language: Language,
): Pick<Reminder, 'fallback'> & Rendered => ({
  ...messageAt(template, rule, at, language),
  ...(fallback &&
    rule.fallback && { fallback: { ...rule.fallback, ...messageAt(fallback, rule, at, language) } }),
})

const commonOf = (rule: PersonRule | RowRule, now: number) => ({
  rule: rule._id,
  version: rule.version,
  template: rule.template,
  templateId: rule.templateId,
  revision: rule.revision,
  oneTime: rule.oneTime,
  ...(rule.channel && { channel: rule.channel }),
  miniprogramState: rule.miniprogramState,
  graceMs: rule.graceMs,
  state: 'waiting' as const,
  attempts: 0,
  rounds: 0,
  createdAt: now,
})

/** The document of one time of a person's rule. Throws what its rendering refuses. */
export async function reminderOf(
  ports: Pick<Ports, 'store'>,
  catalogue: Catalogue,
  rule: PersonRule,
  time: Occurrence,
  now: number,
): Promise<Reminder> {
  const { openid, lane, language } = rule
  const message = messagesAt(await templatesOf(ports, catalogue, rule), rule, time.at, language)
  return {
    _id: reminderId(rule._id, rule.version, time.number),
    openid,
    lane,
    language,
    number: time.number,
    wall: time.wall,
    at: time.at,
    dueAt: time.at,
    ...commonOf(rule, now),
    ...message,
  }
}

/** Nothing of an older version goes any more: `withdrawn`, as a page would say it. */
const withdraw = ({ store, clock }: Writing, rule: string, version: number) =>
  store.update(
    'reminders',
    { rule, state: 'waiting', version: lt(version) },
    { set: { state: 'cancelled', outcome: 'skipped', text: 'withdrawn', doneAt: clock.now() } },
  )

/** Takes back all that is still to come of a rule. */
export const withdrawAll = (ports: Writing, rule: string) => withdraw(ports, rule, Number.MAX_SAFE_INTEGER)

/** Times of a rule that a change takes over at the most. */
const KEPT = 100

async function personsReminders(ports: Writing, catalogue: Catalogue, rule: PersonRule): Promise<Reminder[]> {
  const now = ports.clock.now()
  if (rule.first) return [await reminderOf(ports, catalogue, rule, rule.first, now)]
  const kept = await ports.store.find<Reminder>('reminders', {
    where: { rule: rule._id, state: 'waiting', version: lt(rule.version) },
    limit: KEPT,
  })
  return Promise.all(
    kept.map(async (one) => ({ ...(await reminderOf(ports, catalogue, rule, one, now)), dueAt: one.dueAt })),
  )
}

async function languagesOf(
  { store }: Pick<Ports, 'store'>,
  people: readonly Openid[],
): Promise<Map<Openid, Language>> {
  if (people.length === 0) return new Map()
  const found = await store.find<Subscriber>('subscribers', {
    where: { _id: oneOf(people) },
    limit: people.length,
    fields: ['language'],
  })
  return new Map(found.map(({ _id, language = DEFAULT_LANGUAGE }) => [_id, language]))
}

async function rowsReminders(
  ports: Writing,
  catalogue: Catalogue,
  lanes: number,
  rule: RowRule,
): Promise<Reminder[]> {
  const templates = await templatesOf(ports, catalogue, rule)
  const languages = await languagesOf(ports, rule.people)
  const messages = new Map<Language, Rendered>()
  return rule.people.map((openid) => {
    const language = languages.get(openid) ?? DEFAULT_LANGUAGE
    const message = messages.get(language) ?? messagesAt(templates, rule, rule.eventAt, language)
    messages.set(language, message)
    return {
      _id: reminderId(rule._id, rule.version, hash(openid, 16)),
      openid,
      lane: laneOf(openid, lanes),
      language,
      number: 1,
      wall: formatTime(rule.dueAt, rule.zone, 'YYYY-MM-DDTHH:mm'),
      at: rule.dueAt,
      dueAt: rule.dueAt,
      ...commonOf(rule, ports.clock.now()),
      ...message,
    }
  })
}

/** Makes what a rule's version has to make. Repeatable; whoever dies in it leaves it to the next scan. */
export async function make(
  ports: Writing,
  catalogue: Catalogue,
  settings: Pick<Settings, 'lanes' | 'wakeUps'>,
  rule: PersonRule | RowRule,
): Promise<void> {
  const { store } = ports
  if (rule.state === 'on') {
    const made =
      rule.kind === 'person'
        ? await personsReminders(ports, catalogue, rule)
        : await rowsReminders(ports, catalogue, settings.lanes, rule)
    if (made.length > 0) await store.insertAll('reminders', made)
    for (const at of new Set(made.map(({ dueAt }) => dueAt))) {
      const lanes = made.filter(({ dueAt }) => dueAt === at).map(({ lane }) => lane)
      await noteAll(ports, [...new Set(lanes)], at)
      await wakeAt(ports, settings, at)
    }
  }
  if (rule.version > 1) await withdraw(ports, rule._id, rule.version)
  await store.update('reminderRules', { _id: rule._id, version: rule.version }, { set: { made: true } })
}

/** Rules whose maker died: few at any time. */
const MOST = 100

/** Makes what was left unmade; one that breaks keeps neither others nor the scan. One read where there is nothing. */
export async function makeUnmade(
  ports: Writing & Pick<Ports, 'log'>,
  catalogue: Catalogue,
  settings: Pick<Settings, 'lanes' | 'wakeUps'>,
): Promise<void> {
  const rules = await ports.store.find<PersonRule | RowRule>('reminderRules', {
    where: { made: false },
    limit: MOST,
  })
  for (const rule of rules) {
    try {
      await make(ports, catalogue, settings, rule)
    } catch (error) {
      ports.log.error('reminders of a rule were not made; the next scan tries again', error, {
        rule: rule._id,
      })
    }
  }
}
