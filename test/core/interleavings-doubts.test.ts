/** What turns out later about people in doubt comes at the worst moment. docs/delivery.md lists the interleavings. */
import { correct } from '../../core/delivery/corrections'
import { ServiceError } from '../../core/errors'
import type { Quota } from '../../core/subscription/quotas'
import { deliveries, openidsOf, ORDER_ID, orderParams, read, run, subscribe } from '../support/campaign'
import {
  answeredLate,
  got,
  heldAnswers,
  heldAt,
  onlyPage,
  pagesOf,
  running,
  TAKEN_OVER_MS,
} from '../support/held'
import { as, dataOf, given, wrapped } from '../support/service'

test('the word of an old holder about a single send arrives though the new one has not written it down yet', async () => {
  const world = given({ env: { HONGYAN_LANES: '1' } })
  const [openid = ''] = openidsOf(1)
  await subscribe(world, [openid])
  const input = { key: 'key-00000001', to: openid, template: 'order-shipped', params: orderParams }
  dataOf(await world.call('send.one', input, as.owner))
  const answers = heldAnswers(world, 1)
  const first = world.tick()
  await answers.reached
  world.clock.advance(TAKEN_OVER_MS)
  const taker = heldAt(world.store, 'update sends')
  const second = world.tick(taker.store)
  await taker.reached
  answers.release()
  dataOf(await first)
  taker.release()
  dataOf(await second)
  expect(dataOf(await world.call('send.one', input, as.owner))).toMatchObject({ outcome: 'sent' })
})

test('a doubt that its old holder cannot clear up is left for a receipt', async () => {
  const { world } = await running(1)
  world.wechat.answers.push({ code: -1, text: 'system error' })
  await answeredLate(world, 1)
  expect(onlyPage(world).late).toEqual({})
})

test('as many doubts as a window holds are cleared up once, however often it is looked at again', async () => {
  const { world, campaign } = await running(80)
  await answeredLate(world, 80)
  expect((await read(world, campaign)).progress.outcomes).toEqual({ sent: 80 })
  // The next scan finishes what a corrector may have left undone.
  for (let at = 0; at < 3; at += 1) {
    world.clock.advance(11 * 60_000)
    dataOf(await world.tick())
  }
  expect((await read(world, campaign)).progress.outcomes).toEqual({ sent: 80 })
})

test('answers that come after a write whose answer was lost are not forgotten', async () => {
  const { world, campaign, openids } = await running(20, { env: { HONGYAN_WINDOW: '10' } })
  const answers = heldAnswers(world, 2)
  let isBroken = false
  const broken = wrapped(world.store, async (call, make) => {
    const isBefore = pagesOf(world).some(({ announced }) => announced === 10)
    const result = await make()
    // The second step takes effect while two of the first window are under way; its writer never learns of it.
    if (call === 'update pages' && isBefore && !isBroken) {
      isBroken = true
      answers.release()
    }
    if (isBroken && call === 'update pages' && pagesOf(world).some(({ step }) => step === 2))
      throw new ServiceError('STORE_FAILED', { collection: 'pages', reason: 'lost' })
    return result
  })
  await world.tick(broken)
  await run(world, campaign)
  const rows = await deliveries(world, { campaign })
  const doubtful = rows.filter(({ outcome }) => outcome === 'unknown').map(({ openid }) => openid)
  expect(openids.slice(0, 10).filter((openid) => doubtful.includes(openid))).toEqual([])
})

test('what was answered is not forgotten where the answer of the write after it was lost', async () => {
  const { world, campaign } = await running(6, { env: { HONGYAN_WINDOW: '3' } })
  let isBroken = false
  const broken = wrapped(world.store, async (call, make) => {
    const result = await make()
    // The step that announces the second window takes effect; whoever wrote it never learns.
    if (call === 'update pages' && pagesOf(world).some(({ announced }) => announced > 3)) isBroken = true
    if (isBroken && call === 'update pages')
      throw new ServiceError('STORE_FAILED', { collection: 'pages', reason: 'lost' })
    return result
  })
  await world.tick(broken)
  await run(world, campaign)
  const rows = await deliveries(world, { campaign })
  const doubtful = rows.filter(({ outcome }) => outcome === 'unknown').map(({ openid }) => openid)
  // Nobody whom WeChat had answered for is in doubt.
  expect(doubtful.filter((openid) => got(world).includes(openid))).toEqual([])
})

test('a doubt that is cleared up while others are sent again leaves nobody out', async () => {
  const { world, campaign, openids } = await running(10, { env: { HONGYAN_TICK_MS: '1000' }, times: 2 })
  const answers = openids.map(() => ({ code: -1, text: 'system error' }))
  world.wechat.answers.push(...answers)
  expect(await run(world, campaign)).toMatchObject({ progress: { outcomes: { unknown: 10 } } })
  world.clock.advance(30 * 60_000)
  const { campaign: again } = dataOf(
    await world.call('campaign.redrive', { campaign, outcomes: ['unknown'] }, as.owner),
  )
  dataOf(await world.call('campaign.adjust', { campaign: again, rate: 5 }, as.owner))
  dataOf(await world.call('campaign.start', { campaign: again }, as.owner))
  dataOf(await world.tick())
  const first = world.wechat.delivered.length
  expect(first).toBeLessThan(10)
  // A receipt of the first person's message comes between two parts of the audience.
  const [sent] = pagesOf(world).filter((page) => page.campaign === campaign)
  if (!sent) throw new Error('the campaign has no page')
  await correct({ store: world.store, clock: world.clock }, sent, 0, 0)
  await run(world, again)
  expect(got(world)).toEqual(openids)
})

test('a single send that WeChat refuses takes the grants that are left', async () => {
  const world = given({ env: { HONGYAN_LANES: '1' }, wakes: true })
  const [openid = ''] = openidsOf(1)
  await subscribe(world, [openid], 2)
  await world.wechat.send({
    openid,
    templateId: ORDER_ID,
    data: {},
    language: 'zh_CN',
    miniprogramState: 'formal',
  })
  await world.wechat.send({
    openid,
    templateId: ORDER_ID,
    data: {},
    language: 'zh_CN',
    miniprogramState: 'formal',
  })
  const input = { key: 'key-00000001', to: openid, template: 'order-shipped', params: orderParams }
  expect(dataOf(await world.call('send.one', input, as.owner))).toMatchObject({ outcome: 'refused' })
  expect(world.store.documents<Quota>('quotas')).toMatchObject([{ granted: 2, left: 0 }])
})
