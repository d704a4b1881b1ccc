/** What a person prefers, and how staff tag people: kept with the person, and copied to every quota. */
import type { InputOf } from '../../core/contract'
import type { Subscriber } from '../../core/person/people'
import type { Quota } from '../../core/subscription/quotas'
import { MAX_TAGS } from '../../core/person/tags'
import { openidsOf, subscribe } from '../support/campaign'
import { ALICE, as, counted, dataOf, errorOf, given, type Given, mortal } from '../support/service'

const NIGHT = { from: '22:00', to: '08:00', zone: 'Asia/Shanghai' }
const set = (world: Given, input: InputOf<'preference.set'>, openid = ALICE) =>
  world.call('preference.set', input, as.phone(openid))
const tag = (world: Given, input: InputOf<'person.tag'>) => world.call('person.tag', input, as.owner)
const quotaOf = ({ store }: Given, openid = ALICE) =>
  store.documents<Quota>('quotas').find((quota) => quota.openid === openid)

test('whoever has said nothing reads Chinese, at any hour, and mutes nothing', async () => {
  const world = given()
  expect(dataOf(await world.call('preference.get', {}))).toEqual({
    language: 'zh_CN',
    quiet: null,
    muted: [],
  })
  expect(world.store.documents('subscribers')).toEqual([])
})

test('preferences are in every quota of the person as soon as they are set, and in no one else', async () => {
  const world = given()
  await subscribe(world, [ALICE, 'oSomebodyElse'])
  const before = quotaOf(world, 'oSomebodyElse')
  const wanted = { language: 'en_US', quiet: NIGHT, mute: ['order-shipped'] } as const
  expect(dataOf(await set(world, { ...wanted, mute: ['order-shipped'] }))).toEqual({
    language: 'en_US',
    quiet: NIGHT,
    muted: ['order-shipped'],
  })
  expect(quotaOf(world)).toMatchObject({ language: 'en_US', quiet: NIGHT, muted: true })
  expect(quotaOf(world, 'oSomebodyElse')).toEqual(before)
})

test('a change names what it changes; the rest stays', async () => {
  const world = given()
  await subscribe(world, [ALICE])
  dataOf(await set(world, { quiet: NIGHT, mute: ['order-shipped', 'queue-call'] }))
  dataOf(await set(world, { language: 'zh_TW', unmute: ['order-shipped'] }))
  expect(dataOf(await world.call('preference.get', {}))).toEqual({
    language: 'zh_TW',
    quiet: NIGHT,
    muted: ['queue-call'],
  })
  expect(quotaOf(world)).toMatchObject({ language: 'zh_TW', quiet: NIGHT, muted: false })
  dataOf(await set(world, { quiet: null }))
  expect(quotaOf(world)).toMatchObject({ quiet: null })
})

test('preferences that were set before the first subscription are in its quota', async () => {
  const world = given()
  dataOf(await set(world, { language: 'en_US', mute: ['order-shipped'] }))
  await subscribe(world, [ALICE])
  expect(quotaOf(world)).toMatchObject({ language: 'en_US', muted: true })
})

test('the language of the phone counts until the person chooses one', async () => {
  const world = given()
  await subscribe(world, [ALICE])
  expect(quotaOf(world)?.language).toBe('en_US')
  dataOf(await set(world, { language: 'zh_HK' }))
  await subscribe(world, [ALICE])
  expect(quotaOf(world)?.language).toBe('zh_HK')
})

test.each<[string, InputOf<'preference.set'>, string]>([
  ['a zone that is none', { quiet: { ...NIGHT, zone: 'Asia/Atlantis' } }, 'Asia/Shanghai'],
  ['hours that are no time at all', { quiet: { ...NIGHT, to: NIGHT.from } }, 'no time at all'],
  ['a time that is none', { quiet: { ...NIGHT, from: '25:00' } }, '25:00'],
  ['a template that is none', { mute: ['nothing-like-it'] }, 'nothing-like-it'],
])('%s is refused in words, and nothing is written', async (_name, input, words) => {
  const world = given()
  expect(errorOf(await set(world, input)).message).toContain(words)
  expect(world.store.documents('subscribers')).toEqual([])
})

test('two phones that mute at once are both heard', async () => {
  const world = given()
  await subscribe(world, [ALICE])
  await Promise.all([set(world, { mute: ['order-shipped'] }), set(world, { mute: ['queue-call'] })])
  expect(dataOf(await world.call('preference.get', {})).muted).toEqual(['order-shipped', 'queue-call'])
  expect(quotaOf(world)).toMatchObject({ muted: true })
})

test('of two changes at once the later one is with the person and in the quotas', async () => {
  const world = given()
  await subscribe(world, [ALICE])
  let others = 1
  const store = counted(world.store, (call) => {
    if (call === 'update quotas' && others-- > 0) void set(world, { language: 'zh_TW' })
  })
  await world.call('preference.set', { language: 'en_US' }, as.alice, store)
  const { language } = dataOf(await world.call('preference.get', {}))
  expect(quotaOf(world)?.language).toBe(language)
})

test('a change cut at any call is whole after it is repeated', async () => {
  const wanted: InputOf<'preference.set'> = { language: 'en_US', quiet: NIGHT, mute: ['order-shipped'] }
  for (let call = 1; ; call += 1) {
    const world = given()
    await subscribe(world, [ALICE])
    const cut = await world.call('preference.set', wanted, as.alice, mortal(world.store, call, 'after').store)
    dataOf(await set(world, wanted))
    expect(quotaOf(world)).toMatchObject({ language: 'en_US', quiet: NIGHT, muted: true })
    if (cut.ok) break
  }
})

test('tags are with the person and in their quotas, sorted and once', async () => {
  const world = given()
  const people = openidsOf(6)
  await subscribe(world, people)
  dataOf(await tag(world, { openids: people.slice(0, 3), add: ['vip'] }))
  expect(dataOf(await tag(world, { openids: people, add: ['north', 'vip'], remove: ['south'] }))).toEqual({
    tagged: 6,
  })
  dataOf(await tag(world, { openids: people.slice(0, 1), remove: ['vip'] }))
  for (const [at, openid] of people.entries()) {
    const tags = at === 0 ? ['north'] : ['north', 'vip']
    expect(quotaOf(world, openid)).toMatchObject({ tags })
    expect(await world.store.get<Subscriber>('subscribers', openid)).toMatchObject({ tags })
  }
})

test('tags of somebody who was never seen are in the first quota', async () => {
  const world = given()
  dataOf(await tag(world, { openids: [ALICE], add: ['vip'] }))
  expect(dataOf(await world.call('preference.get', {})).language).toBe('zh_CN')
  await subscribe(world, [ALICE])
  expect(quotaOf(world)).toMatchObject({ tags: ['vip'], language: 'en_US' })
})

test('a thousand people of whom all have the same tags are tagged by one update of each collection', async () => {
  const world = given()
  const people = openidsOf(1000)
  for (const _id of people) await world.store.insert('subscribers', { _id, tags: ['old'] })
  const calls: string[] = []
  const store = counted(world.store, (call) => void calls.push(call))
  dataOf(await world.call('person.tag', { openids: people, add: ['new'] }, as.owner, store))
  expect(calls.filter((call) => call.startsWith('update'))).toEqual(['update subscribers', 'update quotas'])
})

test('too many tags are refused by person, and nobody is tagged', async () => {
  const world = given()
  const full = Array.from({ length: MAX_TAGS }, (_, at) => `tag-${at}`)
  await world.store.insert('subscribers', { _id: ALICE, tags: [...full].sort() })
  const refused = errorOf(await tag(world, { openids: ['oSomebodyElse', ALICE], add: ['one-more'] }))
  expect(refused.facts.faults).toMatchObject([{ path: 'input.openids.1' }])
  expect(refused.message).toContain(String(MAX_TAGS))
  expect(await world.store.get('subscribers', 'oSomebodyElse')).toBeNull()
})

test('two who tag the same people at once are both heard', async () => {
  const world = given()
  const people = openidsOf(20)
  await subscribe(world, people)
  await Promise.all(['a', 'b', 'c'].map((one) => tag(world, { openids: people, add: [one] })))
  for (const openid of people) expect(quotaOf(world, openid)).toMatchObject({ tags: ['a', 'b', 'c'] })
})
