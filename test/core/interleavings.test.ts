/**
 * Two processes, each held up where it hurts the other most. A test is one interleaving that the protocol must close;
 * docs/delivery.md lists them.
 */
import { correct } from '../../core/corrections'
import { note } from '../../core/lanes'
import type { Page } from '../../core/page'
import type { Store } from '../../core/ports'
import type { Quota } from '../../core/quotas'
import { ServiceError } from '../../core/errors'
import {
  created,
  deliveries,
  openidsOf,
  ORDER_ID,
  orderParams,
  read,
  run,
  subscribe,
} from '../support/campaign'
import { as, dataOf, given, type Given, wrapped } from '../support/service'

interface Held {
  store: Store
  /** Resolves when the call has been reached. */
  reached: Promise<void>
  /** Lets it go on. */
  release: () => void
}

/** A store that holds up one call, before its effect: the first of this name for which `isIt` holds. */
function heldAt(store: Store, name: string, isIt: () => boolean | Promise<boolean> = () => true): Held {
  let release: () => void = () => undefined
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  let reach: () => void = () => undefined
  const reached = new Promise<void>((resolve) => {
    reach = resolve
  })
  let isOver = false
  const held = wrapped(store, async (call, make) => {
    if (!isOver && call === name && (await isIt())) {
      isOver = true
      reach()
      await released
    }
    return make()
  })
  return { store: held, reached, release }
}

/** Longer than a lease and the time that a taker-over waits on top of it. */
const TAKEN_OVER_MS = 60_000

/** One lane with a campaign that runs; nothing has been sent yet. */
async function running(
  people: number,
  {
    env = {},
    times = 1,
    over = {},
  }: { env?: Record<string, string>; times?: number; over?: Parameters<typeof created>[1] } = {},
) {
  const world = given({ env: { HONGYAN_LANES: '1', ...env } })
  const openids = openidsOf(people)
  await subscribe(world, openids, times)
  const { campaign } = await created(world, over)
  dataOf(await world.call('campaign.start', { campaign }, as.owner))
  return { world, openids, campaign }
}

const got = ({ wechat }: Given) => wechat.delivered.map(({ openid }) => openid).sort()
const page = async ({ store }: Given, id: string): Promise<Page> => {
  const found = await store.get<Page>('pages', id)
  if (!found) throw new Error(`there is no page ${id}`)
  return found
}
const pages = ({ store }: Given) => store.documents<Page>('pages')

test('a page that its old holder settles while another takes over does not hold up the lane', async () => {
  const { world, openids, campaign } = await running(450, { env: { HONGYAN_TICK_MS: '1000' } })
  // The last write of the first page is on its way when its holder is taken for dead.
  const isLast = () => pages(world).some(({ announced, size }) => announced === size)
  const old = heldAt(world.store, 'update pages', isLast)
  const first = world.tick(old.store)
  await old.reached
  world.clock.advance(TAKEN_OVER_MS)
  const taker = heldAt(world.store, 'update pages')
  const second = world.tick(taker.store)
  await taker.reached
  old.release()
  dataOf(await first)
  taker.release()
  dataOf(await second)
  expect(await run(world, campaign, 4)).toMatchObject({
    state: 'finished',
    progress: { outcomes: { sent: 450 } },
  })
  expect(got(world)).toEqual(openids)
})

test('a campaign that starts while everything is stopped sends nothing', async () => {
  const world = given({ env: { HONGYAN_LANES: '1' } })
  await subscribe(world, openidsOf(5))
  const { campaign } = await created(world)
  await note(world, 0, world.clock.now())
  // A tick that has begun before the stop, and looks for campaigns after it.
  const tick = heldAt(world.store, 'find campaigns')
  const ticked = world.tick(tick.store)
  await tick.reached
  const starting = heldAt(world.store, 'update campaigns')
  const started = world.call('campaign.start', { campaign }, as.owner, starting.store)
  await starting.reached
  dataOf(await world.call('dispatch.stop', {}, as.owner))
  starting.release()
  await started
  tick.release()
  dataOf(await ticked)
  expect(world.wechat.asked).toEqual([])
})

test('who is found at the end of an audience by a slow holder does not end it for the next', async () => {
  const over = { audience: { kind: 'everybody' as const, tags: ['vip'] }, rate: 100 }
  const { world, openids, campaign } = await running(250, { env: { HONGYAN_TICK_MS: '1000' }, over })
  const slow = heldAt(world.store, 'update progress')
  const first = world.tick(slow.store)
  await slow.reached
  world.clock.advance(TAKEN_OVER_MS)
  await world.store.update('quotas', {}, { set: { tags: ['vip'] } })
  dataOf(await world.tick())
  expect(world.wechat.delivered.length).toBeLessThan(250)
  slow.release()
  dataOf(await first)
  await run(world, campaign)
  expect(got(world)).toEqual(openids)
})

test('a page that was sent and not counted when its campaign is cancelled is reported', async () => {
  const { world, campaign, openids } = await running(3)
  // The holder dies when everybody's ending is written, before they are counted.
  const isSent = () => pages(world).some(({ state }) => state !== 'open')
  const dying = heldAt(world.store, 'update progress', isSent)
  void world.tick(dying.store)
  await dying.reached
  dataOf(await world.call('campaign.cancel', { campaign }, as.owner))
  world.clock.advance(TAKEN_OVER_MS)
  dataOf(await world.tick())
  expect(got(world)).toEqual(openids)
  expect((await deliveries(world, { campaign })).map(({ openid }) => openid).sort()).toEqual(openids)
  expect((await read(world, campaign)).progress.outcomes).toEqual({ sent: 3 })
})

test('a restored copy waits for a person, whoever ticks first', async () => {
  const { world } = await running(5)
  // Two hours without a timer: this may be a copy of the database, and everybody served already.
  world.clock.advance(2 * 60 * 60_000)
  dataOf(await world.call('dispatch.tick', { lanes: [0] }, as.timer))
  expect(world.wechat.asked).toEqual([])
})

test('what was answered is not forgotten where the answer of the write after it was lost', async () => {
  const { world, campaign } = await running(6, { env: { HONGYAN_WINDOW: '3' } })
  let isBroken = false
  const broken = wrapped(world.store, async (call, make) => {
    const result = await make()
    // The step that announces the second window takes effect; whoever wrote it never learns.
    if (call === 'update pages' && pages(world).some(({ announced }) => announced > 3)) isBroken = true
    if (isBroken && call === 'update pages')
      throw new ServiceError('STORE_FAILED', { collection: 'pages', reason: 'lost' })
    return result
  })
  await world.tick(broken)
  await run(world, campaign)
  const rows = await deliveries(world, { campaign })
  const doubtful = rows.filter(({ outcome }) => outcome === 'unknown').map(({ openid }) => openid)
  // Nobody whom WeChat had answered for is in doubt.
  expect(doubtful.filter((openid) => got(world).includes(openid))).toEqual([])
})

test('a single send that WeChat refuses takes the grants that are left', async () => {
  const world = given({ env: { HONGYAN_LANES: '1' }, wakes: true })
  const [openid = ''] = openidsOf(1)
  await subscribe(world, [openid], 2)
  await world.wechat.send({
    openid,
    templateId: ORDER_ID,
    data: {},
    language: 'zh_CN',
    miniprogramState: 'formal',
  })
  await world.wechat.send({
    openid,
    templateId: ORDER_ID,
    data: {},
    language: 'zh_CN',
    miniprogramState: 'formal',
  })
  const input = { key: 'key-00000001', to: openid, template: 'order-shipped', params: orderParams }
  expect(dataOf(await world.call('send.one', input, as.owner))).toMatchObject({ outcome: 'refused' })
  expect(world.store.documents<Quota>('quotas')).toMatchObject([{ granted: 2, left: 0 }])
})

/** The first message is under way when its holder is taken for dead; it is answered so when another has settled it. */
async function answeredLate(world: Given, answer: { code: number; text: string }): Promise<void> {
  let reach: () => void = () => undefined
  const reached = new Promise<void>((resolve) => {
    reach = resolve
  })
  let release: () => void = () => undefined
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  const send = world.wechat.send.bind(world.wechat)
  world.wechat.send = async () => {
    world.wechat.send = send
    reach()
    await released
    return answer
  }
  const zombie = world.tick()
  await reached
  world.clock.advance(TAKEN_OVER_MS)
  dataOf(await world.tick())
  release()
  dataOf(await zombie)
}

test('a doubt that its old holder cannot clear up is left for a receipt', async () => {
  const { world, campaign } = await running(1)
  await answeredLate(world, { code: -1, text: 'system error' })
  const sent = await page(world, `${campaign}:0000:0000000`)
  expect(sent.late).toEqual({})
})

test('the word of an old holder about a single send arrives though the new one has not written it down yet', async () => {
  const world = given({ env: { HONGYAN_LANES: '1' } })
  const [openid = ''] = openidsOf(1)
  await subscribe(world, [openid])
  const input = { key: 'key-00000001', to: openid, template: 'order-shipped', params: orderParams }
  dataOf(await world.call('send.one', input, as.owner))
  // The old holder is answered when the new one has settled the page, and not yet the send.
  let answer: () => void = () => undefined
  const answered = new Promise<void>((resolve) => {
    answer = resolve
  })
  let ask: () => void = () => undefined
  const asked = new Promise<void>((resolve) => {
    ask = resolve
  })
  world.wechat.send = async () => {
    ask()
    await answered
    return { code: 0, text: 'ok', msgid: '1' }
  }
  const zombie = world.tick()
  await asked
  world.clock.advance(TAKEN_OVER_MS)
  const taker = heldAt(world.store, 'update sends')
  const second = world.tick(taker.store)
  await taker.reached
  answer()
  dataOf(await zombie)
  taker.release()
  dataOf(await second)
  expect(dataOf(await world.call('send.one', input, as.owner))).toMatchObject({ outcome: 'sent' })
})

test('a pause between the plan of a page and its claim sends nobody, and makes one page', async () => {
  const { world, campaign } = await running(5)
  const claiming = heldAt(world.store, 'insert pages')
  const ticked = world.tick(claiming.store)
  await claiming.reached
  dataOf(await world.call('campaign.pause', { campaign }, as.owner))
  claiming.release()
  dataOf(await ticked)
  expect(world.wechat.asked).toEqual([])
  expect(pages(world)).toHaveLength(1)
  dataOf(await world.call('campaign.resume', { campaign }, as.owner))
  expect(await run(world, campaign)).toMatchObject({ state: 'finished', progress: { outcomes: { sent: 5 } } })
})

test('a pause that is acknowledged between two windows lets no further one begin', async () => {
  const { world, campaign } = await running(9, { env: { HONGYAN_WINDOW: '3' } })
  const isSecond = () => pages(world).some(({ announced }) => announced === 3)
  const sending = heldAt(world.store, 'update pages', isSecond)
  const ticked = world.tick(sending.store)
  await sending.reached
  dataOf(await world.call('campaign.pause', { campaign }, as.owner))
  const asked = world.wechat.asked.length
  sending.release()
  dataOf(await ticked)
  expect(world.wechat.asked).toHaveLength(asked)
})

test('a page is counted once, though its old holder counts it after the new one', async () => {
  const { world, campaign, openids } = await running(5)
  const isSettled = () => pages(world).some(({ state }) => state !== 'open')
  const slow = heldAt(world.store, 'update progress', isSettled)
  const first = world.tick(slow.store)
  await slow.reached
  world.clock.advance(TAKEN_OVER_MS)
  dataOf(await world.tick())
  slow.release()
  dataOf(await first)
  expect(await run(world, campaign)).toMatchObject({ state: 'finished', progress: { outcomes: { sent: 5 } } })
  expect(got(world)).toEqual(openids)
})

test('a holder that stood still between its plan and its claim sends nothing of a page that was sent meanwhile', async () => {
  const { world, campaign, openids } = await running(5)
  const slow = heldAt(world.store, 'insert pages')
  const first = world.tick(slow.store)
  await slow.reached
  world.clock.advance(TAKEN_OVER_MS)
  await run(world, campaign)
  slow.release()
  dataOf(await first)
  expect(got(world)).toEqual(openids)
  expect(pages(world)).toHaveLength(1)
})

test('a holder that stood still before its claim, and claims first, sends nothing that the new one sends too', async () => {
  const { world, campaign, openids } = await running(5)
  const slow = heldAt(world.store, 'insert pages')
  const first = world.tick(slow.store)
  await slow.reached
  world.clock.advance(TAKEN_OVER_MS)
  const taker = heldAt(world.store, 'insert pages')
  const second = world.tick(taker.store)
  await taker.reached
  slow.release()
  taker.release()
  dataOf(await first)
  dataOf(await second)
  await run(world, campaign)
  expect(got(world)).toEqual(openids)
})

test('a spend that takes effect when its page was taken over takes nobody’s grant', async () => {
  const { world, campaign } = await running(5, { times: 2 })
  const isPage = () => pages(world).length > 0
  const slow = heldAt(world.store, 'update quotas', isPage)
  const first = world.tick(slow.store)
  await slow.reached
  world.clock.advance(TAKEN_OVER_MS)
  await run(world, campaign)
  slow.release()
  dataOf(await first)
  expect(world.store.documents<Quota>('quotas').map(({ granted, left }) => ({ granted, left }))).toEqual(
    Array.from({ length: 5 }, () => ({ granted: 2, left: 1 })),
  )
})

test('a cancel while a page is recovered leaves nobody waiting, and gives their grants back', async () => {
  const { world, campaign } = await running(5)
  const dying = heldAt(world.store, 'update pages')
  void world.tick(dying.store)
  await dying.reached
  world.clock.advance(TAKEN_OVER_MS)
  const recovering = heldAt(world.store, 'update pages')
  const second = world.tick(recovering.store)
  await recovering.reached
  dataOf(await world.call('campaign.cancel', { campaign }, as.owner))
  recovering.release()
  dataOf(await second)
  expect(world.wechat.asked).toEqual([])
  const rows = await deliveries(world, { campaign })
  expect(rows.map(({ outcome, code }) => [outcome, code])).toEqual(
    Array.from({ length: 5 }, () => ['skipped', 'cancelled']),
  )
  expect((await read(world, campaign)).progress.outcomes).toEqual({ skipped: 5 })
  expect(world.store.documents<Quota>('quotas').every(({ left }) => left === 1)).toBe(true)
})

test('a stop that is late for a campaign that was resumed holds nobody up for good', async () => {
  const { world, campaign, openids } = await running(5)
  const pausing = heldAt(world.store, 'update pages')
  const paused = world.call('campaign.pause', { campaign }, as.owner, pausing.store)
  await pausing.reached
  dataOf(await world.call('campaign.resume', { campaign }, as.owner))
  const sending = heldAt(world.store, 'update pages')
  const ticked = world.tick(sending.store)
  await sending.reached
  pausing.release()
  dataOf(await paused)
  sending.release()
  dataOf(await ticked)
  expect(await run(world, campaign)).toMatchObject({ state: 'finished', progress: { outcomes: { sent: 5 } } })
  expect(got(world)).toEqual(openids)
})

/** WeChat answers so many messages only when it is let go; the others at once. */
function slowly(world: Given, count: number) {
  let release: () => void = () => undefined
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  let reach: () => void = () => undefined
  const reached = new Promise<void>((resolve) => {
    reach = resolve
  })
  const send = world.wechat.send.bind(world.wechat)
  let asked = 0
  world.wechat.send = async (message) => {
    asked += 1
    const isSlow = asked <= count
    if (asked === count) reach()
    const answer = await send(message)
    if (isSlow) await released
    return answer
  }
  return { reached, release }
}

test('as many doubts as a window holds are cleared up once, however often it is looked at again', async () => {
  const { world, campaign } = await running(80)
  const answers = slowly(world, 80)
  const zombie = world.tick()
  await answers.reached
  world.clock.advance(TAKEN_OVER_MS)
  dataOf(await world.tick())
  expect((await read(world, campaign)).progress.outcomes).toEqual({ unknown: 80 })
  answers.release()
  dataOf(await zombie)
  expect((await read(world, campaign)).progress.outcomes).toEqual({ sent: 80 })
  // The next scan finishes what a corrector may have left undone.
  for (let at = 0; at < 3; at += 1) {
    world.clock.advance(11 * 60_000)
    dataOf(await world.tick())
  }
  expect((await read(world, campaign)).progress.outcomes).toEqual({ sent: 80 })
})

test('a person who is erased from a page whose holder died does not hold up the others', async () => {
  const { world, campaign, openids } = await running(5)
  const dying = heldAt(world.store, 'update pages')
  void world.tick(dying.store)
  await dying.reached
  const [gone = '', ...others] = openids
  await world.store.update('pages', { campaign }, { set: {}, unset: [`people.${gone}`] })
  await world.store.remove('quotas', { openid: gone })
  world.clock.advance(TAKEN_OVER_MS)
  expect(await run(world, campaign)).toMatchObject({ state: 'finished', progress: { outcomes: { sent: 4 } } })
  expect(got(world)).toEqual(others)
})

test('answers that come after a write whose answer was lost are not forgotten', async () => {
  const { world, campaign, openids } = await running(20, { env: { HONGYAN_WINDOW: '10' } })
  const answers = slowly(world, 3)
  let isBroken = false
  const broken = wrapped(world.store, async (call, make) => {
    const isBefore = pages(world).some(({ announced }) => announced === 10)
    const result = await make()
    // The second step takes effect while three of the first window are under way; its writer never learns of it.
    if (call === 'update pages' && isBefore && !isBroken) {
      isBroken = true
      answers.release()
    }
    if (isBroken && call === 'update pages' && pages(world).some(({ step }) => step === 2))
      throw new ServiceError('STORE_FAILED', { collection: 'pages', reason: 'lost' })
    return result
  })
  await world.tick(broken)
  await run(world, campaign)
  const rows = await deliveries(world, { campaign })
  const doubtful = rows.filter(({ outcome }) => outcome === 'unknown').map(({ openid }) => openid)
  expect(openids.slice(0, 10).filter((openid) => doubtful.includes(openid))).toEqual([])
})

test('a doubt that is cleared up while others are sent again leaves nobody out', async () => {
  const { world, campaign, openids } = await running(10, { env: { HONGYAN_TICK_MS: '1000' }, times: 2 })
  const answers = openids.map(() => ({ code: -1, text: 'system error' }))
  world.wechat.answers.push(...answers)
  expect(await run(world, campaign)).toMatchObject({ progress: { outcomes: { unknown: 10 } } })
  world.clock.advance(30 * 60_000)
  const { campaign: again } = dataOf(
    await world.call('campaign.redrive', { campaign, outcomes: ['unknown'] }, as.owner),
  )
  dataOf(await world.call('campaign.adjust', { campaign: again, rate: 5 }, as.owner))
  dataOf(await world.call('campaign.start', { campaign: again }, as.owner))
  dataOf(await world.tick())
  const first = world.wechat.delivered.length
  expect(first).toBeLessThan(10)
  // A receipt of the first person's message comes between two parts of the audience.
  const sent = await page(world, `${campaign}:0000:0000000`)
  await correct({ store: world.store, clock: world.clock }, sent, 0, 0)
  await run(world, again)
  expect(got(world)).toEqual(openids)
})

test('a rate that is lowered between the plan of a page and its claim holds for that page', async () => {
  const { world, campaign } = await running(60, { env: { HONGYAN_TICK_MS: '5000' } })
  const claiming = heldAt(world.store, 'insert pages')
  const ticked = world.tick(claiming.store)
  await claiming.reached
  dataOf(await world.call('campaign.adjust', { campaign, rate: 1 }, as.owner))
  claiming.release()
  dataOf(await ticked)
  // Five seconds of a tick, and the first of them at once.
  expect(world.wechat.delivered.length).toBeLessThanOrEqual(6)
})
