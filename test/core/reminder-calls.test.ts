/** What reminders cost in database calls, and how many are worked that are due together. */
import type { Page } from '../../core/delivery/page'
import { daily, given, likeAlice, MINUTE, reminder, set, subscribe } from '../support/reminding'
import { as, counted, dataOf, type Given } from '../support/service'

test.each([
  [1, 'once', 50],
  [1, 'repeat', 100],
  [16, 'once', 50],
  [16, 'repeat', 100],
] as const)(
  'a thousand that are due together cost few database calls: %d lanes, %s, at most %d',
  async (lanes, kind, most) => {
    const world = given({ env: { HONGYAN_LANES: String(lanes) } })
    await subscribe(world)
    await set(world, { schedule: kind === 'once' ? { kind, at: '2026-11-21T16:00' } : daily })
    await likeAlice(world, 1000)
    world.clock.advance(30 * MINUTE)
    expect(await callsOf(world)).toBeLessThanOrEqual(most)
    expect(world.wechat.delivered).toHaveLength(1000)
  },
)

test('what docs/cost.md says of a single one is what it costs', async () => {
  const world = given({ env: { HONGYAN_LANES: '16' } })
  await subscribe(world, 2)
  await set(world)
  dataOf(await world.tick())
  world.clock.advance(30 * MINUTE)
  await world.tick()
  const again = reminder({ key: 'reminder-2', schedule: { kind: 'delay', minutes: 5 } })
  let setting = 0
  const store = counted(world.store, () => (setting += 1))
  dataOf(await world.call('reminder.create', again, as.alice, store))
  expect(setting).toBe(11)
  world.clock.advance(MINUTE)
  expect(await callsOf(world)).toBe(1)
  world.clock.advance(4 * MINUTE)
  expect(await callsOf(world)).toBe(1 + 19)
  expect(world.wechat.delivered).toHaveLength(2)
  world.clock.advance(6 * MINUTE)
  expect(await callsOf(world)).toBe(8)
})

/** Forty reminders, over eight lanes. */
async function fortyDue(): Promise<Given> {
  const world = given({ env: { HONGYAN_LANES: '8' } })
  await subscribe(world)
  await set(world)
  await likeAlice(world, 40)
  dataOf(await world.tick())
  world.clock.advance(30 * MINUTE)
  return world
}

/** The database calls of a tick. */
async function callsOf({ store, tick }: Given): Promise<number> {
  let calls = 0
  dataOf(await tick(counted(store, () => (calls += 1))))
  return calls
}

test('where very many are due together the other instances get a share of the lanes', async () => {
  const world = given({ env: { HONGYAN_LANES: '8', HONGYAN_INSTANCES: '4' } })
  const woken: number[][] = []
  world.service.ports.wake = {
    ...world.service.ports.wake,
    wake: async (lanes) => void woken.push([...lanes]),
  }
  await subscribe(world)
  await set(world)
  await likeAlice(world, 2400)
  world.clock.advance(30 * MINUTE)
  await world.tick()
  expect(woken).toHaveLength(3)
  expect(new Set(woken.flat()).size).toBe(woken.flat().length)
  // They did not come: whoever is through helps with what is left.
  expect(world.wechat.delivered).toHaveLength(2400)
})

test('lanes that an instance is given a share of are worked each by itself: more than a page is due in them', async () => {
  const world = await fortyDue()
  dataOf(await world.call('dispatch.tick', { lanes: [0, 1, 2, 3] }, as.timer))
  const pages = world.store.documents<Page>('pages')
  expect(pages.map(({ lanes }) => lanes.join()).sort()).toEqual(['0', '1', '2', '3'])
})

test('where lanes cannot be worked together each is worked by itself', async () => {
  const world = await fortyDue()
  let isFirst = true
  const store = counted(world.store, (call) => {
    if (call !== 'find quotas' || !isFirst) return
    isFirst = false
    throw new Error('more than one read gives')
  })
  dataOf(await world.tick(store))
  expect(world.wechat.delivered).toHaveLength(40)
  expect(world.logged).toMatchObject([{ message: expect.stringMatching(/each is worked by itself/) }])
})
