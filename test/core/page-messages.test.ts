/** Pages of single messages and reminders hold equal messages once. */
import { ownMessage, type Page } from '../../core/delivery/page'
import { given, MINUTE, minutes, params, set, subscribe } from '../support/reminding'
import { as, dataOf, type Given } from '../support/service'

const [FIRST, SECOND, THIRD] = ['oFirst', 'oSecond', 'oThird'] as const
const [COFFEE, TEA, SUGAR] = ['咖啡豆', '茶叶', '白糖'] as const

/** Reminders of three people at one time, each of these goods. */
async function delivered(
  goods: readonly [string, string, string] = [COFFEE, COFFEE, TEA],
  answers: Given['wechat']['answers'] = [],
): Promise<Given> {
  const world = given({ env: { HONGYAN_LANES: '1' } })
  world.wechat.answers.push(...answers)
  for (const [at, openid] of [FIRST, SECOND, THIRD].entries()) {
    await subscribe(world, 1, openid)
    const wanted = { to: openid, key: `reminder-${openid}`, params: { ...params, goods: goods[at] ?? '' } }
    await set(world, wanted, as.owner)
  }
  await minutes(world, 31)
  return world
}

const pageOf = ({ store }: Given): Page => {
  const [page] = store.documents<Page>('pages')
  if (!page) throw new Error('there is no page')
  return page
}
const erase = async (world: Given, openid: string) =>
  dataOf(await world.call('person.erase', { openid }, as.owner))

test('equal messages of a page are held once, and everybody gets their own', async () => {
  const world = await delivered()
  const { own, ownAt, people } = pageOf(world)
  expect(own).toHaveLength(2)
  const texts = Object.fromEntries(world.wechat.delivered.map(({ openid, data }) => [openid, data]))
  expect(Object.keys(texts).sort()).toEqual([FIRST, SECOND, THIRD].sort())
  expect(texts[FIRST]).toEqual(texts[SECOND])
  expect(texts[FIRST]).not.toEqual(texts[THIRD])
  for (const [openid, place] of Object.entries(people))
    expect(own?.[ownAt?.[place] ?? -1]?.data).toEqual(texts[openid])
})

test('a message that several got goes with the last of them who is erased', async () => {
  const world = await delivered()
  await erase(world, FIRST)
  expect(pageOf(world).own?.filter(Boolean)).toHaveLength(2)
  await erase(world, THIRD)
  expect(pageOf(world).own?.filter(Boolean)).toHaveLength(1)
  await erase(world, SECOND)
  expect(pageOf(world).own?.filter(Boolean)).toHaveLength(0)
})

test('of several who got messages of their own each takes theirs along', async () => {
  const world = await delivered([COFFEE, TEA, SUGAR])
  expect(pageOf(world).ownAt).toBeUndefined()
  await erase(world, SECOND)
  await erase(world, FIRST)
  expect(JSON.stringify(pageOf(world).own)).not.toContain(COFFEE)
  expect(JSON.stringify(pageOf(world).own)).not.toContain(TEA)
  expect(JSON.stringify(pageOf(world).own)).toContain(SUGAR)
})

test('a message that two got is gone when both are erased at once', async () => {
  const world = await delivered()
  await Promise.all([erase(world, FIRST), erase(world, SECOND)])
  expect(pageOf(world).own?.filter(Boolean)).toHaveLength(1)
  expect(pageOf(world)).toMatchObject({ people: { [THIRD]: expect.any(Number) }, erased: 2 })
})

test('a reduced page keeps the message of who did not get it, and no other', async () => {
  const world = await delivered(undefined, [{ code: 43101, text: 'user refuse to accept the msg' }])
  const before = pageOf(world)
  world.clock.advance(91 * 24 * 60 * MINUTE)
  dataOf(await world.call('retention.run', { olderThanDays: 90 }, as.owner))
  const { people, ...page } = pageOf(world)
  const [place = -1, ...others] = Object.values(people)
  expect(others).toEqual([])
  expect(ownMessage(page, place)).toEqual(ownMessage(before, place))
  expect(page.own?.filter(Boolean)).toHaveLength(1)
})
