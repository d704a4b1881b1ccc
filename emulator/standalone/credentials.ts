import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import * as z from 'zod'
import type { Login } from '../functions/identity'
import { AuthFailure } from './auth-failure'

/** What a login gives the js-sdk (standalone.md §3). */
export interface Credentials {
  token_type: 'Bearer'
  access_token: string
  refresh_token: string
  /** Seconds. */
  expires_in: number
  scope: string
  sub: string
  groups: string[]
}

/** Documented for custom login: an access token lasts two hours, a refresh token thirty days. */
const ACCESS_MS = 7_200_000
const REFRESH_MS = 30 * 24 * 3_600_000

const claimsSchema = z.object({
  use: z.enum(['access', 'refresh']),
  sub: z.string(),
  customUserId: z.string().optional(),
  /** Seconds, as a JWT has them. */
  exp: z.number(),
})
type Claims = z.output<typeof claimsSchema>

/** Gives and reads tokens. They hold what they say and are signed, so that they outlive a restart. */
export class CredentialDesk {
  private readonly key: Buffer

  constructor(
    secret: string,
    private readonly now: () => number,
  ) {
    this.key = createHash('sha256').update(`standalone ${secret}`).digest()
  }

  /** A person of custom login: the same `sub` at every login. */
  forCustomUser(customUserId: string): Credentials {
    return this.give(idOf(`custom ${customUserId}`), customUserId)
  }

  /** Somebody without a name: the same phone is the same person. */
  forDevice(deviceId: string): Credentials {
    return this.give(idOf(`device ${deviceId}`), undefined)
  }

  /** New credentials for a refresh token; throws AuthFailure `invalid_grant`. */
  refreshed(refreshToken: string): Credentials {
    const claims = this.read(refreshToken, 'refresh')
    if (claims === undefined)
      throw new AuthFailure(400, 'invalid_grant', 'the refresh token is not valid or has expired')
    return this.give(claims.sub, claims.customUserId)
  }

  /** Who an access token is of: `expired` where it was good once, undefined where it never was. */
  loginOf(accessToken: string): Login | 'expired' | undefined {
    const claims = this.claimsOf(accessToken)
    if (claims?.use !== 'access') return undefined
    if (claims.exp * 1000 <= this.now()) return 'expired'
    const { sub: uid, customUserId } = claims
    return customUserId === undefined ? { uid } : { uid, customUserId }
  }

  private read(token: string, use: Claims['use']): Claims | undefined {
    const claims = this.claimsOf(token)
    return claims?.use === use && claims.exp * 1000 > this.now() ? claims : undefined
  }

  private give(sub: string, customUserId: string | undefined): Credentials {
    const person = { sub, ...(customUserId === undefined ? {} : { customUserId }) }
    return {
      token_type: 'Bearer',
      access_token: this.sign({ use: 'access', ...person, exp: this.in(ACCESS_MS) }),
      refresh_token: this.sign({ use: 'refresh', ...person, exp: this.in(REFRESH_MS) }),
      expires_in: ACCESS_MS / 1000,
      scope: customUserId === undefined ? 'anonymous' : '',
      sub,
      groups: [],
    }
  }

  private in(ms: number): number {
    return Math.floor((this.now() + ms) / 1000)
  }

  private sign(claims: Claims): string {
    const text = [{ alg: 'HS256', typ: 'JWT' }, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.')
    return `${text}.${this.signatureOf(text).toString('base64url')}`
  }

  private signatureOf(text: string): Buffer {
    return createHmac('sha256', this.key).update(text).digest()
  }

  private claimsOf(token: string): Claims | undefined {
    const [header = '', payload = '', signature = ''] = token.split('.')
    const wanted = this.signatureOf(`${header}.${payload}`)
    const given = Buffer.from(signature, 'base64url')
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return undefined
    const parsed = claimsSchema.safeParse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')))
    return parsed.data
  }
}

const idOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32)
