/** Lanes that have much begin one after another, until the first page is ready to be sent. */
import { running } from '../support/held'
import { as, counted, dataOf } from '../support/service'

test('of the lanes that are named the second begins when everybody of the first page has paid', async () => {
  const { world } = await running(20, { env: { HONGYAN_LANES: '2' } })
  const calls: string[] = []
  const store = counted(world.store, (call) => void calls.push(call))
  dataOf(await world.call('dispatch.tick', { lanes: [0, 1] }, as.timer, store))
  expect(world.wechat.delivered).toHaveLength(20)
  const [first = -1, second = -1] = calls.flatMap((call, at) => (call === 'insert pages' ? [at] : []))
  const paid = calls.indexOf('update quotas')
  expect([first < paid, paid < second]).toEqual([true, true])
})
