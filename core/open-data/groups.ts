/**
 * Groups that a person opened the Mini Program from. A group is a tag with a prefix: tags are copied to the person's
 * quotas already, so an audience of a group is read from quotas alone, by the same filters, the same index and the same
 * judgement as any other tag, and goes with the person when they are erased.
 */
import { type Openid, groupSchema } from '../contract'
import { ServiceError } from '../errors'
import type { Subscriber } from '../person/people'
import { GROUP_PREFIX, isGroup, retag } from '../person/tags'
import type { Ports } from '../ports'

/** Groups of one person. */
export const MAX_GROUPS = 20

const tagOf = (group: string) => `${GROUP_PREFIX}${group}`

export const groupsOf = (subscriber: Pick<Subscriber, 'tags'> | null): string[] =>
  (subscriber?.tags ?? []).filter(isGroup).map((tag) => tag.slice(GROUP_PREFIX.length))

/** `opengid` of wx.getGroupEnterInfo, `openGId` of wx.getShareInfo; undefined where the data is of no group. */
export function groupIn(data: Record<string, unknown>): string | undefined {
  const parsed = groupSchema.safeParse(data['opengid'] || data['openGId'])
  return parsed.success ? parsed.data : undefined
}

/** Repeating it changes nothing. Throws GROUP_LIMIT. */
export async function joinGroup(ports: Pick<Ports, 'store'>, openid: Openid, group: string): Promise<void> {
  await retag(ports, [openid], { add: [tagOf(group)], remove: [] }, async (people) => {
    const tags = people.get(openid)?.after ?? []
    if (groupsOf({ tags }).length > MAX_GROUPS) throw new ServiceError('GROUP_LIMIT', { max: MAX_GROUPS })
  })
}

export const leaveGroup = (ports: Pick<Ports, 'store'>, openid: Openid, group: string): Promise<void> =>
  retag(ports, [openid], { add: [], remove: [tagOf(group)] })
