/** Campaigns from start to finish on the real dispatch: who gets them, in which outcome, and what it costs. */
import type { InputOf } from '../../core/contract'
import type { Page } from '../../core/delivery/page'
import type { Quota } from '../../core/subscription/quotas'
import { ORDER_ID as TEMPLATE_ID, orderParams as params } from '../support/campaign'
import { as, counted, dataOf, given, type Given, mortal } from '../support/service'

const draft = (over: Partial<InputOf<'campaign.create'>> = {}): InputOf<'campaign.create'> => ({
  name: 'Shipped',
  template: 'order-shipped',
  params,
  audience: { kind: 'everybody' },
  ...over,
})

const people = (count: number) =>
  Array.from({ length: count }, (_, at) => `oPerson${String(at).padStart(4, '0')}`)

async function subscribe({ call, wechat }: Given, openids: readonly string[], times = 1) {
  for (const openid of openids)
    for (let at = 0; at < times; at += 1) {
      const answers = { [TEMPLATE_ID]: 'accept' as const }
      const promptId = `prompt-${openid}-${at}`
      dataOf(await call('subscription.record', { promptId, scene: 'order', answers }, as.phone(openid)))
      wechat.grant(openid, TEMPLATE_ID)
    }
}

async function run(world: Given, over: Partial<InputOf<'campaign.create'>> = {}) {
  const { campaign } = dataOf(await world.call('campaign.create', draft(over), as.owner))
  dataOf(await world.call('campaign.start', { campaign }, as.owner))
  await ticks(world)
  return campaign
}

async function ticks(world: Given, minutes = 3) {
  for (let at = 0; at < minutes; at += 1) {
    world.clock.advance(60_000)
    dataOf(await world.tick())
  }
}

const detail = async (world: Given, campaign: string) =>
  dataOf(await world.call('campaign.get', { campaign }, as.owner))

test('everybody with a grant gets it once, and it finishes by itself', async () => {
  const world = given({ env: { HONGYAN_LANES: '4' } })
  const openids = people(60)
  await subscribe(world, openids)
  const campaign = await run(world)
  expect(world.wechat.delivered.map(({ openid }) => openid).sort()).toEqual(openids)
  expect(await detail(world, campaign)).toMatchObject({
    state: 'finished',
    progress: { outcomes: { sent: 60 }, people: 60, lanes: { total: 4, done: 4 } },
  })
  await ticks(world)
  expect(world.wechat.delivered).toHaveLength(60)
})

test('who has no grant left is skipped by name, and WeChat is not asked', async () => {
  const world = given()
  const openids = people(20)
  await subscribe(world, openids)
  await run(world)
  const again = await run(world, { name: 'Again' })
  expect(world.wechat.asked).toHaveLength(20)
  expect((await detail(world, again)).progress.outcomes).toEqual({ skipped: 20 })
  const { deliveries } = dataOf(
    await world.call('campaign.deliveries', { campaign: again, code: 'no-grant' }, as.owner),
  )
  expect(deliveries.map(({ openid }) => openid).sort()).toEqual(openids)
})

test('grants of those that WeChat puts off come back, and they get it later', async () => {
  const world = given({ env: { HONGYAN_LANES: '1', HONGYAN_WINDOW: '5' } })
  const openids = people(12)
  await subscribe(world, openids)
  for (let at = 0; at < 3; at += 1) world.wechat.answers.push({ code: 45011, text: 'slower' })
  const campaign = await run(world)
  await ticks(world, 4)
  expect(world.wechat.delivered.map(({ openid }) => openid).sort()).toEqual(openids)
  expect(await detail(world, campaign)).toMatchObject({
    state: 'finished',
    progress: { outcomes: { sent: 12 } },
  })
})

test('a page of a thousand costs at most twenty-five calls of the store', async () => {
  const world = given({ env: { HONGYAN_LANES: '1' } })
  await subscribe(world, people(1001))
  const { campaign } = dataOf(await world.call('campaign.create', draft(), as.owner))
  dataOf(await world.call('campaign.start', { campaign }, as.owner))
  const calls: string[] = []
  world.clock.advance(60_000)
  dataOf(await world.tick(counted(world.store, (call) => calls.push(call))))
  expect(world.store.documents<Page>('pages').map(({ size }) => size)).toEqual([1000, 1])
  const first = calls.indexOf('insert pages')
  const second = calls.indexOf('insert pages', first + 1)
  expect(second - first).toBeLessThanOrEqual(25)
})

const WITHOUT_GRANT = 'oPerson0003'
const REFUSED = 'oPerson0005'
const WINDOW = 3

/** One lane: somebody has no grant left, of somebody WeChat says so, one answer comes too fast for the minute. */
async function started(): Promise<{ world: Given; campaign: string; openids: string[] }> {
  const world = given({ env: { HONGYAN_LANES: '1', HONGYAN_WINDOW: String(WINDOW) } })
  const openids = people(9)
  await subscribe(world, openids, 2)
  await world.store.update('quotas', { openid: WITHOUT_GRANT }, { set: { left: 0 }, inc: { granted: -2 } })
  world.wechat.answers.push({ code: 0, text: 'ok' })
  const { campaign } = dataOf(await world.call('campaign.create', draft(), as.owner))
  dataOf(await world.call('campaign.start', { campaign }, as.owner))
  world.clock.advance(60_000)
  world.wechat.answers.length = 0
  const send = world.wechat.send.bind(world.wechat)
  let isFast = true
  world.wechat.send = async (message) => {
    if (message.openid === REFUSED) return { code: 43101, text: 'user refuse to accept the msg' }
    if (message.openid === 'oPerson0006' && isFast) {
      isFast = false
      return { code: 45011, text: 'slower' }
    }
    return send(message)
  }
  return { world, campaign, openids }
}

/** left = granted − spent + returned − revoked, each with its evidence. */
function ledgerHolds({ store }: Given) {
  const pages = new Map(store.documents<Page>('pages').map((page) => [page._id, page]))
  for (const quota of store.documents<Quota>('quotas')) {
    const revoked = quota.revoked.reduce((sum, id) => {
      const page = pages.get(id)
      return sum + (page?.revoked[page.people[quota.openid] ?? -1] ?? 0)
    }, 0)
    const expected = quota.granted - quota.spent.length + quota.returned.length - revoked
    expect({ openid: quota.openid, left: quota.left }).toEqual({ openid: quota.openid, left: expected })
  }
}

test.each(['before', 'after'] as const)(
  'whichever call of a tick dies, %s its effect: nobody lost, nobody twice, counts exact, doubt at most a window',
  async (dies) => {
    const whole = await started()
    const { store, made } = mortal(whole.world.store, Number.POSITIVE_INFINITY, 'before')
    dataOf(await whole.world.tick(store))
    expect(made()).toBeGreaterThan(20)
    let doubted = 0
    for (let call = 1; call <= made(); call += 1) {
      const { world, campaign, openids } = await started()
      await world.tick(mortal(world.store, call, dies).store)
      await ticks(world, 8)
      const got = world.wechat.delivered.map(({ openid }) => openid)
      expect({ call, twice: got.filter((openid, at) => got.indexOf(openid) !== at) }).toEqual({
        call,
        twice: [],
      })
      const { deliveries } = dataOf(
        await world.call('campaign.deliveries', { campaign, limit: 100 }, as.owner),
      )
      const outcome = new Map(deliveries.map((delivery) => [delivery.openid, delivery.outcome]))
      expect({ call, people: deliveries.map(({ openid }) => openid).sort() }).toEqual({
        call,
        people: openids,
      })
      const unknown = openids.filter((openid) => outcome.get(openid) === 'unknown')
      expect(unknown.length).toBeLessThanOrEqual(WINDOW)
      doubted += unknown.length
      for (const openid of openids) {
        if (unknown.includes(openid)) continue
        const expected = openid === WITHOUT_GRANT ? 'skipped' : openid === REFUSED ? 'refused' : 'sent'
        expect({ call, openid, outcome: outcome.get(openid) }).toEqual({ call, openid, outcome: expected })
        expect({ call, openid, got: got.includes(openid) }).toEqual({
          call,
          openid,
          got: expected === 'sent',
        })
      }
      const { state, progress } = await detail(world, campaign)
      const counted = [...outcome.values()].reduce<Record<string, number>>((sum, one) => {
        sum[one] = (sum[one] ?? 0) + 1
        return sum
      }, {})
      expect({ call, state, outcomes: progress.outcomes }).toEqual({
        call,
        state: 'finished',
        outcomes: counted,
      })
      ledgerHolds(world)
    }
    expect(doubted).toBeGreaterThan(0)
  },
)
