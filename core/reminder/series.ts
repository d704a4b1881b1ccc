/** Reminders for many: rows with a time and people, each of whom is reminded so long before. */
import type { Outputs, ParsedInputOf, ReminderSeries } from '../contract'
import { openidSchema, rowKeySchema, wallSchema } from '../contract'
import { type FoundFault, ServiceError } from '../errors'
import { canonical, hash } from '../hash'
import { checkLanes } from '../delivery/lanes'
import { paramsOf } from '../template/params'
import { DEFAULT_LANGUAGE } from '../person/people'
import { gt, oneOf, type Value } from '../ports'
import type { RowRule, SeriesRule } from './reminder'
import { checkTimeParam } from './acts'
import { make, messageAt, withdrawAll } from './making'
import { keepRevisions, referenceTo } from '../template/reference'
import { faultOf } from '../sentences'
import { audit, type StaffCall } from '../staff'
import { instantOf, isZone } from '../time'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
/** Rows written at once: each needs some calls one after the other, and a tool has 5 s in all (wechat.md §9). */
const AT_ONCE = 10
const rowId = (series: string, row: string) => hash(`row\n${series}\n${row}`, 32)

const told = ({ _id, name, template, timeParam, zone, before, createdAt }: SeriesRule): ReminderSeries => ({
  series: _id,
  name,
  template,
  timeParam,
  zone,
  before,
  createdAt,
})

/** The same key makes one. */
export async function createSeries(
  call: StaffCall,
  input: ParsedInputOf<'reminder.series.create'>,
): Promise<ReminderSeries> {
  const { ports, catalogue, by } = call
  const { key, ...wanted } = input
  const template = catalogue.get(input.template)
  checkTimeParam(template, input.timeParam, 'reminder.series.create')
  if (!isZone(input.zone))
    throw new ServiceError('INPUT_INVALID', { action: 'reminder.series.create' }, [
      { path: 'input.zone', problem: 'like', facts: { like: 'Asia/Shanghai', got: input.zone } },
    ])
  const { graceMinutes, ...rest } = wanted
  const rule: SeriesRule = {
    _id: hash(`series\n${by}\n${key}`, 32),
    kind: 'series',
    ...rest,
    ...referenceTo(catalogue, template, call.appid()),
    graceMs: graceMinutes * MINUTE,
    by,
    asked: hash(canonical(wanted)),
    createdAt: ports.clock.now(),
    version: 1,
    state: 'on',
    made: true,
  }
  await keepRevisions(ports, catalogue, template)
  if (await ports.store.insert('reminderRules', rule)) {
    await audit(ports, by, 'reminder.series.create', { series: rule._id, name: rule.name })
    return told(rule)
  }
  const before = await requireSeries(call, rule._id)
  if (before.asked !== rule.asked) throw new ServiceError('KEY_REUSED', { sendId: rule._id })
  return told(before)
}

export async function listSeries({ ports }: StaffCall): Promise<Outputs['reminder.series.list']> {
  const found = await ports.store.find<SeriesRule>('reminderRules', {
    where: { kind: 'series' },
    order: [['createdAt', 'desc']],
    limit: 1000,
  })
  return { series: found.map(told) }
}

async function requireSeries({ ports }: Pick<StaffCall, 'ports'>, id: string): Promise<SeriesRule> {
  const series = await ports.store.get<SeriesRule>('reminderRules', id)
  if (series?.kind === 'series') return series
  throw new ServiceError('SERIES_UNKNOWN', { series: id })
}

/** When the reminders of an event are due. */
function dueAt({ before, zone }: SeriesRule, event: string, eventAt: number): number {
  if (before.kind === 'minutes') return eventAt - before.minutes * MINUTE
  const day = Date.parse(`${event.slice(0, 10)}T00:00Z`) - before.days * DAY
  return instantOf(`${new Date(day).toISOString().slice(0, 10)}T${before.at}`, zone) ?? eventAt
}

type Row = ParsedInputOf<'reminder.rows.import'>['rows'][number]

const words = {
  key: {
    zh: '行的编号由 1 到 64 个字母、数字或 _ . : - 组成',
    en: 'the key of a row has 1 to 64 letters, digits, "_", ".", ":" or "-"',
  },
  day: { zh: '没有这一天或这个时刻', en: 'there is no such day or hour' },
  past: { zh: '提醒的时间已经过去', en: 'the time for its reminders is over' },
  out: {
    zh: '提醒已经或正在发出；只有改了时间的行还能再提醒',
    en: 'its reminders have gone or are going out; only a row with another time can remind again',
  },
} as const

type Judged = { row: Row; faults: FoundFault[]; rule?: RowRule; act?: 'add' | 'change' | 'repeat' }

/** What becomes of a row; nothing is written. */
function judgeRow(call: StaffCall, series: SeriesRule, row: Row, before: RowRule | undefined): Judged {
  const { ports, catalogue, by } = call
  const now = ports.clock.now()
  const faults: FoundFault[] = []
  const fault = (path: string, rule: keyof typeof words, got: string) =>
    faults.push({ path, problem: 'rule', facts: { rule: words[rule], got } })
  const people = [...new Set(row.people)].sort()
  const content = hash(canonical({ at: row.at, params: row.params, people }))
  if (before?.state === 'on' && before.content === content)
    return { row, faults, rule: before, act: 'repeat' }
  for (const openid of people)
    if (!openidSchema.safeParse(openid).success)
      faults.push({ path: 'people', problem: 'like', facts: { like: 'oAbc…', got: openid } })
  if (!rowKeySchema.safeParse(row.row).success) fault('row', 'key', row.row)
  const eventAt = wallSchema.safeParse(row.at).success ? instantOf(row.at, series.zone) : null
  if (eventAt === null) fault('at', 'day', row.at)
  const due = eventAt === null ? now : dueAt(series, row.at, eventAt)
  if (due < now - series.graceMs) fault('at', 'past', row.at)
  else if (before?.state === 'on' && before.dueAt === due && due <= now + MINUTE) fault('at', 'out', row.at)
  if (faults.length > 0 || eventAt === null) return { row, faults }
  const template = catalogue.get(series.template)
  try {
    const { timeParam, zone } = series
    const params = paramsOf(row.params)
    messageAt(template, { params, timeParam, zone }, eventAt, DEFAULT_LANGUAGE)
    const rule: RowRule = {
      _id: rowId(series._id, row.row),
      kind: 'row',
      series: series._id,
      row: row.row,
      event: row.at,
      eventAt,
      dueAt: due,
      content,
      params,
      people,
      ...referenceTo(catalogue, template, call.appid()),
      timeParam,
      zone,
      graceMs: series.graceMs,
      miniprogramState: series.miniprogramState,
      by,
      createdAt: before?.createdAt ?? now,
      version: (before?.version ?? 0) + 1,
      state: 'on',
      made: false,
    }
    return { row, faults, rule, act: before?.state === 'on' ? 'change' : 'add' }
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error
    return { row, faults: error.faults }
  }
}

/** Rows in their order, as many together as are written at once; a row that comes again comes after the first. */
function togetherOf(rows: readonly Row[]): Row[][] {
  const all: Row[][] = []
  for (const row of rows) {
    const last = all.at(-1)
    if (last && last.length < AT_ONCE && last.every((other) => other.row !== row.row)) last.push(row)
    else all.push([row])
  }
  return all
}

/** Adds rows and moves those that changed; each is done or refused by itself. Repeating it changes nothing. */
export async function importRows(
  call: StaffCall,
  { series: id, rows }: ParsedInputOf<'reminder.rows.import'>,
): Promise<Outputs['reminder.rows.import']> {
  const { ports, catalogue, settings, by, lang } = call
  const series = await requireSeries(call, id)
  const template = catalogue.get(series.template)
  await checkLanes(ports, settings.lanes)
  await keepRevisions(ports, catalogue, template)
  const ids = rows.map(({ row }) => rowId(id, row))
  const where = { _id: oneOf(ids) }
  const found = await ports.store.find<RowRule>('reminderRules', { where, limit: ids.length })
  const known = new Map(found.map((rule) => [rule.row, rule]))
  const result: Outputs['reminder.rows.import'] = { added: 0, changed: 0, repeated: 0, refused: [] }
  for (const some of togetherOf(rows))
    await Promise.all(
      some.map(async (row) => {
        const { rule, act, faults } = judgeRow(call, series, row, known.get(row.row))
        if (!rule || !act) {
          result.refused.push({ row: row.row, faults: faults.map((fault) => faultOf(fault, lang)) })
          return
        }
        if (act !== 'repeat') await writeRow(call, rule)
        if (!rule.made) await make(ports, catalogue, settings, rule)
        known.set(row.row, { ...rule, made: true })
        result[act === 'add' ? 'added' : act === 'change' ? 'changed' : 'repeated'] += 1
      }),
    )
  await audit(ports, by, 'reminder.rows.import', { series: id, rows: String(rows.length) })
  return result
}

/** Throws REMINDER_STATE where somebody else changes the same row at this moment. */
async function writeRow({ ports: { store } }: StaffCall, rule: RowRule): Promise<void> {
  const { _id, ...fields } = rule
  const set = fields as Record<string, Value>
  if (rule.version === 1 && (await store.insert('reminderRules', rule))) return
  if ((await store.update('reminderRules', { _id, version: rule.version - 1 }, { set })) > 0) return
  const reason = {
    zh: `第“${rule.row}”行正被别人修改，请再导入一次`,
    en: `row "${rule.row}" is being changed by somebody else; import it again`,
  }
  throw new ServiceError('REMINDER_STATE', { reminder: _id, reason })
}

export async function listRows(
  call: StaffCall,
  { series, cursor = '', limit }: ParsedInputOf<'reminder.rows.list'>,
): Promise<Outputs['reminder.rows.list']> {
  await requireSeries(call, series)
  const found = await call.ports.store.find<RowRule>('reminderRules', {
    where: { series, _id: gt(cursor) },
    order: [['_id', 'asc']],
    limit,
  })
  const last = found.at(-1)
  return {
    rows: found
      .filter(({ state }) => state === 'on')
      .map(({ row, event, dueAt: due, people, version }) => ({
        row,
        at: event,
        dueAt: due,
        people: people.length,
        version,
      })),
    cursor: last && found.length === limit ? last._id : null,
  }
}

/** Their reminders come no more. Repeatable. */
export async function removeRows(
  call: StaffCall,
  { series, rows }: ParsedInputOf<'reminder.rows.remove'>,
): Promise<Outputs['reminder.rows.remove']> {
  const { ports, by } = call
  await requireSeries(call, series)
  const ids = rows.map((row) => rowId(series, row))
  await audit(ports, by, 'reminder.rows.remove', { series, rows: String(rows.length) })
  const where = { _id: oneOf(ids), state: 'on' }
  const removed = await ports.store.update('reminderRules', where, { set: { state: 'cancelled' } })
  for (let at = 0; at < ids.length; at += AT_ONCE)
    await Promise.all(ids.slice(at, at + AT_ONCE).map((_id) => withdrawAll(ports, _id)))
  return { removed }
}
