/** Several lanes under one lease: what was found by trying to break it. docs/delivery.md lists the interleavings. */
import type { Reminder } from '../../core/reminder/reminder'
import { oneOf, type Store } from '../../core/ports'
import { heldAt, TAKEN_OVER_MS } from '../support/held'
import { due, lefts, ofLane, pagesOf, people, tickOf } from '../support/lanes-together'
import { MINUTE, params, set, subscribe } from '../support/reminding'
import { as, counted, dataOf, type Given } from '../support/service'
import { REMINDER_ID as CLASS_ID } from '../support/class-notice'

const guest = ofLane(1)[0] ?? ''

const shared = (world: Given) => pagesOf(world).filter(({ lanes }) => lanes.length > 1)
const outcomes = ({ store }: Given) => store.documents<Reminder>('reminders').map(({ outcome }) => outcome)

test('the closing of a page that was never begun takes nobody’s grant while another lane is worked', async () => {
  const world = await due()
  const claiming = heldAt(world.store, 'insert pages')
  const first = world.tick(claiming.store)
  await claiming.reached
  world.clock.advance(TAKEN_OVER_MS)
  // Another works the lane that is not the page's home, and is about to take its people's grants …
  const spending = heldAt(world.store, 'update quotas')
  const second = tickOf(world, [1], spending.store)
  await spending.reached
  claiming.release()
  dataOf(await first)
  // … while a third closes the page.
  let steps = 0
  const counting = counted(world.store, (call) => (steps += call === 'update pages' ? 1 : 0))
  const settling = heldAt(counting, 'update pages', () => steps === 1)
  const third = tickOf(world, [0], settling.store)
  await settling.reached
  spending.release()
  await second
  settling.release()
  await third
  expect(outcomes(world)).toEqual(people.map(() => 'sent'))
  expect(lefts(world)).toEqual(people.map(() => 0))
})

test('a grant that comes after a page was closed unbegun is not taken by its late spend', async () => {
  const world = await due(0)
  const spending = heldAt(world.store, 'update quotas')
  await subscribe(world, 1, guest)
  const first = world.tick(spending.store)
  await spending.reached
  await world.store.update('quotas', { openid: guest }, { inc: { left: -1 } })
  world.clock.advance(TAKEN_OVER_MS)
  dataOf(await world.tick())
  await world.store.update('quotas', { openid: guest }, { inc: { left: 1 } })
  spending.release()
  await first
  expect(lefts(world)).toEqual([1])
})

test('a page that came when its home had been looked through holds up its other lanes no longer than a tick', async () => {
  const world = await due()
  // The home of the page has work of its own no more.
  await world.store.remove('reminders', { openid: oneOf(ofLane(0)) })
  const claiming = heldAt(world.store, 'insert pages')
  const first = world.tick(claiming.store)
  await claiming.reached
  world.clock.advance(TAKEN_OVER_MS)
  await tickOf(world, [0])
  claiming.release()
  dataOf(await first)
  expect(pagesOf(world)).toMatchObject([{ lane: 0, step: 0, isOpen: true }])
  for (let at = 0; at < 2; at += 1) {
    world.clock.advance(MINUTE)
    dataOf(await world.tick())
  }
  expect(outcomes(world)).toEqual(ofLane(1).map(() => 'sent'))
})

test('who takes a lane of a page whose holder died sees it closed, and goes on in the same tick', async () => {
  const world = await due()
  const dying = heldAt(world.store, 'update quotas')
  void world.tick(dying.store)
  await dying.reached
  world.clock.advance(TAKEN_OVER_MS)
  expect(await tickOf(world, [1])).toMatchObject({ recovered: 1 })
  expect(outcomes(world)).toEqual(people.map(() => 'sent'))
})

test('who is of another lane than the home of a page is erased from it, and the page is told to them', async () => {
  const world = await due()
  let during: { open: number } | undefined
  const send = world.wechat.send.bind(world.wechat)
  world.wechat.send = async (message) => {
    during ??= dataOf(await world.call('person.erase', { openid: guest }, as.owner))
    return send(message)
  }
  dataOf(await world.tick())
  expect(shared(world)).toHaveLength(1)
  expect(during).toMatchObject({ open: 1 })
  const { person } = dataOf(await world.call('person.export', { openid: guest }, as.owner))
  expect(person.deliveries).toMatchObject([{ outcome: 'sent' }])
  expect(dataOf(await world.call('person.erase', { openid: guest }, as.owner))).toMatchObject({ open: 0 })
  expect(JSON.stringify(pagesOf(world))).not.toContain(guest)
})

const single = (world: Given, to: string, orderNumber: string, store?: Store) =>
  world.call(
    'send.one',
    { key: `key-${orderNumber}`, to, template: 'order-shipped', params: { ...params, orderNumber } },
    as.owner,
    store,
  )
/** Who got the message with this order number. */
const gotOf = ({ wechat }: Given, orderNumber: string) =>
  wechat.delivered.filter(({ data }) => Object.values(data).includes(orderNumber)).map(({ openid }) => openid)

test('nobody of another lane waits for the many messages of one person', async () => {
  const world = await due(1)
  const many = ofLane(0)[0] ?? ''
  await subscribe(world, 41, many)
  for (let at = 0; at < 40; at += 1) dataOf(await single(world, many, `MANY${at}`))
  dataOf(await world.tick())
  const whom = world.wechat.delivered.map(({ openid }) => openid)
  expect(whom.filter((openid) => openid === many)).toHaveLength(41)
  for (const openid of ofLane(1)) expect(whom.indexOf(openid)).toBeLessThan(10)
})

test('a single message that comes while another is sent goes with the same tick', async () => {
  const world = await due(2)
  const some = [ofLane(0)[0] ?? '', ofLane(1)[0] ?? '']
  const wanted = [1, 2, 3, 4].map((at) => [some[at % 2] ?? '', `SINGLE${at}`] as const)
  for (const openid of some) await subscribe(world, 4, openid)
  const coming = [...wanted]
  let page = 0
  const send = world.wechat.send.bind(world.wechat)
  world.wechat.send = async (message) => {
    // Each comes while the page of the one before is sent.
    const next = pagesOf(world).length > page ? coming.shift() : undefined
    page = pagesOf(world).length
    if (next) dataOf(await single(world, ...next))
    return send(message)
  }
  dataOf(await world.tick())
  for (const [openid, orderNumber] of wanted) expect(gotOf(world, orderNumber)).toEqual([openid])
})

test('a single message that comes while lanes are worked together goes before their next page', async () => {
  const world = await due(2)
  const answers = { [CLASS_ID]: 'accept' as const }
  const prompt = { promptId: 'prompt-class', scene: 'class', answers } as const
  dataOf(await world.call('subscription.record', prompt, as.phone(guest)))
  world.wechat.grant(guest, CLASS_ID)
  const lesson = { course: '书法', teacher: '王老师', endsAt: '2026-11-21T20:30', room: '203' }
  const schedule = { kind: 'delay', minutes: 1 } as const
  const wanted = { key: 'reminder-class', template: 'class-reminder', params: lesson, timeParam: 'startsAt' }
  await set(world, { ...wanted, schedule }, as.phone(guest))
  world.clock.advance(MINUTE)
  const claiming = heldAt(world.store, 'insert pages')
  const ticked = world.tick(claiming.store)
  await claiming.reached
  dataOf(await single(world, guest, 'SINGLE'))
  claiming.release()
  dataOf(await ticked)
  const [before, last] = world.wechat.delivered.slice(-2)
  expect(last?.templateId).toBe(CLASS_ID)
  expect(Object.values(before?.data ?? {})).toContain('SINGLE')
})
