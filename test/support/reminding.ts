/** A world in which people may set reminders of the order and class templates too, and what they do there. */
import type { InputOf } from '../../core/contract'
import { laneOf, note } from '../../core/delivery/lanes'
import { quotaId } from '../../core/subscription/quotas'
import type { TemplateFile } from '../../core/template/catalogue'
import { templates } from '../../templates'
import { ORDER_ID as TEMPLATE_ID, orderParams as params } from './campaign'
import { ALICE, as, dataOf, type Given, given as givenWith } from './service'

/** The param that holds the time, by template. */
const times: Readonly<Record<string, string>> = {
  'order-shipped.json': 'shippedAt',
  'class-reminder.json': 'startsAt',
  'class-notice.json': 'startsAt',
}

const ofPeople = ({ file, content }: TemplateFile): TemplateFile =>
  file in times
    ? { file, content: { ...Object(content), reminder: { time: times[file] } } }
    : { file, content }

export const templatesOfPeople = templates.map(ofPeople)

export const given = (options: Parameters<typeof givenWith>[0] = {}) =>
  givenWith({ ...options, files: (options.files ?? templates).map(ofPeople) })

export { TEMPLATE_ID, params }
export const MINUTE = 60_000
/** The clock of these tests begins at 07:30 of UTC, 15:30 in Shanghai. */
export const reminder = (over: Partial<InputOf<'reminder.create'>> = {}): InputOf<'reminder.create'> => ({
  key: 'reminder-1',
  template: 'order-shipped',
  params,
  schedule: { kind: 'once', at: '2026-11-21T16:00' },
  ...over,
})
export const daily = { kind: 'repeat', from: '2026-11-21T16:00', every: 1, unit: 'days' } as const

export async function subscribe({ call, wechat }: Given, times = 1, openid = ALICE) {
  for (let at = 0; at < times; at += 1) {
    const answers = { [TEMPLATE_ID]: 'accept' as const }
    const promptId = `prompt-${openid}-${at}`
    dataOf(await call('subscription.record', { promptId, scene: 'order', answers }, as.phone(openid)))
    wechat.grant(openid, TEMPLATE_ID)
  }
}

export const set = async (world: Given, over: Partial<InputOf<'reminder.create'>> = {}, who = as.alice) =>
  dataOf(await world.call('reminder.create', reminder(over), who))

/** A tick each minute for so long; resolves with the minutes after the start in which something was delivered. */
export async function minutes(world: Given, count: number): Promise<number[]> {
  const begun = world.clock.now()
  const seen: number[] = []
  for (let at = 0; at < count; at += 1) {
    world.clock.advance(MINUTE)
    const before = world.wechat.delivered.length
    dataOf(await world.tick())
    for (let one = before; one < world.wechat.delivered.length; one += 1)
      seen.push(Math.round((world.clock.now() - begun) / MINUTE))
  }
  return seen
}

/** So many people in all who have what Alice has. */
export async function likeAlice({ store, wechat }: Given, count: number) {
  const collections = ['quotas', 'reminderRules', 'reminders'] as const
  const hers = collections.flatMap((name) =>
    store.documents(name).map((doc) => ({ name, text: JSON.stringify(doc) })),
  )
  const rule = store.documents('reminderRules')[0]?._id ?? ''
  const lanes = Number((await store.get('lanes', 'count'))?.['lanes'])
  for (let at = 1; at < count; at += 1) {
    const openid = `oPerson${String(at).padStart(4, '0')}`
    const own = `${String(at).padStart(4, '0')}${rule.slice(4)}`
    const lane = laneOf(openid, lanes)
    for (const { name, text } of hers) {
      const doc = { ...JSON.parse(text.replaceAll(ALICE, openid).replaceAll(rule, own)), lane }
      await store.insert(name, name === 'quotas' ? { ...doc, _id: quotaId(doc.template, lane, openid) } : doc)
    }
    await note({ store }, lane, Date.UTC(2026, 10, 21, 8))
    wechat.grant(openid, TEMPLATE_ID)
  }
}
