import { DAY, formIdsIn, handIn, send } from '../support/class-notice'
import { ALICE, as, dataOf, errorOf, given, type Given } from '../support/service'

describe('handing in', () => {
  test('a form is one message and a payment three, for seven days from when the phone got them', async () => {
    const world = given()
    expect(await handIn(world, 'form-1')).toEqual({ kept: 1, left: 1 })
    expect(await handIn(world, 'pay-1', { kind: 'payment', agoMs: DAY })).toEqual({ kept: 1, left: 4 })
    const kept = await formIdsIn(world)
    const now = world.clock.now()
    expect(kept.get('form-1')).toMatchObject({ openid: ALICE, left: 1, expiresAt: now + 7 * DAY })
    expect(kept.get('pay-1')).toMatchObject({ left: 3, expiresAt: now + 6 * DAY })
  })

  test('one that is handed in twice counts once, whoever does it', async () => {
    const world = given()
    await handIn(world, 'form-1')
    expect(await handIn(world, 'form-1')).toEqual({ kept: 0, left: 1 })
    const formIdsOfAlice = { formIds: [{ formId: 'form-1' }, { formId: 'form-1' }] }
    dataOf(await world.call('formid.handIn', formIdsOfAlice, as.phone('oMalloryThief')))
    expect((await formIdsIn(world)).get('form-1')).toMatchObject({ openid: ALICE, left: 1 })
  })

  test.each([
    ['the mock one of DevTools', { formId: 'the formId is a mock one' }],
    ['nothing', { formId: '' }],
    ['a kind that there is not', { formId: 'form-1', kind: 'gift' }],
    ['one of another week', { formId: 'form-1', agoMs: 8 * DAY }],
  ])('%s is refused, and nothing is written', async (_name, one) => {
    const world = given()
    const error = errorOf(await world.call('formid.handIn', { formIds: [one] } as never))
    expect(error).toMatchObject({ code: 'INPUT_INVALID' })
    expect((await formIdsIn(world)).size).toBe(0)
  })

  test('nobody has more than a hundred', async () => {
    const world = given()
    for (let part = 0; part < 6; part += 1) {
      const some = Array.from({ length: 20 }, (_, at) => ({ formId: `made-up-${part}-${at}` }))
      dataOf(await world.call('formid.handIn', { formIds: some }))
    }
    expect((await formIdsIn(world)).size).toBe(100)
  })

  test('those that are over are taken away with old pages', async () => {
    const world = given()
    await handIn(world, 'form-1')
    world.clock.advance(40 * DAY)
    await handIn(world, 'form-2')
    dataOf(await world.call('retention.run', { olderThanDays: 30 }, as.owner))
    expect([...(await formIdsIn(world)).keys()]).toEqual(['form-2'])
  })
})

describe('the ledger of formIds', () => {
  const verified = async (world: Given, repair = false) => {
    const parts = await Promise.all(
      [0, 1].map((lane) => world.call('ledger.verify', { template: 'class-notice', lane, repair }, as.owner)),
    )
    return parts.map((part) => dataOf(part))
  }
  const drifts = async (world: Given, repair = false) =>
    (await verified(world, repair)).flatMap((part) => part.drifts)

  test('adds up after sends, refusals, formIds that were given up, and fallbacks', async () => {
    const world = given({ wakes: true })
    await handIn(world, 'pay-1', { kind: 'payment', agoMs: DAY })
    await handIn(world, 'form-1')
    await handIn(world, 'form-2')
    await send(world)
    for (const code of [40037, 41028, 45103]) {
      world.wechat.answers.push({ code, text: 'no' })
      await send(world)
      world.clock.advance(2_000)
      await world.tick()
    }
    expect((await verified(world)).map(({ people, busy }) => [people, busy])).toContainEqual([3, 0])
    expect(await drifts(world)).toEqual([])
  })

  test('names each drift, and puts it right', async () => {
    const world = given({ wakes: true })
    await handIn(world, 'pay-1', { kind: 'payment' })
    await send(world)
    await world.store.update('formids', { _id: 'pay-1' }, { inc: { left: 1 } })
    expect(await drifts(world, true)).toMatchObject([{ openid: ALICE, left: 3, expected: 2, spent: 1 }])
    expect((await formIdsIn(world)).get('pay-1')?.left).toBe(2)
    expect(await drifts(world)).toEqual([])
  })
})
