/** @jest-environment jsdom */
import { joinGroup } from '../../core/open-data/groups'
import { openPage, type PageTestOptions } from '../support/pages'
import { created, openidsOf, run, subscribe } from '../support/campaign'
import { ALICE, as, dataOf, given, type Given, OWNER } from '../support/service'

const page = 'console/people/people'

const open = async (world: Given, query: Record<string, string>, options: Partial<PageTestOptions> = {}) =>
  openPage({ openid: OWNER, page, query, world, ...options })

async function refused(people: number): Promise<{ world: Given; campaign: string }> {
  const world = given({ env: { HONGYAN_LANES: '1' } })
  await subscribe(world, openidsOf(people))
  for (let at = 0; at < people; at += 1) world.wechat.answers.push({ code: 43101, text: 'refuse' })
  const { campaign } = await created(world)
  dataOf(await world.call('campaign.start', { campaign }, as.owner))
  await run(world, campaign)
  return { world, campaign }
}

test('people of a code, in words, part by part', async () => {
  const { world, campaign } = await refused(60)
  const { phone } = await open(world, { campaign, outcome: 'refused', code: '43101' })
  expect(phone.text('.headline')).toBe('对方拒收')
  expect(phone.findAll('.person')).toHaveLength(50)
  expect(phone.text('.why')).toContain('43101')
  await phone.tap('.more')
  expect(phone.findAll('.person')).toHaveLength(60)
  expect(phone.text()).toContain('已列出 60 人')
  expect(phone.has('.more')).toBe(false)
})

test('a part that does not come leaves those that are there, and can be asked for again', async () => {
  const { world, campaign } = await refused(60)
  const { phone, offline } = await open(world, { campaign, outcome: 'refused' })
  offline(true)
  await phone.tap('.more')
  expect(phone.text()).toContain('没有连上服务')
  expect(phone.findAll('.person')).toHaveLength(50)
  offline(false)
  await phone.tap('.more')
  expect(phone.findAll('.person')).toHaveLength(60)
  expect(phone.has('wx-notice-bar')).toBe(false)
})

test('a tap opens the person', async () => {
  const { world, campaign } = await refused(1)
  const { phone } = await open(world, { campaign, outcome: 'refused' })
  await phone.tap('.person')
  expect(phone.route()).toBe('console/person/person')
  expect(phone.text('.openid')).toContain('oPerson0000')
})

test('those of a dry run, of whom a large part comes in small steps', async () => {
  const world = given()
  await subscribe(world, openidsOf(130))
  const { campaign } = await created(world)
  const { phone } = await open(world, { campaign, reason: 'sendable' })
  expect(phone.text('.headline')).toBe('会收到的人')
  expect(phone.findAll('.person')).toHaveLength(100)
  await phone.tap('.more')
  expect(phone.findAll('.person')).toHaveLength(130)
  expect(Math.max(...phone.setDataCalls().map(({ bytes }) => bytes))).toBeLessThan(20_000)
})

test('empty parts are read past, and after some a person says whether to go on', async () => {
  const world = given()
  const { campaign } = await created(world)
  let asked = 0
  const names = [{ openid: ALICE, reason: 'muted', words: 'muted' }]
  const { phone } = await open(
    world,
    { campaign, reason: 'muted' },
    {
      intercept: (action) => {
        if (action !== 'campaign.dryRun') return undefined
        asked += 1
        const isLast = asked === 7
        const data = {
          sendable: 0,
          deferred: 0,
          skipped: {},
          names: isLast ? names : [],
          cursor: isLast ? null : `${asked}|`,
        }
        return { ok: true, data }
      },
    },
  )
  expect(asked).toBe(5)
  expect(phone.text()).toContain('还没有找到')
  await phone.tap('.more')
  expect(phone.text('.openid')).toBe(ALICE)
  expect(phone.text()).not.toContain('还没有找到')
})

test('nobody: it says so', async () => {
  const world = given()
  const { campaign } = await created(world)
  const { phone } = await open(world, { campaign, outcome: 'failed' })
  expect(phone.text()).toContain('没有人')
})

test('who is not staff sees nobody', async () => {
  const { world, campaign } = await refused(2)
  const { phone } = await open(world, { campaign, outcome: 'refused' }, { openid: ALICE })
  expect(phone.text()).toContain('这里只对店员开放')
  expect(phone.has('.person')).toBe(false)
})

describe('one person', () => {
  const personPage = 'console/person/person'
  const GROUP = 'tGxAbCdEfGhIjKlMnOpQrStUvWx0'

  async function known(): Promise<Given> {
    const world = given()
    await subscribe(world, [ALICE])
    dataOf(await world.call('person.tag', { openids: [ALICE], add: ['vip'] }, as.owner))
    await joinGroup(world.service.ports, ALICE, GROUP)
    return world
  }
  const look = (world: Given, openid = ALICE, options: Partial<PageTestOptions> = {}) =>
    openPage({ openid: OWNER, page: personPage, query: { openid }, world, ...options })
  const tagsOf = async (world: Given) =>
    dataOf(await world.call('person.get', { openid: ALICE }, as.owner)).tags

  test('shows tags, groups and what was sent to them', async () => {
    const world = await known()
    const { campaign } = await created(world)
    dataOf(await world.call('campaign.start', { campaign }, as.owner))
    await run(world, campaign)
    const { phone } = await look(world)
    expect(phone.text('.tag-name')).toBe('vip')
    expect(phone.text('.joined')).toContain(`group:${GROUP}`)
    expect(phone.findAll('.message')).toHaveLength(1)
    expect(phone.text()).toContain('手机号没有')
  })

  test('tags are added, several at once, and taken away one by one', async () => {
    const world = await known()
    const { phone } = await look(world)
    await phone.type('.typed', '常客，2026 vip')
    await phone.tap('.add')
    expect(await tagsOf(world)).toEqual(['2026', 'vip', '常客'])
    expect(phone.text('.tag-name')).toBe('2026 vip 常客')
    await phone.tap('[aria-label="去掉标签 vip"]')
    expect(await tagsOf(world)).toEqual(['2026', '常客'])
  })

  test('a tag that is none is told before it is sent; one without a network stays typed', async () => {
    const world = await known()
    const { phone, offline } = await look(world)
    await phone.type('.typed', 'a/b')
    await phone.tap('.add')
    expect(phone.text('.wrong')).toContain('a/b')
    await phone.type('.typed', 'regular')
    offline(true)
    await phone.tap('.add')
    expect(phone.text()).toContain('没有连上服务')
    offline(false)
    await phone.tap('.add')
    expect(await tagsOf(world)).toEqual(['regular', 'vip'])
  })

  test('a group is not given by hand', async () => {
    const { phone } = await look(await known())
    await phone.type('.typed', `group:${GROUP}`)
    await phone.tap('.add')
    expect(phone.text('wx-notice-bar')).toContain('只由微信给出')
  })

  test('who may only look cannot change tags; somebody who never came is said to be new', async () => {
    const world = await known()
    dataOf(await world.call('staff.grant', { openid: 'oViewerOfShop', role: 'viewer' }, as.owner))
    const { phone: viewer } = await look(world, ALICE, { openid: 'oViewerOfShop' })
    expect([viewer.has('.tag'), viewer.has('.remove'), viewer.has('.add')]).toEqual([true, false, false])
    const { phone } = await look(world, 'oNeverSeenBefore')
    expect(phone.text()).toContain('还没来过')
  })
})
