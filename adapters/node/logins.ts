/** The port of logins: WeChat's exchange over HTTPS, and tickets of custom login by node-sdk. Secrets stay in here. */
import * as tcb from '@cloudbase/node-sdk'
import * as z from 'zod'
import { ServiceError } from '../../core/errors'
import { faultsOf } from '../../core/faults'
import type { Logins, Ports } from '../../core/ports'
import { accountOf } from '../https/account'
import { sessionsOf } from '../https/sessions'

type Variables = Record<string, string | undefined>

/** What node-sdk takes as the id of a custom login (docs/facts/standalone.md §2). */
const CUSTOM_USER_ID = /^[a-zA-Z0-9_\-#@~=*(){}[\]:.,<>+]{4,32}$/

const keySchema = z.looseObject({
  private_key_id: z.string().min(1),
  private_key: z.string().includes('PRIVATE KEY'),
  env_id: z.string().min(1),
})
type LoginKey = z.output<typeof keySchema>

/** Reads HONGYAN_LOGIN_KEY, the text of the private key file. Throws SETTINGS_INVALID; never says what the key is. */
function keyOf(env: Variables): LoginKey {
  const schema = z.object({
    HONGYAN_LOGIN_KEY: z
      .string()
      .transform(jsonOf)
      .pipe(keySchema)
      .refine(({ env_id }) => !env['TCB_ENV'] || env_id === env['TCB_ENV'], {
        error: `a key of the environment ${env['TCB_ENV']}, in which the function runs`,
      }),
  })
  const parsed = schema.safeParse({ HONGYAN_LOGIN_KEY: env['HONGYAN_LOGIN_KEY'] })
  if (parsed.success) return parsed.data.HONGYAN_LOGIN_KEY
  const shown = { HONGYAN_LOGIN_KEY: env['HONGYAN_LOGIN_KEY'] && '***' }
  throw new ServiceError('SETTINGS_INVALID', {}, faultsOf(parsed.error, '', shown))
}

/** As environment variables say; throws SETTINGS_INVALID naming each that is missing or wrong. */
export function loginsOf({ clock }: Pick<Ports, 'clock'>, env: Variables): Logins {
  const credentials = keyOf(env)
  const auth = tcb.init({ env: credentials.env_id, credentials }).auth()
  return {
    exchange: sessionsOf(accountOf(env), clock),
    mayHold: (openid) => CUSTOM_USER_ID.test(openid),
    ticket: (openid) => auth.createTicket(openid),
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // No JSON is no key file: the schema behind says what was wanted.
    return undefined
  }
}
