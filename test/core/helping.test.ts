/** Whoever is through with its share of a campaign helps with what nobody works yet, and leaves their part to the others. */
import { running } from '../support/held'
import { as, counted, dataOf } from '../support/service'

/** The most lanes that one tick holds at once, and how many messages it sent; lane 0 is its own of eight that are due. */
async function heldBy(instances: number): Promise<{ most: number; sent: number }> {
  const env = { HONGYAN_LANES: '8', HONGYAN_INSTANCES: String(instances) }
  const { world } = await running(80, { env })
  let most = 0
  const store = counted(world.store, () => {
    const held = world.store
      .documents('lanes')
      .filter(({ holder }) => typeof holder === 'string' && holder !== '')
    most = Math.max(most, held.length)
  })
  dataOf(await world.call('dispatch.tick', { lanes: [0] }, as.timer, store))
  return { most, sent: world.wechat.delivered.length }
}

test('of four instances one takes two of seven lanes that are left at first, and works them all if nobody comes', async () => {
  expect(await heldBy(4)).toEqual({ most: 2, sent: 80 })
})

test('an instance that is alone takes as many as it works at once', async () => {
  expect(await heldBy(1)).toEqual({ most: 3, sent: 80 })
})
