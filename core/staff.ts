/** Who is staff, and in which role. */
import type { Caller } from './caller'
import type { Catalogue } from './template/catalogue'
import type { Openid, ParsedInputOf, Role, StaffMember } from './contract'
import { ServiceError } from './errors'
import type { Doc, Ports } from './ports'
import type { Lang } from './sentences'
import type { Settings } from './settings'

/** A call by staff, by a tool or by another function: who asks, and in which language words are wanted. */
export interface StaffCall {
  ports: Ports
  catalogue: Catalogue
  settings: Settings
  /** The openid, or the kind of caller that has none. */
  by: string
  caller: Caller
  lang: Lang
  /** The Mini Program that is sent as; throws APPID_UNKNOWN. */
  appid(): string
}

type Member = Doc & { role: Role; name?: string; grantedBy: string; grantedAt: number }

/** The owner whom the deployment names has no document and cannot lose the role. */
export async function roleOf(
  { store }: Pick<Ports, 'store'>,
  settings: Settings,
  openid: Openid,
): Promise<Role | null> {
  if (openid === settings.owner) return 'owner'
  return (await store.get<Member>('staff', openid))?.role ?? null
}

export async function listStaff({ store }: Pick<Ports, 'store'>, settings: Settings): Promise<StaffMember[]> {
  const members = await store.find<Member>('staff', { where: {}, order: [['_id', 'asc']], limit: 1000 })
  const fixed: StaffMember[] =
    settings.owner === undefined ? [] : [{ openid: settings.owner, role: 'owner', fixed: true }]
  return [
    ...fixed,
    ...members
      .filter(({ _id }) => _id !== settings.owner)
      .map(({ _id, role, name }) => ({
        openid: _id,
        role,
        fixed: false,
        ...(name !== undefined && { name }),
      })),
  ]
}

type Writing = Pick<Ports, 'store' | 'clock' | 'random'>

/** Writes down who did what. */
export const audit = (
  { store, clock, random }: Writing,
  by: string,
  what: string,
  facts: Record<string, string>,
) => store.insert('audit', { _id: random(), at: clock.now(), by, what, facts })

/** Throws OWNER_FIXED. */
export async function grantRole(
  ports: Writing,
  settings: Settings,
  by: string,
  { openid, role, name }: ParsedInputOf<'staff.grant'>,
): Promise<StaffMember> {
  if (openid === settings.owner) throw new ServiceError('OWNER_FIXED', { openid })
  const member = { role, grantedBy: by, grantedAt: ports.clock.now(), ...(name !== undefined && { name }) }
  await audit(ports, by, 'staff.grant', { openid, role })
  const changed = await ports.store.update('staff', { _id: openid }, { set: member })
  if (changed === 0) await ports.store.insert('staff', { _id: openid, ...member })
  return { openid, role, fixed: false, ...(name !== undefined && { name }) }
}

/** Throws OWNER_FIXED. */
export async function revokeRole(
  ports: Writing,
  settings: Settings,
  by: string,
  openid: Openid,
): Promise<boolean> {
  if (openid === settings.owner) throw new ServiceError('OWNER_FIXED', { openid })
  await audit(ports, by, 'staff.revoke', { openid })
  return (await ports.store.remove('staff', { _id: openid })) > 0
}
