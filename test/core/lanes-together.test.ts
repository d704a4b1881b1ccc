/** Several lanes under one lease, with one page: what comes between, and who waits for whom. */
import { laneId } from '../../core/delivery/lanes'
import type { Reminder } from '../../core/reminder/reminder'
import { ServerTime } from '../../core/ports'
import { LEASE_MS } from '../../core/settings'
import { heldAt, TAKEN_OVER_MS } from '../support/held'
import { due, lefts, ofLane, pagesOf, people, tickOf } from '../support/lanes-together'
import { MINUTE, params } from '../support/reminding'
import { as, counted, dataOf, type Given } from '../support/service'

const home = (world: Given) => pagesOf(world)[0]?.lane ?? Number.NaN
const got = ({ wechat }: Given) => wechat.delivered.map(({ openid }) => openid).sort()
const states = ({ store }: Given) =>
  store.documents<Reminder>('reminders').map(({ state, outcome }) => `${state} ${outcome}`)

/** Whatever a test did to the lanes: nobody waits any more, nobody got it twice, and everybody paid once. */
async function expectAllSentOnce(world: Given, left = 1) {
  for (let at = 0; at < 3; at += 1) {
    world.clock.advance(TAKEN_OVER_MS)
    dataOf(await world.tick())
  }
  expect(got(world)).toEqual([...people].sort())
  expect(world.wechat.asked).toHaveLength(people.length)
  expect(states(world)).toEqual(people.map(() => 'fired sent'))
  expect(lefts(world)).toEqual(people.map(() => left))
  expect(pagesOf(world).filter(({ isOpen }) => isOpen)).toEqual([])
}

test('people of several lanes are in one page, and each pays from their own', async () => {
  const world = await due(2)
  for (const lane of [0, 1]) expect(ofLane(lane).length).toBeGreaterThan(0)
  dataOf(await world.tick())
  expect(pagesOf(world)).toMatchObject([{ size: people.length, lanes: expect.arrayContaining([0, 1]) }])
  await expectAllSentOnce(world)
})

test('a page that was claimed when its lanes were another’s sends nothing and changes no reminder', async () => {
  const world = await due(2)
  const claiming = heldAt(world.store, 'insert pages')
  const first = world.tick(claiming.store)
  await claiming.reached
  world.clock.advance(TAKEN_OVER_MS)
  // Another works the lane that is not the page's home, and is in the middle of it when the page comes.
  const settling = heldAt(world.store, 'update reminders')
  const second = tickOf(world, [1], settling.store)
  await settling.reached
  expect(got(world)).toEqual(ofLane(1).sort())
  claiming.release()
  dataOf(await first)
  const late = pagesOf(world).find(({ lanes }) => lanes.length > 1)
  expect(late).toMatchObject({ lane: 0, step: 0, isOpen: true })
  // Whoever takes its home closes it.
  world.clock.advance(1)
  await tickOf(world, [0])
  settling.release()
  await second
  await expectAllSentOnce(world)
})

test('a page that was claimed when its lanes were another’s takes nobody’s grant', async () => {
  const world = await due(1)
  const claiming = heldAt(world.store, 'insert pages')
  const first = world.tick(claiming.store)
  await claiming.reached
  world.clock.advance(TAKEN_OVER_MS)
  const spending = heldAt(world.store, 'update quotas')
  const second = tickOf(world, [1], spending.store)
  await spending.reached
  claiming.release()
  dataOf(await first)
  spending.release()
  await second
  await expectAllSentOnce(world, 0)
})

test('a lane waits for a page that holds people of it and is at home elsewhere', async () => {
  const world = await due(2)
  let steps = 0
  const counting = counted(world.store, (call) => (steps += call === 'update pages' ? 1 : 0))
  // Everything has been sent, and nothing of it is written.
  const dying = heldAt(counting, 'update pages', () => steps === 1)
  void world.tick(dying.store)
  await dying.reached
  expect(got(world)).toHaveLength(people.length)
  const guest = home(world) === 0 ? 1 : 0
  world.clock.advance(TAKEN_OVER_MS)
  const taken = { set: { holder: 'another', leaseUntil: new ServerTime(LEASE_MS) }, inc: { fence: 1 } }
  await world.store.update('lanes', { _id: laneId(home(world)) }, taken)
  expect(await tickOf(world, [guest])).toMatchObject({ recovered: 0, outcomes: {} })
  expect(pagesOf(world)).toMatchObject([{ isOpen: true }])
  // Who has its home does nothing: the next tick that can take it closes the page, and then the lane goes on.
  world.clock.advance(TAKEN_OVER_MS)
  dataOf(await world.tick())
  expect(pagesOf(world)).toMatchObject([{ isOpen: false }])
  expect(states(world)).toEqual(people.map(() => 'fired unknown'))
  expect(world.wechat.asked).toHaveLength(people.length)
})

test('who loses one of its lanes sends nothing more in the others', async () => {
  const world = await due(2)
  const spending = heldAt(world.store, 'update quotas')
  const first = world.tick(spending.store)
  await spending.reached
  // Long enough that it renews, and finds one of them taken away.
  world.clock.advance(15_000)
  await world.store.update('lanes', { _id: 'lane-1' }, { set: { holder: 'another' }, inc: { fence: 1 } })
  spending.release()
  dataOf(await first)
  expect(world.wechat.asked).toEqual([])
  await expectAllSentOnce(world)
})

test('a message of one lane that breaks holds up no other lane', async () => {
  const world = await due(2)
  const send = world.wechat.send.bind(world.wechat)
  let broken = 0
  world.wechat.send = async (message) => {
    if (message.openid === people[0] && (broken += 1) === 1) throw new Error('a bug')
    return send(message)
  }
  expect(dataOf(await world.tick())).toMatchObject({ broken: 1 })
  expect(got(world)).toEqual(people.slice(1).sort())
  expect(states(world).filter((state) => state === 'fired sent')).toHaveLength(people.length - 1)
  expect(states(world).filter((state) => state === 'fired unknown')).toHaveLength(1)
})

test('a campaign that starts while lanes are worked together is sent by each of them', async () => {
  const world = await due(2)
  const claiming = heldAt(world.store, 'insert pages')
  const ticked = world.tick(claiming.store)
  await claiming.reached
  const wanted = { key: 'campaign-1', name: '双十一', template: 'order-shipped', params } as const
  const { campaign } = dataOf(
    await world.call('campaign.create', { ...wanted, audience: { kind: 'everybody' } }, as.owner),
  )
  dataOf(await world.call('campaign.start', { campaign }, as.owner))
  claiming.release()
  dataOf(await ticked)
  world.clock.advance(MINUTE)
  dataOf(await world.tick())
  expect(world.wechat.delivered).toHaveLength(2 * people.length)
  expect(dataOf(await world.call('campaign.get', { campaign }, as.owner))).toMatchObject({
    state: 'finished',
  })
})
