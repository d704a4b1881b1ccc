/** What is done for each action: audience. */
import { createList, listLists, removeList, sealList } from '../audience/acts'
import { appendToList } from '../audience/imports'
import type { audienceInputs } from '../contract/audience'
import { type Handlers, staffCallOf } from '../request'

export const audienceActions: Handlers<keyof typeof audienceInputs> = {
  'audience.create': (r) => createList(staffCallOf(r), r.input),
  'audience.append': (r) => appendToList(staffCallOf(r), r.input),
  'audience.seal': (r) => sealList(staffCallOf(r), r.input.audience),
  'audience.list': async (r) => ({ audiences: await listLists(r.ports) }),
  'audience.remove': async (r) => ({ removed: await removeList(staffCallOf(r), r.input.audience) }),
}
