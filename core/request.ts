/** One call, checked: what its handler gets. */
import { type Caller, openidOf } from './caller'
import type { Action, Outputs, ParsedInputOf, Role } from './contract'
import { ServiceError } from './errors'
import type { HandedIn } from './open-data/handed-in'
import type { Ports } from './ports'
import type { Lang } from './sentences'
import type { Settings } from './settings'
import type { StaffCall } from './staff'
import type { Person } from './subscription/subscription'
import type { Catalogue } from './template/catalogue'

export interface Service {
  ports: Ports
  catalogue: Catalogue
  settings: Settings
}

/** A service that may turn out to be set up wrongly: that too is a reply. */
export interface Deployment {
  ports: Ports
  open(): Pick<Service, 'catalogue' | 'settings'>
}

export interface Request<A extends Action> extends Service {
  caller: Caller
  role: Role | null
  lang: Lang
  input: ParsedInputOf<A>
  openData: HandedIn
}

/** The handlers of some actions, by name. */
export type Handlers<A extends Action> = { [N in A]: (request: Request<N>) => Promise<Outputs[N]> }

/** The Mini Program that is spoken of: the phone's, or the one that the deployment sends as. */
export function appidOf({ caller, settings, catalogue }: Request<Action>): string {
  const appid = caller.appid ?? settings.appid ?? catalogue.soleAppid()
  if (appid !== undefined) return appid
  throw new ServiceError('APPID_UNKNOWN', { appid: 'unknown', template: '*', known: [] })
}

export const personOf = (request: Request<Action>): Person => ({
  openid: openidOf(request.caller),
  appid: appidOf(request),
})
export const nameOf = ({ caller }: Request<Action>) => caller.openid ?? caller.kind
export const staffCallOf = (r: Request<Action>): StaffCall => ({
  ports: r.ports,
  catalogue: r.catalogue,
  settings: r.settings,
  by: nameOf(r),
  caller: r.caller,
  lang: r.lang,
  appid: () => appidOf(r),
})
