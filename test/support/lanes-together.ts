/** People of two lanes whose reminders are due at once, so that a tick works the lanes together. */
import { laneOf } from '../../core/delivery/lanes'
import type { Page } from '../../core/delivery/page'
import type { Store } from '../../core/ports'
import type { Quota } from '../../core/subscription/quotas'
import { given, MINUTE, set, subscribe } from './reminding'
import { as, dataOf, type Given } from './service'

const LANES = 2
export const people = ['oPersonOne', 'oPersonTwo', 'oPersonThree', 'oPersonFour', 'oPersonFive', 'oPersonSix']
export const ofLane = (lane: number) => people.filter((openid) => laneOf(openid, LANES) === lane)

/** Six of them, each with a reminder that is due now and so many grants. */
export async function due(grants = 1): Promise<Given> {
  const world = given({ env: { HONGYAN_LANES: String(LANES) } })
  for (const openid of people) {
    await subscribe(world, grants, openid)
    await set(world, {}, as.phone(openid))
  }
  dataOf(await world.tick())
  world.clock.advance(30 * MINUTE)
  return world
}

/** A tick that is told its lanes. */
export const tickOf = async (world: Given, lanes: number[], store?: Store) =>
  dataOf(await world.call('dispatch.tick', { lanes }, as.timer, store))

export const pagesOf = ({ store }: Given) => store.documents<Page>('pages')
export const lefts = ({ store }: Given) => store.documents<Quota>('quotas').map(({ left }) => left)
