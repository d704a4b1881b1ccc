/**
 * What an environment of CloudBase that belongs to no Mini Program gives to the js-sdk: logins, and functions called by
 * those who logged in (docs/facts/standalone.md).
 */
import * as z from 'zod'
import type { Faults, Refusal, Subject } from '../faults'
import { gatewayFault } from '../gateway/function-errors'
import { underFault } from '../gateway/under-fault'
import type { Functions } from '../functions/functions'
import { type Answer, type Call, json, RequestError } from '../http'
import { parseJson } from '../json-text'
import type { World } from '../world'
import { AuthFailure } from './auth-failure'
import { CredentialDesk } from './credentials'
import { readTicket } from './tickets'

export interface StandaloneParts {
  world: World
  functions: Functions
  faults: Faults
  now: () => number
  /** This person uses the Mini Program. */
  seen: (openid: string) => void
}

/** SOURCE of a function that the js-sdk calls; which it is on the platform is UNVERIFIED. */
const SOURCE = 'web_client'

const ticketSchema = z.looseObject({ provider_id: z.literal('custom'), ticket: z.string() })
const refreshSchema = z.looseObject({ grant_type: z.literal('refresh_token'), refresh_token: z.string() })
const webSchema = z.looseObject({
  action: z.string(),
  env: z.string(),
  access_token: z.string().default(''),
  function_name: z.string().default(''),
  request_data: z.string().default('{}'),
})

type Handler = (call: Call) => Answer | Promise<Answer>

/** The paths that the js-sdk asks, by `METHOD /path`. None answers in a world that is not standalone. */
export function standaloneRoutes({
  world,
  functions,
  faults,
  now,
  seen,
}: StandaloneParts): [string, Handler][] {
  const desk = new CredentialDesk(world.appsecret, now)
  const { standalone, env } = world
  const keys = standalone?.loginKeys ?? {}
  const login =
    (give: (call: Call) => unknown): Handler =>
    (call) => {
      try {
        requireEnv(env, standalone !== undefined, call)
        return json(give(call))
      } catch (error) {
        if (!(error instanceof AuthFailure)) throw error
        const { status, error: code, message } = error
        return json({ error: code, error_description: message }, status)
      }
    }
  const routes: [string, Handler][] = [
    [
      'POST /auth/v1/signin/custom',
      login((call) => {
        const { ticket } = bodyOf(call, ticketSchema)
        return desk.forCustomUser(readTicket(ticket, { env, keys, now: now() }).customUserId)
      }),
    ],
    [
      'POST /auth/v1/signin/anonymously',
      login(({ headers }) => desk.forDevice(String(headers['x-device-id'] ?? ''))),
    ],
    ['POST /auth/v1/token', login((call) => desk.refreshed(bodyOf(call, refreshSchema).refresh_token))],
    [
      'GET /auth/v1/user/me',
      login(({ headers }) => {
        const who = desk.loginOf((headers.authorization ?? '').replace(/^Bearer /, ''))
        if (who === undefined || who === 'expired')
          throw new AuthFailure(401, 'unauthenticated', 'the access token is not valid')
        return { sub: who.uid, name: '' }
      }),
    ],
    [
      'POST /web',
      async (call) => {
        const body = webSchema.safeParse(jsonOf(call))
        const requestId = `standalone-${now().toString(36)}`
        const refuse = (code: string, message: string) => json({ requestId, code, message })
        if (!body.success) return refuse('INVALID_PARAM', String(body.error.issues[0]?.message))
        const { action, access_token, function_name: name, request_data: event } = body.data
        if (standalone === undefined || body.data.env !== env || !isOfEnv(env, call))
          return refuse('INVALID_ENV', `there is no standalone environment ${body.data.env}`)
        if (action !== 'functions.invokeFunction')
          return refuse('INVALID_ACTION', `${action} is not played by the emulator; it calls functions`)
        const who = desk.loginOf(access_token)
        if (who === undefined) return refuse('INVALID_ACCESS_TOKEN', 'the access token is not valid')
        if (who === 'expired') return refuse('ACCESS_TOKEN_EXPIRED', 'the access token has expired')
        if (who.customUserId !== undefined) seen(who.customUserId)
        const outcome = await functions.invoke({ name, event, identity: { login: who }, source: SOURCE })
        if (outcome.kind === 'result')
          return json({ requestId: outcome.requestId, data: { response_data: outcome.json } })
        return json({ requestId: outcome.requestId, ...gatewayFault(outcome) })
      },
    ],
  ]
  return routes.map(([route, handler]) => [
    route,
    (call) =>
      underFault(faults, subjectOf(call), {
        run: async () => handler(call),
        refuse: (refusal) => json({ requestId: 'fault', ...refusalOf(refusal) }),
        // No function calls here.
        kill: () => {},
      }),
  ])
}

/** A fault rule names the path; of the rest of a request none is looked at here. */
const subjectOf = ({ path }: Call): Subject => ({ name: path })

/** Both of its services give a code as a name. */
function refusalOf(refusal: Refusal): { code: string; message: string } {
  if (refusal.kind === 'code') return { code: refusal.code, message: refusal.message }
  const number = refusal.kind === 'errcode' ? refusal.errcode : refusal.errorCode
  return { code: String(number), message: 'fault on demand' }
}

/** The environment is named by the host, as on the platform; a client that was given another address names none. */
function isOfEnv(env: string, call: Call): boolean {
  const host = call.headers['x-emulated-host']
  return typeof host !== 'string' || host.split('.')[0] === env
}

function requireEnv(env: string, isStandalone: boolean, call: Call): void {
  const client = call.query.get('client_id')
  if (isStandalone && isOfEnv(env, call) && (client === null || client === env)) return
  throw new AuthFailure(404, 'not_found', `there is no standalone environment ${client ?? 'of that name'}`)
}

function bodyOf<Schema extends z.ZodType>(call: Call, schema: Schema): z.output<Schema> {
  const parsed = schema.safeParse(jsonOf(call))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new AuthFailure(400, 'invalid_argument', `${issue?.path.join('.')}: ${issue?.message}`)
}

function jsonOf(call: Call): unknown {
  try {
    return parseJson(call.body.toString('utf8'))
  } catch {
    throw new RequestError(400, 'NOT_JSON', `the body (${call.body.length} bytes) is not JSON`)
  }
}
