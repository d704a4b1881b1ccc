import { ACTIONS } from '../database/actions'
import { OPEN_APIS } from '../wechat/open-apis'

/**
 * What a fault can befall: an action of the gateway, an open API (by its cloud call name, on both doors) or another
 * path of WeChat's HTTP API, a firing of a timer, the push of an event.
 */
export type Family = 'action' | 'wechat' | 'timer' | 'push'

/** One call, firing or push. What costs something to find out is asked only when a rule wants it. */
export interface Subject {
  /** `database.getDocument`, `subscribeMessage.send`, `/cgi-bin/token`, `timer:<function>`, `push:<event>`. */
  name: string
  /** The receiver of a message, else the person for whom the caller runs. */
  person?: () => string | undefined
  template?: () => string | undefined
  collection?: string | undefined
  /** The function that calls through the gateway; a call over HTTPS has none. */
  caller?: string | undefined
}

const PREFIXES: readonly (readonly [string, Family])[] = [
  ['timer:', 'timer'],
  ['push:', 'push'],
  ['database.', 'action'],
  ['functions.', 'action'],
  ['storage.', 'action'],
]

/** Everything else is WeChat's: open APIs and paths. */
export function familyOf(name: string): Family {
  return PREFIXES.find(([prefix]) => name.startsWith(prefix))?.[1] ?? 'wechat'
}

/** The names that `on` can hit. Functions and events are the project's and the world's, so theirs are open. */
const NAMES: readonly string[] = [
  ...ACTIONS.keys(),
  'functions.invokeFunction',
  ...OPEN_APIS.map(({ name }) => name),
  '/cgi-bin/token',
  '/cgi-bin/stable_token',
  '/tcb/invokecloudfunction',
  '/sns/jscode2session',
  '/auth/v1/signin/anonymously',
  '/auth/v1/signin/custom',
  '/auth/v1/token',
  '/auth/v1/user/me',
  '/web',
]

/** True when `pattern`, a name or the beginning of one with `*` at its end, hits a name. */
export function hits(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name
}

/** The families of what a pattern can hit; none when it is misspelt. */
export function familiesOf(pattern: string): ReadonlySet<Family> {
  const families = new Set(NAMES.filter((name) => hits(pattern, name)).map(familyOf))
  for (const prefix of ['timer:', 'push:'])
    if (pattern.startsWith(prefix) || hits(pattern, prefix)) families.add(familyOf(prefix))
  return families
}
