/** A dry run tells who would get a campaign, and nothing happens. */
import type { InputOf, Outputs, SkipReason } from '../../core/contract'
import { quotaId } from '../../core/subscription/quotas'
import { laneOf } from '../../core/delivery/lanes'
import type { Value } from '../../core/ports'
import { skipWords } from '../../core/campaign/words'
import { as, counted, dataOf, errorOf, given, type Given } from '../support/service'
import { created, listed, openidsOf, orderParams, run, subscribe } from '../support/campaign'

type DryRun = Outputs['campaign.dryRun']

/** All parts of a dry run, added up. */
async function dryRun(
  world: Given,
  campaign: string,
  names?: InputOf<'campaign.dryRun'>['names'],
): Promise<DryRun & { parts: number }> {
  const total: DryRun & { parts: number } = {
    sendable: 0,
    deferred: 0,
    skipped: {},
    names: [],
    cursor: null,
    estimate: { minutes: 0, calls: 0 },
    parts: 0,
  }
  let cursor: string | null = ''
  while (cursor !== null) {
    const part: DryRun = dataOf(
      await world.call(
        'campaign.dryRun',
        { campaign, ...(names && { names }), ...(cursor && { cursor }) },
        as.owner,
      ),
    )
    total.sendable += part.sendable
    total.deferred += part.deferred
    for (const [reason, count] of Object.entries(part.skipped))
      total.skipped[reason as SkipReason] = (total.skipped[reason as SkipReason] ?? 0) + count
    total.names.push(...part.names)
    total.estimate.minutes += part.estimate.minutes
    total.estimate.calls += part.estimate.calls
    total.parts += 1
    cursor = part.cursor
  }
  return total
}

const changed = ({ store }: Given, openid: string, set: Record<string, Value>) =>
  store.update('quotas', { _id: quotaId('order-shipped', laneOf(openid, 2), openid) }, { set })

const HOUR = 3_600_000
const night = { from: '22:00', to: '08:00', zone: 'Asia/Shanghai' }

/** One person for each reason that a quota can give, and some without any. */
async function everyReason() {
  const world = given()
  const people = openidsOf(12)
  await subscribe(world, people, 2)
  const [banned = '', muted = '', spent = '', declined = '', revoked = '', gone = '', quiet = ''] = people
  await changed(world, banned, { answer: 'ban' })
  await changed(world, muted, { muted: true })
  await changed(world, spent, { left: 0 })
  await changed(world, declined, { left: 0, answer: 'reject' })
  await changed(world, revoked, { left: 0, revoked: ['p'], revokedAt: 2 })
  await changed(world, gone, { unreachable: 40003 })
  await changed(world, quiet, { quiet: night })
  // 23:30 in Shanghai.
  world.clock.advance(8 * HOUR)
  const [, , , , , , , excluded = '', tester = ''] = people
  const exclude = [await listed(world, [{ openid: excluded }])]
  const { campaign } = await created(world, { exclude, testGroup: [tester] })
  return { world, campaign, people }
}

test('everybody is counted under one reason, by name and in words', async () => {
  const { world, campaign, people } = await everyReason()
  const { sendable, deferred, skipped, names } = await dryRun(world, campaign)
  expect({ sendable, deferred }).toEqual({ sendable: 3, deferred: 1 })
  expect(skipped).toEqual({
    banned: 1,
    muted: 1,
    'no-grant': 1,
    declined: 1,
    revoked: 1,
    unreachable: 1,
    excluded: 1,
    'test-group': 1,
  })
  expect(names.map(({ openid }) => openid).sort()).toEqual(people)
  expect(names).toContainEqual({ openid: people[1], reason: 'muted', words: skipWords.muted.en })
  expect(names).toContainEqual({
    openid: people[6],
    reason: 'sendable',
    words: 'gets it, after their quiet hours',
  })
})

test('a run comes to the same when nothing changed', async () => {
  const { world, campaign } = await everyReason()
  const dry = await dryRun(world, campaign)
  dataOf(await world.call('campaign.start', { campaign }, as.owner))
  dataOf(await world.call('campaign.resume', { campaign }, as.owner))
  dataOf(await world.tick())
  const { progress } = dataOf(await world.call('campaign.get', { campaign }, as.owner))
  const of = (code: string | number) => progress.codes.find((one) => one.code === code)?.count ?? 0
  expect({ sent: of(0), deferred: of('waiting') }).toEqual({ sent: dry.sendable, deferred: dry.deferred })
  for (const [reason, count] of Object.entries(dry.skipped))
    expect([reason, of(reason)]).toEqual([reason, count])
  expect(progress.people).toBe(12)
})

test('it writes nothing and asks WeChat nothing', async () => {
  const { world, campaign } = await everyReason()
  const collections = ['campaigns', 'quotas', 'pages', 'progress', 'lanes', 'sends', 'audit', 'audiences']
  const before = collections.map((name) => world.store.documents(name))
  await dryRun(world, campaign)
  expect(collections.map((name) => world.store.documents(name))).toEqual(before)
  expect(world.wechat.asked).toHaveLength(0)
})

test('people who do not match the tags are counted too, though a run never reads them', async () => {
  const world = given()
  const people = openidsOf(10)
  await subscribe(world, people)
  for (const openid of people.slice(0, 3)) await changed(world, openid, { tags: ['vip'] })
  const { campaign } = await created(world, { audience: { kind: 'everybody', tags: ['vip'] } })
  const { sendable, skipped } = await dryRun(world, campaign)
  expect({ sendable, skipped }).toEqual({ sendable: 3, skipped: { 'no-match': 7 } })
  dataOf(await world.call('campaign.start', { campaign }, as.owner))
  expect((await run(world, campaign)).progress.outcomes).toEqual({ sent: 3 })
})

test('of a list it tells who has never subscribed, and renders each row', async () => {
  const world = given()
  const people = openidsOf(4)
  await subscribe(world, people.slice(0, 3))
  const rows = people.map((openid, at) => ({ openid, params: { ...orderParams, goods: `茶${at}` } }))
  const audience = await listed(world, rows)
  const { campaign, card } = await created(world, { params: {}, audience: { kind: 'list', audience } })
  expect(card).toBeUndefined()
  const { sendable, skipped } = await dryRun(world, campaign)
  expect({ sendable, skipped }).toEqual({ sendable: 3, skipped: { 'never-subscribed': 1 } })
  dataOf(await world.call('campaign.start', { campaign }, as.owner))
  expect((await run(world, campaign)).progress.outcomes).toEqual({ sent: 3, skipped: 1 })
  const goods = world.wechat.delivered.map(({ data }) => data['thing2'])
  expect(new Set(goods)).toEqual(new Set(['茶0', '茶1', '茶2']))
})

test('names of one reason alone are told when asked for', async () => {
  const { world, campaign, people } = await everyReason()
  const { names, skipped } = await dryRun(world, campaign, 'banned')
  expect(names).toEqual([{ openid: people[0], reason: 'banned', words: skipWords.banned.en }])
  expect(skipped.muted).toBe(1)
})

test('it goes on where its time was over, and counts nobody twice', async () => {
  const world = given({ env: { HONGYAN_LANES: '4' } })
  const people = openidsOf(40)
  await subscribe(world, people)
  const { campaign } = await created(world)
  const find = world.store.find.bind(world.store)
  world.store.find = async (collection, query) => {
    if (collection === 'quotas') world.clock.advance(4_000)
    return find(collection, query)
  }
  const { sendable, parts, names } = await dryRun(world, campaign)
  expect({ sendable, parts }).toEqual({ sendable: 40, parts: 4 })
  expect(new Set(names.map(({ openid }) => openid)).size).toBe(40)
})

test('the estimate follows the rate', async () => {
  const world = given()
  await subscribe(world, openidsOf(30))
  const slow = await dryRun(world, (await created(world, { rate: 0.5 })).campaign)
  expect(slow.estimate.minutes).toBeCloseTo(1)
  const fast = await dryRun(world, (await created(world)).campaign)
  expect(fast.estimate.minutes).toBeCloseTo(30 / 100_000)
  expect(fast.estimate.calls).toBeGreaterThan(0)
})

test('the estimate of calls is near what the run makes', async () => {
  const world = given({ env: { HONGYAN_LANES: '4', HONGYAN_WINDOW: '10' } })
  await subscribe(world, openidsOf(300))
  const { campaign } = await created(world)
  const { calls } = (await dryRun(world, campaign)).estimate
  let made = 0
  const store = counted(world.store, () => void (made += 1))
  dataOf(await world.call('campaign.start', { campaign }, as.owner, store))
  dataOf(await world.tick(store))
  expect(dataOf(await world.call('campaign.get', { campaign }, as.owner)).state).toBe('finished')
  expect(calls / made).toBeGreaterThan(0.7)
  expect(calls / made).toBeLessThan(1.4)
})

test('a cursor that it did not give is refused', async () => {
  const world = given()
  const { campaign } = await created(world)
  const error = errorOf(await world.call('campaign.dryRun', { campaign, cursor: '99|x' }, as.owner))
  expect(error).toMatchObject({ code: 'INPUT_INVALID' })
})
