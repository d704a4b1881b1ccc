import { cloud, type Probe, startProbe } from './probe'

const DATA = {
  thing1: { value: '毛巾' },
  character_string2: { value: 'A-1' },
  date3: { value: '10月1日' },
}

const READERS = Array.from({ length: 40 }, (_, index) => `oReader${index}`)

let given: Probe
beforeAll(async () => {
  given = await startProbe({
    world: { people: ['oAlice', ...READERS].map((openid) => ({ openid, nickname: openid })) },
  })
})
afterAll(() => given.stop())

/** Whom the test at hand asks: somebody else in each, who has granted and chosen nothing. */
let reader: string
beforeEach(() => {
  reader = READERS.pop() ?? ''
})

const open = (tmplIds: unknown): Promise<unknown> =>
  given.post('/_emulator/prompt/open', { openid: reader, tmplIds })
const answer = (answers: Record<string, string>, keep = false): Promise<unknown> =>
  given.post('/_emulator/prompt', { openid: reader, tmplIds: Object.keys(answers), answers, keep })
const settings = (): Promise<unknown> => given.get(`/_emulator/settings?openid=${reader}`)
const change = (settings: Record<string, unknown>): Promise<unknown> =>
  given.post(`/_emulator/settings?openid=${reader}`, settings)
/** How many messages of TPL_ORDER can be sent now. */
async function grants(): Promise<number> {
  const send = cloud.openapi.subscribeMessage.send({ touser: reader, templateId: 'TPL_ORDER', data: DATA })
  for (let count = 0; ; count++) {
    const [outcome] = await given.atOnce(send)
    if (outcome === undefined || !('error' in outcome)) continue
    expect(outcome.error).toMatchObject({ errCode: 43101 })
    return count
  }
}

// wechat.md §5: the client's fail codes.
test.each<[string, unknown, number, string]>([
  ['asking for nothing fails with 10001', [], 10001, "TmplIds can't be empty"],
  ['asking with what is no list fails with 10004', 'TPL_ORDER', 10004, 'Invalid template id'],
  [
    'asking for a template that is not there fails with 20001',
    ['TPL_NONE'],
    20001,
    'No template data return',
  ],
  [
    'asking for one-time and long-term templates together fails with 20002',
    ['TPL_ORDER', 'TPL_BUS'],
    20002,
    'Templates type must be same',
  ],
  [
    'asking for six templates fails with 20003',
    ['1', '2', '3', '4', '5', '6'],
    20003,
    'Templates count out of max bounds',
  ],
])('%s', async (_title, tmplIds, errCode, errMsg) => {
  expect(await open(tmplIds)).toEqual({ errCode, errMsg: expect.stringContaining(errMsg) })
})

test('with the main switch off every prompt fails with 20004', async () => {
  await change({ mainSwitch: false })
  expect(await open(['TPL_ORDER'])).toEqual({ errCode: 20004, errMsg: 'The main switch is switched off' })
})

test('opening the sheet grants nothing', async () => {
  expect(await open(['TPL_ORDER', 'TPL_QUEUE'])).toMatchObject({
    ask: [{ tmplId: 'TPL_ORDER' }, { tmplId: 'TPL_QUEUE' }],
    settled: {},
  })
  expect(await grants()).toBe(0)
})

test('an accept is one grant, a reject none', async () => {
  expect(await answer({ TPL_ORDER: 'accept', TPL_QUEUE: 'reject' })).toEqual({
    TPL_ORDER: 'accept',
    TPL_QUEUE: 'reject',
  })
  expect(await grants()).toBe(1)
  await answer({ TPL_ORDER: 'reject' })
  expect(await grants()).toBe(0)
})

test('of templates with one title the first is asked and the others are filter', async () => {
  expect(await open(['TPL_ORDER', 'TPL_ORDER_TWIN'])).toMatchObject({
    ask: [{ tmplId: 'TPL_ORDER' }],
    settled: { TPL_ORDER_TWIN: 'filter' },
  })
})

test('a banned template is not asked and answers ban', async () => {
  expect(await open(['TPL_BANNED'])).toEqual({ ask: [], settled: { TPL_BANNED: 'ban' } })
})

test('without "always keep" the settings show the main switch only', async () => {
  await answer({ TPL_ORDER: 'accept' })
  expect(await settings()).toEqual({ mainSwitch: true })
})

test('"always keep" puts the choices into the settings', async () => {
  await answer({ TPL_ORDER: 'accept', TPL_QUEUE: 'reject' }, true)
  expect(await settings()).toEqual({
    mainSwitch: true,
    itemSettings: { TPL_ORDER: 'accept', TPL_QUEUE: 'reject' },
  })
})

test('after "always keep" no sheet is shown, and each silent accept is one more grant', async () => {
  await answer({ TPL_ORDER: 'accept' }, true)
  expect(await open(['TPL_ORDER'])).toEqual({ ask: [], settled: { TPL_ORDER: 'accept' } })
  await answer({ TPL_ORDER: 'reject' })
  await answer({ TPL_ORDER: 'reject' })
  expect(await grants()).toBe(3)
})

test('after "always keep" of a refusal the answer is reject, without a sheet', async () => {
  await answer({ TPL_ORDER: 'reject' }, true)
  expect(await open(['TPL_ORDER'])).toEqual({ ask: [], settled: { TPL_ORDER: 'reject' } })
  expect(await answer({ TPL_ORDER: 'accept' })).toEqual({ TPL_ORDER: 'reject' })
})

test('with "always keep" a row that was left unticked is refused for good', async () => {
  await given.post('/_emulator/prompt', {
    openid: reader,
    tmplIds: ['TPL_ORDER', 'TPL_QUEUE'],
    answers: { TPL_ORDER: 'accept' },
    keep: true,
  })
  expect(await settings()).toMatchObject({ itemSettings: { TPL_ORDER: 'accept', TPL_QUEUE: 'reject' } })
})

test('allowing a template in the settings brings no grant', async () => {
  await answer({ TPL_ORDER: 'reject' }, true)
  await change({ itemSettings: { TPL_ORDER: 'accept' } })
  expect(await grants()).toBe(0)
})

test('a standing refusal stops what was granted before', async () => {
  await answer({ TPL_ORDER: 'accept' })
  await change({ itemSettings: { TPL_ORDER: 'reject' } })
  expect(await grants()).toBe(0)
})
