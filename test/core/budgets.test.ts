/** Rates that several instances share. */
import { MemoryStore } from '../../adapters/memory/store'
import { Budgets, SLACK_MS, type Turns } from '../../core/delivery/budgets'
import { checkLanes } from '../../core/delivery/lanes'
import { Lease } from '../../core/delivery/lease'
import { SteppedClock } from '../support/service'

const timesOf = ({ count, at, everyMs }: Turns) =>
  Array.from({ length: count }, (_, turn) => at + turn * everyMs)

test('a campaign keeps its rate though others have the turns of the platform before it', async () => {
  const clock = new SteppedClock()
  const store = new MemoryStore(clock)
  await checkLanes({ store, clock }, 1)
  const lease = await Lease.take({ store, clock, random: () => 'holder' }, [0])
  if (!lease) throw new Error('the lane is taken')
  const instances = [1, 2].map(() => new Budgets({ store, clock }, { minuteLimit: 600, dayLimit: 10_000 }))
  const wish = { class: 'campaign' as const, until: lease.databaseNow() + 300_000 }
  // Twenty seconds of the platform go to a campaign without a rate.
  await instances[0]?.reserve(lease, { ...wish, count: 200 })
  const perSecond = 2
  const times: number[] = []
  for (const budgets of [...instances, ...instances]) {
    const turns = await budgets.reserve(lease, { ...wish, count: 10, rate: { campaign: 'slow', perSecond } })
    times.push(...timesOf(turns))
  }
  expect(times).toHaveLength(40)
  const most = Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 10_000).length))
  expect(most).toBeLessThanOrEqual(((10_000 + SLACK_MS) / 1000) * perSecond)
})
