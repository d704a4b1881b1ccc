/**
 * Two holders of one lane, each held up where it hurts the other most. A test is one interleaving that the protocol
 * must close; docs/delivery.md lists them.
 */
import type { Quota } from '../../core/subscription/quotas'
import { deliveries, run } from '../support/campaign'
import { got, heldAt, pagesOf, running, TAKEN_OVER_MS } from '../support/held'
import { dataOf } from '../support/service'

test('a page that its old holder settles while another takes over does not hold up the lane', async () => {
  const { world, openids, campaign } = await running(450, { env: { HONGYAN_TICK_MS: '1000' } })
  // The last write of the first page is on its way when its holder is taken for dead.
  const isLast = () => pagesOf(world).some(({ announced, size }) => announced === size)
  const old = heldAt(world.store, 'update pages', isLast)
  const first = world.tick(old.store)
  await old.reached
  world.clock.advance(TAKEN_OVER_MS)
  const taker = heldAt(world.store, 'update pages')
  const second = world.tick(taker.store)
  await taker.reached
  old.release()
  dataOf(await first)
  taker.release()
  dataOf(await second)
  expect(await run(world, campaign, 4)).toMatchObject({
    state: 'finished',
    progress: { outcomes: { sent: 450 } },
  })
  expect(got(world)).toEqual(openids)
})

test('who is found at the end of an audience by a slow holder does not end it for the next', async () => {
  const over = { audience: { kind: 'everybody' as const, tags: ['vip'] }, rate: 100 }
  const { world, openids, campaign } = await running(250, { env: { HONGYAN_TICK_MS: '1000' }, over })
  const slow = heldAt(world.store, 'update progress')
  const first = world.tick(slow.store)
  await slow.reached
  world.clock.advance(TAKEN_OVER_MS)
  await world.store.update('quotas', {}, { set: { tags: ['vip'] } })
  dataOf(await world.tick())
  expect(world.wechat.delivered.length).toBeLessThan(250)
  slow.release()
  dataOf(await first)
  await run(world, campaign)
  expect(got(world)).toEqual(openids)
})

test('a page is counted once, though its old holder counts it after the new one', async () => {
  const { world, campaign, openids } = await running(5)
  const isSettled = () => pagesOf(world).some(({ state }) => state !== 'open')
  const slow = heldAt(world.store, 'update progress', isSettled)
  const first = world.tick(slow.store)
  await slow.reached
  world.clock.advance(TAKEN_OVER_MS)
  dataOf(await world.tick())
  slow.release()
  dataOf(await first)
  expect(await run(world, campaign)).toMatchObject({ state: 'finished', progress: { outcomes: { sent: 5 } } })
  expect(got(world)).toEqual(openids)
})

test('a holder that stood still between its plan and its claim sends nothing of a page that was sent meanwhile', async () => {
  const { world, campaign, openids } = await running(5)
  const slow = heldAt(world.store, 'insert pages')
  const first = world.tick(slow.store)
  await slow.reached
  world.clock.advance(TAKEN_OVER_MS)
  await run(world, campaign)
  slow.release()
  dataOf(await first)
  expect(got(world)).toEqual(openids)
  expect(pagesOf(world)).toHaveLength(1)
})

test('a holder that stood still before its claim, and claims first, sends nothing that the new one sends too', async () => {
  const { world, campaign, openids } = await running(5)
  const slow = heldAt(world.store, 'insert pages')
  const first = world.tick(slow.store)
  await slow.reached
  world.clock.advance(TAKEN_OVER_MS)
  const taker = heldAt(world.store, 'insert pages')
  const second = world.tick(taker.store)
  await taker.reached
  slow.release()
  taker.release()
  dataOf(await first)
  dataOf(await second)
  await run(world, campaign)
  expect(got(world)).toEqual(openids)
})

test('a spend that takes effect when its page was taken over takes nobody’s grant', async () => {
  const { world, campaign } = await running(5, { times: 2 })
  const isPage = () => pagesOf(world).length > 0
  const slow = heldAt(world.store, 'update quotas', isPage)
  const first = world.tick(slow.store)
  await slow.reached
  world.clock.advance(TAKEN_OVER_MS)
  await run(world, campaign)
  slow.release()
  dataOf(await first)
  expect(world.store.documents<Quota>('quotas').map(({ granted, left }) => ({ granted, left }))).toEqual(
    Array.from({ length: 5 }, () => ({ granted: 2, left: 1 })),
  )
})

test('a person who is erased from a page whose holder died does not hold up the others', async () => {
  const { world, campaign, openids } = await running(5)
  const dying = heldAt(world.store, 'update pages')
  void world.tick(dying.store)
  await dying.reached
  const [gone = '', ...others] = openids
  await world.store.update('pages', { campaign }, { set: {}, unset: [`people.${gone}`] })
  await world.store.remove('quotas', { openid: gone })
  world.clock.advance(TAKEN_OVER_MS)
  expect(await run(world, campaign)).toMatchObject({ state: 'finished', progress: { outcomes: { sent: 4 } } })
  expect(got(world)).toEqual(others)
})

test('a page that is claimed when its campaign has finished leaves nobody waiting', async () => {
  const over = { audience: { kind: 'everybody' as const, tags: ['vip'] } }
  const { world, campaign } = await running(3, { over })
  await world.store.update('quotas', {}, { set: { tags: ['vip'] } })
  const slow = heldAt(world.store, 'insert pages')
  const first = world.tick(slow.store)
  await slow.reached
  world.clock.advance(TAKEN_OVER_MS)
  // Nobody is meant any more, so it ends; then the page of those who were meant comes.
  await world.store.update('quotas', {}, { set: { tags: [] } })
  expect(await run(world, campaign)).toMatchObject({ state: 'finished' })
  slow.release()
  dataOf(await first)
  const rows = await deliveries(world, { campaign })
  expect(rows.filter(({ outcome }) => outcome === 'deferred')).toEqual([])
  expect(world.wechat.asked).toEqual([])
})
