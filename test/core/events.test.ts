/** WeChat's pushes as they arrive: in every form, doubled, late, half done, and forged. */
import type { InputOf } from '../../core/contract'
import type { PushedEvent } from '../../core/subscription/events'
import type { Page } from '../../core/delivery/page'
import type { Quota } from '../../core/subscription/quotas'
import type { Send } from '../../core/delivery/sends'
import { answer } from '../../core/service'
import { created, ORDER_ID, orderParams, run, subscribe } from '../support/campaign'
import {
  ALICE,
  APPID,
  as,
  counted,
  dataOf,
  Died,
  errorOf,
  given,
  type Given,
  mortal,
} from '../support/service'

const push = (openid: string) => ({ OPENID: openid, APPID, SOURCE: 'wx_unknown' })
const header = (world: Given, openid = ALICE, afterMs = 0) => ({
  ToUserName: 'gh_0123456789ab',
  FromUserName: openid,
  CreateTime: Math.floor((world.clock.now() + afterMs) / 1_000),
  MsgType: 'event' as const,
})
const answered = (status: string, templateId = ORDER_ID) => ({
  TemplateId: templateId,
  SubscribeStatusString: status,
  PopupScene: '0',
})
const popup = (world: Given, List: unknown, openid = ALICE): InputOf<'event.receive'> => ({
  ...header(world, openid),
  Event: 'subscribe_msg_popup_event',
  List,
})
const change = (world: Given, openid = ALICE): InputOf<'event.receive'> => ({
  ...header(world, openid),
  Event: 'subscribe_msg_change_event',
  List: answered('reject'),
})
const receipt = (
  world: Given,
  openid: string,
  { msgid = '1864323726461255680', code = '0', afterMs = 0 } = {},
): InputOf<'event.receive'> => ({
  ...header(world, openid, afterMs),
  Event: 'subscribe_msg_sent_event',
  List: { TemplateId: ORDER_ID, MsgID: msgid, ErrorCode: code, ErrorStatus: 'success' },
})

const receive = async (world: Given, input: InputOf<'event.receive'>) =>
  dataOf(await world.call('event.receive', input, push(input.FromUserName))).received
const quotaOf = async ({ store }: Given, openid = ALICE) =>
  (await store.find<Quota>('quotas', { where: { openid }, limit: 10 }))[0]
const eventsOf = ({ store }: Given) => store.find<PushedEvent>('events', { where: {}, limit: 100 })
const phoneReports = (world: Given, promptId = 'prompt-of-the-page') =>
  world.call('subscription.record', { promptId, scene: 'order', answers: { [ORDER_ID]: 'accept' } })

describe('popup', () => {
  test('an accept grants a message, with the event as its evidence', async () => {
    const world = given()
    expect(await receive(world, popup(world, answered('accept')))).toBe(true)
    expect(await quotaOf(world)).toMatchObject({ granted: 1, left: 1, prompts: [{ by: 'event' }] })
    expect(await eventsOf(world)).toMatchObject([
      { type: 'popup', openid: ALICE, template: 'order-shipped', answer: 'accept', applied: true },
    ])
  })

  test('of a prompt that the phone reports too is the same grant, whoever is first', async () => {
    for (const first of ['phone', 'event']) {
      const world = given()
      if (first === 'phone') await phoneReports(world)
      await receive(world, popup(world, answered('accept')))
      if (first === 'event') await phoneReports(world)
      expect(await quotaOf(world)).toMatchObject({ granted: 1, left: 1 })
    }
  })

  test('reported by the phone an hour late is the same grant, since the phone says how late', async () => {
    const world = given()
    await receive(world, popup(world, answered('accept')))
    world.clock.advance(3_600_000)
    const answers = { [ORDER_ID]: 'accept' as const }
    const input = { promptId: 'prompt-kept-back', scene: 'order', answers, agoMs: 3_600_000 }
    expect(dataOf(await world.call('subscription.record', input)).left).toMatchObject({ 'order-shipped': 1 })
  })

  test('pushed three times, also at once, is one grant and one document', async () => {
    const world = given()
    const event = popup(world, answered('accept'))
    const received = await Promise.all([1, 2, 3].map(() => receive(world, event)))
    expect(received.filter(Boolean)).toHaveLength(1)
    expect(await receive(world, event)).toBe(false)
    expect(await quotaOf(world)).toMatchObject({ granted: 1, left: 1 })
    expect(await eventsOf(world)).toHaveLength(1)
  })

  test('with several answers comes as a list, and each counts for its template', async () => {
    const world = given()
    const queue = 'pW5nDs1Gy8KbMu3Ia6Ov9Ce2Rj7Lt4Xq0ZfHwBkYgTo'
    await receive(world, popup(world, [answered('accept'), answered('reject', queue)]))
    const quotas = await world.store.find<Quota>('quotas', { where: { openid: ALICE }, limit: 10 })
    expect(quotas.map(({ template, left, answer: said }) => `${template} ${left} ${said}`).sort()).toEqual([
      'order-shipped 1 accept',
      'queue-call 0 reject',
    ])
  })

  test('is understood with CreateTime as a text, and with the wrapper of the XML form', async () => {
    const world = given()
    const { List, ...rest } = popup(world, answered('accept'))
    await receive(world, {
      ...rest,
      CreateTime: String(rest['CreateTime']),
      SubscribeMsgPopupEvent: { List: [List] },
    })
    expect(await quotaOf(world)).toMatchObject({ granted: 1 })
  })

  test('of a template that is not ours is kept, and grants nothing', async () => {
    const world = given()
    await receive(world, popup(world, answered('accept', 'TPL_OF_ANOTHER_SYSTEM')))
    expect(await quotaOf(world)).toBeUndefined()
    expect(await eventsOf(world)).toMatchObject([{ templateId: 'TPL_OF_ANOTHER_SYSTEM', applied: true }])
  })
})

describe('change', () => {
  test('takes what is left, with the number in the event, however often it is pushed', async () => {
    const world = given()
    await subscribe(world, [ALICE], 1)
    world.clock.advance(600_000)
    await subscribe(world, [ALICE], 1)
    world.clock.advance(60_000)
    const event = change(world)
    await Promise.all([receive(world, event), receive(world, event)])
    await receive(world, event)
    expect(await quotaOf(world)).toMatchObject({ granted: 2, left: 0, answer: 'reject', revokedAt: 2 })
    expect(await eventsOf(world)).toMatchObject([{ type: 'change', revoked: 2, applied: true }])
  })
})

describe('what is none of the three', () => {
  test.each([
    ['an unknown event', { Event: 'user_authorization_revoke' }],
    ['an event whose list cannot be read', { Event: 'subscribe_msg_popup_event', List: [{ Template: 1 }] }],
    ['an event without a list', { Event: 'subscribe_msg_sent_event' }],
  ])('%s is kept as it came, and acknowledged', async (_name, over) => {
    const world = given()
    const event = { ...header(world), userInfo: { appId: APPID }, SessionFrom: 'x', ...over }
    expect(await receive(world, event)).toBe(true)
    const [kept] = await eventsOf(world)
    expect(kept).toMatchObject({ type: 'other', openid: ALICE, applied: true })
    expect(JSON.parse(kept?.text ?? '')).toEqual({ ...header(world), SessionFrom: 'x', ...over })
  })

  test('of a large event only so much is kept', async () => {
    const world = given()
    await receive(world, { ...header(world), Event: 'huge', Text: 'x'.repeat(100_000) })
    expect((await eventsOf(world))[0]?.text).toHaveLength(2_000)
  })
})

describe('who pushes', () => {
  test.each([
    ['a phone', as.alice, 'user'],
    ['the owner on a phone', as.owner, 'owner'],
    ['a function', { OPENID: ALICE, APPID, SOURCE: 'wx_client,scf' }, 'function'],
    ['a tool', as.tool, 'tool'],
    ['a timer', as.timer, 'timer'],
  ])('%s is refused, and nothing is written', async (_name, context, caller) => {
    const world = given()
    const error = errorOf(await world.call('event.receive', popup(world, answered('accept')), context))
    expect(error).toMatchObject({ code: 'NOT_ALLOWED', facts: { caller } })
    expect(await eventsOf(world)).toEqual([])
  })

  test('an event of another person than the call is refused, whoever it is from', async () => {
    const world = given()
    const error = errorOf(
      await world.call('event.receive', popup(world, answered('accept')), push('oSomebodyElse')),
    )
    expect(error).toMatchObject({
      code: 'INPUT_INVALID',
      facts: { faults: [{ path: 'input.FromUserName' }] },
    })
    const nobody = errorOf(
      await world.call('event.receive', popup(world, answered('accept')), { SOURCE: 'x', APPID }),
    )
    expect(nobody.code).toBe('OPENID_MISSING')
    expect(await eventsOf(world)).toEqual([])
  })
})

test('an event cut short at any call of the store is completed by the next push', async () => {
  for (const dies of ['before', 'after'] as const)
    for (let calls = 1; calls < 14; calls += 1) {
      const world = given()
      await subscribe(world, [ALICE])
      world.clock.advance(600_000)
      const events = [popup(world, answered('accept')), change(world)]
      const dying = mortal(world.store, calls, dies)
      const { ports, ...rest } = world.service
      for (const input of events) {
        const deployment = { ports: { ...ports, store: dying.store }, open: () => rest }
        const event = { action: 'event.receive', input }
        await answer(deployment, ['event.receive'], event, push(ALICE)).catch((error: unknown) => {
          if (!(error instanceof Died)) throw error
        })
      }
      for (const input of events) await receive(world, input)
      const quota = await quotaOf(world)
      const [, event] = (await eventsOf(world)).sort((a, b) => (a.type < b.type ? 1 : -1))
      expect(quota).toMatchObject({ granted: 2, left: 2 - (event?.revoked ?? 0) })
      expect(event).toMatchObject({ type: 'change', applied: true })
    }
})

describe('receipts', () => {
  const ON = { env: { HONGYAN_LANES: '1', HONGYAN_RECEIPTS: 'on' } }
  const UNKNOWN = { code: -501002, text: 'timeout' }

  /** A campaign to some people, of whom WeChat's answers for the first are lost. */
  async function doubtful(world: Given, openids: readonly string[], lost = 1): Promise<string> {
    await subscribe(world, openids)
    world.wechat.answers.push(...Array.from({ length: lost }, () => UNKNOWN))
    const { campaign } = await created(world)
    dataOf(await world.call('campaign.start', { campaign }, as.owner))
    await run(world, campaign)
    return campaign
  }
  const outcomes = async (world: Given, campaign: string) =>
    dataOf(await world.call('campaign.get', { campaign }, as.owner)).progress.outcomes
  async function inDoubt(world: Given, campaign: string): Promise<string[]> {
    const { deliveries } = dataOf(
      await world.call('campaign.deliveries', { campaign, outcome: 'unknown' }, as.owner),
    )
    return deliveries.map(({ openid }) => openid)
  }
  const closedAgo = async (world: Given) => {
    const [page] = await world.store.find<Page>('pages', { where: {}, limit: 1 })
    return (page?.closedAt ?? 0) - world.clock.now()
  }

  test('a receipt turns a doubt into sent, once, and the counts of the campaign with it', async () => {
    const world = given(ON)
    const campaign = await doubtful(world, ['oAnna00', 'oBert00', 'oCleo00'])
    expect(await outcomes(world, campaign)).toEqual({ sent: 2, unknown: 1 })
    const [person = ''] = await inDoubt(world, campaign)
    const event = receipt(world, person, { afterMs: await closedAgo(world) })
    await Promise.all([receive(world, event), receive(world, event)])
    await receive(world, event)
    expect(await outcomes(world, campaign)).toEqual({ sent: 3 })
    expect(await inDoubt(world, campaign)).toEqual([])
    expect(await eventsOf(world)).toMatchObject([{ settles: expect.any(String), applied: true }])
  })

  test('a receipt that comes before the doubt is written settles it when it is', async () => {
    const world = given(ON)
    const send = world.wechat.send.bind(world.wechat)
    let first = true
    world.wechat.send = async (message) => {
      const said = await send(message)
      if (!first) return said
      first = false
      await receive(world, receipt(world, message.openid))
      return UNKNOWN
    }
    const campaign = await doubtful(world, ['oAnna00', 'oBert00'], 0)
    expect(await outcomes(world, campaign)).toEqual({ sent: 2 })
    expect(world.wechat.delivered).toHaveLength(2)
  })

  test('beside a doubt, a receipt with the MsgID of a sent message is that one’s, and another the doubt’s', async () => {
    const world = given(ON)
    await subscribe(world, [ALICE], 1)
    world.clock.advance(300_000)
    await subscribe(world, [ALICE], 1)
    world.wechat.answers.push(UNKNOWN)
    const send = (key: string) =>
      world.call('send.one', { key, to: ALICE, template: 'order-shipped', params: orderParams }, as.owner)
    await send('key-00000001')
    await send('key-00000002')
    await world.tick()
    const outcomesNow = async () =>
      (await world.store.find<Send>('sends', { where: {}, limit: 10 }))
        .map(({ outcome }) => `${outcome}`)
        .sort()
    const pages = await world.store.find<Page>('pages', { where: {}, limit: 10 })
    const [msgid] = pages.flatMap(({ msgids }) =>
      Object.values(msgids).flatMap((step) => Object.values(step)),
    )
    await receive(world, receipt(world, ALICE, { msgid: msgid ?? '' }))
    expect(await outcomesNow()).toEqual(['sent', 'unknown'])
    await receive(world, receipt(world, ALICE, { msgid: '1864323726461255681' }))
    expect(await outcomesNow()).toEqual(['sent', 'sent'])
  })

  test.each([
    ['of a failure', { code: '1' }, 0],
    ['from before the page', {}, -3_600_000],
    ['from long after the page', {}, 3_600_000],
  ])('a receipt %s leaves the doubt', async (_name, over, afterMs) => {
    const world = given(ON)
    const campaign = await doubtful(world, ['oAnna00', 'oBert00'])
    const [person = ''] = await inDoubt(world, campaign)
    const event = receipt(world, person, { ...over, afterMs: (await closedAgo(world)) + afterMs })
    await receive(world, event)
    expect(await inDoubt(world, campaign)).toEqual([person])
  })

  test('with two doubts that it could be of, a receipt leaves both', async () => {
    const world = given({ env: { ...ON.env, HONGYAN_WINDOW: '1' } })
    await subscribe(world, [ALICE], 1)
    world.clock.advance(300_000)
    await subscribe(world, [ALICE], 1)
    world.wechat.answers.push(UNKNOWN, UNKNOWN)
    for (const key of ['key-00000001', 'key-00000002'])
      await world.call(
        'send.one',
        { key, to: ALICE, template: 'order-shipped', params: orderParams },
        as.owner,
      )
    await world.tick()
    await receive(world, receipt(world, ALICE))
    const sends = await world.store.find<Send>('sends', { where: {}, limit: 10 })
    expect(sends.map(({ outcome }) => outcome)).toEqual(['unknown', 'unknown'])
  })

  test('a receipt settles a single message too', async () => {
    const world = given(ON)
    await subscribe(world, [ALICE], 1)
    world.wechat.answers.push(UNKNOWN)
    const input = { key: 'key-00000001', to: ALICE, template: 'order-shipped', params: orderParams }
    await world.call('send.one', input, as.owner)
    await world.tick()
    await receive(world, receipt(world, ALICE))
    expect(dataOf(await world.call('send.one', input, as.owner))).toMatchObject({ outcome: 'sent', code: 0 })
  })

  test('of a message that is not in doubt, a receipt costs three calls of the store', async () => {
    const world = given(ON)
    await doubtful(world, ['oAnna00'], 0)
    const calls: string[] = []
    const { ports, ...rest } = world.service
    const store = counted(world.store, (call) => void calls.push(call))
    const input = receipt(world, 'oAnna00', { afterMs: await closedAgo(world) })
    const event = { action: 'event.receive', input }
    await answer({ ports: { ...ports, store }, open: () => rest }, ['event.receive'], event, push('oAnna00'))
    expect(calls).toEqual(['insert events', 'get quotas', 'find pages'])
  })

  test('switched off, a receipt is written down and no more', async () => {
    const world = given({ env: { HONGYAN_LANES: '1' } })
    const campaign = await doubtful(world, ['oAnna00', 'oBert00'])
    const [person = ''] = await inDoubt(world, campaign)
    await receive(world, receipt(world, person, { afterMs: await closedAgo(world) }))
    expect(await inDoubt(world, campaign)).toEqual([person])
    expect(await eventsOf(world)).toMatchObject([{ type: 'sent', code: 0, applied: true }])
  })

  test('cut short at any call of the store, a receipt told again settles its doubt and counts it once', async () => {
    for (const dies of ['before', 'after'] as const)
      for (let calls = 1; calls < 12; calls += 1) {
        const world = given(ON)
        const campaign = await doubtful(world, ['oAnna00', 'oBert00'])
        const [person = ''] = await inDoubt(world, campaign)
        const input = receipt(world, person, { afterMs: await closedAgo(world) })
        const { ports, ...rest } = world.service
        const dying = { ports: { ...ports, store: mortal(world.store, calls, dies).store }, open: () => rest }
        await answer(dying, ['event.receive'], { action: 'event.receive', input }, push(person))
        await receive(world, input)
        expect(await outcomes(world, campaign)).toEqual({ sent: 2 })
      }
  })
})
