import { startTestEmulator, type TestEmulator } from '../support/emulator'

let given: TestEmulator
beforeAll(async () => {
  given = await startTestEmulator({ functions: ['whoami'] })
})
afterAll(() => given.stop())

/** What the gateway answers to a body, as the SDK would read it. */
async function answer(body: unknown): Promise<Record<string, unknown>> {
  const reply = await fetch(`${given.url}/admin`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  // wire.md §2: always status 200; a failure is told by `code`.
  expect(reply.status).toBe(200)
  return Object(await reply.json())
}

test.each<[string, unknown, string]>([
  ['a body that is no JSON is INVALID_PARAM, with status 200', '{"action"', 'INVALID_PARAM'],
  ['an action that there is not is INVALID_PARAM', { action: 'database.dropAll' }, 'INVALID_PARAM'],
  [
    'a query operator that there is not is DATABASE_INVALID_OPERRATOR',
    { action: 'database.getDocument', collectionName: 'orders', query: '{"a":{"$near2":1}}' },
    'DATABASE_INVALID_OPERRATOR',
  ],
  [
    'another environment is INVALIID_ENV, spelt as the platform does',
    { action: 'database.getDocument', envName: 'elsewhere', collectionName: 'orders' },
    'INVALIID_ENV',
  ],
  [
    'a transaction that is not open is DATABASE_TRANSACTION_FAIL',
    { action: 'database.commitTransaction', transactionId: 'none' },
    'DATABASE_TRANSACTION_FAIL',
  ],
])('%s', async (_title, body, code) => {
  await answer({ action: 'database.addCollection', collectionName: 'orders' })
  expect(await answer(body)).toMatchObject({
    code,
    message: expect.any(String),
    requestId: expect.any(String),
  })
})

test('without envName the default environment is meant', async () => {
  expect(
    await answer({ action: 'functions.invokeFunction', function_name: 'whoami', request_data: '{}' }),
  ).toMatchObject({ data: { response_data: expect.stringContaining('hongyan-test') } })
})

test('a generated transactionId comes at the top of the reply', async () => {
  expect(await answer({ action: 'database.startTransaction' })).toEqual({
    requestId: expect.any(String),
    transactionId: expect.any(String),
  })
})

test('documents travel as EJSON texts in both directions', async () => {
  await answer({ action: 'database.addCollection', collectionName: 'texts' })
  const data = ['{"_id":"A","n":{"$numberInt":"5"},"at":{"$date":{"$numberLong":"5"}}}']
  expect(await answer({ action: 'database.insertDocument', collectionName: 'texts', data })).toMatchObject({
    data: { insertedIds: ['A'] },
  })
  const { data: found } = await answer({
    action: 'database.getDocument',
    collectionName: 'texts',
    query: '{"_id":"A"}',
    queryType: 'DOC',
    multi: false,
  })
  const [text] = Object(found).list
  expect(JSON.parse(text)).toMatchObject({ _id: 'A' })
  expect(text).toContain('$date')
})

test('a cloud call without the token of a running function is -604104', async () => {
  const form = new FormData()
  form.set('action', 'wx.openApi')
  form.set('apiName', 'subscribeMessage.send')
  // CommApiData {apiType: OPEN_API, openapiData: {}}, and CommOpenApiResp {errorCode: -604104} (wire.md §5).
  form.set('requestData', new Blob([Buffer.from('08001200', 'hex')]))
  const reply = await fetch(`${given.url}/admin`, { method: 'POST', body: form })
  expect(Buffer.from(await reply.arrayBuffer()).toString('hex')).toBe('18b890dbffffffffffff01')
})
