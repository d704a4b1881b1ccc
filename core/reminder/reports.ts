/** What staff see of reminders: a day by template, what was missed, and what cannot be delivered. */
import type { Outcome, Outputs, ParsedInputOf, ReminderTime, SkipReason } from '../contract'
import { ServiceError } from '../errors'
import { asItGoes } from '../delivery/fallback'
import { judgeItems } from '../delivery/items'
import { noteAll } from '../delivery/lanes'
import { gt, lt, oneOf, type Ports, type Where } from '../ports'
import { quotaId } from '../subscription/quotas'
import type { Reminder } from './reminder'
import { audit, type StaffCall } from '../staff'
import { instantOf, isZone } from '../time'
import { codeWords, deliveryWords } from '../campaign/words'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
/** One read gives no more documents (wechat.md §8). */
const READ = 1000
/** A tool has 5 s for its call (wechat.md §9). */
const CALL_MS = 3_000

/** Reminders whose time is at or after `from` and before `to`, in the order of time; until the call has no more time. */
async function eachOf(
  { store, clock }: Pick<Ports, 'store' | 'clock'>,
  from: number,
  to: number,
  fields: readonly string[],
  visit: (reminder: Reminder) => void,
): Promise<{ more: boolean }> {
  const end = clock.monotonic() + CALL_MS
  const order = [
    ['at', 'asc'],
    ['_id', 'asc'],
  ] satisfies [string, 'asc'][]
  for (let after = from - 1; ; ) {
    if (clock.monotonic() >= end) return { more: true }
    const read = await store.find<Reminder>('reminders', {
      where: { at: gt(after) },
      order,
      limit: READ,
      fields: [...fields, 'at'],
    })
    const found = read.filter(({ at }) => at < to)
    for (const one of found) visit(one)
    const last = found.at(-1)
    if (!last || found.length < READ) return { more: false }
    // Many are due at one minute: the rest of those that the last read was cut in.
    for (let id = last._id; ; ) {
      const rest = await store.find<Reminder>('reminders', {
        where: { at: last.at, _id: gt(id) },
        order: [['_id', 'asc']],
        limit: READ,
        fields: [...fields, 'at'],
      })
      for (const one of rest) visit(one)
      const behind = rest.at(-1)
      if (!behind || rest.length < READ) break
      if (clock.monotonic() >= end) return { more: true }
      id = behind._id
    }
    after = last.at
  }
}

/** Throws INPUT_INVALID for a day or a zone that there is not. */
function dayOf({ day, zone }: ParsedInputOf<'reminder.board'>): [from: number, to: number] {
  const refuse = (path: string, like: string, got: string): never => {
    throw new ServiceError('INPUT_INVALID', { action: 'reminder.board' }, [
      { path, problem: 'like', facts: { like, got } },
    ])
  }
  if (!isZone(zone)) return refuse('input.zone', 'Asia/Shanghai', zone)
  const from = instantOf(day, zone)
  if (from === null) return refuse('input.day', '2026-12-01', day)
  // A day has 23 to 25 hours where clocks are changed.
  const next = new Date(Date.parse(`${day}T00:00Z`) + DAY).toISOString().slice(0, day.length)
  return [from, instantOf(next, zone) ?? from + DAY]
}

export async function board(
  { ports }: StaffCall,
  input: ParsedInputOf<'reminder.board'>,
): Promise<Outputs['reminder.board']> {
  type Row = Outputs['reminder.board']['templates'][number]
  const rows = new Map<string, Row>()
  const [from, to] = dayOf(input)
  const { more } = await eachOf(ports, from, to, ['template', 'state', 'outcome'], (reminder) => {
    const { template, state, outcome } = reminder
    if (input.template !== undefined && template !== input.template) return
    const row = rows.get(template) ?? { template, waiting: 0, missed: 0, cancelled: 0, outcomes: {} }
    rows.set(template, row)
    if (state !== 'fired') row[state] += 1
    else if (outcome) row.outcomes[outcome] = (row.outcomes[outcome] ?? 0) + 1
  })
  return { templates: [...rows.values()].sort((a, b) => (a.template < b.template ? -1 : 1)), more }
}

function wordsOf({ state, outcome, code, text }: Reminder, lang: StaffCall['lang']): string {
  if (state === 'missed') return codeWords('missed', lang)
  const known: Outcome = outcome ?? 'deferred'
  return deliveryWords(known, code ?? (text as SkipReason | undefined) ?? 'waiting', lang)
}

/** What was missed, the latest first. */
export async function missed(
  { ports, lang }: StaffCall,
  { limit, cursor }: ParsedInputOf<'reminder.missed'>,
): Promise<Outputs['reminder.missed']> {
  const find = (where: Where, most: number) =>
    ports.store.find<Reminder>('reminders', {
      where: { state: 'missed', ...where },
      order: [
        ['dueAt', 'desc'],
        ['_id', 'desc'],
      ],
      limit: most,
    })
  const [dueAt, id] = cursor?.split(' ') ?? []
  const found: Reminder[] = []
  // First the others of the time at which the last part stopped.
  if (id !== undefined) found.push(...(await find({ dueAt: Number(dueAt), _id: lt(id) }, limit)))
  if (found.length < limit)
    found.push(...(await find(dueAt === undefined ? {} : { dueAt: lt(Number(dueAt)) }, limit - found.length)))
  const reminders = found.map((reminder): ReminderTime => {
    const { _id, openid, template, at, state } = reminder
    return { id: _id, openid, template, at, state, words: wordsOf(reminder, lang) }
  })
  const last = found.length === limit ? found.at(-1) : undefined
  return { reminders, cursor: last ? `${last.dueAt} ${last._id}` : null }
}

/** Those of them that were missed are due now, whatever their grace. Repeating it sends nothing twice. */
export async function sendMissed(
  { ports, by }: StaffCall,
  { reminders: ids }: ParsedInputOf<'reminder.sendMissed'>,
): Promise<Outputs['reminder.sendMissed']> {
  const { store, clock } = ports
  const where = { _id: oneOf(ids), state: 'missed' }
  const found = await store.find<Reminder>('reminders', { where, limit: ids.length, fields: ['lane'] })
  await audit(ports, by, 'reminder.sendMissed', { count: String(found.length) })
  const waiting = await store.update('reminders', where, {
    set: { state: 'waiting', byHand: true, dueAt: clock.now() },
    // Another round: whoever wrote it down as missed cannot do so again.
    inc: { rounds: 1 },
    unset: ['outcome', 'text', 'doneAt', 'pageId'],
  })
  await noteAll(ports, [...new Set(found.map(({ lane }) => lane))], clock.now())
  return { waiting }
}

/** How long after a reminder others of its template go along with it, ms; none where each goes by itself. */
function windowOf({ templates }: StaffCall['catalogue'], key: string): number {
  const { digest } = templates.find(({ definition }) => definition.key === key)?.definition ?? {}
  return digest ? digest.windowMinutes * MINUTE : Number.NEGATIVE_INFINITY
}

const SOON_FIELDS = [
  'openid',
  'template',
  'channel',
  'fallback',
  'fallsBack',
  'lane',
  'at',
  'dueAt',
  'oneTime',
]

/** What waits behind a cursor, in the order of time; many are due at one minute. */
async function waitingBehind(
  { store }: Pick<Ports, 'store'>,
  cursor: string | undefined,
): Promise<Reminder[]> {
  const [, time = '0', id] = /^(\d+)(?::(.*))?$/.exec(cursor ?? '') ?? []
  const dueAt = Number(time)
  const found: Reminder[] = []
  if (id !== undefined) {
    const where = { state: 'waiting', dueAt, _id: gt(id) }
    found.push(
      ...(await store.find<Reminder>('reminders', {
        where,
        order: [['_id', 'asc']],
        limit: READ,
        fields: SOON_FIELDS,
      })),
    )
  }
  if (found.length === READ) return found
  const later = await store.find<Reminder>('reminders', {
    where: { state: 'waiting', dueAt: gt(dueAt) },
    order: [
      ['dueAt', 'asc'],
      ['_id', 'asc'],
    ],
    limit: READ - found.length,
    fields: SOON_FIELDS,
  })
  return [...found, ...later]
}

/** What pays for each; a template message that nothing pays for is judged as what it falls back to. */
async function judgeSoon({ ports, catalogue }: StaffCall, soon: readonly Reminder[]) {
  const judged = await judgeItems(ports, catalogue, soon.map(asItGoes))
  const turning = judged.flatMap(({ item, reason }) =>
    reason === 'no-form-id' && item.fallback ? [asItGoes({ ...item, fallsBack: true })] : [],
  )
  if (turning.length === 0) return judged
  const turned = new Map(
    (await judgeItems(ports, catalogue, turning)).map((one) => [one.item._id, one] as const),
  )
  return judged.map((one) => turned.get(one.item._id) ?? one)
}

/** Reminders of the next days that nobody can deliver as things are: in the order of time, a read at a time. */
export async function undeliverable(
  call: StaffCall,
  { days, cursor }: ParsedInputOf<'reminder.undeliverable'>,
): Promise<Outputs['reminder.undeliverable']> {
  const { ports, catalogue, lang } = call
  const until = ports.clock.now() + days * DAY
  const waiting = await waitingBehind(ports, cursor)
  const soon = waiting.filter(({ dueAt }) => dueAt <= until)
  /** Grants that earlier ones of these will have spent, and until when others go along with the last of those. */
  const spoken = new Map<string, { spent: number; until: number }>()
  const reminders = (await judgeSoon(call, soon)).flatMap(({ item, reason, ...one }) => {
    const id = quotaId(item.template, item.lane, item.openid)
    const before = spoken.get(id) ?? { spent: 0, until: 0 }
    const left = 'payer' in one ? one.payer.left : 0
    const goesAlong = item.dueAt <= before.until
    const why = reason ?? (item.oneTime && !goesAlong && before.spent >= left ? 'no-grant' : undefined)
    if (why === undefined && !goesAlong)
      spoken.set(id, { spent: before.spent + 1, until: item.dueAt + windowOf(catalogue, item.template) })
    if (why === undefined) return []
    const { _id, openid, template, at } = item
    return [{ id: _id, openid, template, at, reason: why, words: codeWords(why, lang) }]
  })
  const last = soon.at(-1)
  const isCut = waiting.length === READ && soon.length === READ
  return { reminders, cursor: isCut && last ? `${last.dueAt}:${last._id}` : null }
}
