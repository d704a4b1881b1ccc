import type { InputOf } from '../../core/contract'
import { ORDER_ID as TEMPLATE_ID, orderParams as params } from '../support/campaign'
import { ALICE, as, counted, dataOf, errorOf, given, type Given } from '../support/service'

const order = (over: Partial<InputOf<'send.one'>> = {}): InputOf<'send.one'> => ({
  key: 'key-00000001',
  to: ALICE,
  template: 'order-shipped',
  params,
  ...over,
})

async function subscribe({ call, wechat }: Given, times = 1, openid = ALICE) {
  for (let at = 0; at < times; at += 1) {
    const answers = { [TEMPLATE_ID]: 'accept' as const }
    dataOf(
      await call(
        'subscription.record',
        { promptId: `prompt-${openid}-${at}`, scene: 'order', answers },
        as.phone(openid),
      ),
    )
    wechat.grant(openid, TEMPLATE_ID)
  }
}

const left = async ({ call }: Given) =>
  dataOf(await call('subscription.mine', {})).quotas.find(({ template }) => template === 'order-shipped')
    ?.left ?? 0

test('a subscriber gets the message that staff send, once, and the grant is spent', async () => {
  const world = given({ wakes: true })
  await subscribe(world)
  const sent = dataOf(await world.call('send.one', order(), as.owner))
  expect(sent).toMatchObject({ state: 'done', outcome: 'sent', code: 0, words: 'sent' })
  expect(world.wechat.delivered).toMatchObject([
    { openid: ALICE, templateId: TEMPLATE_ID, language: 'en_US' },
  ])
  expect(world.wechat.delivered[0]?.data).toMatchObject({ thing2: '咖啡豆', amount3: '¥68.00' })
  expect(await left(world)).toBe(0)
  const { messages } = dataOf(await world.call('message.mine', {}))
  expect(messages).toMatchObject([{ template: 'order-shipped', card: { title: 'Order shipped' } }])
})

test('a double tap or a repeated call with the same key sends once', async () => {
  const world = given({ wakes: true })
  await subscribe(world, 3)
  const replies = await Promise.all([1, 2, 3].map(() => world.call('send.one', order(), as.owner)))
  const again = await world.call('send.one', order(), as.owner)
  expect(new Set([...replies, again].map((reply) => dataOf(reply).sendId)).size).toBe(1)
  expect(dataOf(again).outcome).toBe('sent')
  expect(world.wechat.asked).toHaveLength(1)
  expect(await left(world)).toBe(2)
})

test('the same key with another message is refused and sends nothing more', async () => {
  const world = given({ wakes: true })
  await subscribe(world, 2)
  await world.call('send.one', order(), as.owner)
  const error = errorOf(await world.call('send.one', order({ params: { ...params, goods: '茶' } }), as.owner))
  expect(error.code).toBe('KEY_REUSED')
  expect(world.wechat.asked).toHaveLength(1)
})

test('the key of one sender does not stand in the way of another', async () => {
  const world = given({ wakes: true })
  await subscribe(world, 2)
  await world.call('send.one', order(), as.owner)
  expect(dataOf(await world.call('send.one', order(), as.tool)).outcome).toBe('sent')
  expect(world.wechat.delivered).toHaveLength(2)
})

test('a person without a grant is skipped in words and WeChat is not asked', async () => {
  const world = given({ wakes: true })
  const sent = dataOf(await world.call('send.one', order(), as.owner))
  expect(sent).toMatchObject({ state: 'done', outcome: 'skipped' })
  expect(sent.words).toContain('has never subscribed')
  expect(world.wechat.asked).toHaveLength(0)
})

test("WeChat's word wins: after 43101 the quota is empty", async () => {
  const world = given({ wakes: true })
  await subscribe(world, 3)
  world.wechat.answers.push({ code: 43101, text: 'user refuse to accept the msg' })
  expect(dataOf(await world.call('send.one', order(), as.owner))).toMatchObject({
    outcome: 'refused',
    code: 43101,
  })
  expect(await left(world)).toBe(0)
})

test('a grant tapped while WeChat refuses survives', async () => {
  const world = given({ wakes: true })
  await subscribe(world, 2)
  const send = world.wechat.send.bind(world.wechat)
  world.wechat.send = async (message) => {
    world.wechat.send = send
    const answers = { [TEMPLATE_ID]: 'accept' as const }
    await world.call('subscription.record', { promptId: 'prompt-meanwhile', scene: 'order', answers })
    return { code: 43101, text: `user refuse to accept the msg ${message.openid}` }
  }
  await world.call('send.one', order(), as.owner)
  expect(await left(world)).toBe(2)
})

test.each([40003, 40037, 41030, 47003, 45168])(
  'the grant comes back after %d, which certainly did not go',
  async (code) => {
    const world = given({ wakes: true })
    await subscribe(world)
    world.wechat.answers.push({ code, text: 'no' })
    const sent = dataOf(await world.call('send.one', order(), as.owner))
    expect(sent).toMatchObject({ state: 'done', code })
    expect(sent.outcome).not.toBe('sent')
    expect(await left(world)).toBe(1)
  },
)

test.each([-1, -501002, -604102, 99999])(
  'after %d nobody knows: it is unknown, the grant stays spent, nothing is sent again',
  async (code) => {
    const world = given({ wakes: true })
    await subscribe(world)
    world.wechat.answers.push({ code, text: 'timeout' })
    expect(dataOf(await world.call('send.one', order(), as.owner))).toMatchObject({
      state: 'done',
      outcome: 'unknown',
      code,
    })
    world.clock.advance(3_600_000)
    await world.tick()
    expect(world.wechat.asked).toHaveLength(1)
    expect(await left(world)).toBe(0)
  },
)

test('a minute over its quota is tried again a minute later', async () => {
  const world = given({ wakes: true })
  await subscribe(world)
  world.wechat.answers.push({ code: 45011, text: 'mustslower retry next minute' })
  expect(dataOf(await world.call('send.one', order(), as.owner))).toMatchObject({ state: 'waiting' })
  expect(await left(world)).toBe(1)
  world.clock.advance(59_000)
  await world.tick()
  expect(world.wechat.asked).toHaveLength(1)
  world.clock.advance(1_000)
  await world.tick()
  expect(world.wechat.delivered).toHaveLength(1)
  expect(dataOf(await world.call('send.one', order(), as.owner)).outcome).toBe('sent')
})

test('what is tried five times in vain has failed, and its grant is back', async () => {
  const world = given({ wakes: true })
  await subscribe(world)
  for (let at = 0; at < 9; at += 1) world.wechat.answers.push({ code: 45011, text: 'slower' })
  await world.call('send.one', order(), as.owner)
  // After one minute, two, four and eight.
  for (let at = 0; at < 16; at += 1) {
    world.clock.advance(60_000)
    await world.tick()
  }
  expect(world.wechat.asked).toHaveLength(5)
  expect(dataOf(await world.call('send.one', order(), as.owner))).toMatchObject({
    outcome: 'failed',
    code: 45011,
  })
  expect(await left(world)).toBe(1)
})

test('a tick with nothing to do reads once', async () => {
  const world = given()
  world.clock.advance(60_000)
  const reads: string[] = []
  const counting = counted(world.store, (call) => reads.push(call))
  await world.tick(counting)
  expect(reads).toEqual(['find lanes'])
})

test('a send that nobody woke is found by the timer', async () => {
  const world = given()
  await subscribe(world)
  expect(dataOf(await world.call('send.one', order(), as.owner)).state).toBe('waiting')
  await world.tick()
  expect(world.wechat.delivered).toHaveLength(1)
})

test('two messages to one person are two pages, never two sends at once', async () => {
  const world = given()
  await subscribe(world, 2)
  await world.call('send.one', order({ key: 'key-00000001' }), as.owner)
  await world.call('send.one', order({ key: 'key-00000002' }), as.owner)
  let underWay = 0
  let most = 0
  const send = world.wechat.send.bind(world.wechat)
  world.wechat.send = async (message) => {
    underWay += 1
    most = Math.max(most, underWay)
    await Promise.resolve()
    underWay -= 1
    return send(message)
  }
  await world.tick()
  expect(world.wechat.delivered).toHaveLength(2)
  expect(most).toBe(1)
})

test('a long-term template spends nothing', async () => {
  const world = given({ wakes: true })
  const id = 'pW5nDs1Gy8KbMu3Ia6Ov9Ce2Rj7Lt4Xq0ZfHwBkYgTo'
  await world.call('subscription.record', {
    promptId: 'prompt-long',
    scene: 'queue',
    answers: { [id]: 'accept' },
  })
  world.wechat.grant(ALICE, id, 9)
  const ticket = { ticket: 'A1', ahead: 0, state: '请到窗口', window: '3 号', calledAt: '2026-11-21T10:05' }
  for (const key of ['key-00000001', 'key-00000002', 'key-00000003'])
    expect(
      dataOf(await world.call('send.one', order({ key, template: 'queue-call', params: ticket }), as.owner))
        .outcome,
    ).toBe('sent')
  expect(dataOf(await world.call('subscription.mine', {})).quotas).toMatchObject([
    { template: 'queue-call', left: 1 },
  ])
})

test('a lane that breaks off does not keep the others waiting', async () => {
  const world = given({ env: { HONGYAN_LANES: '64' } })
  const openids = ['oFirstPerson', 'oSecondPerson']
  for (const [at, openid] of openids.entries()) {
    await subscribe(world, 1, openid)
    await world.call('send.one', order({ key: `key-0000000${at}`, to: openid }), as.owner)
  }
  const send = world.wechat.send.bind(world.wechat)
  world.wechat.send = async (message) => {
    if (message.openid === openids[0]) throw new Error('a bug')
    return send(message)
  }
  expect(dataOf(await world.tick())).toMatchObject({ lanes: 2, broken: 1, outcomes: { sent: 1 } })
  expect(world.logged).toMatchObject([{ error: expect.objectContaining({ message: 'a bug' }) }])
})
