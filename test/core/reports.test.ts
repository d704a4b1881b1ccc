/** How far a campaign is, who got it and who did not: exact, and from few calls however large it is. */
import { campaignPageId } from '../../core/campaign/campaign'
import type { Page } from '../../core/delivery/page'
import type { Store } from '../../core/ports'
import { as, counted, dataOf, given, type Given } from '../support/service'
import { created, deliveries, openidsOf, read, run, subscribe } from '../support/campaign'

const MINUTE = 60_000

/** A campaign to so many people, of whom the first were answered so by WeChat. */
async function ran(people: number, answers: number[] = [], env: Record<string, string> = {}) {
  const world = given({ env })
  await subscribe(world, openidsOf(people))
  world.wechat.answers.push(...answers.map((code) => ({ code, text: 'no' })))
  const { campaign } = await created(world)
  dataOf(await world.call('campaign.start', { campaign }, as.owner))
  return { world, campaign }
}

/** The store's calls while something is asked of it. */
async function callsOf(world: Given, ask: (store: Store) => Promise<unknown>): Promise<string[]> {
  const calls: string[] = []
  await ask(counted(world.store, (call) => void calls.push(call)))
  // Whose role it is that asks is not what is asked.
  return calls.filter((call) => call !== 'get staff')
}

test('every person is counted once, under WeChat’s own code', async () => {
  const { world, campaign } = await ran(20, [43101, 43101, 47003, -1])
  const { progress } = await run(world, campaign)
  expect(progress.outcomes).toEqual({ sent: 16, refused: 2, invalid: 1, unknown: 1 })
  expect(progress.codes).toEqual([
    { code: 0, outcome: 'sent', count: 16, words: 'sent' },
    { code: 43101, outcome: 'refused', count: 2, words: expect.stringContaining('(43101)') },
    expect.objectContaining({ code: 47003, outcome: 'invalid', count: 1 }),
    expect.objectContaining({ code: -1, outcome: 'unknown', count: 1 }),
  ])
  expect(progress.people).toBe(20)
})

test.each([1, 40])('its progress is two database calls with %d lanes', async (lanes) => {
  const { world, campaign } = await ran(60, [], { HONGYAN_LANES: String(lanes) })
  await world.tick()
  const calls = await callsOf(world, (store) => world.call('campaign.get', { campaign }, as.owner, store))
  expect(calls).toEqual(['get campaigns', 'find progress'])
})

test('everybody is reported once, with the outcome that the counts have', async () => {
  const { world, campaign } = await ran(30, [43101, 40003, 45168, -1, 0])
  const { progress } = await run(world, campaign)
  const rows = await deliveries(world, { campaign, limit: 7 })
  expect(rows.map(({ openid }) => openid).sort()).toEqual(openidsOf(30))
  for (const { code, count } of progress.codes)
    expect(rows.filter((row) => row.code === code)).toHaveLength(count)
})

test.each([
  [{ outcome: 'refused' as const }, 2],
  [{ outcome: 'unknown' as const }, 1],
  [{ code: 47003 }, 3],
  [{ code: 0 }, 24],
  [{ code: 40037 }, 0],
  [{ outcome: 'failed' as const }, 0],
])('%j alone is reported when asked for', async (wanted, count) => {
  const { world, campaign } = await ran(30, [43101, 43101, 47003, 47003, 47003, -1])
  await run(world, campaign)
  expect(await deliveries(world, { campaign, ...wanted, limit: 5 })).toHaveLength(count)
})

test('a report by a rare code reads only the pages that have it', async () => {
  const { world, campaign } = await ran(30, [47003])
  await run(world, campaign)
  const page = world.store.documents<Page>('pages').find(({ has }) => has.includes('47003'))
  const calls = await callsOf(world, (store) =>
    world.call('campaign.deliveries', { campaign, code: 47003 }, as.owner, store),
  )
  expect(page).toBeDefined()
  expect(calls).toEqual(['get campaigns', 'find progress', 'find pages'])
})

test('who is tried again is reported once: as put off until then, and by what became of it after', async () => {
  const { world, campaign } = await ran(6, [45011])
  await world.tick()
  const before = await read(world, campaign)
  expect(before.progress.outcomes.deferred).toBeGreaterThan(0)
  const waiting = await deliveries(world, { campaign, outcome: 'deferred' })
  expect(waiting).toHaveLength(before.progress.outcomes.deferred ?? 0)
  expect(waiting.some(({ code }) => code === 45011)).toBe(true)
  expect(new Set((await deliveries(world, { campaign })).map(({ openid }) => openid)).size).toBe(
    before.progress.people,
  )
  const after = await run(world, campaign)
  expect(after.progress.outcomes).toEqual({ sent: 6 })
  const rows = await deliveries(world, { campaign })
  expect(rows.map(({ openid }) => openid).sort()).toEqual(openidsOf(6))
  expect(rows.every(({ outcome }) => outcome === 'sent')).toBe(true)
  expect(await deliveries(world, { campaign, outcome: 'deferred' })).toEqual([])
})

test('a page that is closed and not counted yet is not reported: report and counts are of one moment', async () => {
  const { world, campaign } = await ran(5, [], { HONGYAN_LANES: '1' })
  await run(world, campaign)
  await world.store.update('progress', { campaign }, { set: { sequence: 0, counts: {} } })
  expect(world.store.documents('pages')).toMatchObject([
    { _id: campaignPageId(campaign, 0, 0), state: 'closed' },
  ])
  expect(await deliveries(world, { campaign })).toEqual([])
})

test('everything sent to a person is told in two calls, single messages too', async () => {
  const { world, campaign } = await ran(3)
  const [openid = ''] = openidsOf(1)
  await subscribe(world, [openid])
  const params = {
    orderNumber: 'HY1',
    goods: '茶',
    total: 1,
    carrier: '顺丰速运',
    shippedAt: '2026-11-21T15:30',
  }
  await world.call(
    'send.one',
    { key: 'single-0001', to: openid, template: 'order-shipped', params },
    as.owner,
  )
  await run(world, campaign)
  const ask = (store?: Store) => world.call('person.deliveries', { openid }, as.owner, store)
  const calls = await callsOf(world, ask)
  expect(calls).toEqual(['find quotas', 'find pages'])
  const { deliveries: rows } = dataOf(await ask())
  expect(rows.map((row) => [row.campaign, row.outcome, row.template])).toEqual(
    expect.arrayContaining([
      [campaign, 'sent', 'order-shipped'],
      [undefined, 'sent', 'order-shipped'],
    ]),
  )
  expect(rows).toHaveLength(2)
  for (const { msgid } of rows) expect(msgid).toMatch(/^98\d{17}$/)
})

test('what was tried again is told to a person once', async () => {
  const { world, campaign } = await ran(1, [45011])
  await run(world, campaign)
  const [openid = ''] = openidsOf(1)
  const { deliveries: rows } = dataOf(await world.call('person.deliveries', { openid }, as.owner))
  expect(rows).toMatchObject([{ outcome: 'sent', code: 0 }])
})

test('who was put off and then left out is told so', async () => {
  const { world, campaign } = await ran(1, [45011])
  await world.tick()
  const [openid = ''] = openidsOf(1)
  const told = async () => dataOf(await world.call('person.deliveries', { openid }, as.owner)).deliveries
  expect(await told()).toMatchObject([{ outcome: 'deferred', code: 'waiting' }])
  await world.store.update('quotas', { openid }, { set: { muted: true } })
  world.clock.advance(5 * MINUTE)
  await run(world, campaign)
  expect(await told()).toMatchObject([{ outcome: 'skipped', code: 'muted' }])
})

test('an old page that only counts those who got the message still tells it of each', async () => {
  const { world, campaign } = await ran(2, [47003])
  await run(world, campaign)
  const day = 24 * 60 * MINUTE
  world.clock.advance(200 * day)
  const tool = { SOURCE: 'wx_http' }
  expect(dataOf(await world.call('retention.run', {}, tool)).compacted).toBeGreaterThan(0)
  const outcomes = []
  for (const openid of openidsOf(2))
    outcomes.push(...dataOf(await world.call('person.deliveries', { openid }, as.owner)).deliveries)
  expect(outcomes.map(({ outcome }) => outcome).sort((a, b) => a.localeCompare(b))).toEqual([
    'invalid',
    'sent',
  ])
})

describe('time left', () => {
  test('follows from the rate of the last full minutes and from how many are expected', async () => {
    const { world, campaign } = await ran(600, [], { HONGYAN_LANES: '1' })
    dataOf(await world.call('campaign.adjust', { campaign, rate: 1 }, as.owner))
    for (let minute = 0; minute < 4; minute += 1) {
      await world.tick()
      world.clock.advance(MINUTE)
    }
    const { progress } = await read(world, campaign)
    const sent = progress.outcomes.sent ?? 0
    expect(progress.remaining).toBe(600 - sent)
    expect(progress.perSecond).toBeGreaterThan(0)
    expect(progress.perSecond).toBeLessThanOrEqual(1.1)
    expect(progress.etaMs).toBe(Math.round(((600 - sent) * 1000) / (progress.perSecond ?? 1)))
    expect(progress.timeline.sent.reduce((sum, [, count]) => sum + count, 0)).toBe(sent)
  })

  test('is not told before anything is known, and is none at the end', async () => {
    const { world, campaign } = await ran(3)
    expect((await read(world, campaign)).progress).toMatchObject({
      perSecond: null,
      etaMs: null,
      remaining: 3,
    })
    expect((await run(world, campaign)).progress).toMatchObject({ remaining: 0, etaMs: 0 })
  })

  test('of a filtered audience is told by what the dry run found', async () => {
    const world = given()
    await subscribe(world, openidsOf(4))
    const audience = { kind: 'everybody' as const, languages: ['en_US' as const] }
    const { campaign } = await created(world, { audience })
    dataOf(await world.call('campaign.start', { campaign, expected: 4 }, as.owner))
    expect((await read(world, campaign)).progress.remaining).toBe(4)
  })
})

test('what is left of the day’s quota is told beside it', async () => {
  const { world, campaign } = await ran(5, [], { HONGYAN_DAY_LIMIT: '100' })
  expect((await read(world, campaign)).progress.quotaLeft).toBe(100)
  expect((await run(world, campaign)).progress.quotaLeft).toBe(95)
})
