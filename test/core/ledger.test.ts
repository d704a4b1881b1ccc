/** The proof of the ledger: from prompts, events and pages, against what the quotas say. */
import { book, type BookedPage, type BookedQuota, movementsOf } from '../../core/subscription/books'
import type { Outputs } from '../../core/contract'
import type { Page } from '../../core/delivery/page'
import type { Store } from '../../core/ports'
import type { Quota } from '../../core/subscription/quotas'
import { created, openidsOf, ORDER_ID, orderParams, run, subscribe } from '../support/campaign'
import { as, counted, dataOf, given, type Given, mortal } from '../support/service'

const HOUR = 3_600_000
const TEMPLATE = 'order-shipped'
type Verdict = Outputs['ledger.verify']

/** Every lane, from its beginning to its end. */
async function verify(world: Given, repair = false): Promise<Verdict> {
  const total: Verdict = { people: 0, drifts: [], repaired: 0, busy: 0, cursor: null }
  for (let lane = 0; lane < world.service.settings.lanes; lane += 1) {
    let cursor: string | null = ''
    while (cursor !== null) {
      const input = { template: TEMPLATE, lane, repair, ...(cursor !== '' && { cursor }) }
      const part: Verdict = dataOf(await world.call('ledger.verify', input, as.owner))
      total.people += part.people
      total.drifts.push(...part.drifts)
      total.repaired += part.repaired
      total.busy += part.busy
      cursor = part.cursor
    }
  }
  return total
}

const proven = (people: number): Verdict => ({ people, drifts: [], repaired: 0, busy: 0, cursor: null })
const quotas = ({ store }: Given) => store.documents<BookedQuota>('quotas')
const pages = ({ store }: Given) => store.documents<BookedPage>('pages')

/** A campaign to thirty people, each with two grants, of whom some have none at WeChat and some fail. */
async function sentTo(people: readonly string[]): Promise<Given> {
  const world = given()
  await subscribe(world, people, 2)
  const answers = [43101, 43101, 47003, 43108, -1, 40003, 45168]
  world.wechat.answers.push(...answers.map((code) => ({ code, text: 'scripted' })))
  const { campaign } = await created(world)
  dataOf(await world.call('campaign.start', { campaign }, as.owner))
  await run(world, campaign)
  return world
}

const sendOne = async (world: Given, to: string, key: string) => {
  dataOf(await world.call('send.one', { key, to, template: TEMPLATE, params: orderParams }, as.owner))
  dataOf(await world.tick())
}

test('whatever WeChat answers, the equation holds for everybody', async () => {
  const people = openidsOf(30)
  const world = await sentTo(people)
  for (const [at, to] of people.slice(0, 9).entries()) await sendOne(world, to, `key-0000-${at}`)
  expect(new Set(quotas(world).map(({ left }) => left)).size).toBeGreaterThan(1)
  expect(await verify(world)).toEqual(proven(30))
})

test('the equation holds with what pages did booked, and no page is booked twice', async () => {
  const world = await sentTo(openidsOf(30))
  world.clock.advance(2 * HOUR)
  expect(await verify(world)).toEqual(proven(30))
  expect(pages(world).every(({ booked }) => booked === 'done')).toBe(true)
  const before = quotas(world)
  for (const page of pages(world)) await book(world, page)
  expect(quotas(world)).toEqual(before)
  expect(await verify(world)).toEqual(proven(30))
  const spent = before.reduce((sum, { booked }) => sum + (booked?.spent ?? 0), 0)
  expect(spent).toBe(
    pages(world)
      .flatMap((page) => [...movementsOf(page).values()])
      .reduce((sum, moved) => sum + moved.spent, 0),
  )
})

test('a refusal in the settings counts as revoked', async () => {
  const world = given()
  await subscribe(world, ['oPersonOne'], 2)
  const event = {
    MsgType: 'event' as const,
    Event: 'subscribe_msg_change_event',
    FromUserName: 'oPersonOne',
    CreateTime: Math.ceil(world.clock.now() / 1000) + 60,
    List: { TemplateId: ORDER_ID, SubscribeStatusString: 'reject' },
  }
  dataOf(await world.call('event.receive', event, { ...as.phone('oPersonOne'), SOURCE: '' }))
  expect(quotas(world)).toMatchObject([{ granted: 2, left: 0 }])
  expect(await verify(world)).toEqual(proven(1))
})

test.each<[string, Partial<Pick<Quota, 'left' | 'granted'>>]>([
  ['a grant that nobody gave', { left: 3 }],
  ['a grant that is missing', { left: 0 }],
  ['more granted than was accepted', { granted: 5, left: 5 }],
])('%s is named, and put right only when asked', async (_name, wrong) => {
  const world = given()
  await subscribe(world, openidsOf(3), 2)
  await sendOne(world, 'oPerson0001', 'key-0000-1')
  const before = quotas(world)
  const [broken] = before.filter(({ openid }) => openid === 'oPerson0002')
  await world.store.update('quotas', { openid: 'oPerson0002' }, { set: { ...wrong } })
  const { drifts, repaired } = await verify(world)
  expect(repaired).toBe(0)
  expect(drifts).toEqual([
    {
      openid: 'oPerson0002',
      left: wrong.left,
      expected: 2,
      granted: wrong.granted ?? 2,
      proven: 2,
      spent: 0,
      returned: 0,
      revoked: 0,
    },
  ])
  expect(await verify(world, true)).toMatchObject({ drifts, repaired: 1 })
  expect(quotas(world)).toEqual(before.map((quota) => (quota === broken ? { ...broken } : quota)))
  expect(await verify(world)).toEqual(proven(3))
})

test('a message that went without a grant is named', async () => {
  const world = await sentTo(openidsOf(30))
  const page = pages(world).find(({ codes }) =>
    Object.values(codes).some((step) => Object.values(step).includes(0)),
  )
  const sent = Object.entries(page?.people ?? {}).find(([, place]) =>
    Object.values(page?.codes ?? {}).some((step) => step[place] === 0),
  )
  const openid = sent?.[0] ?? ''
  await world.store.update('quotas', { openid }, { inc: { left: 1 } })
  expect((await verify(world)).drifts).toMatchObject([{ openid, spent: 1, left: 2, expected: 1 }])
})

test('a prompt whose grant was never written is found, and granted', async () => {
  const world = given()
  await subscribe(world, ['oPersonOne'])
  const lost = {
    _id: 'oPersonOne:promptlost',
    openid: 'oPersonOne',
    scene: 'order',
    answers: { [ORDER_ID]: 'accept' },
    at: world.clock.now() - HOUR,
  }
  await world.store.insert('prompts', lost)
  expect(await verify(world, true)).toMatchObject({ drifts: [{ left: 1, expected: 2 }], repaired: 1 })
  expect(quotas(world)).toMatchObject([{ granted: 2, left: 2 }])
  expect(quotas(world)[0]?.prompts.map(({ id }) => id)).toContain('promptlost')
  expect(await verify(world)).toEqual(proven(1))
})

test('a long-term template spends nothing', async () => {
  const world = given()
  await subscribe(world, ['oPersonOne'])
  const page: Partial<Page> = {
    _id: 'longterm:0000:0000000',
    template: TEMPLATE,
    people: { oPersonOne: 0 },
    size: 1,
    oneTime: false,
    later: [],
    codes: { s1: { 0: 0 } },
    late: {},
    revoked: {},
  }
  expect(movementsOf(page as Page).size).toBe(0)
})

test('who is being sent to is judged another time', async () => {
  const world = given()
  await subscribe(world, openidsOf(4))
  const send = world.wechat.send.bind(world.wechat)
  let during: Verdict | undefined
  world.wechat.send = async (message) => {
    during ??= await verify(world)
    return send(message)
  }
  await sendOne(world, 'oPerson0001', 'key-0000-1')
  expect(during).toEqual({ ...proven(4), busy: 1 })
})

test('who gets a message while the evidence is read is no drift', async () => {
  const world = given({ env: { HONGYAN_LANES: '1' } })
  await subscribe(world, openidsOf(4))
  let finds = 0
  const store: Store = {
    get: (collection, id) => world.store.get(collection, id),
    insert: (collection, doc) => world.store.insert(collection, doc),
    insertAll: (collection, docs) => world.store.insertAll(collection, docs),
    update: (collection, where, change) => world.store.update(collection, where, change),
    remove: (collection, where) => world.store.remove(collection, where),
    async find(collection, find) {
      // After the quotas were read, and before the pages are read again for the evidence.
      if (collection === 'pages' && (finds += 1) === 2) await sendOne(world, 'oPerson0001', 'key-0000-1')
      return world.store.find(collection, find)
    },
  }
  const input = { template: TEMPLATE, lane: 0, repair: true }
  const verdict = dataOf(await world.call('ledger.verify', input, as.owner, store))
  expect(verdict).toEqual({ ...proven(4), busy: 1 })
  expect(await verify(world)).toEqual(proven(4))
})

test('a proof cut at any call books nothing twice and changes no grant', async () => {
  for (const dies of ['before', 'after'] as const) {
    for (let call = 1; ; call += 1) {
      const world = await sentTo(openidsOf(8))
      world.clock.advance(2 * HOUR)
      const left = quotas(world).map((quota) => quota.left)
      const input = { template: TEMPLATE, lane: 0, repair: true }
      const cut = await world.call('ledger.verify', input, as.owner, mortal(world.store, call, dies).store)
      expect(await verify(world)).toEqual(proven(8))
      expect(quotas(world).map((quota) => quota.left)).toEqual(left)
      if (cut.ok) break
    }
  }
})

test('a lane is proved in parts, each within the time of a call', async () => {
  const world = given({ env: { HONGYAN_LANES: '1' } })
  const people = openidsOf(2500)
  const quota = {
    template: TEMPLATE,
    lane: 0,
    granted: 0,
    left: 0,
    prompts: [],
    spent: [],
    returned: [],
    revoked: [],
  }
  for (const openid of people)
    await world.store.insert('quotas', { _id: `${TEMPLATE}:0000:${openid}`, openid, ...quota })
  // Each read takes a second of this clock.
  const store = counted(world.store, () => world.clock.advance(1000))
  let cursor: string | undefined
  let looked = 0
  let calls = 0
  do {
    const input = { template: TEMPLATE, lane: 0, ...(cursor !== undefined && { cursor }) }
    const part: Verdict = dataOf(await world.call('ledger.verify', input, as.owner, store))
    looked += part.people
    calls += 1
    cursor = part.cursor ?? undefined
  } while (cursor !== undefined)
  expect(looked).toBe(2500)
  expect(calls).toBeGreaterThan(1)
})

test('those who failed spend again when they are sent to together with those in doubt, whose grant is used again', async () => {
  const world = given({ env: { HONGYAN_LANES: '1' } })
  const people = openidsOf(3)
  await subscribe(world, people)
  world.wechat.answers.push({ code: 45168, text: 'a word' }, { code: -1, text: 'no answer' })
  const { campaign } = await created(world)
  dataOf(await world.call('campaign.start', { campaign }, as.owner))
  await run(world, campaign)
  expect(quotas(world).map(({ left }) => left)).toEqual([1, 0, 0])
  world.clock.advance(10 * 60_000)
  const outcomes = ['invalid' as const, 'unknown' as const]
  const again = dataOf(await world.call('campaign.redrive', { campaign, outcomes }, as.owner))
  dataOf(await world.call('campaign.start', { campaign: again.campaign }, as.owner))
  expect((await run(world, again.campaign)).progress.outcomes).toEqual({ sent: 2 })
  expect(quotas(world).map(({ left }) => left)).toEqual([0, 0, 0])
  expect(await verify(world)).toEqual(proven(3))
})
