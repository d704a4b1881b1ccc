import type { BenchmarkContext } from '../benchmark'
import type { WorldInput } from '../../emulator/world'
import { worldOf } from './account'
import { type Deployed, RunningService, type ServiceOptions } from './running'
import { grantAll, seed } from './seed'

/** Lanes of every measurement: the number that a deployment has. */
export const LANES = 16

export interface Wanted extends Omit<ServiceOptions, 'world'> {
  /** Also the name of its data folder. */
  name: string
  people: number
  /** WeChat's limits; the platform's own unless given. */
  quotas?: WorldInput['quotas']
  /** Which function WeChat pushes which event to. */
  messagePush?: WorldInput['messagePush']
  /** Campaigns that everybody can be sent, and messages that others send each. */
  campaigns: number
  others?: number
  /** How many lanes people are spread over. */
  lanes?: number
  /** Of a hundred people, how many have the tag `tagged`. */
  tagged?: number
}

/** The service running with everybody subscribed, in its database and with WeChat. */
export async function readyService(
  context: BenchmarkContext,
  deployed: Deployed,
  {
    name,
    people,
    quotas,
    messagePush = {},
    campaigns,
    others = 0,
    tagged = 0,
    lanes = LANES,
    ...options
  }: Wanted,
): Promise<RunningService> {
  const world = { ...worldOf(people, quotas), messagePush }
  const env = { HONGYAN_LANES: String(lanes), ...options.env }
  const service = await RunningService.start(context, deployed, name, { ...options, env, world })
  await seed(service, { people, lanes, grants: campaigns, tagged })
  await grantAll(service, world, campaigns + others)
  return service
}
