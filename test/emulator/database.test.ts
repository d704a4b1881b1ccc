import { SDK_VERSIONS, startTestEmulator } from '../support/emulator'

test.each(SDK_VERSIONS)('a function reads and writes the database, and it stays (SDK %s)', async (sdk) => {
  let given = await startTestEmulator({ sdk, functions: ['reader'] })
  try {
    const missing = await given.call('reader')
    expect(missing.errMsg).toMatch(/-502005 database collection not exists.*Db or Table not exist: todos/)
    const first = await given.result('reader', { create: true })
    expect(first).toMatchObject({
      data: [{ owner: 'oAlice', done: false, due: expect.stringMatching(/^\d{4}-/) }],
    })
    given = await given.restart()
    const second = await given.result('reader')
    expect(second['data']).toEqual([
      ...(Array.isArray(first['data']) ? first['data'] : []),
      expect.anything(),
    ])
    expect(await given.get('/_emulator/stats')).toMatchObject({
      calls: { 'database.insertDocument': 1, 'database.getDocument': 1 },
    })
  } finally {
    await given.stop()
  }
})
