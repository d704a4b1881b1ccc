/** Lists, tags, ledger, retention, export and erasure as they are deployed: on the database of the emulator. */
import type { Outputs } from '../../core/contract'
import { bundleStoreFunction } from '../ports/store-bundle'
import { encode } from '../ports/store-call'
import { type Hongyan, order, people, startHongyan } from '../support/hongyan'
import { dataOf } from '../support/service'

const { customer, emma } = people
const TEMPLATE = 'order-shipped'
const LANES = 2
const HOUR = 3_600_000

let hongyan: Hongyan
beforeAll(async () => {
  hongyan = await startHongyan({
    functionEnv: { '*': { HONGYAN_LANES: String(LANES) } },
    also: bundleStoreFunction,
  })
}, 60_000)
afterAll(() => hongyan.stop())

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let asked = 0; asked < 200; asked += 1) if (await isSo()) return
  throw new Error('asked 200 times, and it is not so')
}

/** All pages closed so much earlier. */
async function age(ms: number): Promise<void> {
  const args = ['pages', { isOpen: false }, { inc: { closedAt: -ms } }].map(encode)
  const { error } = await hongyan.test.result('store', { method: 'update', args }, customer)
  if (error !== undefined) throw new Error(JSON.stringify(error))
}

/** Every lane, from its beginning to its end. */
async function verify() {
  const total = { people: 0, drifts: 0, busy: 0 }
  for (let lane = 0; lane < LANES; lane += 1) {
    let cursor: string | null = ''
    while (cursor !== null) {
      const input = { template: TEMPLATE, lane, ...(cursor !== '' && { cursor }) }
      const part: Outputs['ledger.verify'] = dataOf(await hongyan.tool('ledger.verify', input))
      total.people += part.people
      total.drifts += part.drifts.length
      total.busy += part.busy
      cursor = part.cursor
    }
  }
  return total
}

test('a list is imported once, sent to by its own params, proved, reduced and forgotten', async () => {
  for (const openid of [customer, customer, emma]) await hongyan.subscribe(openid, TEMPLATE, 'order')
  dataOf(
    await hongyan.phone(emma, 'subscriber', 'preference.set', { language: 'en_US', mute: ['queue-call'] }),
  )
  dataOf(await hongyan.tool('person.tag', { openids: [emma, customer], add: ['vip'] }))
  expect(dataOf(await hongyan.tool('person.tag', { openids: [emma], remove: ['vip'] }))).toEqual({
    tagged: 1,
  })

  const { audience } = dataOf(
    await hongyan.tool('audience.create', { name: 'guests', size: 100, template: TEMPLATE }),
  )
  const strangers = Array.from({ length: 40 }, (_, at) => `oStranger${String(at).padStart(6, '0')}`)
  const rows = [customer, emma, ...strangers].map((openid, at) => ({
    openid,
    params: { ...order, orderNumber: `HY${at}` },
  }))
  const wrong = { openid: customer, params: { carrier: 'DHL' } }
  const first = dataOf(await hongyan.tool('audience.append', { audience, rows: [wrong, ...rows] }))
  expect(first).toMatchObject({ added: 42, refused: [{ openid: customer }] })
  expect(dataOf(await hongyan.tool('audience.append', { audience, rows }))).toMatchObject({
    added: 0,
    repeated: 42,
  })
  expect(dataOf(await hongyan.tool('audience.seal', { audience }))).toMatchObject({
    people: 42,
    sealed: true,
  })
  expect(dataOf(await hongyan.tool('audience.list', {})).audiences).toMatchObject([{ audience, people: 42 }])

  const { campaign } = dataOf(
    await hongyan.tool('campaign.create', {
      name: 'guests',
      template: TEMPLATE,
      audience: { kind: 'list', audience },
    }),
  )
  dataOf(await hongyan.tool('campaign.start', { campaign }))
  const progress = async () => dataOf(await hongyan.tool('campaign.get', { campaign }))
  // The start wakes the lanes. The clock stays as long as they work: a lease ends by it.
  await until(async () => {
    const { done, total } = (await progress()).progress.lanes
    return done === total
  })
  for (let ticks = 0; ticks < 3 && (await progress()).state === 'running'; ticks += 1)
    await hongyan.advance(60_000)
  expect((await progress()).state).toBe('finished')
  expect((await progress()).progress.outcomes).toEqual({ sent: 2, skipped: 40 })
  expect(await verify()).toEqual({ people: 2, drifts: 0, busy: 0 })

  // Old enough to be booked, then to be reduced. The clock would bring a tick a minute with it.
  await age(2 * HOUR)
  expect(await verify()).toEqual({ people: 2, drifts: 0, busy: 0 })
  await age(91 * 24 * HOUR)
  const { compacted, more } = dataOf(await hongyan.tool('retention.run', { olderThanDays: 90 }))
  expect({ compacted: compacted > 0, more }).toEqual({ compacted: true, more: false })
  expect(await verify()).toEqual({ people: 2, drifts: 0, busy: 0 })
  expect((await progress()).progress.outcomes).toEqual({ sent: 2, skipped: 40 })

  const stranger = strangers[0] ?? ''
  const told = dataOf(await hongyan.tool('person.export', { openid: stranger }))
  expect(told.person).toMatchObject({
    lists: [{ name: 'guests' }],
    deliveries: [{ outcome: 'skipped', code: 'never-subscribed' }],
  })
  for (const openid of [stranger, emma]) {
    expect(dataOf(await hongyan.tool('person.erase', { openid }))).toMatchObject({ open: 0, cursor: null })
    const { person } = dataOf(await hongyan.tool('person.export', { openid }))
    expect(person).toMatchObject({
      subscriber: null,
      quotas: [],
      prompts: [],
      events: [],
      lists: [],
      deliveries: [],
    })
  }
  expect(await verify()).toEqual({ people: 1, drifts: 0, busy: 0 })
  expect(dataOf(await hongyan.tool('audience.remove', { audience }))).toEqual({ removed: true })
  expect(dataOf(await hongyan.tool('audience.list', {})).audiences).toEqual([])
}, 60_000)
