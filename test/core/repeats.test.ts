/** Calls of staff that are repeated because an answer was lost make one campaign, one copy, one list. */
import type { InputOf } from '../../core/contract'
import { created, draft, read, run, subscribe } from '../support/campaign'
import { ALICE, as, dataOf, errorOf, given, type Given } from '../support/service'

const key = 'key-of-a-phone-1'
const count = ({ store }: Given, collection: string) => store.documents(collection).length

/** A campaign that one person got. */
async function finished(world: Given): Promise<string> {
  await subscribe(world, [ALICE])
  const { campaign } = await created(world)
  dataOf(await world.call('campaign.start', { campaign }, as.owner))
  await run(world, campaign)
  return campaign
}

test('a campaign, a clone and a redrive that are asked for twice with one key are there once', async () => {
  const world = given()
  const campaign = await finished(world)
  const clone = () => world.call('campaign.clone', { campaign, key }, as.owner)
  const redrive = () => world.call('campaign.redrive', { campaign, outcomes: ['failed'], key }, as.owner)
  const create = () => world.call('campaign.create', { ...draft(), key }, as.owner)
  for (const ask of [clone, redrive, create]) {
    const before = count(world, 'campaigns')
    const first = dataOf(await ask())
    expect(dataOf(await ask())).toEqual(first)
    expect(count(world, 'campaigns')).toBe(before + 1)
  }
  expect(count(world, 'audit')).toBe(5)
})

test('two taps at the same moment make one', async () => {
  const world = given()
  const clone = { campaign: await finished(world), key }
  const both = await Promise.all([1, 2].map(() => world.call('campaign.clone', clone, as.owner)))
  const [first, second] = both.map((reply) => dataOf(reply).campaign)
  expect(first).toBe(second)
  expect(count(world, 'campaigns')).toBe(2)
})

test('a repeated redrive is found even when outcomes may change again by then', async () => {
  const world = given()
  const campaign = await finished(world)
  const input: InputOf<'campaign.redrive'> = { campaign, outcomes: ['failed'], key }
  const first = dataOf(await world.call('campaign.redrive', input, as.owner))
  await world.store.update('campaigns', { _id: campaign }, { set: { state: 'running' } })
  expect(dataOf(await world.call('campaign.redrive', input, as.owner)).campaign).toBe(first.campaign)
})

test('one key for two different things is refused, and belongs to whoever used it', async () => {
  const world = given()
  const campaign = await finished(world)
  const { campaign: copy } = dataOf(await world.call('campaign.clone', { campaign, key }, as.owner))
  const other = await world.call('campaign.clone', { campaign, key, unserved: false }, as.owner)
  expect(errorOf(other)).toMatchObject({ code: 'KEY_REUSED', facts: { sendId: copy } })
  expect(dataOf(await world.call('campaign.clone', { campaign, key }, as.tool)).campaign).not.toBe(copy)
})

test('a copy of a campaign that was made with a key may be copied with another', async () => {
  const world = given()
  const campaign = await finished(world)
  const first = dataOf(
    await world.call('campaign.redrive', { campaign, outcomes: ['failed'], key }, as.owner),
  )
  dataOf(await world.call('campaign.cancel', { campaign: first.campaign }, as.owner))
  const again = { campaign: first.campaign, outcomes: ['failed' as const] }
  const second = dataOf(await world.call('campaign.redrive', again, as.owner))
  const [stored] = await world.store.find('campaigns', { where: { _id: second.campaign }, limit: 1 })
  expect(stored).not.toHaveProperty('asked')
})

test('a list that is made twice with one key is there once, and its rows stay', async () => {
  const world = given()
  const make = () => world.call('audience.create', { name: 'guests', size: 10, key }, as.owner)
  const { audience } = dataOf(await make())
  dataOf(await world.call('audience.append', { audience, rows: [{ openid: ALICE }] }, as.owner))
  expect(dataOf(await make()).audience).toBe(audience)
  expect(dataOf(await world.call('audience.seal', { audience }, as.owner)).people).toBe(1)
  const other = await world.call('audience.create', { name: 'others', size: 10, key }, as.owner)
  expect(errorOf(other).code).toBe('KEY_REUSED')
})

describe('a start, or a schedule, of the version that was read', () => {
  type Read = { campaign: string; version: number }
  const startAt = Date.UTC(2026, 11, 1)
  const steps = {
    'campaign.start': (world: Given, of: Read) => world.call('campaign.start', of, as.owner),
    'campaign.schedule': (world: Given, of: Read) =>
      world.call('campaign.schedule', { ...of, startAt }, as.owner),
  }

  test.each(Object.entries(steps))(
    '%s is refused when somebody has edited meanwhile, and nothing starts',
    async (_action, step) => {
      const world = given()
      await subscribe(world, [ALICE])
      const { campaign, version } = await created(world)
      dataOf(await world.call('campaign.edit', { campaign, version, change: { name: 'Winter' } }, as.owner))
      const error = errorOf(await step(world, { campaign, version }))
      expect(error).toMatchObject({ code: 'CAMPAIGN_CHANGED', facts: { version: 2, got: 1 } })
      expect((await read(world, campaign)).state).toBe('draft')
    },
  )

  test('a start goes on, and a repeat of it is not refused', async () => {
    const world = given()
    await subscribe(world, [ALICE])
    const { campaign, version } = await created(world)
    for (let times = 0; times < 2; times += 1)
      expect(dataOf(await steps['campaign.start'](world, { campaign, version })).state).toBe('running')
  })

  test('an edit between the look and the write is not overrun', async () => {
    const world = given()
    await subscribe(world, [ALICE])
    const { campaign, version } = await created(world)
    const { update } = world.store
    let edits = 0
    world.store.update = async (collection, where, change) => {
      // Somebody edits right before the start is written.
      if (collection === 'campaigns' && (edits += 1) === 1)
        await update.call(
          world.store,
          'campaigns',
          { _id: campaign },
          { set: { name: 'Winter' }, inc: { version: 1 } },
        )
      return update.call(world.store, collection, where, change)
    }
    const reply = await world.call('campaign.start', { campaign, version }, as.owner)
    expect(errorOf(reply).code).toBe('CAMPAIGN_CHANGED')
    expect((await read(world, campaign)).state).toBe('draft')
  })
})
