/** What staff do comes between two calls of a tick. docs/delivery.md lists the interleavings. */
import { note } from '../../core/delivery/lanes'
import type { Quota } from '../../core/subscription/quotas'
import { created, deliveries, openidsOf, orderParams, read, run, subscribe } from '../support/campaign'
import { got, heldAnswers, heldAt, pagesOf, running, TAKEN_OVER_MS } from '../support/held'
import { as, dataOf, given } from '../support/service'

test('a pause between the plan of a page and its claim sends nobody, and makes one page', async () => {
  const { world, campaign } = await running(5)
  const claiming = heldAt(world.store, 'insert pages')
  const ticked = world.tick(claiming.store)
  await claiming.reached
  dataOf(await world.call('campaign.pause', { campaign }, as.owner))
  claiming.release()
  dataOf(await ticked)
  expect(world.wechat.asked).toEqual([])
  expect(pagesOf(world)).toHaveLength(1)
  dataOf(await world.call('campaign.resume', { campaign }, as.owner))
  expect(await run(world, campaign)).toMatchObject({ state: 'finished', progress: { outcomes: { sent: 5 } } })
})

test('a pause that one lane of an instance has heard of holds for the page that another has planned', async () => {
  const { world, campaign } = await running(20, { env: { HONGYAN_LANES: '2' } })
  const second = heldAt(world.store, 'insert pages')
  const first = heldAt(second.store, 'insert pages')
  const isClosed = () => pagesOf(world).some(({ isOpen }) => !isOpen)
  const heard = heldAt(first.store, 'update lanes', isClosed)
  const ticked = world.tick(heard.store)
  await Promise.all([first.reached, second.reached])
  dataOf(await world.call('campaign.pause', { campaign }, as.owner))
  second.release()
  await heard.reached
  first.release()
  heard.release()
  dataOf(await ticked)
  expect(pagesOf(world)).toHaveLength(2)
  expect(world.wechat.asked).toEqual([])
})

test('a stop that was taken back between plan and claim leaves its campaigns paused, and sends nobody', async () => {
  const { world, campaign } = await running(5)
  const claiming = heldAt(world.store, 'insert pages')
  const ticked = world.tick(claiming.store)
  await claiming.reached
  dataOf(await world.call('dispatch.stop', {}, as.owner))
  dataOf(await world.call('dispatch.release', {}, as.owner))
  claiming.release()
  dataOf(await ticked)
  expect(world.wechat.asked).toEqual([])
  expect(await read(world, campaign)).toMatchObject({ state: 'paused' })
})

test('a single message that comes during a long page goes before the next campaign', async () => {
  const { world, openids } = await running(3, { times: 3 })
  const { campaign } = await created(world, { params: { ...orderParams, orderNumber: 'NEXT' } })
  dataOf(await world.call('campaign.start', { campaign }, as.owner))
  const answers = heldAnswers(world, 3)
  const ticked = world.tick()
  await answers.reached
  world.clock.advance(6_000)
  const params = { ...orderParams, orderNumber: 'SINGLE' }
  const message = { key: 'single-one', to: openids[0] ?? '', template: 'order-shipped', params }
  dataOf(await world.call('send.one', message, as.owner))
  answers.release()
  dataOf(await ticked)
  const order = world.wechat.delivered.map(({ data }) => Object.values(data)[0])
  expect(order).toEqual(['HY1', 'HY1', 'HY1', 'SINGLE', 'NEXT', 'NEXT', 'NEXT'])
})

test('a pause that is acknowledged between two windows lets no further one begin', async () => {
  const { world, campaign } = await running(9, { env: { HONGYAN_WINDOW: '3' } })
  const isSecond = () => pagesOf(world).some(({ announced }) => announced === 3)
  const sending = heldAt(world.store, 'update pages', isSecond)
  const ticked = world.tick(sending.store)
  await sending.reached
  dataOf(await world.call('campaign.pause', { campaign }, as.owner))
  const asked = world.wechat.asked.length
  sending.release()
  dataOf(await ticked)
  expect(world.wechat.asked).toHaveLength(asked)
})

test('a stop that is late for a campaign that was resumed holds nobody up for good', async () => {
  const { world, campaign, openids } = await running(5)
  const pausing = heldAt(world.store, 'update pages')
  const paused = world.call('campaign.pause', { campaign }, as.owner, pausing.store)
  await pausing.reached
  dataOf(await world.call('campaign.resume', { campaign }, as.owner))
  const sending = heldAt(world.store, 'update pages')
  const ticked = world.tick(sending.store)
  await sending.reached
  pausing.release()
  dataOf(await paused)
  sending.release()
  dataOf(await ticked)
  expect(await run(world, campaign)).toMatchObject({ state: 'finished', progress: { outcomes: { sent: 5 } } })
  expect(got(world)).toEqual(openids)
})

test('a cancel while a page is recovered leaves nobody waiting, and gives their grants back', async () => {
  const { world, campaign } = await running(5)
  const dying = heldAt(world.store, 'update pages')
  void world.tick(dying.store)
  await dying.reached
  world.clock.advance(TAKEN_OVER_MS)
  const recovering = heldAt(world.store, 'update pages')
  const second = world.tick(recovering.store)
  await recovering.reached
  dataOf(await world.call('campaign.cancel', { campaign }, as.owner))
  recovering.release()
  dataOf(await second)
  expect(world.wechat.asked).toEqual([])
  const rows = await deliveries(world, { campaign })
  expect(rows.map(({ outcome, code }) => [outcome, code])).toEqual(
    Array.from({ length: 5 }, () => ['skipped', 'cancelled']),
  )
  expect((await read(world, campaign)).progress.outcomes).toEqual({ skipped: 5 })
  expect(world.store.documents<Quota>('quotas').every(({ left }) => left === 1)).toBe(true)
})

test('a page that was sent and not counted when its campaign is cancelled is reported', async () => {
  const { world, campaign, openids } = await running(3)
  // The holder dies when everybody's ending is written, before they are counted.
  const isSent = () => pagesOf(world).some(({ state }) => state !== 'open')
  const dying = heldAt(world.store, 'update progress', isSent)
  void world.tick(dying.store)
  await dying.reached
  dataOf(await world.call('campaign.cancel', { campaign }, as.owner))
  world.clock.advance(TAKEN_OVER_MS)
  dataOf(await world.tick())
  expect(got(world)).toEqual(openids)
  expect((await deliveries(world, { campaign })).map(({ openid }) => openid).sort()).toEqual(openids)
  expect((await read(world, campaign)).progress.outcomes).toEqual({ sent: 3 })
})

test('a campaign that starts while everything is stopped sends nothing', async () => {
  const world = given({ env: { HONGYAN_LANES: '1' } })
  await subscribe(world, openidsOf(5))
  const { campaign } = await created(world)
  await note(world, 0, world.clock.now())
  // A tick that has begun before the stop, and looks for campaigns after it.
  const tick = heldAt(world.store, 'find campaigns')
  const ticked = world.tick(tick.store)
  await tick.reached
  const starting = heldAt(world.store, 'update campaigns')
  const started = world.call('campaign.start', { campaign }, as.owner, starting.store)
  await starting.reached
  dataOf(await world.call('dispatch.stop', {}, as.owner))
  starting.release()
  await started
  tick.release()
  dataOf(await ticked)
  expect(world.wechat.asked).toEqual([])
})

test('a restored copy waits for a person, whoever ticks first', async () => {
  const { world } = await running(5)
  // Two hours without a timer: this may be a copy of the database, and everybody served already.
  world.clock.advance(2 * 60 * 60_000)
  dataOf(await world.call('dispatch.tick', { lanes: [0] }, as.timer))
  expect(world.wechat.asked).toEqual([])
})

test('a rate that is lowered between the plan of a page and its claim holds for that page', async () => {
  const { world, campaign } = await running(60, { env: { HONGYAN_TICK_MS: '5000' } })
  const claiming = heldAt(world.store, 'insert pages')
  const ticked = world.tick(claiming.store)
  await claiming.reached
  dataOf(await world.call('campaign.adjust', { campaign, rate: 1 }, as.owner))
  claiming.release()
  dataOf(await ticked)
  // Five seconds of a tick, and the first of them at once.
  expect(world.wechat.delivered.length).toBeLessThanOrEqual(6)
})
