/** Reminders for many: rows with a time and people. */
import type { InputOf } from '../../core/contract'
import type { Reminder, RowRule } from '../../core/reminder/reminder'
import { as, dataOf, errorOf, given, type Given, mortal, OWNER, wrapped } from '../support/service'

const TEMPLATE_ID = 'mT7bQe2Xc9RfVgYh4Un1Jk6Lo3Zp8As5Dw0ExCrFtHi'
const MINUTE = 60_000
const ANNA = 'oAnnaStudent'
const BERT = 'oBertStudent'
const params = { course: '书法', teacher: '王老师', endsAt: '2026-11-22T20:30', room: '203' }

async function series(world: Given, over: Partial<InputOf<'reminder.series.create'>> = {}): Promise<string> {
  const input: InputOf<'reminder.series.create'> = {
    key: 'series-0001',
    name: 'Classes',
    template: 'class-reminder',
    timeParam: 'startsAt',
    before: { kind: 'days', days: 1, at: '18:00' },
    ...over,
  }
  const made = dataOf(await world.call('reminder.series.create', input, as.owner))
  for (const openid of [ANNA, BERT]) {
    const answers = { [TEMPLATE_ID]: 'accept' as const }
    for (const promptId of [`prompt-${openid}-1`, `prompt-${openid}-2`]) {
      dataOf(await world.call('subscription.record', { promptId, scene: 'class', answers }, as.phone(openid)))
      world.wechat.grant(openid, TEMPLATE_ID)
    }
  }
  return made.series
}

type Row = InputOf<'reminder.rows.import'>['rows'][number]
const row = (over: Partial<Row> = {}): Row => ({
  row: 'class-8',
  at: '2026-11-22T19:00',
  params,
  people: [ANNA, BERT],
  ...over,
})
const rowsOf = (world: Given, of: string, ...rows: Row[]) =>
  world.call('reminder.rows.import', { series: of, rows }, as.owner)

async function until(world: Given, hour: number, day = 21) {
  while (world.clock.now() < Date.UTC(2026, 10, day, hour - 8)) {
    world.clock.advance(30 * MINUTE)
    dataOf(await world.tick())
  }
}

test('the evening before a class everybody in it is reminded, with its time', async () => {
  const world = given()
  const id = await series(world)
  expect(dataOf(await rowsOf(world, id, row()))).toEqual({ added: 1, changed: 0, repeated: 0, refused: [] })
  await until(world, 17.5)
  expect(world.wechat.delivered).toEqual([])
  await until(world, 18)
  expect(world.wechat.delivered.map(({ openid }) => openid).sort()).toEqual([ANNA, BERT])
  expect(world.wechat.delivered[0]?.data['time2']).toMatch(/19:00~20:30$/)
  await until(world, 20)
  expect(world.wechat.delivered).toHaveLength(2)
})

test('the same rows again change nothing', async () => {
  const world = given()
  const id = await series(world)
  dataOf(await rowsOf(world, id, row()))
  const before = world.store.documents('reminders')
  const again = row({ people: [BERT, ANNA, ANNA] })
  expect(dataOf(await rowsOf(world, id, again, row()))).toMatchObject({ repeated: 2, added: 0, changed: 0 })
  expect(world.store.documents('reminders')).toEqual(before)
})

test('a row that moves takes its reminders along; who is no longer in it gets none', async () => {
  const world = given()
  const id = await series(world)
  dataOf(await rowsOf(world, id, row()))
  const moved = row({ at: '2026-11-23T19:00', people: [BERT] })
  expect(dataOf(await rowsOf(world, id, moved))).toMatchObject({ changed: 1 })
  await until(world, 20)
  expect(world.wechat.delivered).toEqual([])
  await until(world, 19, 22)
  expect(world.wechat.delivered.map(({ openid }) => openid)).toEqual([BERT])
})

test('a row that moves after its reminders went reminds again; one that only says something else does not', async () => {
  const world = given()
  const id = await series(world)
  dataOf(await rowsOf(world, id, row()))
  await until(world, 18)
  const said = await rowsOf(world, id, row({ params: { ...params, room: '204' } }))
  expect(dataOf(said).refused).toMatchObject([{ row: 'class-8', faults: [{ path: 'at' }] }])
  dataOf(await rowsOf(world, id, row({ at: '2026-11-23T19:00' })))
  await until(world, 19, 22)
  expect(world.wechat.delivered).toHaveLength(4)
})

test('a row that is removed reminds nobody, and can come back', async () => {
  const world = given()
  const id = await series(world)
  dataOf(await rowsOf(world, id, row(), row({ row: 'class-9' })))
  const removed = await world.call(
    'reminder.rows.remove',
    { series: id, rows: ['class-8', 'class-9'] },
    as.owner,
  )
  expect(dataOf(removed)).toEqual({ removed: 2 })
  expect(dataOf(await world.call('reminder.rows.list', { series: id }, as.owner)).rows).toEqual([])
  expect(dataOf(await rowsOf(world, id, row()))).toMatchObject({ added: 1 })
  await until(world, 20)
  expect(world.wechat.delivered.map(({ openid }) => openid).sort()).toEqual([ANNA, BERT])
})

test('a row whose key or time is none is told of, and does not stop the others', async () => {
  const world = given()
  const id = await series(world)
  const wrong = [row({ row: 'class 8' }), row({ row: 'class-9', at: 'tomorrow' })]
  const told = dataOf(await rowsOf(world, id, ...wrong, row()))
  expect(told.added).toBe(1)
  expect(told.refused.map((one) => one.faults.map(({ path }) => path))).toEqual([['row'], ['at']])
})

test('rows that are wrong are refused by name, and the others are taken', async () => {
  const world = given()
  const id = await series(world)
  const refused = await rowsOf(
    world,
    id,
    row({ row: 'no-day', at: '2027-02-30T10:00' }),
    row({ row: 'over', at: '2026-11-20T10:00' }),
    row({ row: 'nobody', people: ['张三'] }),
    row({ row: 'params', params: {} }),
    row(),
  )
  const told = dataOf(refused)
  expect(told.added).toBe(1)
  expect(told.refused.map((one) => [one.row, one.faults[0]?.path])).toEqual([
    ['no-day', 'at'],
    ['over', 'at'],
    ['nobody', 'people'],
    ['params', 'params.course'],
  ])
  expect(world.store.documents<Reminder>('reminders')).toHaveLength(2)
  expect(errorOf(await rowsOf(world, 'nosuchseries', row())).code).toBe('SERIES_UNKNOWN')
})

test.each(['before', 'after'] as const)(
  'whichever call of an import dies, %s its effect, importing it again or the next scan makes each reminder once',
  async (dies) => {
    const whole = given()
    const ofWhole = await series(whole)
    dataOf(await rowsOf(whole, ofWhole, row()))
    const counting = mortal(whole.store, Number.POSITIVE_INFINITY, 'before')
    const moved = { series: '', rows: [row({ at: '2026-11-22T20:00', people: [ANNA] })] }
    dataOf(await whole.call('reminder.rows.import', { ...moved, series: ofWhole }, as.owner, counting.store))
    for (let call = 1; call <= counting.made(); call += 1) {
      const world = given()
      const id = await series(world)
      dataOf(await rowsOf(world, id, row()))
      const { store } = mortal(world.store, call, dies)
      await world.call('reminder.rows.import', { ...moved, series: id }, as.owner, store)
      if (call % 2 === 0) dataOf(await rowsOf(world, id, ...moved.rows))
      const [rule] = world.store.documents<RowRule>('reminderRules').filter(({ kind }) => kind === 'row')
      await until(world, 20)
      const got = world.wechat.delivered.map(({ openid }) => openid).sort()
      expect({ call, got }).toEqual({ call, got: rule?.version === 1 ? [ANNA, BERT] : [ANNA] })
    }
  },
)

test('what is kept of a person holds their reminders and the rows that they are in, of nobody else', async () => {
  const world = given()
  const id = await series(world)
  dataOf(await rowsOf(world, id, row()))
  const { person } = dataOf(await world.call('person.export', { openid: ANNA }, as.owner))
  expect(person['reminders']).toMatchObject([{ openid: ANNA, state: 'waiting' }])
  expect(person['rows']).toMatchObject([{ series: id, row: 'class-8', event: '2026-11-22T19:00' }])
  expect(JSON.stringify(person)).not.toContain(BERT)
})

test('a person who is erased is in no row and gets no reminder', async () => {
  const world = given()
  const id = await series(world)
  dataOf(await rowsOf(world, id, row()))
  const { erased } = dataOf(await world.call('person.erase', { openid: ANNA }, as.owner))
  expect(erased).toMatchObject({ rows: 1, reminders: 1 })
  await until(world, 20)
  expect(world.wechat.delivered.map(({ openid }) => openid)).toEqual([BERT])
  const kept = JSON.stringify(['reminderRules', 'reminders'].map((name) => world.store.documents(name)))
  expect(kept).not.toContain(ANNA)
  expect(kept).toContain(OWNER)
})

test('rows are written ten together: a tool that imports a hundred has five seconds', async () => {
  const world = given()
  const id = await series(world)
  let underWay = 0
  let most = 0
  const store = wrapped(world.store, async (_call, run) => {
    most = Math.max(most, (underWay += 1))
    try {
      return await run()
    } finally {
      underWay -= 1
    }
  })
  const rows = Array.from({ length: 30 }, (_, at) => row({ row: `class-${at % 25}` }))
  const call = { series: id, rows }
  const imported = await world.call('reminder.rows.import', call, as.tool, store)
  // Five keys come twice: the second time they are as they were.
  expect(dataOf(imported)).toMatchObject({ added: 25, repeated: 5, refused: [] })
  expect(most).toBe(10)
  const keys = Array.from({ length: 25 }, (_, at) => `class-${at}`)
  most = 0
  dataOf(await world.call('reminder.rows.remove', { series: id, rows: keys }, as.tool, store))
  expect(most).toBe(10)
})
