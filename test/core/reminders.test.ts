/** Reminders: when they go, and what stops them. */
import type { InputOf, Outputs } from '../../core/contract'
import type { Reminder } from '../../core/reminder/reminder'
import { daily, given, MINUTE, minutes, params, reminder, set, subscribe } from '../support/reminding'
import { ALICE, as, dataOf, errorOf, given as givenAsDeployed, type Given } from '../support/service'

const previewed = (): InputOf<'reminder.preview'> => {
  const { key: _key, ...wanted } = reminder()
  return wanted
}

const states = ({ store }: Given) =>
  store
    .documents<Reminder>('reminders')
    .sort((a, b) => a.number - b.number)
    .map(({ state }) => state)

describe('a reminder of one’s own', () => {
  test('comes at its time, once, and spends a grant', async () => {
    const world = given()
    await subscribe(world)
    const made = await set(world)
    expect(made).toMatchObject({ state: 'on', left: 1, next: [Date.UTC(2026, 10, 21, 8)], version: 1 })
    expect(await minutes(world, 40)).toEqual([30])
    expect(world.wechat.delivered[0]?.data).toMatchObject({ thing2: '咖啡豆' })
    expect(dataOf(await world.call('reminder.mine', {})).reminders).toEqual([])
    expect(dataOf(await world.call('message.mine', {})).messages).toHaveLength(1)
  })

  test('comes after a delay', async () => {
    const world = given()
    await subscribe(world)
    await set(world, { schedule: { kind: 'delay', minutes: 5 } })
    expect(await minutes(world, 10)).toEqual([5])
  })

  test('that repeats comes each time, and tells its next times', async () => {
    const world = given()
    await subscribe(world, 3)
    const schedule = {
      kind: 'repeat',
      from: '2026-11-21T16:00',
      every: 10,
      unit: 'minutes',
      count: 3,
    } as const
    const made = await set(world, { schedule })
    expect(made.next).toHaveLength(3)
    expect(await minutes(world, 90)).toEqual([30, 40, 50])
    expect(dataOf(await world.call('reminder.mine', {})).reminders).toEqual([])
  })

  test('fills the time in, as the clock of its zone shows it', async () => {
    const world = given()
    await subscribe(world)
    const zone = 'America/New_York'
    const schedule = { kind: 'once', at: '2026-11-21T03:00' } as const
    await set(world, { zone, schedule, timeParam: 'shippedAt' })
    await minutes(world, 40)
    expect(world.wechat.delivered[0]?.data['time5']).toBe('2026-11-21 03:00')
  })

  test('is set once, however often the call is repeated; the same key for another one is refused', async () => {
    const world = given()
    const [one, two] = await Promise.all([set(world), set(world)])
    expect(two.reminder).toBe(one.reminder)
    expect(world.store.documents('reminders')).toHaveLength(1)
    const other = await world.call('reminder.create', reminder({ graceMinutes: 5 }))
    expect(errorOf(other).code).toBe('KEY_REUSED')
  })

  test('of another person is set, changed and cancelled only by those who may send to them', async () => {
    const world = given()
    const { reminder: id } = await set(world)
    const bob = as.phone('oBobSubscriber')
    for (const refused of [
      await world.call('reminder.create', reminder({ to: ALICE, key: 'reminder-2' }), bob),
      await world.call('reminder.change', { reminder: id, version: 1, change: {} }, bob),
      await world.call('reminder.cancel', { reminder: id }, bob),
    ])
      expect(errorOf(refused).code).toBe('NOT_ALLOWED')
    await set(world, { to: ALICE, key: 'reminder-2' }, as.owner)
    const asFunction = { SOURCE: 'scf' }
    await set(world, { to: ALICE, key: 'reminder-3' }, asFunction)
    expect(dataOf(await world.call('reminder.mine', {})).reminders).toHaveLength(3)
  })
})

describe('beforehand', () => {
  test('what it would be is told, in words and times, and nothing is written', async () => {
    const world = given()
    await subscribe(world)
    const { key: _key, ...wanted } = reminder({ schedule: daily })
    const told = dataOf(await world.call('reminder.preview', wanted))
    expect(told).toMatchObject({ left: 1, card: { title: 'Order shipped' } })
    expect(told.next).toEqual([21, 22, 23].map((day) => Date.UTC(2026, 10, day, 8)))
    expect(world.store.documents('reminderRules')).toEqual([])
    expect(told).toMatchObject(
      await set(world, { schedule: daily }).then(({ next, left, card }) => ({ next, left, card })),
    )
  })

  test('it is refused as setting it would be', async () => {
    const world = given()
    const { key: _key, ...wanted } = reminder({ schedule: { kind: 'once', at: '2026-11-20T16:00' } })
    const { key, ...told } = { key: 'reminder-2', ...wanted }
    const [previewed, made] = [
      errorOf(await world.call('reminder.preview', told)),
      errorOf(await world.call('reminder.create', { key, ...told })),
    ]
    expect(previewed.facts.faults).toEqual(made.facts.faults)
    const other = { ...reminder(), to: 'oSomebodyElse' }
    const { key: _other, ...others } = other
    expect(errorOf(await world.call('reminder.preview', others)).code).toBe('NOT_ALLOWED')
  })

  test('who was never seen reads it in the language of the phone', async () => {
    const world = given()
    const made = await set(world, { template: 'to-do', params: {}, timeParam: 'at' })
    expect(made.card.lines.map(({ value }) => value)).toEqual(['It is time for it', '2026-11-21 16:00'])
  })

  test('the templates that people may set reminders of say what to fill in', async () => {
    const world = givenAsDeployed()
    const { offers } = dataOf(await world.call('subscription.offer', {}))
    expect(offers.flatMap(({ template, reminder: own }) => (own ? [[template, own.time]] : []))).toEqual([
      ['to-do', 'at'],
    ])
    const fields = offers.flatMap(({ reminder: own }) => own?.fields ?? [])
    expect(fields).toMatchObject([{ name: 'what', title: 'To do', placeholder: 'Fetch a parcel' }])
  })
})

describe('changed and cancelled', () => {
  test('a changed time is the one that counts', async () => {
    const world = given()
    await subscribe(world, 2)
    const { reminder: id } = await set(world)
    const change = { schedule: { kind: 'once', at: '2026-11-21T16:10' } } as const
    const changed = dataOf(await world.call('reminder.change', { reminder: id, version: 1, change }))
    expect(changed).toMatchObject({ version: 2, next: [Date.UTC(2026, 10, 21, 8, 10)] })
    expect(await minutes(world, 50)).toEqual([40])
    const again = await world.call('reminder.change', { reminder: id, version: 1, change })
    expect(errorOf(again).code).toBe('REMINDER_STATE')
  })

  test('changed words leave the times as they are', async () => {
    const world = given()
    await subscribe(world, 2)
    const { reminder: id } = await set(world, { schedule: { ...daily, unit: 'hours' } })
    const change = { params: { ...params, goods: '茶叶' } }
    dataOf(await world.call('reminder.change', { reminder: id, version: 1, change }))
    expect(await minutes(world, 95)).toEqual([30, 90])
    expect(world.wechat.delivered.map(({ data }) => data['thing2'])).toEqual(['茶叶', '茶叶'])
  })

  test('what goes out within the minute is not changed any more', async () => {
    const world = given()
    const { reminder: id } = await set(world)
    world.clock.advance(29.5 * MINUTE)
    const change = { params: { ...params, goods: '茶叶' } }
    const late = await world.call('reminder.change', { reminder: id, version: 1, change })
    expect(errorOf(late).message).toMatch(/going out now/)
  })

  test('of one that does not come any more, the card tells the time that it was for', async () => {
    const world = given()
    const { reminder: id } = await set(world, { template: 'to-do', params: {}, timeParam: 'at' })
    dataOf(
      await world.call('reminder.change', { reminder: id, version: 1, change: { params: { what: 'tea' } } }),
    )
    const cancelled = dataOf(await world.call('reminder.cancel', { reminder: id }))
    expect(cancelled.card.lines.map(({ value }) => value)).toEqual(['tea', '2026-11-21 16:00'])
  })

  test('a cancelled one does not come, nor any after it', async () => {
    const world = given()
    await subscribe(world, 3)
    const { reminder: id } = await set(world, { schedule: { ...daily, unit: 'hours' } })
    expect(await minutes(world, 35)).toEqual([30])
    dataOf(await world.call('reminder.cancel', { reminder: id }))
    expect(await minutes(world, 130)).toEqual([])
    expect(states(world)).toEqual(['fired', 'cancelled'])
  })
})

describe('late', () => {
  /** The timer stands still for so many minutes; less than an hour, or a person would be asked first. */
  const still = async (world: Given, count: number) => {
    world.clock.advance(count * MINUTE)
    dataOf(await world.tick())
  }

  test('people set reminders of templates that are meant for it alone; of any other staff do', async () => {
    const world = givenAsDeployed()
    expect(errorOf(await world.call('reminder.create', reminder())).code).toBe('NOT_ALLOWED')
    expect(errorOf(await world.call('reminder.preview', previewed())).code).toBe('NOT_ALLOWED')
    const todo = { template: 'to-do', params: { what: '取快递' }, timeParam: 'at' }
    const made = dataOf(await world.call('reminder.create', reminder(todo)))
    const change = {
      reminder: made.reminder,
      version: made.version,
      change: { template: 'order-shipped', params, timeParam: null },
    }
    expect(errorOf(await world.call('reminder.change', change)).code).toBe('NOT_ALLOWED')
    dataOf(await world.call('reminder.create', reminder({ to: ALICE, key: 'reminder-2' }), as.owner))
  })

  test('a template is called as whoever reads the list calls it, its card is in the language of who gets it', async () => {
    const world = given()
    dataOf(await world.call('preference.set', { language: 'zh_CN' }))
    await set(world)
    const { reminders } = dataOf(await world.call('reminder.mine', {}))
    expect(reminders).toMatchObject([{ title: 'Order shipped', card: { title: '订单发货提醒' } }])
  })

  test('within its grace it goes, beyond it is missed, listed, and sent by hand', async () => {
    const world = given()
    await subscribe(world, 2)
    await minutes(world, 1)
    await set(world, { graceMinutes: 10 })
    await set(world, { graceMinutes: 30, key: 'reminder-2' })
    await still(world, 50)
    expect(world.wechat.delivered).toHaveLength(1)
    const { reminders } = dataOf(await world.call('reminder.missed', {}, as.owner))
    expect(reminders).toMatchObject([
      { openid: ALICE, state: 'missed', words: expect.stringMatching(/missed/) },
    ])
    const ids = { reminders: reminders.map(({ id }) => id) }
    expect(dataOf(await world.call('reminder.sendMissed', ids, as.owner))).toEqual({ waiting: 1 })
    expect(dataOf(await world.call('reminder.sendMissed', ids, as.owner))).toEqual({ waiting: 0 })
    expect(await minutes(world, 3)).toEqual([1])
    expect(dataOf(await world.call('reminder.missed', {}, as.owner)).reminders).toEqual([])
  })

  test('those of one time that were missed are listed part by part, each once', async () => {
    const world = given()
    await minutes(world, 1)
    const keys = ['reminder-1', 'reminder-2', 'reminder-3', 'reminder-4', 'reminder-5']
    for (const key of keys) await set(world, { graceMinutes: 10, key })
    await still(world, 50)
    const listed: string[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const input = { limit: 2, ...(cursor && { cursor }) }
      const part: Outputs['reminder.missed'] = dataOf(await world.call('reminder.missed', input, as.owner))
      listed.push(...part.reminders.map(({ id }) => id))
      cursor = part.cursor
    }
    expect(new Set(listed).size).toBe(keys.length)
    expect(listed).toHaveLength(keys.length)
  })

  test.each([
    ['once', 1, ['fired', 'fired', 'fired', 'fired', 'fired', 'waiting']],
    ['each', 5, ['fired', 'fired', 'fired', 'fired', 'fired', 'waiting']],
  ] as const)('of several that a standstill held up is sent: %s', async (catchUp, delivered, expected) => {
    const world = given()
    await subscribe(world, 9)
    await minutes(world, 1)
    const schedule = { kind: 'repeat', from: '2026-11-21T15:35', every: 10, unit: 'minutes' } as const
    await set(world, { schedule, catchUp })
    await still(world, 50)
    expect(world.wechat.delivered).toHaveLength(delivered)
    expect(states(world)).toEqual(expected)
    const merged = world.store.documents<Reminder>('reminders').filter(({ text }) => text === 'merged')
    expect(merged).toHaveLength(5 - delivered)
  })
})

describe('what a person wants', () => {
  test('quiet hours put it off to their end', async () => {
    const world = given()
    await subscribe(world)
    const quiet = { from: '15:50', to: '16:20', zone: 'Asia/Shanghai' }
    dataOf(await world.call('preference.set', { quiet }))
    await set(world)
    expect(await minutes(world, 60)).toEqual([50])
  })

  test('quiet hours that last longer than its grace miss it', async () => {
    const world = given()
    await subscribe(world)
    const quiet = { from: '15:50', to: '16:20', zone: 'Asia/Shanghai' }
    dataOf(await world.call('preference.set', { quiet }))
    await set(world, { graceMinutes: 10 })
    expect(await minutes(world, 60)).toEqual([])
    expect(states(world)).toEqual(['missed'])
  })

  test('a muted template does not come, and costs no grant', async () => {
    const world = given()
    await subscribe(world)
    dataOf(await world.call('preference.set', { mute: ['order-shipped'] }))
    await set(world)
    expect(await minutes(world, 40)).toEqual([])
    expect(world.store.documents<Reminder>('reminders')).toMatchObject([
      { state: 'fired', outcome: 'skipped', text: 'muted' },
    ])
  })
})

describe('without a grant', () => {
  test('it is told beforehand, to the person and to staff, and is skipped at its time', async () => {
    const world = given()
    await subscribe(world)
    expect((await set(world)).left).toBe(1)
    await set(world, { key: 'reminder-2', schedule: { kind: 'once', at: '2026-11-21T16:10' } })
    const { reminders } = dataOf(await world.call('reminder.undeliverable', {}, as.owner))
    expect(reminders).toMatchObject([
      { openid: ALICE, at: Date.UTC(2026, 10, 21, 8, 10), reason: 'no-grant' },
    ])
    await minutes(world, 50)
    const day = { day: '2026-11-21' }
    expect(dataOf(await world.call('reminder.board', day, as.owner))).toEqual({
      templates: [
        {
          template: 'order-shipped',
          waiting: 0,
          missed: 0,
          cancelled: 0,
          outcomes: { sent: 1, skipped: 1 },
        },
      ],
      more: false,
    })
  })
})

test('of very many that are due at one minute all that cannot be delivered are listed', async () => {
  const world = given()
  await set(world)
  const [one] = world.store.documents<Reminder>('reminders')
  const copies = Array.from({ length: 1500 }, (_, at) => ({ ...one, _id: `${one?.rule}:1:x${at}` }))
  await world.store.insertAll('reminders', copies)
  const found = new Set<string>()
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const input = cursor === undefined ? {} : { cursor }
    const part = dataOf(await world.call('reminder.undeliverable', input, as.owner))
    for (const { id } of part.reminders) found.add(id)
    cursor = part.cursor
  }
  expect(found.size).toBe(1501)
})

describe('bad input is refused in words, and nothing is written', () => {
  const repeat = (over: Record<string, unknown>) => ({ ...daily, ...over }) as never
  test.each<[string, Partial<InputOf<'reminder.create'>>, RegExp]>([
    ['a day that there is not', { schedule: { kind: 'once', at: '2027-02-30T10:00' } }, /no such day/],
    ['an unknown zone', { zone: 'Asia/Atlantis' }, /Asia\/Shanghai/],
    ['a time in the past', { schedule: { kind: 'once', at: '2026-11-21T15:00' } }, /is over/],
    ['a time in a hundred years', { schedule: { kind: 'once', at: '2126-11-21T15:00' } }, /five years/],
    ['more often than each five minutes', { schedule: repeat({ unit: 'minutes' }) }, /every 5 minutes/],
    ['one that never comes', { schedule: repeat({ until: '2026-11-21T15:59' }) }, /never come/],
    ['an end that is over', { schedule: repeat({ until: '2026-11-20T10:00' }) }, /is over/],
    ['two ends', { schedule: repeat({ until: '2027-01-01T10:00', count: 3 }) }, /not both/],
    ['weekdays of days', { schedule: repeat({ weekdays: ['MO'] }) }, /by weeks/],
    ['a last day of weeks', { schedule: repeat({ unit: 'weeks', lastDay: true }) }, /by months/],
    ['a time in a param that holds none', { timeParam: 'goods' }, /shippedAt/],
    ['params that do not fit', { params: {} }, /orderNumber/],
  ])('%s', async (_what, over, message) => {
    const world = given()
    const { message: told } = errorOf(await world.call('reminder.create', reminder(over)))
    expect(told).toMatch(message)
    for (const collection of ['reminderRules', 'reminders', 'lanes'])
      expect(world.store.documents(collection)).toEqual([])
  })

  test('more reminders than one person may have', async () => {
    const world = given({ env: { HONGYAN_REMINDERS: '2' } })
    await set(world)
    const { reminder: second } = await set(world, { key: 'reminder-2' })
    const third = reminder({ key: 'reminder-3' })
    expect(errorOf(await world.call('reminder.create', third)).code).toBe('REMINDER_LIMIT')
    dataOf(await world.call('reminder.cancel', { reminder: second }))
    dataOf(await world.call('reminder.create', third))
  })
})

test('with wake-ups on, a dispatch is woken when the next is due: one for all, asked for once', async () => {
  const world = given({ env: { HONGYAN_WAKEUPS: 'on' } })
  for (const openid of [ALICE, 'oBertSubscriber', 'oCarlSubscriber']) {
    await subscribe(world, 2, openid)
    await set(world, { schedule: { ...daily, unit: 'hours' } }, as.phone(openid))
  }
  await minutes(world, 35)
  const at = Date.UTC(2026, 10, 21, 8)
  // A little early: a task counts in seconds.
  expect(world.woken).toEqual([at - 2_000, at + 60 * MINUTE - 2_000])
  expect(world.wechat.delivered).toHaveLength(3)
})

test('whoever is woken a little early waits for what it was woken for', async () => {
  const world = given({ env: { HONGYAN_WAKEUPS: 'on' } })
  await subscribe(world, 1)
  await set(world)
  world.clock.advance(30 * MINUTE - 1_500)
  dataOf(await world.tick())
  expect(world.wechat.delivered).toHaveLength(1)
  expect(world.clock.now()).toBe(Date.UTC(2026, 10, 21, 8))
})
