import { MemoryStore } from '../../adapters/memory/store'
import { openidOf } from '../../bench/service/people'
import { quotaOf } from '../../bench/service/quota'
import { grant } from '../../core/subscription/grants'
import { SteppedClock } from '../support/service'

test('the quotas that benchmarks send to are those that core writes for an accepted prompt', async () => {
  const clock = new SteppedClock()
  const store = new MemoryStore(clock)
  const seeded = quotaOf(3, { template: 'order-shipped', lanes: 16, grants: 1, tagged: 0 }, clock.now())
  const [{ id: promptId, at } = { id: '', at: 0 }] = seeded.prompts
  const told = { openid: openidOf(3), template: 'order-shipped', promptId, at }
  await grant({ store, clock }, 16, { ...told, by: 'phone', answer: 'accept' })
  expect(store.documents('quotas')).toEqual([seeded])
})
