/** Reminders and series from a terminal, over WeChat's HTTP API. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runHere } from '../support/cli'
import { as, dataOf, given, type Given } from '../support/service'
import { startToolApi } from '../support/tool-api'

const ANNA = 'oAnnaStudent'
const BERT = 'oBertStudent'

let world: Given
let api: Awaited<ReturnType<typeof startToolApi>>
let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hongyan-cli-'))
})
beforeEach(async () => {
  world = given()
  api = await startToolApi(world)
})
afterEach(() => api.stop())
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const run = (...args: string[]) => runHere(args, api.env)

/** The one JSON object that a command prints. */
async function json(...args: string[]) {
  const { out, err } = await run('--json', ...args)
  if (out === '') throw new Error(err)
  return JSON.parse(out)
}

const set = (...more: string[]) => [
  'reminder',
  'create',
  '--template',
  'to-do',
  '--time-param',
  'at',
  ...more,
]
/** The clock of these tests stands at the afternoon of 21 November in Shanghai. */
const dayIn = (days: number) => new Date(Date.UTC(2026, 10, 21 + days)).toISOString().slice(0, 10)

test('a reminder is set, listed, changed and cancelled', async () => {
  const at = `${dayIn(30)}T19:00`
  const made = await json(
    ...set('--to', ANNA, '--at', at, '--every', '2 weeks', '--on', 'MO,TH', '--count', '9'),
  )
  const { reminder } = made
  expect(made).toMatchObject({
    state: 'on',
    left: 0,
    schedule: { every: 2, unit: 'weeks', weekdays: ['MO', 'TH'] },
  })
  const again = await json(
    ...set('--to', ANNA, '--in', '90', '--key', 'same-key-1', '--params', '{"what":"茶"}'),
  )
  expect(
    await json(...set('--to', ANNA, '--in', '90', '--key', 'same-key-1', '--params', '{"what":"茶"}')),
  ).toEqual(again)
  const listed = await run('reminder', 'list', '--openid', ANNA)
  expect(listed.out).toMatch(new RegExp(`${reminder}.*every 2 weeks on MO, TH from ${at} 9 times`))
  const changed = await run('reminder', 'change', reminder, '--params', '{"what":"开会"}')
  expect(changed).toMatchObject({ code: 0, out: expect.stringContaining('开会') })
  expect(changed.out).toContain('no grant: it cannot be delivered as things are')
  const undeliverable = await json('reminder', 'undeliverable', '--days', '60')
  expect(undeliverable.reminders).toHaveLength(2)
  expect((await run('reminder', 'cancel', reminder)).out).toContain('cancelled')
  const refused = await run('reminder', 'change', reminder, '--at', at)
  expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('it has ended or was cancelled') })
})

test('what was missed is on the board and in a list, and is sent by hand', async () => {
  expect((await run('reminder', 'missed')).out).toBe('none was missed\n')
  expect(await json('reminder', 'send-missed', '--all')).toEqual({ asked: 0, waiting: 0 })
  const { reminder } = await json(...set('--to', ANNA, '--in', '5', '--grace', '1'))
  world.clock.advance(10 * 60_000)
  dataOf(await world.tick())
  const board = await run('reminder', 'board', '--day', dayIn(0))
  expect(board.out).toMatch(/to-do +0 +0 +0 +1 +0 +0/)
  const { out } = await run('reminder', 'missed')
  expect(out).toMatch(new RegExp(`${reminder}:1:1 +${ANNA} +to-do +2026-11-21 15:35 +`))
  const unknown = await run('reminder', 'send-missed', 'nosuchid:1:1')
  expect(unknown).toMatchObject({ code: 1, out: expect.stringContaining('0 of 1') })
  expect(await json('reminder', 'send-missed', '--all')).toEqual({ asked: 1, waiting: 1 })
  dataOf(await world.tick())
  const told = dataOf(await world.call('reminder.board', { day: dayIn(0) }, as.owner))
  expect(told.templates).toMatchObject([{ missed: 0, outcomes: { skipped: 1 } }])
})

test('a series takes rows from a file, moves those that changed, and tells each wrong one with its lines', async () => {
  const rule = ['--template', 'class-reminder', '--time-param', 'startsAt', '--before', '1 day at 18:00']
  const { series } = await json('series', 'create', '--name', '书法', ...rule)
  const file = join(folder, 'classes.csv')
  const header = 'row,at,openid,course,teacher,endsAt,room'
  const line = (row: string, day: number, openid: string, room = '203') =>
    `${row},${dayIn(day).replaceAll('-', '/')} 19:00,${openid},书法,王老师,${dayIn(day)}T20:30,${room}`
  const write = (...lines: string[]) => writeFileSync(file, `\uFEFF${[header, ...lines].join('\r\n')}\r\n`)
  write(
    line('class-1', 3, ANNA),
    line('class-1', 3, BERT),
    line('class 2', 4, ANNA),
    line('class-3', -4, ANNA),
    line('class-4', 5, ANNA),
    line('class-4', 5, BERT, '204'),
  )
  const first = await run('series', 'import', series, file)
  expect(first.code).toBe(1)
  expect(first.out).toContain('1 added, 0 changed, 0 as they were, 3 refused')
  expect(first.out).toMatch(/class 2 \(line 4\): .*the key of a row/)
  expect(first.out).toMatch(/class-3 \(line 5\): .*the time for its reminders is over/)
  expect(first.out).toContain('class-4 (line 7): line 7 is not like line 6')
  write(line('class-1', 6, ANNA), line('class-5', 7, ''))
  expect(await json('series', 'import', series, file)).toMatchObject({ added: 1, changed: 1, refused: [] })
  expect(await json('series', 'import', series, file)).toMatchObject({ repeated: 2 })
  const { rows } = await json('series', 'rows', series)
  expect(rows.map(({ row, people: count }: { row: string; people: number }) => [row, count]).sort()).toEqual([
    ['class-1', 1],
    ['class-5', 0],
  ])
  expect((await run('series', 'rows', series)).out).toContain(`${dayIn(5)} 18:00`)
  expect((await run('series', 'list')).out).toMatch(/书法 +class-reminder +1 day before, at 18:00/)
  expect(await run('series', 'remove', series, '--rows', 'class-1,class-9')).toMatchObject({
    code: 1,
    out: expect.stringContaining('! removed 1 of 2; the others are not there'),
  })
  const none = await run('series', 'import', 'nosuchseries', file)
  expect(none).toMatchObject({ code: 1, err: expect.stringContaining('there is no series nosuchseries') })
})

test.each<[string, string[], number, RegExp]>([
  ['no time', set('--to', 'oSomebody'), 1, /--at 2026-12-01T19:00 or --in 30/],
  ['a rhythm that is none', set('--to', 'oSomebody', '--every', 'often'), 2, /a rhythm is written day, week/],
  [
    'a rhythm without a beginning',
    set('--to', 'oSomebody', '--every', 'day'),
    1,
    /begins at a time: add --at/,
  ],
  ['an end without a rhythm', set('--to', 'oSomebody', '--in', '9', '--count', '3'), 1, /are for --every/],
  ['a time that is over', set('--to', 'oSomebody', '--at', '2020-01-01T10:00'), 1, /this time is over/],
  ['nothing to change', ['reminder', 'change', 'someid00'], 1, /nothing to change was named/],
  ['nothing to send', ['reminder', 'send-missed'], 1, /name what to send, or add --all/],
  [
    'a time before that is none',
    ['series', 'create', '--name', 'a', '--template', 'to-do', '--before', 'soon'],
    2,
    /"1 day at 18:00", "2 hours" or "30 minutes"/,
  ],
])('%s: exit code and a sentence', async (_what, args, code, words) => {
  const said = await run(...args)
  expect(said.code).toBe(code)
  expect(said.err).toMatch(words)
})
