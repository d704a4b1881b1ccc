/** What staff do with campaigns, through the service's own actions. */
import type { Campaign } from '../../core/campaign/campaign'
import { as, dataOf, errorOf, given, OWNER } from '../support/service'
import {
  created,
  deliveries,
  draft,
  openidsOf,
  ORDER_ID,
  orderParams,
  read,
  run,
  subscribe,
} from '../support/campaign'

const MINUTE = 60_000

describe('a draft', () => {
  test('shows the card as people will see it, in the caller’s language', async () => {
    const world = given()
    const { campaign, card } = await created(world)
    expect(card).toMatchObject({ title: 'Order shipped' })
    expect(await read(world, campaign)).toMatchObject({ state: 'draft', version: 1, createdBy: OWNER })
  })

  test('is refused with every fault of its params by name, and nothing is written', async () => {
    const world = given()
    const wrong = draft({ params: { ...orderParams, total: -1, colour: 'red' } })
    const error = errorOf(await world.call('campaign.create', wrong, as.owner))
    expect(error.code).toBe('PARAMS_INVALID')
    expect(error.facts.faults?.map(({ path }) => path).sort()).toEqual(['params.colour', 'params.total'])
    expect(world.store.documents('campaigns')).toEqual([])
  })

  test.each([
    ['a template that is not there', draft({ template: 'no-such' }), 'TEMPLATE_UNKNOWN'],
    [
      'a list that is not there',
      draft({ audience: { kind: 'list', audience: 'nolist00' } }),
      'AUDIENCE_UNKNOWN',
    ],
    ['an exclusion that is not there', draft({ exclude: ['nolist00'] }), 'AUDIENCE_UNKNOWN'],
    [
      'a campaign to redrive that is not there',
      draft({ audience: { kind: 'outcomes', campaign: 'nocampaign', outcomes: ['failed'] } }),
      'CAMPAIGN_UNKNOWN',
    ],
    [
      'a zone that does not exist',
      draft({ sendWindow: { from: '09:00', to: '21:00', zone: 'Asia/Shangri-La' } }),
      'INPUT_INVALID',
    ],
  ])('with %s is refused', async (_what, input, code) => {
    expect(errorOf(await given().call('campaign.create', input, as.owner)).code).toBe(code)
  })

  test('keeps what an edit does not name', async () => {
    const world = given()
    const { campaign } = await created(world, { rate: 5, testGroup: [OWNER], graceMinutes: 7 })
    const change = { name: 'Winter' }
    const edited = dataOf(await world.call('campaign.edit', { campaign, version: 1, change }, as.owner))
    expect(edited).toMatchObject({ name: 'Winter', rate: 5, testGroup: [OWNER], graceMinutes: 7, version: 2 })
    expect(edited.params).toEqual(orderParams)
  })

  test('that somebody else changed meanwhile is not overwritten', async () => {
    const world = given()
    const { campaign } = await created(world)
    const edit = (name: string) =>
      world.call('campaign.edit', { campaign, version: 1, change: { name } }, as.owner)
    dataOf(await edit('first'))
    const error = errorOf(await edit('second'))
    expect(error).toMatchObject({ code: 'CAMPAIGN_CHANGED', facts: { version: 2, got: 1 } })
    expect((await read(world, campaign)).name).toBe('first')
  })
})

describe('a run', () => {
  test('reaches everybody who has a grant, once, and ends by itself', async () => {
    const world = given()
    const people = openidsOf(30)
    await subscribe(world, people)
    const { campaign } = await created(world)
    const started = dataOf(await world.call('campaign.start', { campaign }, as.owner))
    expect(started).toMatchObject({ state: 'running', startedAt: world.clock.now() })
    const finished = await run(world, campaign)
    expect(finished).toMatchObject({
      state: 'finished',
      progress: { outcomes: { sent: 30 }, people: 30, remaining: 0, lanes: { total: 2, done: 2 } },
    })
    expect(world.wechat.delivered.map(({ openid }) => openid).sort()).toEqual(people)
    await run(world, campaign)
    expect(world.wechat.asked).toHaveLength(30)
  })

  test('with nobody in its audience ends', async () => {
    const world = given()
    const { campaign } = await created(world)
    dataOf(await world.call('campaign.start', { campaign }, as.owner))
    expect(await run(world, campaign)).toMatchObject({ state: 'finished', progress: { people: 0 } })
  })

  test('that is started twice runs once', async () => {
    const world = given({ wakes: true })
    await subscribe(world, openidsOf(5))
    const { campaign } = await created(world)
    const starts = [1, 2].map(() => world.call('campaign.start', { campaign }, as.owner))
    for (const reply of await Promise.all(starts)) dataOf(reply)
    await run(world, campaign)
    expect(world.wechat.asked).toHaveLength(5)
  })

  test('leaves out who subscribes after its start', async () => {
    const world = given()
    await subscribe(world, openidsOf(3))
    const { campaign } = await created(world)
    dataOf(await world.call('campaign.start', { campaign }, as.owner))
    world.clock.advance(1)
    await subscribe(world, ['oLateComer'])
    await run(world, campaign)
    expect(world.wechat.delivered.map(({ openid }) => openid)).not.toContain('oLateComer')
  })

  test('cannot be edited, only its rate and name adjusted', async () => {
    const world = given()
    await subscribe(world, openidsOf(3))
    const { campaign } = await created(world)
    dataOf(await world.call('campaign.start', { campaign }, as.owner))
    const { version } = await read(world, campaign)
    const change = { name: 'other' }
    const error = errorOf(await world.call('campaign.edit', { campaign, version, change }, as.owner))
    expect(error.code).toBe('CAMPAIGN_STATE')
    expect(error.message).toBe('campaign "Autumn" is running; editing is possible only while it is draft')
    const adjusted = dataOf(
      await world.call('campaign.adjust', { campaign, rate: 0.5, name: 'Slow' }, as.owner),
    )
    expect(adjusted).toMatchObject({ state: 'running', rate: 0.5, name: 'Slow' })
  })
})

describe('pause and cancel', () => {
  /** WeChat answers, and in the middle of the run staff do this; how many had been asked when it was acknowledged. */
  async function amid(act: 'campaign.pause' | 'campaign.cancel' | 'dispatch.stop') {
    const world = given({ env: { HONGYAN_WINDOW: '5' } })
    await subscribe(world, openidsOf(40))
    const { campaign } = await created(world)
    dataOf(await world.call('campaign.start', { campaign }, as.owner))
    const send = world.wechat.send.bind(world.wechat)
    let acknowledged: Promise<number> | undefined
    world.wechat.send = async (message) => {
      const answer = send(message)
      if (world.wechat.asked.length === 10)
        acknowledged = world
          .call(act, act === 'dispatch.stop' ? {} : { campaign }, as.owner)
          .then((reply) => (dataOf(reply), world.wechat.asked.length))
      return answer
    }
    await run(world, campaign, 3)
    return { world, campaign, asked: await acknowledged }
  }

  test.each(['campaign.pause', 'campaign.cancel', 'dispatch.stop'] as const)(
    'after %s is acknowledged nobody more is asked',
    async (act) => {
      const { world, asked } = await amid(act)
      expect(asked).toBeLessThan(40)
      // Two lanes may each have announced one window before.
      expect(world.wechat.asked.length).toBeLessThanOrEqual((asked ?? 0) + 10)
    },
  )

  test('a paused campaign goes on where it stopped, and nobody gets it twice', async () => {
    const { world, campaign } = await amid('campaign.pause')
    expect(await read(world, campaign)).toMatchObject({ state: 'paused', reason: 'paused by staff' })
    dataOf(await world.call('campaign.resume', { campaign }, as.owner))
    expect(await run(world, campaign)).toMatchObject({
      state: 'finished',
      progress: { outcomes: { sent: 40 } },
    })
    expect(new Set(world.wechat.delivered.map(({ openid }) => openid)).size).toBe(40)
    expect(world.wechat.asked).toHaveLength(40)
  })

  test('a cancelled campaign stays so: who was to come has their grant and is told as cancelled', async () => {
    const { world, campaign } = await amid('campaign.cancel')
    const error = errorOf(await world.call('campaign.resume', { campaign }, as.owner))
    expect(error.code).toBe('CAMPAIGN_STATE')
    const { progress } = await run(world, campaign, 3)
    const sent = world.wechat.delivered.length
    expect(progress.outcomes.sent).toBe(sent)
    expect(progress.outcomes.deferred ?? 0).toBe(0)
    const cancelled = await deliveries(world, { campaign, code: 'cancelled' })
    expect(cancelled).toHaveLength(progress.outcomes.skipped ?? 0)
    for (const { openid, words } of cancelled) {
      expect(words).toContain('cancelled before its turn')
      const { quotas } = dataOf(await world.call('subscription.mine', {}, as.phone(openid)))
      expect(quotas).toMatchObject([{ left: 1 }])
    }
  })

  test('pausing again stops what is open, should the first time have died half way', async () => {
    const { world, campaign } = await amid('campaign.pause')
    expect(dataOf(await world.call('campaign.pause', { campaign }, as.owner)).state).toBe('paused')
  })
})

describe('a schedule', () => {
  async function scheduled(over: Parameters<typeof created>[1] = {}) {
    const world = given()
    await subscribe(world, openidsOf(4))
    const { campaign } = await created(world, over)
    const startAt = world.clock.now() + 10 * MINUTE
    dataOf(await world.call('campaign.schedule', { campaign, startAt }, as.owner))
    return { world, campaign, startAt }
  }

  test('starts at its time and not before, with those who subscribed meanwhile', async () => {
    const { world, campaign, startAt } = await scheduled()
    world.clock.advance(5 * MINUTE)
    await world.tick()
    expect(world.wechat.asked).toHaveLength(0)
    await subscribe(world, ['oMeanwhile'])
    world.clock.advance(startAt - world.clock.now())
    expect(await run(world, campaign)).toMatchObject({
      state: 'finished',
      progress: { outcomes: { sent: 5 } },
    })
  })

  test('that was missed by more than its grace asks a person first', async () => {
    const { world, campaign } = await scheduled({ graceMinutes: 20 })
    world.clock.advance(31 * MINUTE)
    const late = await run(world, campaign, 1)
    expect(late).toMatchObject({
      state: 'paused',
      reason: expect.stringContaining('missed by more than its grace'),
    })
    expect(world.wechat.asked).toHaveLength(0)
    dataOf(await world.call('campaign.resume', { campaign }, as.owner))
    expect(await run(world, campaign)).toMatchObject({
      state: 'finished',
      progress: { outcomes: { sent: 4 } },
    })
  })

  test('that is paused and resumed in time still waits for its time', async () => {
    const { world, campaign, startAt } = await scheduled()
    dataOf(await world.call('campaign.pause', { campaign }, as.owner))
    const resumed = dataOf(await world.call('campaign.resume', { campaign }, as.owner))
    expect(resumed).toMatchObject({ state: 'scheduled', startAt })
    world.clock.advance(10 * MINUTE)
    expect((await run(world, campaign)).progress.outcomes).toEqual({ sent: 4 })
  })

  test('that is taken back is a draft again', async () => {
    const { world, campaign } = await scheduled()
    const back = dataOf(await world.call('campaign.unschedule', { campaign }, as.owner))
    expect(back).toMatchObject({ state: 'draft', startAt: null })
    world.clock.advance(20 * MINUTE)
    await world.tick()
    expect(world.wechat.asked).toHaveLength(0)
  })

  test('that cannot start waits for a person and keeps no other from starting', async () => {
    const { world, campaign } = await scheduled()
    const other = (await created(world, { name: 'Other' })).campaign
    await world.call('campaign.schedule', { campaign: other, startAt: world.clock.now() + MINUTE }, as.owner)
    const audience = { kind: 'list', audience: 'removed0' }
    await world.store.update('campaigns', { _id: other }, { set: { audience } })
    world.clock.advance(10 * MINUTE)
    expect((await run(world, campaign)).state).toBe('finished')
    expect(await read(world, other)).toMatchObject({
      state: 'paused',
      reason: expect.stringContaining('AUDIENCE_UNKNOWN'),
    })
  })
})

describe('a test group', () => {
  test('gets it first; the others after a person says go on, and the group not twice', async () => {
    const world = given()
    const people = openidsOf(6)
    await subscribe(world, people, 2)
    const group = people.slice(0, 2)
    const { campaign } = await created(world, { testGroup: group })
    const tested = dataOf(await world.call('campaign.start', { campaign }, as.owner))
    expect(tested).toMatchObject({
      state: 'paused',
      startedAt: null,
      reason: expect.stringContaining('test group'),
    })
    dataOf(await world.call('campaign.start', { campaign }, as.owner))
    await world.tick()
    expect(world.wechat.delivered.map(({ openid }) => openid).sort()).toEqual(group)
    dataOf(await world.call('campaign.resume', { campaign }, as.owner))
    const finished = await run(world, campaign)
    expect(finished.progress.codes).toMatchObject([
      { code: 0, count: 4 },
      { code: 'test-group', count: 2, words: 'got it as one of the test group' },
    ])
    expect(world.wechat.delivered).toHaveLength(6)
  })

  test('of a scheduled campaign gets it at once; the rest waits for its time', async () => {
    const world = given()
    const people = openidsOf(3)
    await subscribe(world, people, 2)
    const { campaign } = await created(world, { testGroup: people.slice(0, 1) })
    const startAt = world.clock.now() + 10 * MINUTE
    dataOf(await world.call('campaign.schedule', { campaign, startAt }, as.owner))
    await world.tick()
    expect(world.wechat.delivered).toHaveLength(1)
    expect(dataOf(await world.call('campaign.resume', { campaign }, as.owner)).state).toBe('scheduled')
    await world.tick()
    expect(world.wechat.delivered).toHaveLength(1)
    world.clock.advance(10 * MINUTE)
    await run(world, campaign)
    expect(world.wechat.delivered).toHaveLength(3)
  })
})

test('a clone without those served reaches only the others', async () => {
  const world = given()
  await subscribe(world, openidsOf(4), 2)
  const { campaign } = await created(world)
  dataOf(await world.call('campaign.start', { campaign }, as.owner))
  await run(world, campaign)
  await subscribe(world, openidsOf(3, 'oNewcomer'))
  const clone = dataOf(await world.call('campaign.clone', { campaign }, as.owner))
  expect(clone).toMatchObject({ state: 'draft', name: 'Autumn (2)', served: [campaign] })
  dataOf(await world.call('campaign.start', { campaign: clone.campaign }, as.owner))
  const { progress } = await run(world, clone.campaign)
  expect(progress.codes).toMatchObject([
    { code: 'served', count: 4 },
    { code: 0, count: 3 },
  ])
})

describe('a redrive', () => {
  test('sends once more to those with the outcomes chosen, and to nobody else', async () => {
    const world = given()
    await subscribe(world, openidsOf(5))
    world.wechat.answers.push(
      { code: 47003, text: 'argument invalid' },
      { code: 40003, text: 'invalid openid' },
    )
    const { campaign } = await created(world)
    dataOf(await world.call('campaign.start', { campaign }, as.owner))
    const first = await run(world, campaign)
    expect(first.progress.outcomes).toEqual({ sent: 3, invalid: 2 })
    const redriven = dataOf(
      await world.call('campaign.redrive', { campaign, outcomes: ['invalid'] }, as.owner),
    )
    expect(redriven).toMatchObject({ state: 'draft', audience: { kind: 'outcomes', outcomes: ['invalid'] } })
    dataOf(await world.call('campaign.start', { campaign: redriven.campaign }, as.owner))
    const { progress } = await run(world, redriven.campaign)
    // WeChat said of one that nothing can reach the openid.
    expect(progress.codes).toMatchObject([
      { code: expect.anything(), count: 1 },
      { code: expect.anything(), count: 1 },
    ])
    expect(progress.outcomes).toEqual({ sent: 1, skipped: 1 })
    expect(world.wechat.delivered).toHaveLength(4)
  })

  test('of a campaign that runs is refused', async () => {
    const world = given()
    await subscribe(world, openidsOf(5))
    const { campaign } = await created(world)
    dataOf(await world.call('campaign.start', { campaign }, as.owner))
    const error = errorOf(await world.call('campaign.redrive', { campaign, outcomes: ['failed'] }, as.owner))
    expect(error.code).toBe('CAMPAIGN_STATE')
  })

  test('of doubts waits until whoever sent them has ended for certain, and then uses the grant they spent', async () => {
    const world = given()
    await subscribe(world, openidsOf(3))
    world.wechat.answers.push({ code: -1, text: 'system error' })
    const { campaign } = await created(world)
    dataOf(await world.call('campaign.start', { campaign }, as.owner))
    for (let at = 0; at < 3; at += 1) await world.tick()
    expect((await read(world, campaign)).progress.outcomes).toEqual({ sent: 2, unknown: 1 })
    const redrive = () => world.call('campaign.redrive', { campaign, outcomes: ['unknown'] }, as.owner)
    const error = errorOf(await redrive())
    expect(error).toMatchObject({ code: 'REDRIVE_EARLY', facts: { waitSeconds: 135 } })
    world.clock.advance(135_000)
    const redriven = dataOf(await redrive())
    dataOf(await world.call('campaign.start', { campaign: redriven.campaign }, as.owner))
    expect((await run(world, redriven.campaign)).progress.outcomes).toEqual({ sent: 1 })
    expect(world.wechat.delivered).toHaveLength(3)
  })
})

describe('the emergency stop', () => {
  test('holds campaigns and single messages, and nothing can be started until it is taken back', async () => {
    const world = given()
    await subscribe(world, openidsOf(3), 2)
    const { campaign } = await created(world)
    dataOf(await world.call('campaign.start', { campaign }, as.owner))
    const stopped = dataOf(await world.call('dispatch.stop', { note: 'wrong text' }, as.owner))
    expect(stopped.stopped).toEqual({ at: world.clock.now(), by: OWNER, note: 'wrong text' })
    const single = {
      key: 'single-0001',
      to: openidsOf(1)[0] ?? '',
      template: 'order-shipped',
      params: orderParams,
    }
    dataOf(await world.call('send.one', single, as.owner))
    expect(await run(world, campaign, 3)).toMatchObject({
      state: 'paused',
      reason: 'paused by the emergency stop',
    })
    expect(world.wechat.asked).toHaveLength(0)
    const other = (await created(world)).campaign
    for (const [action, id] of [
      ['campaign.start', other],
      ['campaign.resume', campaign],
    ] as const)
      expect(errorOf(await world.call(action, { campaign: id }, as.owner)).code).toBe('DISPATCH_STOPPED')
    expect(dataOf(await world.call('dispatch.release', {}, as.owner)).stopped).toBeNull()
    await world.tick()
    expect(world.wechat.delivered).toHaveLength(1)
    dataOf(await world.call('campaign.resume', { campaign }, as.owner))
    expect((await run(world, campaign)).progress.outcomes).toEqual({ sent: 3 })
  })
})

test.each(['campaign.start', 'campaign.pause', 'campaign.cancel', 'campaign.get'] as const)(
  '%s of a campaign that is not there is refused by name',
  async (action) => {
    const error = errorOf(await given().call(action, { campaign: 'nocampaign' }, as.owner))
    expect(error).toMatchObject({ code: 'CAMPAIGN_UNKNOWN', message: 'there is no campaign nocampaign' })
  },
)

test('a viewer reads campaigns and changes none; a phone without a role does neither', async () => {
  const world = given()
  const { campaign } = await created(world)
  dataOf(await world.call('staff.grant', { openid: 'oViewer', role: 'viewer' }, as.owner))
  expect(dataOf(await world.call('campaign.list', {}, as.phone('oViewer'))).campaigns).toHaveLength(1)
  expect(errorOf(await world.call('campaign.start', { campaign }, as.phone('oViewer'))).code).toBe(
    'NOT_ALLOWED',
  )
  expect(errorOf(await world.call('campaign.list', {}, as.alice)).code).toBe('NOT_ALLOWED')
})

test('each act is written down with who did it', async () => {
  const world = given()
  const { campaign } = await created(world)
  await world.call('campaign.start', { campaign }, as.owner)
  await world.call('campaign.pause', { campaign }, as.owner)
  await world.call('campaign.cancel', { campaign }, as.tool)
  const rows = world.store.documents<Campaign & { what: string; by: string }>('audit')
  expect(rows.map(({ what, by }) => `${what} ${by}`)).toEqual([
    `campaign.create ${OWNER}`,
    `campaign.start ${OWNER}`,
    `campaign.pause ${OWNER}`,
    'campaign.cancel tool',
  ])
})

test('the newest campaigns come first, in parts, each with its progress', async () => {
  const world = given()
  await subscribe(world, openidsOf(2))
  for (const name of ['one', 'two', 'three']) {
    await created(world, { name })
    world.clock.advance(1)
  }
  const first = dataOf(await world.call('campaign.list', { limit: 2 }, as.owner))
  expect(first.campaigns.map(({ name }) => name)).toEqual(['three', 'two'])
  const rest = dataOf(await world.call('campaign.list', { limit: 2, before: first.next ?? 1 }, as.owner))
  expect(rest).toMatchObject({ campaigns: [{ name: 'one', progress: { outcomes: {} } }] })
  expect(rest.next).toBeUndefined()
  const running = dataOf(await world.call('campaign.list', { state: 'running' }, as.owner))
  expect(running.campaigns).toEqual([])
})

test('what was sent by a campaign is among a person’s messages, as it was approved', async () => {
  const world = given()
  const [openid = ''] = openidsOf(1)
  await subscribe(world, [openid], 2)
  const single = { key: 'single-0001', to: openid, template: 'order-shipped', params: orderParams }
  await world.call('send.one', single, as.owner)
  await world.tick()
  world.clock.advance(MINUTE)
  const { campaign } = await created(world, { params: { ...orderParams, goods: '茶' } })
  dataOf(await world.call('campaign.start', { campaign }, as.owner))
  await run(world, campaign)
  const { messages } = dataOf(await world.call('message.mine', {}, as.phone(openid)))
  const goods = messages.map(({ card }) => card.lines.find(({ keyword }) => keyword === 'thing2')?.value)
  expect(goods).toEqual(['茶', '咖啡豆'])
  expect(world.wechat.delivered.at(-1)).toMatchObject({ openid, templateId: ORDER_ID })
})
