import { verify } from 'node:crypto'
import * as z from 'zod'
import { AuthFailure } from './auth-failure'

/** Who a ticket of custom login is for, and until when what follows from it is good (ms since 1970). */
export interface Ticket {
  customUserId: string
  /** How long an access token lasts. */
  refreshMs: number
  /** When the login itself ends. */
  expiresAt: number
}

const SEPARATOR = '/@@/'

/** As node-sdk's createTicket makes them (standalone.md §2): times are milliseconds, which no standard JWT has. */
const payloadSchema = z.object({
  alg: z.literal('RS256'),
  env: z.string(),
  iat: z.number(),
  exp: z.number(),
  uid: z.string().regex(/^[a-zA-Z0-9_\-#@~=*(){}[\]:.,<>+]{4,32}$/),
  refresh: z.number(),
  expire: z.number(),
})

/** Reads a ticket; throws AuthFailure unless it is signed by a key of this environment, for it, and still good. */
export function readTicket(
  ticket: string,
  { env, keys, now }: { env: string; keys: Readonly<Record<string, string>>; now: number },
): Ticket {
  const refuse = (why: string) => new AuthFailure(400, 'invalid_argument', `the ticket is not valid: ${why}`)
  const [keyId = '', token = ''] = ticket.split(SEPARATOR)
  const [header = '', payload = '', signature = ''] = token.split('.')
  const publicKey = keys[keyId]
  if (publicKey === undefined) throw refuse(`no private key ${JSON.stringify(keyId)} belongs to ${env}`)
  const signed = Buffer.from(`${header}.${payload}`)
  if (!verify('RSA-SHA256', signed, publicKey, Buffer.from(signature, 'base64url')))
    throw refuse('it was not signed by that private key')
  const parsed = payloadSchema.safeParse(jsonOf(payload))
  if (!parsed.success) throw refuse(`${String(parsed.error.issues[0]?.path.join('.'))} is missing or wrong`)
  const { uid, refresh, expire, exp, env: ofEnv } = parsed.data
  if (ofEnv !== env) throw refuse(`it is for the environment ${ofEnv}, not for ${env}`)
  if (exp <= now) throw refuse('it has expired; a ticket is good for ten minutes')
  return { customUserId: uid, refreshMs: refresh, expiresAt: expire }
}

function jsonOf(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
  } catch {
    // Refused as what it is: no ticket.
    return undefined
  }
}
