import type { WorldInput } from '../../emulator/world'
import { messageOf, TEMPLATE } from './account'
import type { RunningService } from './running'

/** Which people the function `seed` writes quotas of. */
export interface SeedEvent {
  from: number
  to: number
  template: string
  lanes: number
  /** Grants of each. */
  grants: number
  /** Of a hundred, how many have the tag `tagged`. */
  tagged: number
}

/** Documents of one call: its result is awaited, so that no call comes near its timeout. */
const PER_CALL = 50_000

/** Writes the quota of everybody, with so many grants. */
export async function seed(
  service: RunningService,
  { people, lanes, grants, tagged = 0 }: { people: number; lanes: number; grants: number; tagged?: number },
): Promise<void> {
  for (let from = 0; from < people; from += PER_CALL) {
    const to = Math.min(people, from + PER_CALL)
    const event: SeedEvent = { from, to, template: TEMPLATE, lanes, grants, tagged }
    await service.call('seed', { ...event })
  }
}

/** Gives everybody so many grants with WeChat. */
export async function grantAll(service: RunningService, { appid }: Pick<WorldInput, 'appid'>, count: number) {
  await service.grantAll(messageOf(appid).templateId, count)
}
