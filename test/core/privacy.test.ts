/** All that is kept of a person: told, and taken away. */
import { collections } from '../../core/collections'
import type { Page } from '../../core/delivery/page'
import {
  created,
  deliveries,
  listed,
  openidsOf,
  ORDER_ID,
  orderParams,
  read,
  run,
  subscribe,
} from '../support/campaign'
import { as, dataOf, errorOf, given, type Given, mortal, OWNER } from '../support/service'

const TEMPLATE = 'order-shipped'
const PEOPLE = openidsOf(12)
const NIGHT = { from: '22:00', to: '23:00', zone: 'Asia/Shanghai' }

const everything = ({ store }: Given) =>
  Object.keys(collections).flatMap((name) => store.documents(name).map((doc) => ({ collection: name, doc })))
const naming = (world: Given, openid: string) =>
  everything(world).filter(({ doc }) => JSON.stringify(doc).includes(openid))

async function erase(world: Given, openid: string) {
  const erased: Record<string, number> = {}
  let open = 0
  let cursor: string | null = ''
  while (cursor !== null) {
    const input = { openid, ...(cursor !== '' && { cursor }) }
    const part: { erased: Record<string, number>; open: number; cursor: string | null } = dataOf(
      await world.call('person.erase', input, as.owner),
    )
    for (const [what, number] of Object.entries(part.erased)) erased[what] = (erased[what] ?? 0) + number
    open += part.open
    cursor = part.cursor
  }
  return { erased, open }
}

/** A person of whom every kind of document is kept: PEOPLE[3], who is staff too. */
async function known(): Promise<{ world: Given; openid: string; campaigns: string[] }> {
  const world = given({ env: { HONGYAN_LANES: '1' } })
  const openid = PEOPLE[3] ?? ''
  await subscribe(world, PEOPLE, 2)
  dataOf(await world.call('staff.grant', { openid, role: 'operator' }, as.owner))
  dataOf(await world.call('person.tag', { openids: [openid], add: ['vip'] }, as.phone(openid)))
  dataOf(await world.call('preference.set', { quiet: NIGHT }, as.phone(openid)))
  const event = {
    MsgType: 'event' as const,
    Event: 'subscribe_msg_popup_event',
    FromUserName: openid,
    CreateTime: Math.floor(world.clock.now() / 1000),
    List: { TemplateId: ORDER_ID, SubscribeStatusString: 'accept' },
  }
  dataOf(await world.call('event.receive', event, { ...as.phone(openid), SOURCE: '' }))
  const rows = PEOPLE.map((one) => ({ openid: one, params: orderParams }))
  const list = await listed(world, rows)
  const campaigns: string[] = []
  const start = async (over: Parameters<typeof created>[1]) => {
    const { campaign } = await created(world, over)
    dataOf(await world.call('campaign.start', { campaign }, as.owner))
    await run(world, campaign)
    campaigns.push(campaign)
  }
  await start({ audience: { kind: 'list', audience: list }, params: {} })
  await start({})
  // Nobody has a grant any more.
  await start({})
  const key = { key: 'key-0000-1', template: TEMPLATE, params: orderParams }
  dataOf(await world.call('send.one', { ...key, to: openid }, as.owner))
  dataOf(await world.call('send.one', { ...key, to: PEOPLE[0] ?? '' }, as.phone(openid)))
  dataOf(await world.tick())
  const { campaign } = await created(world, { testGroup: [openid, OWNER] })
  campaigns.push(campaign)
  return { world, openid, campaigns }
}

test('an export has all that is kept of a person, and nothing of anybody else', async () => {
  const { world, openid, campaigns } = await known()
  const { person, cursor } = dataOf(await world.call('person.export', { openid }, as.owner))
  expect(cursor).toBeNull()
  expect(person).toMatchObject({
    openid,
    subscriber: { tags: ['vip'], quiet: NIGHT },
    staff: { role: 'operator' },
    quotas: [{ template: TEMPLATE }],
    lists: [{ name: 'list', params: orderParams }],
  })
  const kept = person as Record<string, unknown[]>
  expect(kept['prompts']).toHaveLength(2)
  expect(kept['events']).toHaveLength(1)
  expect(kept['sends']).toHaveLength(1)
  expect(person.deliveries.map(({ campaign, outcome, code }) => [campaign, outcome, code])).toEqual(
    expect.arrayContaining([
      [campaigns[0], 'sent', 0],
      [campaigns[1], 'sent', 0],
      [campaigns[2], 'skipped', 'no-grant'],
    ]),
  )
  expect(person.deliveries.every(({ words }) => words.length > 0)).toBe(true)
  const others = PEOPLE.filter((other) => other !== openid)
  expect(others.filter((other) => JSON.stringify(person).includes(other))).toEqual([])
})

test('an erasure leaves the openid nowhere, and touches nobody else', async () => {
  const { world, openid, campaigns } = await known()
  const others = (one: string) => naming(world, one).map(({ collection }) => collection)
  const before = PEOPLE.filter((one) => one !== openid).map((one) => [one, others(one)])
  const counts = await Promise.all(campaigns.map(async (id) => (await read(world, id)).progress.outcomes))
  expect(naming(world, openid).length).toBeGreaterThan(10)
  const { erased, open } = await erase(world, openid)
  expect(open).toBe(0)
  expect(erased).toMatchObject({
    quotas: 1,
    prompts: 2,
    events: 1,
    sends: 1,
    subscribers: 1,
    staff: 1,
    lists: 1,
  })
  expect(naming(world, openid)).toEqual([])
  expect(PEOPLE.filter((one) => one !== openid).map((one) => [one, others(one)])).toEqual(before)
  expect(await Promise.all(campaigns.map(async (id) => (await read(world, id)).progress.outcomes))).toEqual(
    counts,
  )
  const audits = world.store.documents('audit').map((doc) => doc as unknown as { what: string; by: string })
  expect(audits.some(({ what }) => what === 'person.erase')).toBe(true)
  expect(audits.some(({ by }) => by.startsWith('erased-'))).toBe(true)
})

test('the ledger of the others is proved after an erasure, and reports leave the person out', async () => {
  const { world, openid, campaigns } = await known()
  await erase(world, openid)
  const verdict = dataOf(await world.call('ledger.verify', { template: TEMPLATE, lane: 0 }, as.owner))
  expect(verdict).toMatchObject({ people: PEOPLE.length - 1, drifts: [], busy: 0 })
  const rows = await deliveries(world, { campaign: campaigns[1] ?? '' })
  expect(rows.map((row) => row.openid).sort()).toEqual(PEOPLE.filter((one) => one !== openid))
})

test('whose message is under way is left until its page is closed', async () => {
  const world = given()
  const [openid = ''] = PEOPLE
  await subscribe(world, [openid])
  const send = world.wechat.send.bind(world.wechat)
  let during: Awaited<ReturnType<typeof erase>> | undefined
  world.wechat.send = async (message) => {
    during ??= await erase(world, openid)
    return send(message)
  }
  const single = { key: 'key-0000-1', to: openid, template: TEMPLATE, params: orderParams }
  await world.call('send.one', single, as.owner)
  dataOf(await world.tick())
  expect(during?.open).toBe(1)
  expect(world.wechat.delivered).toHaveLength(1)
  expect((await erase(world, openid)).open).toBe(0)
  expect(naming(world, openid)).toEqual([])
})

test.each([
  ['everybody', 1],
  ['everybody', 2],
  ['everybody', 4],
  ['list', 1],
  ['list', 3],
] as const)(
  'a campaign that stands at the person who is erased goes on with the next: %s, %i a second',
  async (kind, rate) => {
    const world = given({ env: { HONGYAN_LANES: '1', HONGYAN_TICK_MS: '2000' } })
    await subscribe(world, PEOPLE)
    const rows = PEOPLE.map((one) => ({ openid: one }))
    const audience = kind === 'list' ? { kind, audience: await listed(world, rows) } : { kind }
    const { campaign } = await created(world, { rate, audience })
    dataOf(await world.call('campaign.start', { campaign }, as.owner))
    dataOf(await world.tick())
    const { cursor = '' } = world.store.documents<Page>('pages').at(-1) ?? {}
    const openid = cursor.split('/').at(-1) ?? ''
    expect(PEOPLE.slice(0, -1)).toContain(openid)
    dataOf(await world.call('campaign.pause', { campaign }, as.owner))
    expect((await erase(world, openid)).open).toBe(0)
    expect(naming(world, openid)).toEqual([])
    const before = world.wechat.delivered.map((message) => message.openid)
    dataOf(await world.call('campaign.resume', { campaign }, as.owner))
    await run(world, campaign)
    const got = world.wechat.delivered.map((message) => message.openid)
    const wanted = PEOPLE.filter((one) => one !== openid || before.includes(one))
    expect(got.sort()).toEqual(wanted)
  },
)

test('an erasure cut at any call is whole after it is repeated', async () => {
  for (let call = 1; ; call += 3) {
    const { world, openid } = await known()
    const cut = await world.call(
      'person.erase',
      { openid },
      as.owner,
      mortal(world.store, call, 'after').store,
    )
    expect((await erase(world, openid)).open).toBe(0)
    expect(naming(world, openid)).toEqual([])
    if (cut.ok) break
  }
})

test('only owners may export and erase', async () => {
  const { world, openid } = await known()
  for (const action of ['person.export', 'person.erase'] as const)
    expect(errorOf(await world.call(action, { openid }, as.phone(openid))).code).toBe('NOT_ALLOWED')
})
