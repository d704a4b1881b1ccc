import { startTestEmulator, type TestEmulator } from '../support/emulator'

let given: TestEmulator
beforeEach(async () => {
  given = await startTestEmulator({ functions: ['notify'] })
})
afterEach(() => given.stop())

const open = (tmplIds: unknown, openid = 'oAlice'): Promise<unknown> =>
  given.post('/_emulator/prompt/open', { openid, tmplIds })
const answer = (answers: Record<string, string>, more: Record<string, unknown> = {}): Promise<unknown> =>
  given.post('/_emulator/prompt', { openid: 'oAlice', tmplIds: Object.keys(answers), answers, ...more })
const settings = (): Promise<unknown> => given.get('/_emulator/settings?openid=oAlice')
const outcome = async (): Promise<unknown> => (await given.result('notify'))['errCode']

// The client's fail codes (wechat.md §5).
test.each<[string, unknown, number, string]>([
  ['no template', [], 10001, "TmplIds can't be empty"],
  ['something that is no list', 'TPL_ORDER', 10004, 'Invalid template id'],
  ['an id that is no string', [1], 10004, 'Invalid template id'],
  ['an unknown template', ['TPL_NONE'], 20001, 'No template data return, verify the template id exist'],
  ['one-time and long-term together', ['TPL_ORDER', 'TPL_BUS'], 20002, 'Templates type must be same'],
  ['six templates', ['1', '2', '3', '4', '5', '6'], 20003, 'Templates count out of max bounds'],
])('asking for %s fails', async (_, tmplIds, errCode, errMsg) => {
  expect(await open(tmplIds)).toEqual({ errCode, errMsg })
  expect(await given.post('/_emulator/prompt', { openid: 'oAlice', tmplIds, answers: {} })).toEqual({
    errCode,
    errMsg,
  })
})

test('the main switch closes every prompt with 20004', async () => {
  await given.post('/_emulator/settings?openid=oAlice', { mainSwitch: false })
  expect(await open(['TPL_ORDER'])).toMatchObject({ errCode: 20004 })
  expect(await open(['TPL_ORDER'], 'oBob')).toMatchObject({ ask: [{ tmplId: 'TPL_ORDER' }] })
})

test('opening a prompt shows what is asked and grants nothing', async () => {
  expect(await open(['TPL_ORDER', 'TPL_QUEUE'])).toEqual({
    ask: [
      { tmplId: 'TPL_ORDER', title: '订单发货通知', type: 2, example: expect.stringContaining('毛巾') },
      { tmplId: 'TPL_QUEUE', title: '排队叫号提醒', type: 2, example: expect.stringContaining('一号店') },
    ],
    settled: {},
  })
  expect(await outcome()).toBe(43101)
})

test('templates with one title are asked once, the others are filtered', async () => {
  expect(await open(['TPL_ORDER', 'TPL_ORDER_TWIN'])).toMatchObject({
    ask: [{ tmplId: 'TPL_ORDER' }],
    settled: { TPL_ORDER_TWIN: 'filter' },
  })
  expect(await answer({ TPL_ORDER: 'accept', TPL_ORDER_TWIN: 'accept' })).toEqual({
    TPL_ORDER: 'accept',
    TPL_ORDER_TWIN: 'filter',
  })
})

test('a banned template is not asked', async () => {
  expect(await open(['TPL_BANNED'])).toEqual({ ask: [], settled: { TPL_BANNED: 'ban' } })
})

test('a row without an answer is refused', async () => {
  const given2 = await given.post('/_emulator/prompt', {
    openid: 'oAlice',
    tmplIds: ['TPL_ORDER', 'TPL_QUEUE'],
    answers: { TPL_ORDER: 'accept' },
  })
  expect(given2).toEqual({ TPL_ORDER: 'accept', TPL_QUEUE: 'reject' })
})

test('without "always keep" nothing shows in the settings', async () => {
  await answer({ TPL_ORDER: 'accept' })
  expect(await settings()).toEqual({ mainSwitch: true })
})

test('with "always keep" the next prompts are silent, and each accept still grants one message', async () => {
  await answer({ TPL_ORDER: 'accept', TPL_QUEUE: 'reject' }, { keep: true })
  expect(await settings()).toEqual({
    mainSwitch: true,
    itemSettings: { TPL_ORDER: 'accept', TPL_QUEUE: 'reject' },
  })
  expect(await open(['TPL_ORDER', 'TPL_QUEUE'])).toEqual({
    ask: [],
    settled: { TPL_ORDER: 'accept', TPL_QUEUE: 'reject' },
  })
  expect(await answer({ TPL_ORDER: 'reject', TPL_QUEUE: 'accept' })).toEqual({
    TPL_ORDER: 'accept',
    TPL_QUEUE: 'reject',
  })
  expect([await outcome(), await outcome(), await outcome()]).toEqual([0, 0, 43101])
})

test('cancelling with "always keep" refuses everything for good', async () => {
  await given.post('/_emulator/prompt', { openid: 'oAlice', tmplIds: ['TPL_ORDER'], answers: {}, keep: true })
  expect(await settings()).toMatchObject({ itemSettings: { TPL_ORDER: 'reject' } })
})

test('a refusal in the settings stops sending; taking it back brings no grant back', async () => {
  await answer({ TPL_ORDER: 'accept' })
  await given.post('/_emulator/settings?openid=oAlice', { itemSettings: { TPL_ORDER: 'reject' } })
  expect(await outcome()).toBe(43101)
  await given.post('/_emulator/settings?openid=oAlice', { itemSettings: { TPL_ORDER: 'accept' } })
  expect(await outcome()).toBe(43101)
})

test('where grants outlive a refusal, they can be sent again after it', async () => {
  const other = await startTestEmulator({
    functions: ['notify'],
    world: { behaviour: { revokeWipesGrants: false } },
  })
  try {
    await other.accept('oAlice', 'TPL_ORDER')
    await other.post('/_emulator/settings?openid=oAlice', { itemSettings: { TPL_ORDER: 'reject' } })
    expect(await other.result('notify')).toMatchObject({ errCode: 43101 })
    await other.post('/_emulator/settings?openid=oAlice', { itemSettings: { TPL_ORDER: 'accept' } })
    expect(await other.result('notify')).toMatchObject({ errCode: 0 })
  } finally {
    await other.stop()
  }
})

test('grants can be seeded for many people at once', async () => {
  const seed = (body: unknown): Promise<unknown> => given.post('/_emulator/grants', body)
  expect(await seed({ tmplId: 'TPL_ORDER', count: 2 })).toEqual({ people: 3, count: 2 })
  expect(await seed({ tmplId: 'TPL_ORDER', openids: ['oAlice'] })).toEqual({ people: 1, count: 1 })
  expect([await outcome(), await outcome(), await outcome(), await outcome()]).toEqual([0, 0, 0, 43101])
  expect(await seed({ tmplId: 'TPL_NONE' })).toMatchObject({ error: { code: 'UNKNOWN_TEMPLATE' } })
  expect(await seed({ tmplId: 'TPL_ORDER', openids: ['oNobody'] })).toMatchObject({
    error: { code: 'UNKNOWN_PERSON' },
  })
})

test('a settings change with a wrong answer is refused by field', async () => {
  expect(
    await given.post('/_emulator/settings?openid=oAlice', { itemSettings: { TPL_ORDER: 'yes' } }),
  ).toMatchObject({
    error: { code: 'INVALID_BODY', message: expect.stringContaining('itemSettings.TPL_ORDER') },
  })
  expect(await given.get('/_emulator/settings?openid=oNobody')).toMatchObject({
    error: { code: 'UNKNOWN_PERSON' },
  })
  expect(await given.get('/_emulator/settings')).toMatchObject({ error: { code: 'INVALID_QUERY' } })
})
