/** All that is kept of a person, as one document. */
import type { DeliveryRow, Openid, Outputs, ParsedInputOf } from '../contract'
import type { Bucket } from '../audience/lists'
import { outcomeOf } from '../delivery/outcomes'
import { codesOf } from '../delivery/page'
import { phoneOf } from '../open-data/kept'
import { readSubscriber, type Subscriber } from './people'
import { type Doc, gt, ne, oneOf } from '../ports'
import type { RowRule } from '../reminder/reminder'
import { audit, type StaffCall } from '../staff'
import { aliasOf, bucketsOf, eachTrace, OWN, type Trace, type TracedPage } from './traces'
import { deliveryWords } from '../campaign/words'

/** One read gives no more documents (wechat.md §8). */
const READ = 1000

async function allOf({ ports: { store } }: StaffCall, collection: string, openid: Openid): Promise<Doc[]> {
  const docs: Doc[] = []
  for (let after = ''; ; ) {
    const found = await store.find(collection, {
      where: { openid, ...(after !== '' && { _id: gt(after) }) },
      order: [['_id', 'asc']],
      limit: READ,
    })
    docs.push(...found)
    const last = found.at(-1)
    if (!last || found.length < READ) return docs
    after = last._id
  }
}

async function listsOf(call: StaffCall, openid: Openid): Promise<Record<string, unknown>[]> {
  const buckets = await bucketsOf(call.ports, openid)
  const found = await call.ports.store.find<Bucket>('audiences', {
    where: { _id: oneOf([...buckets.keys()]), [`rows.${openid}`]: ne(null) },
    limit: READ,
    fields: [`rows.${openid}`],
  })
  return found.map(({ _id, rows }) => {
    const header = buckets.get(_id)
    return { audience: header?._id, name: header?.name, params: rows[openid] }
  })
}

/** Rows of series by which the person is reminded. */
async function eventsOf({ ports: { store } }: StaffCall, openid: Openid): Promise<Record<string, unknown>[]> {
  const rows = await store.find<RowRule>('reminderRules', {
    where: { people: openid },
    limit: READ,
    fields: ['series', 'row', 'event', 'params', 'dueAt'],
  })
  return rows.map(({ series, row, event, params, dueAt }) => ({ series, row, event, params, dueAt }))
}

function rowsOf({ tried, skipped }: Trace, openid: Openid, lang: StaffCall['lang']): DeliveryRow[] {
  const base = ({ campaign, template, openedAt, closedAt = openedAt }: TracedPage) => ({
    openid,
    at: closedAt,
    template,
    ...(campaign !== undefined && { campaign }),
  })
  const of = tried.flatMap((page): DeliveryRow[] => {
    const place = page.people[openid] ?? -1
    const isPutOff = page.later.some(({ places }) => places.includes(place))
    // Told by the page that tried it again.
    if (isPutOff && tried.some(({ parent }) => parent?.page === page._id)) return []
    const code = isPutOff ? 'waiting' : (codesOf(page).get(place) ?? 'waiting')
    const outcome = outcomeOf(code)
    return [{ ...base(page), outcome, code, words: deliveryWords(outcome, code, lang) }]
  })
  const not = skipped.map(
    ({ page, reason }): DeliveryRow => ({
      ...base(page),
      outcome: 'skipped',
      code: reason,
      words: deliveryWords('skipped', reason, lang),
    }),
  )
  return [...of, ...not]
}

/** The number is sealed for the service alone: its owner reads as much of it as on their phone. */
const shown = ({ ports }: StaffCall, subscriber: Subscriber | null) =>
  subscriber?.phone ? { ...subscriber, phone: phoneOf(ports, subscriber) } : subscriber

/** Everything that is kept of the person; with a cursor the deliveries that come after it, and nothing else. */
export async function exportPerson(
  call: StaffCall,
  { openid, cursor }: ParsedInputOf<'person.export'>,
): Promise<Outputs['person.export']> {
  const { ports, by, lang } = call
  const deliveries: DeliveryRow[] = []
  const next = await eachTrace(
    call,
    openid,
    cursor,
    async (trace) => void deliveries.push(...rowsOf(trace, openid, lang)),
  )
  deliveries.sort((a, b) => a.at - b.at)
  if (cursor !== undefined) return { person: { openid, deliveries }, cursor: next }
  await audit(ports, by, 'person.export', { person: aliasOf(openid) })
  const own = await Promise.all(OWN.map(async (name) => [name, await allOf(call, name, openid)] as const))
  const subscriber = await readSubscriber(ports, openid)
  const member = await ports.store.get('staff', openid)
  return {
    person: {
      openid,
      subscriber: shown(call, subscriber),
      staff: member,
      ...Object.fromEntries(own),
      lists: await listsOf(call, openid),
      rows: await eventsOf(call, openid),
      deliveries,
    },
    cursor: next,
  }
}
