import { WeChatError } from './errcodes'
import type { GroupCommit } from './group-commit'
import { numberOf, type Store, textOf } from './store'

/** What an access token is asked with. */
export interface TokenRequest {
  grantType: string | undefined
  appid: string | undefined
  secret: string | undefined
}

export interface IssuedToken {
  access_token: string
  /** Seconds. */
  expires_in: number
}

const LIFE_SECONDS = 7200
/** A stable token is renewed this long before it ends (wechat.md §9). */
const RENEWED_BEFORE_MS = 5 * 60_000

/** Access tokens of WeChat's server API (wechat.md §9), on disk. */
export class Tokens {
  private readonly insert
  private readonly remove
  private readonly find
  private readonly latest

  constructor(
    store: Store,
    private readonly writes: GroupCommit,
    private readonly account: { appid: string; appsecret: string },
    private readonly now: () => number,
    private readonly random: () => number,
  ) {
    this.insert = store.prepare('INSERT INTO tokens VALUES (?, ?, ?)')
    this.remove = store.prepare('DELETE FROM tokens WHERE kind = ?')
    this.find = store.prepare('SELECT expiresAt FROM tokens WHERE token = ?')
    this.latest = store.prepare('SELECT token, expiresAt FROM tokens WHERE kind = ?')
  }

  /** `/cgi-bin/token`: always a new token; the one before is void. */
  async classic(request: TokenRequest): Promise<IssuedToken> {
    this.check(request)
    return this.writes.run(() => this.issue('classic'))
  }

  /** `/cgi-bin/stable_token`: the same token while it is valid, unless a new one is forced. */
  async stable(request: TokenRequest, isForced: boolean): Promise<IssuedToken> {
    this.check(request)
    return this.writes.run(() => this.current(isForced) ?? this.issue('stable'))
  }

  private current(isForced: boolean): IssuedToken | undefined {
    const row = this.latest.get('stable')
    const token = textOf(row, 'token')
    const leftMs = (numberOf(row, 'expiresAt') ?? 0) - this.now()
    if (token !== undefined && !isForced && leftMs > RENEWED_BEFORE_MS)
      return { access_token: token, expires_in: Math.floor(leftMs / 1000) }
    return undefined
  }

  /** Throws 41001, 42001 or the API's code of an unknown token for a token that does not open the API. */
  require(token: string | null, unknownToken: 40001 | 40014 = 40001): void {
    if (token === null || token === '') throw new WeChatError(41001)
    const expiresAt = numberOf(this.find.get(token), 'expiresAt')
    if (expiresAt === undefined) throw new WeChatError(unknownToken)
    if (expiresAt <= this.now()) throw new WeChatError(42001)
  }

  private issue(kind: 'classic' | 'stable'): IssuedToken {
    const token = `90_${Array.from({ length: 16 }, () => Math.floor(this.random() * 0x10_0000_0000).toString(36)).join('')}`
    this.remove.run(kind)
    this.insert.run(token, kind, this.now() + LIFE_SECONDS * 1000)
    return { access_token: token, expires_in: LIFE_SECONDS }
  }

  private check({ grantType, appid, secret }: TokenRequest): void {
    if (grantType !== 'client_credential') throw new WeChatError(40002)
    if (appid === undefined || appid === '') throw new WeChatError(41002)
    if (secret === undefined || secret === '') throw new WeChatError(41004)
    if (appid !== this.account.appid) throw new WeChatError(40013)
    if (secret !== this.account.appsecret) throw new WeChatError(40125)
  }
}
