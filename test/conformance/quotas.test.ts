import { type Chain, cloud, db, type Probe, startProbe } from './probe'

/** Half a minute before midnight in China. */
const LATE = Date.parse('2026-11-21T23:59:30+08:00')

let given: Probe
afterEach(() => given.stop())
const start = async (quotas: Record<string, unknown>, now = LATE): Promise<void> => {
  given = await startProbe({ systemNow: () => now, world: { quotas } })
}
const send = cloud.openapi.subscribeMessage.send({ touser: 'oNobody', templateId: 'TPL_ORDER', data: {} })
const categories = cloud.openapi.subscribeMessage.getCategory()
const check = cloud.openapi.security.msgSecCheck({ content: '好', version: 2, scene: 1, openid: 'oAlice' })

/** The errCodes of calls made one after the other in one invocation. */
async function codes(...chains: Chain[]): Promise<unknown[]> {
  const list: unknown[] = []
  for (const chain of chains)
    for (const outcome of await given.atOnce(chain))
      list.push(Object('error' in outcome ? outcome.error : outcome.value).errCode)
  return list
}
const advance = (advanceMs: number): Promise<unknown> => given.post('/_emulator/clock', { advanceMs })

test('over the day’s quota a send is 45009, until midnight in China', async () => {
  await start({ sendsPerDay: 2 })
  expect(await codes(send, send, send)).toEqual([40003, 40003, 45009])
  await advance(30_000)
  expect(await codes(send)).toEqual([40003])
})

test('over the minute’s quota a send is 45011, until the next minute', async () => {
  await start({ sendsPerMinute: 1 })
  expect(await codes(send, send)).toEqual([40003, 45011])
  await advance(60_000)
  expect(await codes(send)).toEqual([40003])
})

test('over the cloud calls of a minute every API is 45011', async () => {
  await start({ cloudCallsPerMinute: 2 })
  expect(await codes(categories, categories, categories, send)).toEqual([0, 0, 45011, 45011])
})

test('over the checks of a minute msgSecCheck is 44991, over those of a day 45009', async () => {
  await start({ securityChecksPerMinute: 1, securityChecksPerDay: 2 }, LATE - 3_600_000)
  expect(await codes(check, check)).toEqual([0, 44991])
  await advance(60_000)
  expect(await codes(check)).toEqual([0])
  await advance(60_000)
  expect(await codes(check)).toEqual([45009])
})

test('over the environment’s calls of a second it is -501003, cloud calls not counted', async () => {
  await start({ environmentCallsPerSecond: 1 })
  expect(await codes(categories, categories)).toEqual([0, 0])
  const [first, second] = [db.createCollection('one'), db.collection('one').count()]
  expect(await codes(first, second)).toEqual([undefined, -501003])
  await advance(1000)
  expect(await codes(second)).toEqual([undefined])
})

test('cloudCallsCountForEnvironment on: cloud calls count, too', async () => {
  await start({ environmentCallsPerSecond: 1, cloudCallsCountForEnvironment: true })
  expect(await codes(categories, categories)).toEqual([0, -501003])
})
