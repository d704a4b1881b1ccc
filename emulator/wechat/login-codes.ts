import { hex } from '../hex'
import { WeChatError } from './errcodes'

/** What `/sns/jscode2session` is asked with. */
export interface SessionRequest {
  appid: string | null
  secret: string | null
  code: string | null
  grantType: string | null
}

/** wx.login: a code is good for five minutes and for one exchange. */
const LIFE_MS = 5 * 60_000
/** Exchanges of one person in a minute. */
const MINUTE_LIMIT = 100
const MINUTE_MS = 60_000

interface Code {
  openid: string
  givenAt: number
  isUsed: boolean
}

/** The codes of wx.login and what they are exchanged for. Kept in memory: a restart forgets those under way. */
export class LoginCodes {
  private readonly codes = new Map<string, Code>()
  private readonly exchanges = new Map<string, { minute: number; count: number }>()

  constructor(
    private readonly account: { appid: string; appsecret: string },
    private readonly now: () => number,
    private readonly random: () => number,
  ) {}

  /** What wx.login gives the person's phone. */
  give(openid: string): string {
    for (const [code, { givenAt }] of this.codes) {
      if (givenAt + 2 * LIFE_MS > this.now()) break
      this.codes.delete(code)
    }
    const code = hex(this.random, 32)
    this.codes.set(code, { openid, givenAt: this.now(), isUsed: false })
    return code
  }

  /** Whose code it is, and a session key; throws 40002, 40013, 40125, 41002, 41004, 41008, 40029, 40163 or 45011. */
  exchange({ appid, secret, code, grantType }: SessionRequest): { openid: string; sessionKey: string } {
    if (!appid) throw new WeChatError(41002)
    if (!secret) throw new WeChatError(41004)
    if (!code) throw new WeChatError(41008)
    if (grantType !== 'authorization_code') throw new WeChatError(40002)
    if (appid !== this.account.appid) throw new WeChatError(40013)
    if (secret !== this.account.appsecret) throw new WeChatError(40125)
    const known = this.codes.get(code)
    if (known === undefined || known.givenAt + LIFE_MS <= this.now()) throw new WeChatError(40029)
    if (known.isUsed) throw new WeChatError(40163)
    this.count(known.openid)
    known.isUsed = true
    const key = Array.from({ length: 16 }, () => Math.floor(this.random() * 256))
    return { openid: known.openid, sessionKey: Buffer.from(key).toString('base64') }
  }

  private count(openid: string): void {
    const minute = Math.floor(this.now() / MINUTE_MS)
    const last = this.exchanges.get(openid)
    const count = last?.minute === minute ? last.count : 0
    if (count >= MINUTE_LIMIT) throw new WeChatError(45011)
    this.exchanges.set(openid, { minute, count: count + 1 })
  }
}
