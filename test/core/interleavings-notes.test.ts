/** Work that is noted between two calls of a tick goes with the next one. docs/delivery.md lists the interleavings. */
import { NEVER, note } from '../../core/delivery/lanes'
import { gt } from '../../core/ports'
import type { Reminder } from '../../core/reminder/reminder'
import { created, openidsOf, orderParams, run, subscribe } from '../support/campaign'
import { got, heldAnswers, heldAt, running } from '../support/held'
import { as, counted, dataOf, given, type Given } from '../support/service'

const MINUTE = 60_000

async function tickAfter(world: Given, minutes: number) {
  world.clock.advance(minutes * MINUTE)
  dataOf(await world.tick())
}

async function single(world: Given, openid: string, orderNumber = 'SINGLE') {
  const params = { ...orderParams, orderNumber }
  const input = { key: `key-${orderNumber}-${openid}`, to: openid, template: 'order-shipped', params }
  dataOf(await world.call('send.one', input, as.owner))
}

/** Who got a message with this order number. */
const gotOf = ({ wechat }: Given, orderNumber: string) =>
  wechat.delivered
    .filter(({ data }) => Object.values(data).includes(orderNumber))
    .map(({ openid }) => openid)
    .sort()

/** Four lanes with six people, each with a reminder for 16:00; it is 16:00. */
async function reminded(): Promise<{ world: Given; people: string[] }> {
  const world = given({ env: { HONGYAN_LANES: '4' } })
  const people = openidsOf(6)
  await subscribe(world, people, 3)
  const schedule = { kind: 'once', at: '2026-11-21T16:00' } as const
  for (const openid of people) {
    const wanted = { key: `reminder-${openid}`, to: openid, template: 'order-shipped', params: orderParams }
    dataOf(await world.call('reminder.create', { ...wanted, schedule }, as.owner))
  }
  world.clock.advance(30 * MINUTE)
  return { world, people }
}

test('a single message that comes between what was read of its lane and its lease goes with the next tick', async () => {
  const { world, people } = await reminded()
  let isRead = false
  const reading = counted(world.store, (call) => (isRead ||= call === 'find quotas'))
  const taking = heldAt(reading, 'update lanes', () => isRead)
  const ticked = world.tick(taking.store)
  await taking.reached
  const [first = ''] = people
  await single(world, first)
  taking.release()
  dataOf(await ticked)
  await tickAfter(world, 1)
  expect(gotOf(world, 'SINGLE')).toEqual([first])
})

test('a campaign that starts during a tick that knows others waits for no scan', async () => {
  const { world, openids } = await running(3, { times: 2 })
  const { campaign } = await created(world, { params: { ...orderParams, orderNumber: 'NEXT' } })
  const answers = heldAnswers(world, 3)
  const ticked = world.tick()
  await answers.reached
  dataOf(await world.call('campaign.start', { campaign }, as.owner))
  answers.release()
  dataOf(await ticked)
  await run(world, campaign, 3)
  expect(gotOf(world, 'NEXT')).toEqual(openids)
})

test('a campaign that is resumed during a tick that knows others waits for no scan', async () => {
  const { world, openids } = await running(3, { times: 2 })
  const { campaign } = await created(world, { params: { ...orderParams, orderNumber: 'NEXT' } })
  dataOf(await world.call('campaign.start', { campaign }, as.owner))
  dataOf(await world.call('campaign.pause', { campaign }, as.owner))
  const answers = heldAnswers(world, 3)
  const ticked = world.tick()
  await answers.reached
  dataOf(await world.call('campaign.resume', { campaign }, as.owner))
  answers.release()
  dataOf(await ticked)
  await run(world, campaign, 3)
  expect(gotOf(world, 'NEXT')).toEqual(openids)
})

test('a campaign starts at its time though its lanes were worked before it', async () => {
  const world = given({ env: { HONGYAN_LANES: '2' } })
  const openids = openidsOf(6)
  await subscribe(world, openids, 2)
  const { campaign } = await created(world)
  const startAt = world.clock.now() + 5 * MINUTE
  dataOf(await world.call('campaign.schedule', { campaign, startAt }, as.owner))
  for (const openid of openids) await single(world, openid)
  await tickAfter(world, 1)
  await tickAfter(world, 4)
  await tickAfter(world, 1)
  expect(gotOf(world, 'HY1')).toEqual(openids)
})

test('a campaign that is scheduled during a tick that knows others starts at its time', async () => {
  const { world, openids } = await running(3, { times: 2 })
  const { campaign } = await created(world, { params: { ...orderParams, orderNumber: 'NEXT' } })
  const answers = heldAnswers(world, 3)
  const ticked = world.tick()
  await answers.reached
  await single(world, 'oNobody')
  const startAt = world.clock.now() + 5 * MINUTE
  dataOf(await world.call('campaign.schedule', { campaign, startAt }, as.owner))
  answers.release()
  dataOf(await ticked)
  await tickAfter(world, 5)
  await tickAfter(world, 1)
  expect(gotOf(world, 'NEXT')).toEqual(openids)
})

test('what was held of a restored copy goes when it is released, though a tick was about to look for it', async () => {
  const world = given({ env: { HONGYAN_LANES: '1' } })
  const openids = openidsOf(2)
  const [first = '', second = ''] = openids
  await subscribe(world, openids)
  await single(world, first)
  await tickAfter(world, 120)
  expect(world.wechat.asked).toEqual([])
  await single(world, second)
  const taking = heldAt(world.store, 'update lanes')
  const ticked = world.tick(taking.store)
  await taking.reached
  dataOf(await world.call('dispatch.release', {}, as.owner))
  taking.release()
  dataOf(await ticked)
  await tickAfter(world, 1)
  expect(got(world)).toEqual(openids)
})

test('a campaign whose time comes when a restored copy is released starts, though a tick was about to look', async () => {
  const world = given({ env: { HONGYAN_LANES: '1' } })
  const openids = openidsOf(2)
  await subscribe(world, openids)
  const { campaign } = await created(world)
  const startAt = world.clock.now() + 125 * MINUTE
  dataOf(await world.call('campaign.schedule', { campaign, startAt }, as.owner))
  await tickAfter(world, 120)
  world.clock.advance(5 * MINUTE)
  const taking = heldAt(world.store, 'update lanes')
  const ticked = world.tick(taking.store)
  await taking.reached
  dataOf(await world.call('dispatch.release', {}, as.owner))
  taking.release()
  dataOf(await ticked)
  await tickAfter(world, 1)
  expect(got(world)).toEqual(openids)
})

test('what cannot be planned in one lane keeps no other lane waiting', async () => {
  const { world, people } = await reminded()
  const [first] = world.store.documents<Reminder>('reminders')
  if (!first) throw new Error('there is no reminder')
  await world.store.update('reminders', { _id: first._id }, { set: { revision: 'gone' } })
  dataOf(await world.tick())
  const others = world.store
    .documents<Reminder>('reminders')
    .filter(({ lane }) => lane !== first.lane)
    .map(({ openid }) => openid)
  expect(others.length).toBeGreaterThan(0)
  expect(got(world)).toEqual(people.filter((openid) => others.includes(openid)))
})

test('a rule whose reminders cannot be made does not end the scan', async () => {
  const { world } = await reminded()
  dataOf(await world.tick())
  const delivered = world.wechat.delivered.length
  const [rule] = await world.store.find('reminderRules', { where: {}, limit: 1 })
  await world.store.update(
    'reminderRules',
    { _id: rule?._id ?? '' },
    { set: { made: false, state: 'on', revision: 'gone' } },
  )
  // A message whose note was lost: only the scan finds it.
  await single(world, openidsOf(1)[0] ?? '')
  await world.store.update('lanes', { fence: gt(0) }, { set: { nextAt: NEVER } })
  await tickAfter(world, 11)
  expect(world.wechat.delivered).toHaveLength(delivered + 1)
})

/** As whoever has a clock that goes so far ahead calls it; the database has the right time. */
async function ahead(world: Given, ms: number, call: () => Promise<unknown>) {
  await note({ store: world.store }, 0, NEVER)
  world.clock.advance(ms)
  await call()
  world.clock.advance(-ms)
}

test('a single message of an instance whose clock is minutes ahead goes with the next tick', async () => {
  const world = given({ env: { HONGYAN_LANES: '1' } })
  const [openid = ''] = openidsOf(1)
  await subscribe(world, [openid])
  await ahead(world, 5 * MINUTE, () => single(world, openid))
  await tickAfter(world, 1)
  expect(got(world)).toEqual([openid])
})

test('a campaign that is started by an instance whose clock is minutes ahead goes with the next tick', async () => {
  const world = given({ env: { HONGYAN_LANES: '1' } })
  const openids = openidsOf(3)
  await subscribe(world, openids)
  const { campaign } = await created(world)
  await ahead(world, 5 * MINUTE, () => world.call('campaign.start', { campaign }, as.owner))
  await tickAfter(world, 1)
  expect(got(world)).toEqual(openids)
})

test('a campaign goes though a hundred others are scheduled for later', async () => {
  const world = given({ env: { HONGYAN_LANES: '1' } })
  const openids = openidsOf(2)
  await subscribe(world, openids)
  const startAt = world.clock.now() + 24 * 60 * MINUTE
  for (let at = 0; at < 100; at += 1) {
    const { campaign } = await created(world, { name: `later ${at}` })
    dataOf(await world.call('campaign.schedule', { campaign, startAt }, as.owner))
  }
  const { campaign } = await created(world)
  dataOf(await world.call('campaign.start', { campaign }, as.owner))
  await tickAfter(world, 1)
  expect(got(world)).toEqual(openids)
})
