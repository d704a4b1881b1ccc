/** Old pages: reduced to counts and exceptions, with the ledger proved before and after. */
import type { BookedPage, BookedQuota } from '../../core/subscription/books'
import type { Outputs } from '../../core/contract'
import { outcomeOf } from '../../core/delivery/outcomes'
import { codesOf, type Page } from '../../core/delivery/page'
import { created, deliveries, openidsOf, orderParams, run, subscribe } from '../support/campaign'
import type { Reminder, Rule } from '../../core/reminder/reminder'
import { given } from '../support/reminding'
import { ALICE, as, dataOf, type Given, mortal } from '../support/service'

const DAY = 24 * 3_600_000
const TEMPLATE = 'order-shipped'
const OLD = { olderThanDays: 90 }

const quotas = ({ store }: Given) => store.documents<BookedQuota>('quotas')
const pages = ({ store }: Given) => store.documents<BookedPage & { reduced?: { sent: number } }>('pages')
const retain = async (world: Given): Promise<Outputs['retention.run']> =>
  dataOf(await world.call('retention.run', OLD, as.owner))

async function drifts(world: Given) {
  const found = []
  for (let lane = 0; lane < 2; lane += 1) {
    const verdict = dataOf(await world.call('ledger.verify', { template: TEMPLATE, lane }, as.owner))
    expect(verdict.cursor).toBeNull()
    found.push(...verdict.drifts)
  }
  return found
}

/** A campaign and a single message; some are refused, fail, or stay in doubt. */
async function sent(people: readonly string[]): Promise<{ world: Given; campaign: string }> {
  const world = given()
  await subscribe(world, people, 2)
  world.wechat.answers.push(...[43101, 47003, -1, 43108].map((code) => ({ code, text: `scripted ${code}` })))
  const { campaign } = await created(world)
  dataOf(await world.call('campaign.start', { campaign }, as.owner))
  await run(world, campaign)
  const single = { key: 'key-0000-1', to: people[0] ?? '', template: TEMPLATE, params: orderParams }
  dataOf(await world.call('send.one', single, as.owner))
  dataOf(await world.tick())
  return { world, campaign }
}

const isException = (page: Page, place: number) => {
  const code = codesOf(page).get(place)
  return code === undefined || outcomeOf(code) !== 'sent'
}

test('an old page names only those who did not get it; reports and counts stay', async () => {
  const { world, campaign } = await sent(openidsOf(20))
  const before = pages(world)
  const others = (await deliveries(world, { campaign })).filter(({ outcome }) => outcome !== 'sent')
  const { progress } = dataOf(await world.call('campaign.get', { campaign }, as.owner))
  world.clock.advance(91 * DAY)
  expect(await retain(world)).toEqual({ compacted: before.length, removed: 0, more: false })
  for (const page of pages(world)) {
    const was = before.find(({ _id }) => _id === page._id)
    const kept = Object.entries(was?.people ?? {}).filter(([, place]) => was && isException(was, place))
    expect(page.people).toEqual(Object.fromEntries(kept))
    expect(kept.length + (page.reduced?.sent ?? 0)).toBe(Object.keys(was?.people ?? {}).length)
  }
  expect(pages(world).some(({ people }) => Object.keys(people).length > 0)).toBe(true)
  const report = await deliveries(world, { campaign })
  expect(report).toEqual(others)
  const after = dataOf(await world.call('campaign.get', { campaign }, as.owner)).progress
  expect({ ...after, perSecond: 0 }).toMatchObject({ outcomes: progress.outcomes, codes: progress.codes })
})

test('young pages stay as they are', async () => {
  const { world } = await sent(openidsOf(10))
  world.clock.advance(89 * DAY)
  const before = pages(world)
  expect(await retain(world)).toEqual({ compacted: 0, removed: 0, more: false })
  expect(pages(world)).toEqual(before)
})

test('the ledger is proved without the people of old pages, and a repeat changes nothing', async () => {
  const { world } = await sent(openidsOf(20))
  world.clock.advance(91 * DAY)
  const left = quotas(world).map((quota) => quota.left)
  await retain(world)
  expect(await drifts(world)).toEqual([])
  const once = [quotas(world), pages(world)]
  expect(await retain(world)).toEqual({ compacted: 0, removed: 0, more: false })
  expect([quotas(world), pages(world)]).toEqual(once)
  expect(quotas(world).map((quota) => quota.left)).toEqual(left)
})

test('cut at any call it loses nothing: the next run finishes it and the equation holds', async () => {
  for (const dies of ['before', 'after'] as const) {
    for (let call = 1; ; call += 1) {
      const { world } = await sent(openidsOf(6))
      world.clock.advance(91 * DAY)
      const cut = await world.call('retention.run', OLD, as.owner, mortal(world.store, call, dies).store)
      expect(await drifts(world)).toEqual([])
      await retain(world)
      expect(await drifts(world)).toEqual([])
      expect(pages(world).every((page) => page.reduced && page.booked === 'done')).toBe(true)
      expect(quotas(world).reduce((sum, { booked }) => sum + (booked?.spent ?? 0), 0)).toBe(8)
      if (cut.ok) break
    }
  }
})

test('who waits in a paused campaign is still sent to after its pages were reduced', async () => {
  const world = given()
  const people = openidsOf(6)
  await subscribe(world, people)
  world.wechat.answers.push({ code: 43108, text: 'busy' })
  const { campaign } = await created(world)
  dataOf(await world.call('campaign.start', { campaign }, as.owner))
  dataOf(await world.tick())
  dataOf(await world.call('campaign.pause', { campaign }, as.owner))
  world.clock.advance(91 * DAY)
  expect((await retain(world)).compacted).toBeGreaterThan(0)
  dataOf(await world.call('campaign.resume', { campaign }, as.owner))
  await run(world, campaign)
  expect(world.wechat.delivered.map(({ openid }) => openid).sort()).toEqual(people)
  expect(await drifts(world)).toEqual([])
})

test('those who failed can be sent to once more after their page was reduced', async () => {
  const { world, campaign } = await sent(openidsOf(12))
  world.clock.advance(91 * DAY)
  await retain(world)
  const again = dataOf(await world.call('campaign.redrive', { campaign, outcomes: ['invalid'] }, as.owner))
  dataOf(await world.call('campaign.start', { campaign: again.campaign }, as.owner))
  const finished = await run(world, again.campaign)
  expect(finished.progress.outcomes).toEqual({ sent: 1 })
})

describe('reminders', () => {
  const order = { template: TEMPLATE, params: orderParams }
  const schedule = { kind: 'repeat', from: '2026-11-21T16:00', every: 1, unit: 'days' } as const
  const kept = ({ store }: Given, collection: 'reminders' | 'reminderRules') =>
    store.documents<Reminder>(collection).map(({ _id }) => _id)

  /** One each day, one once, one cancelled, a row of a series; a tick each day at 16:00 for so long. */
  async function reminded(days: number): Promise<Given> {
    const world = given()
    await subscribe(world, [ALICE], 3)
    const set = async (key: string, input: object) =>
      dataOf(await world.call('reminder.create', { key, ...order, schedule, ...input }))
    await set('reminder-daily', {})
    await set('reminder-once', { schedule: { kind: 'once', at: '2026-11-21T16:00' } })
    const { reminder } = await set('reminder-over', {})
    dataOf(await world.call('reminder.cancel', { reminder }))
    const rule = { key: 'series-0001', name: 'Rows', template: TEMPLATE, timeParam: 'shippedAt' } as const
    const before = { kind: 'minutes', minutes: 30 } as const
    const { series } = dataOf(await world.call('reminder.series.create', { ...rule, before }, as.owner))
    const { shippedAt: _shippedAt, ...params } = orderParams
    const row = { row: 'row-1', at: '2026-11-21T16:30', params, people: [ALICE] }
    dataOf(await world.call('reminder.rows.import', { series, rows: [row] }, as.owner))
    world.clock.advance(30 * 60_000)
    for (let day = 0; day < days; day += 1) {
      dataOf(await world.tick())
      world.clock.advance(DAY)
      // Nobody looked for a day: a person says that it shall go on.
      dataOf(await world.call('dispatch.release', {}, as.owner))
    }
    return world
  }

  test('that are over are removed after the retention time, with rules that come no more; the rest stays', async () => {
    const world = await reminded(100)
    const before = kept(world, 'reminders').length
    expect(kept(world, 'reminderRules')).toHaveLength(5)
    const { removed } = await retain(world)
    const left = world.store.documents<Reminder>('reminders')
    const old = left.filter(({ dueAt, state }) => state !== 'waiting' && dueAt < world.clock.now() - 90 * DAY)
    expect(old).toEqual([])
    expect(left.filter(({ state }) => state === 'waiting')).toHaveLength(1)
    expect(removed).toBe(before - left.length + 3)
    expect(
      world.store
        .documents<Rule>('reminderRules')
        .map(({ kind }) => kind)
        .sort(),
    ).toEqual(['person', 'series'])
    expect(await drifts(world)).toEqual([])
    expect(await retain(world)).toMatchObject({ removed: 0, more: false })
  })

  test('that wait for a person are kept, however old', async () => {
    const world = given()
    await subscribe(world, [ALICE], 1)
    const input = { key: 'reminder-1', ...order, graceMinutes: 60, catchUp: 'once' } as const
    dataOf(await world.call('reminder.create', { ...input, schedule }))
    world.clock.advance(91 * DAY)
    dataOf(await world.tick())
    expect(await retain(world)).toMatchObject({ removed: 0 })
    expect(world.store.documents<Reminder>('reminders')).toMatchObject([{ state: 'waiting' }])
  })

  test('cut at any call, the next run removes the rest', async () => {
    for (let call = 1; ; call += 1) {
      const world = await reminded(1)
      world.clock.advance(91 * DAY)
      const cut = await world.call('retention.run', OLD, as.owner, mortal(world.store, call, 'after').store)
      await retain(world)
      expect(kept(world, 'reminderRules')).toHaveLength(2)
      expect(kept(world, 'reminders')).toHaveLength(1)
      if (cut.ok) break
    }
  })

  test('a page of reminders that is reduced says nothing of them any more', async () => {
    const world = await reminded(1)
    world.clock.advance(91 * DAY)
    await retain(world)
    for (const page of pages(world)) expect(Object.keys(page)).not.toContain('items')
    expect(await drifts(world)).toEqual([])
  })
})
