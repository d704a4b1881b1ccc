import type { Action } from '../../core/contract'
import { errorCodes } from '../../core/contract'
import { answers, wordsOf } from '../../core/delivery/errcodes'
import { explanationOf } from '../../core/explain/answers'
import { rights } from '../../core/roles'
import { answer } from '../../core/service'
import { settingsOf } from '../../core/settings'
import { ALICE, APPID, as, dataOf, errorOf, given, mortal, OWNER } from '../support/service'

const TEMPLATE_ID = 'kR3vYw8Qm2LxZt0Hs6NcJp4Fd9Ga7Be1UoXiTrVyWqE'

/** Everything that the store holds, to see that a refusal wrote nothing. */
const written = async ({ store }: ReturnType<typeof given>) =>
  (
    await Promise.all(
      ['prompts', 'quotas', 'sends', 'pages', 'staff', 'audit', 'subscribers', 'lanes'].map((collection) =>
        store.find(collection, { where: {}, limit: 100 }),
      ),
    )
  ).flat()

const raw = (world: ReturnType<typeof given>, event: unknown, context = as.owner) =>
  answer(
    { ports: world.service.ports, open: () => world.service },
    Object.keys(rights) as Action[],
    event,
    context,
  )

describe('bad input is refused with a code and a sentence, and nothing is written', () => {
  test.each<[string, unknown, string, RegExp]>([
    ['no call at all', null, 'REQUEST_INVALID', /action/],
    ['a list', [1], 'REQUEST_INVALID', /action/],
    ['no action', { input: {} }, 'REQUEST_INVALID', /action is missing/],
    ['an unknown key beside input', { action: 'whoami', data: {} }, 'REQUEST_INVALID', /data is not known/],
    ['an unknown action', { action: 'send.everyone' }, 'ACTION_UNKNOWN', /send\.one/],
    ['an action named like a property', { action: 'constructor' }, 'ACTION_UNKNOWN', /constructor/],
    [
      'a forged openid',
      { action: 'subscription.mine', input: { openid: OWNER } },
      'INPUT_INVALID',
      /input\.openid is not known/,
    ],
    [
      'several faults',
      { action: 'send.one', input: { key: 'x', to: '!', colour: 1 } },
      'INPUT_INVALID',
      /input\.colour.*|input\.key/,
    ],
    [
      'an unknown template',
      { action: 'template.preview', input: { template: 'nope', params: {} } },
      'TEMPLATE_UNKNOWN',
      /order-shipped/,
    ],
    [
      'wrong params',
      { action: 'template.preview', input: { template: 'queue-call', params: { ahead: 'x' } } },
      'PARAMS_INVALID',
      /params\.ahead must be/,
    ],
    [
      'an unknown scene',
      { action: 'subscription.offer', input: { scene: 'moon' } },
      'SCENE_UNKNOWN',
      /order/,
    ],
    [
      'a template id of another scene',
      {
        action: 'subscription.record',
        input: { promptId: 'prompt-1', scene: 'class', answers: { [TEMPLATE_ID]: 'accept' } },
      },
      'TEMPLATE_NOT_OFFERED',
      new RegExp(TEMPLATE_ID),
    ],
    [
      'an answer that WeChat does not give',
      {
        action: 'subscription.record',
        input: { promptId: 'prompt-1', scene: 'order', answers: { [TEMPLATE_ID]: 'yes' } },
      },
      'INPUT_INVALID',
      /must be one of accept/,
    ],
    [
      'revoking the owner of the deployment',
      { action: 'staff.revoke', input: { openid: OWNER } },
      'OWNER_FIXED',
      /HONGYAN_OWNER/,
    ],
  ])('%s', async (_what, event, code, words) => {
    const world = given()
    const worded =
      typeof event === 'object' && event !== null && !Array.isArray(event) ? { ...event, lang: 'en' } : event
    const error = errorOf(await raw(world, worded))
    expect(error.code).toBe(code)
    if (worded !== event) expect(error.message).toMatch(words)
    expect(JSON.stringify(error)).not.toMatch(/\n\s+at |node_modules/)
    expect(await written(world)).toEqual([])
  })
})

test('what WeChat puts into the event is tolerated', async () => {
  const world = given()
  const event = { action: 'whoami', userInfo: { appId: APPID, openId: ALICE }, tcbContext: {} }
  expect(dataOf(await raw(world, event, as.alice))).toEqual({
    openid: ALICE,
    appid: APPID,
    unionid: null,
    source: 'wx_client',
    role: null,
  })
})

test('a refusal speaks Chinese unless English is asked for', async () => {
  const world = given()
  expect(errorOf(await raw(world, { action: 'nope' })).message).toMatch(/没有名为“nope”的操作/)
  expect(errorOf(await raw(world, { action: 'nope', lang: 'en' })).message).toMatch(
    /there is no action "nope"/,
  )
})

describe('who may do what', () => {
  const contexts = {
    anyone: as.alice,
    owner: as.owner,
    operator: as.phone('oOperatorOne'),
    viewer: as.phone('oViewerOne'),
    tool: as.tool,
    function: { SOURCE: 'wx_client,scf', OPENID: ALICE, APPID },
    timer: as.timer,
    wechat: {},
  } as const

  test.each(Object.keys(rights) as Action[])('%s', async (action) => {
    const world = given()
    dataOf(await world.call('staff.grant', { openid: 'oOperatorOne', role: 'operator' }, as.owner))
    dataOf(await world.call('staff.grant', { openid: 'oViewerOne', role: 'viewer' }, as.owner))
    for (const [who, context] of Object.entries(contexts)) {
      const reply = await raw(world, { action, input: { nonsense: true } }, context)
      const allowed: readonly string[] = rights[action]
      const isPhone = 'SOURCE' in context && context.SOURCE === 'wx_client'
      const may = allowed.includes(who) || (isPhone && allowed.includes('anyone'))
      // Whoever may is refused for the nonsense only; whoever may not never gets that far.
      expect({ who, code: errorOf(reply).code }).toEqual({ who, code: may ? 'INPUT_INVALID' : 'NOT_ALLOWED' })
    }
  })
})

test('a role that is taken away is gone with the next call, and both are in the audit', async () => {
  const world = given()
  await world.call('staff.grant', { openid: ALICE, role: 'viewer', name: '小爱' }, as.owner)
  expect(dataOf(await world.call('staff.list', {})).staff).toEqual([
    { openid: OWNER, role: 'owner', fixed: true },
    { openid: ALICE, role: 'viewer', name: '小爱', fixed: false },
  ])
  expect(dataOf(await world.call('staff.revoke', { openid: ALICE }, as.owner)).revoked).toBe(true)
  expect(errorOf(await world.call('staff.list', {})).code).toBe('NOT_ALLOWED')
  const audit = await world.store.find('audit', { where: {}, limit: 10 })
  expect(audit).toMatchObject([
    { by: OWNER, what: 'staff.grant', facts: { openid: ALICE, role: 'viewer' } },
    { by: OWNER, what: 'staff.revoke', facts: { openid: ALICE } },
  ])
})

test('a prompt that is recorded twice grants once, and each accept grants one', async () => {
  const world = given()
  const input = {
    promptId: 'prompt-1',
    scene: 'order',
    answers: { [TEMPLATE_ID]: 'acceptWithAlert' as const },
  }
  expect(dataOf(await world.call('subscription.record', input))).toMatchObject({
    recorded: true,
    left: { 'order-shipped': 1 },
  })
  expect(dataOf(await world.call('subscription.record', input))).toMatchObject({
    recorded: false,
    left: { 'order-shipped': 1 },
  })
  await world.call('subscription.record', { ...input, promptId: 'prompt-2' })
  await world.call('subscription.record', {
    ...input,
    promptId: 'prompt-3',
    answers: { [TEMPLATE_ID]: 'reject' },
  })
  expect(dataOf(await world.call('subscription.mine', {})).quotas).toMatchObject([{ left: 2, granted: 2 }])
  const { offers } = dataOf(await world.call('subscription.offer', { scene: 'order' }))
  expect(offers).toMatchObject([{ template: 'order-shipped', left: 2, kind: 'one-time' }])
})

test('a prompt from long ago that is recorded again grants nothing', async () => {
  const world = given()
  const input = { scene: 'order', answers: { [TEMPLATE_ID]: 'accept' as const } }
  for (let at = 0; at < 30; at += 1)
    dataOf(await world.call('subscription.record', { ...input, promptId: `prompt-${at}` }))
  dataOf(await world.call('subscription.record', { ...input, promptId: 'prompt-0' }))
  expect(dataOf(await world.call('subscription.mine', {})).quotas).toMatchObject([{ left: 30, granted: 30 }])
})

test('a prompt whose recording died half-way is completed by the next try', async () => {
  const input = { promptId: 'prompt-1', scene: 'order', answers: { [TEMPLATE_ID]: 'accept' as const } }
  for (let call = 1; call <= 6; call += 1)
    for (const dies of ['before', 'after'] as const) {
      const world = given()
      const dying = { ...world.service.ports, store: mortal(world.store, call, dies).store }
      const event = { action: 'subscription.record', input }
      await answer({ ports: dying, open: () => world.service }, ['subscription.record'], event, as.alice)
      dataOf(await world.call('subscription.record', input))
      expect(dataOf(await world.call('subscription.mine', {})).quotas).toMatchObject([
        { left: 1, granted: 1 },
      ])
    }
})

test("another person's promptId does not stand in the way", async () => {
  const world = given()
  const input = { promptId: 'prompt-1', scene: 'order', answers: { [TEMPLATE_ID]: 'accept' as const } }
  await world.call('subscription.record', input, as.phone('oSomebodyElse'))
  expect(dataOf(await world.call('subscription.record', input)).recorded).toBe(true)
})

test('a bug of ours is logged whole and replied by reference only', async () => {
  const world = given()
  world.store.find = async () => {
    throw new TypeError('secret detail')
  }
  const error = errorOf(await world.call('subscription.mine', {}))
  expect(error.code).toBe('INTERNAL')
  expect(error.message).not.toContain('secret')
  expect(world.logged).toMatchObject([{ error: expect.any(TypeError) }])
})

test('a number of lanes other than at the first run is refused', async () => {
  const world = given()
  const params = { ticket: 'A1', ahead: 0, state: '请到窗口', window: '3 号', calledAt: '2026-11-21T10:05' }
  const send = { key: 'key-00000001', to: ALICE, template: 'queue-call', params }
  await world.call('send.one', send, as.owner)
  const other = { ...world.service, settings: { ...world.service.settings, lanes: 3 } }
  const event = { action: 'send.one', input: { ...send, key: 'key-00000002' } }
  const reply = await answer({ ports: world.service.ports, open: () => other }, ['send.one'], event, as.owner)
  expect(errorOf(reply)).toMatchObject({ code: 'LANES_MISMATCH', facts: { set: 3, fixed: 2 } })
})

test.each([
  [{ HONGYAN_LANES: 'many' }, 'HONGYAN_LANES'],
  [{ HONGYAN_OWNER: '?' }, 'HONGYAN_OWNER'],
])('a deployment with %j is a reply that names the variable, not a crash', async (env, name) => {
  const world = given()
  const open = () => ({ ...world.service, settings: settingsOf(env) })
  const reply = await answer({ ports: world.service.ports, open }, ['whoami'], { action: 'whoami' }, as.owner)
  expect(errorOf(reply)).toMatchObject({ code: 'SETTINGS_INVALID', message: expect.stringContaining(name) })
})

test.each(Object.entries(answers))(
  'errcode %s is explained in both languages, with a source',
  (code, row) => {
    const explanation = explanationOf(Number(code))
    expect(wordsOf(Number(code)).zh).toContain(explanation?.meaning.zh)
    expect(wordsOf(Number(code)).en).toContain(explanation?.meaning.en)
    expect(explanation?.source).toMatch(/wechat\.md|WeChat global table/)
    // What is retried certainly did not go: its grant comes back, or the formId that was refused is given up.
    if (row.retryMs !== undefined) expect(row.grant).not.toBe('keep')
    if (row.outcome === 'unknown') expect(row.grant).toBe('keep')
  },
)

test('every error code is upper case and named once', () => {
  expect(new Set(errorCodes).size).toBe(errorCodes.length)
  for (const code of errorCodes) expect(code).toMatch(/^[A-Z_]+$/)
})
