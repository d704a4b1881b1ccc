/** One person as staff see them. */
import type { Openid, Outputs } from '../contract'
import { groupsOf } from '../open-data/groups'
import { phoneOf } from '../open-data/kept'
import type { Ports } from '../ports'
import { DEFAULT_LANGUAGE, readSubscriber } from './people'
import { isGroup } from './tags'

/** Of somebody who was never here: what holds until they come. */
export async function getPerson(
  ports: Pick<Ports, 'store' | 'secrets'>,
  openid: Openid,
): Promise<Outputs['person.get']> {
  const subscriber = await readSubscriber(ports, openid)
  const { language = DEFAULT_LANGUAGE, quiet = null, muted = [], tags = [], seenAt = null } = subscriber ?? {}
  return {
    openid,
    isKnown: subscriber !== null,
    language,
    quiet,
    muted,
    tags: tags.filter((tag) => !isGroup(tag)),
    groups: groupsOf(subscriber),
    phone: phoneOf(ports, subscriber),
    seenAt,
  }
}
