/** Imported lists: what is in them, once, and how they are read. */
import type { InputOf } from '../../core/contract'
import { laneOf } from '../../core/delivery/lanes'
import {
  BUCKET_BYTES,
  type Bucket,
  type Buckets,
  bucketOf,
  type ListHeader,
  membersAmong,
  type Place,
  rowsOf,
} from '../../core/audience/lists'
import { created, listed, openidsOf, orderParams, run, subscribe } from '../support/campaign'
import { as, counted, dataOf, Died, errorOf, given, type Given, mortal } from '../support/service'

type Rows = InputOf<'audience.append'>['rows']

const rowsFor = (openids: readonly string[]): Rows => openids.map((openid) => ({ openid }))
const create = async (world: Given, size: number, template?: string) =>
  dataOf(
    await world.call('audience.create', { name: 'guests', size, ...(template && { template }) }, as.owner),
  )
const append = async (world: Given, audience: string, rows: Rows) =>
  dataOf(await world.call('audience.append', { audience, rows }, as.owner))
const seal = async (world: Given, audience: string) =>
  dataOf(await world.call('audience.seal', { audience }, as.owner))

async function headerOf({ store }: Given, audience: string): Promise<ListHeader> {
  const header = await store.get<ListHeader>('audiences', audience)
  if (!header) throw new Error('no such list')
  return header
}

const bucketsOf = ({ store }: Given) =>
  store.documents<Bucket & { people: number; bytes: number }>('audiences').filter(({ rows }) => rows)

/** Everybody of a lane, part by part. */
async function readLane(world: Given, header: ListHeader, lane: number, limit: number): Promise<string[]> {
  const openids: string[] = []
  let after: Place | null = null
  do {
    const part: Awaited<ReturnType<typeof rowsOf>> = await rowsOf(world, header, lane, after, limit)
    expect(part.rows.length).toBeLessThanOrEqual(limit)
    openids.push(...part.rows.map(({ openid }) => openid))
    after = part.next
  } while (after)
  return openids
}

async function filled(people: number) {
  const world = given()
  const openids = openidsOf(people)
  const { audience } = await create(world, people)
  for (let at = 0; at < people; at += 2000)
    await append(world, audience, rowsFor(openids.slice(at, at + 2000)))
  await seal(world, audience)
  return { world, openids, audience, header: await headerOf(world, audience) }
}

test('everybody is read once, in parts of any size, in one order', async () => {
  const { world, openids, header } = await filled(3000)
  expect(header.people).toBe(3000)
  for (const lane of header.used) {
    const whole = await readLane(world, header, lane, 1000)
    expect(whole.every((openid) => laneOf(openid, header.lanes) === lane)).toBe(true)
    for (const limit of [1, 7, 300]) expect(await readLane(world, header, lane, limit)).toEqual(whole)
  }
  const all = await Promise.all(header.used.map((lane) => readLane(world, header, lane, 1000)))
  expect(all.flat().sort()).toEqual(openids)
})

test('a part of a list is one read', async () => {
  const { world, header } = await filled(3000)
  const calls: string[] = []
  const store = counted(world.store, (call) => void calls.push(call))
  const { rows } = await rowsOf({ store }, header, 0, null, 1000)
  expect(rows).toHaveLength(1000)
  expect(calls).toHaveLength(1)
})

test('a person is in a list once, with the params of the last row; repeating a chunk changes nothing', async () => {
  const world = given()
  const { audience } = await create(world, 100, 'order-shipped')
  const rows: Rows = [
    { openid: 'oPersonOne', params: { orderNumber: 'A1' } },
    { openid: 'oPersonTwo', params: { orderNumber: 'A2' } },
    { openid: 'oPersonOne', params: { orderNumber: 'A3' } },
  ]
  expect(await append(world, audience, rows)).toEqual({ added: 2, replaced: 0, repeated: 1, refused: [] })
  const before = bucketsOf(world)
  expect(await append(world, audience, rows)).toEqual({ added: 0, replaced: 0, repeated: 3, refused: [] })
  expect(bucketsOf(world)).toEqual(before)
  const changed: Rows = [{ openid: 'oPersonTwo', params: { orderNumber: 'B2' } }]
  expect(await append(world, audience, changed)).toMatchObject({ added: 0, replaced: 1 })
  expect(await seal(world, audience)).toMatchObject({ people: 2, sealed: true })
  expect(Object.assign({}, ...bucketsOf(world).map(({ rows: people }) => people))).toEqual({
    oPersonOne: { orderNumber: 'A3' },
    oPersonTwo: { orderNumber: 'B2' },
  })
})

test('chunks written at once lose nothing and count each person once', async () => {
  const world = given({ env: { HONGYAN_LANES: '1' } })
  const { audience } = await create(world, 100)
  const openids = openidsOf(100)
  await Promise.all([0, 20, 40, 60].map((at) => append(world, audience, rowsFor(openids.slice(at, at + 40)))))
  expect(await seal(world, audience)).toMatchObject({ people: 100 })
})

test('wrong rows are refused by name with all their faults, and the others stored', async () => {
  const world = given()
  const { audience } = await create(world, 10, 'order-shipped')
  const { added, refused } = await append(world, audience, [
    { openid: 'oPersonOne', params: { orderNumber: 'A1' } },
    { openid: 'short' },
    { openid: 'constructor' },
    { openid: 'oPersonTwo', params: { orderNumber: '有汉字', carrier: 'DHL', colour: 'red' } },
    { openid: 'oPersonThree', params: { carrier: '圆通 速递 的 一家' } },
  ])
  expect(added).toBe(1)
  expect(refused.map(({ openid, faults }) => [openid, faults.map(({ path }) => path)])).toEqual([
    ['short', ['openid']],
    ['constructor', ['openid']],
    ['oPersonTwo', expect.arrayContaining(['params.orderNumber', 'params.carrier', 'params.colour'])],
    ['oPersonThree', ['params.carrier']],
  ])
  expect(await seal(world, audience)).toMatchObject({ people: 1 })
})

test('a list of openids takes no params', async () => {
  const world = given()
  const { audience } = await create(world, 10)
  const { refused } = await append(world, audience, [{ openid: 'oPersonOne', params: { a: 1 } }])
  expect(refused).toMatchObject([
    { openid: 'oPersonOne', faults: [{ path: 'params', message: expect.stringContaining('openids alone') }] },
  ])
})

test('a list that is larger than it was made for stays within the size of its documents', async () => {
  const world = given({ env: { HONGYAN_LANES: '1' } })
  const { audience } = await create(world, 1, 'order-shipped')
  const note = '备'.repeat(200)
  const rows: Rows = openidsOf(400).map((openid) => ({ openid, params: { note } }))
  const { added, refused } = await append(world, audience, rows)
  expect(added + refused.length).toBe(400)
  expect(refused[0]?.faults[0]?.message).toContain('more people than it was made for')
  for (const bucket of bucketsOf(world))
    expect(Buffer.byteLength(JSON.stringify(bucket))).toBeLessThan(BUCKET_BYTES * 1.1)
  expect((await append(world, audience, rows)).added).toBe(0)
})

test('rows in the order of buckets touch few documents', async () => {
  const world = given()
  const { audience } = await create(world, 6000)
  const header = await headerOf(world, audience)
  const placeOf = (openid: string) => laneOf(openid, header.lanes) * header.buckets + bucketOf(openid, header)
  const openids = openidsOf(6000).sort((a, b) => placeOf(a) - placeOf(b))
  await append(world, audience, rowsFor(openids.slice(0, 2000)))
  expect(bucketsOf(world).length).toBeLessThanOrEqual(8)
})

test('a sealed list takes no more rows, and only a sealed one can be sent to', async () => {
  const world = given()
  const { audience } = await create(world, 10)
  await append(world, audience, rowsFor(['oPersonOne']))
  const { campaign } = await created(world, { audience: { kind: 'list', audience } })
  expect(errorOf(await world.call('campaign.start', { campaign }, as.owner)).code).toBe('AUDIENCE_STATE')
  await seal(world, audience)
  const late = await world.call('audience.append', { audience, rows: rowsFor(['oPersonTwo']) }, as.owner)
  expect(errorOf(late)).toMatchObject({ code: 'AUDIENCE_STATE', message: expect.stringContaining('sealed') })
  expect((await headerOf(world, audience)).people).toBe(1)
})

test('rows that are being written while the list is sealed are not told as added', async () => {
  const world = given()
  const { audience } = await create(world, 10)
  let seals = 1
  const store = counted(world.store, (call) => {
    if (call === 'insert audiences' && seals-- > 0)
      void world.store.update('audiences', { _id: audience }, { set: { isOpen: false } })
  })
  const reply = await world.call(
    'audience.append',
    { audience, rows: rowsFor(['oPersonOne']) },
    as.owner,
    store,
  )
  expect(errorOf(reply)).toMatchObject({ code: 'AUDIENCE_STATE' })
})

test('an import cut at any call is whole after it is repeated', async () => {
  const rows = rowsFor(openidsOf(40))
  for (const dies of ['before', 'after'] as const) {
    for (let call = 1; ; call += 1) {
      const world = given()
      const { audience } = await create(world, 40)
      const { store } = mortal(world.store, call, dies)
      const cut = await world.call('audience.append', { audience, rows }, as.owner, store)
      await append(world, audience, rows)
      expect(await seal(world, audience)).toMatchObject({ people: 40 })
      expect(
        bucketsOf(world)
          .flatMap(({ rows: people }) => Object.keys(people))
          .sort(),
      ).toEqual(openidsOf(40))
      if (cut.ok) break
      expect(world.logged.at(-1)?.error).toBeInstanceOf(Died)
    }
  }
})

test('members are found by the buckets that can hold them, each read once', async () => {
  const { world, openids, audience } = await filled(3000)
  const strangers = openidsOf(500, 'oStranger')
  const known: Buckets = new Map()
  const calls: string[] = []
  const ports = { store: counted(world.store, (call) => void calls.push(call)) }
  const lane0 = [...openids.slice(0, 500), ...strangers].filter((openid) => laneOf(openid, 2) === 0)
  const members = await membersAmong(ports, audience, 0, lane0, known)
  expect([...members].sort()).toEqual(lane0.filter((openid) => openids.includes(openid)).sort())
  const reads = calls.filter((call) => call === 'find audiences').length
  await membersAmong(ports, audience, 0, lane0, known)
  expect(calls.filter((call) => call === 'find audiences')).toHaveLength(reads)
})

test('an exclusion list that is gone lets nobody through', async () => {
  const world = given()
  await expect(membersAmong(world, 'nosuchlist', 0, ['oPersonOne'], new Map())).rejects.toMatchObject({
    code: 'AUDIENCE_UNKNOWN',
  })
})

test('a campaign to a list leaves out another list, and sends each row its own params', async () => {
  const world = given()
  const people = openidsOf(12)
  await subscribe(world, people)
  const audience = await listed(
    world,
    people.map((openid, at) => ({ openid, params: { ...orderParams, orderNumber: `HY${at}` } })),
  )
  const left = await listed(world, rowsFor(people.slice(0, 3)) as { openid: string }[])
  const { campaign } = await created(world, {
    params: {},
    audience: { kind: 'list', audience },
    exclude: [left],
  })
  dataOf(await world.call('campaign.start', { campaign }, as.owner))
  expect((await run(world, campaign)).progress.outcomes).toEqual({ sent: 9, skipped: 3 })
  expect(new Set(world.wechat.delivered.map(({ data }) => data['character_string1'])).size).toBe(9)
})

test('a list goes with all its rows, but not under a campaign that is not over', async () => {
  const world = given()
  await subscribe(world, ['oPersonOne'])
  const audience = await listed(world, rowsFor(['oPersonOne']) as { openid: string }[])
  const { campaign } = await created(world, { audience: { kind: 'list', audience } })
  dataOf(await world.call('campaign.start', { campaign }, as.owner))
  const used = errorOf(await world.call('audience.remove', { audience }, as.owner))
  expect(used).toMatchObject({ code: 'AUDIENCE_STATE', message: expect.stringContaining('Autumn') })
  expect(await headerOf(world, audience)).toMatchObject({ sealed: true })
  await run(world, campaign)
  expect(dataOf(await world.call('audience.remove', { audience }, as.owner))).toEqual({ removed: true })
  expect(world.store.documents('audiences')).toEqual([])
  expect(dataOf(await world.call('audience.remove', { audience }, as.owner))).toEqual({ removed: false })
})

test('lists are told newest first, with their people once they are counted', async () => {
  const world = given()
  const first = await listed(world, rowsFor(openidsOf(3)) as { openid: string }[])
  world.clock.advance(1000)
  const second = await create(world, 100)
  const { audiences } = dataOf(await world.call('audience.list', {}, as.owner))
  expect(audiences).toMatchObject([
    { audience: second.audience, people: null, sealed: false },
    { audience: first, people: 3, sealed: true },
  ])
})
