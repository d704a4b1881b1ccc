/**
 * The access token, kept in the database: one for all instances, renewed by one of them. WeChat gives the same stable
 * token until five minutes before it ends, and both it and the next one work meanwhile (wechat.md §9).
 */
import * as z from 'zod'
import { answers, NOT_SENT } from '../../core/delivery/errcodes'
import { type Doc, lt, type Ports, ServerTime } from '../../core/ports'
import { hide, type HttpsAccount } from './account'
import type { Line } from './line'

/** A token, or why there is none: an errcode of WeChat, or NOT_SENT. */
export type Token = { token: string } | { code: number; text: string }

type Issued = { token: string; seconds: number } | Exclude<Token, { token: string }>

/** The document: its fields are empty until the first token is there. */
type Kept = Doc & { token: string; expiresAt: number; holder: string; leaseUntil: number }

/** The token is not, or no longer, valid: what was asked for was certainly not done (wechat.md §1.3). */
export const TOKEN_REFUSED: readonly number[] = [40001, 40014, 42001]

/** After WeChat has begun to give the next one, so that one renewal is enough. */
const RENEW_BEFORE_MS = 4.5 * 60_000
/** An old token is used until then while another instance renews it. */
const LAST_MS = 30_000
/** Whoever renews has this long; then another may. */
const LEASE_MS = 20_000
const LOOK_AGAIN_MS = 250
const TIMEOUT_MS = 5_000
/** Waits between the tries of asking WeChat for a token. */
const WAITS_MS = [300, 900]

const answerSchema = z.object({
  access_token: z.string().min(1).optional(),
  expires_in: z.number().positive().optional(),
  errcode: z.number().optional(),
  errmsg: z.string().optional(),
})

export class AccessToken {
  private known: Pick<Kept, 'token' | 'expiresAt'> | undefined
  private renewing: Promise<Token> | undefined

  constructor(
    private readonly ports: Pick<Ports, 'store' | 'clock' | 'random'>,
    private readonly account: HttpsAccount,
    private readonly line: Line,
  ) {}

  /** The token to send with; `refused` is one that WeChat did not take. Everybody here waits for one renewal. */
  async get(refused?: string): Promise<Token> {
    for (;;) {
      if (this.known && this.known.token !== refused && this.lasts(this.known, RENEW_BEFORE_MS))
        return { token: this.known.token }
      const isOurs = this.renewing === undefined
      this.renewing ??= this.renew(refused).finally(() => {
        this.renewing = undefined
      })
      const given = await this.renewing
      // A renewal that another began may not know that its token is refused.
      if (isOurs || !('token' in given) || given.token !== refused) return given
    }
  }

  private lasts({ expiresAt }: Pick<Kept, 'expiresAt'>, ms: number): boolean {
    return expiresAt - this.ports.clock.now() > ms
  }

  private async renew(refused?: string): Promise<Token> {
    const { clock, store } = this.ports
    const end = clock.monotonic() + LEASE_MS
    do {
      const kept = await store.get<Kept>('tokens', this.account.appid)
      const isUsable = kept !== null && kept.token !== refused
      if (isUsable && this.lasts(kept, RENEW_BEFORE_MS)) return this.use(kept)
      const holder = await this.take(kept)
      if (holder !== null) return this.renewAs(holder, refused)
      if (isUsable && this.lasts(kept, LAST_MS)) return { token: kept.token }
      await clock.sleep(LOOK_AGAIN_MS)
    } while (clock.monotonic() < end)
    return { code: NOT_SENT, text: 'another instance did not renew the access token in time' }
  }

  private use(kept: Pick<Kept, 'token' | 'expiresAt'>): Token {
    this.known = { token: kept.token, expiresAt: kept.expiresAt }
    return { token: kept.token }
  }

  /** Takes the lease by which one instance renews; null where another has it, or has renewed it since `kept`. */
  private async take(kept: Kept | null): Promise<string | null> {
    const { store, random } = this.ports
    const { appid: _id } = this.account
    const lease = { holder: random(), leaseUntil: new ServerTime(LEASE_MS) }
    const isTaken = kept
      ? (await store.update(
          'tokens',
          { _id, token: kept.token, leaseUntil: lt(new ServerTime()) },
          { set: lease },
        )) > 0
      : await store.insert('tokens', { _id, token: '', expiresAt: 0, ...lease })
    return isTaken ? lease.holder : null
  }

  private async renewAs(holder: string, refused?: string): Promise<Token> {
    const { store, clock } = this.ports
    const where = { _id: this.account.appid, holder }
    const ended = { leaseUntil: new ServerTime(-1) }
    const asked = clock.now()
    let issued = await this.ask(false)
    // Still the one that was refused: only a new one can help.
    if ('token' in issued && issued.token === refused) issued = await this.ask(true)
    if (!('token' in issued)) {
      await store.update('tokens', where, { set: ended })
      return issued
    }
    const { token, seconds } = issued
    const expiresAt = asked + seconds * 1_000
    await store.update('tokens', where, { set: { token, expiresAt, ...ended } })
    return this.use({ token, expiresAt })
  }

  private async ask(isForced: boolean): Promise<Issued> {
    for (const wait of WAITS_MS) {
      const given = await this.askOnce(isForced)
      if ('token' in given || given.code !== NOT_SENT) return given
      await this.ports.clock.sleep(wait)
    }
    return this.askOnce(isForced)
  }

  private async askOnce(isForced: boolean): Promise<Issued> {
    const { appid, secret } = this.account
    const body = { grant_type: 'client_credential', appid, secret, ...(isForced && { force_refresh: true }) }
    const response = await this.line.post('/cgi-bin/stable_token', body, TIMEOUT_MS)
    const unsent = (text: string) => ({ code: NOT_SENT, text: `no access token: ${text}` })
    if (response.kind !== 'answered') return unsent(response.reason)
    const answer = answerSchema.safeParse(jsonOf(response.text)).data
    const { access_token: token, expires_in: seconds, errcode = -1, errmsg = '' } = answer ?? {}
    if (token !== undefined && seconds !== undefined) return { token, seconds }
    if (!answer || errcode === -1) return unsent(answer ? `${errcode} ${errmsg}` : `HTTP ${response.status}`)
    // Whatever it is, no message went: only what says so may be answered for one.
    const isKnown = answers[errcode]?.grant === 'return'
    const text = hide(`no access token: ${errcode} ${errmsg}`, secret)
    return { code: isKnown ? errcode : NO_TOKEN, text }
  }
}

/** access_token missing (wechat.md §1.3). */
const NO_TOKEN = 41001

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // No JSON is no answer; what follows from that is decided where it is asked for.
    return undefined
  }
}
