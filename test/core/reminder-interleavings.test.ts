/** What comes between two calls of a tick that sends reminders. docs/delivery.md lists the interleavings. */
import type { InputOf } from '../../core/contract'
import type { Reminder } from '../../core/reminder/reminder'
import { templates } from '../../templates'
import { heldAt, TAKEN_OVER_MS } from '../support/held'
import { given, MINUTE, params, TEMPLATE_ID } from '../support/reminding'
import { ALICE, as, dataOf, type Given } from '../support/service'

const CLASS = 'mT7bQe2Xc9RfVgYh4Un1Jk6Lo3Zp8As5Dw0ExCrFtHi'
const hourly = { kind: 'repeat', from: '2026-11-21T16:00', every: 1, unit: 'hours' } as const

async function set(world: Given, over: Partial<InputOf<'reminder.create'>> = {}) {
  const wanted = { key: 'reminder-1', template: 'order-shipped', params, schedule: hourly, ...over }
  return dataOf(await world.call('reminder.create', wanted))
}

/** Alice with so many grants; the clock begins at 15:30 in Shanghai. */
async function alice(times: number, over: Parameters<typeof given>[0] = {}): Promise<Given> {
  const world = given({ ...over, env: { HONGYAN_LANES: '1', ...over.env } })
  for (const [scene, id] of [
    ['order', TEMPLATE_ID],
    ['class', CLASS],
  ] as const)
    for (let at = 0; at < times; at += 1) {
      const answers = { [id]: 'accept' as const }
      dataOf(await world.call('subscription.record', { promptId: `prompt-${scene}-${at}`, scene, answers }))
      world.wechat.grant(ALICE, id)
    }
  return world
}

async function tickAfter(world: Given, minutes: number) {
  world.clock.advance(minutes * MINUTE)
  dataOf(await world.tick())
}

const all = ({ store }: Given) => store.documents<Reminder>('reminders').sort((a, b) => a.at - b.at)
const states = (world: Given) => all(world).map(({ state }) => state)

test('a holder that stands still between the next times and its page makes neither a second time', async () => {
  const world = await alice(3)
  await set(world)
  world.clock.advance(30 * MINUTE)
  const claiming = heldAt(world.store, 'insert pages')
  const ticked = world.tick(claiming.store)
  await claiming.reached
  world.clock.advance(TAKEN_OVER_MS)
  dataOf(await world.tick())
  claiming.release()
  await ticked
  expect(world.wechat.delivered).toHaveLength(1)
  expect(states(world)).toEqual(['fired', 'waiting'])
  await tickAfter(world, 30)
  await tickAfter(world, 30)
  expect(world.wechat.delivered).toHaveLength(2)
})

test('a cancel between the plan of a reminder and its claim lets it arrive once, and none after it', async () => {
  const world = await alice(3)
  const { reminder } = await set(world)
  world.clock.advance(30 * MINUTE)
  const claiming = heldAt(world.store, 'insert pages')
  const ticked = world.tick(claiming.store)
  await claiming.reached
  dataOf(await world.call('reminder.cancel', { reminder }))
  claiming.release()
  dataOf(await ticked)
  await tickAfter(world, 60)
  await tickAfter(world, 60)
  expect(world.wechat.delivered.length).toBeLessThanOrEqual(1)
  expect(states(world)).toEqual(['cancelled', 'cancelled'])
})

test('a cancel while the next times are made leaves none that would go', async () => {
  const world = await alice(3)
  const { reminder } = await set(world)
  world.clock.advance(30 * MINUTE)
  const making = heldAt(world.store, 'insertAll reminders')
  const ticked = world.tick(making.store)
  await making.reached
  dataOf(await world.call('reminder.cancel', { reminder }))
  making.release()
  dataOf(await ticked)
  const delivered = world.wechat.delivered.length
  await tickAfter(world, 60)
  expect(world.wechat.delivered).toHaveLength(delivered)
  expect(states(world)).not.toContain('waiting')
})

test('a missed reminder that is sent by hand is not written down as missed by a slow holder', async () => {
  const world = await alice(2)
  const grace = { graceMinutes: 5, schedule: { kind: 'once', at: '2026-11-21T16:00' } as const }
  await set(world, grace)
  await tickAfter(world, 1)
  world.clock.advance(40 * MINUTE)
  const settling = heldAt(world.store, 'update reminders')
  const ticked = world.tick(settling.store)
  await settling.reached
  world.clock.advance(TAKEN_OVER_MS)
  dataOf(await world.tick())
  const [missed] = all(world)
  expect(missed?.state).toBe('missed')
  dataOf(await world.call('reminder.sendMissed', { reminders: [missed?._id ?? ''] }, as.owner))
  settling.release()
  await ticked
  expect(states(world)).toEqual(['waiting'])
  await tickAfter(world, 1)
  await tickAfter(world, 1)
  expect(world.wechat.delivered).toHaveLength(1)
})

test('one of a digest that is cancelled between its plan and its claim stays cancelled, and costs nothing', async () => {
  const world = await alice(2)
  const course = (name: string, at: string) =>
    set(world, {
      key: `reminder-${name}`,
      template: 'class-reminder',
      params: { course: name, teacher: '王老师', endsAt: '2026-11-21T20:30', room: '203' },
      timeParam: 'startsAt',
      schedule: { kind: 'once', at },
    })
  await course('书法', '2026-11-21T16:00')
  const { reminder } = await course('素描', '2026-11-21T16:20')
  world.clock.advance(30 * MINUTE)
  const claiming = heldAt(world.store, 'insert pages')
  const ticked = world.tick(claiming.store)
  await claiming.reached
  dataOf(await world.call('reminder.cancel', { reminder }))
  claiming.release()
  dataOf(await ticked)
  await tickAfter(world, 20)
  expect(world.wechat.delivered).toHaveLength(1)
  expect(states(world)).toEqual(['fired', 'cancelled'])
  const { quotas } = dataOf(await world.call('subscription.mine', {}))
  expect(quotas.find(({ template }) => template === 'class-reminder')?.left).toBe(1)
})

test('reminders of a restored copy wait for a person, and those made since go', async () => {
  const world = await alice(3)
  await set(world, { graceMinutes: 600 })
  await tickAfter(world, 1)
  await tickAfter(world, 200)
  expect(world.wechat.delivered).toEqual([])
  await set(world, { key: 'reminder-2', schedule: { kind: 'delay', minutes: 5 } })
  await tickAfter(world, 5)
  expect(world.wechat.delivered).toHaveLength(1)
  dataOf(await world.call('dispatch.release', {}, as.owner))
  await tickAfter(world, 1)
  // 16:00 to 18:00 were held up: the last stands for all.
  expect(world.wechat.delivered).toHaveLength(2)
  expect(states(world)).toEqual(['fired', 'fired', 'fired', 'fired', 'waiting'])
})

test('a frequency counts reminders too: who has had enough is skipped and told of', async () => {
  const files = templates.map(({ file, content }) => {
    const definition = content as { key: string }
    return definition.key === 'order-shipped'
      ? { file, content: { ...definition, frequency: { max: 2, days: 1 } } }
      : { file, content }
  })
  const world = await alice(5, { files })
  await set(world)
  for (const minutes of [30, 60, 60, 60]) await tickAfter(world, minutes)
  expect(world.wechat.delivered).toHaveLength(2)
  expect(all(world).map(({ text }) => text)).toEqual([undefined, undefined, 'capped', 'capped', undefined])
  const soon = dataOf(await world.call('reminder.undeliverable', {}, as.owner))
  expect(soon.reminders).toMatchObject([{ openid: ALICE, reason: 'capped' }])
})

test('quiet hours are those of the person’s own zone', async () => {
  const world = await alice(1)
  // 03:00 in New York is 16:00 in Shanghai.
  const quiet = { from: '23:00', to: '03:30', zone: 'America/New_York' }
  dataOf(await world.call('preference.set', { quiet }))
  await set(world, { schedule: { kind: 'once', at: '2026-11-21T16:00' } })
  await tickAfter(world, 30)
  expect(world.wechat.delivered).toEqual([])
  await tickAfter(world, 29)
  expect(world.wechat.delivered).toEqual([])
  await tickAfter(world, 1)
  expect(world.wechat.delivered).toHaveLength(1)
})
